"""A made-up library as files -> what a peer's own store is filled with, and what it is asked.

Of numpy alone: it also runs in the peers' environments. A folder holds ``vectors.npy`` (float32 [n,
dimension]), ``queries.npy`` (float32 [m, dimension]) and ``passes.npy`` (bool [n, filters]).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

VECTORS, QUERIES, PASSES = "vectors.npy", "queries.npy", "passes.npy"
TEXT = (
    "Оператор обязан обеспечить запись и хранение сведений о работе системы искусственного интеллекта. " * 4
)


class Given:
    """The files of one folder, opened."""

    def __init__(self, folder: str) -> None:
        self.vectors = np.load(Path(folder) / VECTORS, mmap_mode="r")
        self.queries = np.load(Path(folder) / QUERIES)
        self.passes = np.load(Path(folder) / PASSES)

    def __len__(self) -> int:
        return len(self.vectors)

    def metadata(self, chunk: int) -> dict[str, Any]:
        """The quickest kind there is to filter by: a key for each filter that is 1 where a chunk passes."""
        return {key_of(number): int(passed) for number, passed in enumerate(self.passes[chunk])}


def key_of(number: int) -> str:
    """The metadata key of a filter."""
    return f"passes {number}"


def text_of(chunk: int) -> str:
    """A chunk's text: its number, which :func:`chunk_of` reads again, and a sentence."""
    return f"{chunk}. {TEXT}"


def chunk_of(text: str) -> int:
    """The chunk whose text this is."""
    return int(text.split(".", 1)[0])


def ask_each(find: Callable[[Any], Sequence[str]], queries: np.ndarray) -> dict[str, Any]:
    """Milliseconds of every query, one after the other, and the chunks whose texts it found."""
    for query in queries[:5]:
        find(query)
    times, found = [], []
    for query in queries:
        began = time.perf_counter()
        texts = find(query)
        times.append((time.perf_counter() - began) * 1000)
        found.append([chunk_of(text) for text in texts])
    return {"ms": times, "found": found}
