"""A reading process -> the folder it works in, which is gone when it and the process that started it are.

Pages of a scan lie there as pictures while they are recognised: nobody's document may stay behind. Whoever
reads removes the folder, the process that started it does so after it, and what both left because both were
killed is swept by the next one that starts.

A folder in use is known by a locked file in it. The lock belongs to the two processes that have it open:
the system lets go of it with the last of them, however that ends.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

fcntl: ModuleType | None
try:
    import fcntl
except ImportError:  # Windows: what is left there stays
    fcntl = None

log = logging.getLogger(__name__)

PREFIX = "ai-policy-reader-"
IN_USE = "in-use"
_UNKNOWN_SECONDS = 86_400.0  # a folder without that file is being made, or was left before it was locked


class Folder:
    """A new folder for one reading process. Raises OSError where none can be made."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX))
        self._lock = _lock(self.path)

    @property
    def passed_on(self) -> tuple[int, ...]:
        """The file that the reading process has to keep open."""
        return () if self._lock is None else (self._lock,)

    def remove(self) -> None:
        """Remove it with all that is in it. Calling it twice is harmless."""
        shutil.rmtree(self.path, ignore_errors=True)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def leave() -> None:
    """Remove the folder that this process reads in."""
    here = Path.cwd()
    if here.name.startswith(PREFIX):
        shutil.rmtree(here, ignore_errors=True)


def sweep() -> int:
    """Remove this user's folders that no process has any more; returns how many."""
    if fcntl is None:
        return 0
    swept = 0
    for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):  # somebody else sweeps, too
            found = path.lstat()
            if found.st_uid != os.geteuid() or not stat.S_ISDIR(found.st_mode):
                continue
            if not (path / IN_USE).exists():
                if time.time() - found.st_mtime > _UNKNOWN_SECONDS:
                    path.rmdir()  # one with anything in it is not ours to judge
                    swept += 1
            elif _is_left(path):
                shutil.rmtree(path)
                swept += 1
    if swept:
        log.info("Removed %d folders that reading processes had left, for they were killed.", swept)
    return swept


def _lock(folder: Path) -> int | None:
    """Lock a new file in the folder, and only then give it its name; None where locks are not to be had."""
    if fcntl is None:
        return None
    new = folder / f"{IN_USE}.new"
    file = os.open(new, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        new.rename(folder / IN_USE)
    except OSError:
        os.close(file)
        new.unlink(missing_ok=True)
        return None
    return file


def _is_left(folder: Path) -> bool:
    """Whether nobody holds the folder's lock."""
    assert fcntl is not None
    with _opened(folder / IN_USE) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[int]:
    file = os.open(path, os.O_RDWR | os.O_NOFOLLOW)
    try:
        yield file
    finally:
        os.close(file)
