"""A claim and its quotations -> the bodies, offices and roles that only the claim names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answer.verify.forces import Forces, Mention
from assistant.answer.verify.lexicon import Named, Word, load_actors
from assistant.answer.verify.meanings import Beside, Meant

_RIGHT_BEFORE = 2  # words between a bearer and its modal word
_POINTING = re.compile(r"(?:таки|указанн|эти|этих|этим|данн)\w*|these|those|such|said")
_TOGETHER = 5  # words within which a quotation may say in its own words what an actor is called in a claim


def strange_actors(
    claim: Sequence[Meant],
    quote: Sequence[Meant],
    above: Sequence[Word],
    acts: Sequence[tuple[int, int]],
) -> list[Named]:
    """The actors of a claim that neither the quotation nor what stands above it names; one a place.

    ``above``: words above the quotation and of the act's names: the issuer. ``acts``: where the claim names
    acts: the body in «Указ Президента № 490» belongs to the name.
    """
    actors, matcher = load_actors()
    theirs = matcher.find([each.word for each in quote])
    within = matcher.find([each.word for each in quote], nested=True)
    known = {each.id for part in (within, matcher.find(above)) for each in part}
    known |= {covered for actor in known for covered in actors[actor].covers}
    beside = Beside(claim, quote)
    by_place: dict[tuple[int, int], list[Named]] = {}
    for each in matcher.find([each.word for each in claim]):
        if not any(start <= each.start < end for start, end in acts):
            by_place.setdefault((each.start, each.end), []).append(each)
    return [
        named[0]
        for named in by_place.values()
        if not any(each.id in known or actors[each.id].generic for each in named)
        and not _described(named[0], beside, theirs)
    ]


def _described(actor: Named, beside: Beside, others: Sequence[Named]) -> bool:
    """Whether the words of an actor's name stand close together in the quotation: «получатели субсидий».

    ``others``: the actors of the quotation: words of their names describe none else.
    """
    first, last = beside.at(actor.start), beside.at(actor.end - 1)
    own = [place for place in range(first, last + 1) if beside.one[place].content]
    met = [
        [
            other
            for other in beside.counterparts(place)
            if not any(each.start <= beside.other[other].word.start < each.end for each in others)
        ]
        for place in own
    ]
    if any(_pointed_at(beside.other, other) for places in met for other in places):
        return True
    if len(own) < 2 or not all(met):
        return False
    return any(
        all(any(abs(other - start) <= _TOGETHER for other in places) for places in met) for start in met[0]
    )


def swapped_bearers(claim: Forces, quote: Forces) -> list[Named]:
    """The actors to whom a claim gives a duty or a right that the quotation gives to others.

    The claim's bearer stands right before the modal word; where the quotation does not name it at all, it
    must name bearers that the claim leaves out.
    """
    actors, matcher = load_actors()
    ours = matcher.find([each.word for each in claim.words])
    theirs = matcher.find([each.word for each in quote.words])
    named, told = {each.id for each in theirs}, {each.id for each in ours}
    beside = Beside(claim.words, quote.words)
    swapped = []
    for mention in claim.mentions:
        bearer = [each for each in ours if 0 <= mention.place - beside.at(each.end - 1) <= _RIGHT_BEFORE]
        if not bearer or not mention.heads or actors[bearer[-1].id].generic:
            continue
        met = set(beside.counterparts(mention.heads[0]))
        alike = [each for each in quote.mentions if met & set(each.heads) and each.force == mention.force]
        if not alike and len(claim.mentions) == len(quote.mentions) == 1:
            alike = [each for each in quote.mentions if each.force == mention.force]
        holders = [_before(each, quote, theirs) for each in alike]
        if bearer[-1].id not in named:
            if any(_akin(each.id, named) or _described(each, beside, theirs) for each in bearer):
                continue
            holders = [
                {each for each in held if not actors[each].generic and each not in told} for held in holders
            ]
        if holders and all(held and bearer[-1].id not in held for held in holders):
            swapped.append(bearer[-1])
    return swapped


def _pointed_at(text: Sequence[Meant], place: int) -> bool:
    """Whether a text points at what it has named before: «такие компании», "these individuals"."""
    return place > 0 and bool(_POINTING.fullmatch(text[place - 1].word.folded))


def substituted_actors(claim: Sequence[Meant], quote: Sequence[Meant]) -> list[Named]:
    """The actors of a claim that stand where the quotation has others, which the claim does not name.

    «По запросу субъекта» where the quotation says «по запросу уполномоченного органа»: what stands above a
    quotation may lend a claim an actor, but not in the place of its own.
    """
    actors, matcher = load_actors()
    ours = matcher.find([each.word for each in claim])
    theirs = matcher.find([each.word for each in quote])
    there, back = Beside(claim, quote), Beside(quote, claim)
    told, held = {each.id for each in ours}, {each.id for each in theirs}
    rivals = [
        (back.at(each.start), back.at(each.end - 1))
        for each in theirs
        if not _akin(each.id, told) and not actors[each.id].generic
    ]
    named = {(each.start, each.end) for each in ours if _akin(each.id, held) or actors[each.id].generic}
    return [
        each
        for each in ours
        if (each.start, each.end) not in named
        and not _described(each, there, theirs)
        and any(
            there.touches(there.at(each.start), there.at(each.end - 1), *rival, before=True)
            for rival in rivals
        )
    ]


def _akin(actor: str, others: set[str]) -> bool:
    """Whether an actor is one of others, covers one or is covered by one."""
    actors, _ = load_actors()
    covered = {each for other in others for each in actors[other].covers}
    return actor in others or actor in covered or not others.isdisjoint(actors[actor].covers)


def _before(mention: Mention, text: Forces, named: Sequence[Named]) -> set[str]:
    """The actors named before a modal word in its clause, with those that they cover."""
    actors, _ = load_actors()
    clause = [each.word for each in text.words if each.clause == mention.clause]
    end = text.words[mention.place].word.start
    found = {each.id for each in named if clause[0].start <= each.start < end}
    return found | {covered for actor in found for covered in actors[actor].covers}
