"""PDF files -> blocks: lines, paragraphs, furniture, footnotes, tables, errors."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from assistant.errors import ReadError
from ingest.document import Block, Document, Role
from ingest.readers import pdf as reader
from ingest.readers import scan
from tests.ingest.readers.pdfs import LEFT, RIGHT, TOP, Draw, full, lines, pdf
from tests.shared import ACTS, needs_acts


def read(data: bytes) -> Document:
    return reader.read(data, "garden.pdf")


def body(document: Document) -> list[Block]:
    return [block for block in document.blocks if block.role == Role.BODY]


def test_indented_lines_begin_paragraphs_and_their_lines_are_joined() -> None:
    def page(canvas: Canvas) -> None:
        y = TOP
        for number in range(1, 5):
            y = lines(canvas, [full(f"{number}."), full("and"), "ends here."], y=y, indent=24)

    found = body(read(pdf(page)))
    assert [block.text[:2] for block in found] == ["1.", "2.", "3.", "4."]
    assert all(block.text.endswith("ends here.") for block in found)
    assert {block.indent for block in found} == {24.0}


def test_a_wrapped_line_that_begins_with_a_number_begins_no_paragraph() -> None:
    def page(canvas: Canvas) -> None:
        y = lines(canvas, [full("1."), full("5. of another law"), "ends here."], indent=24)
        y = lines(canvas, [full("2."), "ends here."], y=y, indent=24)
        lines(canvas, [full("3."), "ends here."], y=y, indent=24)

    assert [block.text[:2] for block in body(read(pdf(page)))] == ["1.", "2.", "3."]


def test_justified_text_has_single_spaces() -> None:
    def page(canvas: Canvas) -> None:
        lines(canvas, ["short words set very wide apart here", "ends."])

    assert "  " not in body(read(pdf(page)))[0].text


def test_a_paragraph_running_over_a_page_is_one_block_that_knows_both_pages() -> None:
    def first(canvas: Canvas) -> None:
        y = lines(canvas, [full("1."), "ends here."], indent=24)
        y = lines(canvas, [full("2."), "ends here."], y=y, indent=24)
        lines(canvas, [full("3."), full("goes on"), full("and on"), full("and over")], y=y, indent=24)

    def second(canvas: Canvas) -> None:
        y = lines(canvas, [full("the page"), "ends here."])
        lines(canvas, [full("4."), "ends here."], y=y, indent=24)

    found = body(read(pdf(first, second)))
    over = found[2]
    assert [block.text[:2] for block in found] == ["1.", "2.", "3.", "4."]
    assert [page for _, page in over.pages] == [1, 2]
    assert over.text[over.pages[1][0] :].startswith("the page")
    assert over.text[over.pages[1][0] - 1] == " "


def test_hanging_items_keep_their_marker_in_front() -> None:
    def page(canvas: Canvas) -> None:
        y = TOP
        for marker in ("(a)", "(b)", "(c)"):
            canvas.drawString(LEFT, y, marker)
            lines(canvas, [full("the roses"), full("the lilies"), "ends here;"], x=LEFT + 30, y=y)
            y -= 50

    assert [block.text[:13] for block in body(read(pdf(page)))] == [f"({m}) the roses" for m in "abc"]


def test_centred_and_right_aligned_blocks_keep_their_alignment() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setFont("Times-Bold", 11)
        canvas.drawCentredString((LEFT + RIGHT) / 2, TOP, "Rules of the garden that are kept by")
        canvas.drawCentredString((LEFT + RIGHT) / 2, TOP - 14, "all its keepers")
        y = TOP - 60
        for number in range(1, 6):
            y = lines(canvas, [full(f"{number}."), full("and"), "ends here."], y=y, indent=24)
        canvas.drawRightString(RIGHT, y - 30, "The chief gardener")

    found = body(read(pdf(page)))
    assert (found[0].align, found[0].bold) == ("center", True)
    assert found[0].text.endswith("kept by all its keepers")
    assert (found[-1].align, found[-1].text) == ("right", "The chief gardener")
    assert {block.align for block in found[1:-1]} == {None}


def test_running_heads_and_page_numbers_are_furniture() -> None:
    def page(number: int) -> Draw:
        def draw(canvas: Canvas) -> None:
            canvas.drawString(LEFT, 810, "Garden Gazette")
            canvas.drawCentredString(300, 30, str(number))
            y = TOP
            for point in range(4):
                y = lines(canvas, [full(f"{number}.{point}."), full("and"), "ends."], y=y, indent=24)

        return draw

    document = read(pdf(*(page(number) for number in range(1, 6))))
    assert not any("Gazette" in block.text for block in body(document))
    furniture = Counter(block.text for block in document.blocks if block.role == Role.FURNITURE)
    assert furniture["Garden Gazette"] == 5
    assert [furniture[str(number)] for number in range(1, 6)] == [1] * 5
    assert len(body(document)) == 20


def test_footnotes_leave_the_text_with_their_marks_and_exponents_stay() -> None:
    def page(canvas: Canvas) -> None:
        y = TOP
        for _ in range(6):
            y = lines(canvas, [full("The"), full("and"), "ends here."], y=y, indent=24)
        canvas.setFont("Times-Roman", 11)
        canvas.drawString(LEFT + 24, y, "More than 10")
        canvas.setFont("Times-Roman", 6)
        canvas.drawString(LEFT + 24 + canvas.stringWidth("More than 10", "Times-Roman", 11), y + 4, "25")
        canvas.setFont("Times-Roman", 11)
        canvas.drawString(LEFT + 110, y, "roses of the council")
        canvas.setFont("Times-Roman", 6)
        canvas.drawString(
            LEFT + 110 + canvas.stringWidth("roses of the council", "Times-Roman", 11), y + 4, "7"
        )
        canvas.drawString(LEFT, 64, "7")
        lines(canvas, ["See the book of roses."], x=LEFT + 20, y=60, size=8)

    document = read(pdf(page))
    assert body(document)[-1].text == "More than 10²⁵ roses of the council"
    notes = [block.text for block in document.blocks if block.role == Role.FOOTNOTE]
    assert notes == ["⁷ See the book of roses."]


def test_a_ruled_table_keeps_its_rows_and_a_wrapped_cell_stays_one() -> None:
    rows = [("No", "Measure", "Year"), ("1", "watering of", "2024"), ("2", "pruning", "")]

    def page(canvas: Canvas) -> None:
        for x in (60, 100, 250, 320):
            canvas.line(x, 700, x, 580)
        for y in (700, 660, 620, 580):
            canvas.line(60, y, 320, y)
        for index, row in enumerate(rows):
            for x, text in zip((66, 106, 256), row, strict=True):
                canvas.drawString(x, 685 - 40 * index, text)
        canvas.drawString(106, 632, "old roses")

    found = body(read(pdf(page)))
    assert [block.cells for block in found] == [rows[0], ("1", "watering of old roses", "2024"), rows[2]]
    assert found[1].text == "1 | watering of old roses | 2024"


def test_two_columns_are_read_one_after_the_other() -> None:
    def page(canvas: Canvas) -> None:
        for index in range(16):
            y = TOP - 14 * index
            canvas.drawString(60, y, f"left line {index:02} of the garden rules and their keepers")
            canvas.drawString(320, y, f"right line {index:02} of the garden rules and their keepers")

    text = " ".join(block.text for block in body(read(pdf(page))))
    assert re.findall(r"(left|right) line", text) == ["left"] * 16 + ["right"] * 16


def test_metadata_and_outline_are_kept() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setTitle("Garden rules")
        canvas.bookmarkPage("one")
        canvas.addOutlineEntry("Chapter one", "one", level=0)
        lines(canvas, ["Some words."])

    document = read(pdf(page))
    assert document.metadata["title"] == "Garden rules"
    assert document.outline == [(0, "Chapter one", 1)]
    assert (document.page_count, document.media_type) == (1, "application/pdf")


def _page(canvas: Canvas) -> None:
    lines(canvas, [full("1."), "ends here."])


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "0 bytes"),
        (b"%PDF-1.7 not really", "damaged"),
        (pdf(_page)[:700], "damaged"),
        (pdf(_page, encrypt="secret"), "password"),
        (pdf(lambda canvas: None), "no text"),
    ],
    ids=["empty", "junk", "truncated", "encrypted", "blank"],
)
def test_bad_files_are_refused_with_a_reason_in_both_languages(data: bytes, said: str) -> None:
    with pytest.raises(ReadError) as caught:
        read(data)
    assert said in caught.value.en
    assert "garden.pdf" in caught.value.en
    assert re.search("[а-я]{4}", caught.value.ru)


def test_a_file_encrypted_without_a_password_is_read() -> None:
    assert body(read(pdf(_page, encrypt="")))


def _image_page(canvas: Canvas) -> None:
    from PIL import Image

    canvas.drawImage(ImageReader(Image.new("L", (200, 200), 255)), 0, 0, 500, 700)


def test_pages_of_images_need_tesseract_and_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan.shutil, "which", lambda name: None)
    with pytest.raises(ReadError, match="tesseract-ocr tesseract-ocr-rus"):
        read(pdf(_image_page))
    mixed = read(pdf(_page, _image_page))
    assert body(mixed)
    assert "tesseract" in mixed.warnings[0]


def test_too_many_pages_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_PAGES", 1)
    with pytest.raises(ReadError, match="more than 1"):
        read(pdf(_page, _page))


@cache
def act(name: str) -> Document:
    path: Path = ACTS / name
    return reader.read(path.read_bytes(), path.name)


@needs_acts
@pytest.mark.acts
@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("ru/strategy_ai_2030_ed2024.pdf", {r"\d+\. ": 50, r"[а-я]\) ": 206}),
        ("ru/fz149.pdf", {r"Статья \d": 48}),
        ("ru/fz152_ed2023.pdf", {r"Статья \d": 29}),
        ("ru/fz187.pdf", {r"Статья \d": 15}),
        ("en/eu_ai_act_2024_1689_oj.pdf", {r"Article \d+$": 113, r"ANNEX [IVX]+$": 13}),
    ],
)
def test_every_provision_marker_begins_a_block_of_its_own(name: str, counts: dict[str, int]) -> None:
    found = body(act(name))
    for pattern, count in counts.items():
        assert sum(bool(re.match(pattern, block.text)) for block in found) == count


@needs_acts
@pytest.mark.acts
def test_the_two_renditions_of_the_ai_act_hold_the_same_characters_and_paragraphs() -> None:
    from ingest.readers import html

    path = ACTS / "en" / "eu_ai_act_oj.xhtml"
    page = html.read(path.read_bytes(), path.name)
    sides = []
    for document in (act("en/eu_ai_act_2024_1689_oj.pdf"), page):
        texts = [re.sub(r"[\s|]+", "", block.text) for block in body(document)]
        # The signatures stand side by side in the one and one after the other in the other.
        end = next(index for index, text in enumerate(texts) if text.startswith("DoneatBrussels"))
        annexes = "".join(texts).partition("ANNEXIList")[2]
        sides.append((texts[:end], annexes))
    assert sides[0][1] == sides[1][1]
    assert sides[0][0] == sides[1][0]


@needs_acts
@pytest.mark.acts
def test_the_exponent_of_article_51_is_kept() -> None:
    text = " ".join(block.text for block in body(act("en/eu_ai_act_2024_1689_oj.pdf")))
    assert "10²⁵" in text
    assert not re.search(r"\b1025\b(?!/)", text)


@needs_acts
@pytest.mark.acts
@pytest.mark.parametrize("kept", ["172-ФЗ", "научно-технической", "онлайн-формате"])
def test_real_hyphens_at_line_ends_stay(kept: str) -> None:
    text = " ".join(block.text for block in body(act("ru/strategy_ai_2030_ed2024.pdf")))
    assert kept in text
    assert kept.replace("-", "") not in text


@needs_acts
@pytest.mark.acts
def test_the_federal_register_loses_its_margins_and_its_soft_hyphens() -> None:
    text = " ".join(block.text for block in body(act("en/us_eo_14110_fr_pdf.pdf")))
    assert "displace" in text
    assert "self-restoration" in text
    assert not re.search(r"VerDate|Federal Register ?/|Jkt \d|PRODwithPRESDOC", text)


@needs_acts
@pytest.mark.acts
def test_the_table_of_measures_keeps_its_rows() -> None:
    rows = [block.cells for block in body(act("ru/fstek239.pdf")) if block.cells]
    measures = [row for row in rows if re.fullmatch(r"[А-Я]{3}\.\d+", row[0])]
    assert len(measures) > 120
    assert {len(row) for row in measures} == {5}
    assert {cell for row in measures for cell in row[2:]} == {"+", ""}
