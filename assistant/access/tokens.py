"""Tokens for programs: made and shown once, found by what is sent, listed, revoked."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from assistant.access.notices import Notice, about_to, tell
from assistant.access.roles import Abilities, Role, Scope, of_token
from assistant.access.schema import TokenRow, UserRow
from assistant.access.store import hashed, new_secret, now, reading, stored, writing
from assistant.access.users import User, user_of
from assistant.errors import InputError, NotHeldError
from assistant.library import Library
from assistant.records.wording import line

PREFIX = "aip_"  # so that scanners for leaked secrets and people know one when they see it
SHOWN = 8  # characters by which people tell tokens apart
LONGEST_NAME = 100
MOST_DAYS = 366
MOST_OF_A_USER = 50


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of a token; the token itself is not kept."""

    id: str
    name: str
    start: str
    user: str
    scopes: tuple[Scope, ...]
    made_at: str
    expires_at: str
    revoked_at: str | None
    used_at: str | None

    def state(self, at: datetime | None = None) -> str:
        """``valid``, ``expired`` or ``revoked``."""
        if self.revoked_at:
            return "revoked"
        return "valid" if self.expires_at > stored(at or now()) else "expired"


def create(
    library: Library, user: User, name: str, scopes: Collection[Scope], days: int
) -> tuple[Token, str]:
    """(the token's description, the token): the only time it is there to read. Raises InputError."""
    kept = line(name, LONGEST_NAME, "The token's name", "Название токена")
    wanted = tuple(sorted(set(scopes)))
    if not wanted or not 1 <= days <= MOST_DAYS:
        raise InputError(
            f"A token needs one scope at least and 1 to {MOST_DAYS} days to live.",
            f"Токену нужна хотя бы одна область действия и срок от 1 до {MOST_DAYS} дней.",
        )
    beyond = [scope for scope in wanted if not of_token(user.role, [scope])]
    if beyond:
        names = ", ".join(beyond)
        raise InputError(
            f"The role {user.role} has no use for: {names}. Choose other scopes, or change the role.",
            f"Роли {user.role} недоступно: {names}. Выберите другие области или смените роль.",
        )
    secret, moment = PREFIX + new_secret(), now()
    row = TokenRow(
        id=uuid.uuid4().hex, sha256=hashed(secret), user_id=user.id, name=kept,
        start=secret[: len(PREFIX) + SHOWN], scopes=[str(scope) for scope in wanted],
        made_at=stored(moment), expires_at=stored(moment + timedelta(days=days)), revoked_at=None,
        used_at=None,
    )  # fmt: skip
    with writing(library) as session:
        living = session.scalars(
            select(TokenRow.id).where(
                TokenRow.user_id == user.id,
                TokenRow.revoked_at.is_(None),
                TokenRow.expires_at > stored(moment),
            )
        ).all()
        if len(living) >= MOST_OF_A_USER:
            raise InputError(
                f"There are {len(living)} tokens already. Revoke some first.",
                f"Токенов уже {len(living)}. Сначала отзовите лишние.",
            )
        session.add(row)
        session.flush()
        made = _token(row, user.name)
        created = Notice("token_created", who=user.owner_id, about=made.id)
        about_to(created)
    tell(created)
    return made, secret


def _token(row: TokenRow, user: str) -> Token:
    return Token(
        row.id, row.name, row.start, user, tuple(Scope(each) for each in row.scopes), row.made_at,
        row.expires_at, row.revoked_at, row.used_at,
    )  # fmt: skip


def listed(library: Library, user: User | None = None) -> list[Token]:
    """Tokens of a user, or all, the newest first."""
    query = select(TokenRow, UserRow.name).join(UserRow, UserRow.id == TokenRow.user_id)
    if user is not None:
        query = query.where(TokenRow.user_id == user.id)
    with reading(library) as session:
        rows = session.execute(query.order_by(TokenRow.made_at.desc(), TokenRow.id))
        return [_token(row, name) for row, name in rows]


def revoke(library: Library, token: str, user: User | None = None) -> Token:
    """A token ends at once. ``user``: whose it must be; None for anybody's. Raises NotHeldError."""
    with writing(library) as session:
        query = select(TokenRow, UserRow).join(UserRow, UserRow.id == TokenRow.user_id)
        found = session.execute(query.where(TokenRow.id == token)).first()
        if found is None or (user is not None and found[0].user_id != user.id):
            raise NotHeldError(
                "There is no such token. 'ai-policy token list' shows all.",
                "Такого токена нет. Все показывает «ai-policy token list».",
            )
        row, whose = found
        row.revoked_at = row.revoked_at or stored(now())
        session.flush()
        revoked = _token(row, whose.name)
        ended = Notice("token_revoked", who=user.owner_id if user else None, about=revoked.id)
        about_to(ended)
    tell(ended)
    return revoked


def found(
    library: Library, secret: str, *, at: datetime | None = None
) -> tuple[User, Abilities, str, str | None] | None:
    """(its user, what it may be used for now, its id, when it was last used) of a token that is valid."""
    with reading(library) as session:
        row = session.execute(
            select(UserRow, TokenRow)
            .join(TokenRow, TokenRow.user_id == UserRow.id)
            .where(
                TokenRow.sha256 == hashed(secret),
                TokenRow.revoked_at.is_(None),
                TokenRow.expires_at > stored(at or now()),
                UserRow.disabled.is_(False),
            )
        ).first()
        if row is None:
            return None
        user, token = user_of(row[0]), row[1]
        scopes = [Scope(each) for each in token.scopes]
        return user, of_token(Role(user.role), scopes), token.id, token.used_at
