"""Texts -> vectors that were computed before, kept by content in one SQLite file.

A vector is found by the embedder's fingerprint, the role (query or passage) and the SHA-256 of the text, so
the same statement in two acts, or in two editions, is embedded once. Vectors are kept as float32: what comes
out is bit for bit what went in, at 1.5 KB each. Deleting the file costs time only.
"""

from __future__ import annotations

import hashlib
import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from assistant.errors import LibraryError
from assistant.index.embedder import Embedder, Role
from assistant.library.sqlite_files import open_unwritable, writable

log = logging.getLogger(__name__)

SCHEMA = """
CREATE TABLE IF NOT EXISTS embedders (id INTEGER PRIMARY KEY, fingerprint TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS vectors (
    embedder INTEGER NOT NULL REFERENCES embedders (id),
    role TEXT NOT NULL,
    digest BLOB NOT NULL,
    vector BLOB NOT NULL,
    UNIQUE (embedder, role, digest)
);
"""
ASK = (
    "SELECT digest, vector FROM vectors JOIN embedders ON id = embedder "
    "WHERE fingerprint = ? AND role = ? AND digest IN"
)
KEEP = (
    "INSERT OR IGNORE INTO vectors (embedder, role, digest, vector) "
    "VALUES ((SELECT id FROM embedders WHERE fingerprint = ?), ?, ?, ?)"
)
FORGET = "DELETE FROM vectors WHERE embedder IN (SELECT id FROM embedders WHERE fingerprint <> ?)"
BUSY_SECONDS = 60.0
# SQLite takes 32,766 variables in a statement at most; smaller statements are parsed faster.
ASKED_AT_ONCE = 500
# Texts embedded between two writes: what an interruption may cost, some 20 s of work on two cores.
KEPT_AT_ONCE = 256


