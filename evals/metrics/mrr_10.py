"""mrr@10: the reciprocal rank of the first found provision that meets a need; 0 beyond the tenth.

Voorhees, 1999; computed by ir-measures (:mod:`evals.metrics.ranking`).
"""

from __future__ import annotations

from evals.case import EvalCase
from evals.metrics.base import Metric, Scene
from evals.metrics.order import order_of
from evals.outcome import Outcome


def _value(case: EvalCase, outcome: Outcome, scene: Scene) -> float | None:
    return order_of("mrr@10", case, outcome, scene)


METRIC = Metric(
    name="mrr@10",
    ru="Насколько высоко стоит первое нужное положение: 1 — на первом месте, ½ — на втором и так далее.",
    en="How high the first needed provision stands: 1 in the first place, ½ in the second, and so on.",
    per_case=_value,
)
