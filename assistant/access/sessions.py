"""Sessions of browsers: begun at sign-in, found by the value of a cookie, ended by time or by hand."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, or_, select, update

from assistant.access.schema import SessionRow, UserRow
from assistant.access.store import ago, hashed, new_secret, now, reading, stored, writing
from assistant.access.users import User, user_of
from assistant.library import Library


class Lasting(NamedTuple):
    """How long sessions last, in seconds: without a request, and at all."""

    idle: float
    longest: float


def begin(library: Library, user: User, lasting: Lasting, *, instead_of: str | None = None) -> str:
    """A new session's secret. ``instead_of``: of the session the browser had, which ends."""
    secret, moment = new_secret(), now()
    with writing(library) as session:
        if instead_of:
            session.execute(delete(SessionRow).where(SessionRow.sha256 == hashed(instead_of)))
        session.execute(delete(SessionRow).where(_over(moment, lasting)))
        session.add(
            SessionRow(
                sha256=hashed(secret), user_id=user.id, begun_at=stored(moment), seen_at=stored(moment)
            )
        )
        session.execute(update(UserRow).where(UserRow.id == user.id).values(signed_in_at=stored(moment)))
    return secret


def _over(moment: datetime, lasting: Lasting):  # type: ignore[no-untyped-def]  # noqa: ANN202
    return or_(
        SessionRow.seen_at < ago(moment, lasting.idle), SessionRow.begun_at < ago(moment, lasting.longest)
    )


def found(
    library: Library, secret: str, lasting: Lasting, *, at: datetime | None = None
) -> tuple[User, str] | None:
    """(the user of a session that goes on, when it was last seen); None where it does not."""
    moment = at or now()
    with reading(library) as session:
        row = session.execute(
            select(UserRow, SessionRow.seen_at)
            .join(SessionRow, SessionRow.user_id == UserRow.id)
            .where(SessionRow.sha256 == hashed(secret), UserRow.disabled.is_(False))
            .where(
                SessionRow.seen_at >= ago(moment, lasting.idle),
                SessionRow.begun_at >= ago(moment, lasting.longest),
            )
        ).first()
        return (user_of(row[0]), row[1]) if row else None


def end(library: Library, secret: str) -> None:
    """The session is over."""
    with writing(library) as session:
        session.execute(delete(SessionRow).where(SessionRow.sha256 == hashed(secret)))
