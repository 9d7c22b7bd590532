"""eligibility_accuracy: 1 where the verdict on a measure is the one expected, else 0.

None for cases that expect no verdict. Accuracy over three classes.
"""

from __future__ import annotations

from evals.case import VERDICTS, EvalCase
from evals.metrics.base import Metric, Scene
from evals.metrics.case_means import answered_at_all
from evals.outcome import Outcome


def _value(case: EvalCase, outcome: Outcome, scene: Scene) -> float | None:
    if case.expect not in VERDICTS or not answered_at_all(outcome) or outcome.ended == "searched":
        return None
    return float(outcome.verdict == case.expect)


METRIC = Metric(
    name="eligibility_accuracy",
    ru="Доля проверок, вывод которых верен: положена мера, не положена или данных мало.",
    en="The share of checks with the right verdict: eligible, not eligible or insufficient.",
    per_case=_value,
)
