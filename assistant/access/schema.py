"""Tables of users, their sessions and tokens, and of groups, in the database of records.

No secret lies in them as it is: passwords as argon2 hashes, the random ids of sessions and tokens as SHA-256
(they are long and random, so that a fast hash is enough). Times as in :mod:`assistant.records.schema`.
"""

from __future__ import annotations

from sqlalchemy import JSON, ForeignKey, Table, Text
from sqlalchemy.orm import Mapped, mapped_column

from assistant.library.schema import Base


class UserRow(Base):
    """Somebody who signs in. ``folded``: the name as it is compared; ``password`` None: tokens only."""

    __tablename__ = "users"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    folded: Mapped[str] = mapped_column(Text, unique=True)
    role: Mapped[str]
    password: Mapped[str | None] = mapped_column(Text)
    disabled: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[str]
    signed_in_at: Mapped[str | None]


class SessionRow(Base):
    """A browser that is signed in. ``sha256``: of the value of its cookie."""

    __tablename__ = "sessions"
    sha256: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    begun_at: Mapped[str]
    seen_at: Mapped[str]


class TokenRow(Base):
    """A token for programs. ``start``: its first characters, by which people tell tokens apart."""

    __tablename__ = "tokens"
    id: Mapped[str] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(Text)
    start: Mapped[str]
    scopes: Mapped[list[str]] = mapped_column(JSON)
    made_at: Mapped[str]
    expires_at: Mapped[str]
    revoked_at: Mapped[str | None]
    used_at: Mapped[str | None]


class GroupRow(Base):
    """Users who see each other's files where they bring them for it. ``folded`` as for a user."""

    __tablename__ = "groups"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    folded: Mapped[str] = mapped_column(Text, unique=True)
    made_at: Mapped[str]


class MemberRow(Base):
    """That a user belongs to a group."""

    __tablename__ = "group_members"
    group_id: Mapped[str] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[str] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    since: Mapped[str]


TABLES: list[Table] = [
    Base.metadata.tables[row.__tablename__] for row in (UserRow, SessionRow, TokenRow, GroupRow, MemberRow)
]
