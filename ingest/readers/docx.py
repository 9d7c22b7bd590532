"""DOCX bytes -> blocks: paragraphs with alignment, size, weight, heading level; table rows with cells.

Numbers that Word generates are written out, raised digits become Unicode superscripts, footnote marks go
and footnotes follow the paragraph they belong to. Pages do not exist in this format.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from typing import Any

import docx
from docx.opc.exceptions import OpcError
from docx.oxml.parser import parse_xml
from lxml import etree

from assistant.errors import ReadError
from ingest.document import Block, Document, Role
from ingest.hidden import Hidden, Way, invisible_in, left_out
from ingest.readers.archive import check_archive, damaged
from ingest.readers.bounds import too_deep
from ingest.readers.docx_hidden import Sight
from ingest.readers.docx_numbers import Numbering
from ingest.readers.pdf_lines import SUPERSCRIPTS

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MAX_BYTES = 200 * 1024 * 1024
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_ALIGN = {"center": "center", "right": "right", "end": "right", "left": "left", "start": "left", "both": None}
_HEADING = re.compile(r"(?:heading|заголовок)\s*(\d)", re.I)
_RAISABLE = re.compile(r"[0-9+\-−=()n]+")
_SKIPPED = {f"{_W}{tag}" for tag in ("del", "moveFrom", "instrText", "delText", "pPr", "rPr")} | {_FALLBACK}


def read(data: bytes, name: str) -> Document:
    """Read a DOCX file. Raises ReadError where it is empty, damaged, too large or without text."""
    _check(data, name)
    try:
        opened = docx.Document(io.BytesIO(data))
        reader = _Reader(opened)
        blocks = list(reader.blocks())
    except etree.XMLSyntaxError as error:
        raise too_deep(name) if "depth" in str(error) else damaged(name) from None
    except (
        OpcError,
        LookupError,
        ValueError,
        TypeError,
        AttributeError,
        zipfile.BadZipFile,
        OSError,
        EOFError,
    ):
        raise damaged(name) from None
    except RecursionError:
        raise too_deep(name) from None
    if not any(block.role == Role.BODY for block in blocks):
        raise ReadError(
            f"{name} holds no text. Check the file and add it again.",
            f"В {name} нет текста. Проверьте файл и добавьте его снова.",
        )
    return Document(blocks, MEDIA_TYPE, metadata=_metadata(opened), hidden=reader.hidden)


def _check(data: bytes, name: str) -> None:
    if len(data) > MAX_BYTES:
        raise ReadError(
            f"{name} is larger than {MAX_BYTES >> 20} MB. Split it and add the parts.",
            f"{name} больше {MAX_BYTES >> 20} МБ. Разделите файл и добавьте части.",
            reason="too_large",
        )
    check_archive(data, name)


def _metadata(opened: Any) -> dict[str, str]:
    core = opened.core_properties
    values = {
        "title": core.title,
        "subject": core.subject,
        "author": core.author,
        "keywords": core.keywords,
        "created": core.created.isoformat() if core.created else "",
        "modified": core.modified.isoformat() if core.modified else "",
    }
    return {key: " ".join(value.split())[:500] for key, value in values.items() if value and value.strip()}


class _Reader:
    """Walks one opened file; keeps its numbering and footnotes at hand."""

    def __init__(self, opened: Any) -> None:
        self.body = opened.element.body
        self.styles = {style.style_id: style for style in opened.styles}
        self.default = _half_points(opened.styles.element.find(f"{_W}docDefaults"))
        self.sight = Sight(self.styles, opened.element)
        self.hidden: list[Hidden] = []
        self.numbering = Numbering(_related(opened.part, "/numbering"))
        notes = _related(opened.part, "/footnotes")
        found = notes.iter(f"{_W}footnote") if notes is not None else ()
        self.footnotes = {note.get(f"{_W}id"): note for note in found}

    def blocks(self) -> Iterator[Block]:
        """The blocks of the body in reading order."""
        yield from self._container(self.body)

    def _container(self, container: Any) -> Iterator[Block]:
        for element in container:
            if element.tag == f"{_W}p":
                yield from self._paragraph(element)
            elif element.tag == f"{_W}tbl":
                yield from self._table(element)
            elif element.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}smartTag"):
                yield from self._container(element)

    def _paragraph(self, element: Any) -> Iterator[Block]:
        text, weights, notes = self._text(element)
        properties = element.find(f"{_W}pPr")
        style = self._style_of(properties)
        text = _flat(text)
        marker = self._marker(properties, style) if text else ""
        if text:
            yield Block(
                f"{marker} {text}".strip(),
                align=_ALIGN.get(self._property(properties, style, "jc") or ""),
                bold=weights["bold"] * 2 > weights["all"],
                size=self._size(weights, style),
                indent=self._indent(properties, style),
                heading=self._heading(properties, style),
            )
        for note_id in notes:
            note = self.footnotes.get(note_id)
            words = [_flat(self._text(each)[0]) for each in note.iter(f"{_W}p")] if note is not None else []
            if any(words):
                yield Block(" ".join(filter(None, words)), role=Role.FOOTNOTE)
        for box in element.iter(f"{_W}txbxContent"):
            if not any(parent.tag == _FALLBACK for parent in box.iterancestors()):
                yield from self._container(box)

    def _text(self, paragraph: Any) -> tuple[str, dict[Any, int], list[str]]:
        """The words of a paragraph, how many characters are bold or of which size, its footnotes."""
        parts: list[str] = []
        weights: dict[Any, int] = {"all": 0, "bold": 0}
        notes: list[str] = []
        unseen: dict[Way, list[str]] = {}
        style = self._style_of(paragraph.find(f"{_W}pPr"))
        base_bold = bool(style is not None and style.font.bold)
        for run in _runs(paragraph):
            properties = run.find(f"{_W}rPr")
            text = _run_text(run)
            way = self.sight.way(run, properties, style)
            if way is not None:
                unseen.setdefault(way, []).append(text)
                continue
            if _vertical(properties) == "superscript" and _RAISABLE.fullmatch(text.strip()):
                text = text.translate(SUPERSCRIPTS)
            notes += [each.get(f"{_W}id") for each in run.iter(f"{_W}footnoteReference")]
            parts.append(text)
            count = len(text.strip())
            weights["all"] += count
            bold = _on(properties, "b")
            weights["bold"] += count if (base_bold if bold is None else bold) else 0
            size = _half_points(properties)
            if size:
                weights[size] = weights.get(size, 0) + count
        for way, texts in unseen.items():
            self.hidden += left_out(way, "".join(texts))
        self.hidden += invisible_in("".join(parts))
        return "".join(parts), weights, notes

    def _style_of(self, properties: Any) -> Any:
        link = properties.find(f"{_W}pStyle") if properties is not None else None
        return self.styles.get(link.get(f"{_W}val")) if link is not None else None

    def _property(self, properties: Any, style: Any, tag: str) -> str | None:
        """A paragraph property's value, looked for in the paragraph, then up its styles."""
        sources = [properties]
        while style is not None:
            sources.append(style.element.find(f"{_W}pPr"))
            style = style.base_style
        for source in sources:
            found = source.find(f"{_W}{tag}") if source is not None else None
            if found is not None:
                return str(found.get(f"{_W}val"))
        return None

    def _size(self, weights: dict[Any, int], style: Any) -> float | None:
        sizes = {key: count for key, count in weights.items() if isinstance(key, float)}
        if sizes:
            return max(sizes, key=lambda size: sizes[size])
        while style is not None:
            found = _half_points(style.element.find(f"{_W}rPr"))
            if found:
                return found
            style = style.base_style
        return self.default

    def _indent(self, properties: Any, style: Any) -> float | None:
        sources = [properties, style.element.find(f"{_W}pPr") if style is not None else None]
        for source in sources:
            found = source.find(f"{_W}ind") if source is not None else None
            if found is not None:
                left = float(found.get(f"{_W}left") or found.get(f"{_W}start") or 0)
                first = float(found.get(f"{_W}firstLine") or 0) - float(found.get(f"{_W}hanging") or 0)
                return round((left + first) / 20, 1)  # twentieths of a point
        return None

    def _heading(self, properties: Any, style: Any) -> int | None:
        level = self._property(properties, style, "outlineLvl")
        if level and level.isdigit() and int(level) < 6:
            return int(level) + 1
        found = _HEADING.match(style.name or "") if style is not None else None
        return min(6, max(1, int(found[1]))) if found else None

    def _marker(self, properties: Any, style: Any) -> str:
        sources = [properties]
        while style is not None:
            sources.append(style.element.find(f"{_W}pPr"))
            style = style.base_style
        for source in sources:
            numbered = source.find(f"{_W}numPr") if source is not None else None
            if numbered is None:
                continue
            link, level = numbered.find(f"{_W}numId"), numbered.find(f"{_W}ilvl")
            if link is None or link.get(f"{_W}val") == "0":
                return ""
            depth = int(level.get(f"{_W}val")) if level is not None else 0
            return self.numbering.marker(link.get(f"{_W}val"), depth)
        return ""

    def _table(self, table: Any) -> Iterator[Block]:
        rows = [row for row in table.iter(f"{_W}tr") if _owner(row, f"{_W}tbl") is table]
        widths = [len(row.findall(f"{_W}tc")) for row in rows]
        framed = _is_framed(table)
        for row, width in zip(rows, widths, strict=True):
            cells = [list(self._container(cell)) for cell in row.findall(f"{_W}tc")]
            if max(widths) > 1 and framed:
                yield from _row(cells)
            elif width > 1 and all(len(cell) <= 1 for cell in cells):
                yield from _joined(cells)
            else:
                for cell in cells:
                    yield from cell


