"""An HTML tree -> blocks in reading order, each with its role, alignment, indent and number.

Only the text of the document comes out: what a browser hides, navigation and form controls do not.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from lxml import etree

from ingest.document import Block, Role
from ingest.hidden import Way, without_invisible
from ingest.readers.html_elements import (
    BLOCKS,
    FURNITURE_CSS,
    FURNITURE_TEXT,
    LIST_STEP,
    Context,
    entered,
    is_dropped,
    is_reference,
    shifted,
    style_of,
    tag_of,
)
from ingest.readers.html_hidden import way_inside

SPACES = re.compile(r"[\s\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
MAX_DEPTH = 250  # deeper nesting is an attack or a broken file, never an act
NOTE_MARK = "\ue000"  # stands where a footnote reference was, until the block is finished
BREAK = "\ue001"  # a <br>
PARAGRAPH_BREAK = re.compile(rf"{BREAK}\s*{BREAK}[\s{BREAK}]*")
NUMBERED_LINE = re.compile(
    rf"{BREAK}(?=\s*(?:\d+(?:\.\d+)*[.)]\s|\(?[a-zа-яё]{{1,4}}\)\s|Статья\s+\d|Article\s+\d|Глава\s|Раздел\s))"
)
# The marker cell of a list laid out as a table: «(a)», «1.», «‘(68)», «3.1.», «—», «а)».
MARKER_CELL = re.compile(
    r"[‘“«\"]?(?:\(\w{1,5}\)|\w{1,5}\)|\d{1,3}[a-z]?(?:\.\d+)*\.|[IVXLC]+\.|[a-zA-Z]\.|[—–•-])"
)
CLOSING = re.compile(r"[\W_]{1,4}")  # «;» left over after a nested paragraph belongs to that paragraph
ROMAN = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)


def blocks_of(element: etree._Element, unseen: Way | None = None) -> list[Block]:
    """All blocks of an element; ``unseen``: why the text around it is not seen.

    Raises RecursionError where the markup is nested beyond all reason.
    """
    walk = _Walk(unseen)
    walk.element(element, depth=0)
    walk.flush()
    return walk.blocks


@dataclass(slots=True)
class _Line:
    """The inline text gathered since the last block border."""

    parts: list[str] = field(default_factory=list)
    bold: int = 0
    total: int = 0

    def add(self, text: str, bold: bool) -> None:
        self.parts.append(text)
        letters = sum(not char.isspace() for char in text)
        self.total += letters
        self.bold += letters if bold else 0


class _Walk:
    """Goes through the tree once and writes the blocks down in reading order."""

    def __init__(self, unseen: Way | None = None) -> None:
        self.blocks: list[Block] = []
        self._line = _Line()
        self._context = Context(unseen=unseen)
        self._anchor: str | None = None

    def element(self, element: etree._Element, depth: int) -> None:
        """Walk one element with everything in it; the tail belongs to the parent."""
        if depth > MAX_DEPTH:
            raise RecursionError
        tag = tag_of(element)
        if not tag or is_dropped(element):
            return
        if is_reference(element):
            self._line.add(NOTE_MARK, False)
            return
        if tag == "br":
            self._line.add(BREAK, False)
            return
        outer = self._context
        inline = tag not in BLOCKS or "display:inline" in style_of(element).replace(
            "display:inline-block", ""
        )
        if not inline:
            self.flush()
        if self._anchor is None and element.get("id"):
            self._anchor = element.get("id")
        self._context = entered(outer, element, tag, inline)
        if tag == "table":
            self._table(element, depth)
        elif tag in {"ol", "ul"}:
            self._list(element, tag, depth)
        else:
            self._inside(element, depth)
        if not inline:
            self.flush()
        self._context = outer

    def _inside(self, element: etree._Element, depth: int) -> None:
        self._text(element.text)
        for child in element:
            self.element(child, depth + 1)
            self._text(child.tail)

    def _text(self, text: str | None) -> None:
        if not text or self._context.unseen:
            return
        context = self._context
        text = text.replace(NOTE_MARK, "").replace(BREAK, "")
        if context.preformatted:
            text = text.replace("\r\n", "\n").replace("\n", BREAK)
        if context.script:
            text = shifted(text, context.script)
        self._line.add(text, context.bold)

    def flush(self) -> None:
        """End the current line: write its block or blocks."""
        line, self._line = self._line, _Line()
        raw = "".join(line.parts)
        context = self._context
        raw = NUMBERED_LINE.sub("\n", PARAGRAPH_BREAK.sub("\n", raw.replace("\n", " ")))
        raw = raw.replace(BREAK, "\n" if context.breaks_split else " ")
        bold = line.total > 0 and line.bold * 10 > line.total * 9
        for part in raw.split("\n"):
            self._write(_clean(part), bold)

    def _write(self, text: str, bold: bool) -> None:
        if not text:
            return
        if CLOSING.fullmatch(text) and self.blocks and self.blocks[-1].cells is None and text not in "—–-•":
            self.blocks[-1].text += text
            return
        context = self._context
        role = context.role
        if role == Role.BODY and FURNITURE_TEXT.match(text):
            role = Role.FURNITURE
        block = Block(text, role=role, align=context.align, bold=bold, indent=context.indent)
        block.heading, block.css = context.heading, context.css
        block.anchor, self._anchor = self._anchor, None
        self.blocks.append(block)

    def _list(self, element: etree._Element, tag: str, depth: int) -> None:
        """<ol>/<ul>: every item is a block that begins with its printed number, if the list has numbers."""
        items = [child for child in element if tag_of(child) == "li"]
        number = _integer(element.get("start"), len(items) if element.get("reversed") is not None else 1)
        step = -1 if element.get("reversed") is not None else 1
        for child in element:
            if tag_of(child) != "li":
                self.element(child, depth + 1)
                continue
            number = _integer(child.get("value"), number)
            style = child.get("type") or element.get("type") or "1"
            unmarked = "list-style:none" in style_of(element) or "list-style-type:none" in style_of(element)
            self._item(child, "" if tag == "ul" or unmarked else f"{_ordinal(number, style)}.", depth)
            number += step

    def _item(self, element: etree._Element, marker: str, depth: int) -> None:
        """One list item or the text cell of a list row; ``marker`` goes before its first block."""
        self.flush()
        first = len(self.blocks)
        outer = self._context
        indent = outer.indent
        self._context = entered(outer, element, tag_of(element), inline=False)
        self._context.indent = indent + LIST_STEP
        if self._anchor is None and element.get("id"):
            self._anchor = element.get("id")
        self._inside(element, depth + 1)
        self.flush()
        self._context = outer
        self._mark(first, marker, indent)

    def _mark(self, first: int, marker: str, indent: float) -> None:
        if len(self.blocks) == first:
            self._write(marker, False)
            return
        block = self.blocks[first]
        if not marker:
            block.indent = indent
        elif block.cells is None and not MARKER_CELL.match(block.text):
            block.text, block.indent = f"{marker} {block.text}", indent
        else:
            self.blocks.insert(first, Block(marker, role=block.role, indent=indent, anchor=block.anchor))
            block.anchor = None

    def _table(self, table: etree._Element, depth: int) -> None:
        rows = _rows(table)
        for child in table:
            if tag_of(child) == "caption":
                self.element(child, depth + 1)
        kind = _table_kind(rows)
        around = self._context.unseen
        for row in rows:
            self._context.unseen = way_inside(around, row)
            if self._anchor is None and row.get("id"):
                self._anchor = row.get("id")
            cells = _cells(row)
            filled = [cell for cell in cells if _flat(cell)]
            if kind == "list" and len(filled) == 2:
                marker, text = filled
                self._item(text, _flat(marker), depth + 2)
            elif kind in {"list", "layout"}:
                for cell in cells:
                    self.element(cell, depth + 2)
            else:
                self._row(row, cells)
        self._context.unseen = around

    def _row(self, row: etree._Element, cells: list[etree._Element]) -> None:
        texts = tuple(_flat(cell, self._context.unseen) for cell in cells)
        if not any(texts):
            return
        heads = all(tag_of(cell) == "th" for cell in cells)
        self._write(" | ".join(text for text in texts if text), heads)
        self.blocks[-1].cells = texts
        self.blocks[-1].css = row.get("class") or self._context.css


def _clean(text: str) -> str:
    text = re.sub(rf"[\s\u00a0]*{NOTE_MARK}", "", without_invisible(CONTROLS.sub("", text)))
    return unicodedata.normalize("NFC", SPACES.sub(" ", text).strip())


def _flat(cell: etree._Element, unseen: Way | None = None) -> str:
    """The text of a table cell in one line."""
    return " ".join(block.text for block in blocks_of(cell, unseen))


def _rows(table: etree._Element) -> list[etree._Element]:
    found = []
    for child in table:
        if tag_of(child) == "tr":
            found.append(child)
        elif tag_of(child) in {"thead", "tbody", "tfoot"}:
            found += [row for row in child if tag_of(row) == "tr"]
    return [row for row in found if not is_dropped(row)]


def _cells(row: etree._Element) -> list[etree._Element]:
    return [cell for cell in row if tag_of(cell) in {"td", "th"}]


def _table_kind(rows: list[etree._Element]) -> str:
    """``list``: numbered items in two columns; ``layout``: a frame for other things; else ``data``."""
    filled = [[cell for cell in _cells(row) if _has_text(cell)] for row in rows]
    filled = [cells for cells in filled if cells]
    if all(len(cells) == 2 and _is_marker(cells[0]) for cells in filled):
        return "list" if len(filled) == len(rows) else "layout"
    if all(len(cells) == 1 for cells in filled):
        return "layout"
    for cells in filled:
        for cell in cells:
            inside = [tag_of(child) for child in cell.iter()]
            if "table" in inside or "h1" in inside or inside.count("p") > 5:
                return "layout"
    heads = [element.get("class") or "" for row in rows for element in row.iter() if tag_of(element) == "p"]
    return "layout" if any(FURNITURE_CSS.search(css) for css in heads) else "data"


def _has_text(cell: etree._Element) -> bool:
    return any(text.strip() for text in cell.itertext())


def _is_marker(cell: etree._Element) -> bool:
    text = SPACES.sub(" ", "".join(cell.itertext())).strip()
    return len(text) <= 8 and bool(MARKER_CELL.fullmatch(text))


def _integer(text: str | None, default: int) -> int:
    return int(text) if text and re.fullmatch(r"-?\d{1,6}", text.strip()) else default


def _ordinal(number: int, style: str) -> str:
    """The printed number of a list item in HTML's styles 1, a, A, i, I."""
    if number < 1 or style not in {"a", "A", "i", "I"}:
        return str(number)
    if style in {"a", "A"}:
        letters = ""
        while number:
            number, rest = divmod(number - 1, 26)
            letters = chr(ord(style) + rest) + letters
        return letters
    roman = ""
    for value, sign in ROMAN:
        roman += sign * (number // value)
        number %= value
    return roman.upper() if style == "I" else roman
