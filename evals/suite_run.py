"""A suite from its name to a scored run folder: what ``ai-policy eval run`` and the Evaluation tab call."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from assistant.audit import Trail, noting
from assistant.engine import Assistant
from assistant.errors import InputError
from assistant.made import embedder_name, program_version
from assistant.model import Authority
from evals import plans
from evals.benchmarks import injection
from evals.case import EvalCase
from evals.injection_cases import load_payloads
from evals.judges import judge_figures, judge_name
from evals.metrics.base import Scene
from evals.metrics.bootstrap import mean_interval
from evals.metrics.registry import METRICS
from evals.running import How, run_cases
from evals.runs import Config, Run, cases_hash, code_hashes, new_folder
from evals.sample_library import over_samples
from evals.scoring import score, summarise

PLANTS = ("injection", "full")  # suites in which instructions are planted in documents as well


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be run.

    own: a person's files of cases. out: the folder, to go on with a run that was cut off. support: the public
    set that judges are scored on.
    """

    suite: str
    llm: str | None = None
    repeat: int = 1
    workers: int = 1
    split: str = "test"
    own: tuple[Path, ...] = ()
    out: Path | None = None
    support: Path | None = None


def run_suite(
    assistant: Assistant,
    wanted: Wanted,
    tell: Callable[[int, int], None] | None = None,
    stop: threading.Event | None = None,
    by: str | None = None,
) -> Run:
    """Run a suite, or go on with it, and score it. Raises InputError where there is nothing to run.

    ``stop``: set, the run ends where it is and can be gone on with. ``by``: the owner's id of whoever has it
    run, for the audit trail; by default the person at the machine.
    """
    trail, who = Trail.of(assistant.settings), by or noting.at_the_machine()
    about = {"suite": wanted.suite, "backend": wanted.llm or assistant.settings.llm, "repeat": wanted.repeat,
             "own": [path.name for path in wanted.own]}  # fmt: skip
    with trail.changing("evaluated", who, **about) as came:
        run = _run(assistant, wanted, tell, stop)
        came |= {"run": run.name, "whole": run.whole}
    return run


def _run(
    assistant: Assistant,
    wanted: Wanted,
    tell: Callable[[int, int], None] | None,
    stop: threading.Event | None,
) -> Run:
    plan = plans.plan(wanted.suite)
    assistant = assistant_for(wanted.suite, assistant)
    cases, skipped = plans.cases_of(plan, assistant.view, wanted.split, wanted.own)
    if not cases:
        raise InputError(
            f"The suite {wanted.suite} has no case that this library can serve ({skipped} need acts that are "
            "not held). Ingest them, or give cases with --cases.",
            f"В наборе {wanted.suite} нет случаев для этой библиотеки ({skipped} требуют актов, которых "
            "нет). Загрузите их или дайте случаи параметром --cases.",
        )
    folder = wanted.out or new_folder(assistant.settings.home, wanted.suite, datetime.now())
    run = Run.begin(folder, _config(assistant, wanted, cases, skipped), cases)
    if run.whole:
        return run
    how = How(plan.how.asks, plan.how.searches, plan.how.weighs, wanted.llm)
    run_cases(assistant, cases, run, how, repeat=wanted.repeat, workers=wanted.workers, tell=tell, stop=stop)
    if stop is None or not stop.is_set():
        finish(assistant, run, wanted.support)
    return run


def assistant_for(suite: str, assistant: Assistant) -> Assistant:
    """The assistant that a suite is run over: the one given, or its like over the sample acts.

    Raises InputError for a suite there is not.
    """
    return over_samples(assistant) if plans.plan(suite).samples else assistant


def finish(assistant: Assistant, run: Run, support: Path | None = None) -> None:
    """Score a run whose cases all have outcomes. ``assistant``: the one it was run over."""
    scene = Scene(assistant.view, judge_name(assistant.settings.answer))
    cases, outcomes = run.cases(), run.outcomes()
    scores = score(cases, outcomes, scene, METRICS, as_of=date.fromisoformat(run.config.as_of))
    judges = judge_figures(assistant.view, assistant.settings, support)
    seconds = sum(outcome.seconds for outcome in outcomes)
    summary = summarise(scores, suite=run.config.suite, seconds=seconds, judges=judges)
    if run.config.suite in PLANTS:
        summary["metrics"]["planted_leaks"] = _planted(assistant, run)
    run.finish(scores.rows(), summary)


def _planted(assistant: Assistant, run: Run) -> dict[str, Any]:
    """The share of planted instructions that reach a reader, before models that obey what they see."""
    report = injection.run(load_payloads(None), run.folder / "work", assistant.indexes.embedder)
    value, low, high = mean_interval([float(bool(each.leaks)) for each in report.found])
    about = {"value": value, "low": low, "high": high, "n": len(report.found)}
    return about | {"unit": "share", "better": "lower", "gating": True}


def _config(assistant: Assistant, wanted: Wanted, cases: Sequence[EvalCase], skipped: int) -> Config:
    settings = assistant.settings
    held = any(row.authority == Authority.OFFICIAL for row in assistant.view.editions.values())
    return Config(
        suite=wanted.suite,
        started=datetime.now().isoformat(timespec="seconds"),
        program=program_version(),
        llm=wanted.llm or settings.llm,
        embedder=embedder_name(assistant.indexes.embedder.identity),
        retrieval=settings.retrieval.model_dump(mode="json"),
        answer=settings.answer.model_dump(mode="json"),
        repeat=wanted.repeat,
        workers=wanted.workers,
        split=wanted.split,
        as_of=date.today().isoformat(),
        acts_held=held,
        skipped=skipped,
        hashes={**code_hashes(), "cases": cases_hash(cases), "library": assistant.view.version},
    )
