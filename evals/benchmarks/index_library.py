"""Real vectors of a home -> a library of any size to search, behind filters, and what is truly nearest in it.

The library is made up: each vector is a real one moved by the difference of two others, so that it lies in a
cluster around a real one and spreads as real ones do. A hundred chunks are an edition; a filter lets editions
pass that are drawn from all over the library.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from assistant.index.vectors import ChunkKey, Scope

SEED = 20_261_129
MOVED = 0.6  # how far a vector lies from the real one, as a part of its length
EDITION = 100  # chunks
SHARES = {"1 %": 0.01, "10 %": 0.10, "67 %": 0.67, "100 %": 1.0}
BLOCK = 10_000  # vectors made, and compared, at a time


@dataclass(frozen=True, slots=True)
class MadeUpLibrary:
    """``chunks`` vectors around ``real`` ones (float32 [n, dimension], of length 1); keys count from 0."""

    real: np.ndarray
    chunks: int

    @property
    def keys(self) -> list[ChunkKey]:
        """All chunks: in the order of their editions, half of each in either language."""
        return [ChunkKey(chunk, chunk // EDITION, self._lang(chunk)) for chunk in range(self.chunks)]

    def _lang(self, chunk: int) -> str:
        return "ru" if chunk % EDITION < EDITION // 2 else "en"

    def blocks(self) -> Iterator[tuple[range, np.ndarray]]:
        """(chunks, their vectors), the same ones every time."""
        for first in range(0, self.chunks, BLOCK):
            source = np.random.default_rng([SEED, first])
            many = min(BLOCK, self.chunks - first)
            centre, one, other = (self.real[source.integers(len(self.real), size=many)] for _ in range(3))
            moved = centre + MOVED * _unit(one - other)
            yield range(first, first + many), _unit(moved).astype(np.float32)

    def editions(self, share: float) -> frozenset[int] | None:
        """The editions that a filter of this share lets pass; None: all."""
        if share >= 1:
            return None
        drawn = np.random.default_rng(SEED).permutation(self.chunks // EDITION)
        return frozenset(drawn[: max(1, round(share * len(drawn)))].tolist())

    def scopes(self) -> Mapping[str, Scope]:
        """The filters, by their names."""
        return {name: Scope(self.editions(share), None, share) for name, share in SHARES.items()}


def truly_nearest(library: MadeUpLibrary, asked: np.ndarray, k: int) -> dict[str, np.ndarray]:
    """For each filter the ``k`` nearest chunks to each of ``asked``, best first, int [n, k]; all compared."""
    scopes = library.scopes()
    scores = {name: np.empty((len(asked), 0), np.float32) for name in scopes}
    chunks = {name: np.empty((len(asked), 0), np.int64) for name in scopes}
    for block, vectors in library.blocks():
        products = asked @ vectors.T
        numbers = np.arange(block.start, block.stop)
        for name, scope in scopes.items():
            passing = np.ones(len(block), dtype=bool)
            if scope.editions is not None:
                passing = np.isin(numbers // EDITION, list(scope.editions))
            known = np.hstack([scores[name], products[:, passing]])
            keys = np.hstack([chunks[name], np.broadcast_to(numbers[passing], (len(asked), passing.sum()))])
            best = min(k, known.shape[1] - 1)
            order = np.argpartition(-known, best, axis=1)[:, :k]
            scores[name] = np.take_along_axis(known, order, axis=1)
            chunks[name] = np.take_along_axis(keys, order, axis=1)
    return {
        name: np.take_along_axis(chunks[name], np.argsort(-scores[name], axis=1, kind="stable"), axis=1)
        for name in scopes
    }


def _unit(values: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(values, axis=-1, keepdims=True)
    return np.asarray(values / np.maximum(lengths, 1e-9))
