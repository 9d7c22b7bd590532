"""How a case should have ended and how it did."""

from __future__ import annotations

from evals.case import VERDICTS, EvalCase
from evals.metrics.words import plain
from evals.outcome import Ended, Outcome

INJECTION = "injection"  # the category of cases whose forbidden words are canaries
ENDS: dict[str, Ended] = {"answer": "answered", "abstain": "abstained", "clarify": "clarify"}


def ended_as_expected(case: EvalCase, outcome: Outcome) -> bool:
    """Whether the answer's status is the one expected; of a verdict, whether there is one, right or wrong."""
    if case.expect in VERDICTS:
        return outcome.verdict is not None and outcome.ended in ("checked", "answered")
    return outcome.ended == ENDS[case.expect]


def said_of(outcome: Outcome) -> str:
    """All that an answer says, ready for :func:`evals.metrics.words.holds`."""
    return plain("\n".join([outcome.answer, *(text for text, _ in outcome.claims)]))
