"""A SQLite file that this process may not write -> connections by which it is read as it is now.

In WAL mode SQLite writes beside a file even to read it. Where the files it needs lie there, because somebody
else has the database open, it is read beside them. Where they do not, it is read from a copy of one moment,
which is made anew as soon as the file has changed. It is never declared immutable where it lies, unless it is
on a medium that nobody can write to: SQLite would give stale rows, then errors, once somebody did.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import quote

BUSY_SECONDS = 60.0
_TRIES = 20  # copies begun while somebody writes: each of them takes longer than the wait before the next
# A file system tells the time of a change in ticks of some milliseconds: what was changed in the last ones
# may be changed once more without bearing another time.
_TICK_NANOSECONDS = 50_000_000
_SALT = 32  # bytes of the head of a journal: they change when it is begun anew
MOUNTS = Path("/proc/self/mountinfo")
# Of these, a file system mounted to be read can be mounted by nobody else to be written. Left out is what
# another machine, another container or another layer may change meanwhile.
_LOCAL = frozenset(
    ("squashfs", "erofs", "cramfs", "iso9660", "udf", "ext2", "ext3", "ext4", "xfs", "btrfs", "vfat", "tmpfs")
)


def writable(path: Path) -> bool:
    """Whether a database may be written: its file, and the folder its journal lies in."""
    folder = path.parent
    return os.access(path, os.W_OK) and os.access(folder, os.W_OK) if path.exists() else True


def frozen(path: Path, mounts: Path = MOUNTS) -> bool:
    """Whether nobody can be writing to the file: its whole file system is mounted to be read, by all.

    A mount that is read-only for this process alone (a bind mount, a container's volume) is no such medium.
    False where the system does not say.
    """
    try:
        device = path.stat().st_dev
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    wanted = f"{os.major(device)}:{os.minor(device)}"
    for line in lines:
        # "36 35 98:0 / /mnt ro,noatime shared:1 - ext3 /dev/root ro,errors=continue" (proc(5))
        before, _, after = line.partition(" - ")
        kind, _, options = [*after.split(" ", 2), "", ""][:3]
        if before.split(" ")[2:3] == [wanted]:
            return kind in _LOCAL and "ro" in options.split(",")
    return False


class UnwritableDatabase:
    """A database that this process may only read while others may write it. For any number of threads."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self._lock = threading.Lock()
        self._frozen = frozen(self.path)
        self._copy: tempfile.TemporaryDirectory[str] | None = None
        self._of: tuple[object, ...] = ()

    def connect(self) -> sqlite3.Connection:
        """A connection that sees what is committed now; one on a copy goes on to see that moment.

        Raises sqlite3.Error where the file is no database or damaged, OSError where it cannot be copied.
        """
        if self._frozen and not _head(_journal(self.path)):
            return _opened(self.path, "immutable=1")
        if _journal(self.path).exists():
            try:
                return _opened(self.path)
            except sqlite3.OperationalError:  # the journal went meanwhile, or nobody keeps its index any more
                pass
        with self._lock:
            return _opened(self._copied(), "immutable=1")  # nobody knows of the copy

    def close(self) -> None:
        """Delete the copy; connections that are open stay whole where open files may be deleted."""
        with self._lock:
            self._let_go()

    def _let_go(self) -> None:
        if self._copy is not None:
            self._copy.cleanup()
            self._copy = None

    def _copied(self) -> Path:
        """The copy of the file as it is now."""
        for number in range(_TRIES):
            now = _signature(self.path)
            if self._copy is not None and now == self._of:
                place = Path(self._copy.name) / self.path.name
                if place.exists():  # temporary folders are swept
                    return place
            self._let_go()
            self._copy = tempfile.TemporaryDirectory(prefix="ai-policy-reading-", ignore_cleanup_errors=True)
            place = Path(self._copy.name) / self.path.name
            try:
                if _copied_at_one_moment(self.path, place, now):
                    self._of = now
                    return place
            except BaseException:
                self._let_go()
                raise
            self._let_go()
            time.sleep(min(0.01 * 2**number, 0.5))
        raise sqlite3.OperationalError(f"{self.path} changes too fast to be copied")


def open_unwritable(path: Path) -> sqlite3.Connection:
    """One connection to a database that this process may only read; on a copy it goes on to see one moment.

    Raises as :meth:`UnwritableDatabase.connect`.
    """
    database = UnwritableDatabase(path)
    try:
        return database.connect()
    finally:
        if os.name == "posix":  # elsewhere an open file cannot be deleted: the copy stays until it is closed
            database.close()


def _opened(path: Path, how: str = "") -> sqlite3.Connection:
    """A connection that has read the file once, so that what keeps it from being read is raised here."""
    address = f"file:{quote(str(path))}?mode=ro{'&' if how else ''}{how}"
    db = sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, check_same_thread=False)
    try:
        db.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
    except BaseException:
        db.close()
        raise
    return db


def _journal(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def _rollback(path: Path) -> Path:
    return path.with_name(f"{path.name}-journal")


def _signature(path: Path) -> tuple[object, ...]:
    """What differs as soon as something is committed, also in the journal."""
    found: list[object] = []
    for file in (path, _journal(path), _rollback(path)):
        try:
            status = file.stat()
        except FileNotFoundError:
            found.append(None)
            continue
        fresh = abs(time.time_ns() - status.st_mtime_ns) < _TICK_NANOSECONDS
        found += [status.st_ino, status.st_size, status.st_mtime_ns, object() if fresh else None]
    return tuple(found)


def _copied_at_one_moment(source: Path, target: Path, before: tuple[object, ...]) -> bool:
    """Copy a database with its journal; whether the copy is whole.

    It is where nothing was written meanwhile, and also where the journal only grew: what is written into the
    file out of the journal still stands in the journal.
    """
    if _rollback(source).exists():  # a change under way in another mode
        return False
    head = _head(_journal(source))
    shutil.copyfile(source, target)
    if head:
        shutil.copyfile(_journal(source), _journal(target))
    whole = _head(_journal(source)) == head and (bool(head) or _signature(source) == before)
    if whole:
        db = sqlite3.connect(target)
        try:
            db.execute("PRAGMA journal_mode = DELETE")  # one file: what the journal holds is taken in
        finally:
            db.close()
    return whole


def _head(journal: Path) -> bytes:
    try:
        with journal.open("rb") as file:
            return file.read(_SALT)
    except FileNotFoundError:
        return b""
