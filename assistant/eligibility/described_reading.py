"""What is read in a clause: a fact found, or a stretch left with the reason; and who goes with whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from assistant.eligibility.described_clauses import Clause
from assistant.eligibility.described_figures import Figure, days_of, interval
from assistant.eligibility.facts import Fact
from assistant.eligibility.values import Value, value_or_none

Reason = Literal["unplaced", "approximate", "contradiction", "elsewhere", "another_time"]
REASONS: dict[Reason, tuple[str, str]] = {
    "unplaced": ("непонятно, к какому сведению это относится", "it is not clear which fact this is"),
    "approximate": ("число неточное", "the number is not exact"),
    "contradiction": ("описание противоречит само себе", "the description contradicts itself"),
    "elsewhere": ("сказано не о самой компании", "this is not said of the company itself"),
    "another_time": ("сказано о другом времени", "this is said of another time"),
}


@dataclass(frozen=True)
class Found:
    """A fact with its value and the place ``[start, end)`` of the words it rests on."""

    fact: Fact
    value: Value
    start: int
    end: int


@dataclass(frozen=True)
class Left:
    """A stretch ``[start, end)`` that states something nobody could place."""

    start: int
    end: int
    reason: Reason = "unplaced"


def found_or_none(fact: Fact, said: str, start: int, end: int) -> Found | None:
    """The fact where ``said`` is an answer to it."""
    value = value_or_none(fact, said)
    return Found(fact, value, start, end) if value is not None else None


def dated_or_none(fact: Fact, figure: Figure, start: int, end: int, today: date) -> Found | None:
    """The fact of a date that is not to come, «до» and «после» kept."""
    if figure.text is None or not figure.exact:
        return None
    days = days_of(figure, today)
    if not days:
        return None
    if figure.bound is None:
        return found_or_none(fact, figure.text, start, end)
    return Found(fact, Value(fact, interval(days), days), start, end)


def matched(wishes: Mapping[int, Sequence[int]]) -> dict[int, int]:
    """Who gets what, where each may have one of several and nothing goes twice; only what is certain.

    Whoever has one choice left takes it; who keeps two choices, or shares the only one, gets nothing.
    """
    left = {who: list(choices) for who, choices in wishes.items()}
    given: dict[int, int] = {}
    while True:
        single: dict[int, list[int]] = {}
        for who, choices in left.items():
            if len(choices) == 1:
                single.setdefault(choices[0], []).append(who)
        sure = {whos[0]: choice for choice, whos in single.items() if len(whos) == 1}
        for whos in single.values():
            for who in whos:
                del left[who]
        if not single:
            return given
        given |= sure
        left = {who: [each for each in choices if each not in single] for who, choices in left.items()}


def elsewhere(clause: Clause, before: Sequence[Clause]) -> bool:
    """Whether the clause speaks of another firm: here, or since a competitor or parent was named."""
    if clause.leads("other"):
        return True
    if clause.leads("ours") and not clause.leads("others"):
        return False
    near = (each for each in (*before[-12:], clause) if each.sentence == clause.sentence)
    return any(
        not any(each.bare(own.end, other.start) for own in each.leads("own", before=other.start))
        for each in near
        for other in each.leads("others")
    )  # «мы дочерняя компания» speaks of itself
