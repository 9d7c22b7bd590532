"""errors: the share of cases that ended in an error. They are in no other metric."""

from __future__ import annotations

from evals.case import EvalCase
from evals.metrics.base import Metric, Scene
from evals.outcome import Outcome


def _value(case: EvalCase, outcome: Outcome, scene: Scene) -> float | None:
    return float(outcome.ended == "error")


METRIC = Metric(
    name="errors",
    ru="Доля вопросов, на которых произошла ошибка; в остальные показатели они не входят.",
    en="The share of questions that ended in an error; they are in no other figure.",
    better="lower",
    per_case=_value,
)
