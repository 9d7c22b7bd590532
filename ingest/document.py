"""What a reader returns and a grammar takes: a file as a sequence of blocks (paragraphs) with hints.

reader: bytes -> :class:`Document`; ``ingest.canonical``: Document -> :class:`CanonicalText`;
grammar: CanonicalText -> provisions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from assistant.model import Identity, Provision
from ingest.hidden import Hidden


class Role(StrEnum):
    """What a block is to the act. Only BODY goes into the canonical text."""

    BODY = "body"
    NOTE = "note"  # an editor's or publisher's note: «(в ред. …)», «Список изменяющих документов»
    FOOTNOTE = "footnote"
    FURNITURE = "furniture"  # running headers and footers, page numbers, margins


@dataclass(slots=True)
class Block:
    """One paragraph, heading line or table row, NFC, without line breaks.

    pages: (offset in ``text``, page number from 1), ascending, the first at 0; empty without pages.
    align: left, center, right or None where unknown. heading: 1-6 where the format marks headings.
    size: font size in points. indent: first-line left edge in points from the page's text margin.
    anchor: the element's id in HTML. cells: the cells of a table row, ``text`` joins them by " | ".
    css: the class names of the HTML element, space separated.
    """

    text: str
    pages: tuple[tuple[int, int], ...] = ()
    role: Role = Role.BODY
    align: str | None = None
    bold: bool = False
    size: float | None = None
    indent: float | None = None
    heading: int | None = None
    anchor: str | None = None
    css: str = ""
    cells: tuple[str, ...] | None = None


@dataclass(slots=True)
class Document:
    """A file as read. metadata: title, created, producer … as the format gives them, lower-case keys.

    hidden: text and characters nobody sees; they are in no block.
    """

    blocks: list[Block]
    media_type: str
    page_count: int | None = None
    metadata: dict[str, str] = field(default_factory=dict)
    outline: list[tuple[int, str, int | None]] = field(default_factory=list)  # (depth, title, page)
    warnings: list[str] = field(default_factory=list)
    hidden: list[Hidden] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Para:
    """A body block placed in the canonical text: ``text[start:end] == block.text``."""

    block: Block
    start: int
    end: int

    @property
    def text(self) -> str:
        """The block's text."""
        return self.block.text


@dataclass(frozen=True, slots=True)
class Note:
    """An editorial note or footnote: kept beside the text, at the offset where it stood."""

    text: str
    kind: str
    offset: int
    page: int | None


@dataclass(frozen=True, slots=True)
class CanonicalText:
    """The one text of an edition. page_starts: (offset, page), ascending; empty without pages."""

    text: str
    paras: tuple[Para, ...]
    notes: tuple[Note, ...]
    page_starts: tuple[tuple[int, int], ...]


class Reader(Protocol):
    """A module of ``ingest.readers`` exposes ``read`` with this signature."""

    def __call__(self, data: bytes, name: str) -> Document:
        """Read ``data``; ``name`` is the file's name for messages. Raises ReadError."""


class Grammar(Protocol):
    """A module of ``ingest.structure`` exposes an object of this shape."""

    name: str

    def score(self, canonical: CanonicalText, identity: Identity) -> float:
        """How sure the grammar is that the text is its own: 0 not at all … 1 certain."""

    def parse(self, canonical: CanonicalText, identity: Identity) -> Sequence[Provision]:
        """The outline in reading order, parents before children, ids unique."""
