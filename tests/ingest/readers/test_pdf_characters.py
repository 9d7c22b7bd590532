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
from ingest.readers.pdf_objects import PageObjects
from tests.ingest.readers.pdfs import beyond_the_first_plane


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


def characters_of(page):
    """The characters of a page, and its text page, which must stay open meanwhile."""
    textpage = page.get_textpage()
    return Characters(textpage.raw, textpage.get_text_range(), textpage.count_chars()), textpage


def pieces_of(page):
    """What the words of a page are read as, and its turned texts."""
    textpage = page.get_textpage()
    unseen = look(page, 1, PageObjects(page.raw))
    return read_pieces(textpage.raw, unseen, textpage.get_text_range(), textpage.count_chars())


def test_signs_boxes_and_baselines_are_those_pdfium_tells_of_each_character(page):
    found, textpage = characters_of(page)
    assert len(found.shown) == textpage.count_chars() > 40
    rect, x, y = pdfium_c.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    for index, char in enumerate(found.shown):
        assert char == chr(pdfium_c.FPDFText_GetUnicode(textpage.raw, index))
        assert found.blank[index] == char.isspace()
        if not found.blank[index]:
            pdfium_c.FPDFText_GetLooseCharBox(textpage.raw, index, rect)
            assert found.boxes[index].tolist() == [rect.left, rect.top, rect.right, rect.bottom]
            pdfium_c.FPDFText_GetCharOrigin(textpage.raw, index, x, y)
            assert found.baselines[index] == y.value


def test_sizes_are_those_pdfium_tells_of_each_character(page):
    found, textpage = characters_of(page)
    told = [pdfium_c.FPDFText_GetFontSize(textpage.raw, index) for index in range(len(found.shown))]
    styles = found.styles(range(len(found.shown)))
    assert [size for size, _, _ in styles] == pytest.approx(told)
    assert {size for size, bold, _ in styles if bold} == {14}
    assert "".join(char for char, style in zip(found.shown, styles, strict=True) if style[2]) == "up"


def test_where_the_text_is_not_a_sign_a_character_each_is_asked_for_its_own(page):
    found, textpage = characters_of(page)
    again = Characters(textpage.raw, found.shown[:-3], textpage.count_chars())
    assert again.shown == found.shown
    assert np.array_equal(again.boxes, found.boxes)


def test_two_halves_of_a_character_are_one_and_what_follows_keeps_its_place():
    document = pypdfium2.PdfDocument(beyond_the_first_plane())
    found, textpage = characters_of(document[0])
    assert found.shown.split() == ["Let", "x\U0001d441y", "run."]
    assert len(found.shown) == textpage.count_chars() - 1
    assert [piece.text for piece in pieces_of(document[0])[0]] == found.shown.split()
    lefts = found.boxes[~found.blank, 0]
    assert (np.diff(lefts) > 0).all()  # no character stands in another's place
    document.close()


def test_pieces_know_their_size_and_weight_and_what_runs_upwards_is_kept_apart(page):
    pieces, rotated = pieces_of(page)
    by_text = {piece.text: piece for piece in pieces}
    assert {"Plain", "words", "of", "10", "25", "Bold", "heading", *"APRT"} <= set(by_text)
    assert (by_text["Plain"].size, by_text["Plain"].bold) == (12, False)
    assert (by_text["heading"].size, by_text["heading"].bold) == (14, True)
    assert by_text["25"].y == pytest.approx(705)
    assert rotated == ["up"]


def test_words_read_whole_are_those_read_character_by_character(page):
    pieces, rotated = pieces_of(page)
    characters, _ = characters_of(page)
    edges = np.flatnonzero(np.diff(np.concatenate([[True], characters.blank, [True]])))
    slowly, turned = [], []
    for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        _cut(characters, characters.shown, start, end, slowly, turned)
    assert slowly == pieces
    assert "".join(turned) == "".join(rotated)


def test_an_empty_page_has_no_characters():
    document = pypdfium2.PdfDocument.new()
    assert pieces_of(document.new_page(200, 200)) == ([], [])
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
