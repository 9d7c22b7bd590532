"""A SQLite file -> the address by which a process that may not write to it can read it all the same."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote


def writable(path: Path) -> bool:
    """Whether a database may be written: its file, and the folder its journal lies in."""
    folder = path.parent
    return os.access(path, os.W_OK) and os.access(folder, os.W_OK) if path.exists() else True


def read_only(path: Path) -> str:
    """The address of a database on a disk that may only be read, for ``sqlite3.connect(…, uri=True)``.

    In WAL mode SQLite writes beside the file even to read it. Where no journal was left, the file is whole
    and is said to be immutable; else SQLite is left to read the journal, and refuses where it cannot.
    """
    journal = path.with_name(path.name + "-wal")
    left = journal.exists() and journal.stat().st_size > 0
    return f"file:{quote(str(path.absolute()))}?mode=ro{'' if left else '&immutable=1'}"
