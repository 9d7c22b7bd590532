"""When sessions and tokens were last used -> the database, many at a time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, NamedTuple

from sqlalchemy import bindparam, update

from assistant.access.schema import SessionRow, TokenRow
from assistant.access.store import hashed, stored, writing
from assistant.library import Library


class Use(NamedTuple):
    """What was used: a session by its secret, a token by its id."""

    of: Literal["session", "token"]
    key: str


def store(library: Library, uses: Mapping[Use, datetime]) -> None:
    """Write down when each was used last, in one transaction; one that has ended is left out.

    Raises LibraryError.
    """
    seen = [{"key": hashed(use.key), "at": stored(at)} for use, at in uses.items() if use.of == "session"]
    used = [{"key": use.key, "at": stored(at)} for use, at in uses.items() if use.of == "token"]
    with writing(library) as session:
        connection = session.connection()
        if seen:
            row = SessionRow.__table__.c
            of = update(SessionRow.__table__).where(row.sha256 == bindparam("key"))  # type: ignore[arg-type]
            connection.execute(of.values(seen_at=bindparam("at")), seen)
        if used:
            row = TokenRow.__table__.c
            of = update(TokenRow.__table__).where(row.id == bindparam("key"))  # type: ignore[arg-type]
            connection.execute(of.values(used_at=bindparam("at")), used)
