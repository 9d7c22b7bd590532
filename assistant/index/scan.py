"""Vectors in one file, ordered by edition and language -> exact nearest neighbours within a scope.

A filter of this system lets whole editions pass. Their vectors lie side by side, so a filtered search is a
matrix product over a few slices: it never costs more than the unfiltered one and misses nothing. The file is
mapped, not read, and shared between processes; it is derived from the vector store and safe to delete.

Each writing is a folder of its own, named by a number, that is never changed: a reader in another process
opens the highest and cannot come upon half of one and half of another.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from assistant.index.vectors import ChunkKey, Scope, Scored

VECTORS, KEYS, GROUPS = "vectors.npy", "keys.npy", "groups.json"
PARTIAL = "next.partial"  # what is being written lies here
UNREADABLE = (OSError, ValueError, EOFError, TypeError)  # what a damaged scan raises


class Scan:
    """An ordered copy of a vector store's content. Raises one of UNREADABLE for a damaged one."""

    def __init__(self, folder: Path) -> None:
        self._vectors = np.load(folder / VECTORS, mmap_mode="r")
        self._keys = np.load(folder / KEYS)
        groups = json.loads((folder / GROUPS).read_text(encoding="utf-8"))
        self._groups = [
            (int(edition), str(lang), int(start), int(end)) for edition, lang, start, end in groups
        ]
        if len(self._vectors) != len(self._keys):
            raise ValueError(f"{len(self._vectors)} vectors, but {len(self._keys)} keys")
        self._order = np.argsort(self._keys, kind="stable")

    def __len__(self) -> int:
        return len(self._keys)

    def search(self, vectors: np.ndarray, k: int, scope: Scope) -> list[list[Scored]]:
        """For each of ``vectors`` [n, dimension] the ``k`` nearest chunks within ``scope``, best first."""
        slices = list(self._slices(scope))
        if not slices:
            return [[] for _ in vectors]
        keys = np.concatenate([self._keys[start:end] for start, end in slices])
        found = []
        for vector in vectors:  # one at a time: a narrow matrix product is slower than two vector ones
            scores = np.concatenate([self._vectors[start:end] @ vector for start, end in slices])
            found.append(_best(keys, scores, k))
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

    def _slices(self, scope: Scope) -> Iterator[tuple[int, int]]:
        """Runs of rows that pass, neighbouring groups joined."""
        begin = stop = -1
        for edition, lang, start, end in self._groups:
            if not scope.admits(edition, lang):
                continue
            if start != stop:
                if begin >= 0:
                    yield begin, stop
                begin = start
            stop = end
        if begin >= 0:
            yield begin, stop

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
    matrix = np.lib.format.open_memmap(partial / VECTORS, mode="w+", dtype=np.float32, shape=shape)
    _make_room(partial / VECTORS)
    have = np.zeros(len(ordered), dtype=bool)
    for keys, values in vectors:
        rows = [(place[key], number) for number, key in enumerate(keys) if key in place]
        matrix[[row for row, _ in rows]] = values[[number for _, number in rows]]
        have[[row for row, _ in rows]] = True
    matrix.flush()
    if not have.all():
        raise ValueError(f"{int((~have).sum())} chunks have no vector")
    np.save(partial / KEYS, np.asarray([key.chunk for key in ordered], dtype=np.int64))
    (partial / GROUPS).write_text(json.dumps(_groups(ordered)), encoding="utf-8")
    older = _written(folder)
    partial.replace(folder / str(max(older, default=0) + 1))
    for number in older:  # readers keep the files they have open
        shutil.rmtree(folder / str(number), ignore_errors=True)


def _make_room(file: Path) -> None:
    """Have the disk set a mapped file's blocks aside. Raises OSError where it is full.

    Without that a write to the mapping would end the whole process by a signal.
    """
    if hasattr(os, "posix_fallocate"):
        with file.open("r+b") as opened:
            os.posix_fallocate(opened.fileno(), 0, file.stat().st_size)


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
