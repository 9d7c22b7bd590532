"""A span of canonical text -> sentences as offsets, and the best of them with what they lean on.

Legal text is split at full stops, semicolons that end a list item and line ends, but not after the
abbreviations of legal writing («ст.», «п.», «г.», «т. д.», "Art.", "No.") or initials.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence

_END = re.compile(r"[.!?…]+[»\"”)]*(?=\s)|;(?=\s)|\n")
_ABBREVIATION = re.compile(
    r"(?:\b(?:ст|п|пп|подп|ч|гл|разд|абз|г|гг|т|д|е|к|н|э|др|пр|см|ср|ред|изм|утв|им|руб|млн|млрд|тыс|"
    r"стр|с|о|ул|Art|Arts|No|Nos|Sec|para|paras|pp|p|ff|cf|e\.g|i\.e|etc|vs|Mr|Ms|Dr|St|U\.S|v|Vol|Ch)"
    r"|\b[A-ZА-ЯЁ]|§\s*\d+)\.$",
    re.IGNORECASE,
)
_MARKER = re.compile(
    r"^(?:\d+(?:[.-]\d+)*[.)]|[а-яёa-z]{1,2}(?:\.\d+)?\)|\([0-9a-zivx]+\)|[–—•-])\s*$", re.IGNORECASE
)


def split_sentences(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Offsets of the sentences in ``text[start:end]``, without spaces around, none empty."""
    found: list[tuple[int, int]] = []
    begin = start
    for match in _END.finditer(text, start, end):
        stop = match.start() if match.group() == "\n" else match.end()
        piece = text[begin:stop]
        if match.group() != "\n" and _goes_on(piece, text, match.end(), end):
            continue
        _append(found, text, begin, stop)
        begin = match.end()
    _append(found, text, begin, end)
    return found


def _goes_on(piece: str, text: str, after: int, end: int) -> bool:
    """Whether the stop at the end of ``piece`` is no end of a sentence."""
    if piece.endswith(";"):
        return False
    if _MARKER.match(piece.strip()):
        return True
    following = text[after : min(end, after + 3)].strip()
    if following and (following[0].islower() or following[0] in ",;:"):
        return True
    return bool(_ABBREVIATION.search(piece)) and bool(following)


def _append(found: list[tuple[int, int]], text: str, begin: int, stop: int) -> None:
    while begin < stop and text[begin].isspace():
        begin += 1
    while stop > begin and text[stop - 1].isspace():
        stop -= 1
    if stop > begin:
        found.append((begin, stop))


# Words with which a sentence points at the one before it.
_LEANS = re.compile(
    r"(?:при этом|в (?:этом|таком|указанном|данном) случае|в этих (?:случаях|целях)|указанн\w+"
    r"|так(?:ая|ой|ое|ие|их|ого)"
    r"|данн(?:ый|ая|ое|ые|ого|ой|ых)|эт(?:от|а|о|и|ого|ой|их|им|ому)|он|она|оно|они|его|ее|их|однако"
    r"|вместе с тем|кроме того|исключение|this|that|these|those|such|it|they|its|their|however|nevertheless"
    r"|in (?:such|that|this|those|these)|for (?:that|this) purpose|to that end|consequently|therefore"
    r"|by way of derogation|the (?:latter|former)|until such)(?!\w)",
    re.IGNORECASE,
)
_NAMES_ITSELF = re.compile(
    r"(?:this|these) (?:regulation|directive|order|chapter|article|section|annex|paragraph|guidelines"
    r"|recommendation|framework|document)s?\b",
    re.IGNORECASE,
)
STEPS_BACK = 2  # sentences taken along because a chosen one leans on them
NEW_SHARE = 0.3  # of the best sentence's worth, that a further one must add to be taken


def leans(sentence: str) -> bool:
    """Whether a sentence cannot be understood without the one before it: «При этом …», "Such …"."""
    plain = sentence.lstrip('«"“( ').replace("ё", "е")
    return bool(_LEANS.match(plain)) and not _NAMES_ITSELF.match(plain)


def best_sentences(
    text: str,
    start: int,
    end: int,
    worth: Callable[[str, Collection[str]], tuple[float, set[str]]],
    most: int,
) -> list[tuple[int, int]]:
    """Offsets of the sentences worth most, in reading order, neighbours in one piece.

    worth: sentence and the words already covered -> its worth and the words it covers. most: sentences
    chosen; those that a chosen one leans on, and the one that leans on it, come in addition.
    """
    sentences = split_sentences(text, start, end)
    chosen: set[int] = set()
    covered: set[str] = set()
    first = 0.0
    while len(chosen) < min(most, len(sentences)):
        left = [at for at in range(len(sentences)) if at not in chosen]
        rated = {at: worth(text[slice(*sentences[at])], covered) for at in left}
        at = max(left, key=lambda each: (rated[each][0], -each))
        if chosen and (first == 0 or rated[at][0] < NEW_SHARE * first):
            break
        first = first or rated[at][0]
        covered |= rated[at][1]
        chosen.add(at)
    return with_neighbours(text, sentences, chosen)


def with_neighbours(
    text: str, sentences: Sequence[tuple[int, int]], chosen: Collection[int]
) -> list[tuple[int, int]]:
    """Offsets of chosen sentences with those that they lean on, in reading order, neighbours in one piece."""
    taken = set(chosen)
    for at in chosen:
        back = at
        while back > 0 and at - back < STEPS_BACK and leans(text[slice(*sentences[back])]):
            back -= 1
            taken.add(back)
        if at + 1 < len(sentences) and leans(text[slice(*sentences[at + 1])]):
            taken.add(at + 1)
    return _joined(sentences, sorted(taken))


def _joined(sentences: Sequence[tuple[int, int]], taken: Sequence[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    last = -2
    for at in taken:
        if at == last + 1:
            found[-1] = (found[-1][0], sentences[at][1])
        else:
            found.append(sentences[at])
        last = at
    return found
