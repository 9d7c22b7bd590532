"""A description of a company in plain words, Russian or English -> its facts, and what could not be placed.

«ООО, 12 человек, ОКВЭД 62.01, доля ИТ 65 %, Калининград» gives five facts. Nothing is guessed: a number that
might belong to two facts, one given roughly, and two statements that contradict each other are left, with the
reason. The same text always gives the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.eligibility.described_claims import read_claims
from assistant.eligibility.described_clauses import Clause, clauses_in, mark
from assistant.eligibility.described_numbers import IT, IT_TAX, read_figures
from assistant.eligibility.described_reading import REASONS, Found, Left, Reason, found_or_none
from assistant.eligibility.facts import facts
from assistant.eligibility.line import Span
from assistant.eligibility.profile import Profile
from assistant.eligibility.rules import Known

__all__ = ["MOST_CHARS", "REASONS", "Described", "Found", "Left", "Reason", "described", "settled"]

MOST_CHARS = 8000  # of a description; what comes after is left
_EDGES = ' \t\n\r,;:.-–—()[]!?/|•"«»'


@dataclass(frozen=True)
class Described:
    """What a description says: facts with the words each rests on, and stretches that nobody could place."""

    text: str
    found: tuple[Found, ...]
    left: tuple[Left, ...] = ()

    @property
    def unread(self) -> tuple[str, ...]:
        """The words of the stretches left, in reading order, each once."""
        return tuple(dict.fromkeys(self.text[each.start : each.end] for each in self.left))

    def joined(self, other: Described) -> Described:
        """What both readings of one text say; of a fact given or contested here, the other counts not."""
        own = {each.fact.id for each in self.found}
        spans = [(each.start, each.end) for each in self.left if each.reason == "contradiction"]
        more = [
            each
            for each in other.found
            if each.fact.id not in own and not any(a < each.end and each.start < b for a, b in spans)
        ]
        found = sorted((*self.found, *more), key=lambda each: (each.start, each.end, each.fact.id))
        left = [
            each
            for each in self.left
            if not any(new.start < each.end and each.start < new.end for new in more)
        ]
        return Described(self.text, tuple(found), tuple(left))

    def profile(self) -> Profile:
        """The facts as a profile."""
        return Profile({each.fact.id: each.value for each in self.found})


def described(text: str, today: date) -> Described:
    """The facts that a description states. ``today``: for ages and for what is last year's."""
    found: list[Found] = []
    left: list[Left] = []
    clauses = clauses_in(text[:MOST_CHARS])
    for place, clause in enumerate(clauses):
        before = clauses[max(0, place - 12) : place]
        read = read_figures(clause, before, today)
        claims, unclaimed = read_claims(clause, before, read.named, today)
        own = [*read.found, *claims]
        if clause.tells():
            found, gone = _told_apart(found, clause, before)
            left += gone
        if clause.leads("turned") and any(at not in clause.used for at in range(len(clause.figures))):
            found, gone = _outdated(found, clause, before)  # «была 65 %, стала 40 %»
            left += gone
        found += own
        left += [*read.left, *unclaimed, *_unused(clause)]
    if len(text) > MOST_CHARS:
        left.append(Left(MOST_CHARS, len(text)))
    return settled(text, found, left, clauses)


def _outdated(found: list[Found], clause: Clause, before: Sequence[Clause]) -> tuple[list[Found], list[Left]]:
    """What the clause before says of a number that this one says has changed."""
    last = before[-1] if before and before[-1].sentence == clause.sentence else None
    gone = [
        each
        for each in found
        if last is not None and each.start >= last.start and each.fact.type in ("percent", "money", "number")
    ]
    return [each for each in found if each not in gone], [
        Left(each.start, each.end, "another_time") for each in gone
    ]


def _told_apart(
    found: list[Found], clause: Clause, before: Sequence[Clause]
) -> tuple[list[Found], list[Left]]:
    """«Доля ИТ 75 % (по НК)»: the share of the clause before is the one that this clause says, alone."""
    last = before[-1] if before else None
    shares = [each for each in found if last and each.start >= last.start and each.fact.id in (IT, IT_TAX)]
    if clause.figures or not shares:
        return found, []
    kept = [each for each in found if each not in shares]
    told = {each: mark(each)[0] for each in clause.tells()}
    alone = all(
        any(each.start <= word.start < each.end for each in told) or clause.bare(word.start, word.end)
        for word in clause.words
    )
    if alone and len(set(told.values())) == 1:
        fact = facts()[next(iter(told.values()))]
        made = (found_or_none(fact, each.value.text, each.start, each.end) for each in shares)
        return kept + [each for each in made if each is not None], []
    if last is None or last.sentence != clause.sentence:
        return found, []
    return kept, [Left(each.start, each.end) for each in shares]


def _unused(clause: Clause) -> list[Left]:
    """The figures that no fact rests on."""
    return [
        Left(each.start, each.end, "unplaced" if each.exact else "approximate")
        for at, each in enumerate(clause.figures)
        if at not in clause.used
    ]


def settled(
    text: str, found: Iterable[Found], left: Iterable[Left], clauses: Sequence[Clause] | None = None
) -> Described:
    """What stands after contradictions are taken out: two values of one fact that cannot both be true.

    ``clauses``: of the text, where they are known already.
    """
    kept: list[Found] = []
    rest = list(left)
    by_fact: dict[str, list[Found]] = {}
    for each in found:
        by_fact.setdefault(each.fact.id, []).append(each)
    for same in by_fact.values():
        narrowest = _narrowest(same)
        if narrowest is not None:
            kept.append(narrowest)
        else:
            rest += [Left(each.start, each.end, "contradiction") for each in same]
    kept.sort(key=lambda each: (each.start, each.end, each.fact.id))
    return Described(text, tuple(kept), _stretches(text, rest, kept, clauses))


def _narrowest(same: Sequence[Found]) -> Found | None:
    """The statement that all others allow («более 60 %» and «65 %»); None where they contradict."""
    return next((one for one in same if all(_within(one.value.known, two.value.known) for two in same)), None)


def _within(one: Known, two: Known) -> bool:
    if isinstance(one, Span):
        return isinstance(two, Span) and one <= two
    return one == two


def _stretches(
    text: str, left: Sequence[Left], kept: Sequence[Found], clauses: Sequence[Clause] | None
) -> tuple[Left, ...]:
    """The stretches widened to the words around them that no fact rests on, in order, each once."""
    clauses = clauses_in(text[:MOST_CHARS]) if clauses is None else clauses
    found: dict[tuple[int, int], Left] = {}
    for each in sorted(left, key=lambda each: (each.start, each.end)):
        start, end = _widened(each, clauses, kept)
        while start < end and text[start] in _EDGES:
            start += 1
        while end > start and text[end - 1] in _EDGES:
            end -= 1
        if start < end:
            found.setdefault((start, end), Left(start, end, each.reason))
    return tuple(found.values())


def _widened(left: Left, clauses: Sequence[Clause], kept: Sequence[Found]) -> tuple[int, int]:
    clause = next((each for each in clauses if each.start <= left.start and left.end <= each.end), None)
    if clause is None:
        return left.start, left.end
    start = max([clause.start, *(each.end for each in kept if each.end <= left.start)])
    end = min([clause.end, *(each.start for each in kept if each.start >= left.end)])
    return start, end
