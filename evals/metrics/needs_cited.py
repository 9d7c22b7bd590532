"""needs_cited: the share of a case's needs that a citation meets.

A citation meets a need where it stands word for word in the text, in, above or below one of its targets
(:mod:`evals.metrics.targets`), whatever the edition: that is ``edition_correctness``. Only of answers that
ended as expected. Recall of gold evidence, as in FEVER (Thorne et al., 2018), by provision.
"""

from __future__ import annotations

from evals.case import EvalCase
from evals.metrics.base import Metric, Scene
from evals.metrics.expected import ended_as_expected
from evals.metrics.targets import cited_for
from evals.outcome import Outcome


def _value(case: EvalCase, outcome: Outcome, scene: Scene) -> float | None:
    if not case.must_cite or not ended_as_expected(case, outcome):
        return None
    met = [bool(cited_for(need, outcome, scene.view)) for need in case.must_cite]
    return sum(met) / len(met)


METRIC = Metric(
    name="needs_cited",
    ru="Доля нужных положений, на которые ответ ссылается.",
    en="The share of needed provisions that the answer cites.",
    per_case=_value,
)
