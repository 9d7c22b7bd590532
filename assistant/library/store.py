"""The SQL library: acts, editions, texts, provisions, chunks; reads for questions, writes for ingest."""

from __future__ import annotations

import hashlib
import sqlite3
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from sqlalchemy import URL, Delete, NullPool, Select, create_engine, delete, event, func, select
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker, undefer

from assistant.errors import LibraryChangedError, LibraryError
from assistant.library import migrations, server, versions
from assistant.library.drafts import ActDraft, EditionDraft, FileDraft, RelationDraft
from assistant.library.schema import (
    ActRow,
    ChunkRow,
    EditionRow,
    FetchRow,
    MetaRow,
    NoteRow,
    ProvisionRow,
    RelationRow,
    RenditionRow,
)
from assistant.library.sqlite_files import UnwritableDatabase, writable
from assistant.model import ActStatus, Authority, Provision

_GENERATION = select(MetaRow.__table__.c.value).where(MetaRow.__table__.c.key == "generation")


@dataclass(frozen=True, slots=True)
class ChunkPlace:
    """Where a chunk leads: a provision of an edition. ``lang``: of the text, ``spoken``: of what is embedded.

    ``restates``: as of :class:`~.schema.ChunkRow`.
    """

    edition: int
    pid: str
    lang: str
    spoken: str
    restates: tuple[str, ...] = ()


ASKED_AT_ONCE = 500  # keys in one statement: SQLite takes 32,766, and parses short ones faster


