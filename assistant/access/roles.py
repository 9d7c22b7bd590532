"""Roles and scopes -> abilities: the one table of what each may do."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Ability(StrEnum):
    """Something a caller may or may not do."""

    ASK = "ask"  # read texts, ask, keep conversations of one's own, look at runs of evaluations
    OWN_FILES = "own_files"  # bring files that only their owner sees, delete them
    LIBRARY = "library"  # add to what all share, sync official texts
    EVALUATE = "evaluate"  # start, stop and resume runs of evaluations
    MANAGE = "manage"  # see metrics; users and tokens are managed on the command line


class Role(StrEnum):
    """What a user is."""

    READER = "reader"
    EDITOR = "editor"
    EVALUATOR = "evaluator"
    ADMIN = "admin"


class Scope(StrEnum):
    """What a token may be used for; never more than its user's role allows."""

    ASK = "ask"
    LIBRARY = "library"
    EVALUATE = "evaluate"
    ADMIN = "admin"


Abilities = frozenset[Ability]

EVERYTHING: Abilities = frozenset(Ability)
NOTHING: Abilities = frozenset()

ROLES: dict[Role, Abilities] = {
    Role.READER: frozenset({Ability.ASK, Ability.OWN_FILES}),
    Role.EDITOR: frozenset({Ability.ASK, Ability.OWN_FILES, Ability.LIBRARY}),
    Role.EVALUATOR: frozenset({Ability.ASK, Ability.OWN_FILES, Ability.EVALUATE}),
    Role.ADMIN: EVERYTHING,
}
SCOPES: dict[Scope, Abilities] = {
    Scope.ASK: frozenset({Ability.ASK}),
    Scope.LIBRARY: frozenset({Ability.OWN_FILES, Ability.LIBRARY}),
    Scope.EVALUATE: frozenset({Ability.EVALUATE}),
    Scope.ADMIN: frozenset({Ability.MANAGE}),
}


def of_token(role: Role, scopes: Iterable[Scope]) -> Abilities:
    """What a token may be used for: what its scopes allow and its user's role as well."""
    allowed: Abilities = frozenset().union(*(SCOPES[scope] for scope in scopes))
    return allowed & ROLES[role]
