"""corpus/bodies.yaml (bodies and programmes of AI policy) -> what a question asks of which body.

A property holds what a program needs to know (people, date, act); its wording is that of the digest facts it
names, so that an answer stays a quotation. Bodies are found by name and region on stems, abbreviations
spelled out; what is asked of them by the words that ask for it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

import corpus
from assistant import glossary
from assistant.data_files import load_checked
from assistant.index.words import stems
from assistant.model import Lang

BODIES = Path(corpus.__file__).parent / "bodies.yaml"

PropertyName = Literal[
    "set_up",
    "announced",
    "works_since",
    "chair",
    "functions",
    "members",
    "meets",
    "predecessor",
    "part_of",
    "supervised_by",
]
Evidence = Annotated[str, Field(pattern=r"^[a-z]+(?:-[a-z0-9]+)+#digest/\d+$")]


class BodyProperty(BaseModel):
    """What is known of a body. ``evidence``: references to the digest facts that say it, best first."""

    model_config = ConfigDict(extra="forbid")

    name: PropertyName
    act: str | None = Field(None, pattern=r"^[a-z]+(?:-[a-z0-9]+)+$")
    date: str | None = None
    office: str | None = None
    office_en: str | None = None
    people: list[str] = Field(default_factory=list)
    people_en: list[str] = Field(default_factory=list)
    part_of: str | None = None
    evidence: list[Evidence] = Field(min_length=1)


class Body(BaseModel):
    """A body or programme. ``coordinates``: it coordinates AI policy of the whole jurisdiction."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    kind: Literal["commission", "regional_commission", "programme", "centre", "association", "office"]
    ru: str
    en: str
    aliases: list[str] = Field(default_factory=list)
    jurisdiction: str
    region: str | None = None
    coordinates: bool = False
    properties: list[BodyProperty] = Field(min_length=1)


