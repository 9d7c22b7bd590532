"""Abstention over twins of answerable and unanswerable questions: who is answered, who is refused."""

from __future__ import annotations

from typing import Any

from assistant.answer.threshold import threshold_of
from assistant.engine import Assistant
from evals.abstention_cases import AbstentionCase
from evals.metrics.bootstrap import mean_interval


def run(assistant: Assistant, cases: list[AbstentionCase]) -> dict[str, Any]:
    """Shares with 95 % intervals of unanswerable questions answered and of answerable ones refused.

    A question back counts as neither. ``by_category``: answered, of all, for unanswerable ones.
    """
    answered: list[float] = []
    refused: list[float] = []
    by_category: dict[str, list[float]] = {}
    for case in cases:
        status = assistant.ask(case.question, llm="extractive").status
        if case.answerable:
            refused.append(float(status == "abstained"))
        else:
            answered.append(float(status == "answered"))
            by_category.setdefault(case.category, []).append(float(status == "answered"))
    return {
        "learnt_threshold": threshold_of(assistant.indexes.embedder, assistant.indexes.size) is not None,
        "unanswerable_answered": _share(answered),
        "answerable_refused": _share(refused),
        "by_category": {
            name: f"{int(sum(values))}/{len(values)}" for name, values in sorted(by_category.items())
        },
    }


def _share(values: list[float]) -> dict[str, float | int]:
    mean, low, high = mean_interval(values)
    return {"n": len(values), "share": round(mean, 4), "low": round(low, 4), "high": round(high, 4)}
