"""A source -> an image of its page with the quotation boxed, for files that have pages.

The page stands beside the text as a convenience: where it cannot be drawn, the text alone is shown.
"""

from __future__ import annotations

import base64
import logging
from typing import TYPE_CHECKING

from assistant.errors import PolicyError

if TYPE_CHECKING:
    from assistant.engine import Source

log = logging.getLogger(__name__)

SCALE = 1.3  # pixels per point: a page of text stays readable at the panel's width
MAX_BYTES = 60_000_000


def image_of(source: Source) -> str | None:
    """A ``data:`` address of the page as an image; None for a file without pages."""
    number = source.citation.page
    if source.file is None or source.media_type != "application/pdf" or not number:
        return None
    from ingest.readers.boxes import quote_boxes, render_page

    try:
        if source.file.stat().st_size > MAX_BYTES:
            return None
        content = source.file.read_bytes()
        boxes = quote_boxes(content, number, source.quote)
        picture = render_page(content, number, boxes, SCALE)
    except (PolicyError, OSError, ValueError, IndexError) as error:
        log.warning("Page %s of %s cannot be drawn: %s", number, source.citation.act, error)
        return None
    return "data:image/png;base64," + base64.b64encode(picture).decode("ascii")
