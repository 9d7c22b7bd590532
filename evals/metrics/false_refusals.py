"""false_refusals: the share of questions that must be answered and are refused; a question back is neither.

The error rate on answerable questions of NoMIRACL (Thakur et al., 2024: its complement of recall).
"""

from __future__ import annotations

from evals.case import EvalCase
from evals.metrics.base import Metric, Scene
from evals.metrics.case_means import answered_at_all
from evals.outcome import Outcome


def _value(case: EvalCase, outcome: Outcome, scene: Scene) -> float | None:
    if case.expect != "answer" or not answered_at_all(outcome) or outcome.ended == "searched":
        return None
    return float(outcome.ended == "abstained")


METRIC = Metric(
    name="false_refusals",
    ru="Доля вопросов, на которые ответ есть, а система отказалась отвечать.",
    en="The share of questions that have an answer and were refused.",
    better="lower",
    per_case=_value,
)
