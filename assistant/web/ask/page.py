"""A source -> an image of its page with the quotation marked, for files that have pages.

The page is drawn by a process that can be killed (:mod:`ingest.cage`). It stands beside the text as a
convenience: where it cannot be drawn, the text alone is shown.
"""

from __future__ import annotations

import base64
import logging
from typing import TYPE_CHECKING, NamedTuple

from assistant.errors import PolicyError, ReadersBusyError

if TYPE_CHECKING:
    from assistant.engine import Source
    from assistant.settings import ReaderSettings

log = logging.getLogger(__name__)

PDF = "application/pdf"
SCALE = 1.5  # pixels per point: a page of text stays readable at the panel's width
MAX_BYTES = 60_000_000


class Picture(NamedTuple):
    """A ``data:`` address of a page's image, and whether the quotation was located on it."""

    address: str
    marked: bool


def image_of(source: Source, limits: ReaderSettings) -> Picture | None:
    """The page a citation stands on; None for a file without pages or one that cannot be drawn.

    ``limits``: those by which the program reads files, too: its reading processes draw the page. Raises
    ReadersBusyError where none of them is free.
    """
    number = source.citation.page
    if source.file is None or source.media_type != PDF or not number:
        return None
    from ingest.cage import cage_of

    try:
        if source.file.stat().st_size > MAX_BYTES:
            return None
        content = source.file.read_bytes()
        drawn, marks = cage_of(limits).picture(content, number, source.quote, SCALE, source.file.name)
    except ReadersBusyError:
        raise
    except (PolicyError, OSError) as error:
        log.warning("Page %s of %s cannot be drawn: %s", number, source.citation.act, error)
        return None
    return Picture("data:image/png;base64," + base64.b64encode(drawn).decode("ascii"), bool(marks))
