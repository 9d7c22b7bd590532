"""full_recall@10: 1 where the first ten found provisions meet every need of a case, else 0.

Krishna et al., 2024 (FRAMES), for questions over several documents.
"""

from __future__ import annotations

from evals.case import EvalCase
from evals.metrics.base import Metric, Scene
from evals.metrics.recall import full_recall_at
from evals.metrics.targets import ranks_of
from evals.outcome import Outcome


def _value(case: EvalCase, outcome: Outcome, scene: Scene) -> float | None:
    ranks = ranks_of(case, outcome, scene.view)
    return None if ranks is None else full_recall_at(ranks, 10)


METRIC = Metric(
    name="full_recall@10",
    ru="Доля вопросов, для которых среди первых десяти найденных есть все нужные положения.",
    en="The share of questions with every needed provision among the first ten found.",
    per_case=_value,
)
