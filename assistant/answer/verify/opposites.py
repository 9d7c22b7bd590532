"""A claim and its quotation -> the words of the claim of which the quotation says the opposite.

A word is held against a claim where the quotation has its opposite and not the word itself, about the same
things and with as many negations: «не запрещено» is no opposite of «разрешено».
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answer.verify.lexicon import Named, Word, load_opposites
from assistant.answer.verify.meanings import Beside
from assistant.answer.verify.negations import Denied

_SAME_LENGTH = 1.6  # times the words of a claim that a quotation may have and be about the same throughout
_AGREEMENT = 2  # neighbours that must agree where the quotation is longer


def turned_words(
    claim: Denied, quote: Denied, above: Sequence[Word], spans: Sequence[tuple[int, int]]
) -> list[Named]:
    """The opposites in a claim. ``above``: words of what stands above the quotation and of the act's names.

    ``spans``: of numbers with their bounds and of names of acts, which are compared as such.
    """
    held, matcher = load_opposites()
    restrictions = {each.id for each in held.restrictions}
    theirs = matcher.find([each.word for each in quote.words])
    stated = {each.id for each in theirs} | {each.id for each in matcher.find(above)}
    beside = Beside(claim.words, quote.words)
    found: dict[tuple[int, int], Named] = {}
    for each in matcher.find([each.word for each in claim.words]):
        if each.id in stated or each.id in restrictions or any(a <= each.start < b for a, b in spans):
            continue
        pair, _, side = each.id.rpartition("/")
        wanted = f"{pair}/{'other' if side == 'one' else 'one'}"
        rivals = [other for other in theirs if other.id == wanted]
        if rivals and _opposed(each, rivals, beside, claim, quote):
            found[each.start, each.end] = each
    return list(found.values())


def _opposed(each: Named, rivals: Sequence[Named], beside: Beside, claim: Denied, quote: Denied) -> bool:
    place, end = beside.at(each.start), beside.at(each.end - 1)
    taken = {at for rival in rivals for at in range(_at(quote, rival.start), _at(quote, rival.end - 1) + 1)}
    root = frozenset({claim.words[place].word.stem})
    if place == end and set(beside.counterparts(place, root)) - taken:
        return False  # the word itself stands in the quotation, in another form
    nearest = beside.nearest(place, {_at(quote, rival.start) for rival in rivals})
    if len(quote.words) > _SAME_LENGTH * len(claim.words):
        ours = beside.neighbours(place)
        nearest = [other for other in nearest if beside.agreement(ours, other) >= _AGREEMENT]
    negated = _negated(claim, place, end)
    ends = {_at(quote, rival.start): _at(quote, rival.end - 1) for rival in rivals}
    return any(_negated(quote, other, ends[other]) == negated for other in nearest)


def _at(text: Denied, start: int) -> int:
    return max(place for place, each in enumerate(text.words) if each.word.start <= start)


def _negated(text: Denied, first: int, last: int) -> bool:
    """Whether a negation other than the words themselves stands in the segment of a notion."""
    segment = text.segments[last]
    return any(
        (mark.sure or mark.head is not None)
        and text.segments[mark.place] == segment
        and not first <= mark.place <= last
        for mark in text.marks
    )
