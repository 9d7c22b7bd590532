"""Files and folders -> the library and its indexes: incremental, idempotent, resumable.

One file is one transaction: it is in the library whole or not at all. The indexes are derived after each
batch of files and completed at the next start if a run was cut off.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

from sqlalchemy.exc import OperationalError, SQLAlchemyError

from assistant.errors import LibraryError, PolicyError, ReadError
from assistant.happenings import taken_in, tell
from assistant.library import Library
from assistant.library.drafts import EditionDraft, FileDraft
from assistant.library.originals import Originals, originals_at
from assistant.library.schema import EditionRow, RenditionRow
from assistant.model import Authority, Identity, IngestReport, Lang, PathReason
from assistant.settings import ReaderSettings
from ingest.authority import resembles
from ingest.build import pipeline_of, printable, sha256, sidecar_of
from ingest.cage import Cage, cage_of
from ingest.cage.refusals import unforeseen
from ingest.catalogue import Catalogue
from ingest.foreign import bytes_of, files_under
from ingest.hidden import Hidden, told
from ingest.readers import UnsupportedTypeError

log = logging.getLogger(__name__)

Progress = Callable[[str, int, int], None]  # what is being done, done, of how many
# On the way in: read, structure (cut into provisions), store. How it ended: the others.
Stage = Literal["read", "structure", "store", "added", "updated", "unchanged", "linked", "skipped", "failed"]

# Which rendition of an edition gives the canonical text: the first of these that is there.
PRIORITY = (
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/xhtml+xml",
    "text/html",
    "text/plain",
    "text/markdown",
)
# What a reader or a grammar may raise on input nobody thought of: the file fails, the others go on.
UNFORESEEN = (
    ArithmeticError, AssertionError, AttributeError, LookupError, MemoryError, OSError, RecursionError,
    SQLAlchemyError, TypeError, ValueError,
)  # fmt: skip
_SUFFIX_ORDER = {".pdf": 0, ".docx": 1, ".xhtml": 2, ".html": 2, ".htm": 2, ".txt": 3, ".md": 3}


@dataclass(frozen=True, slots=True)
class Step:
    """Where a file is on its way in, or how it ended.

    ``edition``: key of the edition it gave or belongs to, once that is known. ``error``: why it failed.
    """

    path: Path
    stage: Stage
    edition: int | None = None
    error: PolicyError | None = None


class AnotherTextError(ReadError):
    """A file that names an edition whose text, as held, is another."""


@dataclass(slots=True)
class Options:
    """How files are taken in. ``identity``: what the user says of them, above all other sources.

    ``authority``: None decides by whether the act is one the catalogue or its own heading names.
    ``primary``: this file gives the canonical text whatever its format. ``lang``: of messages.
    ``told``: called at every step of every file. ``settle``: has the last word on a draft before it is
    stored; with it no file counts as held because its bytes are.
    """

    identity: Identity | None = None
    authority: Authority | None = None
    primary: bool = False
    lang: str = "en"
    told: Callable[[Step], None] = lambda step: None
    settle: Callable[[EditionDraft], None] | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    """What a path holds. ``sidecar``: what stands beside it; ``hashes``: of both, SHA-256."""

    data: bytes
    sidecar: dict[str, Any] | None
    hashes: tuple[str, str | None]


@dataclass(slots=True)
class Ingest:
    """One run over some paths."""

    library: Library
    catalogue: Catalogue
    files: Path | Originals  # where the originals are kept
    options: Options = field(default_factory=Options)
    progress: Progress = lambda what, done, total: None
    cage: Cage = field(default_factory=lambda: cage_of(ReaderSettings()))
    report: IngestReport = field(default_factory=IngestReport)
    _known: dict[str, list[RenditionRow]] = field(default_factory=dict)
    _editions: dict[int, EditionRow] = field(default_factory=dict)
    _seen: set[Path] = field(default_factory=set)  # looked at ahead of their turn
    _found: dict[Path, _Found] = field(default_factory=dict)  # what was found there, until it is their turn
    _begun: set[tuple[str, str | None]] = field(default_factory=set)  # their hashes, and their sidecars'

    def run(self, paths: Sequence[Path]) -> IngestReport:
        """Take in files and folders; a file that fails is reported and the others go on."""
        started = time.monotonic()
        originals_at(self.files).check()
        for row in self.library.renditions():
            self._known.setdefault(row.sha256, []).append(row)
        self._editions = {row.id: row for row in self.library.editions()}
        todo = list(self._expand(paths))
        try:
            for position, path in enumerate(todo):
                self.progress(path.name, position, len(todo))
                if len(todo) > 1:
                    self._look_ahead(todo[position : position + 1 + self.cage.ahead])
                self._take(path)
        finally:
            self.cage.forget()
        if todo:
            self.progress(todo[-1].name, len(todo), len(todo))
        self.report.seconds = round(time.monotonic() - started, 2)
        tell(taken_in(self.report))
        return self.report

    def _expand(self, paths: Iterable[Path]) -> Iterator[Path]:
        for path in paths:
            try:
                files, others = files_under(path)
            except ReadError as error:
                self._fail(path, error)
                continue
            for other, why in others:
                self._skip(other, why.en, why.ru)
            yield from self._sieve(sorted(files, key=_reading_order))

    def _sieve(self, paths: Sequence[Path]) -> Iterator[Path]:
        for path in paths:
            if path.suffix.lower() == ".json":
                self._skip(path, "sidecar", "описание соседнего файла")
            else:
                yield path

    def _look_ahead(self, paths: Sequence[Path]) -> None:
        """Have the files that come next read, where the cage does that ahead of time."""
        for path in paths if self.cage.ahead else ():
            if path in self._seen:
                continue
            self._seen.add(path)
            try:
                found = self._found[path] = self._look(path)
            except ReadError:  # told when it is the file's turn
                continue
            if found.hashes in self._begun or self._held_as(*found.hashes) is not None:
                continue
            self._begun.add(found.hashes)
            self.cage.begin(
                found.data, path, found.sidecar, self.catalogue, self.options.identity, self.options.authority
            )

    def _look(self, path: Path) -> _Found:
        """Raises ReadError."""
        data = bytes_of(path, self.cage.limits.file_bytes)
        sidecar = sidecar_of(path)
        told, said = (sha256(sidecar[0]), sidecar[1]) if sidecar else (None, None)
        return _Found(data, said, (sha256(data), told))

    def _take(self, path: Path) -> None:
        try:
            found = self._found.pop(path, None) or self._look(path)
        except ReadError as error:
            self._fail(path, error)
            return
        data, (digest, sidecar_hash) = found.data, found.hashes
        if self._unchanged(path, digest, sidecar_hash):
            return
        self.options.told(Step(path, "read"))
        try:
            draft = self.cage.edition(
                data, path, found.sidecar, self.catalogue, self.options.identity,
                self.options.authority, partial(self._tell_hidden, path),
                lambda: self.options.told(Step(path, "structure")),
            )  # fmt: skip
            # What a file is called and made of is known here; nothing a reader says changes it.
            draft.file = replace(
                draft.file, path=printable(path.resolve()), sha256=digest, size=len(data),
                sidecar_sha256=sidecar_hash,
            )  # fmt: skip
            if self.options.settle is not None:
                self.options.settle(draft)
            self.options.told(Step(path, "store"))
            self._store(path, data, draft)
        except UnsupportedTypeError as error:
            self._skip(path, error.en, error.ru)
        except PolicyError as error:
            self._fail(path, error)
        except OperationalError as error:
            self._fail(path, _unstored(path, error))
        except UNFORESEEN as error:
            log.exception("%s", path)
            self._fail(path, unforeseen(path.name, type(error).__name__))

    def _unchanged(self, path: Path, digest: str, sidecar: str | None) -> bool:
        found = self._held_as(digest, sidecar)
        if found is None:
            return False
        row, edition = found
        self._link_copy(path, row)
        if row.is_primary:
            self._once(self.report.unchanged, edition.act_id)
            self.options.told(Step(path, "unchanged", edition.id))
        else:
            self._skip_rendition(path, edition)
        return True

    def _held_as(self, digest: str, sidecar: str | None) -> tuple[RenditionRow, EditionRow] | None:
        """As which rendition a file's bytes are held, read as they would be read now."""
        if self.options.identity or self.options.settle:
            return None
        for row in self._known.get(digest, ()):
            edition = self._editions.get(row.edition_id)
            if edition is None or row.sidecar_sha256 != sidecar:
                continue
            if edition.pipeline != pipeline_of(self.catalogue.get(edition.act_id)):
                continue
            if self.options.primary and not row.is_primary:
                continue
            if self.options.authority in (None, edition.authority):
                return row, edition
        return None

    def _link_copy(self, path: Path, row: RenditionRow) -> None:
        """Remember a second path of the same bytes: the text stays when one of the two is removed."""
        here = printable(path.resolve())
        if any(known.path == here for known in self._known[row.sha256]):
            return
        copy = FileDraft(here, row.sha256, row.media_type, row.size, row.page_count, row.sidecar_sha256)
        self._link(row.edition_id, copy)

    def _store(self, path: Path, data: bytes, draft: EditionDraft) -> None:
        held = self._held(draft)
        primary = self._primary_of(held) if held else None
        another = held is not None and primary is not None and primary.path != draft.file.path
        if held and another and not self._alike(draft, held):
            raise _another_text(path, draft)
        if held and primary and another and not self._outranks(draft.file, primary):
            originals_at(self.files).keep(draft.file.sha256, data)
            self._link(held.id, draft.file, self._moved(draft.file))
            self._skip_rendition(path, held)
            return
        originals_at(self.files).keep(draft.file.sha256, data)
        key, new = self.library.put_edition(draft, self._moved(draft.file))
        self._editions = {row.id: row for row in self.library.editions()}
        self._remember(key, draft.file)
        self._once(self.report.added if new else self.report.updated, draft.act.id)
        self.report.provisions += len(draft.provisions)
        self.report.chunks += len(draft.chunks)
        self.options.told(Step(path, "added" if new else "updated", key))

    def _held(self, draft: EditionDraft) -> EditionRow | None:
        wanted = (draft.act.id, draft.edition, draft.authority, draft.attachment)
        for row in self._editions.values():
            if (row.act_id, row.edition, row.authority, row.attachment) == wanted:
                return row
        return None

    def _primary_of(self, edition: EditionRow) -> RenditionRow | None:
        rows = self.library.renditions(edition.id)
        return next((row for row in rows if row.is_primary), None)

    def _outranks(self, file: FileDraft, primary: RenditionRow) -> bool:
        return self.options.primary or rank(file.media_type) < rank(primary.media_type)

    def _link(self, edition: int, file: FileDraft, moved: Sequence[tuple[int, str]] = ()) -> None:
        self.library.put_rendition(edition, file, moved)
        if moved:
            self._editions = {row.id: row for row in self.library.editions()}
        self._remember(edition, file)

    def _remember(self, edition: int, file: FileDraft) -> None:
        rows = self.library.renditions(edition)
        self._known.setdefault(file.sha256, []).extend(row for row in rows if row.path == file.path)

    def _moved(self, file: FileDraft) -> list[tuple[int, str]]:
        """(edition key, path) where the same file is known to stand: another edition than it gives now.

        The same bytes now known to be another edition no longer belong to the one they gave before. Other
        bytes under an old path are another edition: the earlier one stays, its original is kept.
        """
        rows = self._known.get(file.sha256, ())
        return [(row.edition_id, row.path) for row in rows if row.path == file.path]

    def _alike(self, draft: EditionDraft, held: EditionRow) -> bool:
        return resembles(draft, self.library.text(held.id), self.library.provisions(held.id))

    def _once(self, names: list[str], act: str) -> None:
        if act not in names:
            names.append(act)

    def _tell_hidden(self, path: Path, findings: Sequence[Hidden]) -> None:
        lang: Lang = "ru" if self.options.lang == "ru" else "en"
        for sentence in told(findings, lang):
            self.report.hidden.append(PathReason(path=printable(path), reason=printable(sentence)))

    def _skip(self, path: Path, en: str, ru: str) -> None:
        self._pass_over(path, en, ru)
        self.options.told(Step(path, "skipped", error=ReadError(en, ru)))

    def _pass_over(self, path: Path, en: str, ru: str) -> None:
        reason = ru if self.options.lang == "ru" else en
        self.report.skipped.append(PathReason(path=printable(path), reason=printable(reason)))

    def _skip_rendition(self, path: Path, edition: EditionRow) -> None:
        act = edition.act_id
        self._pass_over(
            path, f"another rendition of {act}: linked", f"другой файл той же редакции {act}: привязан"
        )
        self.options.told(Step(path, "linked", edition.id))

    def _fail(self, path: Path, error: PolicyError) -> None:
        log.info("%s: %s", path, error.en)
        reason = error.message(self.options.lang)
        self.report.failed.append(PathReason(path=printable(path), reason=printable(reason)))
        self.options.told(Step(path, "failed", error=error))


