"""citation_recall: the share of an answer's claims that their citations together support.

ALCE (Gao et al., 2023), with the judge that the scene names in the place of its inference model
(:mod:`evals.metrics.claim_support`). None for what is no answer.
"""

from __future__ import annotations

from evals.case import EvalCase
from evals.metrics.base import Metric, Scene
from evals.metrics.claim_support import recall_of
from evals.outcome import Outcome


def _value(case: EvalCase, outcome: Outcome, scene: Scene) -> float | None:
    return recall_of(outcome, scene)


METRIC = Metric(
    name="citation_recall",
    ru="Доля утверждений, которые следуют из своих цитат, по мнению судьи.",
    en="The share of statements that follow from their quotations, as the judge sees it.",
    per_case=_value,
)
