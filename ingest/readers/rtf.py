"""RTF bytes -> blocks: one a paragraph; the cells of a table row are joined.

Layout and styles are dropped: the sites that serve RTF put one paragraph of the act into one of the file.
"""

from __future__ import annotations

import re
import unicodedata

from striprtf.striprtf import rtf_to_text

from assistant.errors import ReadError
from ingest.document import Block, Document
from ingest.hidden import invisible_in

MAX_BYTES = 100 * 1024 * 1024
_SPACES = re.compile(r"[\t \u00a0\u2000-\u200a\u202f]+")
# Groups that hold pictures and other binary data as hex digits: megabytes without a word.
_BINARY = re.compile(rb"\{\\(?:\*\\)?(?:pict|blipuid|objdata|themedata|datastore)\b[^{}]*\}")


def read(data: bytes, name: str) -> Document:
    """Read an RTF file. Raises ReadError for one that is too large, broken or without text."""
    if len(data) > MAX_BYTES:
        raise ReadError(
            f"{name} is larger than {MAX_BYTES >> 20} MB. Split it and add the parts.",
            f"{name} больше {MAX_BYTES >> 20} МБ. Разделите файл и добавьте части.",
        )
    source = _BINARY.sub(b"", data).decode("latin-1")
    try:
        text = rtf_to_text(source, encoding="cp1251", errors="replace")
    except (ValueError, LookupError, OverflowError) as error:
        raise ReadError(
            f"{name} is no readable RTF ({error}). Open it in an office program and save it as DOCX.",
            f"{name} — нечитаемый RTF ({error}). Откройте его в офисной программе и сохраните как DOCX.",
        ) from None
    blocks = [Block(text=line) for line in map(_line, text.split("\n")) if line]
    if not blocks:
        raise ReadError(
            f"{name} has no text. Download it again or save it as DOCX.",
            f"В {name} нет текста. Скачайте файл заново или сохраните как DOCX.",
        )
    return Document(blocks=blocks, media_type="application/rtf", hidden=invisible_in(text))


def _line(raw: str) -> str:
    joined = " | ".join(cell.strip() for cell in raw.split("|")) if "|" in raw else raw
    return _SPACES.sub(" ", unicodedata.normalize("NFC", joined)).strip(" |")
