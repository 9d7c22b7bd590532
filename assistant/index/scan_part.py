"""One folder of vectors, ordered by edition and language -> the nearest neighbours within a scope.

Where few chunks pass, all of their vectors are compared. Where many do, a bit for each dimension tells which
are likely the nearest (:mod:`assistant.index.codes`), and the vectors of those alone are compared: the scores
are exact in either case, a filter only leaves rows out, and a search behind one costs at most about a fifth
more than one without. The files are mapped, not read, and shared between processes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from assistant.index.codes import Codes, encode, rotation, words
from assistant.index.vectors import ChunkKey, Scope

VECTORS, KEYS, GROUPS = "vectors.npy", "keys.npy", "groups.json"
CODES, ROTATION = "codes.npy", "rotation.npy"
COMPARED = 32_768  # chunks that may pass for all of them to be compared: some 10 ms
BLOCK = 512  # vectors compared at a time: they stay in the processor's cache
Found = tuple[np.ndarray, np.ndarray]  # keys, int64 [n], and their scores, float32 [n], in no order


class NoVectorError(ValueError):
    """Chunks that are to be written without a vector of theirs."""


class Part:
    """The vectors in one folder. ``gone``: keys of chunks, int64, that lie there but are not to be found.

    Raises OSError, ValueError, EOFError or TypeError for a damaged folder.
    """

    def __init__(self, folder: Path, gone: np.ndarray | None = None) -> None:
        self._vectors = _opened(folder / VECTORS)
        self._keys = np.load(folder / KEYS)
        groups = json.loads((folder / GROUPS).read_text(encoding="utf-8"))
        if len(self._vectors) != len(self._keys):
            raise ValueError(f"{len(self._vectors)} vectors, but {len(self._keys)} keys")
        self._editions = np.array([int(edition) for edition, _, _, _ in groups], dtype=np.int64)
        self._langs = np.array([str(lang) for _, lang, _, _ in groups], dtype=np.str_)
        self._sizes = np.array([int(end) - int(start) for _, _, start, end in groups], dtype=np.int64)
        if self._sizes.sum() != len(self._keys):
            raise ValueError(f"groups of {self._sizes.sum()} chunks, but {len(self._keys)} keys")
        self._codes = _codes(folder)
        if self._codes is not None and len(self._codes) != len(self._keys):
            raise ValueError(f"{len(self._codes)} codes, but {len(self._keys)} keys")
        self._order = np.argsort(self._keys, kind="stable")
        self._there = None if gone is None or not len(gone) else ~np.isin(self._keys, gone)
        self._rows = None if self._there is None else np.flatnonzero(self._there)

    def __len__(self) -> int:
        return len(self._keys) if self._rows is None else len(self._rows)

    @property
    def keys(self) -> np.ndarray:
        """Keys of all chunks that can be found, int64."""
        keys: np.ndarray = self._keys if self._rows is None else self._keys[self._rows]
        return keys

    def keys_of(self, edition: int) -> set[int]:
        """Keys of the chunks of an edition that can be found."""
        ends = np.cumsum(self._sizes)
        keys: set[int] = set()
        for group in np.flatnonzero(self._editions == edition):
            rows = slice(int(ends[group] - self._sizes[group]), int(ends[group]))
            found = self._keys[rows] if self._there is None else self._keys[rows][self._there[rows]]
            keys.update(found.tolist())
        return keys

    @property
    def counts(self) -> dict[tuple[int, str], int]:
        """(edition, language) -> how many chunks of them can be found."""
        counts = self._sizes
        if self._there is not None:
            of = np.repeat(np.arange(len(self._sizes)), self._sizes)
            counts = np.bincount(of[self._there], minlength=len(self._sizes))
        groups = zip(self._editions.tolist(), self._langs.tolist(), counts.tolist(), strict=True)
        return {(edition, lang): count for edition, lang, count in groups if count}

    @property
    def chunks(self) -> list[ChunkKey]:
        """All chunks that can be found, in the order of ``keys``."""
        of = np.repeat(np.arange(len(self._sizes)), self._sizes)
        of = of if self._rows is None else of[self._rows]
        editions, langs = self._editions[of].tolist(), self._langs[of].tolist()
        return list(map(ChunkKey, self.keys.tolist(), editions, langs))

    @property
    def coded(self) -> bool:
        """Whether there are codes, or so few chunks that none are needed; else all vectors are compared."""
        return self._codes is not None or len(self._keys) <= COMPARED

    def search(self, vectors: np.ndarray, k: int, scope: Scope) -> list[Found]:
        """For each of ``vectors`` [n, dimension] chunks within ``scope``: all or nearly all ``k`` nearest.

        All nearest ones where at most COMPARED chunks pass, nearly all beyond; scores are exact.
        """
        passing = self._passing(scope)
        count = len(self._keys) if passing is None else len(passing)
        if count > max(COMPARED, k) and self._codes is not None:
            likely = [self._codes.likely(vector, k, passing) for vector in vectors]
            return [
                (self._keys[rows], self._products(rows, vector[None])[0])
                for vector, rows in zip(vectors, likely, strict=True)
            ]
        rows = np.arange(count) if passing is None else passing
        return [(self._keys[rows], scores) for scores in self._products(rows, vectors)]

    def _passing(self, scope: Scope) -> np.ndarray | None:
        """The rows that pass, in order; None where all do."""
        passing = np.ones(len(self._sizes), dtype=bool)
        if scope.editions is not None:
            editions = np.fromiter(scope.editions, dtype=np.int64, count=len(scope.editions))
            passing &= np.isin(self._editions, editions)
        if scope.lang is not None:
            passing &= self._langs == scope.lang
        if passing.all():
            return self._rows
        rows = np.flatnonzero(np.repeat(passing, self._sizes))
        return rows if self._there is None else rows[self._there[rows]]

    def _products(self, rows: np.ndarray, vectors: np.ndarray) -> np.ndarray:
        """The products of each of ``vectors`` with rows, float32 [n, rows]."""
        found = np.empty((len(vectors), len(rows)), np.float32)
        block = np.empty((min(BLOCK, len(rows)), self._vectors.shape[1]), np.float32)
        for first in range(0, len(rows), BLOCK):
            part = rows[first : first + BLOCK]
            # Clipping changes nothing, for all rows are there; checking them first would cost a copy.
            np.take(self._vectors, part, axis=0, out=block[: len(part)], mode="clip")
            # One at a time: a narrow matrix product is slower than two vector ones.
            for number, vector in enumerate(vectors):
                found[number, first : first + len(part)] = block[: len(part)] @ vector
        return found

    def known(self, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Which of the keys ``wanted`` (int64) can be found here, bool [wanted], and their vectors."""
        if not len(wanted) or not len(self._keys):
            return np.zeros(len(wanted), bool), np.empty((0, self._vectors.shape[1]), np.float32)
        places = np.searchsorted(self._keys, wanted, sorter=self._order)
        rows = self._order[np.minimum(places, len(self._keys) - 1)]
        there = self._keys[rows] == wanted
        if self._there is not None:
            there &= self._there[rows]
        return there, np.asarray(self._vectors[rows[there]], dtype=np.float32)


