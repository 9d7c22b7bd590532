"""A home in use -> a backup of what cannot be made again: library and records, originals, deleted uploads.

The database is copied by SQLite's own backup, which sees one moment whoever writes meanwhile. Then the files
it names are copied. Where one of them has gone by then, the library has moved on: it is copied anew, until a
copy and its files fit together. Indexes, models and caches are left out: they are derived or downloaded.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import URL

from assistant.errors import InputError
from assistant.library.backup_files import (
    DATABASE,
    ZIP,
    BackedUp,
    Backup,
    open_backup,
    pack,
    unwritable,
    write_manifest,
)
from assistant.library.loose_files import UnreadableError, copy_file, copy_loose, stored_as
from assistant.library.originals import original
from assistant.library.sqlite_files import open_unwritable, writable
from assistant.library.store import Library

PASSES = 10
DELETED = "deleted"

log = logging.getLogger(__name__)


def back_up(home: Path, target: Path) -> BackedUp:
    """Write a backup of the home to ``target``: a zip file where its name ends so, else a folder.

    It is written under a name that ends in ``.partial``, read back, compared with its hashes and only then
    given its own. Raises InputError where there is something under that name, LibraryError where it cannot be
    written.
    """
    if target.exists():
        raise InputError(
            f"{target} is there already. Name another place: a backup is never written over.",
            f"{target} уже существует. Укажите другое место: резервные копии не перезаписываются.",
        )
    if not (home / DATABASE).is_file():
        raise InputError(
            f"{home} holds no library yet, there is nothing to back up.",
            f"В {home} ещё нет библиотеки, сохранять нечего.",
        )
    Library(URL.create("sqlite", database=str(home / DATABASE))).close()  # of the present schema, or refused
    partial = target.with_name(f"{target.name}.partial")
    try:
        if partial.exists():  # of a backup that was cut off
            shutil.rmtree(partial)
        partial.mkdir(parents=True)
        found = _filled(home.resolve(), partial)
        open_backup(partial).close()
        if target.suffix.lower() == ZIP:
            pack(partial, target)
            _checked(target)
            shutil.rmtree(partial)
        else:
            partial.replace(target)
    except OSError as error:
        shutil.rmtree(partial, ignore_errors=True)
        raise unwritable(target, error) from error
    return found


def _checked(target: Path) -> None:
    try:
        open_backup(target).close()
    except InputError:
        target.unlink(missing_ok=True)
        raise


def _filled(home: Path, folder: Path) -> BackedUp:
    files: dict[str, tuple[str, int]] = {}
    names: dict[str, str] = {}
    missing: list[str] = []
    wanted: dict[str, tuple[Path, str]] = {}
    passes = 0
    while passes == 0 or (missing and passes < PASSES):
        passes += 1
        _copy_database(home / DATABASE, folder / DATABASE)
        wanted = _named(home, folder / DATABASE, names)
        missing = [
            name for name, (source, sha) in wanted.items() if not _copied(source, folder, name, sha, files)
        ]
    for name in sorted(files.keys() - wanted.keys()):  # of a copy that was overtaken
        del files[name]
        (folder / name).unlink()
    loose = copy_loose(home, folder)
    files |= loose.files
    names |= loose.names
    files[DATABASE] = _hashed(folder / DATABASE)
    for name in missing:
        log.warning("The library names an original that the home does not have: %s", wanted[name][0])
    manifest = _described(home, folder / DATABASE, files, passes).model_copy(
        update={
            "missing": sorted(missing),
            "names": {name: called for name, called in names.items() if name in files},
            "left_out": loose.left_out,
        }
    )
    write_manifest(folder, manifest)
    return manifest


def _copy_database(source: Path, target: Path) -> None:
    """Copy the database as it is at one moment. Raises LibraryError."""
    try:
        with closing(_opened(source)) as db, closing(sqlite3.connect(target)) as copy:
            db.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, whole
    except sqlite3.Error as error:
        raise unwritable(target, OSError(0, str(error))) from error


def _opened(database: Path) -> sqlite3.Connection:
    return sqlite3.connect(database, timeout=60) if writable(database) else open_unwritable(database)


def _named(home: Path, database: Path, names: dict[str, str]) -> dict[str, tuple[Path, str]]:
    """Name in the backup -> (file in the home, hash) of what a copy of the database names.

    ``names``: is told of those that lie under other names in the home.
    """
    found = {}
    with closing(sqlite3.connect(database)) as db:
        kept = "SELECT DISTINCT sha256 FROM renditions r JOIN editions e ON e.id = r.edition_id "
        for (sha,) in db.execute(kept + "WHERE e.authority <> 'digest'"):
            source = original(home / "files", sha)
            found[source.relative_to(home).as_posix()] = (source, sha)
        undoable = "SELECT id, sha256 FROM uploads WHERE undo_until IS NOT NULL"
        for key, sha in db.execute(undoable):
            for source in (home / DELETED / key).glob("original*"):
                found[stored_as(source.relative_to(home).as_posix(), names)] = (source, sha)
    return found


def _copied(source: Path, folder: Path, name: str, sha: str, files: dict[str, tuple[str, int]]) -> bool:
    """Whether a file with this hash is in the backup now."""
    if name in files:
        return True
    place = folder / name
    try:
        hashed = copy_file(source, place)
    except (FileNotFoundError, UnreadableError):
        return False
    if hashed[0] != sha:
        place.unlink()
        return False
    files[name] = hashed
    return True


def _hashed(file: Path) -> tuple[str, int]:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest(), file.stat().st_size


def _described(home: Path, database: Path, files: dict[str, tuple[str, int]], passes: int) -> BackedUp:
    with closing(sqlite3.connect(database)) as db:
        meta = dict(db.execute("SELECT key, value FROM meta"))
        acts = int(db.execute("SELECT COUNT(DISTINCT act_id) FROM editions").fetchone()[0])
    return BackedUp(
        library_schema=int(meta["schema"]),
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        home=str(home),
        version=meta.get("version", "empty"),
        generation=int(meta.get("generation", 0)),
        acts=acts,
        files=files,
        passes=passes,
    )


def verify(path: Path) -> BackedUp:
    """What a backup holds, after every file was compared with its hash. Raises InputError."""
    found: Backup = open_backup(path)
    found.close()
    return found.manifest
