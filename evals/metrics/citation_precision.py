"""citation_precision: the share of citations that bear their claim out alone or are needed for it.

ALCE (Gao et al., 2023), with the judge that the scene names in the place of its inference model
(:mod:`evals.metrics.claim_support`). None for what is no answer.
"""

from __future__ import annotations

from evals.case import EvalCase
from evals.metrics.base import Metric, Scene
from evals.metrics.claim_support import precision_of
from evals.outcome import Outcome


def _value(case: EvalCase, outcome: Outcome, scene: Scene) -> float | None:
    return precision_of(outcome, scene)


METRIC = Metric(
    name="citation_precision",
    ru="Доля цитат, которых хватает утверждению или без которых оно не держится, по мнению судьи.",
    en="The share of quotations that suffice alone or cannot be left out, as the judge sees it.",
    per_case=_value,
)
