"""latency_p95: the 95th percentile of the seconds from question to answer (:mod:`evals.metrics.durations`).

Depends on the machine, so nothing is gated on it.
"""

from __future__ import annotations

from collections.abc import Sequence

from evals.metrics.base import Metric, Scene
from evals.metrics.case_means import Pair
from evals.metrics.durations import latency


def _value(pairs: Sequence[Pair], scene: Scene) -> tuple[float, float, float, int] | None:
    return latency(pairs, 0.95)


METRIC = Metric(
    name="latency_p95",
    ru="За сколько секунд готовы 95 % ответов.",
    en="The seconds within which 95 % of the answers are there.",
    better="lower",
    overall=_value,
    gating=False,
    unit="seconds",
)
