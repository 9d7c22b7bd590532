"""Chunk keys -> the token codes of their texts, in one SQLite file.

Codes are kept by the hash of the text, so that the same words in two editions are stored once and a chunk
that was cut anew finds what was computed before.
"""

from __future__ import annotations

import secrets
import sqlite3
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from assistant.index.failures import failed
from assistant.index.late import TokenCodes
from assistant.index.vector_cache import connect, digest, transaction

SCHEMA = """
CREATE TABLE IF NOT EXISTS codes (digest BLOB PRIMARY KEY, data BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS chunks (chunk INTEGER PRIMARY KEY, digest BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS chunks_digest ON chunks (digest);
CREATE TABLE IF NOT EXISTS store (one INTEGER PRIMARY KEY CHECK (one = 1), identity TEXT NOT NULL);
"""
ASKED_AT_ONCE = 500


class TokenStore:
    """Token codes of one embedder and projection. Raises DerivedIndexError when the file cannot be used."""

    def __init__(self, path: Path, directions: int) -> None:
        self.path = path
        self.directions = directions
        self._lock = threading.RLock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = connect(path, SCHEMA)
        except (OSError, sqlite3.Error) as error:
            raise failed(path, error) from error

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    @property
    def identity(self) -> str:
        """A random name given when the file was made: one made anew is known by it for another."""
        with self._lock:
            while not (rows := self._run("SELECT identity FROM store")):
                self._run("INSERT OR IGNORE INTO store VALUES (1, ?)", (secrets.token_hex(8),))
            return str(rows[0][0])

    def check(self) -> None:
        """Read the file as a whole. Raises DerivedIndexError for a damaged one."""
        with self._lock:
            found = [str(row[0]) for row in self._run("PRAGMA quick_check")]
        if found != ["ok"]:
            raise failed(self.path, sqlite3.DatabaseError("; ".join(found[:3])))

    def keys(self) -> set[int]:
        """Keys of all chunks whose codes are held."""
        with self._lock:
            return {int(row[0]) for row in self._run("SELECT chunk FROM chunks")}

    def known(self, texts: Sequence[str]) -> list[bool]:
        """Whether the codes of each text are held."""
        digests = [digest(text) for text in texts]
        found: set[bytes] = set()
        with self._lock:
            for part in _parts(list(dict.fromkeys(digests))):
                query = f"SELECT digest FROM codes WHERE digest IN ({','.join('?' * len(part))})"  # noqa: S608
                found.update(row[0] for row in self._run(query, part))
        return [key in found for key in digests]

    def put(self, chunks: Sequence[int], texts: Sequence[str], codes: Iterable[TokenCodes | None]) -> None:
        """Store the codes of chunks; None for a text whose codes are held already."""
        with self._lock:
            rows = [
                (digest(text), code.to_bytes())
                for text, code in zip(texts, codes, strict=True)
                if code is not None
            ]
            links = [(chunk, digest(text)) for chunk, text in zip(chunks, texts, strict=True)]
            try:
                with transaction(self._db):
                    self._db.executemany("INSERT OR REPLACE INTO codes VALUES (?, ?)", rows)
                    self._db.executemany("INSERT OR REPLACE INTO chunks VALUES (?, ?)", links)
            except sqlite3.Error as error:
                raise failed(self.path, error) from error

    def get(self, chunks: Sequence[int]) -> dict[int, TokenCodes]:
        """The codes of chunks; unknown ones are left out."""
        found: dict[int, TokenCodes] = {}
        with self._lock:
            for part in _parts(list(chunks)):
                marks = ",".join("?" * len(part))
                query = f"SELECT chunk, data FROM chunks JOIN codes USING (digest) WHERE chunk IN ({marks})"  # noqa: S608
                for key, data in self._run(query, part):
                    found[int(key)] = TokenCodes.from_bytes(data, self.directions)
        return found

    def __len__(self) -> int:
        with self._lock:
            return int(self._run("SELECT count(*) FROM chunks")[0][0])

    def highest(self) -> int:
        """The highest key of a chunk whose codes are held; 0 for none."""
        with self._lock:
            return int(self._run("SELECT max(chunk) FROM chunks")[0][0] or 0)

    def remove(self, chunks: Sequence[int]) -> list[bytes]:
        """Forget chunks; returns hashes of their texts. :meth:`sweep` deletes codes that nothing uses."""
        hashes: list[bytes] = []
        with self._lock:
            for part in _parts(list(chunks)):
                marks = ",".join("?" * len(part))
                found = self._run(f"SELECT DISTINCT digest FROM chunks WHERE chunk IN ({marks})", part)  # noqa: S608
                hashes.extend(row[0] for row in found)
            try:
                with transaction(self._db):
                    self._db.executemany("DELETE FROM chunks WHERE chunk = ?", [(chunk,) for chunk in chunks])
            except sqlite3.Error as error:
                raise failed(self.path, error) from error
        return hashes

    def sweep(self, hashes: Sequence[bytes] | None = None) -> None:
        """Delete the codes of texts that no chunk has; ``hashes``: of those texts alone, else of all."""
        with self._lock:
            try:
                with transaction(self._db):
                    if hashes is None:
                        self._db.execute("DELETE FROM codes WHERE digest NOT IN (SELECT digest FROM chunks)")
                    else:
                        self._db.executemany(
                            "DELETE FROM codes WHERE digest = ?1 "
                            "AND NOT EXISTS (SELECT 1 FROM chunks WHERE digest = ?1)",
                            [(each,) for each in hashes],
                        )
            except sqlite3.Error as error:
                raise failed(self.path, error) from error

    def _run(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query: a damaged page may be come upon while any of them is read."""
        try:
            return self._db.execute(query, tuple(values)).fetchall()
        except sqlite3.Error as error:
            raise failed(self.path, error) from error


def _parts(values: list) -> Iterable[list]:
    return (values[first : first + ASKED_AT_ONCE] for first in range(0, len(values), ASKED_AT_ONCE))
