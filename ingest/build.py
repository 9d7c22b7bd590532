"""One file's bytes -> an edition ready for the library: read, canonicalise, identify, outline, chunk."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from assistant.errors import IdentityError, ReadError
from assistant.library.drafts import ActDraft, EditionDraft, FileDraft, NoteDraft
from assistant.model import ActKind, Authority, Identity
from ingest.authority import authority_of
from ingest.canonical import canonicalise
from ingest.catalogue import Catalogue, CatalogueAct
from ingest.chunk import chunk_edition
from ingest.document import Document
from ingest.editorial import mark_notes
from ingest.foreign import bytes_of
from ingest.hidden import Hidden
from ingest.identify import identify
from ingest.keys import key_chunks, keys_content
from ingest.readers import read_document, scan
from ingest.relations import read_relations, sidecar_amendments
from ingest.structure import parse_structure

# Raise when readers, grammars or chunks give another result for the same bytes: everything is read anew.
PIPELINE = "5"
SIDECAR_BYTES = 1_000_000
_SHOWN = 40  # characters of a text without words
_LETTERS = re.compile(r"[^\W\d_]{2}")


def pipeline_of(known: CatalogueAct | None) -> str:
    """What an edition was made by: this pipeline, what the catalogue says of its act, the act's keys."""
    if known is None:
        return PIPELINE
    said = known.model_dump_json() + keys_content(known.id)
    return f"{PIPELINE}-{sha256(said.encode())[:8]}"


def sha256(data: bytes) -> str:
    """Hex digest of ``data``."""
    return hashlib.sha256(data).hexdigest()


def printable(path: Path | str) -> str:
    """A path or a message about one as text: bytes of a file name that are no text become ``\\udcff``."""
    return str(path).encode("utf-8", "backslashreplace").decode()


def sidecar_of(path: Path) -> tuple[bytes, dict[str, Any]] | None:
    """The JSON sidecar of the same stem: (bytes, content); None without one. Raises ReadError if broken."""
    beside = path.with_suffix(".json")
    if beside == path or not beside.is_file():
        return None
    data = bytes_of(beside, SIDECAR_BYTES)
    try:
        content = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ReadError(
            f"{beside} is not valid JSON ({error}). Mend it or remove it; {path.name} waits for it.",
            f"{beside} — некорректный JSON ({error}). Исправьте или удалите его; {path.name} ждёт.",
        ) from None
    if not isinstance(content, dict):
        raise ReadError(
            f"{beside} does not describe a file: it holds no JSON object. Mend it or remove it.",
            f"{beside} не описывает файл: в нём нет объекта JSON. Исправьте или удалите его.",
        )
    return data, content


def _wordless(name: str, text: str) -> ReadError:
    """The error for a file in whose text no word stands."""
    said = text.strip()
    if said:
        shown = said if len(said) <= _SHOWN else f"{said[:_SHOWN]}…"
        return ReadError(
            f"{name} has no words: its text is digits, signs or single letters ({len(said)} characters: "
            f"'{shown}'). If words are seen in it, its font does not say which letters they are: save it "
            "anew as PDF or DOCX.",
            f"В {name} нет слов: текст — цифры, знаки или отдельные буквы ({len(said)} зн.: «{shown}»). "
            "Если слова видны, шрифт не сообщает, какие это буквы: сохраните файл заново в PDF или DOCX.",
        )
    if scan.is_available():
        return ReadError(
            f"{name} has no text, and none could be read from images in it. Check that it is the right file.",
            f"В {name} нет текста, и на изображениях в нём ничего не прочитано. Проверьте, тот ли это файл.",
        )
    return ReadError(
        f"{name} has no text. If it is a scan, install tesseract with its Russian data "
        "(Debian: tesseract-ocr tesseract-ocr-rus) and ingest it again.",
        f"В {name} нет текста. Если это скан, установите tesseract с русским языком "
        "(Debian: tesseract-ocr tesseract-ocr-rus) и загрузите файл снова.",
    )


