"""A document -> PDF: A4, selectable text, an outline, page numbers, tags for screen readers.

Typst sets it; its library brings the fonts (Libertinus Serif: Latin, Cyrillic, Greek), so that nothing has to
be installed beside it. The text reaches it as data (``sys.inputs``): Typst shows strings as they are and
never reads markup in them. System fonts are looked through only for characters that Libertinus lacks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from importlib.resources import files
from typing import Any

from assistant.errors import PolicyError
from assistant.export.blocks import Block, Cell, Document, Heading, Para, Run, Sources, Table
from assistant.export.words import say

_LONG_WORD = 32  # characters that may stand without a place to break the line
_WHOLE_ROW = 600  # characters of a cell up to which its row stands on one page
_UNBROKEN = re.compile(r"\S{33,}")
_LONG_IN_CELL = 11  # the same in a cell of a table, where a word of more than 22 may not fit
_UNBROKEN_IN_CELL = re.compile(r"[^\s-]{23,}")
_NUMBERED = re.compile(r"(?:№|\bNo\.|\b(?:абз|подп|пп?|чч?|ст|гл|разд|с|p|Sec)\.) ")
_ZERO_WIDTH_SPACE = "\u200b"
_CYRILLIC_END = 0x052F
_SIGNS = range(0x1E00, 0x2C00)  # additions to Latin and Greek, punctuation, currency, arrows, mathematics


class TypesettingError(PolicyError):
    """The PDF could not be set; the same answer can be written in another format."""


def to_pdf(document: Document) -> bytes:
    """The bytes of a PDF. Raises TypesettingError."""
    content = _content(document)
    try:
        import typst
    except ImportError as error:
        raise TypesettingError(
            "PDF needs the package typst, which cannot be loaded here. Run 'pip install typst', "
            "or choose docx or md.",
            "Для PDF нужен пакет typst, здесь он не загружается. Выполните «pip install typst» "
            "или выберите docx или md.",
        ) from error
    try:
        return typst.compile(
            _template(),
            format="pdf",
            ignore_system_fonts=not _needs_other_fonts(document),
            sys_inputs={"document": json.dumps(content, ensure_ascii=False)},
            timestamp=_stamp(document.made_at),
        )
    except (typst.TypstError, RuntimeError) as error:
        raise TypesettingError(
            f"The PDF could not be made: {error}. Choose docx or md.",
            f"Не удалось сделать PDF: {error}. Выберите docx или md.",
        ) from error


def _stamp(moment: datetime) -> datetime:
    """The moment as Typst takes it: whole seconds, with a zone."""
    return moment.replace(microsecond=0, tzinfo=moment.tzinfo or UTC)


@lru_cache(maxsize=1)
def _template() -> bytes:
    return files("assistant.export").joinpath("answer.typ").read_bytes()


def _content(document: Document) -> dict[str, Any]:
    return {
        "title": document.title,
        "lang": document.lang,
        "of_pages": say(document.lang, "of_pages"),
        "blocks": [_block(block) for block in document.blocks],
    }


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Heading):
        return {"kind": "heading", "level": block.level, "text": _breakable(block.text)}
    if isinstance(block, Sources):
        entries = [
            {"number": entry.number, "paras": [_bound(_para(para)) for para in entry.paras]}
            for entry in block.entries
        ]
        return {"kind": "sources", "entries": entries}
    if isinstance(block, Table):
        return {
            "kind": "table",
            "parts": [column.parts for column in block.columns],
            "headings": [_breakable(column.heading) for column in block.columns],
            "rows": [_row(row) for row in block.rows],
        }
    return _para(block)


def _row(row: Sequence[Cell]) -> dict[str, Any]:
    """A row of a table; one that could be longer than a page may go on to the next."""
    longest = max(sum(len(para.text) for para in cell) for cell in row)
    cells = [[_narrow(_para(para)) for para in cell] for cell in row]
    return {"breakable": longest > _WHOLE_ROW, "cells": cells}


def _narrow(para: dict[str, Any]) -> dict[str, Any]:
    """A paragraph of a cell, with more places where a line may end."""
    for run in para["runs"]:
        run["lines"] = [_breakable(line, _UNBROKEN_IN_CELL, _LONG_IN_CELL) for line in run["lines"]]
    return para


def _para(para: Para) -> dict[str, Any]:
    return {"kind": para.kind, "level": para.level, "runs": [_run(run) for run in para.runs if run.text]}


def _bound(para: dict[str, Any]) -> dict[str, Any]:
    """In a reference, numbers stay on the line of what they number: «п. 27», «№ 490»."""
    if para["kind"] == "lead":
        for run in para["runs"]:
            run["lines"] = [
                _NUMBERED.sub(lambda found: found[0].rstrip() + "\u00a0", line) for line in run["lines"]
            ]
    return para


def _run(run: Run) -> dict[str, Any]:
    text = run.text if run.link else _breakable(run.text)
    return {"lines": text.split("\n"), "look": run.look, "link": run.link}


def _breakable(text: str, unbroken: re.Pattern[str] = _UNBROKEN, most: int = _LONG_WORD) -> str:
    """Text whose over-long words have places, not seen, where a line may end."""
    return unbroken.sub(
        lambda found: _ZERO_WIDTH_SPACE.join(
            found[0][at : at + most] for at in range(0, len(found[0]), most)
        ),
        text,
    )


def _needs_other_fonts(document: Document) -> bool:
    def strange(text: str) -> bool:
        return any(ord(char) > _CYRILLIC_END and ord(char) not in _SIGNS for char in text)

    return any(strange(text) for text in _texts(document))


def _texts(document: Document) -> Iterator[str]:
    """Everything that is set."""
    yield document.title
    for block in document.blocks:
        if isinstance(block, Sources):
            yield from (para.text for entry in block.entries for para in entry.paras)
        elif isinstance(block, Table):
            yield from (column.heading for column in block.columns)
            yield from (para.text for row in block.rows for cell in row for para in cell)
        else:
            yield block.text
