"""What can be true of a company, cut into cells -> sets of answers that decide (prime implicants).

Each fact of a measure has a few cells: below, at and above every threshold, each option, yes and no. A box
allows some cells of each fact (a bit mask a fact). A rule is the union of its prime boxes: the largest boxes
inside it. What is known of a company is a box too; where a rule's complement does not meet it the rule holds
whatever the rest may be, so a verdict never waits for a fact that changes nothing.

Prime implicants by iterated consensus: W. V. Quine, "A way to simplify truth functions", Amer. Math. Monthly
62 (1955), for many-valued variables as in R. Rudell and A. Sangiovanni-Vincentelli, IEEE Trans. CAD 6 (1987).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Box = tuple[int, ...]  # a mask of allowed cells for each variable, none of them empty


def meet(one: Box, two: Box) -> Box | None:
    """What both allow; None where that is nothing."""
    found = tuple(left & right for left, right in zip(one, two, strict=True))
    return found if all(found) else None


def inside(one: Box, two: Box) -> bool:
    """Whether ``two`` allows all that ``one`` does."""
    return all(not left & ~right for left, right in zip(one, two, strict=True))


def absorbed(boxes: Iterable[Box]) -> list[Box]:
    """Those that lie in no other."""
    kept: list[Box] = []
    for box in sorted(set(boxes), key=_size, reverse=True):
        if not any(inside(box, other) for other in kept):
            kept.append(box)
    return kept


def _size(box: Box) -> int:
    return sum(mask.bit_count() for mask in box)


def both(one: Sequence[Box], two: Sequence[Box]) -> list[Box]:
    """The intersection of two unions."""
    met = (meet(left, right) for left in one for right in two)
    return absorbed(box for box in met if box is not None)


def primes(boxes: Iterable[Box]) -> list[Box]:
    """All prime boxes of a union, in a fixed order."""
    found = absorbed(boxes)
    fresh = list(found)
    while fresh:
        grown = {joined for one in fresh for two in found for joined in _joined(one, two)}
        fresh = absorbed(box for box in grown if not any(inside(box, other) for other in found))
        found = absorbed([*found, *fresh])
    return sorted(found)


def _joined(one: Box, two: Box) -> Iterable[Box]:
    """The boxes that two allow together: in one variable what either allows, in all others what both do."""
    common = [left & right for left, right in zip(one, two, strict=True)]
    empty = [place for place, mask in enumerate(common) if not mask]
    if len(empty) > 1:
        return
    for place in empty or range(len(common)):
        joined = one[place] | two[place]
        if joined not in (one[place], two[place]):
            yield (*common[:place], joined, *common[place + 1 :])


def within(boxes: Iterable[Box], known: Box) -> list[Box]:
    """The prime boxes of what is left of a rule inside ``known``, given all of its prime boxes.

    A prime box of the part lies in a prime box of the whole, and is what that has in common with ``known``.
    """
    met = (meet(box, known) for box in boxes)
    return absorbed(box for box in met if box is not None)


def narrowed(box: Box, known: Box) -> tuple[int, ...]:
    """The variables of which ``box`` allows less than is known possible."""
    return tuple(place for place, mask in enumerate(box) if mask != known[place])