def _row(cells: list[list[Block]]) -> Iterator[Block]:
    texts = tuple(" ".join(block.text for block in cell if block.role == Role.BODY) for cell in cells)
    words = [block for cell in cells for block in cell if block.role == Role.BODY]
    if words:
        bold = all(block.bold for block in words)
        text = _flat(" | ".join(texts))
        yield Block(text, align=words[0].align, bold=bold, size=words[0].size, cells=texts)
    yield from (block for cell in cells for block in cell if block.role != Role.BODY)


def _joined(cells: list[list[Block]]) -> Iterator[Block]:
    """A row of a frameless table is a line set with its parts apart: a date and a number."""
    words = [block for cell in cells for block in cell]
    if words:
        first = words[0]
        first.text = " ".join(block.text for block in words)
        first.align = None
        yield first


def _is_framed(table: Any) -> bool:
    """Whether rules part the cells of a table: its own borders, unless its cells say otherwise."""
    properties = table.find(f"{_W}tblPr")
    borders = properties.find(f"{_W}tblBorders") if properties is not None else None
    style = properties.find(f"{_W}tblStyle") if properties is not None else None
    ruled = _has_side(borders) if borders is not None else style is not None
    own = [cell.find(f"{_W}tcPr/{_W}tcBorders") for cell in table.iter(f"{_W}tc")]
    return any(_has_side(each) if each is not None and len(each) > 2 else ruled for each in own)


