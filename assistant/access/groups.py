"""Groups of users: added, listed, removed, joined and left. What a group's files are is seen by its members.

A group is its id: a later one of the same name is another, and sees nothing of what the earlier one had.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant.access.notices import Notice, What, about_to, tell
from assistant.access.schema import GroupRow, MemberRow, UserRow
from assistant.access.store import now, reading, stored, writing
from assistant.access.users import User, named
from assistant.errors import InputError, LibraryError, NotHeldError
from assistant.library import Library
from assistant.records.owner import Group
from assistant.records.wording import fold, line

LONGEST_NAME = 100
MOST = 1000  # groups of a library
_MARK = "group:"  # before the ids of groups: none can be one that a proxy names


@dataclass(frozen=True, slots=True)
class Listed:
    """A group with the names of its members."""

    group: Group
    made_at: str
    members: tuple[str, ...]


def add(library: Library, name: str) -> Group:
    """A new group, which nobody belongs to. Raises InputError for a name that is none or taken."""
    kept = line(name, LONGEST_NAME, "The group's name", "Название группы")
    made = GroupRow(id=uuid.uuid4().hex, name=kept, folded=fold(kept), made_at=stored(now()))
    try:
        with writing(library) as session:
            if (session.scalar(select(func.count()).select_from(GroupRow)) or 0) >= MOST:
                raise InputError(f"There are {MOST} groups already.", f"Групп уже {MOST}.")
            session.add(made)
            session.flush()
            group = _group(made)
            about_to(Notice("group_added", about=group.id))
    except LibraryError as error:
        if isinstance(error.__cause__, IntegrityError):
            raise InputError(
                f"There is a group '{kept}' already. Choose another name.",
                f"Группа «{kept}» уже есть. Выберите другое название.",
            ) from None
        raise
    tell(Notice("group_added", about=group.id))
    return group


def listed(library: Library) -> list[Listed]:
    """All groups by name, with their members."""
    members: dict[str, list[str]] = {}
    with reading(library) as session:
        rows = session.execute(
            select(MemberRow.group_id, UserRow.name)
            .join(UserRow, UserRow.id == MemberRow.user_id)
            .order_by(UserRow.folded)
        )
        for key, name in rows:
            members.setdefault(key, []).append(name)
        return [
            Listed(_group(row), row.made_at, tuple(members.get(row.id, ())))
            for row in session.scalars(select(GroupRow).order_by(GroupRow.folded))
        ]


def remove(library: Library, name: str) -> Group:
    """A group is no more; its files stay in the library, seen by nobody. Raises NotHeldError."""
    with writing(library) as session:
        row = _row(session, name)
        group = _group(row)
        session.execute(delete(MemberRow).where(MemberRow.group_id == row.id))
        session.execute(delete(GroupRow).where(GroupRow.id == row.id))
        about_to(Notice("group_removed", about=group.id))
    tell(Notice("group_removed", about=group.id))
    return group


def join(library: Library, name: str, user: str) -> Group:
    """A user belongs to a group from now on. Raises NotHeldError for a group or a user there is not."""
    member = named(library, user)
    with writing(library) as session:
        row = _row(session, name)
        if session.get(MemberRow, (row.id, member.id)) is None:
            session.add(MemberRow(group_id=row.id, user_id=member.id, since=stored(now())))
            session.flush()
        group = _group(row)
        about_to(_change("group_joined", group, member))
    tell(_change("group_joined", group, member))
    return group


def leave(library: Library, name: str, user: str) -> Group:
    """A user belongs to a group no longer, and sees nothing of it from the next request on.

    Raises NotHeldError for a group or a user there is not, and for one who does not belong to it.
    """
    member = named(library, user)
    with writing(library) as session:
        row = _row(session, name)
        mine = (MemberRow.group_id == row.id, MemberRow.user_id == member.id)
        if not session.execute(delete(MemberRow).where(*mine).returning(MemberRow.user_id)).all():
            raise NotHeldError(
                f"'{user}' does not belong to the group '{row.name}'.",
                f"«{user}» не состоит в группе «{row.name}».",
            )
        group = _group(row)
        about_to(_change("group_left", group, member))
    tell(_change("group_left", group, member))
    return group


def of(library: Library, user: User) -> tuple[Group, ...]:
    """The groups a user belongs to now, by name."""
    with reading(library) as session:
        rows = session.scalars(
            select(GroupRow)
            .join(MemberRow, MemberRow.group_id == GroupRow.id)
            .where(MemberRow.user_id == user.id)
            .order_by(GroupRow.folded)
        )
        return tuple(_group(row) for row in rows)


def _change(what: What, group: Group, member: User) -> Notice:
    return Notice(what, about=f"{group.id} {member.owner_id}")


def _group(row: GroupRow) -> Group:
    return Group(f"{_MARK}{row.id}", row.name)


def _row(session: Session, name: str) -> GroupRow:
    row = session.scalar(select(GroupRow).where(GroupRow.folded == fold(name)))
    if row is None:
        raise NotHeldError(
            f"There is no group '{name}'. 'ai-policy group list' shows all.",
            f"Группы «{name}» нет. Все показывает «ai-policy group list».",
        )
    return row
