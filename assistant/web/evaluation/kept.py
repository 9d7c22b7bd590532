"""The runs that a home keeps, as the tab's table shows them.

A run whose files are damaged is left out and logged: one of them must not hide the others.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from assistant.errors import PolicyError
from assistant.web.evaluation.words import refused

if TYPE_CHECKING:
    from evals.gate import Baseline
    from evals.runs import Run

log = logging.getLogger(__name__)

OWN = "own"  # folder, in a run's, of a person's files of cases
_NAME = re.compile(r"[\w.-]{1,120}")
_DAMAGED = (PolicyError, OSError, ValueError, KeyError)

Gate = Literal["passed", "failed", "broken"]


@dataclass(frozen=True, slots=True)
class Kept:
    """A run in the table. done: outcomes so far, of total; gate: None where the suite has no baseline."""

    name: str
    suite: str
    started: str
    llm: str
    embedder: str
    cases: int
    repeat: int
    whole: bool
    done: int
    total: int
    passed: int
    failed: int
    errors: int
    empty: int
    gate: Gate | None


def run_named(home: Path, name: str) -> Run:
    """A run of a home. Raises NotHeldError or InputError for one that is not there."""
    from evals.runs import Run

    folder = home / "evals" / name
    if not _NAME.fullmatch(name) or name.startswith(".") or not (folder / "config.json").is_file():
        raise refused("gone_run")
    return Run.open(folder)


def kept_runs(home: Path) -> list[Kept]:
    """All of them, the newest first."""
    found = []
    folder = home / "evals"
    for config in folder.glob("*/config.json") if folder.is_dir() else ():
        try:
            found.append(_kept(config.parent, _stamps(config.parent)))
        except _DAMAGED as error:
            log.warning("The run %s cannot be read: %s", config.parent.name, error)
    return sorted(found, key=lambda each: (each.started, each.name), reverse=True)


def whole_runs(home: Path) -> list[Run]:
    """Those that have ended, the newest first."""
    return [run_named(home, each.name) for each in kept_runs(home) if each.whole]


def baseline_for(suite: str) -> Baseline | None:
    """What ships for a suite to compare with, where anything does."""
    from evals import gate

    path = gate.shipped(suite)
    return gate.read_baseline(path) if path.is_file() else None


def own_files(run: Run) -> list[Path]:
    """A person's own files of cases that a run is made with."""
    folder = run.folder / OWN
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _stamps(folder: Path) -> tuple[int, ...]:
    """When the files that the table rests on were written."""
    paths = (folder / name for name in ("config.json", "outcomes.jsonl", "summary.json"))
    return tuple(path.stat().st_mtime_ns if path.is_file() else 0 for path in paths)


@lru_cache(maxsize=512)
def _kept(folder: Path, stamps: tuple[int, ...]) -> Kept:
    from evals.runs import Run

    run = Run.open(folder)
    config, cases = run.config, len(run.cases())
    summary = run.summary() if run.whole else None
    return Kept(
        name=run.name,
        suite=config.suite,
        started=config.started,
        llm=config.llm,
        embedder=config.embedder,
        cases=cases,
        repeat=config.repeat,
        whole=run.whole,
        done=cases * config.repeat if run.whole else len(run.outcomes()),
        total=cases * config.repeat,
        passed=summary["passed"] if summary else 0,
        failed=summary["failed"] if summary else 0,
        errors=summary["errors"] if summary else 0,
        empty=summary["empty"] if summary else 0,
        gate=_gate(run) if summary else None,
    )


def _gate(run: Run) -> Gate | None:
    from evals import gate

    baseline = baseline_for(run.config.suite)
    return gate.judge(run, baseline).state if baseline is not None else None
