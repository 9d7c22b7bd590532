"""A title -> a file's name that every system takes and nobody's path is changed by."""

from __future__ import annotations

import re
import unicodedata

from assistant.export.formats import SUFFIXES, checked_format
from assistant.export.plain import one_line

NAME_CHARS = 60
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)  # device names of Windows
_FALLBACK = "answer"


def file_name(title: str, format: str) -> str:  # noqa: A002
    """«Что сказано в п. 27?» -> ``Что-сказано-в-п-27.docx``.

    Letters of any script and figures stay, everything else becomes a hyphen; at most 60 characters before
    the suffix. Raises InputError for an unknown format.
    """
    suffix = SUFFIXES[checked_format(format)]
    words = re.findall(r"\w+", unicodedata.normalize("NFC", one_line(title)).replace("_", " "))
    stem = "-".join(words)
    if len(stem) > NAME_CHARS:
        cut = stem[: NAME_CHARS + 1].rpartition("-")[0]
        stem = cut or stem[:NAME_CHARS]
    if not stem or _RESERVED.fullmatch(stem):
        stem = f"{_FALLBACK}-{stem}" if stem else _FALLBACK
    return f"{stem}.{suffix}"
