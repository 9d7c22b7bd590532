"""auroc: how often a question that must be answered has stronger evidence than one that must be refused.

The area under the ROC curve, ties half (Hanley and McNeil, 1982), over all pairs; a case's repetitions are
averaged. None without cases of both kinds whose evidence was weighed.
"""

from __future__ import annotations

from collections.abc import Sequence

from evals.metrics.base import Metric, Scene
from evals.metrics.case_means import Pair, answered_at_all, case_means
from evals.metrics.classification import auroc, estimate


def _value(pairs: Sequence[Pair], scene: Scene) -> tuple[float, float, float, int] | None:
    asked = [pair for pair in pairs if pair[0].expect in ("answer", "abstain") and answered_at_all(pair[1])]
    strengths = case_means(asked, lambda case, outcome: outcome.evidence)
    answerable = {case.id: case.expect == "answer" for case, _ in asked}
    truth = [answerable[name] for name in strengths]
    if len(set(truth)) < 2:
        return None
    found = estimate(auroc, truth, list(strengths.values()))
    return found.value, found.low, found.high, found.n


METRIC = Metric(
    name="auroc",
    ru="Как часто у вопроса с ответом доводы сильнее, чем у вопроса без ответа; ½ — наугад.",
    en="How often a question with an answer has stronger evidence than one without; ½ is chance.",
    overall=_value,
)
