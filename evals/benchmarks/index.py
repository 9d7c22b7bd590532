"""Libraries of up to a million vectors -> how fast and how exactly they are searched by meaning.

The time is that of the search itself: the question's vector is given. Each library is searched behind filters
as a question to this system is, for as many candidates. Beside it stands what reading all vectors from memory
would take, the least that comparing them costs. Processor time is told beside that of the clock: on a busy
machine it is the one to trust.
"""

from __future__ import annotations

import shutil
import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assistant.engine import Assistant
from assistant.index.cores import allowed_cores
from assistant.index.indexes import Indexes
from assistant.index.scan import write_scan
from evals.benchmarks.index_library import EDITION, MOVED, MadeUpLibrary, truly_nearest
from evals.retrieval_cases import load_cases

SIZES = (10_000, 100_000, 1_000_000)
QUESTIONS = 100
NEAREST = 10  # compared with what is truly nearest
READ_MB = 512  # read to measure the memory's speed
MB = 1e6


@dataclass(frozen=True, slots=True)
class Drawn:
    """What libraries are made of and asked: vectors of a home's chunks, and of questions [n, dimension]."""

    real: np.ndarray
    asked: np.ndarray

    @classmethod
    def of(cls, assistant: Assistant, questions: int = QUESTIONS) -> Drawn:
        """All vectors of an assistant's home. Raises ValueError where it holds none."""
        scan = assistant.indexes.scan
        if scan is None or not len(scan):
            raise ValueError("the home holds no vectors")
        cases = load_cases()
        drawn = cases[:: max(1, len(cases) // questions)][:questions]
        asked = [assistant.indexes.question([case.question], case.lang)[0] for case in drawn]
        return cls(scan.rows(sorted(scan.keys)), np.concatenate(asked))

    @property
    def told(self) -> str:
        """What it is, in words."""
        return (
            f"made up: each of {len(self.real):,} real ones moved by {MOVED} of its length towards the "
            f"difference of two others; editions of {EDITION} chunks; {len(self.asked)} real questions"
        )


def run(
    assistant: Assistant, folder: Path, sizes: Sequence[int] = SIZES, questions: int = QUESTIONS
) -> dict[str, Any]:
    """Every figure, for libraries of ``sizes`` chunks. ``folder``: a new one, deleted in the end."""
    drawn = Drawn.of(assistant, questions)
    speed = read_speed()
    try:
        return {
            "vectors": drawn.told,
            "searched_for": assistant.settings.retrieval.candidates,
            "cores": allowed_cores(),
            "memory_read_gb_s": round(speed / 1e9, 1),
            "sizes": {str(size): _of_size(assistant, drawn, size, folder, speed) for size in sizes},
        }
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _of_size(assistant: Assistant, drawn: Drawn, size: int, folder: Path, speed: float) -> dict[str, Any]:
    library = MadeUpLibrary(drawn.real, size)
    nearest = truly_nearest(library, drawn.asked, assistant.settings.retrieval.candidates)
    found = searched(assistant, library, drawn.asked, nearest, folder / str(size))
    return {"reading_all_vectors_ms": round(size * drawn.real.shape[1] * 4 / speed * 1000, 1), **found}


def read_speed() -> float:
    """Bytes a second that all allowed cores together read from memory, at best."""
    cores = allowed_cores()
    part = np.ones(READ_MB * 1024 * 1024 // 4 // cores, np.float32)
    parts = [part.copy() for _ in range(cores)]
    best = float("inf")
    with ThreadPoolExecutor(cores) as pool:
        for _ in range(7):
            began = time.perf_counter()
            list(pool.map(np.max, parts))
            best = min(best, time.perf_counter() - began)
    return sum(each.nbytes for each in parts) / best


def searched(
    assistant: Assistant,
    library: MadeUpLibrary,
    asked: np.ndarray,
    nearest: dict[str, np.ndarray],
    home: Path,
) -> dict[str, Any]:
    """Write the scan of a library to ``home``, a new folder, search it behind each filter, and delete it.

    ``nearest``: what is to be found, of :func:`truly_nearest`, for as many candidates as are searched for.
    """
    indexes = Indexes(home, assistant.indexes.embedder, assistant.indexes.cache)
    began = time.perf_counter()
    write_scan(indexes.scan_folder, library.keys, library.blocks(), library.real.shape[1])
    written = time.perf_counter() - began
    candidates = assistant.settings.retrieval.candidates
    found: dict[str, Any] = {
        "scan_written_s": round(written, 1),
        "scan_mb": round(size_of(indexes.scan_folder) / MB, 1),
        "filters": {},
    }
    for name, scope in library.scopes().items():

        def search(vector: np.ndarray, scope: Any = scope) -> list[int]:
            (entries,) = indexes.nearest(vector[None], candidates, scope)
            return [entry.chunk for entry in entries]

        found["filters"][name] = timed(search, asked, nearest[name], (NEAREST, candidates))
    indexes.forget_profiles()
    shutil.rmtree(home)
    return found


def timed(
    search: Callable[[np.ndarray], list[int]],
    asked: np.ndarray,
    nearest: np.ndarray,
    depths: Sequence[int],
) -> dict[str, float]:
    """Milliseconds of ``search`` over questions, and which part of the ``nearest`` it finds, by depth."""
    for vector in asked[:5]:
        search(vector)
    wall, processor = [], []
    agreed: dict[int, list[float]] = {depth: [] for depth in depths}
    for vector, truth in zip(asked, nearest, strict=True):
        began, spent = time.perf_counter(), time.process_time()
        found = search(vector)
        wall.append((time.perf_counter() - began) * 1000)
        processor.append((time.process_time() - spent) * 1000)
        for depth in depths:
            best = truth[:depth]
            agreed[depth].append(len(np.intersect1d(best, found[:depth])) / len(best))
    return {
        "p50_ms": round(statistics.median(wall), 2),
        "p95_ms": round(float(np.percentile(wall, 95)), 2),
        "processor_p50_ms": round(statistics.median(processor), 2),
        **{f"recall@{depth}": round(statistics.fmean(shares), 4) for depth, shares in agreed.items()},
    }


def size_of(folder: Path) -> int:
    """Bytes of all files in a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
