"""One question with what became of it, as the chat keeps it between events."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from assistant.model import Answer, Record


class Nearest(Record):
    """A provision near to a question that was not answered, named for a reader."""

    ref: str
    label: str
    title: str


@dataclass(slots=True)
class Turn:
    """A question and its answer, error or wait.

    ``shown``: claims the reader sees so far. ``seconds``: how long a waiting question has waited.
    ``message``: the error in the interface's language.
    """

    question: str
    state: Literal["waiting", "answered", "failed", "stopped"] = "waiting"
    answer: Answer | None = None
    shown: int = 0
    seconds: int = 0
    message: str = ""
    nearest: list[Nearest] = field(default_factory=list)
