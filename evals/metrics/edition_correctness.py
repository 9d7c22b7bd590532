"""edition_correctness: of the citations that meet a need, the share in the right edition.

Right is the edition that the target names, else the one in force at the case's date (today without one). None
where no citation meets a need: that is ``needs_cited``.
"""

from __future__ import annotations

from evals.case import EvalCase
from evals.metrics.base import Metric, Scene
from evals.metrics.case_means import answered_at_all
from evals.metrics.targets import cited_for, day_of, right_edition
from evals.outcome import Outcome


def _value(case: EvalCase, outcome: Outcome, scene: Scene) -> float | None:
    if not answered_at_all(outcome):
        return None
    day = day_of(case)
    right: dict[int, bool] = {}
    for need in case.must_cite:
        for citation, target in cited_for(need, outcome, scene.view):
            fits = right_edition(citation, target, scene.view, day)
            right[citation.id] = right.get(citation.id, False) or fits
    return sum(right.values()) / len(right) if right else None


METRIC = Metric(
    name="edition_correctness",
    ru="Доля ссылок на нужные положения, которые взяты из нужной редакции.",
    en="The share of citations of needed provisions that come from the right edition.",
    per_case=_value,
)
