"""Outcomes of cases -> one number a case: repetitions are averaged, for a case is what gets resampled."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from evals.case import EvalCase
from evals.outcome import Outcome

Pair = tuple[EvalCase, Outcome]


def answered_at_all(outcome: Outcome) -> bool:
    """Whether there is anything to judge: errors and empty answers are rows of their own."""
    return outcome.ended not in ("error", "empty")


def case_means(
    pairs: Sequence[Pair], number: Callable[[EvalCase, Outcome], float | None]
) -> dict[str, float]:
    """Case id -> the mean over its repetitions of what ``number`` gives; cases without a number left out.

    In order of ids, so that the same outcomes give the same intervals whatever their order.
    """
    found: dict[str, list[float]] = {}
    for case, outcome in pairs:
        value = number(case, outcome)
        if value is not None:
            found.setdefault(case.id, []).append(value)
    return {name: sum(sorted(found[name])) / len(found[name]) for name in sorted(found)}
