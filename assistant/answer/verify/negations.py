"""A claim and its quotation -> whether one of them negates what the other affirms.

A negation bears on the word it stands before. It is compared with what the other text says about that word's
counterpart; where there is none, only a text that has nothing like a negation is held against one that has.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answer.verify.lexicon import Word
from assistant.answer.verify.meanings import QUALITY, Beside, Meant, meant

# «не только», "without delay" and the like negate nothing.
HARMLESS = re.compile(
    r"(?<!\w)(?:тем\s+не\s+менее|не\s+(?:менее|более|меньше|больше|ниже|выше|реже|чаще)|не\s+зависимо|"
    r"без\s+(?:неоправданн\w+\s+)?(?:промедлени\w+|задерж\w+|задержек)|"
    r"without\s+(?:(?:any|undue|unreasonable|further)\s+)*delay|without\s+prejudice(?:\s+to)?|"
    r"без\s+ущерба(?:\s+для)?|не\s+связан\w+\s+с|"
    r"no\.?\s?\d[\w./-]*|(?:no|not)\s+(?:later|earlier|sooner|longer\s+than)|не\s+(?:позднее|позже|ранее|раньше)|"
    r"whether\s+or\s+not|or\s+not|или\s+не(?:т)?|не\s+только|not\s+(?:only|merely|just)|"
    r"(?:if|where)\s+not|as\s+soon\s+as)(?!\w)",
    re.IGNORECASE,
)
NEGATION = re.compile(
    r"(?<!\w)(?:не|ни|нет|нельзя|невозможн\w*|недопустим\w*|запрещ\w+|без|отсутств\w+|"
    r"никто|никого|никому|никем|ничто|ничего|некому|некого|nobody|nothing|"
    r"not|no|never|nor|neither|none|cannot|without|prohibit(?:s|ed|ing)?|banned|forbid\w*|forbidden|"
    r"absen(?:ce|t))(?!\w)|n['’]t(?!\w)",
    re.IGNORECASE,
)
# What may stand for a negation in other words, but need not be one.
_SOFT = re.compile(
    r"(?<!\w)(?:не(?!обходим|скольк|дел|медлен|посредств|гатив|йро|фт|дв|сущ|сет|которы|т\b)[а-яё]{4,}|"
    r"запрет\w*|prohibition\w*|bans?|"
    r"бес[пктсцчшщхф][а-яё]{3,}|молч\w+|"
    r"утра[тч]\w+|прекра[щт]\w+|отмен\w+|переста\w+|истек\w+|исключ\w+|кроме|помимо|освобожд\w+|отказ\w*|огранич\w+|"
    r"препятств\w+|лиш[аеи]\w+|избе[гж]\w+|предотвращ\w+|уклон\w+|"
    r"un(?!der|it|io|iq|iv|an|til|less)[a-z]{4,}|non[- ]?\w+|in(?:valid|admiss|eligib|dependen|"
    r"sufficien|complet|capab|accura)\w*|"
    r"unless|until|except\w*|exclud\w*|exempt\w*|cease[sd]?|no\s+longer|repeal\w*|lack\w*|refus\w+|fail\w*|"
    r"avoid\w*|prevent\w*|bar(?:s|red)?|outlaw\w*|disallow\w*|preclud\w*|agnostic|object\w*|distinct|different|otherwise|silence)(?!\w)",
    re.IGNORECASE,
)
# Words that limit, and so may stand for a negation of all else.
_LIMIT = re.compile(
    r"(?<!\w)(?:только|лишь|пока|против|вместо|свобод\w+|вне|за\s+пределами|only|solely|other\s+than|rather\s+than|"
    r"instead|outside|save|free|beyond)(?!\w)",
    re.IGNORECASE,
)
# Of these two the words that leave something out: nothing in the quotation may say so in other words.
_EXCLUDING = re.compile(r"кроме|помимо|вне|исключени\w+|except\w*|exclud\w*|outside|unless|save|without|без")
_ONLY = frozenset({"только", "лишь", "исключительно", "only", "solely", "exclusively", "alone"})
_NEGATORS = frozenset({"не", "ни", "not", "never", "no", "nor", "t", "cannot", "without", "без"})
_LIGHT = frozenset(
    {
        "станет",
        "станут",
        "стать",
        "будет",
        "будут",
        "должен",
        "должна",
        "должно",
        "должны",
        "следует",
        "вправе",
    }
    | {"will", "would", "should", "shall", "must", "may", "can", "could", "been", "being", "had", "did"}
    | {"является", "являются", "являющ", "быть", "могут", "может", "этого", "этом"}
    | {"have", "has", "yet", "only", "also", "does", "same", "such", "either"}
)
_PREFIXED = re.compile(r"не|бес|без|un|in|non")
_FURTHER = frozenset({"nor", "neither", "ни"})  # go on with a negation
_REACH = 4  # words after a negator among which its head is
_SAME_LENGTH = 1.6  # times the words of a claim that a quotation may have and be about the same throughout
_SHORT = 20  # words of a text in which whatever negates may be what a negation says in other words
_NEARBY = 6  # words on either side of a negation that tell what it is about
_SAME = 3  # of them that two negations share which say the same in other words
_RELEVANT = 0.5  # of a segment's words that a claim must have for the segment to be about it


@dataclass(frozen=True, slots=True)
class Mark:
    """A word that negates. ``head``: the place of the word it bears on; ``sure``: it does nothing else."""

    place: int
    head: int | None
    sure: bool


@dataclass(frozen=True, slots=True)
class Denied:
    """A text's words and the marks of negation among them. ``segments``: of each word, up to commas."""

    words: list[Meant]
    segments: list[int]
    marks: list[Mark]


