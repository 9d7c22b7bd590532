"""Files users brought: whose they are, which edition each became, deleting them and taking that back.

A deleted upload leaves the library at once, so that no answer rests on it from then on. Until the time to
undo is over its bytes are kept aside, and :func:`restore` has them taken in again as the same act and
edition. How an edition is taken out or in is the caller's: ingest is no part of the core.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath

from sqlalchemy import ColumnElement, Select, select, update
from sqlalchemy.orm import Session

from assistant.access.roles import Ability
from assistant.errors import LibraryError, NotHeldError
from assistant.library import Library
from assistant.library.originals import Originals, originals_at
from assistant.model import Authority
from assistant.records.model import Page, Upload
from assistant.records.owner import Group, Owner
from assistant.records.reach import (
    checked_key,
    moment,
    new_key,
    not_held,
    page_of,
    place_after,
    reading,
    writing,
)
from assistant.records.schema import UploadRow
from assistant.records.wording import line

UNDO = timedelta(hours=24)
UPLOADS = "uploads"  # the folder of the home that files arrive in
MAX_NAME = 255
_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")
_HELD = UploadRow.deleted_at.is_(None)

log = logging.getLogger(__name__)


def record(
    library: Library,
    owner: Owner,
    *,
    act: str,
    edition: str | None,
    authority: Authority,
    file_name: str,
    path: str,
    sha256: str,
    size: int,
    group: Group | None = None,
) -> Upload:
    """Remember that a file of the owner's became an edition; the same file twice is one upload.

    ``group``: the one it was brought for, of whose members others may have brought the same.

    Only for what an ingest added or changed: what the library held before was not brought by the owner, and
    deleting the upload would take it out. ``path``: of the rendition in the library. Raises InputError.
    """
    row = UploadRow(
        id=new_key(),
        owner=owner.id,
        group_id=group.id if group else None,
        act=act,
        edition=edition,
        authority=str(authority),
        file_name=line(_last_part(file_name), MAX_NAME, "The file's name", "Имя файла"),
        path=path,
        sha256=sha256,
        size=size,
        uploaded_at=moment(),
    )
    with writing(library) as session:
        mine = UploadRow.owner == owner.id if group is None else UploadRow.group_id == group.id
        known = session.scalar(select(UploadRow).where(mine, _HELD, _same(row)))
        if known is not None:
            return _upload(known, owner)
        session.add(row)
        session.flush()
        return _upload(row, owner)


def folder_of(owner: Owner, group: Group | None = None) -> str:
    """The name of the folder of uploads in which the files of an owner, or a group, lie while taken in."""
    return hashlib.sha256((group or owner).id.encode()).hexdigest()[:16]


def brought_by(library: Library, owner: Owner) -> Callable[[str], bool]:
    """Whether the file of a path is one that the owner brought through the page.

    What the command line took in lies elsewhere. Raises LibraryError.
    """
    with reading(library) as session:  # one that was deleted and brought back has left its folder
        recorded = set(session.scalars(select(UploadRow.path).where(UploadRow.owner == owner.id)))
    place = (UPLOADS, folder_of(owner))

    def brought(path: str) -> bool:
        return path in recorded or PurePath(path).parts[-4:-2] == place

    return brought


def names_of(library: Library, upload: Upload) -> Callable[[str], bool]:
    """Whether a path is one by which the bytes of an upload were brought, whoever brought them and wherever
    the home is: of several machines with one library, each has a home of its own. Raises LibraryError.
    """
    edition = UploadRow.edition == upload.edition if upload.edition else UploadRow.edition.is_(None)
    same = (UploadRow.act == upload.act) & (UploadRow.sha256 == upload.sha256) & edition
    with reading(library) as session:
        recorded = set(session.scalars(select(UploadRow.path).where(same)))

    def brought(path: str) -> bool:
        *before, folder, _ = ("", "", *PurePath(path).parts)
        arrived = folder == digest_folder(upload.sha256) and UPLOADS in before[-2:]
        return arrived or path in recorded

    return brought


def digest_folder(sha256: str) -> str:
    """The name of the folder in which an upload with these bytes lies."""
    return sha256[:32]


def get(library: Library, owner: Owner, upload: str) -> Upload:
    """An upload of the owner's, or of a group of theirs. Raises NotHeldError."""
    with reading(library) as session:
        return _upload(_of(session, _seen_by(owner), upload), owner)


