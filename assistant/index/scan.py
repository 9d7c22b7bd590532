"""Vectors in one file, ordered by edition and language -> the nearest neighbours within a scope.

Where few chunks pass, all of their vectors are compared. Where many do, a bit for each dimension tells which
are likely the nearest (:mod:`assistant.index.codes`), and the vectors of those alone are compared: the scores
are exact in either case, a filter only leaves rows out, and a search behind one costs at most about a fifth
more than one without. The files are mapped, not read, and shared between processes; they are derived from
the vector store and safe to delete.

Each writing is a folder of its own, named by a number, that is never changed: a reader in another process
opens the highest and cannot come upon half of one and half of another.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from assistant.index.codes import Codes, encode, rotation, words
from assistant.index.vectors import ChunkKey, Scope, Scored

VECTORS, KEYS, GROUPS = "vectors.npy", "keys.npy", "groups.json"
CODES, ROTATION = "codes.npy", "rotation.npy"
PARTIAL = "next.partial"  # what is being written lies here
UNREADABLE = (OSError, ValueError, EOFError, TypeError)  # what a damaged scan raises
COMPARED = 32_768  # chunks that may pass for all of them to be compared: some 10 ms
BLOCK = 512  # vectors compared at a time: they stay in the processor's cache


class Scan:
    """An ordered copy of a vector store's content. Raises one of UNREADABLE for a damaged one."""

    def __init__(self, folder: Path) -> None:
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

    def __len__(self) -> int:
        return len(self._keys)

    def search(self, vectors: np.ndarray, k: int, scope: Scope) -> list[list[Scored]]:
        """For each of ``vectors`` [n, dimension] the ``k`` nearest chunks within ``scope``, best first.

        All nearest ones where at most COMPARED chunks pass, nearly all beyond; scores are exact.
        """
        passing = self._passing(scope)
        count = len(self) if passing is None else len(passing)
        if count > max(COMPARED, k) and self._codes is not None:
            likely = [self._codes.likely(vector, k, passing) for vector in vectors]
            return [
                _best(self._keys[rows], self._products(rows, vector[None])[0], k)
                for vector, rows in zip(vectors, likely, strict=True)
            ]
        rows = np.arange(count) if passing is None else passing
        return [_best(self._keys[rows], scores, k) for scores in self._products(rows, vectors)]

    def _passing(self, scope: Scope) -> np.ndarray | None:
        """The rows that pass, in order; None where all do."""
        passing = np.ones(len(self._sizes), dtype=bool)
        if scope.editions is not None:
            editions = np.fromiter(scope.editions, dtype=np.int64, count=len(scope.editions))
            passing &= np.isin(self._editions, editions)
        if scope.lang is not None:
            passing &= self._langs == scope.lang
        return None if passing.all() else np.flatnonzero(np.repeat(passing, self._sizes))

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

    def similarities(self, vector: np.ndarray, chunks: Sequence[int]) -> dict[int, float]:
        """Cosine of ``vector`` with the given chunks; unknown keys are left out."""
        wanted = np.asarray(sorted(set(chunks)), dtype=np.int64)
        if not len(wanted) or not len(self):
            return {}
        places = np.searchsorted(self._keys, wanted, sorter=self._order)
        rows = self._order[np.minimum(places, len(self) - 1)]
        known = self._keys[rows] == wanted
        found = np.asarray(self._vectors[rows[known]]) @ vector
        return dict(zip(wanted[known].tolist(), found.tolist(), strict=True))

    @property
    def coded(self) -> bool:
        """Whether there are codes, or so few chunks that none are needed; else all vectors are compared."""
        return self._codes is not None or len(self) <= COMPARED

    @property
    def keys(self) -> set[int]:
        """Keys of all chunks in the file."""
        return set(self._keys.tolist())

    def rows(self, chunks: Sequence[int]) -> np.ndarray:
        """The vectors of known chunks, float32 [n, dimension]. Raises KeyError for an unknown one."""
        wanted = np.asarray(chunks, dtype=np.int64)
        places = np.minimum(np.searchsorted(self._keys, wanted, sorter=self._order), max(0, len(self) - 1))
        found = self._order[places] if len(self) else places
        if len(wanted) and (not len(self) or not (self._keys[found] == wanted).all()):
            raise KeyError("a chunk that is not in the file")
        return np.asarray(self._vectors[found], dtype=np.float32)


