"""A backup -> a home in step: its library restored under the home's lock, then its indexes built."""

from __future__ import annotations

import shutil
from pathlib import Path

from assistant.errors import InputError, ModelError, PolicyError
from assistant.index.derive import clear
from assistant.index.indexes import Indexes
from assistant.library import Library
from assistant.library.restore import Restored, restore, usable
from assistant.settings import Settings, current_settings
from assistant.writer_lock import write_lock
from ingest.run import index_library, progress_bar


def refuse_server(settings: Settings) -> None:
    """Raise InputError where the library is not a file of the home."""
    if settings.database_url:
        originals = settings.files_url or settings.files_path
        raise InputError(
            "The library is on a database server (AI_POLICY_DATABASE_URL): back it up and restore it with "
            f"the server's own tools, PostgreSQL by pg_dump and pg_restore; keep {originals} too.",
            "Библиотека на сервере баз данных (AI_POLICY_DATABASE_URL): копируйте и восстанавливайте её "
            f"средствами сервера, PostgreSQL — pg_dump и pg_restore, вместе с {originals}.",
        )


def refuse_elsewhere(settings: Settings) -> None:
    """Raise InputError where the originals are not in the home: a backup would not hold them."""
    if settings.files_url:
        raise InputError(
            f"The originals are kept in {settings.files_url} (AI_POLICY_FILES_URL), not in the home. Copy "
            "that folder by your own means, or unset it and move the originals to 'files' in the home.",
            f"Исходные файлы лежат в {settings.files_url} (AI_POLICY_FILES_URL), не в домашней папке. "
            "Копируйте ту папку своими средствами или уберите настройку и перенесите файлы в папку «files».",
        )


def restore_home(
    source: Path, *, replace: bool = False, settings: Settings | None = None
) -> tuple[Restored, int, PolicyError | None]:
    """Restore a backup into the home and build its indexes.

    Returns what was restored, how many chunks are indexed, and why they are not where they could not be: the
    next writer does it. Raises as :func:`assistant.library.restore.restore`, and HomeBusyError.
    """
    settings = settings or current_settings()
    refuse_server(settings)
    refuse_elsewhere(settings)
    usable(source).close()  # before anything in the home is touched
    with write_lock(settings.home, settings.write_wait), progress_bar() as progress:
        if replace:
            _clear_indexes(settings)
        found = restore(source, settings.home, replace=replace)
        library = Library(settings.library_url)
        try:
            if settings.chroma_url:
                _drop_vectors(library, settings)
            index_library(library, settings, progress)
            return found, len(library.chunk_ids()), None
        except PolicyError as error:
            return found, 0, error
        finally:
            library.close()


def _drop_vectors(library: Library, settings: Settings) -> None:
    """Take from a Chroma server what it keeps under the restored library's name: keys may mean others now."""
    indexes = Indexes.at(settings)
    indexes.follow(library)
    indexes.vectors.drop()
    indexes.close()


def _clear_indexes(settings: Settings) -> None:
    """Let nobody find by the old indexes what the restored library holds under the same keys."""
    if not settings.index_path.exists():
        return
    try:
        indexes = Indexes.at(settings)
    except ModelError:
        shutil.rmtree(settings.index_path, ignore_errors=True)
        return
    if settings.chroma_url:  # on the server they bear the name of the library that is replaced
        indexes.vectors.drop_others(indexes.prefix)
        indexes.vectors.drop()
    clear(indexes)
    indexes.close()
