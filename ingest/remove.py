"""Taking an act or a file out of a library, with the originals nobody needs any more.

When the file that gave the text of an edition goes and another file of it is linked, the edition is read
anew from that one.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path

from assistant.errors import InputError, NotHeldError, PolicyError, ServerError
from assistant.library import Library
from assistant.library.drafts import EditionDraft
from assistant.library.originals import Originals, originals_at
from assistant.library.schema import EditionRow, RenditionRow
from assistant.model import Authority, Identity
from assistant.settings import ReaderSettings
from ingest.build import printable
from ingest.cage import Cage, cage_of
from ingest.catalogue import Catalogue
from ingest.pipeline import rank

log = logging.getLogger(__name__)


def remove_from(
    library: Library, catalogue: Catalogue, files: Path | Originals, what: str, cage: Cage | None = None
) -> list[str]:
    """Remove an act by id, or a file by path; returns what was removed. ``files``: where the originals are.

    Raises NotHeldError for what the library does not hold, InputError for an empty name, ServerError where
    the originals are on a server that cannot be used: then nothing is removed.
    """
    if not what.strip():
        raise InputError(
            "Nothing is named. Give an act's id or a file's path.",
            "Ничего не названо. Укажите номер акта или путь к файлу.",
        )
    cage, kept = cage or cage_of(ReaderSettings()), originals_at(files)
    kept.check()
    removed = _act(library, printable(what)) or _file(library, catalogue, kept, what, cage)
    if not removed:
        raise NotHeldError(
            f"The library holds neither an act nor a file '{what}'. 'ai-policy acts' lists what is held.",
            f"В библиотеке нет ни акта, ни файла «{what}». «ai-policy acts» показывает имеющееся.",
        )
    try:
        drop_originals(library, kept)
    except ServerError as error:  # the text is out; what nobody refers to goes with the next removal
        log.warning("%s", error)
    return removed


def _act(library: Library, act: str) -> list[str]:
    editions = library.editions(act)
    library.remove_editions([row.id for row in editions])
    return [act] if editions else []


def _file(library: Library, catalogue: Catalogue, files: Originals, what: str, cage: Cage) -> list[str]:
    path = printable(os.path.realpath(what))
    rows = [row for row in library.renditions() if row.path == path]
    editions = {row.id: row for row in library.editions()}
    anew = {}
    for row in rows:
        if row.is_primary:
            others = [other for other in library.renditions(row.edition_id) if not other.is_primary]
            anew[row.edition_id] = _read_anew(catalogue, files, editions[row.edition_id], others, cage)
    library.remove_renditions(path, [row.edition_id for row in rows], anew)
    return [path] if rows else []


def _read_anew(
    catalogue: Catalogue, files: Originals, edition: EditionRow, others: list[RenditionRow], cage: Cage
) -> list[EditionDraft]:
    """What an edition is read from without the file it had its text from: the best of the others first."""
    identity = Identity(act=edition.act_id, edition=edition.edition, attachment=edition.attachment or None)
    left = sorted(others, key=lambda row: (rank(row.media_type), row.path))
    drafts = []
    for row in left:
        try:
            data = files.read(row.sha256)
            draft = cage.edition(
                data, Path(row.path), None, catalogue, identity, Authority(edition.authority)
            )
        except ServerError:  # the file may well be there
            raise
        except PolicyError as error:
            log.warning("%s cannot give the text any more: %s", row.path, error)
            continue
        draft.file.sidecar_sha256 = row.sidecar_sha256
        drafts.append(draft)
    return drafts


def drop_originals(library: Library, files: Originals) -> None:
    """Delete kept originals that no rendition refers to. Raises ServerError."""
    needed = {row.sha256 for row in library.renditions()}
    for name in files.kept():
        if name not in needed:
            files.drop(name)
    files.drop_copies(lambda: needed)
