"""What the command line and the app call to fill a home: one writer at a time, indexes kept in step."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError
from tqdm import tqdm

from assistant.dates import is_partial_date
from assistant.errors import InputError, LibraryError
from assistant.index.derive import reconcile
from assistant.index.elsewhere import Elsewhere
from assistant.index.embedder import open_embedder
from assistant.index.filling import BATCH
from assistant.index.indexes import Indexes
from assistant.interrupts import stop_if_interrupted
from assistant.library import Library
from assistant.library.originals import originals_of
from assistant.library.server import said
from assistant.memory import give_back
from assistant.model import Authority, Identity, IngestReport
from assistant.settings import Settings, current_settings
from assistant.watch import observe
from assistant.writer_lock import write_lock
from ingest.cage import Cage, cage_of
from ingest.embedded import embedded_catalogue, ingest_embedded, parallel_statements, put_catalogue
from ingest.pipeline import Ingest, Options, Progress
from ingest.remove import remove_from

log = logging.getLogger(__name__)


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """Progress as a bar on stderr, where stderr is a terminal; each step stops where Ctrl-C was pressed."""
    with tqdm(total=0, disable=None, leave=False, unit="") as bar:

        def show(what: str, done: int, total: int) -> None:
            stop_if_interrupted()
            bar.total = total
            bar.n = done
            bar.set_description_str(what[:40], refresh=False)
            bar.refresh()

        yield show


@contextmanager
def writing(settings: Settings) -> Iterator[Library]:
    """The library of a home, with the home's lock held, and the library's own where others share it.

    Raises HomeBusyError while another one writes, LibraryError where the home cannot be written, ServerError.
    """
    with write_lock(settings.home, settings.write_wait):
        library = Library(settings.library_url)
        try:
            with library.writer(settings.write_wait):
                yield library
        except SQLAlchemyError as error:
            where, why = library.location, said(error)
            raise LibraryError(
                f"The library {where} refused a write: {why}. What was finished is kept.",
                f"Ошибка записи в библиотеку {where}: {why}. Завершённое сохранено.",
            ) from error
        finally:
            library.close()


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


@contextmanager
def _work_on(ray: str | None, settings: Settings) -> Iterator[tuple[Cage, Elsewhere | None]]:
    """Who reads files, and who embeds in the place of this machine: those of the cluster at an address."""
    if ray is None:
        yield cage_of(settings.reader), None
        return
    from ingest.cluster import ClusterCage, ClusterEmbedding, connected

    with connected(ray) as cluster:
        yield ClusterCage(cluster, settings.reader), ClusterEmbedding(cluster, settings, BATCH)


def ingest_paths(
    paths: Sequence[Path],
    options: Options | None = None,
    settings: Settings | None = None,
    *,
    ray: str | None = None,
) -> IngestReport:
    """Take files and folders into the home and bring its indexes up to date.

    ``ray``: the address of a Ray cluster that reads and embeds; this process alone writes.
    """
    settings = settings or current_settings()
    started = time.monotonic()
    with (
        _work_on(ray, settings) as (cage, elsewhere),
        writing(settings) as library,
        progress_bar() as progress,
    ):
        catalogue = embedded_catalogue()
        put_catalogue(library, catalogue)
        run = Ingest(library, catalogue, originals_of(settings), options or Options(), progress, cage)
        report = run.run(paths)
        index_library(library, settings, progress, elsewhere)
        report.watched = observe(library)
    report.seconds = round(time.monotonic() - started, 2)
    return report


def ingest_corpus(settings: Settings | None = None, *, ray: str | None = None) -> IngestReport:
    """Load the embedded corpus into the home and bring its indexes up to date.

    ``ray``: as for :func:`ingest_paths`.
    """
    settings = settings or current_settings()
    started = time.monotonic()
    with _work_on(ray, settings) as (_, elsewhere), writing(settings) as library, progress_bar() as progress:
        catalogue = embedded_catalogue()
        put_catalogue(library, catalogue)
        report = ingest_embedded(library, catalogue, progress)
        index_library(library, settings, progress, elsewhere)
        report.watched = observe(library)
    report.seconds = round(time.monotonic() - started, 2)
    return report


def store_catalogue(settings: Settings | None = None) -> None:
    """Let the home know the acts of the catalogue, also one that was never set up."""
    with writing(settings or current_settings()) as library:
        put_catalogue(library, embedded_catalogue())


def index_library(
    library: Library, settings: Settings, progress: Progress, elsewhere: Elsewhere | None = None
) -> None:
    """Bring the indexes of a home in step with its library. ``elsewhere``: who embeds in its place."""
    open_embedder(settings, progress=progress).prepare()
    try:
        reconcile(Indexes.at(settings), library, progress, parallel_statements, elsewhere=elsewhere)
    finally:
        give_back()  # embedding and writing indexes use much, and a server may go on for months


def catch_up(settings: Settings | None = None, indexes: Indexes | None = None) -> int:
    """Bring the indexes in step with what a writer that was cut off left; returns how many chunks it took.

    ``indexes``: those that are open already; default: the home's.

    Raises HomeBusyError while another one writes: that one does it itself.
    """
    settings = settings or current_settings()
    with writing(settings) as library:
        return reconcile(indexes or Indexes.at(settings), library, parallel=parallel_statements)


def remove(what: str, settings: Settings | None = None) -> list[str]:
    """Remove an act by id, or a file by path; returns what was removed.

    Raises as :func:`ingest.remove.remove_from`.
    """
    settings = settings or current_settings()
    with writing(settings) as library, progress_bar() as progress:
        cage, catalogue = cage_of(settings.reader), embedded_catalogue()
        removed = remove_from(library, catalogue, originals_of(settings), what, cage)
        index_library(library, settings, progress)
        observe(library)
    return removed
