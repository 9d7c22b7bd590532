"""One evaluation case: a question, what is expected of the answer, and where that stands.

Rows of ``evals/cases/*.csv``, XLSX and JSON lines are read into this model (:mod:`evals.tables`). A case over
an act names provisions and a hash of their words and never quotes it; a case over the embedded corpus may
quote.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from assistant.model import Lang

Expect = Literal["answer", "abstain", "clarify", "eligible", "not_eligible", "insufficient"]
VERDICTS = frozenset(("eligible", "not_eligible", "insufficient"))
# act#provision, then optionally characters of it, the edition it is read in and the hash of its words.
TARGET = re.compile(
    r"(?P<act>[a-z0-9][a-z0-9-]*)#(?P<provision>[^\s@=|;\[]+)(?:\[(?P<start>\d+)-(?P<end>\d+)\])?"
    r"(?:@(?P<edition>\d{4}(?:-\d\d){0,2}))?(?:=(?P<hash>[0-9a-f]{16}))?"
)


class Target(BaseModel):
    """A provision that an answer must cite.

    start, end: characters of it that are needed, from its start; all of it where they are None. hash: of its
    words, by :func:`assistant.eligibility.evidence.hash_of`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    act: str
    provision: str
    start: int | None = None
    end: int | None = None
    edition: str | None = None
    hash: str | None = None

    @classmethod
    def read(cls, text: str) -> Self:
        """``ru-ukaz-490-2019#att1/p27@2024-02-15=0123456789abcdef``. Raises ValueError."""
        match = TARGET.fullmatch(text.strip())
        if match is None:
            raise ValueError(f"'{text}' is not act#provision")
        return cls.model_validate(match.groupdict())

    @property
    def ref(self) -> str:
        """``act#provision``."""
        return f"{self.act}#{self.provision}"

    def __str__(self) -> str:
        span = f"[{self.start}-{self.end}]" if self.start is not None else ""
        edition = f"@{self.edition}" if self.edition else ""
        return f"{self.ref}{span}{edition}{f'={self.hash}' if self.hash else ''}"


class EvalCase(BaseModel):
    """A case. See :data:`evals.tables.COLUMNS` for the headings in both languages.

    must_cite: needs, all of which an answer must meet; a need is met by any one of its targets. quote: words
    that a citation must hold, of the embedded corpus only. must_contain/must_not_contain: words of the
    answer, compared without case, ё and typography; ``a|b``: either. measure and profile: of an eligibility
    case, facts by id. suites: beside that of its file.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(min_length=1, max_length=100, pattern=r"^[\w.-]+$")
    lang: Lang
    question: str = Field(min_length=1, max_length=4000)
    as_of: date | None = None
    measure: str | None = None
    profile: dict[str, str] = {}
    expect: Expect = "answer"
    must_cite: tuple[tuple[Target, ...], ...] = ()
    quote: str | None = None
    must_contain: tuple[str, ...] = ()
    must_not_contain: tuple[str, ...] = ()
    category: str = Field(min_length=1)
    suites: tuple[str, ...] = ()
    reviewer: str | None = None
    reviewed_on: date | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if self.expect in VERDICTS and self.measure is None:
            raise ValueError("a verdict is expected of a measure: fill the column measure")
        if self.expect == "abstain" and self.must_cite:
            raise ValueError("an abstention cites nothing: leave must_cite empty or expect an answer")
        return self

    @property
    def key(self) -> str:
        """What the case is told apart by."""
        return self.id
