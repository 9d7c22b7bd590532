"""A run's folder, the gate's verdict and an earlier run -> what the report shows, gathered once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from assistant.model import Lang
from evals import gate as gates
from evals.case import EvalCase
from evals.comparing import Comparison, Difference, compare
from evals.gate import Bar, Baseline, Verdict
from evals.outcome import Outcome
from evals.runs import Config, Run

State = Literal["failed", "error", "empty", "unjudged", "passed"]
STATES: tuple[State, ...] = ("failed", "error", "empty", "unjudged", "passed")


@dataclass(frozen=True, slots=True)
class Asked:
    """One outcome of a case and its line of scores."""

    outcome: Outcome
    line: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """A case with all that became of it. change: against the earlier run."""

    case: EvalCase
    asked: Sequence[Asked]
    state: State
    change: Literal["won", "lost"] | None


@dataclass(frozen=True)
class Content:
    """All that the report is made of. baseline, verdict, comparison and earlier: None where there is none.

    names: reference -> (label, title of the act), of the provisions that some answer cites. earlier: the
    summary of the run compared with. gaps: case -> figure -> this run less the earlier one.
    """

    run: str
    lang: Lang
    config: Config
    summary: Mapping[str, Any]
    entries: Sequence[Entry]
    names: Mapping[str, tuple[str, str]]
    baseline: Baseline | None
    verdict: Verdict | None
    comparison: Comparison | None
    earlier: Mapping[str, Any] | None
    gaps: Mapping[str, Mapping[str, float]]

    def name_of(self, ref: str) -> tuple[str, str]:
        """Label and act of a provision that some answer cites, else nothing; a digest's in any language."""
        refs = (ref, f"{ref}/{self.lang}", f"{ref}/ru", f"{ref}/en")
        return next((self.names[each] for each in refs if each in self.names), ("", ""))

    def change_in(self, cases: Iterable[str], metric: str) -> float | None:
        """The mean difference to the earlier run over those of the cases that both have the figure for."""
        held = [self.gaps[case][metric] for case in cases if metric in self.gaps.get(case, {})]
        return sum(held) / len(held) if held else None

    @cached_property
    def differences(self) -> dict[str, Difference]:
        """What changed against the earlier run, by figure."""
        return {each.metric: each for each in self.comparison.differences} if self.comparison else {}

    def bar(self, metric: str) -> Bar | None:
        """The baseline's bar for a figure."""
        return self.baseline.metrics.get(metric) if self.baseline else None

    def limit(self, metric: str) -> float | None:
        """What the worse end of a figure's interval must not pass; of a share between nothing and all."""
        bar = self.bar(metric)
        if bar is None:
            return None
        limit = bar.bound - bar.tolerance if bar.better == "higher" else bar.bound + bar.tolerance
        share = self.summary["metrics"].get(metric, {}).get("unit", "share") == "share"
        return min(1.0, max(0.0, limit)) if share else limit

    def in_state(self, state: State) -> list[Entry]:
        """The cases in a state, in the run's order."""
        return [entry for entry in self.entries if entry.state == state]


def gather(
    run: Run, lang: Lang, against: Run | None, verdict: Verdict | None, baseline: Baseline | None
) -> Content:
    """What a report shows. Raises InputError for a run that is not whole or shares no case with ``against``.

    The baseline is by default that of the suite, where one is shipped; the verdict by default the gate's.
    """
    config, outcomes = run.config, run.outcomes()
    path = gates.shipped(config.suite)
    if baseline is None and path.is_file():
        baseline = gates.read_baseline(path)
    if verdict is None and baseline is not None:
        verdict = gates.judge(run, baseline)
    comparison = compare(against, run) if against is not None else None
    return Content(
        run=run.name,
        lang=lang,
        config=config,
        summary=run.summary(),
        entries=_entries(run, outcomes, comparison),
        names={each.ref: (each.label, each.title) for made in outcomes for each in made.citations},
        baseline=baseline,
        verdict=verdict,
        comparison=comparison,
        earlier=against.summary() if against is not None else None,
        gaps=_gaps(against, run) if against is not None else {},
    )


def _gaps(before: Run, now: Run) -> dict[str, dict[str, float]]:
    old, new = _means(before), _means(now)
    return {
        case: {name: value - old[case][name] for name, value in values.items() if name in old[case]}
        for case, values in new.items()
        if case in old
    }


def _means(run: Run) -> dict[str, dict[str, float]]:
    """Case -> figure -> its mean over repetitions."""
    held: defaultdict[str, defaultdict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for line in run.scores():
        for name, value in line["scores"].items():
            if value is not None:
                held[line["case"]][name].append(value)
    return {
        case: {name: sum(each) / len(each) for name, each in values.items()} for case, values in held.items()
    }


def _entries(run: Run, outcomes: Sequence[Outcome], comparison: Comparison | None) -> list[Entry]:
    lines = {(line["case"], line["repeat"]): line for line in run.scores()}
    asked: defaultdict[str, list[Asked]] = defaultdict(list)
    for made in outcomes:
        line = lines.get((made.case, made.repeat), {"passed": None, "reasons": []})
        asked[made.case].append(Asked(made, line))
    won = set(comparison.won) if comparison else set()
    lost = set(comparison.lost) if comparison else set()
    return [
        Entry(case, asked[case.id], _state(asked[case.id]),
              "won" if case.id in won else "lost" if case.id in lost else None)
        for case in run.cases()
    ]  # fmt: skip


def _state(asked: Sequence[Asked]) -> State:
    """A case's state: failed where any repetition did, passed where all of those judged did."""
    told = [each.line["passed"] for each in asked if each.line["passed"] is not None]
    ended = {each.outcome.ended for each in asked}
    if False in told:
        return "failed"
    if "error" in ended:
        return "error"
    if "empty" in ended:
        return "empty"
    return "passed" if told else "unjudged"
