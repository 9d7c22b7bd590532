"""Company profiles with the verdicts they must get, written by hand from the criteria of the measures."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from assistant.data_files import load_lines
from assistant.eligibility.model import State, Verdict

ELIGIBILITY = Path(__file__).parent / "cases" / "eligibility.jsonl"


class EligibilityCase(BaseModel):
    """A profile and what must be found of it.

    provisional: None where it is not asserted. states: by the criterion's ``source_id``. missing: the sets of
    facts of which each would decide and no smaller part of it with the same answers, smallest first; of sets
    with something that no fact answers nothing is said. missing_any: facts that some set must have. needs: a
    fact -> the threshold named for it. why: how the verdict follows.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z]+-\d{3}$")
    measure: str
    as_of: date
    profile: dict[str, Any]
    verdict: Verdict
    provisional: bool | None
    states: dict[str, State] = {}
    missing: tuple[tuple[str, ...], ...] = ()
    missing_any: tuple[str, ...] = ()
    complies: State | None = None
    needs: dict[str, str] = {}
    why: str = Field(min_length=10, pattern=r"^[^\n]+$")

    @model_validator(mode="after")
    def _says_what_is_missing_only_where_something_is(self) -> Self:
        if self.verdict != "insufficient" and (self.missing or self.missing_any or self.needs):
            raise ValueError("a definite verdict misses nothing")
        if self.verdict == "insufficient" and self.provisional is not None:
            raise ValueError("only a definite verdict is provisional or not")
        if self.complies is not None and self.verdict != "eligible":
            raise ValueError("compliance is asked of a duty that applies")
        return self


def load_eligibility(path: Path = ELIGIBILITY) -> list[EligibilityCase]:
    """The cases. Raises InputError naming the line and the field."""
    return load_lines(path, EligibilityCase)
