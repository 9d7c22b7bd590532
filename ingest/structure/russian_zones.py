"""The paragraphs of a Russian act -> its zones: the act itself, signatures, approved attachments.

Points restart at 1 in every attachment, so nothing may be numbered before the borders are known.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.document import Para
from ingest.structure.russian_labels import dative, document_word
from ingest.structure.russian_markers import believable, is_first, read_marker

_APPROVED = re.compile(
    r"утвержд[её]н[аоы]?(?:\s*$|\s+(?:указ|постановлен|распоряжен|приказ|решен|протокол|президент|"
    r"правительств|председател|министр|директор|руководител|заместител))",
    re.I,
)
_ANNEX = re.compile(r"приложение(?:\s+(?:N|№)?\s*(\d{1,3}))?\s*(?:$|к\s+\S|\()", re.I)
# Lines under «Утверждено» and «Приложение» that say by what or to what.
_ANNEX_LINE = re.compile(
    r"(?:к\s|от\s+[\"«]?\d|указ|постановлен|распоряжен|приказ|решен|правительств|президент|министерств|"
    r"российской федерации|федеральн|фстэк|фсб|N\s|№|протокол|\(в ред)",
    re.I,
)
_POST = re.compile(
    r"(?:президент|(?:первый\s+)?(?:заместител|председател)|врио|и\.\s?о\.|исполняющ|временно исполняющ|"
    r"директор|министр|руководител|губернатор|мэр|глава|начальник|генеральн|статс-секретар)",
    re.I,
)
_NUMBER_AT_END = re.compile(r"(?:N|№)\s*[\w\-/]+$")
_NAME = re.compile(r"(?:^|\s)[А-ЯЁ]\.\s?(?:[А-ЯЁ]\.\s?)?[А-ЯЁ][А-ЯЁа-яё\-]+$")
_PLACE = re.compile(r"(?:г\.\s?)?Москва,\s+(?:Кремль|Дом Правительства)")
_DATED = re.compile(
    r"(?:от\s+)?[\"«]?\d{1,2}[\"»]?[. ]\S+[. ]\d{4}(?:\s*г(?:ода|\.)?)?(?:\s*(?:N|№)\s*\S+)?|(?:N|№)\s*\S+",
    re.I,
)
_TITLE_LINE = re.compile(
    r"(?:принят[аоы]?\s|одобрен[аоы]?\s|зарегистрирован|от\s+[\"«]?\d|N\s|№|\(.*\)$|"
    r"\d{1,2}[. ]\S+[. ]\d{4}\s)",
    re.I,
)
_STRUCTURAL = frozenset(
    {"article", "section", "subsection", "chapter", "paragraph_sign", "book", "roman", "dot", "paren", "code"}
)
_HEADER_LINES = 9
_SIGNATURE_LINES = 6
_POST_LINES = 2  # over which a post without a name may go on


@dataclass(slots=True)
class Zone:
    """Paragraphs ``[first, last)`` of one kind: act, signature or annex.

    head: index of the first paragraph after the title lines. title: the title joined into one line, with
    the offset where it ends. number: of an annex, as printed or by order. depth: 1 for an annex of an
    annex. word: what the annex is («требования»), where its title says so.
    """

    kind: str
    first: int
    last: int
    head: int
    title: str = ""
    title_end: int = 0
    number: int | None = None
    depth: int = 0
    word: str | None = None
    said_annex: bool = False


def split_zones(paras: Sequence[Para]) -> list[Zone]:
    """Cut the act where signatures stand and attachments begin."""
    borders = [(0, "act")]
    i = 0
    while i < len(paras):
        kind = _border(paras, i, borders[-1][1])
        if kind:
            if borders == [(0, "act")] and i == 0:
                borders = []
            borders.append((i, kind))
            i = _after_header(paras, i) if kind == "annex" else i + 1
        else:
            i += 1
    ends = [index for index, _ in borders[1:]] + [len(paras)]
    zones = [_zone(paras, kind, first, last) for (first, kind), last in zip(borders, ends, strict=True)]
    _number_annexes(paras, zones)
    return zones


def _border(paras: Sequence[Para], i: int, current: str) -> str | None:
    if _is_annex_start(paras, i):
        return "annex"
    # A list of people in an attachment looks like signatures; a signature ends what it signs.
    if current != "signature" and _is_signature(paras, i) and (current == "act" or _ends_here(paras, i)):
        return "signature"
    if current == "act" and i > 0 and _is_unnamed(paras, i):
        return "signature"
    if current == "signature" and _is_untold_annex(paras, i):
        return "annex"
    return None


def _is_annex_start(paras: Sequence[Para], i: int) -> bool:
    para = paras[i]
    text = para.text
    if len(text) > 300 or text[-1:] in ".;:," or para.block.cells:
        return False
    if _APPROVED.match(text):
        return para.block.align != "left" or len(text) < 80 or bool(_NUMBER_AT_END.search(text))
    return bool(_ANNEX.match(text))


def _is_untold_annex(paras: Sequence[Para], i: int) -> bool:
    """After a signature: a document's title («ПОЛОЖЕНИЕ о …») or a first numbered point."""
    text = paras[i].text
    if (text.isupper() or paras[i].block.align == "center") and document_word(text):
        return True
    marker = read_marker(text)
    return bool(marker and marker.type in {"dot", "roman"} and is_first(marker) and len(text) > 20)


