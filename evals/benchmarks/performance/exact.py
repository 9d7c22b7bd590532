"""Vectors in a file -> how near the exact search over them comes to reading memory as fast as it goes."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from assistant.index.cores import allowed_cores
from evals.benchmarks.performance.bench import Run
from evals.benchmarks.performance.contenders import OURS, ours, running
from evals.benchmarks.performance.figures import Figure, figure

CHUNKS, DIMENSION = 300_000, 384  # far more than a cache holds, of the model's vectors
READS = 5


def measure(run: Run) -> list[Figure]:
    """Milliseconds of an exact search over random vectors, and its share of the memory's bandwidth."""
    chunks = CHUNKS
    size = chunks * DIMENSION * 4
    times: list[float] = []
    bandwidths: list[float] = []
    with running([ours()], run.work) as started:
        for number in range(run.rounds):
            run.tell(f"  round {number + 1} of {run.rounds}")
            bandwidths.append(bandwidth(size))
            folder = str(run.work / f"scan-{number}")
            taken = started[0].take(
                "scan", folder=folder, chunks=chunks, dimension=DIMENSION, rounds=4 * READS
            )
            times.append(float(np.median(taken.result["ms"])))
    speeds = [size / (each / 1000) for each in times]
    return [
        figure("scan", f"Exact search of {chunks:,} vectors", "ms", "lower", {OURS: times},
               note="Random vectors: an exact search costs the same whatever they are."),
        figure("of_bandwidth", "Of the memory's bandwidth", "share", "higher",
               {OURS: [speed / limit for speed, limit in zip(speeds, bandwidths, strict=True)]}),
        figure("bandwidth", "Memory read at most", "GB/s", "higher",
               {"the machine": [each / 1e9 for each in bandwidths]}),
    ]  # fmt: skip


def bandwidth(size: int) -> float:
    """Bytes a second at which all cores together read ``size`` bytes, the best of several ways and tries."""
    numbers = np.ones(size // 4, dtype=np.float32)
    parts = np.array_split(numbers, allowed_cores())
    ways: list[Callable[[np.ndarray], object]] = [np.max, lambda part: part @ part]
    best = float("inf")
    with ThreadPoolExecutor(len(parts)) as pool:
        for way in ways:
            for _ in range(READS):
                began = time.perf_counter()
                list(pool.map(way, parts))
                best = min(best, time.perf_counter() - began)
    return numbers.nbytes / best
