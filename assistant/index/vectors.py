"""Chunk keys with vectors -> nearest chunks, in Chroma's embedded store or on a Chroma server.

One collection per embedder and centring: a changed model is another collection, never mixed. Vectors
come from outside; Chroma's own embedding functions are switched off, for they go to the network.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.addresses import HttpAddress
from assistant.index.chroma_server import checked, connect, told_of_server
from assistant.index.failures import told

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection

log = logging.getLogger(__name__)

# Chroma refuses larger batches (get_max_batch_size() is 5461).
BATCH = 4000
# A filter that lets through at least this share is applied by reading further down the unfiltered
# ranking: Chroma's own ``where`` costs time in proportion to what matches.
WIDE_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Scored:
    """A chunk's key and its score: cosine for vectors, BM25 for words."""

    chunk: int
    score: float


@dataclass(frozen=True, slots=True)
class ChunkKey:
    """A chunk and what a search may filter it by."""

    chunk: int
    edition: int
    lang: str


@dataclass(frozen=True, slots=True)
class Scope:
    """What a search is limited to; None lets everything pass. ``share``: of all chunks, 0…1."""

    editions: frozenset[int] | None = None
    lang: str | None = None
    share: float = 1.0

    def admits(self, edition: int, lang: str) -> bool:
        """Whether a chunk of this edition and language may be found."""
        return (self.editions is None or edition in self.editions) and self.lang in (None, lang)

    @property
    def empty(self) -> bool:
        """Whether nothing can pass."""
        return self.editions is not None and not self.editions


