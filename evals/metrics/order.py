"""The ranks at which a case's needs are met -> MRR@10 and nDCG@10, computed once for both."""

from __future__ import annotations

from functools import lru_cache

from evals.case import EvalCase
from evals.metrics.base import Scene
from evals.metrics.ranking import ranking_metrics
from evals.metrics.targets import ranks_of
from evals.outcome import Outcome


def order_of(name: str, case: EvalCase, outcome: Outcome, scene: Scene) -> float | None:
    """``mrr@10`` or ``ndcg@10`` of a case; None where nothing was searched for or found."""
    ranks = ranks_of(case, outcome, scene.view)
    return None if ranks is None else _figures(tuple(ranks))[name]


@lru_cache(maxsize=4096)
def _figures(ranks: tuple[int | None, ...]) -> dict[str, float]:
    return ranking_metrics({"case": ranks})["case"]
