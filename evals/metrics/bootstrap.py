"""Percentile bootstrap intervals of means over questions (Efron and Tibshirani, 1993)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

RESAMPLES = 2000
SEED = 20_260_226


def mean_interval(values: Sequence[float], level: float = 0.95) -> tuple[float, float, float]:
    """(mean, lower, upper) of ``values``, the questions resampled with replacement; the same every time."""
    data = np.asarray(values, dtype=float)
    picks = np.random.default_rng(SEED).integers(0, len(data), (RESAMPLES, len(data)))
    means = data[picks].mean(axis=1)
    tail = (1 - level) / 2
    low, high = np.quantile(means, [tail, 1 - tail])
    return float(data.mean()), float(low), float(high)


def quantile_interval(
    values: Sequence[float], share: float, level: float = 0.95
) -> tuple[float, float, float]:
    """(quantile, lower, upper), as :func:`mean_interval`; ``share`` 0.5 is the median.

    Between two values the quantile is interpolated linearly (Hyndman and Fan, 1996, type 7).
    """
    data = np.asarray(values, dtype=float)
    picks = np.random.default_rng(SEED).integers(0, len(data), (RESAMPLES, len(data)))
    tail = (1 - level) / 2
    low, high = np.quantile(np.quantile(data[picks], share, axis=1), [tail, 1 - tail])
    return float(np.quantile(data, share)), float(low), float(high)