class VectorIndex:
    """The vectors of one embedder. ``name`` identifies model and centring.

    ``place``: the folder of an embedded store, or a server's address. Only the process that holds the home's
    lock may write, and while it does no other may read: Chroma's embedded store takes no care of a second
    process. A server does; there the library's lock keeps writers apart. Raises DerivedIndexError when the
    store fails, ServerError when the server does.
    """

    def __init__(self, place: Path | HttpAddress, name: str) -> None:
        self.place = place
        self.name = name
        with self._told():
            if isinstance(place, Path):
                self._open_store(place)
            else:
                self._open_server(place)

    def _told(self) -> AbstractContextManager[None]:
        """Raise a typed error for what the store or the server raises inside."""
        return told(self.place) if isinstance(self.place, Path) else told_of_server(self.place)

    def _open_store(self, path: Path) -> None:
        import chromadb
        from chromadb.api.shared_system_client import SharedSystemClient
        from chromadb.config import Settings as ChromaSettings

        path.mkdir(parents=True, exist_ok=True)
        settings = ChromaSettings(anonymized_telemetry=False, allow_reset=False)
        try:
            self._client = chromadb.PersistentClient(path=str(path), settings=settings)
            self._collection: Collection = self._made_or_found()
        except BaseException:
            SharedSystemClient.clear_system_cache()  # else the next one to open gets this half of a store
            raise

    def _open_server(self, address: HttpAddress) -> None:
        self._client = connect(address)
        try:
            self._collection = checked(self._made_or_found(), address)
        except BaseException:
            self.close()
            raise

    def _made_or_found(self) -> Collection:
        return self._client.get_or_create_collection(
            name=self.name,
            embedding_function=None,
            configuration={"hnsw": {"space": "cosine", "ef_construction": 200, "ef_search": 200}},
        )

    def close(self) -> None:
        """Let go of the store; another process's writes are seen when it is opened anew."""
        self._client.close()  # type: ignore[attr-defined]

    def __len__(self) -> int:
        with self._told():
            return int(self._collection.count())

    def keys(self) -> set[int]:
        """Keys of all chunks that have a vector."""
        with self._told():
            return {int(key) for key in self._collection.get(include=[])["ids"]}

    def known(self, chunks: Sequence[int]) -> set[int]:
        """Those of at most BATCH chunks that have a vector; no vector is read for it."""
        with self._told():
            return {int(key) for key in self._collection.get(ids=list(map(str, chunks)), include=[])["ids"]}

    def add(self, chunks: Sequence[ChunkKey], vectors: np.ndarray) -> None:
        """Store vectors (float32, n × dimension) of chunks; known keys are overwritten."""
        for first in range(0, len(chunks), BATCH):
            part = chunks[first : first + BATCH]
            metadatas: list[Any] = [{"edition": key.edition, "lang": key.lang} for key in part]
            with self._told():
                self._collection.upsert(
                    ids=[str(key.chunk) for key in part],
                    embeddings=vectors[first : first + BATCH],
                    metadatas=metadatas,
                )

    def remove(self, chunks: Sequence[int]) -> None:
        """Forget chunks; unknown keys are ignored."""
        for first in range(0, len(chunks), BATCH):
            with self._told():
                self._collection.delete(ids=[str(chunk) for chunk in chunks[first : first + BATCH]])

    def drop(self) -> None:
        """Delete the collection with all its vectors; this object cannot be used afterwards."""
        with self._told():
            self._client.delete_collection(self.name)

    def drop_others(self, prefix: str = "") -> None:
        """Delete the collections of other embedders, of those whose names begin with ``prefix``."""
        with self._told():
            for collection in self._client.list_collections():
                if collection.name != self.name and collection.name.startswith(prefix):
                    log.info("Dropping vectors of another embedder: %s", collection.name)
                    self._client.delete_collection(collection.name)

    def search(self, vector: np.ndarray, k: int, scope: Scope) -> list[Scored]:
        """The ``k`` nearest chunks by cosine within ``scope``, best first."""
        total = len(self)
        if not total or scope.empty:
            return []
        if scope.share < WIDE_SHARE:
            return [entry for entry, _, _ in self._query(vector, min(k, total), _where(scope))]
        wanted = k if scope.share >= 1 else int(k / scope.share * 1.2) + 10
        while True:
            wanted = min(wanted, total)
            found = self._query(vector, wanted, None)
            passed = [entry for entry, edition, lang in found if scope.admits(edition, lang)]
            if len(passed) >= k or wanted == total:
                return passed[:k]
            wanted *= 2

    def _query(
        self, vector: np.ndarray, k: int, where: dict[str, Any] | None
    ) -> list[tuple[Scored, int, str]]:
        with self._told():
            answer = self._collection.query(
                query_embeddings=[vector], n_results=k, where=where, include=["distances", "metadatas"]
            )
        distances, metadatas = answer["distances"], answer["metadatas"]
        assert distances is not None and metadatas is not None
        return [
            (Scored(int(key), 1.0 - float(distance)), int(metadata["edition"]), str(metadata["lang"]))  # type: ignore[arg-type]
            for key, distance, metadata in zip(answer["ids"][0], distances[0], metadatas[0], strict=True)
        ]

    def rows(self, size: int, chunks: Sequence[int]) -> Iterator[tuple[list[int], np.ndarray]]:
        """(keys, vectors float32 [n, dimension]) of known chunks, ``size`` at a time."""
        for first in range(0, len(chunks), size):
            asked = [str(chunk) for chunk in chunks[first : first + size]]
            with self._told():
                got = self._collection.get(ids=asked, include=["embeddings"])
            yield [int(key) for key in got["ids"]], np.asarray(got["embeddings"], dtype=np.float32)

    def similarities(self, vector: np.ndarray, chunks: Sequence[int]) -> dict[int, float]:
        """Cosine of ``vector`` with the given chunks; unknown keys are left out."""
        found: dict[int, float] = {}
        for keys, matrix in self.rows(BATCH, chunks):
            if keys:
                norms = np.linalg.norm(matrix, axis=1) * float(np.linalg.norm(vector))
                scores = matrix @ vector / np.maximum(norms, 1e-9)
                found.update(zip(keys, scores.tolist(), strict=True))
        return found


def delete_store(path: Path) -> None:
    """Delete a store with all its collections, readable or not. Raises OSError."""
    from chromadb.api.shared_system_client import SharedSystemClient

    SharedSystemClient.clear_system_cache()  # who opens the place next must not get the files deleted here
    if path.exists():
        shutil.rmtree(path)


def _where(scope: Scope) -> dict[str, Any] | None:
    """A scope as Chroma's filter: one operator a dict, ``$and`` over several."""
    parts: list[dict[str, Any]] = []
    if scope.editions is not None:
        parts.append({"edition": {"$in": sorted(scope.editions)}})
    if scope.lang is not None:
        parts.append({"lang": {"$eq": scope.lang}})
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else {"$and": parts}
