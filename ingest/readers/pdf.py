"""PDF bytes -> blocks: pypdf looks first (encryption, outline, metadata, limits), pdfium reads the text.

Footnote reference marks are taken out of the text, as the HTML reader does; other raised digits become
Unicode superscripts. Pages without a text layer go through OCR (:mod:`ingest.readers.scan`).
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator, Sequence

import pypdf
import pypdfium2
import pypdfium2.raw as pdfium_c
from pypdf.errors import PyPdfError

from assistant.errors import ReadError
from ingest.document import Block, Document, Role
from ingest.readers import scan
from ingest.readers.pdf_furniture import SortedPage, is_star_note, sort_pages
from ingest.readers.pdf_hidden import look
from ingest.readers.pdf_hyphens import Hyphenation
from ingest.readers.pdf_layout import Flow, Layout
from ingest.readers.pdf_lines import Line, PageText, build_lines, read_pieces
from ingest.readers.pdf_objects import PageObjects
from ingest.readers.pdf_tables import Row, read_rules, take_tables

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/pdf"
MAX_PAGES = 5000
_TRAILER = 4096  # bytes at the end in which the mark of the end must stand
MAX_BYTES = 200 * 1024 * 1024


def read(data: bytes, name: str) -> Document:
    """Read a PDF. Raises ReadError where it is empty, cut short, encrypted, too large or without text."""
    _check_bytes(data, name)
    metadata, outline, warnings = _inspect(data, name)
    pages, rows = _pages(data, name)
    hidden = [entry for page in pages for entry in page.hidden]
    warnings += _read_scans(data, name, pages, rows)
    blocks = blocks_of_pages(pages, rows)
    if not any(block.role == Role.BODY for block in blocks):
        raise _no_text(name)
    return Document(blocks, MEDIA_TYPE, len(pages), metadata, outline, warnings, hidden)


def blocks_of_pages(pages: Sequence[PageText], rows: Sequence[Sequence[Row]] = ()) -> list[Block]:
    """Lines and table rows of all pages as blocks in reading order."""
    return _blocks(sort_pages(pages, rows))


def _read_scans(data: bytes, name: str, pages: list[PageText], rows: Sequence[Sequence[Row]]) -> list[str]:
    """Put what OCR reads in place of pages that are images only. Returns warnings.

    Raises ReadError where nothing in the file has text and tesseract is absent.
    """
    empty = [index for index, page in enumerate(pages) if not page.lines and not rows[index]]
    if not empty:
        return []
    document = pypdfium2.PdfDocument(data)
    try:
        scanned = [index for index in empty if _is_image(document, index)]
        if not scanned:
            return []
        if not scan.is_available():
            if len(empty) == len(pages):
                raise scan.missing(name)
            return [f"{name}: {len(scanned)} page(s) are images and were left out. {scan.missing(name).en}"]
        for index in scanned:
            width, height = document.get_page_size(index)
            if width * height * (scan.DPI / 72) ** 2 > scan.MAX_PIXELS:
                raise scan.too_many_pixels(name)
            image = document[index].render(scale=scan.DPI / 72, grayscale=True).to_pil()
            out = io.BytesIO()
            image.save(out, "PNG")
            pages[index] = scan.read_page(out.getvalue(), index + 1, scan.DPI, name)
    finally:
        document.close()
    return [f"{name}: {len(scanned)} page(s) read by OCR; compare quotations with the page."]


def _is_image(document: pypdfium2.PdfDocument, index: int) -> bool:
    page = document[index]
    try:
        count = pdfium_c.FPDFPage_CountObjects(page.raw)
        kinds = {
            pdfium_c.FPDFPageObj_GetType(pdfium_c.FPDFPage_GetObject(page.raw, each))
            for each in range(min(count, 200))
        }
        return bool(kinds & {pdfium_c.FPDF_PAGEOBJ_IMAGE, pdfium_c.FPDF_PAGEOBJ_FORM})
    finally:
        page.close()


def _check_bytes(data: bytes, name: str) -> None:
    if not data:
        raise ReadError(
            f"{name} is empty (0 bytes). Download or copy it again.",
            f"{name} — пустой файл (0 байт). Скачайте или скопируйте его заново.",
        )
    if len(data) > MAX_BYTES:
        raise ReadError(
            f"{name} is larger than {MAX_BYTES >> 20} MB. Split it and add the parts.",
            f"{name} больше {MAX_BYTES >> 20} МБ. Разделите файл и добавьте части.",
            reason="too_large",
        )
    if b"%%EOF" not in data[-_TRAILER:]:  # pdfium would mend it and lose pages without a word
        raise _broken(name)


def _inspect(data: bytes, name: str) -> tuple[dict[str, str], list[tuple[int, str, int | None]], list[str]]:
    """Encryption, page limit, metadata and outline. What pypdf cannot read is left to pdfium."""
    warnings: list[str] = []
    logging.getLogger("pypdf").setLevel(logging.ERROR)
    try:
        reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise ReadError(
                f"{name} is protected by a password. Save a copy without the password and add that.",
                f"{name} защищён паролем. Сохраните копию без пароля и добавьте её.",
                reason="encrypted",
            )
        if len(reader.pages) > MAX_PAGES:
            raise _too_many(name, len(reader.pages))
        found = {str(key).lstrip("/").lower(): str(value) for key, value in (reader.metadata or {}).items()}
        outline = list(_outline(reader, reader.outline, 0))
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError) as error:
        log.debug("pypdf could not read %s: %s", name, error)
        return {}, [], warnings
    return {key: value[:500] for key, value in found.items() if value.strip()}, outline, warnings


def _outline(
    reader: pypdf.PdfReader, items: Sequence[object], depth: int
) -> Iterator[tuple[int, str, int | None]]:
    for item in items:
        if isinstance(item, list):
            yield from _outline(reader, item, depth + 1)
        elif isinstance(item, pypdf.generic.Destination):
            number = reader.get_destination_page_number(item)
            title = " ".join(str(item.title).split())
            yield depth, title, number + 1 if number is not None and number >= 0 else None


def _pages(data: bytes, name: str) -> tuple[list[PageText], list[list[Row]]]:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        raise _broken(name) from None
    try:
        if len(document) > MAX_PAGES:  # a number the file states; nothing has been looked at yet
            raise _too_many(name, len(document))
        read_pages = [_page(document, index) for index in range(len(document))]
    except pypdfium2.PdfiumError:
        raise _broken(name) from None
    finally:
        document.close()
    if not read_pages:
        raise _broken(name)
    return [page for page, _ in read_pages], [rows for _, rows in read_pages]


def _page(document: pypdfium2.PdfDocument, index: int) -> tuple[PageText, list[Row]]:
    page = document[index]
    try:
        objects = PageObjects(page.raw)
        textpage = page.get_textpage()
        try:
            unseen = look(page, index + 1, objects)
            text = textpage.get_text_range()
            pieces, rotated = read_pieces(textpage.raw, unseen, text, textpage.count_chars())
            hidden = unseen.findings(text)
        finally:
            textpage.close()
        width, height = page.get_size()
        level, upright = read_rules(objects)
        pieces, rows = take_tables(pieces, level, upright, index + 1)
        lines = build_lines(pieces, index + 1)
        return PageText(index + 1, width, height, lines, rotated, level, hidden), rows
    finally:
        page.close()


def _too_many(name: str, pages: int) -> ReadError:
    return ReadError(
        f"{name} has {pages} pages, more than {MAX_PAGES}. Split it and add the parts.",
        f"{name}: {pages} страниц, больше {MAX_PAGES}. Разделите файл и добавьте части.",
        reason="too_large",
    )


def _broken(name: str) -> ReadError:
    return ReadError(
        f"{name} cannot be opened as a PDF: it is cut short or damaged. Download or copy it again.",
        f"{name} не открывается как PDF: файл оборван или повреждён. Скачайте или скопируйте его заново.",
    )


def _no_text(name: str) -> ReadError:
    return ReadError(
        f"{name} holds no text: its pages are empty or unreadable. Check the file and add it again.",
        f"В {name} нет текста: страницы пусты или нечитаемы. Проверьте файл и добавьте его снова.",
    )


def _blocks(pages: Sequence[SortedPage]) -> list[Block]:
    hyphens = Hyphenation(line.text for page in pages for line in _all_lines(page))
    layout = Layout(pages)
    items = [item for page in pages for item in layout.items(page)]
    bodies = [
        _row_block(each, hyphens) if isinstance(each, Row) else block_of(each, hyphens)
        for each in layout.paragraphs(items)
    ]
    for block in bodies:
        if is_star_note(block.text):
            block.role = Role.FOOTNOTE
    return _interleave(bodies, pages, hyphens)


def _all_lines(page: SortedPage) -> Iterator[Line]:
    yield from page.body
    for row in page.rows:
        for cell in row.cells:
            yield from cell


def _row_block(row: Row, hyphens: Hyphenation) -> Block:
    cells = []
    for lines in row.cells:
        text = ""
        for line in lines:
            text = hyphens.join(text, line.text)
        cells.append(text)
    lines = [line for cell in row.cells for line in cell]
    return Block(
        " ".join(" | ".join(cells).split()),
        ((0, row.page),),
        bold=all(line.bold for line in lines),
        size=lines[0].size,
        cells=tuple(cells),
    )


def _interleave(bodies: Sequence[Block], pages: Sequence[SortedPage], hyphens: Hyphenation) -> list[Block]:
    """Body blocks in order; what belongs to a page's foot follows the block its last line is in."""
    blocks: list[Block] = []
    asides = {page.page: _asides(page, hyphens) for page in pages}
    waiting = sorted(asides)
    for block in bodies:
        while waiting and waiting[0] < block.pages[0][1]:
            blocks += asides[waiting.pop(0)]
        blocks.append(block)
    for page in waiting:
        blocks += asides[page]
    return blocks


def _asides(page: SortedPage, hyphens: Hyphenation) -> list[Block]:
    found: list[list[Line]] = []
    for line in page.footnotes:
        if not found or (line.raised and line.text[:1] in "(⁰¹²³⁴⁵⁶⁷⁸⁹") or line.text[:1] == "*":
            found.append([])
        found[-1].append(line)
    notes = [block_of(Flow(lines), hyphens) for lines in found]
    for note in notes:
        note.role = Role.FOOTNOTE
    where = ((0, page.page),)
    return notes + [Block(text, where, Role.FURNITURE) for text in page.furniture if text]


def block_of(flow: Flow, hyphens: Hyphenation) -> Block:
    """One paragraph as a block, with the offsets at which its pages begin."""
    text = ""
    pages: list[tuple[int, int]] = []
    for line in flow.lines:
        joined = hyphens.join(text, line.text)
        if not pages or pages[-1][1] != line.page:
            pages.append((len(joined) - len(line.text), line.page))
        text = joined
    first = flow.lines[0]
    bold = all(line.bold for line in flow.lines)
    indent = round(flow.left[0], 1) if flow.left else None
    return Block(text, tuple(pages), align=flow.align, bold=bold, size=first.size, indent=indent)
