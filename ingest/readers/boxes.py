"""A quotation on a page of a PDF -> the rectangles of its lines, and the page drawn with them.

Computed only when somebody looks: nothing of this is kept at ingest. Lengths are PDF points, the origin at
the page's lower left corner, as pdfium gives them.
"""

from __future__ import annotations

import ctypes
import io
import unicodedata
from collections.abc import Sequence

import pypdfium2
import pypdfium2.raw as pdfium_c

from assistant.errors import ReadError
from ingest.readers.pdf_characters import join_pairs

Box = tuple[float, float, float, float]  # left, bottom, right, top

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ", "0123456789+-=()n")
_DASHES = frozenset("-‐‑‒–—\u00ad\ufffe\x02|")
_PAD = 1.0
_COLOUR = (255, 236, 130)
_MAX_SCALE = 6.0


def quote_boxes(pdf_bytes: bytes, page: int, quote: str) -> list[Box]:
    """Line rectangles of ``quote`` on ``page`` (from 1); the part of it that stands there, if it runs on.

    White space, hyphens and the height of digits do not count. Empty where the page does not hold it.
    """
    document = _open(pdf_bytes)
    try:
        if not 1 <= page <= len(document):
            return []
        textpage = document[page - 1].get_textpage()
        letters, indexes = _letters(textpage.raw)
        found = _locate(letters, _key(quote))
        return _lines(textpage.raw, [indexes[position] for position in range(*found)]) if found else []
    finally:
        document.close()


def render_page(pdf_bytes: bytes, page: int, boxes: Sequence[Box] = (), scale: float = 1.5) -> bytes:
    """The page as PNG with ``boxes`` marked; ``scale`` 1 is 72 pixels an inch."""
    from PIL import Image, ImageChops, ImageDraw

    document = _open(pdf_bytes)
    try:
        if not 1 <= page <= len(document):
            raise ReadError(
                f"There is no page {page}: the file has {len(document)} pages.",
                f"Нет страницы {page}: в файле {len(document)} страниц.",
            )
        scale = max(0.1, min(scale, _MAX_SCALE))
        opened = document[page - 1]
        image = opened.render(scale=scale).to_pil().convert("RGB")
        layer = Image.new("RGB", image.size, (255, 255, 255))
        draw = ImageDraw.Draw(layer)
        for left, bottom, right, top in boxes:
            corners = [_to_pixel(opened, image.size, x, y) for x, y in ((left, top), (right, bottom))]
            (x0, y0), (x1, y1) = corners
            draw.rectangle((min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)), fill=_COLOUR)
        out = io.BytesIO()
        ImageChops.multiply(image, layer).save(out, "PNG")  # the text stays as dark as it is
        return out.getvalue()
    finally:
        document.close()


def _open(pdf_bytes: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(pdf_bytes)
    except pypdfium2.PdfiumError:
        raise ReadError(
            "The stored file cannot be opened as a PDF. Add the original again.",
            "Сохранённый файл не открывается как PDF. Добавьте исходный файл снова.",
        ) from None


def _to_pixel(page: pypdfium2.PdfPage, size: tuple[int, int], x: float, y: float) -> tuple[int, int]:
    """Page coordinates to pixels, whatever the page's rotation and crop box."""
    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium_c.FPDF_PageToDevice(page.raw, 0, 0, size[0], size[1], 0, x, y, across, down)
    return across.value, down.value


def _key(text: str) -> list[str]:
    """The characters that count, one form for each."""
    folded = unicodedata.normalize("NFKD", text.translate(_SUPERSCRIPTS))
    return [char for char in folded if not char.isspace() and char not in _DASHES and ord(char) > 31]


def _letters(handle: object) -> tuple[list[str], list[int]]:
    """The counting characters of a page, and the index of each in pdfium's text page."""
    count = pdfium_c.FPDFText_CountChars(handle)
    halves = "".join(chr(pdfium_c.FPDFText_GetUnicode(handle, index)) for index in range(count))
    text, seconds = join_pairs(halves)
    left_out = frozenset(seconds)
    places = (index for index in range(len(halves)) if index not in left_out)
    letters: list[str] = []
    indexes: list[int] = []
    for char, index in zip(text, places, strict=True):
        for letter in _key(char):
            letters.append(letter)
            indexes.append(index)
    return letters, indexes


def _locate(page: list[str], quote: list[str]) -> tuple[int, int] | None:
    """Where ``quote``, or the part of it before or after a page break, stands in ``page``."""
    text, wanted = "".join(page), "".join(quote)
    if not wanted:
        return None
    start = text.find(wanted)
    if start >= 0:
        return start, start + len(wanted)
    return _with_gaps(text, wanted) or _tail_or_head(text, wanted)


def _with_gaps(text: str, wanted: str) -> tuple[int, int] | None:
    """The quotation broken by something set aside at ingest: a footnote's mark, a column's edge."""
    probe = min(24, len(wanted) // 2)
    if probe < 8:
        return None
    start = text.find(wanted[:probe])
    while start >= 0:
        end = text.find(wanted[-probe:], start + probe)
        if end >= 0 and abs(end + probe - start - len(wanted)) <= max(12, len(wanted) // 20):
            return start, end + probe
        start = text.find(wanted[:probe], start + 1)
    return None


def _tail_or_head(text: str, wanted: str) -> tuple[int, int] | None:
    shortest = min(12, len(wanted))
    for length in range(len(wanted) - 1, shortest - 1, -1):  # it ends on a later page
        start = text.rfind(wanted[:length])
        if start >= 0 and length > len(wanted) * 0.05:
            return start, start + length
        start = text.find(wanted[-length:])  # it began on an earlier page
        if start >= 0:
            return start, start + length
    return None


def _lines(handle: object, indexes: Sequence[int]) -> list[Box]:
    """One rectangle a line around the characters."""
    rect = pdfium_c.FS_RECTF()
    boxes: list[list[float]] = []
    for index in dict.fromkeys(indexes):
        if not pdfium_c.FPDFText_GetLooseCharBox(handle, index, rect):
            continue
        last = boxes[-1] if boxes else None
        height = rect.top - rect.bottom
        middle = (rect.top + rect.bottom) / 2
        if last and last[1] - 1 <= middle <= last[3] + 1 and rect.left >= last[2] - height:
            last[:2] = min(last[0], rect.left), min(last[1], rect.bottom)
            last[2:] = max(last[2], rect.right), max(last[3], rect.top)
        else:
            boxes.append([rect.left, rect.bottom, rect.right, rect.top])
    return [(x0 - _PAD, y0, x1 + _PAD, y1) for x0, y0, x1, y1 in boxes]
