"""A claim and its quotation -> the words of the claim of which the quotation says the opposite.

A word is held against a claim where the quotation has its opposite and not the word itself, about the same
things and with as many negations: «не запрещено» is no opposite of «разрешено». Words on one side of a pair
mean the same: "is not covered by" is an opposite of "falls under".
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answer.verify.lexicon import Named, Word, load_opposites
from assistant.answer.verify.meanings import QUALITY, Beside
from assistant.answer.verify.negations import Denied

_SAME_LENGTH = 1.6  # times the words of a claim that a quotation may have and be about the same throughout
_SCOPE = 6  # words after a negation that it bears on
_IF = "if-unless/one"
_ROOT = 5  # letters by which forms of one longer word are known
_AGREEMENT = 2  # neighbours that must agree where the quotation is longer


def turned_words(
    claim: Denied,
    quote: Denied,
    above: Sequence[Word],
    spans: Sequence[tuple[int, int]],
    theirs_spans: Sequence[tuple[int, int]] = (),
) -> list[Named]:
    """The opposites in a claim. ``above``: words of what stands above the quotation and of the act's names.

    ``spans``: of numbers with their bounds and of names of acts, which are compared as such.
    ``theirs_spans``: of names of acts and provisions in the quotation: «в части 7» is no part of a whole.
    """
    held, matcher = load_opposites()
    restrictions = {each.id for each in held.restrictions}
    theirs = [
        each
        for each in matcher.find([each.word for each in quote.words])
        if not any(a <= each.start < b for a, b in theirs_spans)
    ]
    ours = matcher.find([each.word for each in claim.words])
    stated = {each.id for each in theirs} | {each.id for each in matcher.find(above)}
    beside = Beside(claim.words, quote.words)
    found: dict[tuple[int, int], Named] = {}
    # A word that the quotation has as a side of any pair is its own.
    known = {(each.start, each.end) for each in ours if each.id in stated and each.id not in restrictions}
    for each in ours:
        if each.id not in restrictions and _unlike(each, ours, theirs, beside, claim, quote):
            found[each.start, each.end] = each
        if (each.start, each.end) in known:
            continue
        if each.id in stated or each.id in restrictions or any(a <= each.start < b for a, b in spans):
            continue
        pair, _, side = each.id.rpartition("/")
        wanted = f"{pair}/{'other' if side == 'one' else 'one'}"
        rivals = [other for other in theirs if other.id == wanted]
        if rivals and _opposed(each, rivals, beside, claim, quote):
            found[each.start, each.end] = each
    return list(found.values())


def turned_prefixes(claim: Denied, quote: Denied) -> list[Named]:
    """The words of a claim that the quotation has with a negating prefix, or has without theirs.

    «Недоверенный» and «доверенный», "compatible" and "incompatible"; a negation beside one makes up for it.
    """
    there, back = Beside(claim.words, quote.words), Beside(quote.words, claim.words)
    found = []
    for place, each in enumerate(claim.words):
        if each.opposite and not there.known(place) and _only_plain(place, claim, quote, there, back):
            found.append(Named("prefix", each.word.start, each.word.end))
    for place, each in enumerate(quote.words):
        if each.opposite and not back.known(place) and _only_plain(place, quote, claim, back, there):
            word = claim.words[back.counterparts(place, each.opposite)[0]].word
            found.append(Named("prefix", word.start, word.end))
    return found


def _only_plain(place: int, text: Denied, other: Denied, beside: Beside, back: Beside) -> bool:
    """Whether the other text has the word at ``place`` without its prefix, of the same things, not negated.

    ``back``: the other text beside this one: a plain word that stands in both is no opposite.
    """
    met = beside.counterparts(place, text.words[place].opposite)
    ours = beside.neighbours(place)
    return (
        bool(met)
        and not any(back.known(each) for each in met)
        and all(QUALITY.search(other.words[each].word.folded) for each in met)
        and all(
            beside.agreement(ours, each) >= _AGREEMENT or beside.touches(place, place, each, each)
            for each in met
        )
        and not any(_denies(other, each) or _denied_just_before(other, each) for each in met)
        and not _denies(text, place)
    )


def _unlike(
    each: Named, ours: Sequence[Named], theirs: Sequence[Named], beside: Beside, claim: Denied, quote: Denied
) -> bool:
    """Whether the quotation negates a notion of the same things, and the claim negates nothing at all.

    Only a notion that either text has once: of several it could not be said which is meant.
    """
    same = [other for other in theirs if other.id == each.id]
    if claim.marks or len(same) != 1 or sum(1 for own in ours if own.id == each.id) != 1:
        return False
    first = _at(quote, same[0].start)
    clause = quote.words[first].clause
    alike = beside.agreement(beside.neighbours(beside.at(each.start)), first) > _AGREEMENT
    return alike and any(
        mark.sure and 0 < first - mark.place <= _SCOPE and quote.words[mark.place].clause == clause
        for mark in quote.marks
    )


def _denied_just_before(text: Denied, place: int) -> bool:
    """Whether «не», "not" stands right before a word, even in a phrase that counts as no negation."""
    return place > 0 and text.words[place - 1].word.folded in ("не", "not", "non", "no")


def _opposed(each: Named, rivals: Sequence[Named], beside: Beside, claim: Denied, quote: Denied) -> bool:
    place, end = beside.at(each.start), beside.at(each.end - 1)
    taken = {at for rival in rivals for at in range(_at(quote, rival.start), _at(quote, rival.end - 1) + 1)}
    root = frozenset(sense for sense in claim.words[place].senses if not sense.startswith("#"))
    begins = claim.words[place].word.folded[:_ROOT]
    again = {
        at
        for at, other in enumerate(quote.words)
        if len(begins) == _ROOT and other.word.folded.startswith(begins)
    }
    if place == end and (set(beside.counterparts(place, root)) | again) - taken:
        return False  # the word itself stands in the quotation, in another form
    if each.id == _IF and _denied_after(claim, end):
        return False  # «если не» is "unless"
    nearest = beside.nearest(place, {_at(quote, rival.start) for rival in rivals})
    ends = {_at(quote, rival.start): _at(quote, rival.end - 1) for rival in rivals}
    if len(quote.words) > _SAME_LENGTH * len(claim.words):
        ours = beside.neighbours(place)
        nearest = [
            other
            for other in nearest
            if beside.agreement(ours, other) >= _AGREEMENT or beside.touches(place, end, other, ends[other])
        ]
    negated = _negated(claim, place, end)
    return any(_negated(quote, other, ends[other]) == negated for other in nearest)


def _denied_after(text: Denied, place: int) -> bool:
    """Whether the segment that begins with a word is negated, and another one too."""
    segment = text.segments[place]
    if not any(mark.sure and text.segments[mark.place] != segment for mark in text.marks):
        return False
    return any(
        mark.sure and text.segments[mark.place] == segment and mark.place > place for mark in text.marks
    )


def _denies(text: Denied, place: int) -> bool:
    """Whether a negation bears on a word, or on nothing that can be told in its segment."""
    return any(
        mark.head in (None, place)
        and (mark.sure or mark.head is not None)
        and text.segments[mark.place] == text.segments[place]
        and mark.place != place
        for mark in text.marks
    )


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
