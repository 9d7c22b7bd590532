"""Ranked facts of digests -> the same, those that hold at the time asked about before those that do not.

The time asked about is the request's date, else the years the question names, else today. A fact that does
not hold then gives its place to the fact of the same digest and subject that does. Only digests are looked
at: what official texts are in scope is decided by the date alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import takewhile

from assistant.dates import earliest
from assistant.index.words import stems
from assistant.library.view import LibraryView
from assistant.model import Authority, stands_in
from assistant.query import Reading
from assistant.ranked import Ranked
from assistant.references_years import Days

AFTER = 0.05  # standardised score by which a fact that does not hold stands below the one that took its place
LAPSED = 0.3  # taken from one in whose place no other stands: of two as good the one that holds comes first
ALIKE = 0.5  # share of the shorter statement's stems that two have in common which speak of one subject

Restated = Mapping[tuple[int, str], Sequence[str]]


@dataclass(frozen=True, slots=True)
class _Fact:
    """A ranked fact with its period. ``refs``: the provisions it restates."""

    entry: Ranked
    begins: date
    ends: date
    refs: tuple[str, ...]
    words: frozenset[str]

    def holds(self, asked: Days) -> bool:
        return self.begins <= asked.last and self.ends > asked.first

    @property
    def limited(self) -> bool:
        return self.begins > date.min or self.ends < date.max


def time_asked(reading: Reading) -> Days:
    """The days a question asks about."""
    day, years = reading.filters.as_of, reading.years
    if years is None:
        return Days(day, day)
    # «До 2030 года», said before 2030, means from now on.
    return Days(day, years.last) if years.first == date.min and years.last > day else years


def prefer_holding(
    ranked: Mapping[tuple[int, str], Ranked], restated: Restated, view: LibraryView, reading: Reading
) -> None:
    """Mark the facts that do not hold at the time asked about, and lower them.

    ``restated``: (edition key, fact's id) -> ids of the provisions it restates.
    A rule still to come belongs to an answer about today, unless it replaces one that holds. A question about
    what changed gets the earlier and the later fact alike, one about what was both as they are.
    """
    asked = time_asked(reading)
    earlier = asked.last < date.today()
    facts = [_fact(entry, restated, view) for entry in ranked.values() if _is_digest(entry, view)]
    if reading.compares:
        _bring_both([fact for fact in facts if fact.limited])
        return
    if reading.past and reading.years is None and not earlier:
        return
    lasting = [fact for fact in facts if fact.limited and fact.holds(asked)]
    for fact in sorted(facts, key=lambda each: -each.entry.score):
        if fact.holds(asked):
            continue
        rivals = [other for other in lasting if _succeed(fact, other)]
        to_come = fact.begins > asked.last
        if not rivals and to_come and not earlier:
            continue
        fact.entry.lapsed = True
        if not rivals:
            fact.entry.score -= LAPSED
            continue
        best = max(rivals, key=lambda each: each.entry.score).entry
        best.score, fact.entry.score = (
            max(best.score, fact.entry.score),
            min(best.score, fact.entry.score) - AFTER,
        )


def _bring_both(facts: Sequence[_Fact]) -> None:
    """Raise facts of one subject that follow each other to about the best of them."""
    for fact in sorted(facts, key=lambda each: -each.entry.score):
        for other in facts:
            if _succeed(fact, other):
                other.entry.score = max(other.entry.score, fact.entry.score - AFTER)


def answering(ranked: Sequence[Ranked]) -> list[Ranked]:
    """What an answer is made of: facts that do not hold only where none that does is as good."""
    leading = list(takewhile(lambda entry: entry.lapsed, ranked))
    return leading + [entry for entry in ranked[len(leading) :] if not entry.lapsed]


def _is_digest(entry: Ranked, view: LibraryView) -> bool:
    return view.editions[entry.edition].authority == Authority.DIGEST


def _fact(entry: Ranked, restated: Restated, view: LibraryView) -> _Fact:
    edition = view.edition(entry.edition)
    node = edition.provisions[entry.provision]
    limited = node.valid_from or node.valid_to
    return _Fact(
        entry,
        earliest(node.valid_from) if node.valid_from else date.min,
        earliest(node.valid_to) if node.valid_to else date.max,
        tuple(restated.get((entry.edition, node.parent or entry.provision), ())),
        _words(edition.text[node.start : node.end]) if limited else frozenset(),
    )


@lru_cache(4096)
def _words(text: str) -> frozenset[str]:
    """The stems of a statement without its figures; kept, for every question looks at the same ones."""
    return frozenset(word for word in stems(text) if not any(character.isdigit() for character in word))


def _succeed(one: _Fact, other: _Fact) -> bool:
    """Whether two facts of one digest speak of the same subject, one after the other."""
    if one.entry.edition != other.entry.edition or not (one.ends <= other.begins or other.ends <= one.begins):
        return False
    if one.refs or other.refs:
        return any(stands_in(a, b) or stands_in(b, a) for a in one.refs for b in other.refs)
    shorter = min(len(one.words), len(other.words))
    return shorter > 0 and len(one.words & other.words) >= ALIKE * shorter
