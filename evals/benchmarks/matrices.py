"""A transformer's sizes -> how many operations a second one core multiplies its matrices at, 32-bit."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

ROWS = 512
SECONDS = 0.15  # measured of each shape


def peak(hidden: int, wide: int) -> float:
    """Floating-point operations a processor second: the best library, shapes weighted by their work.

    numpy's BLAS and torch's are tried, on one thread; ``ROWS`` tokens at once, more than most texts have.
    """
    shapes = ((hidden, 3 * hidden), (hidden, hidden), (hidden, wide), (wide, hidden))
    seconds = sum(
        inner * columns / max(_numpy(inner, columns), _torch(inner, columns)) for inner, columns in shapes
    )
    return sum(inner * columns for inner, columns in shapes) / seconds


def _numpy(inner: int, columns: int) -> float:
    from threadpoolctl import threadpool_limits

    left, right = _matrices(inner, columns)
    with threadpool_limits(1):
        return _rate(lambda: left @ right, 2 * ROWS * inner * columns)


def _torch(inner: int, columns: int) -> float:
    import torch

    left, right = (torch.from_numpy(each) for each in _matrices(inner, columns))
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return _rate(lambda: left @ right, 2 * ROWS * inner * columns)
    finally:
        torch.set_num_threads(before)


def _matrices(inner: int, columns: int) -> tuple[np.ndarray, np.ndarray]:
    source = np.random.default_rng(1)
    return (
        source.standard_normal((ROWS, inner), np.float32),
        source.standard_normal((inner, columns), np.float32),
    )


def _rate(product: Callable[[], object], work: int) -> float:
    product()
    best, began = float("inf"), time.process_time()
    while time.process_time() - began < SECONDS:
        start = time.process_time()
        product()
        best = min(best, max(time.process_time() - start, 1e-9))
    return work / best