def _has_side(borders: Any) -> bool:
    sides = {f"{_W}{side}" for side in ("insideV", "left", "right", "start", "end")}
    return any(side.tag in sides and side.get(f"{_W}val") not in ("nil", "none") for side in borders)


def _owner(element: Any, tag: str) -> Any:
    return next((parent for parent in element.iterancestors() if parent.tag == tag), None)


def _runs(element: Any) -> Iterator[Any]:
    for child in element:
        if child.tag == f"{_W}r":
            yield child
        elif child.tag not in _SKIPPED and child.tag != f"{_W}txbxContent":
            yield from _runs(child)


def _run_text(run: Any) -> str:
    parts = []
    for child in run:
        if child.tag == f"{_W}t":
            parts.append(child.text or "")
        elif child.tag in (f"{_W}tab", f"{_W}br", f"{_W}cr", f"{_W}ptab"):
            parts.append(" ")
        elif child.tag == f"{_W}noBreakHyphen":
            parts.append("-")
        elif child.tag == f"{_W}sym":
            parts.append("•")
    return "".join(parts)


def _flat(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.replace("\u00ad", "").split()))


def _on(properties: Any, tag: str) -> bool | None:
    found = properties.find(f"{_W}{tag}") if properties is not None else None
    if found is None:
        return None
    return found.get(f"{_W}val") not in ("0", "false", "off")


def _vertical(properties: Any) -> str | None:
    found = properties.find(f"{_W}vertAlign") if properties is not None else None
    return str(found.get(f"{_W}val")) if found is not None else None


def _half_points(element: Any) -> float | None:
    found = next(element.iter(f"{_W}sz"), None) if element is not None else None
    value = found.get(f"{_W}val") if found is not None else None
    return int(value) / 2 if value and value.isdigit() else None


def _related(part: Any, suffix: str) -> Any | None:
    for relation in part.rels.values():
        if relation.reltype.endswith(suffix) and not relation.is_external:
            return parse_xml(relation.target_part.blob)
    return None
