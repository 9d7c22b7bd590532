"""Seconds from question to answer, a mean a case, errors and empty answers left out."""

from __future__ import annotations

from collections.abc import Sequence

from evals.metrics.bootstrap import quantile_interval
from evals.metrics.case_means import Pair, answered_at_all, case_means


def latency(pairs: Sequence[Pair], share: float) -> tuple[float, float, float, int] | None:
    """A quantile of the cases' seconds with its interval; None without an answer."""
    seconds = case_means(pairs, lambda _, outcome: outcome.seconds if answered_at_all(outcome) else None)
    if not seconds:
        return None
    return *quantile_interval(list(seconds.values()), share), len(seconds)
