"""ndcg@10: gain of the needs met by the first ten found provisions, discounted by log2 of the rank.

Each need has grade 1 and is met once, by the first provision that meets it; divided by the gain of the best
order. Järvelin and Kekäläinen, 2002; computed by ir-measures (:mod:`evals.metrics.ranking`).
"""

from __future__ import annotations

from evals.case import EvalCase
from evals.metrics.base import Metric, Scene
from evals.metrics.order import order_of
from evals.outcome import Outcome


def _value(case: EvalCase, outcome: Outcome, scene: Scene) -> float | None:
    return order_of("ndcg@10", case, outcome, scene)


METRIC = Metric(
    name="ndcg@10",
    ru="Качество порядка: 1, если все нужные положения стоят первыми; чем ниже они, тем меньше.",
    en="Quality of the order: 1 where all needed provisions come first, the less the lower they stand.",
    per_case=_value,
)
