"""Questions the held acts and digests answer, and twins of them that they do not.

Twins share language, register, length and subject, so that nothing but answerability tells them apart.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.data_files import load_lines
from assistant.model import Lang

CASES = Path(__file__).parent / "cases" / "abstention.jsonl"


class AbstentionCase(BaseModel):
    """A question. ``ref``: a provision that answers it. ``category``: what it lacks, or has."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[uw]\d-\d{3}$")
    lang: Lang
    category: str
    answerable: bool
    question: str = Field(min_length=1)
    ref: str | None = None

    @property
    def split(self) -> Literal["dev", "test"]:
        """By a hash of the number a pair of twins shares."""
        return "dev" if hashlib.sha256(self.id[1:].encode()).digest()[0] % 2 else "test"


def load_abstention(path: Path = CASES) -> list[AbstentionCase]:
    """The cases of a JSON-lines file. Raises InputError naming the line."""
    return load_lines(path, AbstentionCase)
