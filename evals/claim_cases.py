"""True statements on quotations of acts, and what becomes of them when one fact is changed.

Each case holds a statement in our words, the place of the quotation that bears it out, and the same statement
with one number, date, negation, modal verb, article, act or body made false, or its scope, roles,
connectives, exceptions or conditions. Quotations are references with a hash, resolved against a library.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.answer.compose import Span
from assistant.answer.grounds import quoted
from assistant.answer.verify import Quoted
from assistant.data_files import load_lines
from assistant.library.view import LibraryView
from assistant.model import Lang
from evals.retrieval_cases import Place, hash_of, official_editions

CASES = Path(__file__).parent / "cases" / "claims.jsonl"

# What the figures are promised for; the last five of all are subtler, and told apart.
PLAIN = ("number", "date", "percent", "negation", "modal", "article", "act", "body")
Change = Literal[
    "number", "date", "percent", "negation", "modal", "article", "act", "body",
    "scope", "role", "connective", "exception", "condition",
]  # fmt: skip


class Mutation(BaseModel):
    """A statement made false by one change."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Change
    claim: str = Field(min_length=1)


class ClaimCase(BaseModel):
    """A true statement, the place that bears it out, and its mutations. ``lang``: of the statement."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(min_length=1)
    lang: Lang
    claim: str = Field(min_length=1)
    place: Place
    mutations: tuple[Mutation, ...] = Field(min_length=1)

    @property
    def split(self) -> Literal["dev", "test"]:
        """By a hash of the provision quoted: statements on one provision fall on one side."""
        digest = hashlib.sha256(f"{self.place.act}#{self.place.provision}".encode()).digest()
        return "dev" if digest[0] % 2 else "test"


@dataclass(frozen=True, slots=True)
class GroundedCase:
    """A case with its quotation as evidence. ``cross``: statement and quotation differ in language."""

    case: ClaimCase
    ground: Quoted
    cross: bool


def load_claims(path: Path = CASES) -> list[ClaimCase]:
    """The cases of a JSON-lines file. Raises InputError naming the line."""
    return load_lines(path, ClaimCase)


def ground(cases: Sequence[ClaimCase], view: LibraryView) -> tuple[list[GroundedCase], int]:
    """The cases whose quotations the library holds, and how many it does not."""
    held = official_editions(view)
    found = []
    for case in cases:
        key = held.get((case.place.act, case.place.edition))
        edition = view.edition(key) if key is not None else None
        node = edition.provisions.get(case.place.provision) if edition else None
        if edition is None or node is None or key is None:
            continue
        start, end = node.start + case.place.start, node.start + case.place.end
        if hash_of(edition.text[start:end]) == case.place.sha256:
            span = Span(key, node.id, start, end)
            found.append(GroundedCase(case, quoted(span, view), cross=node.lang != case.lang))
    return found, len(cases) - len(found)
