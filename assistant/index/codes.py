"""Vectors -> a bit for each of their dimensions; a question's vector -> the rows that are likely its nearest.

A vector is turned by a rotation drawn at random, and of each of its numbers the sign is kept. How many signs
two vectors differ in grows with the angle between them, so the nearest are among those that differ in few:
millions of codes are compared in the time that their vectors take to be read from memory. It is done in two
steps. The first counts differing bits and keeps the rows that differ least; the second weighs each bit of
those by the question's own numbers and keeps fewer. Whoever asks compares the vectors of what is left.

The codes are those of RaBitQ (Gao and Long, SIGMOD 2024) without its factors, which brought less than .01 of
recall at the same depth.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

SEED = 1
WORD = 64  # bits compared at once
BLOCK = 16_384  # rows compared at a time: their bits and counts stay in the processor's cache
MOST = 0.5  # where a larger part passes, all rows are compared: that is faster than to pick them
SAMPLED = 16  # of so many rows one tells how many differ in how many bits
# Of a million chunks, asked for 200, these leave .97 and .99 of the true ones in the first and second step.
CLOSE, CLOSE_PART = 80, 64  # kept by differing bits: so many times those asked for, or one of so many
LIKELY, LIKELY_LEAST = 16, 512  # kept by weighed bits: so many times those asked for, and at least so many
_SIGNS = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1, bitorder="little") * np.float32(2) - 1


@lru_cache(maxsize=4)
def rotation(dimension: int) -> np.ndarray:
    """A rotation drawn at random, float32 [dimension, dimension]: the same one on the same machine."""
    drawn = np.random.default_rng(SEED).standard_normal((dimension, dimension))
    return np.linalg.qr(drawn)[0].astype(np.float32)


def words(dimension: int) -> int:
    """How many words a code takes."""
    return -(-dimension // WORD)


def encode(vectors: np.ndarray, turn: np.ndarray) -> np.ndarray:
    """The codes of vectors (float32 [n, dimension]), uint64 [words, n]; ``turn``: their rotation."""
    bits = np.packbits(vectors @ turn > 0, axis=1, bitorder="little")
    codes = np.zeros((len(vectors), words(len(turn)) * WORD // 8), np.uint8)
    codes[:, : bits.shape[1]] = bits
    return codes.view("<u8").T


class Codes:
    """Codes in rows, as :func:`encode` makes them, to be searched. ``turn``: the rotation of all of them."""

    def __init__(self, planes: np.ndarray, turn: np.ndarray) -> None:
        """Raises ValueError where the two do not belong together."""
        if turn.ndim != 2 or planes.shape[:1] != (words(len(turn)),) or planes.dtype != np.dtype("<u8"):
            raise ValueError(f"codes of shape {planes.shape}, but a rotation of shape {turn.shape}")
        self._planes = planes
        self._turn = turn

    def __len__(self) -> int:
        return int(self._planes.shape[1])

    def likely(self, vector: np.ndarray, k: int, passing: np.ndarray | None = None) -> np.ndarray:
        """Rows, in order, among which the ``k`` nearest that pass are likely to be, and at least as many.

        ``passing``: the rows that may be found; None: all of them.
        """
        count = len(self) if passing is None else len(passing)
        distances = self._distances(encode(vector[None], self._turn), passing)
        close = min(count, max(CLOSE * k, count // CLOSE_PART))
        rows = _closest(distances, close, WORD * len(self._planes))
        rows = rows if passing is None else passing[rows]
        kept = max(LIKELY * k, LIKELY_LEAST)
        if len(rows) > kept:
            rows = rows[np.argpartition(-self._weighed(vector @ self._turn, rows), kept - 1)[:kept]]
        return np.sort(rows)

    def _distances(self, code: np.ndarray, passing: np.ndarray | None) -> np.ndarray:
        """In how many bits each row that passes differs from ``code``, uint16 [passing]."""
        if passing is not None and len(passing) > MOST * len(self):
            return self._distances(code, None)[passing]
        count = len(self) if passing is None else len(passing)
        found = np.empty(count, np.uint16)
        for first in range(0, count, BLOCK):
            last = min(count, first + BLOCK)
            bits = np.empty((len(self._planes), last - first), np.uint64)
            if passing is None:
                np.bitwise_xor(self._planes[:, first:last], code, out=bits)
            else:  # clipping changes nothing, for all rows are there; checking them first would cost a copy
                np.take(self._planes, passing[first:last], axis=1, out=bits, mode="clip")
                np.bitwise_xor(bits, code, out=bits)
            np.add.reduce(np.bitwise_count(bits), axis=0, dtype=np.uint16, out=found[first:last])
        return found

    def _weighed(self, turned: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """The products of a turned vector with the signs of rows, float32: sums looked up byte by byte."""
        whole = np.zeros(len(self._planes) * WORD, np.float32)
        whole[: len(turned)] = turned
        sums = whole.reshape(-1, 8) @ _SIGNS.T
        codes = np.take(self._planes, rows, axis=1).view(np.uint8).reshape(len(self._planes), len(rows), 8)
        found = np.zeros(len(rows), np.float32)
        for place, table in enumerate(sums):
            found += table[codes[place // 8, :, place % 8]]
        return found


def _closest(distances: np.ndarray, wanted: int, bits: int) -> np.ndarray:
    """Places of about ``wanted`` distances, never fewer: the least; of those that are alike the first."""
    seen = np.bincount(distances[::SAMPLED], minlength=bits + 1).cumsum()
    limit = int(np.searchsorted(seen, wanted / SAMPLED))
    while np.count_nonzero(distances <= limit) < wanted:
        limit += 1
    near = np.flatnonzero(distances < limit)
    alike = np.flatnonzero(distances == limit)[: max(0, wanted - len(near))]
    return np.concatenate([near, alike])
