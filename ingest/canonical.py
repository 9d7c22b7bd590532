"""A document as read -> its canonical text: body blocks joined by ``\\n``, NFC, notes kept beside it.

Every offset of the system counts characters of this text.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from ingest.document import Block, CanonicalText, Document, Note, Para, Role
from ingest.hidden import without_invisible

# Controls and lone surrogates carry no text and cannot be stored or quoted.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\ud800-\udfff]")
_SPACES = re.compile(r"\s+")


def canonicalise(document: Document) -> CanonicalText:
    """Join the body blocks. A note's offset is the end of the body text that stands before it."""
    parts: list[str] = []
    paras: list[Para] = []
    notes: list[Note] = []
    page_starts: list[tuple[int, int]] = []
    offset = 0
    for block in document.blocks:
        block = clean_block(block)
        if not block.text:
            continue
        if block.role != Role.BODY:
            if block.role != Role.FURNITURE:
                notes.append(Note(block.text, str(block.role), offset, _page(block)))
            continue
        start = offset + 1 if paras else 0
        offset = start + len(block.text)
        parts.append(block.text)
        paras.append(Para(block, start, offset))
        for inside, page in block.pages:
            if not page_starts or page > page_starts[-1][1]:
                page_starts.append((start + inside, page))
    return CanonicalText("\n".join(parts), tuple(paras), tuple(notes), tuple(page_starts))


def _page(block: Block) -> int | None:
    return block.pages[0][1] if block.pages else None


def clean_block(block: Block) -> Block:
    """The block in NFC on one line, without unseen characters; its page offsets moved along."""
    text = clean_text(block.text)
    if text == block.text:
        return block
    pages = tuple(
        (min(len(_clean_head(block.text[:inside])), len(text)), page) for inside, page in block.pages
    )
    cells = tuple(clean_text(cell) for cell in block.cells) if block.cells is not None else None
    return replace(block, text=text, pages=pages, cells=cells)


def clean_text(text: str) -> str:
    """``text`` in NFC, runs of white space as one space, without unseen characters."""
    # Composition may bring nothing new to clean, but cleaning may bring characters together to compose.
    seen = without_invisible(_CONTROLS.sub("", text))
    return unicodedata.normalize("NFC", _SPACES.sub(" ", seen)).strip()


def _clean_head(head: str) -> str:
    """What comes before a page break, cleaned; the space that parts it from the next page is kept."""
    cleaned = clean_text(head)
    return cleaned + " " if cleaned and head[-1:].isspace() else cleaned
