"""What the command line and the app call to fill a home: one writer at a time, indexes kept in step."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from sqlalchemy.exc import SQLAlchemyError
from tqdm import tqdm

from assistant.dates import is_partial_date
from assistant.errors import InputError, LibraryError, PolicyError
from assistant.index.derive import rebuild, reconcile
from assistant.index.indexes import Indexes
from assistant.library import Library
from assistant.model import Authority, Identity, IngestReport
from assistant.settings import Settings, current_settings
from assistant.watch import observe
from ingest.cage import cage_of
from ingest.embedded import embedded_catalogue, ingest_embedded, parallel_statements, put_catalogue
from ingest.pipeline import Ingest, Options, Progress
from ingest.remove import remove_from

log = logging.getLogger(__name__)

LOCK_SECONDS = 30


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """Progress as a bar on stderr, where stderr is a terminal."""
    with tqdm(total=0, disable=None, leave=False, unit="") as bar:

        def show(what: str, done: int, total: int) -> None:
            bar.total = total
            bar.n = done
            bar.set_description_str(what[:40], refresh=False)
            bar.refresh()

        yield show


@contextmanager
def writing(settings: Settings) -> Iterator[Library]:
    """The library of a home, with the home's lock held. Raises LibraryError while another one writes."""
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        lock = FileLock(settings.home / "writer.lock")
        lock.acquire(timeout=LOCK_SECONDS)
    except Timeout:
        raise LibraryError(
            f"Another process is writing to {settings.home}. Wait until it has finished and try again.",
            f"Другой процесс записывает в {settings.home}. Дождитесь его завершения и повторите.",
        ) from None
    except OSError as error:
        raise LibraryError(
            f"The home {settings.home} cannot be written: {error.strerror}. Set AI_POLICY_HOME to a folder "
            "you may write to.",
            f"Нет записи в папку {settings.home}: {error.strerror}. Укажите в AI_POLICY_HOME папку, "
            "доступную для записи.",
        ) from error
    try:
        library = Library(settings.library_url)
        yield library
        library.close()
    except SQLAlchemyError as error:
        raise LibraryError(
            f"The library in {settings.home} refused a write: {error}. What was finished is kept.",
            f"Ошибка записи в библиотеку {settings.home}: {error}. Завершённое сохранено.",
        ) from error
    finally:
        lock.release()


def options_from(
    act: str | None, edition: str | None, authority: str | None, *, primary: bool = False
) -> Options:
    """Options as typed. Raises InputError for an edition that is no date."""
    if edition and not is_partial_date(edition):
        raise InputError(
            f"'{edition}' is not a date. Write the edition as YYYY-MM-DD.",
            f"«{edition}» — не дата. Укажите редакцию в виде ГГГГ-ММ-ДД.",
        )
    said = Identity(act=act, edition=edition) if act or edition else None
    return Options(
        identity=said,
        authority=Authority(authority) if authority else None,
        primary=primary,
        lang=current_settings().message_lang,
    )


def ingest_paths(
    paths: Sequence[Path], options: Options | None = None, settings: Settings | None = None
) -> IngestReport:
    """Take files and folders into the home and bring its indexes up to date."""
    settings = settings or current_settings()
    started = time.monotonic()
    with writing(settings) as library, progress_bar() as progress:
        catalogue = embedded_catalogue()
        put_catalogue(library, catalogue)
        cage = cage_of(settings.reader)
        run = Ingest(library, catalogue, settings.files_path, options or Options(), progress, cage)
        report = run.run(paths)
        index_library(library, settings, progress)
        report.watched = observe(library)
    report.seconds = round(time.monotonic() - started, 2)
    return report


def ingest_corpus(settings: Settings | None = None) -> IngestReport:
    """Load the embedded corpus into the home and bring its indexes up to date."""
    settings = settings or current_settings()
    started = time.monotonic()
    with writing(settings) as library, progress_bar() as progress:
        catalogue = embedded_catalogue()
        put_catalogue(library, catalogue)
        report = ingest_embedded(library, catalogue, progress)
        index_library(library, settings, progress)
        report.watched = observe(library)
    report.seconds = round(time.monotonic() - started, 2)
    return report


def store_catalogue(settings: Settings | None = None) -> None:
    """Let the home know the acts of the catalogue, also one that was never set up."""
    with writing(settings or current_settings()) as library:
        put_catalogue(library, embedded_catalogue())


def index_library(library: Library, settings: Settings, progress: Progress) -> None:
    """Bring the indexes of a home in step with its library."""
    from assistant.index.embedder import open_embedder

    open_embedder(settings, progress=progress)
    reconcile(Indexes.at(settings), library, progress, parallel_statements)


def remove(what: str, settings: Settings | None = None) -> list[str]:
    """Remove an act by id, or a file by path; returns what was removed.

    Raises as :func:`ingest.remove.remove_from`.
    """
    settings = settings or current_settings()
    with writing(settings) as library, progress_bar() as progress:
        cage, catalogue = cage_of(settings.reader), embedded_catalogue()
        removed = remove_from(library, catalogue, settings.files_path, what, cage)
        index_library(library, settings, progress)
        observe(library)
    return removed


def examine(*, repair: bool = False, settings: Settings | None = None) -> dict[str, Any]:
    """What is where and whether it fits together; with ``repair``, derived parts are rebuilt."""
    settings = settings or current_settings()
    found: dict[str, Any] = {"home": str(settings.home), "embedder": settings.embedder, "ok": True}
    try:
        with writing(settings) as library:
            indexes = Indexes.at(settings)
            if repair:
                found["rebuilt"] = rebuild(indexes, library, parallel=parallel_statements)
            chunks = library.chunk_ids()
            found |= {
                "library": library.location,
                "version": library.version,
                "editions": len(library.editions()),
                "chunks": len(chunks),
            }
            held = _held(indexes)
            found |= {name: len(keys) for name, keys in held.items()}
            found["ok"] = all(keys == chunks for keys in held.values())
    except PolicyError as error:
        found |= {"ok": False, "problem": error.message(settings.message_lang)}
    return found


def _held(indexes: Indexes) -> dict[str, set[int]]:
    """Keys of the chunks that each index holds; a scan that is not there or cannot be read holds none."""
    scan, tokens = indexes.scan, indexes.tokens
    held = {
        "vectors": indexes.vectors.keys(),
        "words": indexes.lexical.keys(),
        "scan": scan.keys if scan is not None else set(),
    }
    return held if tokens is None else held | {"tokens": tokens.keys()}
