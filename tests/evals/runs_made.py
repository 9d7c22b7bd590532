"""Small runs made by hand: cases, outcomes and scores, without an assistant."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evals.case import EvalCase
from evals.outcome import Outcome
from evals.runs import Config, Run, cases_hash

METRIC = {"unit": "share", "better": "higher", "gating": True}


def config(**changed: Any) -> Config:
    made: dict[str, Any] = {
        "suite": "smoke", "started": "2026-11-29T10:00:00", "program": "1", "llm": "extractive", "embedder": "e5",
        "retrieval": {}, "answer": {}, "as_of": "2026-11-29", "acts_held": False,
        "hashes": {"code": "a", "corpus": "b", "cases": "c", "library": "d"},
    }  # fmt: skip
    return Config(**{**made, **changed})


def case(name: str = "one", **changed: Any) -> EvalCase:
    return EvalCase(**{"id": name, "lang": "ru", "question": "Кто?", "category": "fact", **changed})


def run(
    folder: Path,
    passed: Mapping[str, bool | None],
    metrics: Mapping[str, tuple[float, float, float]] | None = None,
    *,
    scores: Mapping[str, Mapping[str, float | None]] | None = None,
    errors: int = 0,
    **changed: Any,
) -> Run:
    """A whole run. ``passed``: by case, None where it broke; ``metrics``: name -> (value, low, high)."""
    cases = [case(name) for name in passed]
    hashes = {**config().hashes, "cases": cases_hash(cases)}
    made = Run.begin(folder, config(hashes=hashes, **changed), cases)
    for name in passed:
        made.add(Outcome(case=name, ended="answered", answer="да"))
    lines = [
        {
            "case": name, "repeat": 0, "passed": ok, "reasons": [{"code": "error"}] if ok is None else [],
            "scores": dict((scores or {}).get(name, {})),
        }
        for name, ok in passed.items()
    ]  # fmt: skip
    told = [ok for ok in passed.values() if ok is not None]
    figures = {
        name: {"value": value, "low": low, "high": high, "n": len(cases), **METRIC}
        for name, (value, low, high) in (metrics or {}).items()
    }
    made.finish(
        lines,
        {
            "suite": made.config.suite, "seconds": 1.0, "cases": len(cases), "repeats": 1, "errors": errors,
            "empty": 0, "passed": sum(told), "failed": len(told) - sum(told), "metrics": figures,
            "categories": {}, "langs": {}, "judges": {},
        },
    )  # fmt: skip
    return made