def listed(
    library: Library, owner: Owner, *, removed: bool = False, limit: int = 50, after: str | None = None
) -> Page[Upload]:
    """The uploads of the owner and their groups, newest first; with ``removed`` those that are gone too.

    Raises InputError for a page that cannot be.
    """
    query: Select[UploadRow] = select(UploadRow).where(_seen_by(owner))
    if not removed:
        query = query.where(UploadRow.removed_at.is_(None))
    with reading(library) as session:
        rows = session.scalars(page_of(query, UploadRow.uploaded_at, UploadRow.id, limit, after)).all()
    more = rows[limit - 1] if len(rows) > limit else None
    return Page[Upload](
        items=[_upload(row, owner) for row in rows[:limit]],
        next=place_after(more.uploaded_at, more.id) if more else None,
    )


def remove(
    library: Library,
    owner: Owner,
    upload: str,
    take_out: Callable[[Upload], object],
    *,
    files: Path | Originals,
    kept: Path,
    undo: timedelta = UNDO,
) -> Upload:
    """Delete an upload: put its bytes aside, have it taken out of the library, let the time to undo begin.

    A group's file is deleted by the member who brought it, or by one who may add to what all share.

    ``take_out`` is not called while another upload, whoever's, became the same edition by the same bytes.
    What it raises goes on and nothing is deleted, but for NotHeldError: then the text is out already.
    ``files``: where the originals are; ``kept``: the folder of what can be undone. Raises NotHeldError,
    LibraryError.
    """
    with reading(library) as session:
        row = _of(session, _deleted_by(owner), upload, _HELD)
        shared = session.scalar(select(UploadRow.id).where(_same(row), _HELD, UploadRow.id != row.id))
    aside = _put_aside(originals_at(files).local(row.sha256), _place(kept, row))
    if shared is None:
        try:
            take_out(_upload(row, owner))
        except NotHeldError:
            log.info("%s was out of the library already", row.act)
    now = moment()
    ends = {"undo_until": moment(undo)} if aside else {"removed_at": now}
    with writing(library) as session:
        _change(session, owner, upload, _HELD, deleted_at=now, **ends)
        return _upload(_of(session, _deleted_by(owner), upload), owner)


def restore(
    library: Library,
    owner: Owner,
    upload: str,
    take_in: Callable[[Upload, Path], object],
    *,
    kept: Path,
) -> Upload:
    """Undo :func:`remove` while there is time: ``take_in`` takes the bytes in again from a path it is given.

    It should give ingest the upload's act, edition and authority, for the file has lost its name. What it
    raises goes on, and the upload stays deleted. Raises NotHeldError, also when the time is over.
    """
    undoable = UploadRow.undo_until > moment()
    with reading(library) as session:
        row = _of(session, _deleted_by(owner), upload, undoable)
    place = _place(kept, row)
    if not place.is_file():
        raise not_held()
    with writing(library) as session:  # before the text is back: whose file it is must be known at once
        _change(session, owner, upload, path=os.path.realpath(place))
    take_in(_upload(row, owner), place)
    with writing(library) as session:
        _change(
            session,
            owner,
            upload,
            deleted_at=None,
            undo_until=None,
            removed_at=None,
            path=os.path.realpath(place),
        )
        found = _upload(_of(session, _deleted_by(owner), upload), owner)
    _forget(place)
    return found


