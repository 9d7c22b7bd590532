"""corpus/namings.yaml -> the words of a question that name an act or a body by its kind alone.

«указ об ИИ», "the executive order", «комиссия»: such a naming, with the topic beside it, may fit several.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

import corpus
from assistant import glossary
from assistant.data_files import load_checked
from assistant.index.words import fold, stem, stems, tokens
from assistant.model import ActKind

NAMINGS = Path(corpus.__file__).parent / "namings.yaml"
_BETWEEN = re.compile(
    r"\s+(?:(?:президента|правительства|рф|россии|сша|ес|the|of|russia)\s+)*"
    r"(?:(?:о|об|обо|по|в\s+(?:сфере|области)|для|on|about|for|of|concerning|regarding|in\s+the\s+field\s+of)\s+)?"
    r"(?:(?:развити\w+|регулировани\w+|вопросам|the|development|regulation)\s+)*",
    re.IGNORECASE,
)
_PLURAL = re.compile(r"(?:ы|ов|ам|ами|ах|ий|иям|иями|иях|(?<!c)s)$")

Meant = TypeVar("Meant")


class Naming(BaseModel):
    """A word that names acts of ``kinds``, or bodies of ``bodies`` kinds. ``plural``: also in the plural."""

    model_config = ConfigDict(extra="forbid")

    id: str
    forms: list[str] = Field(min_length=1)
    kinds: list[ActKind] = Field(default_factory=list)
    bodies: list[str] = Field(default_factory=list)
    plural: bool = False

    @model_validator(mode="after")
    def _means_something(self) -> Self:
        if bool(self.kinds) == bool(self.bodies):
            raise ValueError("a naming is of acts or of bodies")
        return self


class Namings(BaseModel):
    """What corpus/namings.yaml holds: namings, and lists of words."""

    model_config = ConfigDict(extra="forbid")

    namings: list[Naming]
    open: str
    empty: str
    regional: str

    @cached_property
    def opening(self) -> frozenset[str]:
        """Stems of the words before a naming that speak of any such act."""
        return _stemmed(self.open)

    @cached_property
    def saying_nothing(self) -> frozenset[str]:
        """Stems of the words that single out none of several acts."""
        return _stemmed(self.empty)

    @cached_property
    def of_a_region(self) -> frozenset[str]:
        """Stems of the words that ask after a region without naming it."""
        return _stemmed(self.regional)


def _stemmed(words: str) -> frozenset[str]:
    return frozenset(stem(fold(word)) for word in words.split())


@lru_cache(maxsize=1)
def load_namings() -> Namings:
    """The namings that come with the program, read once."""
    return load_checked(NAMINGS, TypeAdapter(Namings), "list of namings", "список названий")


@dataclass(frozen=True, slots=True)
class Met:
    """A naming met in ``[start, end)`` of a question; ``head``: where its own words stand, without the topic.

    topic: the forms of the glossary term it is about, as stems; empty where none is said.
    """

    naming: Naming
    start: int
    end: int
    head: tuple[int, int]
    topic: tuple[tuple[str, ...], ...] = ()


def namings_in(question: str) -> list[Met]:
    """The namings of a question in order, the longest form at each place, with their topics."""
    held = load_namings()
    words = tokens(question)
    stemmed = [stem(word) for word, _, _ in words]
    found: list[Met] = []
    place = 0
    while place < len(words):
        naming, length = _form_at(stemmed, place)
        if naming is not None:
            own = [word for word, _, _ in words[place : place + length]]
            several = not naming.plural and any(_PLURAL.search(word) for word in own)
            if not several and not held.opening & set(stemmed[max(0, place - 2) : place]):
                found.append(_with_topic(naming, question, words[place][1], words[place + length - 1][2]))
        place += length
    return found


def _form_at(stemmed: Sequence[str], place: int) -> tuple[Naming | None, int]:
    """The naming whose form, the longest, begins at a word, and its length; (None, 1) where none does."""
    best: tuple[Naming | None, int] = (None, 0)
    for form, naming in _forms().get(stemmed[place], ()):
        if len(form) > best[1] and tuple(stemmed[place : place + len(form)]) == form:
            best = (naming, len(form))
    return best if best[0] else (None, 1)


@lru_cache(maxsize=1)
def _forms() -> dict[str, list[tuple[tuple[str, ...], Naming]]]:
    found: dict[str, list[tuple[tuple[str, ...], Naming]]] = {}
    for naming in load_namings().namings:
        for form in naming.forms:
            stemmed = tuple(stem(fold(word)) for word in form.split())
            found.setdefault(stemmed[0], []).append((stemmed, naming))
    return found


def _with_topic(naming: Naming, question: str, start: int, end: int) -> Met:
    """A naming with the glossary term beside it: «закон об ИИ», "AI ethics code"."""
    head = (start, end)
    for hit in (*glossary.glossary().find(question), *glossary.glossary().abbreviations(question)):
        after = hit.start >= end and _BETWEEN.fullmatch(question, end, hit.start)
        before = hit.end <= start and not question[hit.end : start].strip()
        if after or before:
            term = hit.term
            forms = (*term.ru, *term.en, *term.abbr_ru, *term.abbr_en)
            topic = tuple(tuple(stems(form)) for form in forms)
            return Met(naming, min(start, hit.start), max(end, hit.end), head, topic)
    return Met(naming, start, end, head)


def is_about(names: frozenset[str], met: Met) -> bool:
    """Whether a candidate's names, as stems, hold the topic of a naming; so they do where it has none."""
    return not met.topic or any(set(form) <= names for form in met.topic)


def rest_of(met: Met, question: str) -> frozenset[str]:
    """The content words of a question beside a naming, without those that single out nothing."""
    held = load_namings()
    said = set(stems(f"{question[: met.start]} | {question[met.end :]}"))
    return frozenset(said - held.saying_nothing - {word for form in met.topic for word in form})


def best_matching(rest: frozenset[str], candidates: Sequence[tuple[Meant, frozenset[str]]]) -> list[Meant]:
    """The candidates whose names hold most of the other words of the question; all where none holds any."""
    most = max((len(rest & names) for _, names in candidates), default=0)
    return [each for each, names in candidates if len(rest & names) == most]
