"""DOCX files -> blocks: paragraphs, generated numbers, tables, notes, errors."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt

from assistant.errors import ReadError
from ingest.document import Block, Document, Role
from ingest.readers.docx import read
from ingest.readers.docx_numbers import roman
from tests.shared import ACTS, needs_acts


def saved(build: Callable[[Any], None]) -> bytes:
    document = docx.Document()
    build(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def blocks(build: Callable[[Any], None]) -> list[Block]:
    return read(saved(build), "garden.docx").blocks


def test_paragraphs_keep_alignment_weight_size_and_heading_level() -> None:
    def build(document: Any) -> None:
        document.add_heading("Rules", level=2)
        line = document.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = line.add_run("CENTRED")
        run.bold, run.font.size = True, Pt(16)
        signed = document.add_paragraph("Gardener")
        signed.alignment = WD_ALIGN_PARAGRAPH.RIGHT

    found = blocks(build)
    assert (found[0].text, found[0].heading) == ("Rules", 2)
    assert (found[1].align, found[1].bold, found[1].size) == ("center", True, 16.0)
    assert (found[2].align, found[2].bold, found[2].pages) == ("right", False, ())


def test_raised_digits_become_superscripts_and_soft_hyphens_go() -> None:
    def build(document: Any) -> None:
        line = document.add_paragraph("Статья 123")
        line.add_run("1").font.superscript = True
        line.add_run(". Полив\u00a0роз и са\u00adдов")

    assert blocks(build)[0].text == "Статья 123¹. Полив роз и садов"


def test_deleted_and_hidden_words_are_left_out_and_inserted_ones_kept() -> None:
    def build(document: Any) -> None:
        line = document.add_paragraph("kept ")
        line.add_run("hidden").font.hidden = True
        for tag, words in (("w:del", "deleted"), ("w:ins", "inserted")):
            change, run = OxmlElement(tag), line.add_run(words)._r
            line._p.append(change)
            change.append(run)

    assert blocks(build)[0].text == "kept inserted"


def _numbering(document: Any, formats: list[tuple[str, str]]) -> None:
    """List 77 of the document, its levels in these formats."""
    root = document.part.numbering_part.element
    abstract = OxmlElement("w:abstractNum")
    abstract.set(qn("w:abstractNumId"), "77")
    for depth, (shape, text) in enumerate(formats):
        level = OxmlElement("w:lvl")
        level.set(qn("w:ilvl"), str(depth))
        for tag, value in (("w:start", "1"), ("w:numFmt", shape), ("w:lvlText", text)):
            child = OxmlElement(tag)
            child.set(qn("w:val"), value)
            level.append(child)
        abstract.append(level)
    num, link = OxmlElement("w:num"), OxmlElement("w:abstractNumId")
    num.set(qn("w:numId"), "77")
    link.set(qn("w:val"), "77")
    num.append(link)
    root.append(abstract)
    root.append(num)


def _item(document: Any, text: str, level: int) -> None:
    properties = document.add_paragraph(text)._p.get_or_add_pPr()
    numbered = properties.get_or_add_numPr()
    numbered.get_or_add_ilvl().val = level
    numbered.get_or_add_numId().val = 77


def test_numbers_that_word_generates_are_written_out() -> None:
    def build(document: Any) -> None:
        _numbering(document, [("decimal", "%1."), ("russianLower", "%2)"), ("decimal", "%1.%3.")])
        for text, level in (("one", 0), ("a", 1), ("b", 1), ("two", 0), ("c", 1), ("deep", 2)):
            _item(document, text, level)

    assert [block.text for block in blocks(build)] == [
        "1. one",
        "а) a",
        "б) b",
        "2. two",
        "а) c",
        "2.1. deep",
    ]


def test_russian_letter_lists_leave_out_the_letters_nobody_uses() -> None:
    def build(document: Any) -> None:
        _numbering(document, [("russianLower", "%1)")])
        for _ in range(11):
            _item(document, "item", 0)

    markers = [block.text.split(")")[0] for block in blocks(build)]
    assert "".join(markers) == "абвгдежзикл"


@pytest.mark.parametrize(("number", "text"), [(1, "i"), (4, "iv"), (9, "ix"), (14, "xiv"), (49, "xlix")])
def test_roman_numerals(number: int, text: str) -> None:
    assert roman(number) == text


def test_a_ruled_table_gives_rows_with_cells_and_a_frameless_one_gives_lines() -> None:
    def build(document: Any) -> None:
        ruled = document.add_table(rows=2, cols=2)
        ruled.style = "Table Grid"
        plain = document.add_table(rows=1, cols=2)
        for table, words in (
            (ruled, ("No", "Measure", "1", "watering")),
            (plain, ("27 июля 2006 года", "N 152-ФЗ")),
        ):
            for cell, word in zip((c for row in table.rows for c in row.cells), words, strict=True):
                cell.text = word

    found = blocks(build)
    assert [block.cells for block in found] == [("No", "Measure"), ("1", "watering"), None]
    assert [block.text for block in found] == ["No | Measure", "1 | watering", "27 июля 2006 года N 152-ФЗ"]


@pytest.mark.parametrize(
    "data",
    [b"PK\x03\x04 junk", saved(lambda document: document.add_paragraph("text"))[:-400], b"plain words"],
    ids=["junk", "truncated", "text"],
)
def test_damaged_files_are_refused(data: bytes) -> None:
    with pytest.raises(ReadError, match=r"garden\.docx.*damaged"):
        read(data, "garden.docx")


def test_a_document_without_words_is_refused() -> None:
    with pytest.raises(ReadError, match="no text"):
        read(saved(lambda document: None), "garden.docx")


@needs_acts
@pytest.mark.acts
def test_the_personal_data_law_comes_out_article_by_article() -> None:
    path = ACTS / "ru" / "fz152_ed2024.docx"
    document: Document = read(path.read_bytes(), path.name)
    heads = [block for block in document.blocks if block.text.startswith("Статья ")]
    assert len(heads) == 29
    assert all(block.heading and block.bold for block in heads)
    assert document.page_count is None
    assert all(block.role == Role.BODY for block in document.blocks)
