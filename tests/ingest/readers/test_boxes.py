"""A quotation -> its rectangles on the page, and the page as a picture."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from assistant.errors import ReadError
from assistant.model import page_at
from ingest.canonical import canonicalise
from ingest.readers import pdf as reader
from ingest.readers.boxes import quote_boxes, render_page
from tests.ingest.readers.pdfs import LEADING, LEFT, RIGHT, TOP, beyond_the_first_plane, full, lines, pdf
from tests.shared import ACTS, needs_acts


def _page(canvas: Canvas) -> None:
    y = lines(canvas, [full("1."), full("and"), "ends here."], indent=24)
    lines(canvas, ["The bulbs are sold in the state-", "owned shop."], y=y - 20)


DATA = pdf(_page)


def test_a_quotation_over_two_lines_has_a_rectangle_on_each() -> None:
    found = quote_boxes(DATA, 1, f"{full('and')} ends here.")
    assert len(found) == 2
    (x0, y0, x1, y1), (_, below, _, top) = found
    assert x0 == pytest.approx(LEFT, abs=3)
    assert x1 == pytest.approx(RIGHT, abs=4)
    assert y0 < TOP - LEADING < y1
    assert below < TOP - 2 * LEADING < top


def test_white_space_and_line_end_hyphens_do_not_count() -> None:
    assert len(quote_boxes(DATA, 1, "sold in   the stateowned\nshop")) == 2
    assert quote_boxes(DATA, 1, "sold in the state-owned shop") == quote_boxes(
        DATA, 1, "sold in the stateowned shop"
    )


def test_the_part_of_a_quotation_that_stands_on_the_page_is_marked() -> None:
    assert quote_boxes(DATA, 1, "The bulbs are sold in the state-owned shop. It goes on over the page.")
    assert quote_boxes(DATA, 1, "It began on another page and the bulbs are sold in the state-owned shop.")


def test_a_quotation_with_a_letter_of_a_formula_is_marked_where_it_stands() -> None:
    made = beyond_the_first_plane()
    (whole,) = quote_boxes(made, 1, "Let x\U0001d441y run.")
    (tail,) = quote_boxes(made, 1, "y run.")
    assert whole[0] < LEFT < tail[0] < tail[2] == whole[2]


@pytest.mark.parametrize(
    ("page", "quote"), [(1, "no such words"), (2, "The bulbs"), (0, "The bulbs"), (1, " - ")]
)
def test_what_does_not_stand_there_has_no_rectangles(page: int, quote: str) -> None:
    assert quote_boxes(DATA, page, quote) == []


def test_the_page_is_drawn_with_the_quotation_marked_and_readable() -> None:
    boxes = quote_boxes(DATA, 1, "The bulbs are sold")
    plain = Image.open(io.BytesIO(render_page(DATA, 1, (), 1.0)))
    marked = Image.open(io.BytesIO(render_page(DATA, 1, boxes, 1.0)))
    assert plain.size == marked.size
    left, _, right, top = boxes[0]
    spot = (int((left + right) / 2), int(842 - top) + 1)
    assert marked.getpixel(spot) != plain.getpixel(spot)
    assert marked.getpixel((5, 5)) == (255, 255, 255)
    assert marked.convert("L").getextrema()[0] < 60


def test_a_page_that_is_not_there_cannot_be_drawn() -> None:
    with pytest.raises(ReadError, match="no page 7"):
        render_page(DATA, 7)


@needs_acts
@pytest.mark.acts
@pytest.mark.parametrize(
    "name", ["ru/strategy_ai_2030_ed2024.pdf", "ru/fz187.pdf", "en/us_eo_14110_fr_pdf.pdf"]
)
def test_every_paragraph_of_an_act_is_found_on_its_page(name: str) -> None:
    data = (ACTS / name).read_bytes()
    canonical = canonicalise(reader.read(data, name))
    for para in canonical.paras[::7]:
        page = page_at(canonical.page_starts, para.start)
        assert page is not None
        assert quote_boxes(data, page, para.text), para.text[:40]
