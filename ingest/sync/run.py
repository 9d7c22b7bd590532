"""The catalogue's addresses -> official texts in the library, and a report of what changed since last time.

All fetching comes first and writes nothing but whole files into the home's ``fetched`` folder; then, with the
home's lock held, each text is ingested as official and what its site said of it (ETag, date) is remembered.
A file that a person put into ``inbox`` under the act's id is taken like a fetched one.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree, html

from assistant.diff import compare
from assistant.errors import InputError, PolicyError, ReadError
from assistant.index.words import stems
from assistant.library import Library
from assistant.library.view import EditionView, LibraryView
from assistant.model import Authority, Identity, SyncEntry, SyncReport
from assistant.settings import Settings, current_settings
from assistant.watch import observe
from ingest.build import printable, sha256
from ingest.catalogue import Catalogue, CatalogueAct, Source
from ingest.embedded import CORPUS, embedded_catalogue, put_catalogue
from ingest.pipeline import Ingest, Options, Progress
from ingest.readers import read_document
from ingest.readers.html_encoding import decode
from ingest.run import index_library, progress_bar, writing
from ingest.sync.fetch import Fetched, Fetcher, Limits
from ingest.sync.sites import Site, Sites, load_sites

log = logging.getLogger(__name__)

MIN_CHARS = 1_500  # a page with less is a notice, a captcha or an empty shell
MIN_TITLE_SHARE = 0.6  # of the stems of an act's title, those that its text must hold
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")  # lxml refuses decoded text that declares an encoding
_NEVER = (None, None, None)  # what is known of an address whose text is not held: it is asked for in full
TOLD = 20  # changed provisions named in a report


@dataclass(slots=True)
class _Found:
    """A text waiting to be ingested: from a site (``fetched``) or from a person (None)."""

    act: CatalogueAct
    path: Path
    url: str | None
    edition: str | None
    attachment: int | None
    fetched: Fetched | None


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
            self._store(list(self._gather(acts)))
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

    def _gather(self, acts: Iterable[CatalogueAct]) -> Iterator[_Found]:
        library = Library(self.settings.library_url)
        try:
            known = library.fetches()
            held = {row.act_id for row in library.editions() if row.authority == Authority.OFFICIAL}
        finally:
            library.close()
        tested = frozenset(self.settings.sync_test_hosts)
        bundle = self.settings.sync_ca_bundle
        with Fetcher(self.sites, test_hosts=tested, ca_bundle=bundle, limits=self.limits) as fetcher:
            for act in acts:
                dropped = self._inbox(act)
                yield from (_Found(act, file, None, None, act.attachment, None) for file in dropped)
                for source in act.sources:
                    site = self.sites.of(source.url)
                    if site is not None and not site.readable:
                        if not dropped:
                            self.report.entries.append(self._by_hand(act, source, site))
                        continue
                    found = self._fetched(
                        fetcher, act, source, known.get(source.url, _NEVER) if act.id in held else _NEVER
                    )
                    if found is not None:
                        yield found

    def _fetched(
        self,
        fetcher: Fetcher,
        act: CatalogueAct,
        source: Source,
        known: tuple[str | None, str | None, str | None],
    ) -> _Found | None:
        etag, modified, digest = known
        try:
            got = fetcher.fetch(source.url, (source.format,), etag, modified)
            if got.data is None or sha256(got.data) == digest:
                self._tell(
                    act, "unchanged", "unchanged since last time", "без изменений с прошлого раза", source.url
                )
                return None
            site = self.sites.of(got.url)
            data = _cut(got.data, site.container, source.url) if site and site.container else got.data
            check_text(data, f"{act.id}.{source.format}", act)
            path = self._kept(act, source, data)
        except PolicyError as error:
            self._fail(act, error, source.url)
            return None
        return _Found(act, path, source.url, source.edition, source.attachment or act.attachment, got)

    def _kept(self, act: CatalogueAct, source: Source, data: bytes) -> Path:
        """The file a text is ingested from; written whole, then renamed."""
        folder = self.settings.home / "fetched"
        part = f"-att{source.attachment}" if source.attachment else ""
        path = folder / f"{act.id}{part}.{source.format}"
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
        return sorted((self.settings.home / "inbox").glob(f"{act.id}.*"))

    # ── storing ───────────────────────────────────────────────────────────────────────────────

    def _store(self, found: list[_Found]) -> None:
        if not found:
            return
        with writing(self.settings) as library, progress_bar() as progress:
            put_catalogue(library, self.catalogue)
            for entry in found:
                self._ingest(library, entry)
            self.index(library, self.settings, progress)
            self.report.watched = observe(library)

    def _ingest(self, library: Library, found: _Found) -> None:
        before = _official(library, found.act.id)
        said = Identity(act=found.act.id, edition=found.edition, attachment=found.attachment)
        options = Options(identity=said, authority=Authority.OFFICIAL, lang=self.lang)
        if found.fetched is None and not self._fits(found):
            return
        done = Ingest(library, self.catalogue, self.settings.files_path, options).run([found.path])
        if done.failed or (done.skipped and not (done.added or done.updated or done.unchanged)):
            reason = [*done.failed, *done.skipped][0].reason
            linked = not done.failed and any(
                row.path == printable(found.path.resolve()) for row in library.renditions()
            )
            state = "unchanged" if linked else "failed"
            self.report.entries.append(SyncEntry(act=found.act.id, state=state, reason=reason, url=found.url))
            if not linked:
                return
        else:
            self._tell_stored(library, found, before)
        if found.url and found.fetched and found.fetched.data is not None:
            got = found.fetched
            library.put_fetch(found.url, got.etag, got.last_modified, sha256(got.data or b""))

    def _fits(self, found: _Found) -> bool:
        """Whether a file a person dropped can be the act; a fetched one was checked when it came."""
        try:
            check_text(found.path.read_bytes(), found.path.name, found.act)
        except (OSError, PolicyError) as error:
            self._fail(found.act, error, found.url)
            return False
        return True

    def _tell_stored(self, library: Library, found: _Found, before: EditionView | None) -> None:
        after = _official(library, found.act.id)
        edition = after.row.edition if after else None
        if before is None or after is None:
            en, ru = f"held now, edition {edition or '?'}", f"текст получен, редакция {edition or '?'}"
            self._tell(found.act, "fetched", en, ru, found.url)
            return
        if (before.row.edition, before.text) == (edition, after.text):
            self._tell(
                found.act, "unchanged", "the same text as held", "тот же текст, что имеется", found.url
            )
            return
        changed = [change.provision for change in compare(before, after)]
        was = before.row.edition or "?"
        entry = self._entry(
            found.act,
            "new_edition",
            f"edition {edition or '?'} after {was}, provisions changed: {len(changed)}",
            f"редакция {edition or '?'} после {was}, изменено положений: {len(changed)}",
            found.url,
        )
        entry.changed = changed[:TOLD]
        self.report.entries.append(entry)

    # ── telling ───────────────────────────────────────────────────────────────────────────────

    def _entry(self, act: CatalogueAct, state: str, en: str, ru: str, url: str | None = None) -> SyncEntry:
        return SyncEntry(act=act.id, state=state, reason=ru if self.lang == "ru" else en, url=url)

    def _tell(self, act: CatalogueAct, state: str, en: str, ru: str, url: str | None) -> None:
        self.report.entries.append(self._entry(act, state, en, ru, url))

    def _fail(self, act: CatalogueAct, error: Exception, url: str | None) -> None:
        en, ru = (error.en, error.ru) if isinstance(error, PolicyError) else (str(error), str(error))
        log.info("%s: %s", act.id, en)
        self._tell(act, "failed", en, ru, url)

    def _by_hand(self, act: CatalogueAct, source: Source, site: Site) -> SyncEntry:
        inbox = self.settings.home / "inbox" / f"{act.id}.{source.format}"
        return self._entry(
            act,
            "by_hand",
            f"{site.note_en or 'a program cannot read this site'}; save the file as {inbox} and run sync "
            "again",
            f"{site.note_ru or 'программа не может прочитать этот сайт'}; сохраните файл как {inbox} и "
            "запустите sync снова",
            source.url,
        )


def check_text(data: bytes, name: str, act: CatalogueAct) -> None:
    """Raise ReadError for a page that cannot be the act: too short, or without its number or title."""
    document = read_document(data, name)
    text = "\n".join(block.text for block in document.blocks)
    title = set(stems(act.attachment_title or (act.title_en if _is_english(text) else act.title_ru)))
    held = set(stems(text))
    named = bool(act.number) and re.search(rf"(?<!\d){re.escape(_digits(act.number))}(?!\d)", text)
    alike = bool(title) and len(title & held) >= MIN_TITLE_SHARE * len(title)
    if len(text) < MIN_CHARS or not (named or alike):
        raise ReadError(
            f"{name} does not hold the text of {act.id} ({len(text)} characters): a notice or another page. "
            "It was not taken; open the address in a browser.",
            f"{name} не содержит текста {act.id} (знаков: {len(text)}): это сообщение или другая страница. "
            "Не загружено; откройте адрес в браузере.",
        )


def _digits(number: str | None) -> str:
    match = re.search(r"\d+(?:/\d+)?", number or "")
    return match.group() if match else "\0"


def _is_english(text: str) -> bool:
    return len(re.findall("[A-Za-z]", text[:20_000])) > len(re.findall("[А-Яа-яЁё]", text[:20_000]))


def _cut(data: bytes, container: str, url: str) -> bytes:
    """The element of a page that holds the act, as a page of its own. Raises ReadError without one."""
    text, _ = decode(data, url)
    try:
        tree = html.document_fromstring(_DECLARATION.sub("", text))
    except (etree.ParserError, ValueError):
        found = []
    else:
        found = tree.xpath(container)
    if not found:
        raise ReadError(
            f"{url} is not built as its recorded shape says: the text of the act was not found in it. Open "
            "it in a browser and save the text.",
            f"{url} устроен не так, как записано: текст акта на странице не найден. Откройте адрес в "
            "браузере и сохраните текст.",
        )
    page = html.Element("html")
    page.append(html.Element("head"))
    page[0].append(html.fromstring('<meta charset="utf-8">'))
    body = html.Element("body")
    page.append(body)
    body.extend(found)
    return b"<!DOCTYPE html>\n" + html.tostring(page, encoding="utf-8")


def _official(library: Library, act: str) -> EditionView | None:
    """The latest official text of an act, as it is held now."""
    view = LibraryView(library)
    rows = [row for row in view.of_act(act) if row.authority == Authority.OFFICIAL]
    latest = max(rows, key=lambda row: row.edition or "", default=None)
    return view.edition(latest.id) if latest else None


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