def _best(keys: np.ndarray, scores: np.ndarray, k: int) -> list[Scored]:
    chosen = np.argpartition(-scores, k - 1)[:k] if k < len(scores) else np.arange(len(scores))
    order = chosen[np.lexsort((keys[chosen], -scores[chosen]))]
    return [Scored(int(keys[place]), float(scores[place])) for place in order]


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


def open_scan(folder: Path) -> Scan | None:
    """The last scan written to ``folder``; None where there is none. Raises one of UNREADABLE.

    One that is replaced while it is opened is let go for its successor.
    """
    while numbers := _written(folder):
        try:
            return Scan(folder / str(numbers[-1]))
        except UNREADABLE:
            if _written(folder) == numbers:
                raise
    return None


def write_scan(
    folder: Path,
    chunks: Sequence[ChunkKey],
    vectors: Iterable[tuple[Sequence[int], np.ndarray]],
    dimension: int,
) -> None:
    """Write a scan to ``folder``, whole or not at all, and delete those before it.

    ``vectors``: (chunk keys, their vectors) in any order. Raises ValueError where a chunk has no vector.
    """
    ordered = sorted(chunks, key=lambda key: (key.edition, key.lang, key.chunk))
    place = {key.chunk: number for number, key in enumerate(ordered)}
    partial = folder / PARTIAL
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    shape = (len(ordered), dimension)
    matrix = _mapped(partial / VECTORS, np.dtype(np.float32), shape)
    codes = _mapped(partial / CODES, np.dtype("<u8"), (words(dimension), len(ordered)))
    turn = rotation(dimension)
    np.save(partial / ROTATION, turn)
    have = np.zeros(len(ordered), dtype=bool)
    for keys, values in vectors:
        known = [number for number, key in enumerate(keys) if key in place]
        rows = [place[keys[number]] for number in known]
        matrix[rows] = values[known]
        codes[:, rows] = encode(values[known], turn)
        have[rows] = True
    matrix.flush()
    codes.flush()
    if not have.all():
        raise ValueError(f"{int((~have).sum())} chunks have no vector")
    np.save(partial / KEYS, np.asarray([key.chunk for key in ordered], dtype=np.int64))
    (partial / GROUPS).write_text(json.dumps(_groups(ordered)), encoding="utf-8")
    older = _written(folder)
    partial.replace(folder / str(max(older, default=0) + 1))
    for number in older:  # readers keep the files they have open
        shutil.rmtree(folder / str(number), ignore_errors=True)


def _mapped(file: Path, kind: np.dtype, shape: tuple[int, ...]) -> np.memmap:
    """A new array in a file, its place on the disk set aside. Raises OSError where the disk is full.

    Without that a write to the mapping would end the whole process by a signal.
    """
    array = np.lib.format.open_memmap(file, mode="w+", dtype=kind, shape=shape)
    if hasattr(os, "posix_fallocate"):
        with file.open("r+b") as opened:
            os.posix_fallocate(opened.fileno(), 0, file.stat().st_size)
    return array


def _written(folder: Path) -> list[int]:
    """Numbers of the scans in a folder, in order."""
    try:
        return sorted(int(path.name) for path in folder.iterdir() if path.name.isdecimal())
    except FileNotFoundError:
        return []


def _groups(ordered: Sequence[ChunkKey]) -> list[tuple[int, str, int, int]]:
    groups: list[tuple[int, str, int, int]] = []
    for row, key in enumerate(ordered):
        if groups and groups[-1][:2] == (key.edition, key.lang):
            groups[-1] = (*groups[-1][:3], row + 1)
        else:
            groups.append((key.edition, key.lang, row, row + 1))
    return groups