class VectorCache:
    """Vectors on disk, shared by threads and processes. Raises :class:`LibraryError` when it cannot work."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._db = self._open()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; the cache cannot be used afterwards."""
        with self._lock:
            self._db.close()

    def get(self, fingerprint: str, role: Role, texts: Sequence[str]) -> list[np.ndarray | None]:
        """The vector of each text, or None where there is none."""
        digests = [digest(text) for text in texts]
        unique = list(dict.fromkeys(digests))
        found: dict[bytes, np.ndarray] = {}
        with self._lock:
            for first in range(0, len(unique), ASKED_AT_ONCE):
                part = unique[first : first + ASKED_AT_ONCE]
                marks = ",".join("?" * len(part))
                query = f"{ASK} ({marks})"
                for key, blob in self._run(query, (fingerprint, role, *part)).fetchall():
                    found[key] = np.frombuffer(blob, "<f4").astype(np.float32)
        return [found.get(key) for key in digests]

    def put(self, fingerprint: str, role: Role, texts: Sequence[str], vectors: np.ndarray) -> None:
        """Keep the vectors (n × dimension) of ``texts`` in one transaction; known ones stay as they are."""
        rows = [
            (fingerprint, role, digest(text), vector.astype("<f4").tobytes())
            for text, vector in zip(texts, vectors, strict=True)
        ]
        with self._transaction():
            self._run("INSERT OR IGNORE INTO embedders (fingerprint) VALUES (?)", (fingerprint,))
            self._db.executemany(KEEP, rows)

    def embed_passages(
        self, embedder: Embedder, texts: Sequence[str], on_done: Callable[[int], None] | None = None
    ) -> np.ndarray:
        """Vectors as :meth:`Embedder.embed_passages` gives them; only texts not held are embedded.

        New vectors are written every ``KEPT_AT_ONCE`` texts, so an interrupted run goes on where it stopped.
        ``on_done`` is told how many of ``texts`` are finished.
        """
        return self._embed(embedder, "passage", texts, on_done)

    def embed_queries(
        self, embedder: Embedder, texts: Sequence[str], on_done: Callable[[int], None] | None = None
    ) -> np.ndarray:
        """Vectors of questions, as :meth:`embed_passages`."""
        return self._embed(embedder, "query", texts, on_done)

    def _embed(
        self, embedder: Embedder, role: Role, texts: Sequence[str], on_done: Callable[[int], None] | None
    ) -> np.ndarray:
        report = on_done or _silent
        identity = embedder.identity
        if not texts:
            return np.empty((0, identity.dimension), np.float32)
        vectors = {
            text: vector
            for text, vector in zip(texts, self.get(identity.fingerprint, role, texts), strict=True)
            if vector is not None and vector.shape == (identity.dimension,)
        }
        # Longest first: batches of like length, and the time left is never underestimated.
        missing = sorted(set(texts) - vectors.keys(), key=lambda text: (-len(text), text))
        embed = embedder.embed_passages if role == "passage" else embedder.embed_queries
        report(len(texts) - len(missing))
        for first in range(0, len(missing), KEPT_AT_ONCE):
            part = missing[first : first + KEPT_AT_ONCE]
            made = embed(part)
            self.put(identity.fingerprint, role, part, made)
            vectors.update(zip(part, made, strict=True))
            report(len(texts) - len(missing) + first + len(part))
        return np.stack([vectors[text] for text in texts])

    def count(self, fingerprint: str | None = None) -> int:
        """How many vectors are kept, of one embedder or of all."""
        with self._lock:
            if fingerprint is None:
                return int(self._run("SELECT COUNT(*) FROM vectors").fetchone()[0])
            query = "SELECT COUNT(*) FROM vectors JOIN embedders ON id = embedder WHERE fingerprint = ?"
            return int(self._run(query, (fingerprint,)).fetchone()[0])

    def prune(self, keep: str) -> int:
        """Forget the vectors of all embedders but the one with fingerprint ``keep``; how many there were."""
        with self._transaction():
            gone = self._run(FORGET, (keep,)).rowcount
            self._run("DELETE FROM embedders WHERE fingerprint <> ?", (keep,))
        if gone:
            with self._lock:
                self._run("VACUUM")
        return gone

    def _run(self, query: str, values: tuple[object, ...] = ()) -> sqlite3.Cursor:
        try:
            return self._db.execute(query, values)
        except sqlite3.Error as error:
            raise _failed(self.path, error) from error

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """All of what is done inside, or nothing."""
        with self._lock:
            try:
                with transaction(self._db):
                    yield
            except sqlite3.Error as error:
                raise _failed(self.path, error) from error

    def _open(self) -> sqlite3.Connection:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            try:
                return connect(self.path, SCHEMA)
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError as error:
                # Not a database, or a damaged one: it only saves time, so it is begun anew.
                log.warning("The vector cache %s is damaged (%s); it is begun anew.", self.path, error)
                _remove(self.path)
                return connect(self.path, SCHEMA)
        except (OSError, sqlite3.Error) as error:
            raise _failed(self.path, error) from error


def _silent(_done: int) -> None:
    """Tell nobody."""


def digest(text: str) -> bytes:
    """SHA-256 of a text, 32 bytes; lone surrogates count as themselves."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def connect(path: Path, schema: str) -> sqlite3.Connection:
    """A SQLite file with the tables of ``schema``, shared by threads and processes. Raises sqlite3.Error."""
    if not writable(path):
        db = open_unwritable(path)
        db.isolation_level = None
        return db
    db = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        # Readers and one writer at a time, without waiting for each other; a crash loses at most the last
        # transaction, which is only computed again.
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.executescript(schema)
    except BaseException:
        db.close()
        raise
    return db


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """All of what is done inside, or nothing. Raises sqlite3.Error."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _failed(path: Path, error: Exception) -> LibraryError:
    return LibraryError(
        f"The vector cache {path} cannot be used: {error}. Check the disk's free space and the folder's "
        "rights; the file may be deleted, it is rebuilt.",
        f"Кэш векторов {path} недоступен: {error}. Проверьте место на диске и права на папку; файл можно "
        "удалить, он будет создан заново.",
    )
