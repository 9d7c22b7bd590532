"""Users: added, listed, changed, removed. A change of password, role or standing ends their sessions."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant.access import passwords
from assistant.access.notices import Notice, What, about_to, tell
from assistant.access.roles import Role
from assistant.access.schema import MemberRow, SessionRow, TokenRow, UserRow
from assistant.access.store import now, reading, stored, writing
from assistant.errors import InputError, LibraryError, NotHeldError
from assistant.library import Library
from assistant.records.wording import fold

LONGEST_NAME = 100
_NAME = re.compile(r"[\w.@+-]+")
_OWNER = "account:"  # before the ids of users: none can be the local user's or one that a proxy names


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who signs in or whose programs do. ``id`` is theirs alone, also after their name is reused."""

    id: str
    name: str
    role: Role
    disabled: bool
    has_password: bool
    made_at: str
    signed_in_at: str | None

    @property
    def owner_id(self) -> str:
        """The id under which their records are kept."""
        return f"{_OWNER}{self.id}"


def user_of(row: UserRow) -> User:
    """A user as everybody may see them: without the hash."""
    return User(
        row.id,
        row.name,
        Role(row.role),
        row.disabled,
        row.password is not None,
        row.made_at,
        row.signed_in_at,
    )


def add(library: Library, name: str, role: Role, password: str | None) -> User:
    """A new user. ``password`` None: one for tokens alone. Raises InputError, LibraryError."""
    if len(name) > LONGEST_NAME or not _NAME.fullmatch(name):
        raise InputError(
            f"A user's name has 1 to {LONGEST_NAME} letters, digits and . @ + - _ only.",
            f"Имя пользователя: от 1 до {LONGEST_NAME} букв, цифр и знаков . @ + - _.",
        )
    kept = None if password is None else passwords.hash_of(password)
    made = UserRow(
        id=uuid.uuid4().hex, name=name, folded=fold(name), role=str(role), password=kept, disabled=False,
        made_at=stored(now()), signed_in_at=None,
    )  # fmt: skip
    try:
        with writing(library) as session:
            session.add(made)
            session.flush()
            user = user_of(made)
            about_to(_notice("user_added", user))
    except LibraryError as error:
        if isinstance(error.__cause__, IntegrityError):
            raise _taken(name) from None
        raise
    _told("user_added", user)
    return user


def _taken(name: str) -> InputError:
    return InputError(
        f"There is a user '{name}' already. Choose another name.",
        f"Пользователь «{name}» уже есть. Выберите другое имя.",
    )


def listed(library: Library) -> list[User]:
    """All users by name."""
    with reading(library) as session:
        return [user_of(row) for row in session.scalars(select(UserRow).order_by(UserRow.folded))]


def named(library: Library, name: str) -> User:
    """The user of a name. Raises NotHeldError."""
    with reading(library) as session:
        return user_of(_row(session, name))


def _row(session: Session, name: str) -> UserRow:
    row = session.scalar(select(UserRow).where(UserRow.folded == fold(name)))
    if row is None:
        raise NotHeldError(
            f"There is no user '{name}'. 'ai-policy user list' shows all.",
            f"Пользователя «{name}» нет. Всех показывает «ai-policy user list».",
        )
    return row


def set_role(library: Library, name: str, role: Role) -> User:
    """Another role. Raises NotHeldError."""
    return _change(library, name, "user_role", role=str(role))


def set_password(library: Library, name: str, password: str) -> User:
    """Another password. Raises NotHeldError, InputError."""
    return _change(library, name, "user_password", password=passwords.hash_of(password))


def set_disabled(library: Library, name: str, *, disabled: bool) -> User:
    """Whether the user is shut out for now, tokens and all. Raises NotHeldError."""
    return _change(library, name, "user_disabled" if disabled else "user_enabled", disabled=disabled)


def _change(library: Library, name: str, what: What, **values: Any) -> User:
    with writing(library) as session:
        row = _row(session, name)
        session.execute(update(UserRow).where(UserRow.id == row.id).values(**values))
        session.execute(delete(SessionRow).where(SessionRow.user_id == row.id))
        session.refresh(row)
        user = user_of(row)
        about_to(_notice(what, user))
    _told(what, user)
    return user


def remove(library: Library, name: str) -> User:
    """A user leaves for good, with sessions, tokens and groups; a later one of the same name is another.

    Raises NotHeldError.
    """
    with writing(library) as session:
        row = _row(session, name)
        user = user_of(row)
        for table in (SessionRow, TokenRow, MemberRow):
            session.execute(delete(table).where(table.user_id == row.id))
        session.execute(delete(UserRow).where(UserRow.id == row.id))
        about_to(_notice("user_removed", user))
    _told("user_removed", user)
    return user


def _notice(what: What, user: User) -> Notice:
    return Notice(what, about=user.owner_id)


def _told(what: What, user: User) -> None:
    tell(_notice(what, user))