def build_edition(
    data: bytes,
    path: Path,
    sidecar: dict[str, Any] | None,
    catalogue: Catalogue,
    overrides: Identity | None = None,
    authority: Authority | None = None,
    tell_hidden: Callable[[Sequence[Hidden]], None] | None = None,
    tell_read: Callable[[], None] = lambda: None,
) -> EditionDraft:
    """Everything the library needs of one file. Raises ReadError or IdentityError.

    ``tell_hidden`` is given what nobody sees of the file, where there is any. ``tell_read`` is called when
    the text is read and its act known, before it is cut into provisions.
    """
    document = read_document(data, path.name)
    if tell_hidden is not None and document.hidden:
        tell_hidden(document.hidden)
    mark_notes(document)
    canonical = canonicalise(document)
    if not _LETTERS.search(canonical.text):
        raise _wordless(path.name, canonical.text)
    identity = identify(path, document, overrides=overrides, sidecar=sidecar, catalogue=catalogue)
    act = _act(identity, catalogue, path)
    tell_read()
    grammar, provisions = parse_structure(canonical, identity)
    title = _title(identity, catalogue, act)
    catalogued = catalogue.get(identity.act) is not None
    notes = [NoteDraft(note.offset, note.page, note.kind, note.text) for note in canonical.notes]
    lang = identity.lang or "ru"
    decided = authority or authority_of(identity, canonical, provisions, catalogued=catalogued)
    chunks = chunk_edition(canonical.text, provisions, title)
    if decided == Authority.OFFICIAL:
        chunks += key_chunks(act.id, provisions)
    return EditionDraft(
        act=act,
        edition=identity.edition,
        authority=decided,
        lang=lang,
        text=canonical.text,
        grammar=grammar,
        pipeline=pipeline_of(catalogue.get(identity.act)),
        file=_file(data, path, document),
        provisions=provisions,
        chunks=chunks,
        notes=notes,
        relations=[
            *read_relations(act.id, canonical.text, provisions, notes, lang),
            *sidecar_amendments(act.id, sidecar),
        ],
        page_starts=list(canonical.page_starts),
        attachment=identity.attachment or 0,
        title=title,
        valid_from=identity.edition or identity.date,
        provenance=identity.provenance,
    )


def _act(identity: Identity, catalogue: Catalogue, path: Path) -> ActDraft:
    if identity.act is None:
        raise IdentityError(
            f"{path.name}: the act cannot be told from the file. Name it: --act ru-ukaz-490-2019 "
            "(and --edition YYYY-MM-DD).",
            f"{path.name}: не удалось определить акт. Укажите его: --act ru-ukaz-490-2019 "
            "(и --edition ГГГГ-ММ-ДД).",
        )
    known = catalogue.get(identity.act)
    if known is not None:
        return known.draft()
    russian = identity.lang == "ru"
    return ActDraft(
        id=identity.act,
        kind=identity.kind or ActKind.DOCUMENT,
        title_ru=identity.title if russian else None,
        title_en=None if russian else identity.title,
        number=identity.number,
        date=identity.date,
        issuer=identity.issuer,
        jurisdiction=identity.jurisdiction,
    )


def _title(identity: Identity, catalogue: Catalogue, act: ActDraft) -> str | None:
    """An attachment's own title from the catalogue, else what the file says, else the act's."""
    known = catalogue.get(identity.act)
    if known is not None:
        own = known.attachment_title if identity.attachment else None
        return own or (known.title_en if identity.lang == "en" else known.title_ru)
    return identity.title or act.title_ru or act.title_en


def _file(data: bytes, path: Path, document: Document) -> FileDraft:
    return FileDraft(
        path=printable(path.resolve()),
        sha256=sha256(data),
        media_type=document.media_type,
        size=len(data),
        page_count=document.page_count,
    )