def _is_signature(paras: Sequence[Para], i: int) -> bool:
    text = paras[i].text
    if _PLACE.match(text):
        return len(text) < 60
    if not _POST.match(text) or len(text) > 200:
        return False
    joined = ""
    for para in paras[i : i + _SIGNATURE_LINES]:
        joined = f"{joined} {para.text}".strip()
        if len(joined) > 250 or joined[-1] in ".;:,":
            return False
        if _NAME.search(joined):
            return True
    return False


def _is_unnamed(paras: Sequence[Para], i: int) -> bool:
    """A post without a name: the text has ended before it, and only the rest of the post, a place, a date and
    a number stand between it and the end or the next attachment.
    """
    if paras[i - 1].text[-1:] != "." or not _POST.match(paras[i].text) or not _is_short_line(paras[i]):
        return False
    post_ends = False
    for j in range(i + 1, len(paras)):
        if _is_annex_start(paras, j):
            return True
        if _PLACE.match(paras[j].text) or _DATED.fullmatch(paras[j].text):
            post_ends = True
        elif post_ends or j - i > _POST_LINES or not _is_short_line(paras[j]):
            return False
    return True


def _is_short_line(para: Para) -> bool:
    text = para.text
    return len(text) < 100 and text[-1:] not in ".;:," and not read_marker(text) and not para.block.cells


def _ends_here(paras: Sequence[Para], i: int) -> bool:
    """Nothing but the signature's lines stands between paragraph ``i`` and the end or the next attachment."""
    for j in range(i + 1, min(i + 10, len(paras))):
        if _is_annex_start(paras, j):
            return True
        if read_marker(paras[j].text) or len(paras[j].text) > 100:
            return False
    return i + 10 >= len(paras)


def _after_header(paras: Sequence[Para], i: int) -> int:
    """Index after «Утверждены постановлением … от … N …» and the like."""
    j = i + 1
    while j < len(paras) and j - i < _HEADER_LINES:
        text = paras[j].text
        lead = _ANNEX_LINE.match(text) or _APPROVED.match(text)
        if not (paras[j].block.align == "right" or (lead and paras[j].block.align != "center")):
            break
        if len(text) > 250 or paras[j].block.cells:
            break
        j += 1
    return j


def _zone(paras: Sequence[Para], kind: str, first: int, last: int) -> Zone:
    if kind == "signature":
        return Zone(kind, first, last, last)
    begin = first
    said = kind == "annex" and (_is_annex_start(paras, first))
    if said:
        begin = min(_after_header(paras, first), last)
    head = begin
    centred = False
    while head < last and not _opens_text(paras[head], centred):
        centred = centred or paras[head].block.align == "center"
        head += 1
    lines = [para.text for para in paras[begin:head]]
    title_end = paras[head - 1].end if head > first else paras[first].start
    title = " ".join(lines)
    word = next((w for line in lines if (w := document_word(line))), None) if kind == "annex" else None
    return Zone(kind, first, last, head, title, title_end, word=word, said_annex=said)


def _opens_text(para: Para, below_centred: bool) -> bool:
    """The paragraph is no title line: a provision's marker, a table row, a sentence, or any plain line
    below a title that is centred.
    """
    text = para.text
    marker = read_marker(text)
    if (
        marker
        and marker.type in _STRUCTURAL
        and believable(marker, "")
        and (is_first(marker) or marker.type in {"article", "section", "chapter", "code"})
    ):
        return True
    if para.block.cells and not _TITLE_LINE.match(text):
        return True
    if para.block.align in {"center", "right"} or text.isupper() or _TITLE_LINE.match(text):
        return False
    return below_centred or text[-1:] in ".:;" or len(text) > 200


def _number_annexes(paras: Sequence[Para], zones: list[Zone]) -> None:
    taken: dict[int, set[int]] = {0: set(), 1: set()}
    above: Zone | None = None
    for zone in zones:
        if zone.kind != "annex":
            continue
        header = " ".join(p.text for p in paras[zone.first : zone.head])[:400]
        if above and above.word and re.search(rf"\bк\s+(?:\S+\s+)?{dative(above.word)}\b", header, re.I):
            zone.depth = 1
        else:
            above = zone
            taken[1] = set()
        printed = _ANNEX.match(paras[zone.first].text)
        number = int(printed[1]) if printed and printed[1] else None
        used = taken[zone.depth]
        if number is None or number in used:
            number = max(used, default=0) + 1
        used.add(number)
        zone.number = number
