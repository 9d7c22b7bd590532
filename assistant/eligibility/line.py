"""Sets of numbers: unions of intervals whose ends are in or out. Dates stand for the ordinals of their days.

Comparisons of numbers, money, shares and dates all become such sets, so that "is it known to hold" is "is
what is known of the fact inside the set".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import pairwise

INFINITY = Decimal("Infinity")

# A cut of the line: just below a number (0) or just above it (1). The line is what lies between two cuts.
Cut = tuple[Decimal, int]
_FIRST: Cut = (-INFINITY, 0)
_LAST: Cut = (INFINITY, 1)


@dataclass(frozen=True)
class Span:
    """A union of disjoint intervals, each between two cuts, in their order."""

    parts: tuple[tuple[Cut, Cut], ...]

    @classmethod
    def of(cls, parts: Iterable[tuple[Cut, Cut]]) -> Span:
        """The union of ``parts``, put in order and joined where they touch."""
        joined: list[tuple[Cut, Cut]] = []
        for first, last in sorted(part for part in parts if part[0] < part[1]):
            if joined and first <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(joined[-1][1], last))
            else:
                joined.append((first, last))
        return cls(tuple(joined))

    @cached_property
    def cuts(self) -> tuple[Cut, ...]:
        """Where it begins and ends, without the ends of the line."""
        return tuple(cut for part in self.parts for cut in part if cut not in (_FIRST, _LAST))

    def __bool__(self) -> bool:
        return bool(self.parts)

    def __and__(self, other: Span) -> Span:
        return Span.of(
            (max(one[0], two[0]), min(one[1], two[1])) for one in self.parts for two in other.parts
        )

    def __or__(self, other: Span) -> Span:
        return Span.of((*self.parts, *other.parts))

    def __invert__(self) -> Span:
        edges = [_FIRST, *(cut for part in self.parts for cut in part), _LAST]
        return Span.of(zip(edges[::2], edges[1::2], strict=True))

    def __le__(self, other: Span) -> bool:
        """Whether all of it lies in ``other``."""
        return not (self & ~other)


ALL = Span(((_FIRST, _LAST),))


def not_below(span: Span) -> Span:
    """Everything that is at least some number of ``span``."""
    return Span.of([(span.parts[0][0], _LAST)])


def not_above(span: Span) -> Span:
    """Everything that is at most some number of ``span``."""
    return Span.of([(_FIRST, span.parts[-1][1])])


def exactly(value: Decimal) -> Span:
    """One number."""
    return Span((((value, 0), (value, 1)),))


def between(
    low: Decimal | None, high: Decimal | None, *, open_low: bool = False, open_high: bool = False
) -> Span:
    """From ``low`` to ``high``, ends included unless said otherwise; None: without an end."""
    first = _FIRST if low is None else (low, 1 if open_low else 0)
    last = _LAST if high is None else (high, 0 if open_high else 1)
    return Span.of([(first, last)])


def above(value: Decimal) -> Span:
    """More than ``value``."""
    return between(value, None, open_low=True)


def below(value: Decimal) -> Span:
    """Less than ``value``."""
    return between(None, value, open_high=True)


def pieces(spans: Iterable[Span]) -> list[Span]:
    """The line cut wherever one of ``spans`` begins or ends, in order: within a piece all of them agree."""
    cuts = sorted({cut for span in spans for cut in span.cuts})
    edges = [_FIRST, *cuts, _LAST]
    return [Span.of([part]) for part in pairwise(edges)]
