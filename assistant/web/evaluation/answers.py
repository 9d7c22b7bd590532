"""A run -> a table of its answers for a spreadsheet: CSV in UTF-8 with BOM, without a formula in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from assistant.model import Lang
from assistant.web.evaluation.words import say

if TYPE_CHECKING:
    from evals.case import EvalCase
    from evals.outcome import Outcome
    from evals.runs import Run

COLUMNS = (
    "case", "repeat", "category", "lang", "question", "expected", "got", "state", "why", "needs", "cited",
    "answer", "seconds",
)  # fmt: skip


def answers_csv(run: Run, lang: Lang) -> bytes:
    """The answers so far, in the order of the cases; the separator is that of the language's spreadsheets."""
    from evals.tables_files import guarded

    cases = {case.id: case for case in run.cases()}
    lines = {(line["case"], line["repeat"]): line for line in run.scores()}
    stream = io.StringIO(newline="")
    table = csv.writer(stream, delimiter=";" if lang == "ru" else ",", lineterminator="\r\n")
    table.writerow([say(lang, f"csv_{name}") for name in COLUMNS])
    for outcome in run.outcomes():
        if outcome.case in cases:
            line = lines.get((outcome.case, outcome.repeat), {})
            table.writerow([guarded(cell) for cell in _row(cases[outcome.case], outcome, line, lang)])
    return ("\ufeff" + stream.getvalue()).encode("utf-8")


def _row(case: EvalCase, outcome: Outcome, line: Mapping[str, Any], lang: Lang) -> list[str]:
    from evals.reasons import reason_text
    from evals.report.words import outcome_word

    passed = line.get("passed")
    state = "unjudged" if passed is None else "passed" if passed else "failed"
    if outcome.ended in ("error", "empty"):
        state = outcome.ended
    seconds = f"{outcome.seconds:.3f}"
    return [
        case.id,
        str(outcome.repeat + 1),
        case.category,
        case.lang,
        case.question,
        outcome_word(_wanted(case), lang),
        outcome_word(outcome.verdict or outcome.ended, lang),
        say(lang, f"is_{state}"),
        " ".join(reason_text(raw, lang) for raw in line.get("reasons", ())),
        "; ".join(" | ".join(target.ref for target in need) for need in case.must_cite),
        "; ".join(each.ref for each in outcome.citations) or "; ".join(each.ref for each in outcome.found),
        outcome.answer or outcome.error or "",
        seconds.replace(".", ",") if lang == "ru" else seconds,
    ]


def _wanted(case: EvalCase) -> str:
    from evals.case import VERDICTS
    from evals.metrics.expected import ENDS

    return case.expect if case.expect in VERDICTS else ENDS[case.expect]
