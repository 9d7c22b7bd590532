"""Files a user brought -> the user's own texts in the library, with each step of each file told.

Authority is always the user's. A file of which neither an act nor a title can be told, or which names an
edition whose text is another, is taken in as a document of its own, under its file's name.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import compress
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from assistant.audit import Trail
from assistant.errors import IdentityError, LibraryError, NotHeldError, PolicyError, ReadError, ServerError
from assistant.library.originals import originals_of
from assistant.model import Authority, Identity, Lang, RelationKind
from assistant.records import uploads
from assistant.records.model import Upload
from assistant.records.owner import LOCAL, Group, Owner, own_id

if TYPE_CHECKING:
    from assistant.engine import Assistant
    from assistant.library import Library
    from assistant.library.drafts import EditionDraft
    from assistant.library.schema import EditionRow
    from assistant.settings import Settings
    from ingest.catalogue import Catalogue
    from ingest.pipeline import Options, Step

log = logging.getLogger(__name__)

Outcome = Literal["added", "updated", "unchanged", "linked", "skipped", "failed"]
KEPT = ("added", "updated", "linked")  # outcomes that leave a file of the user's in the library
EMBEDDING = "embedding"  # what the index calls it when it tells how far it is
_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")
_ENDS = frozenset(("added", "updated", "unchanged", "linked", "skipped", "failed"))


@dataclass(frozen=True, slots=True)
class Brought:
    """A file of the user's on disk. ``name``: as the user calls it. ``into``: the edition it must become
    again when a deletion is undone.
    """

    path: Path
    name: str
    into: Upload | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """How a file ended. ``own``: as a document of its own, under the file's name."""

    outcome: Outcome
    act: str | None = None
    edition: str | None = None
    error: PolicyError | None = None
    own: bool = False


def settled(file: Brought) -> Brought:
    """The file where its content alone decides it lies: the same bytes under another name are the same file.

    Only for one caller at a time; raises LibraryError where the home cannot be written.
    """
    suffix = Path(file.name).suffix.lower()
    known = suffix if _SUFFIX.fullmatch(suffix) else ""
    try:
        digest = hashlib.sha256(file.path.read_bytes()).hexdigest()
        place = file.path.parents[1] / uploads.digest_folder(digest) / f"original{known}"
        if place != file.path:
            place.parent.mkdir(exist_ok=True)
            file.path.replace(place)
            file.path.parent.rmdir()
    except OSError as error:
        raise LibraryError(
            f"The upload cannot be kept: {error.strerror}. Nothing was taken in; make room and try again.",
            f"Не удалось сохранить загрузку: {error.strerror}. Ничего не принято; освободите место.",
        ) from error
    return replace(file, path=place)


Told = Callable[[int, str, float | None], None]  # which file, its stage, the share of it that is done
Ended = Callable[[int, Taken], None]


def take_in(
    settings: Settings,
    owner: Owner,
    files: Sequence[Brought],
    lang: Lang,
    told: Told,
    ended: Ended,
    group: Group | None = None,
) -> list[Taken]:
    """Take the files in, one by one, then bring the indexes in step. ``group``: the one they are brought for.

    ``ended`` is called for a failed file at once, for the others when they can be found. Raises LibraryError
    where the home cannot be written.
    """
    from assistant.watch import observe
    from ingest.embedded import embedded_catalogue, put_catalogue
    from ingest.run import index_library, writing

    taken: list[Taken] = []
    with writing(settings) as library:
        catalogue = embedded_catalogue()
        put_catalogue(library, catalogue)
        for place, file in enumerate(files):
            one = _One(library, catalogue, settings, owner, group, lang)
            taken.append(one.take(file, partial(_at, told, place)))
            if taken[-1].outcome not in KEPT:
                ended(place, taken[-1])
        kept = [place for place, one in enumerate(taken) if one.outcome in KEPT]
        if kept:

            def stage(name: str, share: float | None = None) -> None:
                for place in kept:
                    told(place, name, share)

            def indexing(what: str, done: int, total: int) -> None:
                if what != EMBEDDING:
                    return
                if done < total:
                    stage("embed", done / total)
                else:  # what is left is the indexes' own work
                    stage("index")

            stage("embed")
            index_library(library, settings, indexing)
            stage("index")
            observe(library)
    for place in kept:
        ended(place, taken[place])
    return taken


