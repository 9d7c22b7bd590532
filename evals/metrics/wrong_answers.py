"""wrong_answers: the share of questions that must be refused and are answered; a question back is neither.

The error rate on unanswerable questions of NoMIRACL (Thakur et al., 2024: hallucination rate).
"""

from __future__ import annotations

from evals.case import EvalCase
from evals.metrics.base import Metric, Scene
from evals.metrics.case_means import answered_at_all
from evals.outcome import Outcome


def _value(case: EvalCase, outcome: Outcome, scene: Scene) -> float | None:
    if case.expect != "abstain" or not answered_at_all(outcome) or outcome.ended == "searched":
        return None
    return float(outcome.ended in ("answered", "checked"))


METRIC = Metric(
    name="wrong_answers",
    ru="Доля вопросов без ответа в актах, на которые система всё же ответила.",
    en="The share of questions without an answer in the acts that were answered all the same.",
    better="lower",
    per_case=_value,
)
