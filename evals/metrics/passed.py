"""passed: the share of cases in which the answer is all that the case asks (:mod:`evals.reasons`).

None for errors, empty answers and searches for cases without needs.
"""

from __future__ import annotations

from evals.case import EvalCase
from evals.metrics.base import Metric, Scene
from evals.outcome import Outcome
from evals.reasons import judged


def _value(case: EvalCase, outcome: Outcome, scene: Scene) -> float | None:
    passed, _ = judged(case, outcome, scene)
    return None if passed is None else float(passed)


METRIC = Metric(
    name="passed",
    ru="Доля случаев, в которых ответ во всём таков, каким должен быть.",
    en="The share of cases in which the answer is in everything what it should be.",
    per_case=_value,
)
