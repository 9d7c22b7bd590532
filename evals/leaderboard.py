"""Runs of one suite -> backends and embedders side by side, the best first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel

from evals.runs import Run


class Entry(BaseModel):
    """The newest whole run of a backend with an embedder over the same cases."""

    llm: str
    embedder: str
    run: str
    cases: int
    passed: float
    metrics: dict[str, dict[str, Any]]


def leaderboard(runs: Iterable[Run], suite: str) -> list[Entry]:
    """The entries of a suite, by the share of cases passed.

    ``runs``: the newest first; those over other cases than the newest whole run of the suite are left out.
    """
    found: dict[tuple[str, str], Entry] = {}
    cases: str | None = None
    for run in runs:
        config = run.config
        if config.suite != suite or not run.whole:
            continue
        cases = cases or config.hashes["cases"]
        if config.hashes["cases"] != cases or (config.llm, config.embedder) in found:
            continue
        found[config.llm, config.embedder] = _entry(run)
    return sorted(found.values(), key=lambda entry: (-entry.passed, entry.llm, entry.embedder))


def _entry(run: Run) -> Entry:
    summary, config = run.summary(), run.config
    scored = summary["passed"] + summary["failed"]
    share = summary["passed"] / scored if scored else 0.0
    return Entry(
        llm=config.llm, embedder=config.embedder, run=run.name, cases=summary["cases"], passed=share,
        metrics=summary["metrics"],
    )  # fmt: skip


def as_text(entries: list[Entry]) -> str:
    """A table, a line an entry, with the metrics that gate."""
    if not entries:
        return "no finished run of this suite"
    names = [name for name, about in entries[0].metrics.items() if about["gating"]]
    head = ["passed", "cases", *names, "backend", "embedder", "run"]
    rows = [
        [f"{each.passed:.3f}", str(each.cases),
         *(f"{each.metrics[name]['value']:.3f}" if name in each.metrics else "—" for name in names),
         each.llm, each.embedder, each.run]
        for each in entries
    ]  # fmt: skip
    widths = [max(len(row[place]) for row in [head, *rows]) for place in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in [head, *rows]
    )
