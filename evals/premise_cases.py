"""Questions that assume something, true or false of the acts, and questions that fit several acts.

The questions are our own words. What the text says is a place with a hash, never a quotation; ``right`` is
the figure or the few words that a correction must state.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from assistant.data_files import load_lines
from assistant.errors import InputError
from assistant.library.view import LibraryView
from assistant.model import Lang
from evals.retrieval_cases import Passage, Place, Split, hash_of, official_editions

PREMISES = Path(__file__).parent / "cases" / "premises.jsonl"
CLARIFY = Path(__file__).parent / "cases" / "clarify.jsonl"

Kind = Literal["number", "percent", "date", "body", "negation", "modal", "article"]


class _Case(BaseModel):
    """A question with an id, which decides its split."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(min_length=1)
    lang: Lang
    question: str = Field(min_length=1)

    @property
    def split(self) -> Split:
        """``dev`` or ``test``, by a hash of the id."""
        return "dev" if hashlib.sha256(self.id.encode()).digest()[0] % 2 else "test"


class PremiseCase(_Case):
    """A question that takes ``assumed`` for granted. ``holds``: the text at ``place`` bears it out.

    right: what the text says instead, where a few words tell it.
    """

    holds: bool
    assumed: str = Field(min_length=1)
    right: str | None = None
    kind: Kind
    place: Place


class ClarifyCase(_Case):
    """A question. ``between``: the acts or regions it may mean; none where it has one reading."""

    between: tuple[str, ...] = ()
    why: str = ""


Case = TypeVar("Case", PremiseCase, ClarifyCase)


def load_premises(path: Path = PREMISES) -> list[PremiseCase]:
    """The cases of a JSON-lines file. Raises InputError naming the line or an id that repeats."""
    return _distinct(load_lines(path, PremiseCase), path)


def load_clarify(path: Path = CLARIFY) -> list[ClarifyCase]:
    """The cases of a JSON-lines file. Raises InputError naming the line or an id that repeats."""
    return _distinct(load_lines(path, ClarifyCase), path)


def _distinct(cases: list[Case], path: Path) -> list[Case]:
    names = [case.id for case in cases]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise InputError(
            f"{path}: the id {twice} occurs twice. Give each case its own.",
            f"{path}: идентификатор {twice} повторяется. Дайте каждому случаю свой.",
        )
    return cases


def passages(cases: Sequence[PremiseCase], view: LibraryView) -> dict[str, Passage]:
    """Case id -> where the text says what is right; cases whose place is not held are left out."""
    held = official_editions(view)
    found: dict[str, Passage] = {}
    for case in cases:
        place = case.place
        key = held.get((place.act, place.edition))
        edition = view.edition(key) if key is not None else None
        node = edition.provisions.get(place.provision) if edition else None
        if edition is None or node is None:
            continue
        start, end = node.start + place.start, node.start + place.end
        if hash_of(edition.text[start:end]) == place.sha256:
            found[case.id] = Passage(place.act, place.edition, start, end)
    return found