def denied(
    text: str,
    words: Sequence[Word],
    skip: Sequence[tuple[int, int]] = (),
    soft: Sequence[tuple[int, int]] = (),
) -> Denied:
    """Read a text. ``skip``: spans that negate nothing, such as bounds of numbers; ``soft``: exemptions."""
    plain = without(text, [*skip, *(match.span() for match in HARMLESS.finditer(text))])
    said = meant(text, words)
    starts = {each.word.start: place for place, each in enumerate(said)}
    sure = {starts[match.start()] for match in NEGATION.finditer(plain) if match.start() in starts}
    sure |= {
        starts[at + 2] for match in re.finditer(r"n['’]t(?!\w)", plain) if (at := match.start()) + 2 in starts
    }
    mild = {
        starts[m.start()] for each in (_SOFT, _LIMIT) for m in each.finditer(plain) if m.start() in starts
    }
    eased = {place for place in sure if any(a <= said[place].word.start < b for a, b in soft)}
    marks = [Mark(place, _head(said, place), place in sure - eased) for place in sorted(sure | mild)]
    return Denied(said, _segments(text, said), marks)


def without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text with these spans blotted out, at its length."""
    letters = list(text)
    for start, end in spans:
        letters[start:end] = "\0" * (end - start)
    return "".join(letters)


def _segments(text: str, words: Sequence[Meant]) -> list[int]:
    found: list[int] = []
    for place, each in enumerate(words):
        broken = place and set(",.;:()!?\n—") & set(text[words[place - 1].word.end : each.word.start])
        found.append((found[-1] if found else 0) + bool(broken))
    return found


def _head(words: Sequence[Meant], place: int) -> int | None:
    """The word that a negator bears on: the next one with content in its clause."""
    if words[place].word.folded not in _NEGATORS:
        return None
    for ahead in range(place + 1, min(len(words), place + 1 + _REACH)):
        if words[ahead].clause != words[place].clause:
            return None
        if words[ahead].content and words[ahead].word.folded not in _LIGHT:
            return ahead
    return None


def negation_differs(claim: Denied, quote: Denied, banned: bool = False) -> bool:
    """Whether claim or quotation affirms what the other negates.

    ``banned``: what stands above the quotation forbids what it lists: the claim may say so too.
    """
    there, back = Beside(claim.words, quote.words), Beside(quote.words, claim.words)
    ours, theirs = _unmet(claim, quote, there), _unmet(quote, claim, back)
    # A quality with a negating prefix («неопределённый») denies that quality and nothing else.
    ours_left, theirs_left = _but_qualities(claim, ours), _but_qualities(quote, theirs)
    if banned:
        ours = [mark for mark in ours if mark.head is not None]
    if any(_turned(mark, there, quote, theirs_left) for mark in ours if mark.sure):
        return True
    told = [mark for mark in ours if mark.sure and claim.words[mark.place].word.folded not in _FURTHER]
    if not banned and len(told) > max(1, len(theirs)):
        return True
    if not quote.marks and any(_EXCLUDING.fullmatch(claim.words[mark.place].word.folded) for mark in ours):
        return True
    alike = len(quote.words) <= _SAME_LENGTH * len(claim.words)
    return any(
        _turned(mark, back, claim, ours_left, there, alike=alike)
        for mark in theirs
        if mark.sure and (alike or _about(mark, quote, back))
    )


def _but_qualities(text: Denied, marks: Sequence[Mark]) -> list[Mark]:
    """The marks that are not adjectives or adverbs with a negating prefix."""
    return [
        mark
        for mark in marks
        if mark.sure
        or not _PREFIXED.match(text.words[mark.place].word.folded)
        or not QUALITY.search(text.words[mark.place].word.folded)
    ]


def _unmet(one: Denied, other: Denied, there: Beside) -> list[Mark]:
    """The marks of a text that the other does not have about the same word."""
    heads = {mark.head for mark in other.marks if mark.head is not None}
    places = {mark.place for mark in other.marks}
    only = any(each.word.folded in _ONLY for each in other.words)
    unmet = []
    for mark in one.marks:
        if only and one.words[mark.place].word.folded in _ONLY:
            continue
        looked_up = mark.place if mark.head is None else mark.head
        met = set(there.counterparts(looked_up)) & (places if mark.head is None else heads)
        if not met and not _by_prefix(one.words[looked_up], other):
            unmet.append(mark)
    return unmet


def _by_prefix(word: Meant, other: Denied) -> bool:
    """Whether the other text says a negated word with a negating prefix: "not affect" and "unaffected"."""
    return word.content and any(each.opposite & word.senses for each in other.words)


def _turned(
    mark: Mark,
    there: Beside,
    other: Denied,
    left: Sequence[Mark],
    back: Beside | None = None,
    *,
    alike: bool = True,
) -> bool:
    """Whether the other text has nothing that says this negation. ``left``: its marks of other negations.

    ``back``: given where the other text need not speak of the word negated at all; it must speak of this very
    place to be held against it. ``alike``: whether the texts are so alike that what is left out counts too.
    """
    found = [] if mark.head is None else there.counterparts(mark.head)
    shared = [_shared(there.one, mark, other.words, each) for each in left]
    if not found:
        short = len(other.words) <= _SHORT
        return alike and not any(
            each.sure or common or short for each, common in zip(left, shared, strict=True)
        )
    if any(each.sure and common >= _SAME for each, common in zip(left, shared, strict=True)):
        return False
    if back is not None and not all(mark.head in back.counterparts(each) for each in found):
        return False
    denied_segments = {
        other.segments[place] for each in left for place in (each.place, each.head or each.place)
    }
    return not any(other.segments[each] in denied_segments for each in found)


def _shared(one: Sequence[Meant], mark: Mark, other: Sequence[Meant], rival: Mark) -> int:
    """How many of the words around a mark are around a mark of the other text too."""
    ours = [each for each in one[max(0, mark.place - _NEARBY) : mark.place + _NEARBY + 1] if each.content]
    theirs = other[max(0, rival.place - _NEARBY) : rival.place + _NEARBY + 1]
    meanings = frozenset().union(*(each.senses for each in theirs if each.content))
    return sum(1 for each in ours if each.senses & meanings)


def _about(mark: Mark, text: Denied, there: Beside) -> bool:
    """Whether the claim has most words of the mark's segment."""
    own = [
        place
        for place, segment in enumerate(text.segments)
        if segment == text.segments[mark.place] and text.words[place].content and place != mark.place
    ]
    return bool(own) and sum(there.known(place) for place in own) >= _RELEVANT * len(own)
