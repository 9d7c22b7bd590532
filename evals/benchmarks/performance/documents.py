"""A folder of documents -> those that are measured, the same ones of the same folder, and their hash."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import InputError

TYPES = (".pdf", ".docx", ".html", ".htm", ".xhtml")
BYTES_A_PAGE = 10_000  # of what has no pages, roughly: only to choose by


@dataclass(frozen=True, slots=True)
class Document:
    """A file, the hash of its bytes, and how many pages it has (of other files than PDFs: about)."""

    path: Path
    sha256: str
    pages: int

    @property
    def paged(self) -> bool:
        """Whether it is a PDF."""
        return self.path.suffix.lower() == ".pdf"


def documents_in(folder: Path) -> list[Document]:
    """PDF, DOCX and HTML files under a folder, by name. Raises InputError for a folder without a PDF."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in TYPES and path.is_file())
    found = [_document(path) for path in paths]
    if not any(each.paged for each in found):
        raise InputError(
            f"There is no PDF under {folder}. Name a folder with PDF files (and DOCX, HTML beside them).",
            f"В {folder} нет ни одного PDF. Укажите папку с файлами PDF (рядом могут быть DOCX и HTML).",
        )
    return found


def _document(path: Path) -> Document:
    data = path.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    if path.suffix.lower() != ".pdf":
        return Document(path, digest, 1 + len(data) // BYTES_A_PAGE)
    import pypdfium2

    pdf = pypdfium2.PdfDocument(data)
    try:
        return Document(path, digest, len(pdf))
    finally:
        pdf.close()


def within(documents: Sequence[Document], pages: int) -> list[Document]:
    """As many of the documents as fit into ``pages``, every type first; at least the smallest PDF.

    In the order of their hashes: any selection, but always the same.
    """
    shuffled = sorted(documents, key=lambda each: each.sha256)
    seldom = {suffix: sum(each.path.suffix == suffix for each in documents) for suffix in TYPES}
    chosen: list[Document] = []
    for each in sorted(shuffled, key=lambda each: seldom.get(each.path.suffix, 0)):
        if sum(one.pages for one in chosen) + each.pages <= pages:
            chosen.append(each)
    if not any(each.paged for each in chosen):
        chosen.append(min((each for each in shuffled if each.paged), key=lambda each: each.pages))
    return sorted(chosen, key=lambda each: str(each.path))


def told(documents: Sequence[Document]) -> dict[str, Any]:
    """What a result says of the documents it was measured on; the hash is of contents, not of names."""
    whole = hashlib.sha256("".join(sorted(each.sha256 for each in documents)).encode()).hexdigest()
    return {
        "files": len(documents),
        "pdf_files": sum(each.paged for each in documents),
        "pdf_pages": sum(each.pages for each in documents if each.paged),
        "sha256": whole,
    }
