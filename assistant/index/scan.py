"""The vectors of a home in files of their own, mapped -> nearest neighbours within a scope.

They are derived from the vector store and safe to delete. Each writing is a folder of its own, named by a
number, that is never changed: a reader in another process opens the highest and cannot come upon half of one
and half of another. A writing is whole, or says what has come and gone since a whole one, by which it is
named too ("7+3" is the seventh, over the third): an act is added to a large library without writing all of it
anew.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np

from assistant.index.scan_part import Part, write_part
from assistant.index.vectors import ChunkKey, Scope, Scored

GONE = "gone.npy"  # the keys that are gone from the whole writing
PARTIAL = "next.partial"  # what is being written lies here
UNREADABLE = (OSError, ValueError, EOFError, TypeError)  # what a damaged scan raises
EXTENDED = 8192  # chunks that may have come or gone since a whole writing: searching them takes some 3 ms
Vectors = Iterable[tuple[Sequence[int], np.ndarray]]  # (chunk keys, their vectors) in any order


@dataclass(frozen=True, slots=True, order=True)
class _Writing:
    """``base``: the number of the whole writing that this one extends; its own where it is whole."""

    number: int
    base: int

    @property
    def name(self) -> str:
        return str(self.number) if self.base == self.number else f"{self.number}+{self.base}"


class Scan:
    """An ordered copy of a vector store's content. Raises one of UNREADABLE for a damaged one."""

    def __init__(self, folder: Path, writing: _Writing) -> None:
        self.base = writing.base
        self.gone = np.empty(0, np.int64)
        own = folder / writing.name
        if writing.base == writing.number:
            self.parts = [Part(own)]
        else:
            self.gone = np.load(own / GONE)
            self.parts = [Part(folder / str(writing.base), self.gone), Part(own)]

    def __len__(self) -> int:
        return sum(map(len, self.parts))

    def search(self, vectors: np.ndarray, k: int, scope: Scope) -> list[list[Scored]]:
        """For each of ``vectors`` [n, dimension] the ``k`` nearest chunks within ``scope``, best first.

        All nearest ones where few chunks pass, nearly all beyond; scores are exact.
        """
        found = [part.search(vectors, k, scope) for part in self.parts if len(part)]
        return [
            _best(
                np.concatenate([np.empty(0, np.int64), *(keys for keys, _ in each)]),
                np.concatenate([np.empty(0, np.float32), *(scores for _, scores in each)]),
                k,
            )
            for each in ([of_part[number] for of_part in found] for number in range(len(vectors)))
        ]

    def similarities(self, vector: np.ndarray, chunks: Sequence[int]) -> dict[int, float]:
        """Cosine of ``vector`` with the given chunks; unknown keys are left out."""
        wanted = np.asarray(sorted(set(chunks)), dtype=np.int64)
        found: dict[int, float] = {}
        for part in self.parts:
            there, vectors = part.known(wanted)
            found.update(zip(wanted[there].tolist(), (vectors @ vector).tolist(), strict=True))
        return found

    @property
    def coded(self) -> bool:
        """Whether there are codes, or so few chunks that none are needed; else all vectors are compared."""
        return all(part.coded for part in self.parts)

    @property
    def keys(self) -> set[int]:
        """Keys of all chunks in the files."""
        return {key for part in self.parts for key in part.keys.tolist()}

    @property
    def highest(self) -> int:
        """The highest key; 0 for none."""
        return max((int(part.keys.max()) for part in self.parts if len(part)), default=0)

    @property
    def counts(self) -> Counter[tuple[int, str]]:
        """(edition key, language) -> how many chunks of them there are."""
        found: Counter[tuple[int, str]] = Counter()
        for part in self.parts:
            found.update(part.counts)
        return found

    def keys_of(self, edition: int) -> set[int]:
        """Keys of the chunks of an edition."""
        return {key for part in self.parts for key in part.keys_of(edition)}

    def rows(self, chunks: Sequence[int]) -> np.ndarray:
        """The vectors of known chunks, float32 [n, dimension]. Raises KeyError for an unknown one."""
        wanted = np.asarray(chunks, dtype=np.int64)
        known = [part.known(wanted) for part in self.parts]
        found = np.empty((len(wanted), known[0][1].shape[1]), np.float32)
        have = np.zeros(len(wanted), bool)
        for there, vectors in known:
            found[there] = vectors
            have |= there
        if not have.all():
            raise KeyError("a chunk that is not in the file")
        return found

    def takes(self, come: int, gone: int) -> bool:
        """Whether so many more chunks may come and go before everything is written anew."""
        return len(self.gone) + sum(map(len, self.parts[1:])) + come + gone <= EXTENDED


def _best(keys: np.ndarray, scores: np.ndarray, k: int) -> list[Scored]:
    chosen = np.argpartition(-scores, k - 1)[:k] if k < len(scores) else np.arange(len(scores))
    order = chosen[np.lexsort((keys[chosen], -scores[chosen]))]
    return [Scored(int(keys[place]), float(scores[place])) for place in order]


def open_scan(folder: Path) -> Scan | None:
    """The last scan written to ``folder``; None where there is none. Raises one of UNREADABLE.

    One that is replaced while it is opened is let go for its successor: some of it may be deleted already.
    """
    while written := _written(folder):
        try:
            opened = Scan(folder, written[-1])
        except UNREADABLE:
            if _written(folder) == written:
                raise
            continue
        if _written(folder)[-1:] == written[-1:]:
            return opened
    return None


def write_scan(folder: Path, chunks: Sequence[ChunkKey], vectors: Vectors, dimension: int) -> None:
    """Write a scan to ``folder``, whole or not at all, and delete those before it.

    Raises NoVectorError where a chunk has none.
    """
    _publish(folder, lambda partial: write_part(partial, chunks, vectors, dimension))


def extend_scan(
    folder: Path, scan: Scan, chunks: Sequence[ChunkKey], vectors: Vectors, gone: Collection[int]
) -> None:
    """Write to ``folder`` that ``chunks`` have come to its last scan and the keys ``gone`` have gone.

    Raises NoVectorError where a chunk has none.
    """
    left = np.fromiter(gone, np.int64, len(gone))
    kept = [key for part in scan.parts[1:] for key in part.chunks if key.chunk not in gone]
    known = [key.chunk for key in kept]
    held = scan.rows(known)

    def write(partial: Path) -> None:
        write_part(partial, [*kept, *chunks], chain([(known, held)], vectors), held.shape[1])
        np.save(partial / GONE, np.union1d(scan.gone, left[np.isin(left, scan.parts[0].keys)]))

    _publish(folder, write, scan.base)


def _publish(folder: Path, write: Callable[[Path], None], base: int | None = None) -> None:
    """Make a writing out of what ``write`` puts into a folder; those before it go, but for ``base``."""
    partial = folder / PARTIAL
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    write(partial)
    older = _written(folder)
    number = max((each.number for each in older), default=0) + 1
    partial.replace(folder / _Writing(number, base or number).name)
    for each in older:  # readers keep the files they have open
        if each.number != base:
            shutil.rmtree(folder / each.name, ignore_errors=True)


def _written(folder: Path) -> list[_Writing]:
    """The writings in a folder, in order."""
    try:
        names = [path.name.partition("+") for path in folder.iterdir()]
    except FileNotFoundError:
        return []
    return sorted(
        _Writing(int(number), int(base or number))
        for number, _, base in names
        if number.isdecimal() and (base or number).isdecimal()
    )
