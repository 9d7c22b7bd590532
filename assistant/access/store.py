"""Database sessions over the tables of users, which are made when they are first needed."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from weakref import WeakSet

from sqlalchemy.orm import Session

from assistant.access.schema import TABLES
from assistant.library import Library
from assistant.records import reach

SECRET_BYTES = 32
_made: WeakSet[Library] = WeakSet()  # libraries known to have the tables
_making = threading.Lock()


@contextmanager
def reading(library: Library) -> Iterator[Session]:
    """A session that stores nothing. Raises LibraryError where the database refuses."""
    with reach.reading(library) as session:
        with _making:
            if library not in _made:
                reach.create_tables(library.engine, TABLES)
                _made.add(library)
        yield session


@contextmanager
def writing(library: Library) -> Iterator[Session]:
    """A session whose work is stored at the end, all or nothing. Raises LibraryError."""
    with reading(library) as session:
        yield session
        session.commit()


def new_secret() -> str:
    """A value that nobody can guess, of letters, digits, ``-`` and ``_``."""
    return secrets.token_urlsafe(SECRET_BYTES)


def hashed(secret: str) -> str:
    """The SHA-256 under which a random secret is kept."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def stored(moment: datetime) -> str:
    """A time as it is stored, so that the order of texts is the order of times."""
    return moment.isoformat(timespec="microseconds")


def ago(moment: datetime, seconds: float) -> str:
    """The time so many seconds before ``moment``, as it is stored."""
    return stored(moment - timedelta(seconds=seconds))