def _at(told: Told, place: int, stage: str) -> None:
    told(place, stage, None)


@dataclass(slots=True)
class _One:
    """One file on its way in."""

    library: Library
    catalogue: Catalogue
    settings: Settings
    owner: Owner
    group: Group | None
    lang: Lang

    def take(self, file: Brought, stage: Callable[[str], None]) -> Taken:
        from ingest.pipeline import AnotherTextError, Options

        options = Options(authority=Authority.USER, lang=self.lang, settle=self._settle(file))
        if file.into is None and self.owner == LOCAL:
            options.settle = None
        step = self._run(file, options, stage)
        if isinstance(step.error, IdentityError | AnotherTextError):
            own = replace(options, identity=self._own(file))
            return self._taken(self._run(file, own, stage), own=True)
        return self._taken(step, own=False)

    def _run(self, file: Brought, options: Options, stage: Callable[[str], None]) -> Step:
        from ingest.cage import cage_of
        from ingest.pipeline import Ingest, Step

        steps: list[Step] = []

        def heard(step: Step) -> None:
            steps.append(step)
            if step.stage not in _ENDS:
                stage(step.stage)

        listening = replace(options, told=heard)
        cage, files = cage_of(self.settings.reader), originals_of(self.settings)
        try:
            Ingest(self.library, self.catalogue, files, listening, cage=cage).run([file.path])
        except ServerError as error:  # the store of originals; the files before this one are taken in
            return Step(file.path, "failed", error=error)
        return next((step for step in steps if step.stage in _ENDS), Step(file.path, "failed"))

    def _settle(self, file: Brought) -> Callable[[EditionDraft], None]:
        """What gives a draft the id of the owner's own act, or the edition it was before."""
        from ingest.build import PIPELINE

        def settle(draft: EditionDraft) -> None:
            was, into = draft.act.id, file.into
            draft.act = replace(
                draft.act,
                id=into.act if into else own_id(self.owner, was, self.group),
                aliases=[],
                in_catalogue=False,
            )
            self._entitle(draft, file)
            if draft.act.id == was and into is None:
                return
            if into is not None:
                draft.edition = into.edition
            if draft.act.id != was:
                draft.pipeline = PIPELINE
            if self.owner != LOCAL:
                # What a private text says it amends or repeals must not change a shared act's standing.
                harmless = (each.kind == RelationKind.CITES or each.target == was for each in draft.relations)
                draft.relations = list(compress(draft.relations, harmless))
            for relation in draft.relations:
                if relation.source == was:
                    relation.source = draft.act.id
                if relation.target == was:
                    relation.target = draft.act.id

        return settle

    def _entitle(self, draft: EditionDraft, file: Brought) -> None:
        """A private text that has no title gets its file's name: its id says nothing to a reader."""
        if self.owner == LOCAL or draft.act.title_ru or draft.act.title_en:
            return
        draft.title = draft.title or Path(file.name).stem
        russian = draft.lang == "ru"
        draft.act = replace(
            draft.act,
            title_ru=draft.title if russian else None,
            title_en=None if russian else draft.title,
        )

    def _own(self, file: Brought) -> Identity:
        """A document of the user's own: its content makes the id, its file's name is the title."""
        from ingest.identify import slug

        if file.into is not None:
            return Identity(act=file.into.act, edition=file.into.edition, title=Path(file.name).stem)
        digest = hashlib.sha256(file.path.read_bytes()).hexdigest()[:8]
        title = Path(file.name).stem
        return Identity(act=f"doc-{slug(title, 40) or 'file'}-{digest}", title=title)

    def _taken(self, step: Step, *, own: bool) -> Taken:
        row = self._edition(step.edition)
        error = step.error
        if row is None and error is None:
            error = ReadError(
                "The file could not be taken in. The program's log has the details.",
                "Файл не удалось принять. Подробности в журнале программы.",
            )
        outcome = step.stage if step.stage in _ENDS else "failed"
        return Taken(outcome, row.act_id if row else None, row.edition if row else None, error, own)  # type: ignore[arg-type]

    def _edition(self, key: int | None) -> EditionRow | None:
        return next((row for row in self.library.editions() if row.id == key), None) if key else None


