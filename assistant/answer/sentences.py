"""A span of canonical text -> sentences as offsets.

Legal text is split at full stops, semicolons that end a list item and line ends, but not after the
abbreviations of legal writing («ст.», «п.», «г.», «т. д.», "Art.", "No.") or initials.
"""

from __future__ import annotations

import re

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
