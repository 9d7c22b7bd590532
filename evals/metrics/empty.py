"""empty: the share of answers that state nothing. They are in no other metric; errors are in their own."""

from __future__ import annotations

from evals.case import EvalCase
from evals.metrics.base import Metric, Scene
from evals.outcome import Outcome


def _value(case: EvalCase, outcome: Outcome, scene: Scene) -> float | None:
    return None if outcome.ended == "error" else float(outcome.ended == "empty")


METRIC = Metric(
    name="empty",
    ru="Доля ответов без единого утверждения; в остальные показатели они не входят.",
    en="The share of answers without a statement; they are in no other figure.",
    better="lower",
    per_case=_value,
)
