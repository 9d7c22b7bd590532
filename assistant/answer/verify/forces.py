"""A claim and its quotation -> the duties, permissions, bans and advice that only the claim states.

A modal word is compared with what the quotation says of the same action. Where it says nothing modal of it, a
rule in the present tense is a duty, and a permission is borne out by whatever does not oblige.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answer.verify.lexicon import Word
from assistant.answer.verify.limits import Limits
from assistant.answer.verify.meanings import Beside, Meant, meant
from assistant.answer.verify.modality import FORCE, Modality, for_ability, of_need
from assistant.answer.verify.negations import without

_REACH = 6  # words after a modal word among which the action is
# Words after which the action stands before them: «сертификация обязательна», "certification is mandatory".
_AFTER_ACTION = re.compile(
    r"не\s+|(?:не)?обязательн[аоы]|обязателен|добровольн[аоы]|допускает\w*|допускают\w*|"
    r"разреш\w+|запрещ\w+|подлеж\w+|требу\w+|"
    r"mandatory|compulsory|voluntary|optional|allowed|permitted|prohibited|required|necessary|нужн\w*|нужен|"
    r"необходим\w*|рекоменд\w+|должн\w+|должен",
    re.IGNORECASE,
)
# Words after which it stands for whom they hold: «добровольной для организаций и предпринимателей».
_OF_WHOM = re.compile(r"(?:обязательн|добровольн)\w+|mandatory|voluntary|optional|compulsory", re.IGNORECASE)
# What «следует», «должен» say of "should"; the other way round only the first does.
_OUGHT = re.compile(r"следует|должн\w*|должен|надлежит|нужно|ought", re.IGNORECASE)
_WEAK = re.compile(r"следует|желательно|ought", re.IGNORECASE)
# "No penalty can apply", «никто не может»: a permission for none is a ban.
_NOBODY = re.compile(
    r"(?<!\w)(?:no(?!\s+(?:later|earlier|more|less|fewer)\b)|nobody|none|neither|nothing)\s[^,.;:!?]*$",
    re.IGNORECASE,
)
_ASIDE = 10  # words that commas may put in between
# Verbs that say only that something is done; the noun after them says what («может осуществляться проверка»).
_SUPPORT = re.compile(
    r"осуществля|осуществить|производит|производя|проводит|проведен|выполнят|perform|conduct|carr(?:y|ied)"
)
_NOUN_REACH = 3
_ALIKE = 3  # neighbours that the words around two modal words must share to be about one action
_CLEARLY = 2  # of them more than any other modal word of the quotation has
_LIGHT = frozenset(
    {
        "быть",
        "был",
        "была",
        "были",
        "будет",
        "также",
        "такие",
        "только",
        "всегда",
        "иметь",
        "дело",
        "have",
        "been",
    }
    | {"also", "only", "not"}
)

_LISTED = frozenset({"ban", "permission"})  # what the lead-in of a list says of its items

_BORNE_OUT = {
    "chance": {"permission", "advice"},
    "permission": {"voluntary", "exemption", "chance"},
    "voluntary": {"permission", "exemption"},
    "exemption": {"voluntary", "permission"},
    "ban": {"exemption"},
    "duty": set(),
    "advice": set(),
}


@dataclass(frozen=True, slots=True)
class Mention:
    """A modal word of a text: its force, its form and place, the places of the action it may bear on."""

    force: str
    written: str
    heads: tuple[int, ...]
    clause: int
    place: int


@dataclass(frozen=True, slots=True)
class Forces:
    """A text's words and the modal words among them."""

    words: list[Meant]
    mentions: list[Mention]


def forces(text: str, words: Sequence[Word], skip: Sequence[tuple[int, int]] = ()) -> Forces:
    """Read a text. ``skip``: spans read already, such as bounds of numbers."""
    said = meant(text, words)
    plain = without(text, skip)
    found = [match for match in FORCE.finditer(plain) if not of_need(plain, match)]
    modal = {place for match in found for place, each in enumerate(said) if _in(each, match)}
    mentions = []
    for match in found:
        places = [place for place, each in enumerate(said) if _in(each, match)]
        if places and not for_ability(text, match):
            kind = "permission" if match.lastgroup == "unbanned" else str(match.lastgroup)
            if kind == "permission" and _NOBODY.search(text, 0, match.start()):
                kind = "ban"
            heads = _heads(said, places, modal, match.group())
            mentions.append(Mention(kind, match.group(), heads, said[places[0]].clause, places[0]))
    return Forces(said, mentions)


def _in(each: Meant, match: re.Match[str]) -> bool:
    return match.start() <= each.word.start < match.end()


def _heads(words: Sequence[Meant], places: Sequence[int], modal: set[int], written: str) -> tuple[int, ...]:
    clause = words[places[0]].clause

    def action(place: int) -> bool:
        each = words[place]
        return (
            each.content and place not in modal and each.word.folded not in _LIGHT and each.clause == clause
        )

    last, first = _past_aside(words, places[-1]), places[0]
    ahead = next(
        (place for place in range(last + 1, min(len(words), last + 1 + _REACH)) if action(place)), None
    )
    if ahead is not None and _SUPPORT.match(words[ahead].word.folded):
        done = next(
            (at for at in range(ahead + 1, min(len(words), ahead + 1 + _NOUN_REACH)) if action(at)), None
        )
        return (ahead,) if done is None else (done, ahead)
    behind = next(
        (place for place in range(first - 1, max(-1, first - 1 - _REACH), -1) if action(place)), None
    )
    heads = [ahead] if ahead is not None else []
    if ahead is not None and _OF_WHOM.fullmatch(written):
        heads += [place for place in range(ahead + 1, min(len(words), ahead + _REACH)) if action(place)][:2]
    if behind is not None and (ahead is None or _AFTER_ACTION.match(written)):
        heads.append(behind)
    return tuple(heads)


