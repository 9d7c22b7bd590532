"""What was said in a conversation -> a bounded history of turns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MAX_TURNS = 6
MAX_CHARS = 4_000  # of the questions of a history, together
MAX_QUESTION = 400  # of one earlier question: what is beyond it is not carried


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and its answer.

    question: as asked; rewritten: as it was answered, None where that is the same. refs: the provisions the
    answer cited (``act#provision``). as_of: the date the person set for this turn, None for today's.
    """

    question: str
    rewritten: str | None = None
    answer: str = ""
    refs: tuple[str, ...] = ()
    as_of: str | None = None


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A full question. carried: of ``act``, ``provision``, ``topic``, ``date``, ``region``."""

    question: str
    changed: bool = False
    carried: tuple[str, ...] = ()


def turns(history: Sequence[Turn | tuple[str, str]]) -> list[Turn]:
    """The turns of a history given as turns or as plain (question, answer) pairs."""
    return [each if isinstance(each, Turn) else Turn(each[0], None, each[1]) for each in history]


def bounded(history: Sequence[Turn | tuple[str, str]]) -> list[Turn]:
    """The latest turns, oldest first: at most MAX_TURNS, their questions at most MAX_CHARS together."""
    kept: list[Turn] = []
    left = MAX_CHARS
    for turn in reversed(turns(history[-MAX_TURNS:])):
        left -= len(shortened(turn.rewritten or turn.question))
        if left < 0:
            break
        kept.append(turn)
    return kept[::-1]


def shortened(question: str) -> str:
    """The last MAX_QUESTION characters of a question, from a word's beginning, on one line."""
    text = " ".join(question[-4 * MAX_QUESTION :].split())
    return text if len(text) <= MAX_QUESTION else text[-MAX_QUESTION:].partition(" ")[2]
