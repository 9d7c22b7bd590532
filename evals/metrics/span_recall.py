"""span_recall@5: of the characters of a case's targets, the share that the first five found provisions hold.

Of a need's alternative targets the best covered counts, with everything below it; of a digest's fact the
statement in either language. As LegalBench-RAG (Pipitone and Houir Alami, 2024).
"""

from __future__ import annotations

from evals.case import EvalCase
from evals.metrics.base import Metric, Scene
from evals.metrics.found_spans import spans_of
from evals.outcome import Outcome


def _value(case: EvalCase, outcome: Outcome, scene: Scene) -> float | None:
    found = spans_of(case, outcome, scene)
    return None if found is None else found[1]


METRIC = Metric(
    name="span_recall@5",
    ru="Какая доля текста нужных положений показана первыми пятью найденными.",
    en="What share of the text of the needed provisions the first five found show.",
    per_case=_value,
)
