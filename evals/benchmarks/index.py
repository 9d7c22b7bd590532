"""Libraries of up to a million vectors -> how fast, how exactly, in what memory they are searched by meaning.

The time is that of the search itself: the question's vector is given. Each library is searched behind filters
as a question to this system is, for as many candidates, and LangChain's Chroma store of the same vectors for
ten. Beside it stands what reading all vectors from memory would take, the least that comparing them costs.
Processor time is told beside that of the clock: on a busy machine it is the one to trust.
"""

from __future__ import annotations

import shutil
import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from assistant.engine import Assistant
from assistant.index.cores import allowed_cores
from assistant.index.indexes import Indexes
from assistant.index.scan import write_scan
from assistant.index.vectors import BATCH, VectorIndex
from evals.benchmarks import index_memory, index_peer
from evals.benchmarks.index_library import EDITION, MOVED, SHARES, MadeUpLibrary, truly_nearest
from evals.retrieval_cases import load_cases

SIZES = (10_000, 100_000, 1_000_000)
QUESTIONS = 100
NEAREST = 10  # compared with what is truly nearest
PEER = 100_000  # the largest library that LangChain's store is built of: a graph of a million takes an hour
STORED = 10_000  # chunks by which the speed of writing to Chroma is measured
READ_MB = 512  # read to measure the memory's speed
MB = 1e6


def run(
    assistant: Assistant,
    folder: Path,
    sizes: Sequence[int] = SIZES,
    questions: int = QUESTIONS,
    peer: int = PEER,
) -> dict[str, Any]:
    """Every figure, for libraries of ``sizes`` chunks. ``folder``: a new one, deleted in the end.

    ``peer``: up to so many chunks LangChain's store is built and asked too.
    """
    scan = assistant.indexes.scan
    if scan is None or not len(scan):
        raise ValueError("the home holds no vectors")
    real = scan.rows(sorted(scan.keys))
    cases = load_cases()
    drawn = cases[:: max(1, len(cases) // questions)][:questions]
    asked = np.concatenate([assistant.indexes.question([case.question], case.lang)[0] for case in drawn])
    speed = read_speed()
    try:
        return {
            "vectors": f"made up: each of {len(real)} real ones moved by {MOVED} of its length towards the "
            f"difference of two others; editions of {EDITION} chunks; {len(asked)} real questions",
            "searched_for": assistant.settings.retrieval.candidates,
            "cores": allowed_cores(),
            "memory_read_gb_s": round(speed / 1e9, 1),
            "sizes": {
                str(size): _of_size(assistant, MadeUpLibrary(real, size), asked, folder, speed, peer)
                for size in sizes
            },
        }
    finally:
        shutil.rmtree(folder, ignore_errors=True)


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


def _of_size(
    assistant: Assistant, library: MadeUpLibrary, asked: np.ndarray, folder: Path, speed: float, peer: int
) -> dict[str, Any]:
    home = folder / str(library.chunks)
    indexes = Indexes(home, assistant.indexes.embedder, assistant.indexes.cache)
    began = time.perf_counter()
    write_scan(indexes.scan_folder, library.keys, library.blocks(), library.real.shape[1])
    written = time.perf_counter() - began
    candidates = assistant.settings.retrieval.candidates
    nearest = truly_nearest(library, asked, candidates)
    found: dict[str, Any] = {
        "scan_written_s": round(written, 1),
        "scan_mb": round(size_of(indexes.scan_folder) / MB, 1),
        "reading_all_vectors_ms": round(library.chunks * library.real.shape[1] * 4 / speed * 1000, 1),
        "filters": {},
    }
    for name, scope in library.scopes().items():

        def search(vector: np.ndarray, scope: Any = scope) -> list[int]:
            (entries,) = indexes.nearest(vector[None], candidates, scope)
            return [entry.chunk for entry in entries]

        found["filters"][name] = timed(search, asked, nearest[name], (NEAREST, candidates))
    queries = home / "queries.npy"
    np.save(queries, asked)
    found["memory"] = index_memory.measured(assistant.settings, home, queries)
    indexes.forget_profiles()
    if library.chunks == STORED:
        found["chroma"] = _stored(library, home / "chroma")
    found["langchain"] = _langchain(library, asked, home / "peer", nearest, found["filters"], peer)
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


def _stored(library: MadeUpLibrary, folder: Path) -> dict[str, float]:
    """How fast this system's own store in Chroma is filled, and what it takes on the disk."""
    store = VectorIndex(folder, "made-up")
    keys = library.keys
    began = time.perf_counter()
    for block, vectors in library.blocks():
        for first in range(0, len(block), BATCH):
            part = block[first : first + BATCH]
            store.add(keys[part.start : part.stop], vectors[first : first + len(part)])
    taken = time.perf_counter() - began
    store.close()
    return {
        "chunks_s": round(library.chunks / taken),
        "kb_a_chunk": round(size_of(folder) / library.chunks / 1000, 2),
    }


def _langchain(
    library: MadeUpLibrary,
    asked: np.ndarray,
    folder: Path,
    nearest: dict[str, np.ndarray],
    ours: dict[str, dict[str, float]],
    peer: int,
) -> dict[str, Any]:
    if library.chunks > peer:
        return {"skipped": f"not built of more than {peer} chunks: its graph takes too long to make"}
    ask, figures = index_peer.build(library, folder)
    few = asked[:: max(1, len(asked) // 30)]
    for name in (*SHARES, None):
        truth = nearest[name or "100 %"][:: max(1, len(asked) // 30)]
        measured = timed(lambda vector, name=name: ask(vector, NEAREST, name), few, truth, (NEAREST,))  # type: ignore[misc]
        beside = ours[name or "100 %"]
        for clock in ("p50_ms", "processor_p50_ms"):
            measured[f"times_slower_by_{clock}"] = round(measured[clock] / beside[clock], 1)
        figures[name or "no filter"] = measured
    figures["mb"] = round(size_of(folder) / MB, 1)
    return figures