def purge(library: Library, owner: Owner, *, kept: Path, everything: bool = False) -> int:
    """Really remove deleted uploads of the owner and their groups whose time to undo is over.

    Returns how many. ``everything``: also those that could still come back. ``kept``: as for :func:`remove`.
    """
    now = moment()
    over = UploadRow.undo_until.is_not(None) if everything else UploadRow.undo_until <= now
    with writing(library) as session:
        rows = session.scalars(
            update(UploadRow)
            .where(_seen_by(owner), over)
            .values(removed_at=now, undo_until=None)
            .returning(UploadRow)
        ).all()
    for row in rows:
        _forget(_place(kept, row))
    return len(rows)


def _seen_by(owner: Owner) -> ColumnElement[bool]:
    """Uploads that an owner sees: their own, and those brought for the groups they belong to now."""
    own = UploadRow.group_id.is_(None) & (UploadRow.owner == owner.id)
    return own | UploadRow.group_id.in_([group.id for group in owner.groups])


def _deleted_by(owner: Owner) -> ColumnElement[bool]:
    """Of those, the ones they brought; with the right to add to what all share, all."""
    seen = _seen_by(owner)
    return seen if owner.may(Ability.LIBRARY) else seen & (UploadRow.owner == owner.id)


def _of(
    session: Session, reached: ColumnElement[bool], key: str, *conditions: ColumnElement[bool]
) -> UploadRow:
    row = session.scalar(select(UploadRow).where(UploadRow.id == checked_key(key), reached, *conditions))
    if row is None:
        raise not_held()
    return row


def _change(
    session: Session, owner: Owner, key: str, *conditions: ColumnElement[bool], **values: str | None
) -> None:
    mine = (UploadRow.id == checked_key(key), _deleted_by(owner), *conditions)
    if not session.execute(update(UploadRow).where(*mine).values(**values).returning(UploadRow.id)).all():
        raise not_held()


def _same(row: UploadRow) -> ColumnElement[bool]:
    """Whether another upload became the same edition by the same bytes."""
    edition = UploadRow.edition == row.edition if row.edition else UploadRow.edition.is_(None)
    same = (UploadRow.act == row.act) & (UploadRow.authority == row.authority)
    return same & (UploadRow.sha256 == row.sha256) & edition


def _place(kept: Path, row: UploadRow) -> Path:
    """Where the bytes of a deleted upload lie: nothing of the user's but a plain suffix is in the path."""
    suffix = Path(row.file_name).suffix.lower()
    return kept / row.id / f"original{suffix if _SUFFIX.fullmatch(suffix) else ''}"


def _put_aside(source: Path | None, place: Path) -> bool:
    """Copy an original, whole or not at all; False where there is none any more. Raises LibraryError."""
    if source is None:
        return place.is_file()
    partial = place.with_name("partial")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, partial)
        partial.replace(place)
    except OSError as error:
        raise LibraryError(
            f"{place.parent} cannot be written: {error.strerror}. Nothing was deleted. Make room there, and "
            "delete again.",
            f"Нет записи в {place.parent}: {error.strerror}. Ничего не удалено. Освободите место и "
            "повторите.",
        ) from error
    return True


def _forget(place: Path) -> None:
    shutil.rmtree(place.parent, ignore_errors=True)
    if place.exists():
        log.warning("%s could not be deleted", place)


def _last_part(name: str) -> str:
    """A file's own name: a browser or a program may send the folders too."""
    return PurePosixPath(PureWindowsPath(name).name).name


def _upload(row: UploadRow, owner: Owner) -> Upload:
    """An upload as an owner sees it."""
    group = next((each.name for each in owner.groups if each.id == row.group_id), None)
    state = "removed" if row.removed_at else "deleted" if row.deleted_at else "held"
    return Upload(
        id=row.id,
        act=row.act,
        edition=row.edition,
        authority=row.authority,
        file_name=row.file_name,
        path=row.path,
        sha256=row.sha256,
        size=row.size,
        uploaded_at=row.uploaded_at,
        state=state,
        deleted_at=row.deleted_at,
        undo_until=row.undo_until,
        group=group,
        may_delete=row.owner == owner.id or owner.may(Ability.LIBRARY),
    )
