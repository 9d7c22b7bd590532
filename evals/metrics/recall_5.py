"""recall@5: the share of a case's needs that the first five found provisions meet.

A need is met by any of its targets (:mod:`evals.metrics.targets` says when); the number is a case's, and the
figure their mean. Recall at a cut-off: Manning, Raghavan and Schütze, 2008, chapter 8.
"""

from __future__ import annotations

from evals.case import EvalCase
from evals.metrics.base import Metric, Scene
from evals.metrics.recall import recall_at
from evals.metrics.targets import ranks_of
from evals.outcome import Outcome


def _value(case: EvalCase, outcome: Outcome, scene: Scene) -> float | None:
    ranks = ranks_of(case, outcome, scene.view)
    return None if ranks is None else recall_at(ranks, 5)


METRIC = Metric(
    name="recall@5",
    ru="Доля нужных положений среди первых пяти найденных.",
    en="The share of needed provisions among the first five found.",
    per_case=_value,
)