def _pragmas(connection: object, _record: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA busy_timeout=10000")
    cursor.execute("PRAGMA synchronous=FULL")  # what was committed outlasts a power cut too
    cursor.close()


def _may_only_be_read(url: URL) -> bool:
    place = None if server.on_server(url) else url.database
    return bool(place) and place != ":memory:" and not writable(Path(str(place)))


def _connected(database: UnwritableDatabase) -> sqlite3.Connection:
    try:
        return database.connect()
    except OSError as error:
        raise sqlite3.OperationalError(f"{database.path}: {error.strerror or error}") from error


def _open_engine(url: URL, *, read_only: bool) -> Engine:
    if server.on_server(url):
        return server.open_server(url)
    if read_only:
        # A connection for each session: one that was kept would go on to see the moment of a copy.
        database = UnwritableDatabase(Path(str(url.database)))
        engine = create_engine(url, creator=lambda: _connected(database), poolclass=NullPool)
        event.listen(engine, "engine_disposed", lambda _engine: database.close())
        return engine
    engine = create_engine(url)
    event.listen(engine, "connect", _pragmas)
    return engine


class Library:
    """One library behind an SQLAlchemy URL; creates its tables when they are not there.

    Raises LibraryError where the database cannot be opened or was written by a newer version, ServerError
    where it is on a server that cannot be used: then also whatever is read or written later.
    """

    def __init__(self, url: str | URL) -> None:
        self.url = server.library_address(url)
        self._read_only = _may_only_be_read(self.url)
        self.engine = _open_engine(self.url, read_only=self._read_only)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        self._still_writing: Callable[[], None] = lambda: None
        self.closed = False
        try:
            self._prepare()
        except SQLAlchemyError as error:
            self.engine.dispose()
            if self.on_server:
                raise server.unreachable(self.url, error) from error
            why, where = server.said(error), self.location
            raise LibraryError(
                f"The library {where} cannot be opened: {why}. Check that its folder is there and writable. "
                "If the file is damaged, move it away and ingest again: it is rebuilt from your files.",
                f"Не удалось открыть библиотеку {where}: {why}. Проверьте, что папка существует и доступна "
                "для записи. Если файл повреждён, уберите его и загрузите файлы снова: библиотека "
                "соберётся заново.",
            ) from error

    def _prepare(self) -> None:
        if self.engine.dialect.name == "sqlite" and not self._read_only:
            with self.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        migrations.upgrade(self.engine)
        with self.session() as session:
            if session.get(MetaRow, "library") is None:
                session.merge(MetaRow(key="library", value=uuid.uuid4().hex))
                session.commit()
            versions.record_present(session)

    @property
    def on_server(self) -> bool:
        """Whether other machines may hold this library open, and write to it."""
        return server.on_server(self.url)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session; nothing is committed unless the caller does. Raises ServerError."""
        try:
            with self._sessions() as session:
                yield session
        except SQLAlchemyError as error:
            if self.on_server and server.is_lost(error):
                raise server.unreachable(self.url, error) from error
            raise

    @contextmanager
    def writer(self, seconds: float) -> Iterator[None]:
        """Be the one writer of this library, of all machines; of a file the home's lock makes sure of that.

        ``seconds``: how long another one is waited for. No change is committed once the lock is lost. Raises
        HomeBusyError, ServerError.
        """
        if not self.on_server:
            yield
            return
        with server.server_lock(self.url, seconds) as still_held:
            self._still_writing = still_held
            try:
                yield
            finally:
                self._still_writing = lambda: None

    def still_writing(self) -> None:
        """Raise HomeBusyError or ServerError where this process was the one writer and is so no longer."""
        self._still_writing()

    @contextmanager
    def unwritten(self) -> Iterator[None]:
        """Have nobody on any machine write to a library on a server meanwhile. Raises as :meth:`writer`."""
        if not self.on_server:
            yield
            return
        with server.server_lock(self.url, 0, alone=False):
            yield

    def close(self) -> None:
        """Release the database's connections."""
        self.closed = True
        self.engine.dispose()

    # ── versions ──────────────────────────────────────────────────────────────────────────────

    @property
    def version(self) -> str:
        """A short hash of everything held; equal texts and outlines give equal versions."""
        with self.session() as session:
            row = session.get(MetaRow, "version")
            return row.value if row else "empty"

    @property
    def identity(self) -> str:
        """A random name given when the library was made: indexes of another library are not its own."""
        with self.session() as session:
            return session.get_one(MetaRow, "library").value

    @property
    def generation(self) -> int:
        """Grows with every change; what is derived from the library is stale when it differs."""
        with self.session() as session:
            # Some ten times a question: the value alone takes a third of what a row of it does.
            value = session.connection().scalar(_GENERATION)
            return int(value) if value else 0

    @staticmethod
    def _stamp(session: Session) -> None:
        session.flush()
        # Locked, where the database can: of two changes at once the second counts on from the first.
        stored = session.get(MetaRow, "generation", with_for_update=True)
        content = versions.content(session)
        generation = int(stored.value) + 1 if stored else 1
        session.merge(MetaRow(key="version", value=content.version))
        session.merge(MetaRow(key="generation", value=str(generation)))
        versions.record(session, content, generation)

    def held_in(self, version: str) -> versions.Held | None:
        """What made up a version of this library; None for one it does not know."""
        with self.session() as session:
            return versions.held_in(session, version)

    # ── writing ───────────────────────────────────────────────────────────────────────────────

    def put_catalogue(
        self, acts: Sequence[ActDraft], relations: Sequence[RelationDraft], content: str
    ) -> bool:
        """Replace what the catalogue says of acts and their relations; held texts stay.

        ``content``: a hash of the catalogue; nothing is done when it is the one stored. Returns whether
        something was written.
        """
        with self.session() as session:
            stored = session.get(MetaRow, "catalogue")
            if stored and stored.value == content:
                return False
            session.merge(MetaRow(key="catalogue", value=content))
            known = {act.id for act in acts}
            for row in session.scalars(select(ActRow).where(ActRow.in_catalogue)):
                row.in_catalogue = row.id in known
            for act in acts:
                _merge_act(session, act)
            session.execute(delete(RelationRow).where(RelationRow.origin == "catalogue"))
            session.add_all(RelationRow(**asdict(relation)) for relation in relations)
            self._stamp(session)
            self._still_writing()
            session.commit()
            return True

    def put_edition(self, draft: EditionDraft, moved: Sequence[tuple[int, str]] = ()) -> tuple[int, bool]:
        """Store an edition, replacing the same edition if held. Returns (edition key, was it new).

        The validity of the act's other editions is set anew: each ends where the next begins. ``moved``:
        (edition key, path) of files that gave or were linked to another edition and are now this one's; they
        leave it in the same step.
        """
        with self._change() as session:
            key, new = _put_edition(session, draft)
            _forget_files(session, moved, key)
            return key, new

    def put_rendition(self, edition_id: int, file: FileDraft, moved: Sequence[tuple[int, str]] = ()) -> None:
        """Link a second file to an edition; a file of the same path is replaced. ``moved``: as above."""
        with self._change() as session:
            session.execute(_rendition_of(file.path, edition_id))
            row = _rendition(file, is_primary=False)
            row.edition_id = edition_id
            session.add(row)
            _forget_files(session, moved, edition_id)

    def remove_edition(self, edition_id: int) -> None:
        """Remove an edition with everything that hangs on it; an act nobody catalogued goes too."""
        self.remove_editions([edition_id])

    def remove_editions(self, keys: Collection[int]) -> None:
        """Remove editions, all of them or none, as :meth:`remove_edition` does one."""
        with self._change() as session:
            for key in keys:
                _remove_edition(session, key)

    def remove_renditions(
        self, path: str, keys: Collection[int], anew: Mapping[int, Sequence[EditionDraft]]
    ) -> None:
        """Forget a file of some editions, in one step.

        An edition whose text it gave goes. ``anew``: what those editions are then read from, the first draft
        for the text and the others as linked files; an edition without any is gone.
        """
        with self._change() as session:
            for key in keys:
                if key not in anew:
                    session.execute(_rendition_of(path, key))
                    continue
                _remove_edition(session, key)
                drafts = anew[key]
                if not drafts:
                    continue
                again, _ = _put_edition(session, drafts[0])
                row = session.get_one(EditionRow, again)
                row.renditions.extend(_rendition(draft.file, is_primary=False) for draft in drafts[1:])

    @contextmanager
    def _change(self) -> Iterator[Session]:
        """A change to what is held: stored and stamped at the end, all of it or nothing."""
        with self.session() as session:
            yield session
            self._stamp(session)
            self._still_writing()
            session.commit()

    def put_fetch(self, url: str, etag: str | None, last_modified: str | None, sha256: str) -> None:
        """Remember what a site said of a document that is held now, and that it said so now."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self.session() as session:
            session.merge(
                FetchRow(url=url, etag=etag, last_modified=last_modified, sha256=sha256, checked_at=now)
            )
            session.commit()

    def fetches(self) -> dict[str, tuple[str | None, str | None, str | None]]:
        """Address -> (ETag, date of last change, hash) of what was ingested from it."""
        with self.session() as session:
            rows = session.scalars(select(FetchRow))
            return {row.url: (row.etag, row.last_modified, row.sha256) for row in rows}

    def checked(self) -> dict[str, str]:
        """Address -> when it last gave the text that is held."""
        with self.session() as session:
            rows = session.scalars(select(FetchRow))
            return {row.url: row.checked_at for row in rows if row.checked_at}

    # ── reading ───────────────────────────────────────────────────────────────────────────────

    def acts(self) -> list[ActRow]:
        """All acts, held or catalogued, by id."""
        with self.session() as session:  # ordered here: a server's order may be that of some language
            return sorted(session.scalars(select(ActRow)), key=lambda row: row.id)

    def editions(self, act_id: str | None = None) -> list[EditionRow]:
        """Editions without their texts, with their acts; of one act or of all."""
        query = select(EditionRow).order_by(EditionRow.id)
        if act_id is not None:
            query = query.where(EditionRow.act_id == act_id)
        with self.session() as session:
            return sorted(
                session.scalars(query), key=lambda row: (row.act_id, row.edition or "", row.authority)
            )

    def relations(self) -> list[RelationRow]:
        """All relations between acts."""
        with self.session() as session:
            return list(session.scalars(select(RelationRow).order_by(RelationRow.id)))

    def renditions(self, edition_id: int | None = None) -> list[RenditionRow]:
        """Files, of one edition or of all."""
        query = select(RenditionRow).order_by(RenditionRow.id)
        if edition_id is not None:
            query = query.where(RenditionRow.edition_id == edition_id)
        with self.session() as session:
            return list(session.scalars(query))

    def text(self, edition_id: int) -> str:
        """The canonical text of an edition. Raises LibraryChangedError where it has been taken out."""
        with self.session() as session:
            text = session.scalar(select(EditionRow.text).where(EditionRow.id == edition_id))
        if text is None:
            raise taken_out()
        return text

    def page_starts(self, edition_id: int) -> list[tuple[int, int]]:
        """(offset, page) of an edition, ascending; empty without pages."""
        with self.session() as session:
            rows = session.scalar(select(EditionRow.page_starts).where(EditionRow.id == edition_id))
            return [(int(offset), int(page)) for offset, page in rows or []]

    def provisions(self, edition_id: int) -> list[Provision]:
        """The outline of an edition, in reading order."""
        query = (
            select(ProvisionRow).where(ProvisionRow.edition_id == edition_id).order_by(ProvisionRow.ordinal)
        )
        with self.session() as session:
            return [_provision(row) for row in session.scalars(query)]

    def find_provisions(self, paths: Sequence[str]) -> dict[str, list[int]]:
        """Provision id -> keys of the editions that have it, restatements left out."""
        query = (
            select(ProvisionRow.pid, ProvisionRow.edition_id)
            .join(EditionRow)
            .where(ProvisionRow.pid.in_(list(paths)), EditionRow.authority != Authority.DIGEST)
            .order_by(ProvisionRow.edition_id)
        )
        found: dict[str, list[int]] = {}
        with self.session() as session:
            for pid, edition in session.execute(query):
                found.setdefault(pid, []).append(edition)
        return found

    def chunks_among(self, ids: set[int]) -> list[ChunkRow]:
        """The chunks whose keys are in ``ids``, which may be large, in order of their keys."""
        ordered = sorted(ids)
        with self.session() as session:
            return [
                row
                for first in range(0, len(ordered), ASKED_AT_ONCE)
                for row in session.scalars(
                    select(ChunkRow)
                    .where(ChunkRow.id.in_(ordered[first : first + ASKED_AT_ONCE]))
                    .order_by(ChunkRow.id)
                )
            ]

    def chunks_of(self, edition_id: int, provision: str) -> list[ChunkRow]:
        """The chunks of a provision's own words, in reading order; search keys are none."""
        mine = (ChunkRow.edition_id == edition_id, ChunkRow.pid == provision, ChunkRow.key.is_(None))
        with self.session() as session:
            return list(session.scalars(select(ChunkRow).where(*mine).order_by(ChunkRow.start)))

    def chunk_places(self, ids: Collection[int]) -> dict[int, ChunkPlace]:
        """Chunk key -> where the chunk leads; read without the chunks' texts, for every question needs it."""
        ordered = sorted(ids)
        columns = (ChunkRow.id, ChunkRow.edition_id, ChunkRow.pid, ChunkRow.lang, ChunkRow.key_lang)
        found: dict[int, ChunkPlace] = {}
        with self.session() as session:
            connection = session.connection()
            for first in range(0, len(ordered), ASKED_AT_ONCE):
                part = ordered[first : first + ASKED_AT_ONCE]
                query = select(*columns, ChunkRow.restates).where(ChunkRow.id.in_(part))
                for key, edition, pid, lang, spoken, restates in connection.execute(query):
                    found[key] = ChunkPlace(edition, pid, lang, spoken or lang, tuple(restates or ()))
        return found

    def chunk_counts(self) -> dict[tuple[int, str], int]:
        """(edition key, language) -> number of chunks."""
        query = select(ChunkRow.edition_id, ChunkRow.lang, func.count()).group_by(
            ChunkRow.edition_id, ChunkRow.lang
        )
        with self.session() as session:
            return {(edition, lang): count for edition, lang, count in session.execute(query)}

    def parallel_statements(self) -> list[tuple[str, str]]:
        """(Russian, English) wordings of the digests' statements."""
        query = (
            select(EditionRow)
            .where(EditionRow.authority == Authority.DIGEST)
            .order_by(EditionRow.id)
            .options(undefer(EditionRow.text))
        )
        found: list[tuple[str, str]] = []
        with self.session() as session:
            for edition in sorted(session.scalars(query), key=lambda row: row.act_id):
                said: dict[str, dict[str, str]] = {}
                for node in edition.provisions:
                    if node.kind == "statement" and node.parent:
                        said.setdefault(node.parent, {})[node.lang] = edition.text[node.start : node.end]
                found.extend((both["ru"], both["en"]) for both in said.values() if len(both) == 2)
        return found

    def chunk_ids(self) -> set[int]:
        """Keys of all chunks."""
        with self.session() as session:
            return set(session.scalars(select(ChunkRow.id)))

    def counts(self) -> dict[int, tuple[int, int]]:
        """Edition key -> (provisions, renditions)."""
        provisions = select(ProvisionRow.edition_id, func.count()).group_by(ProvisionRow.edition_id)
        files = select(RenditionRow.edition_id, func.count()).group_by(RenditionRow.edition_id)
        with self.session() as session:
            nodes = pairs(session, provisions)
            kept = pairs(session, files)
        return {key: (nodes.get(key, 0), kept.get(key, 0)) for key in {*nodes, *kept}}

    @cached_property
    def location(self) -> str:
        """Where the library is, without secrets."""
        return server.shown(self.url)


def _put_edition(session: Session, draft: EditionDraft) -> tuple[int, bool]:
    known = session.get(ActRow, draft.act.id)
    if known is None or not known.in_catalogue:
        _merge_act(session, draft.act)
    old = _find_edition(session, draft)
    others = list(old.renditions) if old else []
    linked = [_linked(row) for row in others if row.path != draft.file.path]
    if old:
        session.delete(old)
        session.flush()
    row = _edition_row(draft)
    row.renditions = [_rendition(draft.file, is_primary=True), *linked]
    session.add(row)
    session.flush()
    _set_validity(session, draft.act.id)
    return row.id, old is None


def _remove_edition(session: Session, key: int) -> None:
    row = session.get(EditionRow, key)
    if row is None:
        return
    act_id = row.act_id
    session.delete(row)
    session.flush()
    act = session.get(ActRow, act_id)
    left = session.scalar(select(func.count()).select_from(EditionRow).where(EditionRow.act_id == act_id))
    if act and not left and not act.in_catalogue:
        session.delete(act)
        session.flush()
    _set_validity(session, act_id)


def _forget_files(session: Session, files: Sequence[tuple[int, str]], but: int) -> None:
    """Take files out of editions; an edition whose text one gave goes as a whole."""
    session.flush()
    for key, path in files:
        if key == but:
            continue
        query = select(RenditionRow.is_primary).where(
            RenditionRow.edition_id == key, RenditionRow.path == path
        )
        if session.scalar(query):
            _remove_edition(session, key)
        else:
            session.execute(_rendition_of(path, key))


def _rendition_of(path: str, edition_id: int) -> Delete:
    return delete(RenditionRow).where(RenditionRow.path == path, RenditionRow.edition_id == edition_id)


def taken_out() -> LibraryChangedError:
    """What is raised where a text goes while it is read."""
    return LibraryChangedError(
        "A text was taken out of the library while it was being read. Ask again.",
        "Пока текст читался, его убрали из библиотеки. Повторите запрос.",
    )


def pairs(session: Session, query: Select[int, int]) -> dict[int, int]:
    """The rows of a query of two numbers, the first as key."""
    return {int(key): int(count) for key, count in session.execute(query)}


def _merge_act(session: Session, act: ActDraft) -> None:
    """Store what is known of an act; what a file does not say stays as another file said it."""
    known = session.get(ActRow, act.id)
    said = asdict(act)
    if known is not None and not act.in_catalogue:
        said = {name: value for name, value in said.items() if value not in (None, [], ActStatus.UNKNOWN)}
    session.merge(ActRow(**said))
    session.flush()


def _find_edition(session: Session, draft: EditionDraft) -> EditionRow | None:
    query = select(EditionRow).where(
        EditionRow.act_id == draft.act.id,
        EditionRow.edition == draft.edition if draft.edition else EditionRow.edition.is_(None),
        EditionRow.authority == draft.authority,
        EditionRow.attachment == draft.attachment,
    )
    return session.scalars(query).one_or_none()


def _edition_row(draft: EditionDraft) -> EditionRow:
    return EditionRow(
        act_id=draft.act.id,
        edition=draft.edition,
        authority=draft.authority,
        attachment=draft.attachment,
        title=draft.title,
        lang=draft.lang,
        valid_from=draft.valid_from,
        valid_to=None,
        text=draft.text,
        text_sha256=hashlib.sha256(draft.text.encode()).hexdigest(),
        page_starts=[list(pair) for pair in draft.page_starts],
        grammar=draft.grammar,
        pipeline=draft.pipeline,
        provenance=draft.provenance,
        provisions=[
            ProvisionRow(ordinal=ordinal, pid=node.id, **node.model_dump(exclude={"id"}))
            for ordinal, node in enumerate(draft.provisions)
        ],
        chunks=[ChunkRow(**asdict(chunk)) for chunk in draft.chunks],
        notes=[NoteRow(**asdict(note)) for note in draft.notes],
        relations=[RelationRow(**asdict(relation)) for relation in draft.relations],
    )


def _rendition(file: FileDraft, *, is_primary: bool) -> RenditionRow:
    return RenditionRow(**asdict(file), is_primary=is_primary)


def _linked(row: RenditionRow) -> RenditionRow:
    return RenditionRow(
        path=row.path,
        sha256=row.sha256,
        sidecar_sha256=row.sidecar_sha256,
        media_type=row.media_type,
        page_count=row.page_count,
        size=row.size,
        is_primary=False,
    )


def _set_validity(session: Session, act_id: str) -> None:
    query = select(EditionRow).where(EditionRow.act_id == act_id).order_by(EditionRow.id)
    rows = session.scalars(query).all()
    families: dict[tuple[str, int], list[EditionRow]] = {}
    for row in rows:
        families.setdefault((row.authority, row.attachment), []).append(row)
    for family in families.values():
        family.sort(key=lambda row: row.valid_from or "")
        for row, following in zip(family, [*family[1:], None], strict=True):
            row.valid_to = following.valid_from if following else None


def _provision(row: ProvisionRow) -> Provision:
    names = set(Provision.model_fields) - {"id"}
    return Provision.model_construct(id=row.pid, **{name: getattr(row, name) for name in names})
