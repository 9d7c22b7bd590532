"""Foreign files -> what is in them, read by a child process that can be killed.

:mod:`~ingest.cage.cage` is what callers use; :mod:`~ingest.cage.process` starts, watches and kills the child;
:mod:`~ingest.cage.child` is what runs in it. Nothing the child says is executed: both sides talk JSON.
"""

from ingest.cage.cage import Cage, cage_of

__all__ = ["Cage", "cage_of"]
