"""Paragraphs of an amending act -> which of them are quoted: the new wording it puts into another act.

What stands between ‘ and ’ is somebody else's article: it stays inside the provision that quotes it.
"""

from __future__ import annotations

import re

from ingest.document import CanonicalText

OPENING = re.compile(r"[‘“«„]")
CLOSED = re.compile(r"[’”»“][.;,]?(?:\s*(?:and|or))?[.;,]?$")
LONGEST = 400  # paragraphs; a quotation that does not end within so many was not one


def quoted_paragraphs(canonical: CanonicalText, first: int) -> set[int]:
    """Numbers of the paragraphs, from ``first`` on, that are quotations of amended wording.

    A quotation opens at the first character of a paragraph after a colon and closes at the end of one.
    Where another opens before it has closed (its end stands in a footnote), only its first paragraph is
    quoted.
    """
    paras = canonical.paras
    found: set[int] = set()
    index = first
    while index < len(paras):
        if OPENING.match(paras[index].text) and (index == first or paras[index - 1].text.endswith(":")):
            last = _last_quoted(canonical, index)
            found.update(range(index, last + 1))
            index = last
        index += 1
    return found


def _last_quoted(canonical: CanonicalText, first: int) -> int:
    paras = canonical.paras
    for index in range(first, min(len(paras), first + LONGEST)):
        if index > first and OPENING.match(paras[index].text) and not _is_term(paras[index].text):
            return first
        if CLOSED.search(paras[index].text) or _closed_by_a_note(canonical, index):
            return index
    return first


def _is_term(text: str) -> bool:
    """A paragraph that merely begins with a quoted term and goes on: «“SME” means …»."""
    return bool(re.match(r"[‘“«„][^’”»“]{1,80}[’”»“]\s+\w", text))


def _closed_by_a_note(canonical: CanonicalText, index: int) -> bool:
    """Whether a footnote that stands right after the paragraph carries the closing mark."""
    paras = canonical.paras
    start = paras[index].end
    end = paras[index + 1].start if index + 1 < len(paras) else len(canonical.text)
    return any(start <= note.offset <= end and CLOSED.search(note.text) for note in canonical.notes)
