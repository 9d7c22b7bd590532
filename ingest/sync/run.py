"""The catalogue's addresses -> official texts in the library, and a report of what changed since last time.

Each text is fetched whole into the home's ``fetched`` folder, then ingested as official with the home's lock
held, and what its site said of it (ETag, date) is remembered: a run that is interrupted keeps what it has
taken. The indexes follow at the end, also where nothing more could be stored: no site is then asked for what
would have no place. A file that a person put into ``inbox`` under the act's id is taken like a fetched one,
once.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.diff import compare
from assistant.errors import InputError, LibraryError, PolicyError, ReadError
from assistant.library import Library
from assistant.library.originals import originals_of
from assistant.library.view import EditionView, LibraryView
from assistant.model import Authority, Identity, SyncEntry, SyncReport
from assistant.settings import Settings, current_settings
from assistant.watch import observe
from ingest.build import printable, sha256
from ingest.cage import cage_of
from ingest.catalogue import Catalogue, CatalogueAct, Source
from ingest.embedded import CORPUS, embedded_catalogue, put_catalogue
from ingest.foreign import bytes_of
from ingest.pipeline import UNFORESEEN, Ingest, Options, Progress
from ingest.readers import SUPPORTED
from ingest.run import index_library, progress_bar, writing
from ingest.sync.fetch import Fetched, Fetcher, Limits
from ingest.sync.pages import check_text
from ingest.sync.sites import Site, Sites, load_sites

log = logging.getLogger(__name__)

_NEVER = (None, None, None)  # what is known of an address whose text is not held: it is asked for in full
TOLD = 20  # changed provisions named in a report
MAX_PAGES = 200  # of one text; a site that always promises another page is left


@dataclass(slots=True)
class _Found:
    """A text waiting to be ingested: from a site (``fetched``) or from a person (None).

    ``key``: what it is remembered under, with ``digest``, the hash of its content.
    """

    act: CatalogueAct
    path: Path
    key: str
    digest: str
    url: str | None = None
    edition: str | None = None
    attachment: int | None = None
    fetched: Fetched | None = None


class Sync:
    """One run over the catalogue. ``sites``: where texts may come from; ``index``: what brings the indexes
    in step with the library once all texts are in.
    """

    def __init__(
        self,
        settings: Settings,
        catalogue: Catalogue,
        sites: Sites,
        limits: Limits,
        index: Callable[[Library, Settings, Progress], None] = index_library,
    ) -> None:
        self.index = index
        self.settings = settings
        self.cage = cage_of(settings.reader)
        self.catalogue = catalogue
        self.sites = sites
        self.limits = limits
        self.lang = settings.message_lang
        self.report = SyncReport()

    def run(self, acts: list[CatalogueAct], *, dry: bool) -> SyncReport:
        """Fetch, ingest and report; ``dry`` only says what would be asked of whom."""
        started = time.monotonic()
        if dry:
            for act in acts:
                self.report.entries.extend(self._planned(act))
        else:
            self._gather(acts)
            self._finish()
        self.report.seconds = round(time.monotonic() - started, 2)
        return self.report

    # ── what would be done ────────────────────────────────────────────────────────────────────

    def _planned(self, act: CatalogueAct) -> Iterator[SyncEntry]:
        for file in self._inbox(act):
            yield self._entry(act, "planned", f"inbox: {file.name}", f"inbox: {file.name}")
        for source in act.sources:
            site = self.sites.of(source.url)
            if site is not None and not site.readable:
                yield self._by_hand(act, source, site)
            else:
                yield self._entry(act, "planned", "will be fetched", "будет загружено", source.url)

    # ── gathering ─────────────────────────────────────────────────────────────────────────────

    def _gather(self, acts: Sequence[CatalogueAct]) -> None:
        """Take the texts of the acts one by one, each stored before the next one is asked for.

        Where one cannot be stored, as on a full disk, so it is with the next: the rest are left for a later
        run.
        """
        with writing(self.settings) as library:
            put_catalogue(library, self.catalogue)
            known = library.fetches()
            held = _held(library)
        tested = frozenset(self.settings.sync_test_hosts)
        bundle = self.settings.sync_ca_bundle
        with Fetcher(self.sites, test_hosts=tested, ca_bundle=bundle, limits=self.limits) as fetcher:
            for place, act in enumerate(acts):
                here = held.get(act.id, frozenset())
                seen = {key: row for key, row in known.items() if row[2] in here}
                try:
                    self._take(fetcher, act, seen)
                except LibraryError as error:
                    self._fail(act, error, None)
                    self._leave(acts[place + 1 :])
                    return

    def _take(
        self, fetcher: Fetcher, act: CatalogueAct, seen: dict[str, tuple[str | None, str | None, str | None]]
    ) -> None:
        """Take the texts of one act, those a person dropped first. Raises LibraryError."""
        taken = [self._dropped(act, file, seen) for file in self._inbox(act)]
        for source in act.sources:
            site = self.sites.of(source.url)
            if site is not None and not site.readable:
                if not any(taken):
                    self.report.entries.append(self._by_hand(act, source, site))
                continue
            found = self._fetched(fetcher, act, source, seen.get(source.url, _NEVER))
            if found is not None:
                self._store(found)

    def _leave(self, acts: Iterable[CatalogueAct]) -> None:
        """Tell of the acts that are not asked for, because nothing can be stored."""
        for act in acts:
            self._tell(
                act,
                "failed",
                "not asked for, because the text before it could not be stored: run sync again when that is "
                "mended",
                "не запрошено: не удалось записать предыдущий текст; запустите sync снова, когда это "
                "исправлено",
                None,
            )

    def _dropped(
        self, act: CatalogueAct, file: Path, seen: dict[str, tuple[str | None, str | None, str | None]]
    ) -> bool:
        """Whether a file that a person dropped holds the act; it is read only when it is new."""
        key = f"inbox:{file.name}"
        try:
            digest = sha256(bytes_of(file, self.cage.limits.file_bytes))
        except ReadError as error:
            self._fail(act, error, None)
            return False
        if seen.get(key, _NEVER)[2] == digest:
            self._tell(act, "unchanged", f"{file.name}: taken before", f"{file.name}: уже принят", None)
            return True
        return self._store(_Found(act, file, key, digest, attachment=act.attachment))

    def _fetched(
        self,
        fetcher: Fetcher,
        act: CatalogueAct,
        source: Source,
        known: tuple[str | None, str | None, str | None],
    ) -> _Found | None:
        site = self.sites.of(source.url)
        paged = site is not None and site.next_page is not None
        etag, modified, digest = (None, None, known[2]) if paged else known
        try:
            got = fetcher.fetch(source.url, (source.format,), etag, modified)
            data = None if got.data is None else self._whole(fetcher, source, got)
            if data is None or sha256(data) == digest:
                self._tell(
                    act, "unchanged", "unchanged since last time", "без изменений с прошлого раза", source.url
                )
                self._remember(source.url, got, known)
                return None
            name = f"{act.id}.{source.format}"
            check_text(self.cage.text(data, name), name, act)
            path = self._kept(act, source, data)
        except (PolicyError, *UNFORESEEN) as error:
            self._fail(act, error, source.url, source)
            return None
        attachment = source.attachment or act.attachment
        return _Found(act, path, source.url, sha256(data), source.url, source.edition, attachment, got)

    def _whole(self, fetcher: Fetcher, source: Source, got: Fetched) -> bytes:
        """The document, or the act cut out of its page, and out of the pages that follow it."""
        site = self.sites.of(got.url)
        data = got.data or b""
        if site is None or not site.container:
            return data
        pages = [data]
        while site.next_page and site.more and self.cage.goes_on(pages[-1], site.more, got.url):
            if len(pages) == MAX_PAGES:
                raise ReadError(
                    f"{source.url} goes on after {MAX_PAGES} pages: it was not taken. Open it in a browser.",
                    f"{source.url} не кончается после {MAX_PAGES} страниц: не загружено. Откройте адрес.",
                )
            address = site.next_page.format(url=source.url.rstrip("/"), n=len(pages) + 1)
            pages.append(fetcher.fetch(address, (source.format,)).data or b"")
            if sum(map(len, pages)) > self.limits.size:
                raise ReadError(
                    f"{source.url} is larger than {self.limits.size >> 20} MB: it was not taken.",
                    f"{source.url} больше {self.limits.size >> 20} МБ: не загружено.",
                )
        return self.cage.cut(pages, site.container, source.url)

    def _kept(self, act: CatalogueAct, source: Source, data: bytes) -> Path:
        """The file a text is ingested from; written whole, then renamed."""
        folder = self.settings.home / "fetched"
        part = f"-att{source.attachment}" if source.attachment else ""
        day = f"-{source.edition}" if source.edition else ""
        path = folder / f"{act.id}{part}{day}.{source.format}"
        partial = path.with_suffix(".partial")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            partial.write_bytes(data)
            partial.replace(path)
        except OSError as error:
            raise ReadError(
                f"{path} cannot be written: {error.strerror}. Make room or free the folder.",
                f"Не удалось записать {path}: {error.strerror}. Освободите место или папку.",
            ) from error
        return path

    def _inbox(self, act: CatalogueAct) -> list[Path]:
        """The files a person dropped for an act; downloads that have not ended and sidecars are not meant."""
        dropped = sorted((self.settings.home / "inbox").glob(f"{act.id}.*"))
        return [file for file in dropped if file.is_file() and file.suffix.lower() in SUPPORTED]

    # ── storing ───────────────────────────────────────────────────────────────────────────────

    def _store(self, found: _Found) -> bool:
        """Whether a text that was found is held now."""
        with writing(self.settings) as library:
            return self._ingest(library, found)

    def _remember(self, url: str, got: Fetched, known: tuple[str | None, str | None, str | None]) -> None:
        """That an address was looked at again and has the text that is held."""
        etag, modified, digest = known
        with writing(self.settings) as library:
            library.put_fetch(url, got.etag or etag, got.last_modified or modified, digest or "")

    def _finish(self) -> None:
        """Bring the indexes in step, also with what an interrupted run left, and see what is watched."""
        with writing(self.settings) as library, progress_bar() as progress:
            if library.chunk_ids():
                self.index(library, self.settings, progress)
            self.report.watched = observe(library)

    def _ingest(self, library: Library, found: _Found) -> bool:
        before = _official(library, found.act.id)
        said = Identity(act=found.act.id, edition=found.edition, attachment=found.attachment)
        options = Options(identity=said, authority=Authority.OFFICIAL, lang=self.lang)
        if found.fetched is None and not self._fits(found):
            return False
        files = originals_of(self.settings)
        done = Ingest(library, self.catalogue, files, options, cage=self.cage).run([found.path])
        if done.failed or (done.skipped and not (done.added or done.updated or done.unchanged)):
            reason = [*done.failed, *done.skipped][0].reason
            linked = not done.failed and any(
                row.path == printable(found.path.resolve()) for row in library.renditions()
            )
            state = "unchanged" if linked else "failed"
            self.report.entries.append(SyncEntry(act=found.act.id, state=state, reason=reason, url=found.url))
            if not linked:
                return False
        else:
            self._tell_stored(_of_file(library, found.path), found, before)
        got = found.fetched
        library.put_fetch(
            found.key, got.etag if got else None, got.last_modified if got else None, found.digest
        )
        return True

    def _fits(self, found: _Found) -> bool:
        """Whether a file a person dropped can be the act; a fetched one was checked when it came."""
        try:
            data = bytes_of(found.path, self.cage.limits.file_bytes)
            check_text(self.cage.text(data, found.path.name), found.path.name, found.act)
        except (PolicyError, *UNFORESEEN) as error:
            self._fail(found.act, error, found.url)
            return False
        return True

    def _tell_stored(self, after: EditionView | None, found: _Found, before: dict[str, EditionView]) -> None:
        """What a text that was taken changes: against its edition as held before, else the one before it."""
        edition = (after.row.edition if after else None) or ""
        was = max((other for other in before if other <= edition), default=None)
        if after is None or was is None:
            en, ru = f"held now, edition {edition or '?'}", f"текст получен, редакция {edition or '?'}"
            self._tell(found.act, "fetched", en, ru, found.url)
            return
        if was == edition and before[was].text == after.text:
            self._tell(
                found.act, "unchanged", "the same text as held", "тот же текст, что имеется", found.url
            )
            return
        changed = [change.provision for change in compare(before[was], after)]
        entry = self._entry(
            found.act,
            "new_edition",
            f"edition {edition or '?'} after {was or '?'}, provisions changed: {len(changed)}",
            f"редакция {edition or '?'} после {was or '?'}, изменено положений: {len(changed)}",
            found.url,
        )
        entry.changed = changed[:TOLD]
        self.report.entries.append(entry)

    # ── telling ───────────────────────────────────────────────────────────────────────────────

    def _entry(self, act: CatalogueAct, state: str, en: str, ru: str, url: str | None = None) -> SyncEntry:
        return SyncEntry(act=act.id, state=state, reason=ru if self.lang == "ru" else en, url=url)

    def _tell(self, act: CatalogueAct, state: str, en: str, ru: str, url: str | None) -> None:
        self.report.entries.append(self._entry(act, state, en, ru, url))

    def _fail(
        self, act: CatalogueAct, error: Exception, url: str | None, source: Source | None = None
    ) -> None:
        en, ru = (error.en, error.ru) if isinstance(error, PolicyError) else (str(error), str(error))
        if source is not None:
            where = self._place(act, source)
            en = f"{en} A text you save as {where} is taken by the next run."
            ru = f"{ru} Текст, сохранённый как {where}, примет следующий запуск."
        log.info("%s: %s", act.id, en)
        self._tell(act, "failed", en, ru, url)

    def _place(self, act: CatalogueAct, source: Source) -> Path:
        """Where a person drops the file of an act."""
        return self.settings.home / "inbox" / f"{act.id}.{source.format}"

    def _by_hand(self, act: CatalogueAct, source: Source, site: Site) -> SyncEntry:
        inbox = self._place(act, source)
        return self._entry(
            act,
            "by_hand",
            f"{site.note_en or 'a program cannot read this site'}; save the file as {inbox} and run sync "
            "again",
            f"{site.note_ru or 'программа не может прочитать этот сайт'}; сохраните файл как {inbox} и "
            "запустите sync снова",
            source.url,
        )


def _official(library: Library, act: str) -> dict[str, EditionView]:
    """The official texts of an act as they are held now, by the dates of their editions."""
    view = LibraryView(library)
    rows = [row for row in view.of_act(act) if row.authority == Authority.OFFICIAL]
    return {row.edition or "": view.edition(row.id) for row in rows}


def _of_file(library: Library, file: Path) -> EditionView | None:
    """The edition that a file gave."""
    path = printable(file.resolve())
    found = next((row.edition_id for row in library.renditions() if row.path == path), None)
    return LibraryView(library).edition(found) if found is not None else None


def _held(library: Library) -> dict[str, frozenset[str]]:
    """Act -> hashes of the files its official texts were taken from."""
    acts = {row.id: row.act_id for row in library.editions() if row.authority == Authority.OFFICIAL}
    found: dict[str, set[str]] = {}
    for row in library.renditions():
        if row.edition_id in acts:
            found.setdefault(acts[row.edition_id], set()).add(row.sha256)
    return {act: frozenset(hashes) for act, hashes in found.items()}


def sync(
    act: str | None = None,
    *,
    dry_run: bool = False,
    settings: Settings | None = None,
    catalogue: Catalogue | None = None,
    sites: Sites | None = None,
    limits: Limits | None = None,
) -> SyncReport:
    """Fetch the official texts of all catalogued acts that name an address, or of one act.

    Raises InputError for an act that the catalogue does not know or knows no address of.
    """
    settings = settings or current_settings()
    catalogue = catalogue or embedded_catalogue()
    wanted = [entry for entry in catalogue.acts if entry.sources]
    if act is not None:
        known = catalogue.get(act)
        if known is None or not known.sources:
            raise InputError(
                f"The catalogue has no address for '{act}'. 'ai-policy acts --catalogue' lists the acts; a "
                "text you have is taken with 'ai-policy ingest FILE'.",
                f"В каталоге нет адреса для «{act}». «ai-policy acts --catalogue» показывает акты; имеющийся "
                "текст принимает «ai-policy ingest FILE».",
            )
        wanted = [known]
    limits = limits or Limits(pause=settings.sync_pause)
    run = Sync(settings, catalogue, sites or load_sites(CORPUS / "sites.yaml"), limits)
    return run.run(wanted, dry=dry_run)
