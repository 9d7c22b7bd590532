"""A backup -> a home that holds what the backed-up one held at its moment.

Files come first: they lie under names of their own and disturb nobody. Then the whole database is put in
place in one transaction of SQLite's: whoever reads sees the library before or after it, and a restore that is
cut off leaves the library as it was. What is derived is left to be derived anew. Who may get in is as it is
now, not as it was then (:mod:`~.restore_access`).
"""

from __future__ import annotations

import sqlite3
import tempfile
import uuid
from contextlib import closing
from pathlib import Path

from pydantic import Field
from sqlalchemy import URL

from assistant.errors import InputError, LibraryError
from assistant.library.backup_files import DATABASE, BackedUp, Backup, open_backup
from assistant.library.migrations import newer
from assistant.library.originals import original
from assistant.library.restore_access import Ended, end_access
from assistant.library.schema import SCHEMA_VERSION
from assistant.library.store import Library

_OWN = ("library.sqlite", "files", "uploads", "deleted", "fetched", "inbox", "evals")


class Restored(BackedUp):
    """What a backup holds; ``ended``: the access it held that was not brought back."""

    ended: Ended = Field(default_factory=Ended)


def restore(path: Path, home: Path, *, replace: bool = False) -> Restored:
    """Put a backup into a home that holds nothing, or with ``replace`` in place of what it holds.

    The caller holds the home's lock. Every file is compared with its hash before anything is changed. Raises
    InputError for a backup that is none or damaged and for a home that is in use, NewerHomeError for a backup
    of a newer program, LibraryError where the home cannot be written.
    """
    held = [name for name in _OWN if _holds(home / name)]
    if held and not replace:
        raise InputError(
            f"{home} is not empty ({', '.join(held)}). Restore into an empty AI_POLICY_HOME, or add "
            "--replace to give up what is held there.",
            f"Папка {home} не пуста ({', '.join(held)}). Укажите пустую AI_POLICY_HOME или добавьте "
            "--replace, чтобы отказаться от того, что в ней есть.",
        )
    backup = usable(path)
    try:
        _put_files(backup, home)
        with tempfile.TemporaryDirectory(prefix="restore-", dir=home) as work:
            copy = Path(work) / DATABASE
            backup.take_out(DATABASE, copy)
            _made_this_homes(copy, home, backup.manifest.home)
            _write_down_uploads(copy, home)
            ended = end_access(copy, home / DATABASE)
            _put_database(copy, home / DATABASE)
    except OSError as error:
        raise LibraryError(
            f"The backup could not be put into {home}: {error.strerror}. The library there is as it was. "
            "Make room and restore again.",
            f"Не удалось восстановить копию в {home}: {error.strerror}. Библиотека в ней прежняя. Освободите "
            "место и повторите.",
        ) from error
    finally:
        backup.close()
    return Restored(**dict(backup.manifest), ended=ended)


def usable(path: Path) -> Backup:
    """A whole backup that this program can restore. Raises InputError or NewerHomeError."""
    backup = open_backup(path)
    if backup.manifest.library_schema > SCHEMA_VERSION:
        backup.close()
        raise newer(str(backup.manifest.library_schema))
    return backup


def _holds(place: Path) -> bool:
    return place.is_file() or (place.is_dir() and any(place.iterdir()))


def _put_files(backup: Backup, home: Path) -> None:
    for name, (_, size) in backup.manifest.files.items():
        place = home / backup.manifest.called(name)
        if name == DATABASE or (
            name.startswith("files/") and place.exists() and place.stat().st_size == size
        ):
            continue
        backup.take_out(name, place)


def _made_this_homes(copy: Path, home: Path, before: str) -> None:
    """Give a copy of a database its present schema, this home's paths, and an identity of its own.

    Chunks of a restored library may bear keys that this home's indexes know for others: by another identity
    they are not taken for them. Its generation is above that of the library in its place, so that whoever
    reads sees that it changed.
    """
    Library(URL.create("sqlite", database=str(copy))).close()
    last = _generation(home / DATABASE)
    after = str(home.resolve())
    with closing(sqlite3.connect(copy)) as db, db:
        for table in ("renditions", "uploads", "held_editions"):
            moved = f"UPDATE {table} SET path = ? || substr(path, ?) WHERE substr(path, 1, ?) = ?"  # noqa: S608
            start = before.rstrip("/\\")
            for separator in ("/", "\\"):
                prefix = start + separator
                db.execute(moved, (after + separator, len(prefix) + 1, len(prefix), prefix))
        own = db.execute("SELECT value FROM meta WHERE key = 'generation'").fetchone()
        now = max(int(own[0]) if own else 0, last) + 1  # a library that never held a text has none
        db.execute("UPDATE meta SET value = ? WHERE key = 'library'", (uuid.uuid4().hex,))
        db.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('generation', ?)", (str(now),))
        db.execute(
            "UPDATE versions SET generation = ? "
            "WHERE version = (SELECT value FROM meta WHERE key = 'version')",
            (now,),
        )


def _generation(database: Path) -> int:
    """The generation of the library that is there; 0 for none that can be read."""
    if not database.exists():
        return 0
    try:
        with closing(sqlite3.connect(database, timeout=60)) as db:
            return int(db.execute("SELECT value FROM meta WHERE key = 'generation'").fetchone()[0])
    except (sqlite3.Error, TypeError, ValueError):
        return 0


def _write_down_uploads(copy: Path, home: Path) -> None:
    """Put the files that users brought where the library says they lie, from their originals."""
    with closing(sqlite3.connect(copy)) as db:
        rows = db.execute("SELECT path, sha256 FROM renditions").fetchall()
    for path, sha in rows:
        place, kept = Path(path), original(home / "files", sha)
        if place.is_relative_to(home.resolve()) and kept.exists() and not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(kept.read_bytes())


def _put_database(copy: Path, target: Path) -> None:
    """Put a database in the place of another, in one transaction. Raises LibraryError."""
    try:
        with closing(sqlite3.connect(copy)) as source, closing(sqlite3.connect(target, timeout=60)) as db:
            source.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            source.backup(db)
    except sqlite3.Error as error:
        raise LibraryError(
            f"The library {target} could not be put in place: {error}. It is as it was. End what holds it "
            "and restore again.",
            f"Библиотеку {target} не удалось заменить: {error}. Она осталась прежней. Завершите программы, "
            "которые её держат, и повторите.",
        ) from error
