"""Who did what, in a trail that nobody can change unseen.

>>> from assistant.audit import Trail
>>> Trail.of(settings).note("asked", "user:anna", question="…", status="answered")
"""

from assistant.audit.chain import Entry
from assistant.audit.trail import Event, Trail
from assistant.audit.verify import Verdict, verify

__all__ = ["Entry", "Event", "Trail", "Verdict", "verify"]
