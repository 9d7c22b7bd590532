"""Bytes of an HTML file -> its text: by byte-order mark, by declaration, by what the bytes themselves say."""

from __future__ import annotations

import codecs
import re

from assistant.errors import ReadError

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
OTHER_FORMATS = (
    (b"%PDF", "PDF"),
    (b"PK\x03\x04", "ZIP/DOCX"),
    (b"\xd0\xcf\x11\xe0", "DOC"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"{\\rtf", "RTF"),
    (b"GIF8", "GIF"),
)
DECLARED = re.compile(
    rb"""<\?xml[^>]*encoding\s*=\s*["']([\w.:-]+)["']|<meta[^>]*charset\s*=\s*["']?\s*([\w.:-]+)""", re.I
)
CYRILLIC = ("cp1251", "koi8-r", "cp866", "iso8859-5", "mac-cyrillic")
# The commonest letters of running Russian; a wrong code page turns them into capitals, signs or rare letters.
COMMON = frozenset("оеаинтсрвлкмдпуяыьгзбчй")


def decode(data: bytes, name: str) -> tuple[str, str]:
    """The text and the name of its encoding. Raises ReadError for empty files and other formats."""
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise ReadError(
            f"{name}: the file is empty. Download or copy it again.",
            f"{name}: файл пуст. Скачайте или скопируйте его заново.",
        )
    for magic, what in OTHER_FORMATS:
        if data.startswith(magic):
            raise _not_html(name, what)
    for bom, encoding in BOMS:
        if data.startswith(bom):
            return data.decode(encoding, "replace").lstrip("\ufeff"), encoding
    if b"\x00" in data[:4096]:
        raise _not_html(name, "binary")
    found = DECLARED.search(data[:4096])
    declared = (found[1] or found[2]).decode("ascii").lower() if found else ""
    for encoding in (declared, "utf-8"):
        text = _strict(data, encoding)
        if text is not None:
            return text, codecs.lookup(encoding).name
    return _guessed(data)


def _not_html(name: str, what: str) -> ReadError:
    return ReadError(
        f"{name}: this is not HTML but {what} data. Give the file its real extension.",
        f"{name}: это не HTML, а данные {what}. Дайте файлу его настоящее расширение.",
    )


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding) if encoding else None
    except (UnicodeDecodeError, LookupError):
        return None


def _guessed(data: bytes) -> tuple[str, str]:
    """Single-byte text without a usable declaration: the Cyrillic code page in which it reads best."""
    scored = []
    for encoding in CYRILLIC:
        text = data.decode(encoding, "replace")
        common = sum(char in COMMON for char in text)
        scored.append((common, encoding, text))
    common, encoding, text = max(scored, key=lambda entry: entry[0])
    high = sum(byte > 127 for byte in data)
    if common * 2 > high:
        return text, encoding
    return data.decode("cp1252", "replace"), "cp1252"
