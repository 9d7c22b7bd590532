"""latency_p50: the median of the seconds from question to answer (:mod:`evals.metrics.durations`).

Depends on the machine, so nothing is gated on it.
"""

from __future__ import annotations

from collections.abc import Sequence

from evals.metrics.base import Metric, Scene
from evals.metrics.case_means import Pair
from evals.metrics.durations import latency


def _value(pairs: Sequence[Pair], scene: Scene) -> tuple[float, float, float, int] | None:
    return latency(pairs, 0.5)


METRIC = Metric(
    name="latency_p50",
    ru="За сколько секунд готова половина ответов.",
    en="The seconds within which half of the answers are there.",
    better="lower",
    overall=_value,
    gating=False,
    unit="seconds",
)
