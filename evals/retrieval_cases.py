"""Questions with the passages they need -> what a search over a library must find.

A case over an act never quotes it: it names a provision, a span inside it and the span's hash, and is
resolved against the text a library holds. A need may be met in any one of several places; a full answer
needs all of its needs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from assistant.data_files import load_lines
from assistant.errors import InputError
from assistant.library.view import EditionView, LibraryView
from assistant.model import Lang

CASES = Path(__file__).parent / "cases" / "retrieval.jsonl"

Split = Literal["dev", "test"]


class Place(BaseModel):
    """A passage by reference. ``start``, ``end``: characters from the provision's start.

    ``edition``: the edition's date, as the library has it; ``sha256``: of the passage's UTF-8.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    act: str
    edition: str | None = None
    provision: str
    start: int = Field(ge=0)
    end: int = Field(gt=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if self.end <= self.start:
            raise ValueError(f"the span {self.start}-{self.end} holds nothing")
        return self


class RetrievalCase(BaseModel):
    """A question and its needs: each need a list of places, any of which meets it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(min_length=1)
    lang: Lang
    question: str = Field(min_length=1)
    as_of: str | None = None
    tags: tuple[str, ...] = ()
    needs: tuple[Annotated[tuple[Place, ...], Field(min_length=1)], ...] = Field(min_length=1)

    @property
    def split(self) -> Split:
        """``dev`` or ``test``, by a hash of what the first need asks for.

        Questions whose first need is one provision fall on one side.
        """
        first = self.needs[0][0]
        digest = hashlib.sha256(f"{first.act}#{first.provision}".encode()).digest()
        return "dev" if digest[0] % 2 else "test"


@dataclass(frozen=True, slots=True)
class Passage:
    """Characters ``[start, end)`` of the canonical text of an edition (its date) of an act."""

    act: str
    edition: str | None
    start: int
    end: int

    def covers_of(self, other: Passage) -> float:
        """The share of ``other``'s characters that lie in this passage, 0…1."""
        if (self.act, self.edition) != (other.act, other.edition):
            return 0.0
        common = min(self.end, other.end) - max(self.start, other.start)
        return max(0, common) / (other.end - other.start)


@dataclass(frozen=True, slots=True)
class ResolvedCase:
    """A case whose places were found in a library. ``pair``: language of the question, then of the text."""

    case: RetrievalCase
    needs: tuple[tuple[Passage, ...], ...]
    pair: str

    @property
    def cross_lingual(self) -> bool:
        """Whether the question and some needed text differ in language."""
        first, second = self.pair.split("-")
        return first != second


def load_cases(path: Path = CASES) -> list[RetrievalCase]:
    """The cases of a JSON-lines file. Raises InputError naming the line."""
    found = load_lines(path, RetrievalCase)
    names = [case.id for case in found]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise InputError(
            f"{path}: the id {twice} occurs twice. Give each case its own.",
            f"{path}: идентификатор {twice} повторяется. Дайте каждому случаю свой.",
        )
    return found


def resolve(cases: Iterable[RetrievalCase], view: LibraryView) -> list[ResolvedCase]:
    """The cases with absolute passages. Raises InputError for a place the library does not bear out."""
    held = official_editions(view)
    return [_resolve(case, view, held) for case in cases]


def official_editions(view: LibraryView) -> dict[tuple[str, str | None], int]:
    """(act, date) of every official edition that is held -> its key."""
    return {
        (row.act_id, row.edition): row.id for row in view.editions.values() if row.authority == "official"
    }


def _resolve(
    case: RetrievalCase, view: LibraryView, held: Mapping[tuple[str, str | None], int]
) -> ResolvedCase:
    needs, langs = [], set()
    for need in case.needs:
        passages = []
        for place in need:
            key = held.get((place.act, place.edition))
            edition = view.edition(key) if key is not None else None
            passages.append(_passage(case, place, edition))
            assert edition is not None
            langs.add(edition.row.lang)
        needs.append(tuple(passages))
    other = next((lang for lang in sorted(langs) if lang != case.lang), case.lang)
    return ResolvedCase(case, tuple(needs), f"{case.lang}-{other}")


def _passage(case: RetrievalCase, place: Place, edition: EditionView | None) -> Passage:
    node = edition.provisions.get(place.provision) if edition else None
    if edition is None or node is None:
        raise InputError(
            f"Case {case.id} needs {place.act}#{place.provision} in the edition of {place.edition}, which "
            "the library does not hold. Ingest it, or remove the case.",
            f"Случаю {case.id} нужно {place.act}#{place.provision} в редакции {place.edition}, которой в "
            "библиотеке нет. Загрузите её или уберите случай.",
        )
    start, end = node.start + place.start, node.start + place.end
    if end > node.end or hash_of(edition.text[start:end]) != place.sha256:
        raise InputError(
            f"Case {case.id}: the words of {place.act}#{place.provision} are not those it was written for. "
            "Review the case.",
            f"Случай {case.id}: слова {place.act}#{place.provision} не те, для которых он написан. "
            "Пересмотрите случай.",
        )
    return Passage(place.act, place.edition, start, end)


def hash_of(text: str) -> str:
    """SHA-256 of a passage's UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def place_of(view: LibraryView, act: str, edition: str | None, provision: str, quote: str) -> Place:
    """The reference of a quotation, for writing a case. Raises InputError where it does not stand there."""
    key = official_editions(view).get((act, edition))
    found = view.edition(key) if key is not None else None
    node = found.provisions.get(provision) if found else None
    at = found.text.find(quote, node.start, node.end) if found and node else -1
    if node is None or at < 0:
        raise InputError(
            f"'{quote[:60]}' does not stand in {act}#{provision}, edition {edition}.",
            f"«{quote[:60]}» нет в {act}#{provision}, редакция {edition}.",
        )
    begin = at - node.start
    return Place(act=act, edition=edition, provision=provision, start=begin, end=begin + len(quote),
                 sha256=hash_of(quote))  # fmt: skip


def of_split(cases: Sequence[ResolvedCase], split: str) -> list[ResolvedCase]:
    """The cases of ``dev``, ``test`` or ``all``."""
    return [case for case in cases if split in ("all", case.case.split)]
