"""A run against a baseline -> whether it may be released.

The gate rests on the pessimistic end of each metric's interval: the lower one where more is better, the upper
one where less is. A metric fails where that end is worse than the baseline's by more than the tolerance
written beside it. Metrics that rest on a model's opinion, and times, never gate.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.errors import InputError
from evals.runs import Run

PASS, FAILED, BROKEN = 0, 1, 2
SLACK = 3.0  # cases by which an interval may end worse on another machine: one lost of a perfect score
ROUNDING = 2e-6


class Bar(BaseModel):
    """What a metric was in the baseline: the end of its interval that counts, and how much less will do."""

    model_config = ConfigDict(extra="forbid")

    better: Literal["higher", "lower"]
    bound: float
    value: float
    n: int
    tolerance: float = 0.0


class Baseline(BaseModel):
    """A suite's baseline. cases: the hash of its cases; passed: ids of cases that passed."""

    model_config = ConfigDict(extra="forbid")

    suite: str
    cases: str
    run: str
    metrics: dict[str, Bar]
    passed: list[str]


class Verdict(BaseModel):
    """What the gate says. failed: metrics below the bar, what is told of each; lost: cases passed before."""

    state: Literal["passed", "failed", "broken"]
    failed: dict[str, str]
    broken: list[str]
    lost: list[str]

    @property
    def exit_code(self) -> int:
        """0 passed, 1 failed, 2 broken."""
        return {"passed": PASS, "failed": FAILED, "broken": BROKEN}[self.state]


def baseline_of(run: Run) -> Baseline:
    """A baseline made of a run. Raises InputError where the run is not whole."""
    summary = run.summary()
    bars = {name: _bar(about)
            for name, about in summary["metrics"].items() if about["gating"]}  # fmt: skip
    passed = sorted({line["case"] for line in run.scores() if line["passed"]})
    return Baseline(
        suite=summary["suite"], cases=run.config.hashes["cases"], run=run.name, metrics=bars, passed=passed
    )


def _bar(about: dict[str, Any]) -> Bar:
    count = about["n"]
    return Bar(
        better=about["better"],
        bound=_bound(about),
        value=about["value"],
        n=count,
        tolerance=round(SLACK / count, 6),
    )


def write_baseline(baseline: Baseline, path: Path) -> None:
    """Write it to a file."""
    path.write_text(baseline.model_dump_json(indent=1) + "\n", encoding="utf-8")


def read_baseline(path: Path) -> Baseline:
    """Read it. Raises InputError for a file that is none."""
    try:
        return Baseline.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise InputError(
            f"{path} is no baseline ({error.__class__.__name__}). Make one: ai-policy eval gate RUN --write "
            f"{path}.",
            f"{path} — не базовый уровень ({error.__class__.__name__}). Создайте его: ai-policy eval gate "
            f"ПРОГОН --write {path}.",
        ) from None


def shipped(suite: str) -> Path:
    """The baseline that comes with the program for a suite."""
    return Path(__file__).parent / "baselines" / f"{suite}.json"


def judge(run: Run, baseline: Baseline) -> Verdict:
    """Whether a run may be released."""
    broken = _broken(run, baseline)
    if broken:
        return Verdict(state="broken", failed={}, broken=broken, lost=[])
    summary = run.summary()
    failed = {}
    for name, bar in baseline.metrics.items():
        about = summary["metrics"][name]
        found = _bound(about)
        worse = bar.bound - found if bar.better == "higher" else found - bar.bound
        if worse > bar.tolerance + ROUNDING:
            failed[name] = f"{found:.4f} ({about['value']:.4f}) against {bar.bound:.4f} ({bar.value:.4f})"
    passed = {line["case"] for line in run.scores() if line["passed"]}
    lost = [case for case in baseline.passed if case not in passed]
    return Verdict(state="failed" if failed else "passed", failed=failed, broken=[], lost=lost)


def _broken(run: Run, baseline: Baseline) -> list[str]:
    """Why nothing can be said: the run was cut off, its cases are others, or it broke."""
    if not run.whole:
        return ["the run was not finished"]
    summary = run.summary()
    found = []
    if summary["suite"] != baseline.suite:
        found.append(f"the run is of {summary['suite']}, the baseline of {baseline.suite}")
    elif run.config.hashes["cases"] != baseline.cases:
        found.append("the cases are not those of the baseline; make a new one on a version known to be good")
    if summary["errors"]:
        found.append(f"cases that ended in an error: {summary['errors']}")
    absent = [name for name in baseline.metrics if name not in summary["metrics"]]
    if absent and not found:
        found.append(f"metrics of the baseline that the run does not have: {', '.join(absent)}")
    return found


def _bound(about: dict[str, Any]) -> float:
    return float(about["low"] if about["better"] == "higher" else about["high"])


def as_text(verdict: Verdict) -> str:
    """The verdict as lines of text."""
    lines = [f"gate: {verdict.state}"]
    lines += [f"- broken: {reason}" for reason in verdict.broken]
    lines += [f"- {name}: {told}" for name, told in verdict.failed.items()]
    if verdict.lost:
        lines.append(f"cases that passed in the baseline and do not now: {', '.join(verdict.lost)}")
    return "\n".join(lines)


def as_json(verdict: Verdict) -> str:
    """The verdict as JSON."""
    return json.dumps(verdict.model_dump(), ensure_ascii=False, indent=1)
