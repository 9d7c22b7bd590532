"""Cases and their outcomes -> a score for every outcome, and the figures of the run with intervals.

A case is the unit: its repetitions are averaged before anything is resampled. Errors and empty answers are
counted in rows of their own and in no other figure. The same outcomes give the same figures in any order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from evals.case import EvalCase
from evals.metrics.base import Metric, Scene
from evals.metrics.bootstrap import mean_interval
from evals.metrics.case_means import Pair, case_means
from evals.metrics.registry import METRICS
from evals.outcome import Outcome
from evals.reasons import Reason, judged

LANGS = ("ru", "en")
PLACES = 6  # of figures in the summary


@dataclass(frozen=True, slots=True)
class Score:
    """One outcome's line. passed: None where there is nothing to judge. scores: by metric, of those that have
    a number for each case.
    """

    case: str
    repeat: int
    passed: bool | None
    reasons: tuple[Reason, ...]
    scores: Mapping[str, float | None]

    def as_dict(self) -> dict[str, Any]:
        """A line of ``scores.jsonl``."""
        return {
            "case": self.case,
            "repeat": self.repeat,
            "passed": self.passed,
            "reasons": [reason.model_dump() for reason in self.reasons],
            "scores": dict(self.scores),
        }


@dataclass(frozen=True, slots=True)
class Scores:
    """Every outcome with its score, in the order given."""

    pairs: tuple[Pair, ...]
    lines: tuple[Score, ...]
    metrics: tuple[Metric, ...]
    scene: Scene

    def rows(self) -> list[dict[str, Any]]:
        """The lines of ``scores.jsonl``."""
        return [line.as_dict() for line in self.lines]


def score(
    cases: Iterable[EvalCase],
    outcomes: Iterable[Outcome],
    scene: Scene,
    metrics: Sequence[Metric] = METRICS,
    *,
    as_of: date | None = None,
) -> Scores:
    """Score outcomes; those of other cases are left out.

    ``as_of``: the run's day, for cases that name none; without it, today.
    """
    known = {case.id: _dated(case, as_of) for case in cases}
    pairs = tuple((known[each.case], each) for each in outcomes if each.case in known)
    lines = tuple(score_one(case, outcome, scene, metrics) for case, outcome in pairs)
    return Scores(pairs, lines, tuple(metrics), scene)


def _dated(case: EvalCase, as_of: date | None) -> EvalCase:
    return case if case.as_of or as_of is None else case.model_copy(update={"as_of": as_of})


def score_one(case: EvalCase, outcome: Outcome, scene: Scene, metrics: Sequence[Metric] = METRICS) -> Score:
    """One outcome's score."""
    passed, reasons = judged(case, outcome, scene)
    values = {each.name: each.per_case(case, outcome, scene) for each in metrics if each.per_case}
    return Score(outcome.case, outcome.repeat, passed, tuple(reasons), values)


def summarise(
    scores: Scores,
    *,
    suite: str = "",
    seconds: float = 0.0,
    judges: Mapping[str, Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """The run's ``summary.json``.

    errors/empty: outcomes. passed/failed: cases all or not all of whose judged repetitions passed. metrics:
    only those that apply to some case. judge: the one that judged whether citations support claims; judges:
    what judges are worth, of :func:`evals.judges.judge_figures`.
    """
    chosen = list(range(len(scores.pairs)))
    groups: dict[str, dict[str, list[int]]] = {"categories": {}, "langs": {}}
    for at, (case, _) in enumerate(scores.pairs):
        groups["categories"].setdefault(case.category, []).append(at)
        groups["langs"].setdefault(case.lang, []).append(at)
    ended = Counter(outcome.ended for _, outcome in scores.pairs)
    return {
        "suite": suite,
        "seconds": round(seconds, 3),
        "cases": len({case.id for case, _ in scores.pairs}),
        "repeats": max((outcome.repeat + 1 for _, outcome in scores.pairs), default=0),
        "errors": ended["error"],
        "empty": ended["empty"],
        **_verdicts(scores, chosen),
        "metrics": _figures(scores, chosen),
        "categories": {
            name: _group(scores, groups["categories"][name]) for name in sorted(groups["categories"])
        },
        "langs": {name: _group(scores, groups["langs"][name]) for name in LANGS if name in groups["langs"]},
        "judge": scores.scene.judge,
        "judges": dict(judges or {}),
    }


def _group(scores: Scores, chosen: Sequence[int]) -> dict[str, Any]:
    count = len({scores.lines[at].case for at in chosen})
    ended = Counter(scores.pairs[at][1].ended for at in chosen)
    return {
        "n": count,
        "errors": ended["error"],
        "empty": ended["empty"],
        **_verdicts(scores, chosen),
        "metrics": _figures(scores, chosen),
    }


def _verdicts(scores: Scores, chosen: Sequence[int]) -> dict[str, int]:
    """Cases passed and failed; one with nothing to judge is neither."""
    verdicts: dict[str, bool] = {}
    for at in chosen:
        line = scores.lines[at]
        if line.passed is not None:
            verdicts[line.case] = verdicts.get(line.case, True) and line.passed
    passed = sum(verdicts.values())
    return {"passed": passed, "failed": len(verdicts) - passed}


def _figures(scores: Scores, chosen: Sequence[int]) -> dict[str, dict[str, Any]]:
    found = {}
    pairs = [scores.pairs[at] for at in chosen]
    numbers = {
        (scores.lines[at].case, scores.lines[at].repeat): scores.lines[at].scores for at in chosen
    }  # a case's repetitions differ in ``repeat``
    for metric in scores.metrics:
        figure = (
            metric.overall(pairs, scores.scene)
            if metric.overall is not None
            else _mean(case_means(pairs, partial(_number, numbers, metric.name)))
        )
        if figure is not None:
            found[metric.name] = _as_dict(metric, figure)
    return found


def _number(
    numbers: Mapping[tuple[str, int], Mapping[str, float | None]], name: str, case: EvalCase, outcome: Outcome
) -> float | None:
    return numbers[outcome.case, outcome.repeat][name]


def _mean(values: Mapping[str, float]) -> tuple[float, float, float, int] | None:
    if not values:
        return None
    data = list(values.values())
    if min(data) == max(data):  # every resample is the same
        return data[0], data[0], data[0], len(data)
    return *mean_interval(data), len(data)


def _as_dict(metric: Metric, figure: tuple[float, float, float, int]) -> dict[str, Any]:
    value, low, high, count = figure
    return {
        "value": round(value, PLACES),
        "low": round(low, PLACES),
        "high": round(high, PLACES),
        "n": count,
        "unit": metric.unit,
        "better": metric.better,
        "gating": metric.gating,
    }
