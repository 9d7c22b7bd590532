"""Characters of a PDF page: what is read of all at once is what pdfium says of each; words are cut alike."""

import ctypes
import io

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium_c
import pytest
from reportlab.pdfgen.canvas import Canvas

from ingest.readers.pdf_characters import Characters
from ingest.readers.pdf_hidden import look
from ingest.readers.pdf_hyphens import Hyphenation
from ingest.readers.pdf_lines import _cut, read_pieces


@pytest.fixture
def page():
    """A page with two types, a raised digit, letters set apart, and one line that runs upwards."""
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.setFont("Helvetica", 12)
    canvas.drawString(72, 700, "Plain words of 10")
    canvas.setFont("Helvetica", 7)
    canvas.drawString(168, 705, "25")
    canvas.setFont("Helvetica-Bold", 14)
    canvas.drawString(72, 660, "Bold heading")
    for place, letter in enumerate("APART"):
        canvas.drawString(72 + 40 * place, 620, letter)
    canvas.saveState()
    canvas.rotate(90)
    canvas.drawString(100, -40, "up")
    canvas.restoreState()
    canvas.save()
    document = pypdfium2.PdfDocument(out.getvalue())
    yield document[0]
    document.close()


def test_codes_boxes_and_baselines_are_those_pdfium_tells_of_each_character(page):
    textpage = page.get_textpage()
    found = Characters(textpage.raw, textpage.get_text_range())
    assert len(found.codes) == textpage.count_chars() > 40
    rect, x, y = pdfium_c.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    for index, code in enumerate(found.codes):
        assert code == pdfium_c.FPDFText_GetUnicode(textpage.raw, index)
        pdfium_c.FPDFText_GetLooseCharBox(textpage.raw, index, rect)
        assert found.boxes[index].tolist() == [rect.left, rect.top, rect.right, rect.bottom]
        pdfium_c.FPDFText_GetCharOrigin(textpage.raw, index, x, y)
        assert found.baselines[index] == y.value


def test_where_the_text_is_not_a_sign_a_character_each_is_asked_for_its_own(page):
    textpage = page.get_textpage()
    text = textpage.get_text_range()
    assert Characters(textpage.raw, text[:-3]).codes == Characters(textpage.raw, text).codes


def test_pieces_know_their_size_and_weight_and_what_runs_upwards_is_kept_apart(page):
    textpage = page.get_textpage()
    pieces, rotated = read_pieces(textpage.raw, look(page, 1), textpage.get_text_range())
    by_text = {piece.text: piece for piece in pieces}
    assert {"Plain", "words", "of", "10", "25", "Bold", "heading", *"APRT"} <= set(by_text)
    assert (by_text["Plain"].size, by_text["Plain"].bold) == (12, False)
    assert (by_text["heading"].size, by_text["heading"].bold) == (14, True)
    assert by_text["25"].y == pytest.approx(705)
    assert rotated == ["up"]


def test_words_read_whole_are_those_read_character_by_character(page):
    textpage = page.get_textpage()
    text = textpage.get_text_range()
    pieces, rotated = read_pieces(textpage.raw, look(page, 1), text)
    characters = Characters(textpage.raw, text)
    blank = np.asarray([chr(code).isspace() for code in characters.codes])
    edges = np.flatnonzero(np.diff(np.concatenate([[True], blank, [True]])))
    slowly, turned = [], []
    for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        _cut(characters, text, start, end, slowly, turned)
    assert slowly == pieces
    assert "".join(turned) == "".join(rotated)


def test_an_empty_page_has_no_characters():
    document = pypdfium2.PdfDocument.new()
    page = document.new_page(200, 200)
    textpage = page.get_textpage()
    assert read_pieces(textpage.raw, look(page, 1), textpage.get_text_range()) == ([], [])
    document.close()


@pytest.mark.parametrize(
    ("left", "right", "whole"),
    [
        ("see https://example.org/a.", "html there", "see https://example.org/a.html there"),
        ("and/", "or", "and/or"),
        ("pages 10–", "12", "pages 10–12"),
        ("the end.", "next", "the end. next"),
        ("a hyphen -", "apart", "a hyphen - apart"),
        ("172-", "ФЗ", "172-ФЗ"),
    ],
)
def test_only_what_may_run_on_is_joined_without_a_space(left, right, whole):
    long = "слово " * 200
    assert Hyphenation([left, right]).join(long + left, right) == long + whole
