"""Two runs over the same cases -> what differs, metric by metric and case by case.

Differences are paired: the same case in both runs; the interval is a percentile bootstrap over cases (Efron
and Tibshirani, 1993) of the mean difference. A case is won where it passes in the second run and did not in
the first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from pydantic import BaseModel

from assistant.errors import InputError
from evals.metrics.bootstrap import RESAMPLES, SEED
from evals.runs import Run


class Difference(BaseModel):
    """Of one metric: the second run less the first, with its 95 % interval. n: cases both have it for."""

    metric: str
    first: float
    second: float
    value: float
    low: float
    high: float
    n: int
    better: str


class Comparison(BaseModel):
    """first, second: names of the runs. won and lost: cases that pass in only one of them."""

    first: str
    second: str
    cases: int
    differences: list[Difference]
    won: list[str]
    lost: list[str]


def compare(first: Run, second: Run) -> Comparison:
    """What differs. Raises InputError where a run is not whole or they share no case."""
    metrics = first.summary()["metrics"] | second.summary()["metrics"]
    one, two = _by_case(first), _by_case(second)
    common = sorted(set(one) & set(two))
    if not common:
        raise InputError(
            f"{first.name} and {second.name} have no case in common. Compare two runs of one suite.",
            f"У прогонов {first.name} и {second.name} нет общих случаев. Сравнивайте прогоны одного набора.",
        )
    differences = []
    for name, about in metrics.items():
        pairs = [(one[case].scores.get(name), two[case].scores.get(name)) for case in common]
        both = [(a, b) for a, b in pairs if a is not None and b is not None]
        if both:
            differences.append(_difference(name, both, about["better"]))
    won = [case for case in common if two[case].passed and one[case].passed is False]
    lost = [case for case in common if one[case].passed and two[case].passed is False]
    return Comparison(
        first=first.name, second=second.name, cases=len(common), differences=differences, won=won, lost=lost
    )


class _Case(BaseModel):
    passed: bool | None
    scores: dict[str, float | None]


def _by_case(run: Run) -> dict[str, _Case]:
    """Scores of a run's cases, repetitions averaged; a case passes where all of its repetitions do."""
    run.summary()
    lines: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for line in run.scores():
        lines[line["case"]].append(line)
    return {case: _averaged(each) for case, each in lines.items()}


def _averaged(lines: Sequence[Mapping[str, Any]]) -> _Case:
    # Errors and empty answers are not judged, but a case that ends in one has not passed: it has reasons.
    told = [bool(line["passed"]) for line in lines if line["passed"] is not None or line["reasons"]]
    names = dict.fromkeys(name for line in lines for name in line["scores"])
    scores: dict[str, float | None] = {}
    for name in names:
        held = [line["scores"][name] for line in lines if line["scores"].get(name) is not None]
        scores[name] = sum(held) / len(held) if held else None
    return _Case(passed=all(told) if told else None, scores=scores)


def _difference(name: str, both: Sequence[tuple[float, float]], better: str) -> Difference:
    data = np.asarray(both, dtype=float)
    gaps = data[:, 1] - data[:, 0]
    picks = np.random.default_rng(SEED).integers(0, len(gaps), (RESAMPLES, len(gaps)))
    low, high = np.quantile(gaps[picks].mean(axis=1), [0.025, 0.975])
    first, second = data.mean(axis=0)
    return Difference(
        metric=name, first=first, second=second, value=float(gaps.mean()), low=float(low), high=float(high),
        n=len(gaps), better=better,
    )  # fmt: skip


def as_text(found: Comparison) -> str:
    """The comparison as lines of text."""
    lines = [f"{found.first} -> {found.second}, {found.cases} cases"]
    for each in found.differences:
        sign = _sign(each)
        lines.append(
            f"{sign} {each.metric:20} {each.first:.3f} -> {each.second:.3f}  "
            f"{each.value:+.3f} [{each.low:+.3f}, {each.high:+.3f}] of {each.n}"
        )
    lines.append(f"won {len(found.won)}: {', '.join(found.won) or '—'}")
    lines.append(f"lost {len(found.lost)}: {', '.join(found.lost) or '—'}")
    return "\n".join(lines)


def _sign(each: Difference) -> str:
    """``+`` better, ``-`` worse, ``=`` neither for sure."""
    if each.low <= 0 <= each.high:
        return "="
    return "+" if (each.value > 0) == (each.better == "higher") else "-"
