"""The paragraphs of a zone -> the markers they may carry, and what can be told from all of them at once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from ingest.document import Para
from ingest.structure.russian_markers import (
    Marker,
    believable,
    follows,
    is_first,
    letter_number,
    number_of,
    read_marker,
)

HEADED = frozenset({"book", "section", "roman", "subsection", "chapter", "paragraph_sign"})
_QUOTE_OPENS = re.compile(r"[\"«„“](?=(?:Статья|Глава|Раздел|\d{1,3}(?:[.\-]\d+)*[.)]|[а-я]\)|[IVX]+\.))")
_NUMBERED_CELL = re.compile(r"\d{1,3}(?:\.\d{1,3})*\.?$")
_QUOTED_LIMIT = 200


def read_markers(paras: Sequence[Para]) -> list[Marker | None]:
    """Candidates by paragraph; text that an amending act quotes has none."""
    marks: list[Marker | None] = []
    before = ""
    quoted = 0
    for i, para in enumerate(paras):
        if quoted == 0 and _QUOTE_OPENS.match(para.text):
            quoted = _quoted_length(paras, i)
        marker = None if quoted else _read_row(para) if para.block.cells else read_marker(para.text)
        quoted = max(0, quoted - 1)
        marks.append(marker if marker and believable(marker, before) else None)
        before = para.text
    return marks


def _read_row(para: Para) -> Marker | None:
    """The code or the number in the first cell of a table row."""
    first = (para.block.cells or ("",))[0].strip()
    marker = read_marker(first) if first else None
    if marker and marker.type == "code":
        return Marker("code", marker.number, marker.printed, para.text[len(first) :])
    if _NUMBERED_CELL.match(first):
        printed = first.rstrip(".")
        return Marker("row", number_of(printed), printed, para.text[len(first) :])
    return read_marker(para.text) if first == para.text else None


def _quoted_length(paras: Sequence[Para], i: int) -> int:
    """Number of paragraphs from ``i`` to the one that closes the quotation; 1 where none does."""
    straight = paras[i].text[0] == '"'
    depth = 0
    for length, para in enumerate(paras[i : i + _QUOTED_LIMIT], start=1):
        if straight:
            depth += para.text.count('"')
            closed = depth % 2 == 0
        else:
            depth += sum(para.text.count(c) for c in "«„") - sum(para.text.count(c) for c in "»“")
            closed = depth <= 0
        if closed:
            return length
    return 1


def next_marks(marks: Sequence[Marker | None]) -> list[int | None]:
    """For every paragraph, the index of the next one that carries a marker."""
    following: list[int | None] = [None] * len(marks)
    ahead: int | None = None
    for i in range(len(marks) - 1, -1, -1):
        following[i] = ahead
        if marks[i]:
            ahead = i
    return following


def repeated_numbers(marks: Sequence[Marker | None]) -> Counter[object]:
    """How often a kind of headed node, and each of its numbers, occurs."""
    counts: Counter[object] = Counter()
    for marker in marks:
        if marker and marker.type in HEADED:
            kind = "section" if marker.type == "roman" else marker.type
            counts[kind] += 1
            counts[(kind, marker.number)] += 1
    return counts


def first_provision(marks: Sequence[Marker | None]) -> int | None:
    """Index of the first marker that opens a provision for certain: by its kind, as the first of a list,
    or because the next one of its kind follows it.
    """
    for i, marker in enumerate(marks):
        if marker is None:
            continue
        if marker.type in {"article", "section", "chapter"} or is_first(marker):
            return i
        later = next((m for m in marks[i + 1 : i + 40] if m and m.type == marker.type), None)
        if marker.type == "dot" and later and follows("dot", marker.last, later.number):
            return i
    return None


def replaced_stubs(marks: Sequence[Marker | None]) -> set[int]:
    """Indices of article stubs whose number the next article takes again (their text is repealed)."""
    articles = [(i, m) for i, m in enumerate(marks) if m and m.type == "article"]
    return {
        i
        for (i, stub), (_, article) in pairwise(articles)
        if stub.number == article.number and (not stub.rest or stub.repealed)
    }


def as_letter(marker: Marker) -> Marker:
    """The marker «6)» read as the «б)» it may stand for; ``marker.letter`` must be set."""
    assert marker.letter
    return Marker("letter", (letter_number(marker.letter),), marker.letter, marker.rest)
