"""What became of one case in one run: a line of the run's ``outcomes.jsonl`` for a case and repetition."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.model import Citation

Ended = Literal["answered", "abstained", "clarify", "checked", "searched", "empty", "error"]


class Found(BaseModel):
    """One ranked provision of a search: where it stands, in characters of its edition's text."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ref: str
    edition: str | None
    start: int
    end: int


class Outcome(BaseModel):
    """A case as it came out.

    ended: the answer's status; ``empty``: an answer without a statement; ``error``: none at all, with
    ``error`` saying why. language: of the answer. claims: (text, ids of citations). verdict: of a check.
    seconds: from question to answer. evidence: how strong the evidence was, higher for likelier answered;
    None where it was not weighed. usage: tokens and cost, of a language model.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    case: str
    repeat: int = 0
    ended: Ended
    language: str | None = None
    answer: str = ""
    claims: list[tuple[str, list[int]]] = Field(default_factory=list)
    citations: list[Citation] = Field(default_factory=list)
    found: list[Found] = Field(default_factory=list)
    verdict: str | None = None
    provisional: bool | None = None
    withheld: int = 0
    evidence: float | None = None
    seconds: float = 0.0
    usage: dict[str, int | float | str] = Field(default_factory=dict)
    error: str | None = None
