"""span_precision@5: of the characters of the first five found provisions, the share that lies in a target.

A target is counted with everything below it; characters found twice count once. As LegalBench-RAG (Pipitone
and Houir Alami, 2024).
"""

from __future__ import annotations

from evals.case import EvalCase
from evals.metrics.base import Metric, Scene
from evals.metrics.found_spans import spans_of
from evals.outcome import Outcome


def _value(case: EvalCase, outcome: Outcome, scene: Scene) -> float | None:
    found = spans_of(case, outcome, scene)
    return None if found is None else found[0]


METRIC = Metric(
    name="span_precision@5",
    ru="Какая доля текста первых пяти найденных положений относится к делу.",
    en="What share of the text of the first five provisions found is to the point.",
    per_case=_value,
)
