"""recall@10: the share of a case's needs that the first ten found provisions meet; as ``recall@5``."""

from __future__ import annotations

from evals.case import EvalCase
from evals.metrics.base import Metric, Scene
from evals.metrics.recall import recall_at
from evals.metrics.targets import ranks_of
from evals.outcome import Outcome


def _value(case: EvalCase, outcome: Outcome, scene: Scene) -> float | None:
    ranks = ranks_of(case, outcome, scene.view)
    return None if ranks is None else recall_at(ranks, 10)


METRIC = Metric(
    name="recall@10",
    ru="Доля нужных положений среди первых десяти найденных.",
    en="The share of needed provisions among the first ten found.",
    per_case=_value,
)
