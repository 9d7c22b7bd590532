"""Which editions and acts made up each version of a library, so that two versions can be told apart.

Kept as what was held from one generation until another: a version costs the rows that changed with it, not a
copy of the whole. Texts themselves are not kept: an edition that was replaced is known by its hash and file.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Executable, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from assistant.library.schema import (
    ActRow,
    ActStateRow,
    EditionRow,
    HeldRow,
    MetaRow,
    RenditionRow,
    VersionRow,
)

log = logging.getLogger(__name__)

EMPTY = "empty"  # the version of a library nothing was ever written to
ASKED_AT_ONCE = 500
EditionKey = tuple[str, str | None, str, int]  # act, edition, authority, attachment
Columns = tuple[Any, ...]
Log = type[HeldRow] | type[ActStateRow]


@dataclass(frozen=True, slots=True)
class HeldEdition:
    """An edition as a version held it; fields as of :class:`~.schema.HeldRow`."""

    act: str
    edition: str | None
    authority: str
    attachment: int
    text_sha256: str
    pipeline: str
    title: str | None
    path: str | None
    file_sha256: str | None


@dataclass(frozen=True, slots=True)
class ActState:
    """What a version knew of an act's standing."""

    status: str
    in_force_to: str | None
    amendments_checked: str | None


@dataclass(frozen=True, slots=True)
class Held:
    """What made up a version."""

    editions: Mapping[EditionKey, HeldEdition]
    acts: Mapping[str, ActState]


@dataclass(frozen=True, slots=True)
class Content:
    """What a version is a hash of.

    editions: (act, edition, authority, attachment, text hash, pipeline, end of validity) of each; acts: (id,
    status, end, amendments checked) of each.
    """

    editions: Sequence[Columns]
    acts: Sequence[Columns]

    @property
    def version(self) -> str:
        """A short hash; equal texts, outlines and standings give equal versions."""
        digest = hashlib.sha256()
        for row in (*self.editions, *self.acts):
            digest.update(repr(row).encode())
        return digest.hexdigest()[:12]


def content(session: Session) -> Content:
    """What the library holds now."""
    key = (EditionRow.act_id, EditionRow.edition, EditionRow.authority, EditionRow.attachment)
    editions = select(*key, EditionRow.text_sha256, EditionRow.pipeline, EditionRow.valid_to)
    acts = select(ActRow.id, ActRow.status, ActRow.in_force_to, ActRow.amendments_checked)
    # Ordered here, what has no date first: databases differ in both, and a version must not.
    return Content(
        sorted(_rows(session, editions), key=lambda row: (row[0], row[1] or "", *row[2:4])),
        sorted(_rows(session, acts), key=lambda row: row[0]),
    )


def _rows(session: Session, query: Executable) -> list[Columns]:
    return [tuple(row) for row in session.execute(query)]


def record(session: Session, held: Content, generation: int) -> None:
    """Write down what the library holds at a generation; the caller commits."""
    editions = {row[:4]: row[4:6] for row in held.editions}
    key = (HeldRow.id, HeldRow.act_id, HeldRow.edition, HeldRow.authority, HeldRow.attachment)
    fields = (HeldRow.text_sha256, HeldRow.pipeline)
    known = _rows(session, select(*key, *fields).where(HeldRow.until.is_(None)))
    fresh = _ended(session, HeldRow, known, 4, editions, generation)
    files = _files(session, {each[0] for each in fresh})
    session.add_all(
        HeldRow(
            act_id=each[0],
            edition=each[1],
            authority=each[2],
            attachment=each[3],
            text_sha256=editions[each][0],
            pipeline=editions[each][1],
            since=generation,
            **files.get(each, {}),
        )
        for each in fresh
    )
    acts = {row[:1]: row[1:] for row in held.acts}
    state = (ActStateRow.status, ActStateRow.in_force_to, ActStateRow.amendments_checked)
    known = _rows(
        session, select(ActStateRow.id, ActStateRow.act_id, *state).where(ActStateRow.until.is_(None))
    )
    session.add_all(
        ActStateRow(
            act_id=each[0],
            status=acts[each][0],
            in_force_to=acts[each][1],
            amendments_checked=acts[each][2],
            since=generation,
        )
        for each in _ended(session, ActStateRow, known, 1, acts, generation)
    )
    now = datetime.now(UTC).isoformat(timespec="seconds")
    session.merge(VersionRow(version=held.version, generation=generation, made_at=now))


