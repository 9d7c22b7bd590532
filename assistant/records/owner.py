"""Whose a record is: one local user, or the one a trusted proxy says is signed in."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.access.roles import EVERYTHING, NOTHING, Abilities, Ability
from assistant.errors import InputError
from assistant.library.view import OWN

MAX_ID = 200
MAX_NAME = 200
_SIGNED_IN = "user:"  # before the ids a proxy passes: none of them can be the local user's
_DIGITS = 16  # of the hash in the ids of an owner's own acts


def _usable(text: str, most: int) -> bool:
    return 0 < len(text) <= most and text.isprintable() and bool(text.strip())


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody records belong to. ``id`` tells owners apart, ``name`` is what people read.

    ``abilities``: what they may do at the moment, which is no part of who they are; nothing unless said.
    Raises InputError for an id or a name that is empty, long or not printable.
    """

    id: str
    name: str
    abilities: Abilities = field(default=NOTHING, compare=False, repr=False)

    def __post_init__(self) -> None:
        if not _usable(self.id, MAX_ID) or self.id != self.id.strip():
            raise InputError(
                f"A user's id must have 1 to {MAX_ID} printable characters, with no spaces around them.",
                f"Идентификатор пользователя — от 1 до {MAX_ID} печатных знаков, без пробелов по краям.",
            )
        if not _usable(self.name, MAX_NAME):
            raise InputError(
                f"A user's name must have 1 to {MAX_NAME} printable characters.",
                f"Имя пользователя — от 1 до {MAX_NAME} печатных знаков.",
            )

    def may(self, ability: Ability) -> bool:
        """Whether they may do this now."""
        return ability in self.abilities


LOCAL = Owner("local", "local user", EVERYTHING)


def own_prefix(owner: Owner) -> str:
    """What the ids of a signed-in owner's own acts begin with; empty for the local user, who has none."""
    if owner == LOCAL:
        return ""
    return f"{OWN}{hashlib.sha256(owner.id.encode()).hexdigest()[:_DIGITS]}-"


def own_id(owner: Owner, act: str) -> str:
    """The id under which an owner's copy of an act is kept."""
    prefix = own_prefix(owner)
    return act if act.startswith(prefix) else f"{prefix}{act}"


def _decoded(value: str) -> str:
    """A header's value as the proxy wrote it: servers read bytes as Latin-1, proxies write UTF-8."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


def signed_in(header: str | None, values: Sequence[str], abilities: Abilities = NOTHING) -> Owner:
    """The owner of a request. ``header``: the setting ``owner_header``; ``values``: all that the request has
    of it.

    Without the setting everybody is the local user. With it a request that has no value, an empty one or
    several is refused: a second one may come from the browser. ``abilities``: what that owner may do.
    Raises InputError.
    """
    if header is None:
        return LOCAL
    if len(values) != 1 or not values[0].strip():
        raise InputError(
            f"The request does not say who is signed in: exactly one header {header} is expected from the "
            "proxy in front of the app. Sign in, or ask whoever runs it.",
            f"В запросе не указано, кто вошёл: ожидается ровно один заголовок {header} от прокси перед "
            "программой. Войдите или обратитесь к тому, кто её обслуживает.",
        )
    name = _decoded(values[0].strip())
    return Owner(f"{_SIGNED_IN}{name}", name, abilities)
