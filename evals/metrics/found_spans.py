"""What a search found and what it should have -> character precision and recall of the first five."""

from __future__ import annotations

from assistant.library.view import LibraryView
from evals.case import EvalCase
from evals.metrics.base import Scene
from evals.metrics.spans import span_metrics
from evals.metrics.targets import Standing, found_passages, needs_of
from evals.outcome import Outcome
from evals.retrieval_cases import Passage

SPANS_AT = 5
FACT = "fact"  # a digest's, told once in each language


def spans_of(case: EvalCase, outcome: Outcome, scene: Scene) -> tuple[float, float] | None:
    """(precision, recall), both 0…1; None without needs, without a search, or where a need is not held."""
    if not case.must_cite or (outcome.ended != "searched" and not outcome.found):
        return None
    needs = [
        [passage for place in need for passage in _texts(place, scene.view)]
        for need in needs_of(case, scene.view)
    ]
    if not all(needs):
        return None
    return span_metrics(found_passages(outcome, scene.view), needs, SPANS_AT)


def _texts(place: Standing, view: LibraryView) -> list[Passage]:
    """A target's text; of a digest's fact the statement in either language, for one shows it."""
    told = view.edition(place.row.id).children.get(place.node.id, []) if place.node.kind == FACT else []
    return [Standing(place.row, each).whole for each in told] or [place.whole]
