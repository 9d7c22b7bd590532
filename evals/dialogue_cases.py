"""Conversations written by hand -> what each follow-up means when it is asked in full.

The turns are our own words and quote no act. A turn without ``full`` opens the conversation.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from assistant.data_files import load_lines
from assistant.errors import InputError
from assistant.model import Lang
from evals.retrieval_cases import Split

CASES = Path(__file__).parent / "cases" / "dialogues.jsonl"

Kind = Literal[
    "ellipsis", "pronoun", "provision", "act_switch", "date", "region", "count", "complete", "topic_change"
]
WHOLE: tuple[Kind, ...] = ("complete", "topic_change")  # questions that must be left as they are


class DialogueTurn(BaseModel):
    """A question. ``full``: what it means; ``acts``: those it is about; ``topic``: words the rewriting must
    hold, in any form; ``as_of``: the date whose law it asks for; ``absent``: words it must not hold.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    q: str = Field(min_length=1, max_length=400)
    full: str | None = Field(None, max_length=400)
    acts: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    as_of: str | None = Field(None, pattern=r"^\d{4}-\d{2}-\d{2}$")
    kind: Kind | None = None
    absent: tuple[str, ...] = Field((), alias="not")

    @model_validator(mode="after")
    def _a_follow_up_is_whole(self) -> Self:
        if (self.full is None) != (self.kind is None):
            raise ValueError(f"'{self.q}' needs both full and kind, or neither")
        return self


class Dialogue(BaseModel):
    """A conversation: an opening question and one or more that follow."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(min_length=1)
    lang: Lang
    turns: tuple[DialogueTurn, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _only_the_first_opens(self) -> Self:
        if self.turns[0].full is not None or any(turn.full is None for turn in self.turns[1:]):
            raise ValueError("the first turn has no full question, every other has one")
        return self

    @property
    def split(self) -> Split:
        """``dev`` or ``test``, by a hash of the id."""
        return "dev" if hashlib.sha256(self.id.encode()).digest()[0] % 2 else "test"


def load_dialogues(path: Path = CASES) -> list[Dialogue]:
    """The conversations of a JSON-lines file. Raises InputError naming the line."""
    found = load_lines(path, Dialogue)
    names = [each.id for each in found]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise InputError(
            f"{path}: the id {twice} occurs twice. Give each conversation its own.",
            f"{path}: идентификатор {twice} повторяется. Дайте каждому диалогу свой.",
        )
    return found
