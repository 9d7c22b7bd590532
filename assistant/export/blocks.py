"""What a document consists of; every format writes these blocks in its own way.

All text in a block is plain: cleaned of control characters, nothing in it is markup. The only addresses that
may become links are in :attr:`Run.link`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from assistant.export.plain import clean
from assistant.model import Lang

Look = Literal["plain", "strong", "emphasis"]
Kind = Literal["text", "lead", "item", "todo", "quote", "detail", "small"]


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one look; ``link``: the https address they lead to."""

    text: str
    look: Look = "plain"
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is below the document's title."""

    text: str
    level: int


@dataclass(frozen=True, slots=True)
class Para:
    """A paragraph. ``item``: of a list, ``level`` lists above it; ``todo``: of a list with boxes to tick;
    ``lead``: leads what stands after it.
    """

    runs: tuple[Run, ...]
    kind: Kind = "text"
    level: int = 0

    @property
    def text(self) -> str:
        """Its characters."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Source:
    """A numbered source: its reference, the quotation, and what to know of it."""

    number: int
    paras: tuple[Para, ...]


@dataclass(frozen=True, slots=True)
class Sources:
    """The sources of one answer, in the order of their numbers."""

    entries: tuple[Source, ...]


Cell = tuple[Para, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, and its width as parts of the table's."""

    heading: str
    parts: int


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under headings that stand again on every page the table goes on to."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


Block = Heading | Para | Sources | Table


@dataclass(frozen=True, slots=True)
class Document:
    """A title and what stands under it."""

    title: str
    lang: Lang
    made_at: datetime
    blocks: tuple[Block, ...]


def plain(text: str, kind: Kind = "text", look: Look = "plain", level: int = 0) -> Para:
    """A paragraph of one look."""
    return Para((Run(clean(text), look),), kind, level)


def labelled(label: str, text: str, kind: Kind = "text", look: Look = "strong") -> Para:
    """A paragraph after a label of ours."""
    return Para((Run(label, look), Run(clean(text))), kind)
