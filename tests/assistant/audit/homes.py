"""Homes whose trail is required, the command line over them in this process, and a trail nobody can write."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing, contextmanager

from assistant.audit import Trail
from assistant.audit.verify import read_entries


def events(settings):
    """The entries of a home's trail as (event, what is told of it)."""
    found = [entry for _, entry in read_entries(Trail.of(settings)) if entry is not None]
    return [(entry.event, entry.about) for entry in found]


@contextmanager
def unwritable(settings):
    """A file lies where the trail's folder should be: nothing can be written there, whoever runs the tests."""
    folder, aside = settings.home / "audit", settings.home / "audit-aside"
    if folder.exists():
        folder.rename(aside)
    folder.write_text("no folder", encoding="utf-8")
    try:
        yield
    finally:
        folder.unlink()
        if aside.exists():
            aside.rename(folder)


def content(settings):
    """All rows of a home's library and all its files but the database, the trail and locks."""
    with closing(sqlite3.connect(settings.home / "library.sqlite")) as db:
        rows = list(db.iterdump())
    own = ("library.sqlite", "audit", "writer.lock", "cache", "index")
    files = {
        path.relative_to(settings.home).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in settings.home.rglob("*")
        if path.is_file() and not path.relative_to(settings.home).as_posix().startswith(own)
    }
    return rows, files
