"""A ZIP archive's bytes -> the names in it, once it is sure to be harmless to unpack.

Refused before anything is unpacked: too many entries, sizes or ratios of a bomb, archives within the archive,
names that lead out of it, entries that need a password; and document types in its XML, which only serve to
define entities.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
from pathlib import PurePosixPath

from assistant.errors import ReadError

MAX_ENTRIES = 5_000
MAX_DIRECTORY = 4 * 1024 * 1024
MAX_UNPACKED = 512 * 1024 * 1024
MAX_XML = 128 * 1024 * 1024  # of one part; the XML of the largest act known is 3 MB
MAX_RATIO = 200  # deflate packs running text to a fifth, a table of one word repeated to a fiftieth
_SMALL = 4 * 1024 * 1024  # a part that unpacks to less may have been packed at any ratio
_END = struct.Struct("<4s4H2LH")  # the end of the central directory (APPNOTE.TXT, 4.3.16)
_END_MARK = b"PK\x05\x06"
_ARCHIVES = frozenset(
    (".zip", ".docx", ".xlsx", ".pptx", ".odt", ".jar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar")
)
_EMBEDDED = "word/embeddings/"  # spreadsheets behind charts stand here; nothing here is ever opened
_LEADS_OUT = re.compile(r"(?:^|[/\\])\.\.(?:[/\\]|$)|^[/\\]|^[A-Za-z]:|\x00")
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.I)


def names_of(data: bytes, name: str) -> list[str]:
    """The names of the entries. Raises ReadError for a damaged archive or one with too many of them."""
    _check_directory(data, name)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise damaged(name) from None


def check_archive(data: bytes, name: str) -> None:
    """Raise ReadError for an archive that is damaged or not harmless to unpack."""
    _check_directory(data, name)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            for entry in entries:
                _check_entry(entry, name)
            if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
                raise _bomb(name)
            if len({entry.filename for entry in entries}) != len(entries):
                raise damaged(name)
            for entry in entries:
                if entry.filename.endswith((".xml", ".rels")):
                    _check_xml(archive.read(entry), name)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, ValueError, OSError, EOFError, NotImplementedError):
        raise damaged(name) from None


def _check_directory(data: bytes, name: str) -> None:
    """The list of entries is itself read whole: how long it is stands at the end of the file."""
    at = data.rfind(_END_MARK, max(0, len(data) - 65_557))
    if at < 0 or at + _END.size > len(data):
        raise damaged(name)
    _, _, _, _, entries, size, _, _ = _END.unpack_from(data, at)
    if entries > MAX_ENTRIES or size > MAX_DIRECTORY:  # larger archives say 65,535 here
        raise _bomb(name)


def _check_entry(entry: zipfile.ZipInfo, name: str) -> None:
    inside = entry.filename
    if entry.flag_bits & 1:
        raise ReadError(
            f"{name} is protected by a password. Save a copy without the password and add that.",
            f"{name} защищён паролем. Сохраните копию без пароля и добавьте её.",
            reason="encrypted",
        )
    if _LEADS_OUT.search(entry.orig_filename) or _LEADS_OUT.search(inside):
        raise ReadError(
            f"{name} holds an entry whose name leads out of the archive. It was not unpacked; save the "
            "document anew in an office program.",
            f"{name} содержит запись, имя которой ведёт за пределы архива. Файл не распакован; сохраните "
            "документ заново в офисной программе.",
            reason="path",
        )
    if PurePosixPath(inside).suffix.lower() in _ARCHIVES and not inside.startswith(_EMBEDDED):
        raise ReadError(
            f"{name} holds another archive ({PurePosixPath(inside).name[:60]}), which no document needs. "
            "Save it anew in an office program.",
            f"{name} содержит вложенный архив ({PurePosixPath(inside).name[:60]}), документу он не нужен. "
            "Сохраните файл заново в офисной программе.",
            reason="bomb",
        )
    ratio = entry.file_size / max(1, entry.compress_size)
    if entry.file_size > _SMALL and ratio > MAX_RATIO:
        raise _bomb(name)
    if inside.endswith((".xml", ".rels")) and entry.file_size > MAX_XML:
        raise _bomb(name)


def _check_xml(part: bytes, name: str) -> None:
    # In UTF-16 every other byte of the mark is zero.
    head = part[:65_536].replace(b"\x00", b"") if b"\x00" in part[:64] else part
    if _DOCTYPE.search(head):
        raise entities(name)


def entities(name: str) -> ReadError:
    """The error for markup that defines entities of its own."""
    return ReadError(
        f"{name} defines entities of its own (a document type), which can grow without end or point at other "
        "files. It was not read; save the document anew.",
        f"{name} определяет собственные сущности (DTD): они могут разрастаться или вести к другим файлам. "
        "Файл не прочитан; сохраните документ заново.",
        reason="entities",
    )


def damaged(name: str) -> ReadError:
    """The error for an archive that cannot be opened."""
    return ReadError(
        f"{name} cannot be opened as DOCX: it is cut short or damaged. Download or copy it again.",
        f"{name} не открывается как DOCX: файл оборван или повреждён. Скачайте или скопируйте его заново.",
    )


def _bomb(name: str) -> ReadError:
    return ReadError(
        f"{name} unpacks to far more than a document and was not unpacked. Save it without its pictures.",
        f"{name} распаковывается в объём, невозможный для документа, и не распакован. Сохраните его без "
        "картинок.",
        reason="bomb",
    )