def _unstored(path: Path, error: OperationalError) -> LibraryError:
    return LibraryError(
        f"{path.name} could not be stored: {error.orig}. The library is as it was before the file. Check the "
        "disk's free space and your rights to write there, and ingest again.",
        f"{path.name} не удалось записать: {error.orig}. Библиотека осталась такой, как до этого файла. "
        "Проверьте место на диске и права на запись и повторите загрузку.",
    )


def _another_text(path: Path, draft: EditionDraft) -> AnotherTextError:
    name = f"{draft.act.id}, {draft.edition or '?'}"
    return AnotherTextError(
        f"{path.name} says it is {name}, but its text is not the one held. If it is another edition, name "
        "its date with --edition; if it is your own text, give --act a name of its own or --authority user.",
        f"{path.name} назван как {name}, но его текст не совпадает с имеющимся. Если это другая редакция, "
        "укажите её дату в --edition; если это ваш текст — другое имя в --act или --authority user.",
    )


def _reading_order(path: Path) -> tuple[int, str]:
    return _SUFFIX_ORDER.get(path.suffix.lower(), 9), str(path)


def rank(media_type: str) -> int:
    """The place of a format among those that give the canonical text, the best first."""
    return PRIORITY.index(media_type) if media_type in PRIORITY else len(PRIORITY)