class _Bodies(BaseModel):
    """All bodies; ids and, within a body, property names are distinct."""

    model_config = ConfigDict(extra="forbid")

    bodies: list[Body]

    @model_validator(mode="after")
    def _names_are_distinct(self) -> Self:
        ids = [body.id for body in self.bodies]
        names = [f"{body.id}: {known.name}" for body in self.bodies for known in body.properties]
        twice = [value for value, count in Counter([*ids, *names]).items() if count > 1]
        if twice:
            raise ValueError(f"{twice[0]} stands twice")
        return self


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question asks: properties of bodies, in the order to tell them; ``listing``: which there are."""

    bodies: tuple[Body, ...]
    properties: tuple[str, ...]
    listing: bool = False


# The words that ask for a property.
_ASKING: dict[str, str] = {
    "set_up": "создана создан создали образована учреждена основана появилась established created "
    "founded set",
    "chair": "возглавляет возглавил глава председатель руководит руководитель сопредседатель "
    "председательствует chair chairs chaired chairman heads head headed leads led",
    "functions": "занимается занимаются делает делают функции задачи полномочия роль отвечает цели "
    "functions tasks role responsible responsibilities powers",
    "members": "состав члены участники вошли members membership composition",
    "meets": "заседает заседания собирается собирались meets meet meetings convenes",
    "predecessor": "предшественник предшествовала раньше прежде предыдущая predecessor preceded previously",
    "part_of": "подчиняется подчинена подотчётна subordinate reports",
    "supervised_by": "курирует куратор контролирует supervises supervised oversees",
}
_WHAT_DOES = re.compile(r"\bwhat (?:do|does)\b", re.IGNORECASE)
_BEFORE = re.compile(r"\bдо (?:не[её]|него|этого)\b|\bbefore (?:it|that|then)\b", re.IGNORECASE)
_WHEN = re.compile(r"\b(?:когда|с какого|since when|when|since what)\b", re.IGNORECASE)
# «Обязаны ли регионы создать комиссию», "should governors set up a commission": a duty, not a body, is meant.
_NO_OTHER = (
    r"(?:(?!(?:who|whom|when|which|what|that|tell|know|кто|когда|какой|какая|что|знать|узнать)\b)[\w-]+\s+)"
)
_TO_FOUND = re.compile(
    r"(?<!\w)(?:обязан[аоы]?|должн[аоы]|должен|нужно|надо|необходимо|следует|требуется|рекомендован[аоы]?)\s+"
    rf"{_NO_OTHER}{{0,6}}?(?:созда(?:ть|вать)|образовать|образовывать|(?:с)?формировать|учредить|учреждать)(?!\w)"
    r"|(?<!\w)(?:must|shall|should|(?:required|obliged|advised|recommended)\s+to)\s+"
    rf"{_NO_OTHER}{{0,5}}?(?:set\s+up|establish|create|form|found)(?!\w)",
    re.IGNORECASE,
)
INSTEAD: dict[str, tuple[str, ...]] = {"set_up": ("set_up", "announced", "works_since")}
PLAIN = ("set_up", "chair", "functions")  # what is told of a body that a question only names
_BODY_WORDS = frozenset(
    stems("орган органы ведомство ведомства комиссия комиссии body bodies institution commission")
)
_COORDINATING = frozenset(
    stems("координирует координируют координация отвечает coordinate coordinates coordination")
)
_REGIONAL = frozenset(stems("региональные региональная регион regional region regions"))
_AI = frozenset(stems("искусственный интеллект artificial intelligence"))
# The jurisdiction whose bodies are listed, by the words that name it; Russia's where none is named.
_PLACES = tuple(
    (place, frozenset(stems(name)))
    for place, names in (("eu", ("европейский союз", "european union")), ("ru", ("россия", "russia")))
    for name in names
)


def load_bodies(path: Path) -> list[Body]:
    """Read the bodies. Raises InputError naming the file and the field."""
    return load_checked(path, TypeAdapter(_Bodies), "list of bodies", "список органов").bodies


@lru_cache(maxsize=1)
def bodies() -> list[Body]:
    """The bodies that come with the program, read once."""
    return load_bodies(BODIES)


def is_about_founding(question: str) -> bool:
    """Whether a question asks who must or should set up a body: none that is there is meant."""
    return bool(_TO_FOUND.search(question))


def asked(question: str, lang: Lang) -> Asked | None:
    """What ``question`` asks of bodies, or None: one that asks something else is answered from the texts."""
    if is_about_founding(question):
        return None
    words = _words(question, lang)
    properties = _properties(question, words)
    named = tuple(_named(words, lang))
    listed = _listed(words)
    if listed and not (named and properties and "set_up" not in properties):
        return Asked(listed, ("set_up",), listing=True)
    if not named:
        return None
    if not properties and not _only_names(words, named, lang):
        return None
    return Asked(named, properties or PLAIN)


def asks_which(question: str, lang: Lang) -> bool:
    """Whether a question asks which bodies of a kind there are: it means all of them."""
    found = asked(question, lang)
    return found is not None and found.listing


def asks_of_body(question: str, lang: Lang) -> bool:
    """Whether a question asks for a property of a body: who chairs it, when it was set up, what it does."""
    return bool(_properties(question, _words(question, lang)))


def _properties(question: str, words: frozenset[str]) -> tuple[str, ...]:
    """The properties a question asks for, in the order in which they are told."""
    found = {name for name, asking in _ASKING.items() if words & _stemmed(asking)}
    if _WHAT_DOES.search(question):
        found.add("functions")
    if _BEFORE.search(question):
        found.add("predecessor")
    if _WHEN.search(question) and not found & {"meets", "set_up"}:
        found.add("set_up")
    return tuple(name for name in _ASKING if name in found)


def known_property(body: Body, name: str) -> BodyProperty | None:
    """A property of a body, or what stands in for it (announced for set up), or None where unknown."""
    wanted = INSTEAD.get(name, (name,))
    found = {each.name: each for each in body.properties}
    return next((found[each] for each in wanted if each in found), None)


def find_bodies(name: str) -> list[Body]:
    """The bodies a name means (in either language), all for an empty one."""
    if not name.strip():
        return bodies()
    langs: tuple[Lang, ...] = ("ru", "en")
    named = (body for lang in langs for body in _named(_words(name, lang), lang))
    meant = next(named, None)
    if meant is not None:
        return [meant]
    return [body for body in bodies() if name.lower() in f"{body.id} {body.ru} {body.en}".lower()]


def _listed(words: frozenset[str]) -> tuple[Body, ...]:
    """The bodies of a question that asks which there are: «какие органы координируют …»."""
    if not words & _BODY_WORDS:
        return ()
    if words & _REGIONAL and words & _AI:
        return tuple(body for body in bodies() if body.kind == "regional_commission")
    if words & _COORDINATING and words & _AI:
        named = [place for place, asking in _PLACES if asking <= words] or ["ru"]
        return tuple(body for body in bodies() if body.coordinates and body.jurisdiction in named)
    return ()


def _named(words: frozenset[str], lang: Lang) -> Iterable[Body]:
    """The bodies whose name or alias the words hold; a shorter name inside a longer one does not count."""
    found: list[tuple[frozenset[str], Body]] = []
    for body in bodies():
        names = [_words(name, lang) for name in (body.ru, body.en, *body.aliases)]
        held = [name for name in names if name and name <= words]
        if held:
            found.append((max(held, key=len), body))
    for name, body in found:
        if not any(name < other for other, _ in found):
            yield body


def _only_names(words: frozenset[str], named: Sequence[Body], lang: Lang) -> bool:
    """Whether a question is nothing but the names of bodies."""
    names = frozenset[str]().union(
        *(_words(name, lang) for body in named for name in (body.ru, body.en, *body.aliases))
    )
    return words <= names


@lru_cache(maxsize=4_000)
def _words(text: str, lang: Lang) -> frozenset[str]:
    """The stems of a text, what its abbreviations stand for among them instead of the abbreviations."""
    spelled = " ".join(glossary.expand(text, lang))
    short = {
        found for hit in glossary.glossary().abbreviations(text) for found in stems(text[hit.start : hit.end])
    }
    return frozenset((set(stems(text, stopwords=True)) - short) | set(stems(spelled)))


@lru_cache(maxsize=64)
def _stemmed(words: str) -> frozenset[str]:
    return frozenset(stems(words, stopwords=True))