def record_present(session: Session) -> None:
    """Write down a version made before records were kept; where that cannot be done now, it is left."""
    version = session.get(MetaRow, "version")
    generation = session.get(MetaRow, "generation")
    if version is None or generation is None or session.get(VersionRow, version.value) is not None:
        return
    try:
        held = content(session)
        if held.version == version.value:
            record(session, held, int(generation.value))
            session.commit()
    except SQLAlchemyError as error:  # another process writes, or nobody may: the next opening tries again
        session.rollback()
        log.debug("What version %s holds was not recorded: %s", version.value, error)


def held_in(session: Session, version: str) -> Held | None:
    """What made up a version; None for one that is not recorded."""
    if version == EMPTY:
        return Held({}, {})
    row = session.get(VersionRow, version)
    if row is None:
        return None
    editions: dict[EditionKey, HeldEdition] = {}
    for each in session.scalars(select(HeldRow).where(*_at(HeldRow, row.generation))):
        editions[each.act_id, each.edition, each.authority, each.attachment] = HeldEdition(
            each.act_id,
            each.edition,
            each.authority,
            each.attachment,
            each.text_sha256,
            each.pipeline,
            each.title,
            each.path,
            each.file_sha256,
        )
    acts = {
        each.act_id: ActState(each.status, each.in_force_to, each.amendments_checked)
        for each in session.scalars(select(ActStateRow).where(*_at(ActStateRow, row.generation)))
    }
    return Held(editions, acts)


def _at(log_of: Log, generation: int) -> tuple[Any, Any]:
    return log_of.since <= generation, or_(log_of.until.is_(None), log_of.until > generation)


def _ended(
    session: Session,
    log_of: Log,
    known: Iterable[Columns],
    width: int,
    now: Mapping[Columns, Columns],
    generation: int,
) -> list[Columns]:
    """End the rows that are no longer so; returns the keys for which a new row is due.

    known: (row id, key of ``width`` columns, fields) of the rows that have no end yet.
    """
    same: set[Columns] = set()
    gone: list[int] = []
    for row in known:
        key, fields = row[1 : width + 1], row[width + 1 :]
        if now.get(key) == fields:
            same.add(key)
        else:
            gone.append(row[0])
    for first in range(0, len(gone), ASKED_AT_ONCE):
        part = gone[first : first + ASKED_AT_ONCE]
        session.execute(update(log_of).where(log_of.id.in_(part)).values(until=generation))
    return [key for key in now if key not in same]


def _files(session: Session, acts: set[str]) -> dict[Columns, dict[str, str | None]]:
    """Edition -> its title and the file its text is from, of some acts."""
    key = (EditionRow.act_id, EditionRow.edition, EditionRow.authority, EditionRow.attachment)
    query = (
        select(*key, EditionRow.title, RenditionRow.path, RenditionRow.sha256)
        .join(RenditionRow, RenditionRow.edition_id == EditionRow.id, isouter=True)
        .where(or_(RenditionRow.is_primary, RenditionRow.id.is_(None)))
    )
    ordered = sorted(acts)
    found: dict[Columns, dict[str, str | None]] = {}
    for first in range(0, len(ordered), ASKED_AT_ONCE):
        part = ordered[first : first + ASKED_AT_ONCE]
        for *place, title, path, sha256 in session.execute(query.where(EditionRow.act_id.in_(part))):
            found[tuple(place)] = {"title": title, "path": path, "file_sha256": sha256}
    return found