# ── the records ───────────────────────────────────────────────────────────────────────────────


def kept_place(settings: Settings) -> Path:
    """Where the bytes of deleted uploads wait until they can no longer come back."""
    return settings.home / "deleted"


def remember(
    assistant: Assistant, owner: Owner, file: Brought, taken: Taken, group: Group | None = None
) -> None:
    """Record that a file of the owner's, or one for a group, is in the library. Raises PolicyError."""
    from ingest.build import printable

    if taken.outcome not in KEPT or taken.act is None:
        return
    data = file.path.read_bytes()
    uploads.record(
        assistant.library,
        owner,
        act=taken.act,
        edition=taken.edition,
        authority=Authority.USER,
        file_name=file.name,
        path=printable(file.path.resolve()),
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        group=group,
    )
    about = {"act": taken.act, "edition": taken.edition, "file": file.name, "bytes": len(data)}
    if group is not None:
        about["group"] = group.id
    Trail.of(assistant.settings).ended(None, "uploaded", owner.id, **about)


def delete(assistant: Assistant, owner: Owner, upload: str) -> Upload:
    """Delete an upload of the owner's; it can be undone for a while. Raises PolicyError."""
    settings = assistant.settings
    with Trail.of(settings).changing("upload_deleted", owner.id, upload=upload) as came:
        gone = uploads.remove(
            assistant.library,
            owner,
            upload,
            partial(_take_out, assistant),
            files=originals_of(settings),
            kept=kept_place(settings),
        )
        came |= _told_of(gone)
    return gone


def _told_of(upload: Upload) -> dict[str, str | None]:
    """What the audit trail holds of an upload."""
    return {"act": upload.act, "edition": upload.edition, "file": upload.file_name}


def _take_out(assistant: Assistant, upload: Upload) -> None:
    """Take the bytes of an upload out of the library, under every name they were uploaded by.

    The same bytes taken in from elsewhere stay. Raises NotHeldError where they are out.
    """
    from ingest.run import remove

    library, settings = assistant.library, assistant.settings
    editions = {
        row.id
        for row in library.editions(upload.act)
        if (row.edition, row.authority) == (upload.edition, upload.authority)
    }
    brought = uploads.names_of(library, upload)
    paths = {
        row.path
        for row in library.renditions()
        if row.edition_id in editions and row.sha256 == upload.sha256 and brought(row.path)
    }
    if not paths:
        raise NotHeldError(
            f"{upload.file_name} is not in the library any more.",
            f"{upload.file_name} в библиотеке уже нет.",
        )
    for path in sorted(paths):
        remove(path, settings)


def undo(assistant: Assistant, owner: Owner, upload: str, lang: Lang) -> Upload:
    """Bring a deleted upload of the owner's back. Raises PolicyError."""
    settings = assistant.settings

    def take_again(found: Upload, path: Path) -> None:
        file = Brought(path, found.file_name, into=found)
        done = take_in(settings, owner, [file], lang, lambda *_step: None, lambda *_end: None)[0]
        if done.outcome not in (*KEPT, "unchanged") or done.act != found.act:
            raise done.error or ReadError(
                f"{found.file_name} could not be brought back. Upload the file again.",
                f"{found.file_name} не удалось вернуть. Загрузите файл снова.",
            )

    with Trail.of(settings).changing("upload_restored", owner.id, upload=upload) as came:
        back = uploads.restore(assistant.library, owner, upload, take_again, kept=kept_place(settings))
        came |= _told_of(back)
    return back
