"""Small PDF files for tests, drawn with reportlab: our own words at known places."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

LEFT, RIGHT, TOP, LEADING = 60.0, 530.0, 760.0, 14.0
Draw = Callable[[Canvas], None]


def pdf(*pages: Draw, encrypt: str | None = None) -> bytes:
    """A PDF of A4 pages, each drawn by its function."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, encrypt=encrypt)
    for draw in pages:
        canvas.setFont("Times-Roman", 11)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def lines(
    canvas: Canvas,
    texts: Sequence[str],
    x: float = LEFT,
    y: float = TOP,
    indent: float = 0.0,
    size: float = 11,
) -> float:
    """Text lines from ``y`` down, full ones justified to the right margin; returns the next baseline."""
    for index, text in enumerate(texts):
        start = x + (indent if index == 0 else 0)
        last = index == len(texts) - 1
        _justified(canvas, text, start, y, None if last else RIGHT, size)
        y -= LEADING
    return y


def _justified(canvas: Canvas, text: str, x: float, y: float, right: float | None, size: float) -> None:
    canvas.setFont("Times-Roman", size)
    words = text.split(" ")
    if right is None or len(words) < 2:
        canvas.drawString(x, y, text)
        return
    widths = [canvas.stringWidth(word, "Times-Roman", size) for word in words]
    space = (right - x - sum(widths)) / (len(words) - 1)
    for word, width in zip(words, widths, strict=True):
        canvas.drawString(x, y, word)
        x += width + space


WORDS = (
    "every keeper of a public garden shall water the roses in the morning and again before the night falls"
)


def full(start: str = "") -> str:
    """A line that about fills the measure, beginning with ``start``."""
    return f"{start} {WORDS}".strip()[:98].rsplit(" ", 1)[0]


def beyond_the_first_plane() -> bytes:
    """A page with the line «Let x𝑁y run.»: one sign of the font stands for a character of two UTF-16 units."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, pageCompression=0)
    canvas.setFont("Courier", 12)
    canvas.drawString(LEFT, TOP, "Let xNy run.")
    canvas.save()
    cmap = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /N def /CMapType 2 def\n"
        b"1 begincodespacerange <00> <FF> endcodespacerange\n"
        b"2 beginbfrange <20> <4D> <0020> <4F> <7E> <004F> endbfrange\n"
        b"1 beginbfchar <4E> <D835DC41> endbfchar\nendcmap end end"
    )
    import pypdf
    from pypdf.generic import DecodedStreamObject, NameObject

    writer = pypdf.PdfWriter(clone_from=io.BytesIO(out.getvalue()))
    stream = DecodedStreamObject()
    stream.set_data(cmap)
    fonts = writer.pages[0]["/Resources"]["/Font"]
    for font in fonts.values():
        font.get_object()[NameObject("/ToUnicode")] = writer._add_object(stream)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()
