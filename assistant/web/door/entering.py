"""A name and a password -> a session, or why there is none; tries are counted first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from assistant.access import passwords, sessions
from assistant.access.notices import Notice, about_to, tell
from assistant.access.schema import UserRow
from assistant.access.store import reading, writing
from assistant.access.users import User, user_of
from assistant.errors import SignInError, TooOftenError
from assistant.records.wording import fold
from assistant.web.door.shares import Tries

if TYPE_CHECKING:
    from assistant.library import Library

LONGEST = 200  # characters of a name that are looked at


def enter(
    library: Library,
    tries: Tries,
    lasting: sessions.Lasting,
    name: str,
    password: str,
    address: str,
    had: str,
) -> str:
    """The secret of a new session; the one the browser ``had`` ends.

    A wrong password, a name nobody has, a disabled user and one without a password are refused in the same
    words and after the same time. Raises SignInError, TooOftenError, LibraryError.
    """
    typed = fold(name[:LONGEST])
    try:
        tries.count(typed, address)
    except TooOftenError:
        tell(Notice("sign_in_throttled", who=_whose(library, typed), address=address, status=429))
        raise
    user = right_user(library, typed, password)
    if user is None:
        tell(Notice("sign_in_failed", who=_whose(library, typed), address=address, status=401))
        raise SignInError(
            "The name or the password is wrong.",
            "Неверное имя или пароль.",
        )
    tries.right(typed)
    entered = Notice("signed_in", who=user.owner_id, address=address)
    about_to(entered)
    secret = sessions.begin(library, user, lasting, instead_of=had)
    tell(entered)
    return secret


def _whose(library: Library, typed: str) -> str | None:
    """The name that was typed, if it is a user's; any other text may be a password in the wrong field, which
    no log and no trail must keep.
    """
    with reading(library) as session:
        return session.scalar(select(UserRow.folded).where(UserRow.folded == typed))


def right_user(library: Library, typed: str, password: str) -> User | None:
    """The user whose name and password these are. Raises LibraryError."""
    with reading(library) as session:
        row = session.scalar(select(UserRow).where(UserRow.folded == fold(typed)))
    kept = row.password if row is not None else None
    if not passwords.is_the_one(password, kept) or row is None or row.disabled:
        return None
    if kept is not None and passwords.outdated(kept):
        with writing(library) as session:
            better = passwords.hash_of(password)
            session.execute(update(UserRow).where(UserRow.id == row.id).values(password=better))
    return user_of(row)
