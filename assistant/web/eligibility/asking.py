"""Checked measures -> the facts that still matter, the most telling first, and the questions to ask now."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from assistant.eligibility.facts import facts
from assistant.eligibility.model import Answers, CheckResult

AT_ONCE = 5  # questions on the page


@dataclass
class _Weight:
    """How a fact matters: to which measures, in how small a set of answers, in how many sets."""

    measures: set[str] = field(default_factory=set)
    smallest: int = 1000
    sets: int = 0


def mattering(results: Sequence[CheckResult], known: Collection[str]) -> list[str]:
    """The facts whose answers may still decide something, the most telling first.

    Of one measure those of the smallest set of answers that would decide; of several, those that matter to
    most of them. A fact that has an answer only after a yes to another is asked after that other.
    """
    weights: dict[str, _Weight] = {}
    for result in results:
        for answers in _open(result):
            for name in answers.facts:
                found = weights.setdefault(_first(name, known), _Weight())
                found.measures.add(result.measure)
                found.smallest = min(found.smallest, len(answers.facts) + len(answers.to_check))
                found.sets += 1
    order = {name: place for place, name in enumerate(facts())}

    def rank(name: str) -> tuple[int, int, int, int]:
        weight = weights[name]
        return -len(weight.measures), weight.smallest, -weight.sets, order[name]

    return sorted(weights, key=rank)


def _open(result: CheckResult) -> Iterator[Answers]:
    """What would decide the measure; once it is decided that a duty applies, what decides compliance."""
    yield from result.missing or result.to_comply


def _first(name: str, known: Collection[str]) -> str:
    parent = facts()[name].only_if
    return parent if parent is not None and parent not in known else name


def questions(
    asked: Iterable[str], ranked: Sequence[str], known: Collection[str], unknown: Collection[str]
) -> list[str]:
    """The questions on the page: those that were there and still have a place, and new ones of their group.

    A question stays once it is answered, so that nothing moves away under the reader's hands; one that no
    longer matters goes. Empty ``asked``: the group of the most telling fact.
    """
    open_ = [name for name in ranked if name not in unknown]
    kept = [name for name in asked if name in known or name in unknown or name in open_]
    if not kept:
        return of_group(open_, open_[0])[:AT_ONCE] if open_ else []
    more = [name for name in of_group(open_, kept[0]) if name not in kept]
    room = AT_ONCE - sum(name in open_ for name in kept)
    return kept + more[: max(0, room)]


def of_group(names: Iterable[str], like: str) -> list[str]:
    """Those of some facts that stand in the group of another."""
    group = facts()[like].group
    return [name for name in names if facts()[name].group == group]
