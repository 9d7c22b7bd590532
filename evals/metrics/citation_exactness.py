"""citation_exactness: the share of citations whose quotation is the text's, character by character.

``canonical_text[start:end] == quote`` in a held text of the cited act, edition and authority: what a valid
citation is (DESIGN, Vocabulary). None without citations.
"""

from __future__ import annotations

from evals.case import EvalCase
from evals.metrics.base import Metric, Scene
from evals.metrics.case_means import answered_at_all
from evals.metrics.targets import row_of
from evals.outcome import Outcome


def _value(case: EvalCase, outcome: Outcome, scene: Scene) -> float | None:
    if not answered_at_all(outcome) or not outcome.citations:
        return None
    exact = [row_of(citation, scene.view) is not None for citation in outcome.citations]
    return sum(exact) / len(exact)


METRIC = Metric(
    name="citation_exactness",
    ru="Доля цитат, которые слово в слово стоят в тексте акта на указанном месте.",
    en="The share of quotations that stand word for word in the act, at the place given.",
    per_case=_value,
)