def _codes(folder: Path) -> Codes | None:
    """The codes in a folder; None where an earlier version wrote it."""
    try:
        planes = _opened(folder / CODES)
    except FileNotFoundError:
        return None
    return Codes(planes, np.load(folder / ROTATION))


def _opened(file: Path) -> np.ndarray:
    """A mapped file as a plain array: slices of numpy's own kind for such files cost ten times as much."""
    mapped: np.ndarray = np.load(file, mmap_mode="r")
    return mapped.view(np.ndarray)


def write_part(
    folder: Path,
    chunks: Sequence[ChunkKey],
    vectors: Iterable[tuple[Sequence[int], np.ndarray]],
    dimension: int,
) -> None:
    """Write the files of a part into an empty ``folder``.

    ``vectors``: (chunk keys, their vectors) in any order. Raises NoVectorError where a chunk has none.
    """
    ordered = sorted(chunks, key=lambda key: (key.edition, key.lang, key.chunk))
    place = {key.chunk: number for number, key in enumerate(ordered)}
    shape = (len(ordered), dimension)
    matrix = _mapped(folder / VECTORS, np.dtype(np.float32), shape)
    codes = _mapped(folder / CODES, np.dtype("<u8"), (words(dimension), len(ordered)))
    turn = rotation(dimension)
    np.save(folder / ROTATION, turn)
    have = np.zeros(len(ordered), dtype=bool)
    for keys, values in vectors:
        known = [number for number, key in enumerate(keys) if key in place]
        if not known:
            continue
        rows = [place[keys[number]] for number in known]
        matrix[rows] = values[known]
        codes[:, rows] = encode(values[known], turn)
        have[rows] = True
    matrix.flush()
    codes.flush()
    if not have.all():
        raise NoVectorError(f"{int((~have).sum())} chunks have no vector")
    np.save(folder / KEYS, np.asarray([key.chunk for key in ordered], dtype=np.int64))
    (folder / GROUPS).write_text(json.dumps(_groups(ordered)), encoding="utf-8")


def _mapped(file: Path, kind: np.dtype, shape: tuple[int, ...]) -> np.memmap:
    """A new array in a file, its place on the disk set aside. Raises OSError where the disk is full.

    Without that a write to the mapping would end the whole process by a signal.
    """
    array = np.lib.format.open_memmap(file, mode="w+", dtype=kind, shape=shape)
    if hasattr(os, "posix_fallocate"):
        with file.open("r+b") as opened:
            os.posix_fallocate(opened.fileno(), 0, file.stat().st_size)
    return array


def _groups(ordered: Sequence[ChunkKey]) -> list[tuple[int, str, int, int]]:
    groups: list[tuple[int, str, int, int]] = []
    for row, key in enumerate(ordered):
        if groups and groups[-1][:2] == (key.edition, key.lang):
            groups[-1] = (*groups[-1][:3], row + 1)
        else:
            groups.append((key.edition, key.lang, row, row + 1))
    return groups
