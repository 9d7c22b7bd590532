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
DIGITS = 16  # of the hash in the ids of an owner's own acts


def _usable(text: str, most: int) -> bool:
    return 0 < len(text) <= most and text.isprintable() and bool(text.strip())


@dataclass(frozen=True, slots=True)
class Group:
    """Owners who see the files that one of them brings for it.

    ``id`` is its own alone, also after its name is reused. Raises InputError as :class:`Owner` does.
    """

    id: str
    name: str

    def __post_init__(self) -> None:
        if not _usable(self.id, MAX_ID) or not _usable(self.name, MAX_NAME) or self.name != self.name.strip():
            raise InputError(
                f"A group's name must have 1 to {MAX_NAME} printable characters.",
                f"Название группы — от 1 до {MAX_NAME} печатных знаков.",
            )


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody records belong to. ``id`` tells owners apart, ``name`` is what people read.

    ``abilities``: what they may do at the moment, and ``groups``: those they belong to at the moment; neither
    is part of who they are, and there is nothing of them unless said.
    Raises InputError for an id or a name that is empty, long or not printable.
    """

    id: str
    name: str
    abilities: Abilities = field(default=NOTHING, compare=False, repr=False)
    groups: tuple[Group, ...] = field(default=(), compare=False, repr=False)

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

    def group(self, name: str) -> Group | None:
        """The group of this name or id, if they belong to it."""
        return next((each for each in self.groups if name in (each.id, each.name)), None)


LOCAL = Owner("local", "local user", EVERYTHING)


def own_prefix(owner: Owner) -> str:
    """What the ids of a signed-in owner's own acts begin with; empty for the local user, who has none."""
    return "" if owner == LOCAL else prefix_of(owner.id)


def prefix_of(key: str) -> str:
    """What the ids of acts begin with that are those of an owner or a group of this id."""
    return f"{OWN}{hashlib.sha256(key.encode()).hexdigest()[:DIGITS]}-"


def seen_prefixes(owner: Owner) -> tuple[str, ...]:
    """What the ids of acts begin with that the owner sees beside what all share: their own, their groups'."""
    own = own_prefix(owner)
    return (own, *sorted(prefix_of(group.id) for group in owner.groups)) if own else ()


def own_id(owner: Owner, act: str, group: Group | None = None) -> str:
    """The id under which an owner's copy of an act is kept, or the group's it was brought for."""
    prefix = own_prefix(owner) if group is None else prefix_of(group.id)
    return act if act.startswith(prefix) else f"{prefix}{act}"


def decoded(value: str) -> str:
    """A header's value as the proxy wrote it: servers read bytes as Latin-1, proxies write UTF-8."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


def signed_in(
    header: str | None,
    values: Sequence[str],
    abilities: Abilities = NOTHING,
    groups: tuple[Group, ...] = (),
) -> Owner:
    """The owner of a request. ``header``: the setting ``owner_header``; ``values``: all that the request has
    of it.

    Without the setting everybody is the local user. With it a request that has no value, an empty one or
    several is refused: a second one may come from the browser. ``abilities``, ``groups``: of that owner.
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
    name = decoded(values[0].strip())
    return Owner(f"{_SIGNED_IN}{name}", name, abilities, groups)
