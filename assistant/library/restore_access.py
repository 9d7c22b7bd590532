"""The database of a backup -> the same, in which nobody gets in by what has ended since.

A backup holds who could get in at its moment. Restored as it is, it would bring back sessions that have
ended, tokens and links that were revoked, users who were removed, members who left a group. What is known of
them now stands in the library that is replaced; where there is none, or none with users, nothing is known,
and every token ends. Users then stay as the backup has them: without them nobody could get in at all.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel


class Ended(BaseModel):
    """What of a backup's access was not restored: how many, and the users who are shut out, by name."""

    sessions: int = 0
    tokens: int = 0
    links: int = 0
    memberships: int = 0
    users: list[str] = []

    @property
    def anything(self) -> bool:
        """Whether there is something to be told."""
        return bool(self.sessions or self.tokens or self.links or self.memberships or self.users)


@dataclass(frozen=True, slots=True)
class _Now:
    """What the library that is replaced knows: users by id, tokens that work, links that lead somewhere."""

    users: dict[str, tuple[str, str | None, int]] = field(default_factory=dict)  # role, password, disabled
    tokens: frozenset[str] = frozenset()
    links: frozenset[str] = frozenset()
    members: frozenset[tuple[str, str]] = frozenset()  # (group, user)


def end_access(copy: Path, replaced: Path) -> Ended:
    """End in ``copy`` what has ended in the library that is replaced, if there is one; returns what ended.

    ``copy`` is of the present schema. Raises sqlite3.Error where it cannot be written.
    """
    now = _now(replaced)
    with closing(sqlite3.connect(copy)) as db, db:
        ended = Ended(sessions=db.execute("DELETE FROM sessions").rowcount)
        ended.users = _users(db, now)
        ended.memberships = _memberships(db, now)
        ended.tokens = _tokens(db, now)
        ended.links = _links(db, now)
    return ended


def _now(database: Path) -> _Now:
    if not database.exists():
        return _Now()
    try:
        with closing(sqlite3.connect(database, timeout=60)) as db:
            users = {key: rest for key, *rest in db.execute("SELECT id, role, password, disabled FROM users")}
            tokens = db.execute("SELECT id FROM tokens WHERE revoked_at IS NULL").fetchall()
            grouped = db.execute("SELECT 1 FROM sqlite_master WHERE name = 'group_members'").fetchone()
            members = db.execute("SELECT group_id, user_id FROM group_members").fetchall() if grouped else []
            links = db.execute(
                "SELECT share_sha256 FROM conversations WHERE share_sha256 IS NOT NULL AND deleted_at IS NULL"
            ).fetchall()
    except sqlite3.Error:  # damaged, or of a program that knew no users yet
        return _Now()
    return _Now(
        {key: tuple(rest) for key, rest in users.items()},
        frozenset(key for (key,) in tokens),
        frozenset(key for (key,) in links),
        frozenset(members),
    )


def _users(db: sqlite3.Connection, now: _Now) -> list[str]:
    """Roles, passwords and standing as they are now; who is not there any more is disabled."""
    shut: list[str] = []
    rows = db.execute("SELECT id, name, disabled FROM users ORDER BY folded").fetchall() if now.users else []
    for key, name, disabled in rows:
        role, password, off = now.users.get(key, (None, None, 1))
        if role is None:
            db.execute("UPDATE users SET disabled = 1 WHERE id = ?", (key,))
        else:
            values = (role, password, off, key)
            db.execute("UPDATE users SET role = ?, password = ?, disabled = ? WHERE id = ?", values)
        if off and not disabled:
            shut.append(name)
    return shut


def _memberships(db: sqlite3.Connection, now: _Now) -> int:
    """Nobody is in a group again who is not in it now."""
    held = db.execute("SELECT group_id, user_id FROM group_members").fetchall() if now.users else []
    over = [each for each in held if each not in now.members]
    db.executemany("DELETE FROM group_members WHERE group_id = ? AND user_id = ?", over)
    return len(over)


def _tokens(db: sqlite3.Connection, now: _Now) -> int:
    """Tokens that do not work now, or of which nothing is known, are revoked."""
    living = db.execute("SELECT id FROM tokens WHERE revoked_at IS NULL").fetchall()
    over = [key for (key,) in living if key not in now.tokens]
    moment = datetime.now(UTC).isoformat(timespec="microseconds")
    db.executemany("UPDATE tokens SET revoked_at = ? WHERE id = ?", [(moment, key) for key in over])
    return len(over)


def _links(db: sqlite3.Connection, now: _Now) -> int:
    shared = db.execute("SELECT share_sha256 FROM conversations WHERE share_sha256 IS NOT NULL").fetchall()
    over = [(key,) for (key,) in shared if key not in now.links]
    db.executemany(
        "UPDATE conversations SET share_sha256 = NULL, shared_at = NULL, shared_title = NULL, "
        "shared_upto = NULL WHERE share_sha256 = ?",
        over,
    )
    return len(over)
