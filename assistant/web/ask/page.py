"""A source -> an image of its page with the quotation marked, for files that have pages.

The page stands beside the text as a convenience: where it cannot be drawn, the text alone is shown.
"""

from __future__ import annotations

import base64
import logging
import threading
from typing import TYPE_CHECKING, NamedTuple

from assistant.errors import PolicyError

if TYPE_CHECKING:
    from assistant.engine import Source

log = logging.getLogger(__name__)

SCALE = 1.5  # pixels per point: a page of text stays readable at the panel's width
MAX_BYTES = 60_000_000
_PDFIUM = threading.Lock()  # pdfium is not made for several threads at once


class Picture(NamedTuple):
    """A ``data:`` address of a page's image, and whether the quotation was located on it."""

    address: str
    marked: bool


def image_of(source: Source) -> Picture | None:
    """The page a citation stands on; None for a file without pages or one that cannot be drawn."""
    number = source.citation.page
    if source.file is None or source.media_type != "application/pdf" or not number:
        return None
    from pypdfium2 import PdfiumError

    from ingest.readers.boxes import quote_boxes, render_page

    try:
        if source.file.stat().st_size > MAX_BYTES:
            return None
        content = source.file.read_bytes()
        with _PDFIUM:
            boxes = quote_boxes(content, number, source.quote)
            drawn = render_page(content, number, boxes, SCALE)
    except (PolicyError, PdfiumError, OSError, ValueError) as error:
        log.warning("Page %s of %s cannot be drawn: %s", number, source.citation.act, error)
        return None
    return Picture("data:image/png;base64," + base64.b64encode(drawn).decode("ascii"), bool(boxes))
