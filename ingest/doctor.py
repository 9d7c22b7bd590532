"""A home -> what is where and whether it fits together; with repair, what is derived is made anew.

What is the truth (texts, records) is only looked at: a damaged library is told, never mended by guessing.
Originals come back from where they were read, where the same bytes still lie there.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
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
from assistant.library.originals import original, originals
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
            files = _of_originals(library, settings.files_path, repair=repair)
            found |= {name: value for name, value in files.items() if value or name == "originals"}
            found["ok"] = found.get("library_check", "ok") == "ok" and not (
                files["originals_missing"] or files["originals_damaged"]
            )
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


def _of_originals(library: Library, files: Path, *, repair: bool) -> dict[str, Any]:
    """The originals of what is held: how many, which are missing or not what their name says."""
    digests = {row.id for row in library.editions() if row.authority == Authority.DIGEST}
    rows = {row.sha256: row for row in library.renditions() if row.edition_id not in digests}
    missing: list[str] = []
    damaged: list[str] = []
    for row in rows.values():
        kept = original(files, row.sha256)
        wrong = _digest(kept) != row.sha256
        if wrong and repair and _brought_back(row, kept):
            continue
        if wrong:
            (damaged if kept.exists() else missing).append(row.path)
    if repair:
        drop_originals(library, files)
    return {
        "originals": len(rows),
        "originals_missing": missing[:NAMED],
        "originals_damaged": damaged[:NAMED],
        "originals_unneeded": sum(kept.name not in rows for kept in originals(files)),
    }


def _digest(file: Path) -> str | None:
    try:
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError:
        return None


def _brought_back(row: RenditionRow, kept: Path) -> bool:
    """Whether the file lay where it was read from, and is kept again."""
    source = Path(row.path)
    if _digest(source) != row.sha256:
        return False
    partial = kept.with_suffix(".partial")
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, partial)
        os.replace(partial, kept)  # noqa: PTH105 (over a damaged file, on every system)
    except OSError as error:
        log.warning("%s cannot be kept again: %s", source, error)
        return False
    return True
