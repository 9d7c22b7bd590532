"""A home -> what is where and whether it fits together; with repair, what is derived is made anew.

What is the truth (texts, records) is only looked at: a damaged library is told, never mended by guessing.
Originals come back from where they were read, where the same bytes still lie there.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from assistant.errors import HomeBusyError, LibraryError, PolicyError
from assistant.index.derive import rebuild
from assistant.index.indexes import Indexes
from assistant.index.mending import damages
from assistant.library import Library
from assistant.library.originals import Originals, digest_of, originals_of
from assistant.library.schema import SCHEMA_VERSION, RenditionRow
from assistant.library.server import said
from assistant.model import Authority
from assistant.settings import Settings, current_settings
from assistant.writer_lock import holder
from ingest.embedded import parallel_statements
from ingest.remove import drop_originals
from ingest.run import writing

log = logging.getLogger(__name__)

NAMED = 20  # files named of each kind of damage


def examine(*, repair: bool = False, settings: Settings | None = None) -> dict[str, Any]:
    """What is where and whether it fits together; with ``repair``, derived parts are rebuilt."""
    settings = settings or current_settings()
    found: dict[str, Any] = {"home": str(settings.home), "embedder": settings.embedder, "ok": True}
    try:
        with _looking(settings, found, repair=repair) as (library, alone):
            found |= _of_library(library) | {"schema": SCHEMA_VERSION}
            files = _of_originals(library, originals_of(settings), repair=repair)
            found |= {name: value for name, value in files.items() if value or name == "originals"}
            found["ok"] = found.get("library_check", "ok") == "ok" and not (
                files["originals_missing"] or files["originals_damaged"]
            )
            if settings.files_url:
                found["originals_at"] = originals_of(settings).shown
            indexes = Indexes.at(settings)
            indexes.follow(library)
            if indexes.server is not None:
                found["vectors_at"] = indexes.server.shown
            if repair:
                found["rebuilt"] = rebuild(indexes, library, parallel=parallel_statements)
            _of_indexes(indexes, library, found, alone=alone)
    except PolicyError as error:
        found |= {"ok": False, "problem": error.message(settings.message_lang)}
    except SQLAlchemyError as error:
        found |= {"ok": False, "problem": said(error)}
    return found


@contextmanager
def _looking(settings: Settings, found: dict[str, Any], *, repair: bool) -> Iterator[tuple[Library, bool]]:
    """The library, and whether nobody writes meanwhile: else Chroma's files are left alone."""
    try:
        lock = writing(settings)
        library = lock.__enter__()
    except LibraryError as error:
        if repair or not settings.home.is_dir():
            raise
        who = holder(settings.home)
        found["writer"] = f"{who.pid} ({who.command}), {who.since}" if who else None
        if not isinstance(error, HomeBusyError):
            found["writable"] = False
        library = Library(settings.library_url)
        try:
            yield library, False
        finally:
            library.close()
        return
    try:
        yield library, True
    finally:
        lock.__exit__(None, None, None)


def _of_library(library: Library) -> dict[str, Any]:
    found = {
        "library": library.location,
        "version": library.version,
        "editions": len(library.editions()),
        "chunks": len(library.chunk_ids()),
    }
    if library.engine.dialect.name == "sqlite":
        with library.engine.connect() as connection:
            rows = connection.exec_driver_sql("PRAGMA quick_check").scalars().all()
        found["library_check"] = "; ".join(map(str, rows[:3]))
    return found


def _of_indexes(indexes: Indexes, library: Library, found: dict[str, Any], *, alone: bool) -> None:
    chunks = library.chunk_ids()
    if not alone:
        found["in_step"] = indexes.complete_for(library)
        found["scan"] = len(indexes.scan.keys) if indexes.scan is not None else 0
        found["ok"] = found["ok"] and (found["scan"] == len(chunks) or bool(found["writer"]))
        return
    broken = damages(indexes)
    if broken:
        found |= {"ok": False, "damaged": broken}
    held = _held(indexes, set(broken))
    found |= {name: len(keys) for name, keys in held.items()}
    found["ok"] = found["ok"] and all(keys == chunks for keys in held.values())


def _held(indexes: Indexes, broken: set[str]) -> dict[str, set[int]]:
    """Keys of the chunks that each index holds; one that is not there or cannot be read holds none."""
    if broken & {"centring", "token means"}:
        return {}
    scan = indexes.scan
    held = {
        "vectors": set() if "vectors" in broken else indexes.vectors.keys(),
        "words": set() if "words" in broken else indexes.lexical.keys(),
        "scan": scan.keys if scan is not None else set(),
    }
    if "tokens" in broken:
        return held | {"tokens": set()}
    return held if indexes.tokens is None else held | {"tokens": indexes.tokens.keys()}


# ── originals ─────────────────────────────────────────────────────────────────────────────────


def _of_originals(library: Library, files: Originals, *, repair: bool) -> dict[str, Any]:
    """The originals of what is held: how many, which are missing or not what their name says."""
    digests = {row.id for row in library.editions() if row.authority == Authority.DIGEST}
    rows = {row.sha256: row for row in library.renditions() if row.edition_id not in digests}
    missing: list[str] = []
    damaged: list[str] = []
    for row in rows.values():
        there = files.digest(row.sha256)
        if there == row.sha256 or (repair and _brought_back(row, files)):
            continue
        (missing if there is None else damaged).append(row.path)
    if repair:
        drop_originals(library, files)
    return {
        "originals": len(rows),
        "originals_missing": missing[:NAMED],
        "originals_damaged": damaged[:NAMED],
        "originals_unneeded": sum(name not in rows for name in files.kept()),
    }


def _brought_back(row: RenditionRow, files: Originals) -> bool:
    """Whether the file lay where it was read from, and is kept again."""
    source = Path(row.path)
    if digest_of(source) != row.sha256:
        return False
    try:
        files.keep(row.sha256, source.read_bytes(), anew=True)
    except (OSError, LibraryError) as error:
        log.warning("%s cannot be kept again: %s", source, error)
        return False
    return True
