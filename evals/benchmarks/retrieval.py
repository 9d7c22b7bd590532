"""Cases over acts -> how well each system finds what an answer needs, side by side, with intervals.

One run asks every system the same questions. Figures are means over questions with 95 % bootstrap intervals,
for all, by language pair and by category.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from assistant.dates import as_of_date
from assistant.engine import Assistant
from assistant.errors import InputError
from assistant.library.view import LibraryView
from assistant.model import Currency, Hit
from evals.metrics.bootstrap import mean_interval
from evals.metrics.needs import ranks_of_needs
from evals.metrics.ranking import ranking_metrics
from evals.metrics.recall import full_recall_at, recall_at
from evals.metrics.spans import span_metrics
from evals.retrieval_cases import Passage, ResolvedCase, RetrievalCase, official_editions
from evals.systems import System

log = logging.getLogger(__name__)

DEPTH = 20  # passages asked of every system
SPANS_AT = 5

Figures = dict[str, tuple[float, float, float]]


@dataclass(frozen=True, slots=True)
class Run:
    """What one system did. ``figures``: group -> metric -> (mean, lower, upper); ``per_case``: by id."""

    system: str
    figures: dict[str, Figures]
    sizes: dict[str, int]
    per_case: dict[str, dict[str, Any]]


def measure(system: System, cases: Sequence[ResolvedCase]) -> Run:
    """Ask a system all cases and compute every figure. Raises InputError for no cases."""
    if not cases:
        raise InputError(
            "There is no case to run. Choose another split.", "Случаев нет. Выберите другую часть."
        )
    ranked = system.search(cases, DEPTH)
    per_case = _per_case(cases, ranked)
    figures: dict[str, Figures] = {}
    sizes: dict[str, int] = {}
    for name, members in groups(cases).items():
        sizes[name] = len(members)
        metrics = per_case[members[0].case.id]["metrics"]
        figures[name] = {
            metric: mean_interval([per_case[case.case.id]["metrics"][metric] for case in members])
            for metric in metrics
        }
    return Run(system.name, figures, sizes, per_case)


def _per_case(
    cases: Sequence[ResolvedCase], ranked: Sequence[Sequence[Passage]]
) -> dict[str, dict[str, Any]]:
    ranks = {
        case.case.id: ranks_of_needs(found, case.needs) for case, found in zip(cases, ranked, strict=True)
    }
    order = ranking_metrics(ranks)
    found: dict[str, dict[str, Any]] = {}
    for case, passages in zip(cases, ranked, strict=True):
        met = ranks[case.case.id]
        metrics = {f"recall@{k}": recall_at(met, k) for k in (1, 5, 10, 20)}
        metrics["full@10"] = full_recall_at(met, 10)
        metrics |= order[case.case.id]
        precision, recall = span_metrics(passages, case.needs, SPANS_AT)
        metrics |= {f"chars_p@{SPANS_AT}": precision, f"chars_r@{SPANS_AT}": recall}
        found[case.case.id] = {"ranks": met, "metrics": metrics}
    return found


def groups(cases: Sequence[ResolvedCase]) -> dict[str, list[ResolvedCase]]:
    """The groups figures are given for, those with a case in them, the same order every time."""
    rules: dict[str, Callable[[ResolvedCase], bool]] = {
        "all": lambda case: True,
        "same language": lambda case: not case.cross_lingual,
        "cross-lingual": lambda case: case.cross_lingual,
        "several provisions": lambda case: len(case.needs) > 1,
    }
    for name in ("same language", "cross-lingual", "several provisions"):
        rules[f"natural: {name}"] = partial(_in_tier, rules[name], True)
        rules[f"hard: {name}"] = partial(_in_tier, rules[name], False)
    for pair in ("ru-ru", "en-en", "ru-en", "en-ru"):
        rules[pair] = partial(_of_pair, pair)
    for tag in sorted({tag for case in cases for tag in case.case.tags} - {"natural", "multi"}):
        rules[tag] = partial(_tagged, tag)
    chosen = {name: [case for case in cases if rule(case)] for name, rule in rules.items()}
    return {name: members for name, members in chosen.items() if members}


def _in_tier(rule: Callable[[ResolvedCase], bool], natural: bool, case: ResolvedCase) -> bool:
    return rule(case) and ("natural" in case.case.tags) == natural


def _of_pair(pair: str, case: ResolvedCase) -> bool:
    return case.pair == pair


def _tagged(tag: str, case: ResolvedCase) -> bool:
    return tag in case.case.tags


def edition_figures(
    hits: Mapping[str, Sequence[Hit]], cases: Sequence[ResolvedCase], view: LibraryView
) -> dict[str, Any]:
    """Whether the right edition comes, and whether wording out of force is flagged.

    ``right``: of the hits that belong to an act the case needs and that has several editions, the share in
    the needed edition. ``unflagged``: hits whose edition does not cover the case's date and that do not say
    so.
    """
    several = {row.act_id for row in view.editions.values() if row.valid_to}
    right = total = 0
    unflagged: list[str] = []
    for case in cases:
        day = as_of_date(case.case.as_of)
        needed = {place.act: place.edition for need in case.needs for place in need if place.act in several}
        for hit in hits[case.case.id]:
            if hit.act in needed and hit.authority == "official":
                total += 1
                right += hit.edition == needed[hit.act]
            if _out_of_force(hit, view, day) and hit.currency in (Currency.CURRENT, Currency.UNKNOWN):
                unflagged.append(f"{case.case.id}: {hit.ref}")
    return {"hits": total, "right": right / total if total else None, "unflagged": unflagged}


def _out_of_force(hit: Hit, view: LibraryView, day: date) -> bool:
    """Whether the edition's own dates, or the act's, exclude the day; asked of the library, not the hit."""
    for row in view.editions_like(hit.act, hit.edition, hit.authority):
        act = view.acts[row.act_id]
        began = max(filter(None, (row.valid_from, act.in_force_from)), default="")
        ended = min(filter(None, (row.valid_to, act.in_force_to)), default="9999")
        day_as_text = day.isoformat()
        return day_as_text[: len(began)] < began or day_as_text >= ended
    return False


def usable(cases: Sequence[RetrievalCase], view: LibraryView) -> tuple[list[RetrievalCase], int]:
    """The cases whose acts the library holds, and how many were left out. Raises InputError for none."""
    held = official_editions(view)
    kept = [
        case
        for case in cases
        if all((place.act, place.edition) in held for need in case.needs for place in need)
    ]
    if not kept:
        raise InputError(
            "The library holds none of the acts the cases are about. Ingest them: ai-policy ingest FOLDER.",
            "В библиотеке нет актов, о которых спрашивают случаи. Загрузите их: ai-policy ingest ПАПКА.",
        )
    return kept, len(cases) - len(kept)


def as_table(
    runs: Sequence[Run], metrics: Sequence[str] = ("recall@5", "recall@10", "full@10", "ndcg@10")
) -> str:
    """The runs side by side, a block a group: mean and interval."""
    lines = []
    for group, size in runs[0].sizes.items():
        lines.append(f"\n{group} ({size})")
        lines.append(f"  {'':28s}" + "".join(f"{metric:>22s}" for metric in metrics))
        for run in runs:
            cells = [_cell(run.figures[group][metric]) for metric in metrics]
            lines.append(f"  {run.system:28s}" + "".join(f"{cell:>22s}" for cell in cells))
    return "\n".join(lines)


def _cell(figure: tuple[float, float, float]) -> str:
    mean, low, high = figure
    return f"{mean:.3f} [{low:.3f}–{high:.3f}]"


def save(runs: Sequence[Run], folder: Path, config: Mapping[str, Any]) -> None:
    """A folder with ``config.json``, ``summary.json`` and a file of cases for each system."""
    folder.mkdir(parents=True, exist_ok=True)
    _dump(folder / "config.json", config)
    _dump(folder / "summary.json", {run.system: {"sizes": run.sizes, "figures": run.figures} for run in runs})
    for run in runs:
        lines = (json.dumps({"id": key, **value}, ensure_ascii=False) for key, value in run.per_case.items())
        name = run.system.replace(" ", "-").replace("/", "-")
        (folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _dump(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1), encoding="utf-8")


def config_of(assistant: Assistant, split: str, skipped: int) -> dict[str, Any]:
    """What the run was made with, to tell runs apart."""
    return {
        "split": split,
        "skipped": skipped,
        "library": assistant.library.version,
        "embedder": assistant.indexes.embedder.identity.fingerprint[:16],
        "retrieval": assistant.settings.retrieval.model_dump(),
    }
