"""A file's bytes -> a :class:`~ingest.document.Document`: the type is told by content, then by name.

A reader is imported when a file of its type comes. Every error says what, where and what to do.
"""

from __future__ import annotations

import importlib
import re
from pathlib import PurePath

from assistant.errors import ReadError
from ingest.document import Document
from ingest.hidden import invisible_in, without_invisible
from ingest.readers.archive import names_of
from ingest.readers.bounds import check_bounds

# Type -> the module of this package whose ``read(data, name)`` reads it.
READERS = {
    "pdf": "pdf",
    "docx": "docx",
    "html": "html",
    "text": "text",
    "image": "scan",
    "rtf": "rtf",
}
# The extensions of supported files; content decides where it says something else.
SUPPORTED = {
    ".pdf": "pdf",
    ".docx": "docx",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".txt": "text",
    ".md": "text",
    ".markdown": "text",
    ".png": "image",
    ".jpg": "image",
    ".jpeg": "image",
    ".rtf": "rtf",
    ".tif": "image",
    ".tiff": "image",
}
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"{\\rtf", "rtf"),
)
# Types we recognise only to say what to do with them: how they begin, their name, what to save them as.
_UNSUPPORTED = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "DOC/XLS (Microsoft Office 97-2003)"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf'\x1c", "7z"),
    (b"\x1f\x8b", "GZIP"),
    (b"GIF8", "GIF"),
    (b"%!PS", "PostScript"),
    (b"\x7fELF", "ELF"),
    (b"MZ\x90", "EXE"),
    (b"AT&TFORM", "DjVu"),
)
_ENCRYPTED_OFFICE = "EncryptedPackage".encode("utf-16-le")
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|xhtml)\b", re.I)
_PDF_HEAD = 1024  # the header may stand anywhere in the first kilobyte (ISO 32000-1, annex H.3.4.1)
_WIDE = (b"\xff\xfe", b"\xfe\xff")


class UnsupportedTypeError(ReadError):
    """A file of a type no reader reads; a batch skips it."""


def read_document(data: bytes, name: str) -> Document:
    """Read a file. Raises UnsupportedTypeError for a type nobody reads, ReadError for a broken file."""
    if not data:
        raise ReadError(
            f"{name} is empty (0 bytes). Download or copy it again.",
            f"{name} — пустой файл (0 байт). Скачайте или скопируйте его заново.",
        )
    kind = sniff(data, name)
    module = importlib.import_module(f"ingest.readers.{READERS[kind]}")
    document: Document = module.read(data, name)
    check_bounds(document, name)
    document.hidden += [entry for value in document.metadata.values() for entry in invisible_in(value)]
    document.metadata = {key: without_invisible(value) for key, value in document.metadata.items()}
    return document


def sniff(data: bytes, name: str) -> str:
    """The type of a file: a key of ``READERS``. Raises UnsupportedTypeError or ReadError."""
    named = SUPPORTED.get(PurePath(name).suffix.lower())
    by_content = _by_signature(data, name)
    if by_content:
        return by_content
    if named in {"pdf", "docx", "image", "rtf"}:
        raise _not_what_it_says(name, named)
    if _looks_binary(data):
        raise _unsupported(name, "binary data", "двоичные данные")
    if _HTML.search(data[:4096].replace(b"\x00", b"")):
        return "html"
    if named:
        return named
    if PurePath(name).suffix.lower() in {"", ".text", ".me"}:
        return "text"
    raise _unsupported(name, PurePath(name).suffix, PurePath(name).suffix)


def _by_signature(data: bytes, name: str) -> str | None:
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            return kind
    if b"%PDF-" in data[:_PDF_HEAD]:
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return _by_archive(data, name)
    if _ENCRYPTED_OFFICE in data[:1_000_000] and data.startswith(_UNSUPPORTED[0][0]):
        raise ReadError(
            f"{name} is protected by a password. Save a copy without the password and add that.",
            f"{name} защищён паролем. Сохраните копию без пароля и добавьте её.",
            reason="encrypted",
        )
    for signature, kind in _UNSUPPORTED:
        if data.startswith(signature):
            raise _unsupported(name, kind, kind)
    return None


def _by_archive(data: bytes, name: str) -> str:
    try:
        names = set(names_of(data, name))
    except ReadError as error:
        if error.reason == "bomb":
            raise
        if PurePath(name).suffix.lower() == ".docx":
            raise _not_what_it_says(name, "docx") from None
        raise _unsupported(name, "a damaged ZIP archive", "повреждённый архив ZIP") from None
    if "word/document.xml" in names or any(re.fullmatch(r"word/document\d*\.xml", each) for each in names):
        return "docx"
    kind = "XLSX/PPTX/ODT" if "[Content_Types].xml" in names or "mimetype" in names else "ZIP"
    raise _unsupported(name, kind, kind)


def _looks_binary(data: bytes) -> bool:
    """Text in any encoding we know has next to no control characters; UTF-16 shows itself by a mark."""
    head = data[:8192]
    if head.startswith(_WIDE):
        return False
    if b"\x00" in head:
        # UTF-16 without a mark: every other byte of Latin text, spaces and digits is zero.
        even, odd = head[0::2].count(0), head[1::2].count(0)
        share = max(even, odd) / (len(head) / 2)
        return not (share > 0.08 and min(even, odd) * 20 <= max(even, odd))
    controls = sum(byte < 32 and byte not in (9, 10, 12, 13, 27) for byte in head)
    return controls > len(head) * 0.01


def _unsupported(name: str, kind_en: str, kind_ru: str) -> UnsupportedTypeError:
    types = "PDF, DOCX, HTML, TXT, MD, PNG, JPEG, TIFF"
    return UnsupportedTypeError(
        f"{name}: files of this type ({kind_en or 'no extension'}) are not read. Save it as one of: {types}.",
        f"{name}: файлы этого типа ({kind_ru or 'без расширения'}) не читаются. Сохраните как {types}.",
    )


def _not_what_it_says(name: str, kind: str) -> ReadError:
    shown = kind.upper()
    return ReadError(
        f"{name} is not {shown}, or it is cut short or damaged. Download or copy it again.",
        f"{name} — не {shown}, либо файл оборван или повреждён. Скачайте или скопируйте его заново.",
    )