def forces_of_lists(lead_ins: Sequence[str]) -> frozenset[str]:
    """The force that each lead-in puts on the items of its list: that of its last modal word («обязан:»)."""
    found = [list(FORCE.finditer(each)) for each in lead_ins]
    last = (str(matches[-1].lastgroup) for matches in found if matches)
    return frozenset("permission" if each == "unbanned" else each for each in last)


def _past_aside(words: Sequence[Meant], last: int) -> int:
    """The last word of what a comma puts in between a modal word and its action: "may, by decision, make"."""
    if last + 1 >= len(words) or not _after_comma(words[last + 1]):
        return last
    for place in range(last + 2, min(len(words), last + 2 + _ASIDE)):
        if words[place].clause != words[last].clause:
            break
        if _after_comma(words[place]):
            return place - 1
    return last


def _after_comma(each: Meant) -> bool:
    return each.word.listed and not each.word.joined


def changed_forces(
    claim: Forces,
    quote: Forces,
    stated: Modality,
    above: frozenset[str],
    limits: Limits,
    opening: frozenset[str] = frozenset(),
) -> list[str]:
    """The forces of a claim that its quotation does not bear out.

    ``stated``: how the quotation reads as a whole; ``above``: the forces of what stands above it;
    ``limits``: what both narrow; ``opening``: the forces of the lead-ins the quotation completes.
    """
    if opening == {"duty"}:
        above = frozenset()
    beside = Beside(claim.words, quote.words)
    return sorted(
        {
            each.force
            for each in claim.mentions
            if not _borne_out(each, quote, beside, stated, limits, above)
            or _waived(each, opening, stated, limits)
        }
    )


def _waived(mention: Mention, opening: frozenset[str], stated: Modality, limits: Limits) -> bool:
    """Whether a claim permits what a list's lead-in makes a duty, or makes a duty of what it permits.

    Where the item says nothing itself.
    """
    if mention.force == "duty" and opening == {"permission"} and not limits.listed:
        return not stated.forces & {"duty", "ban"}
    return mention.force == "permission" and opening == {"duty"} and not stated.forces


def _borne_out(
    mention: Mention, quote: Forces, beside: Beside, stated: Modality, limits: Limits, above: frozenset[str]
) -> bool:
    met = set(beside.counterparts(mention.heads[0])) if mention.heads else set()
    alike = [each for each in quote.mentions if met & set(each.heads)]
    if not alike and mention.force == "duty":
        alike = [each for each in _governing(met, quote) if each.force == "permission"]
    if not alike and len(quote.mentions) > 1:
        alike = _around_alike(mention, quote, beside)
    if alike:
        return any(_agree(mention, each, stated, limits) for each in alike)
    if mention.force in stated.forces or _tolerated(mention, stated, limits):
        return True
    if mention.force in above & _LISTED:
        return True
    return any(_agree(mention, each, stated, limits) for each in quote.mentions)


def _governing(places: set[int], quote: Forces) -> list[Mention]:
    """The modal words in whose reach the quotation has an action: the last ones before it in its clause."""
    found = []
    for place in places:
        before = [
            each for each in quote.mentions if each.place < place and each.clause == quote.words[place].clause
        ]
        found += before[-1:]
    return found


def _around_alike(mention: Mention, quote: Forces, beside: Beside) -> list[Mention]:
    """The modal word of the quotation that stands among the same words as the claim's, if one does."""
    ours = beside.neighbours(mention.heads[0] if mention.heads else mention.place)
    scores = [beside.agreement(ours, each.heads[0] if each.heads else each.place) for each in quote.mentions]
    best = max(scores)
    if best < _ALIKE or sum(1 for each in scores if each > best - _CLEARLY) > 1:
        return []
    return [quote.mentions[scores.index(best)]]


def _agree(one: Mention, other: Mention, stated: Modality, limits: Limits) -> bool:
    """Whether a claim's modal word says what one of the quotation says."""
    if one.force == other.force or other.force in _BORNE_OUT[one.force]:
        return True
    if (one.force, other.force) == ("duty", "advice"):
        return bool(_OUGHT.fullmatch(one.written)) and other.written.isascii()
    if (one.force, other.force) == ("advice", "duty"):
        return bool(_WEAK.fullmatch(other.written))
    return one.force in ("permission", "ban") and _excused(one.force, stated, limits)


def _excused(force: str, stated: Modality, limits: Limits) -> bool:
    """Whether a permission or a ban may be the other side of what both texts narrow: "only after".

    A condition or a term makes no permission of what the quotation makes a duty.
    """
    conditional = limits.conditional or limits.required
    return limits.only or (conditional and (force != "permission" or "duty" not in stated.forces))


def _tolerated(mention: Mention, stated: Modality, limits: Limits) -> bool:
    """Whether a force that the quotation has no word for is none of another kind."""
    force, meant_ = mention.force, stated.forces
    if force == "chance":
        return "duty" not in meant_ or stated.possible or stated.potential
    if force == "duty":
        # The present tense of a rule obliges; so does a condition, whatever it bans.
        return not meant_ - ({"chance", "ban"} if limits.listed else {"chance"})
    if force == "permission":
        excused = limits.required or _excused(
            force, stated, limits
        )  # a duty of what the claim permits is none here
        return excused or stated.possible or (stated.option and "duty" not in meant_)
    if force == "exemption":
        return bool(stated.negations or stated.excludes) or ("permission" in meant_ and "duty" not in meant_)
    return force == "ban" and bool(stated.negations or _excused(force, stated, limits))
