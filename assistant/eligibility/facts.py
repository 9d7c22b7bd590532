"""corpus/profile.yaml -> the facts a company can be asked for: type, unit, words in both languages."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

import corpus
from assistant.data_files import load_checked
from assistant.errors import InputError
from assistant.model import Lang

FACTS = Path(corpus.__file__).parent / "profile.yaml"
FactType = Literal["bool", "percent", "money", "number", "date", "choice", "okved", "region"]
NUMERIC = frozenset(("percent", "money", "number", "date"))  # compared on a line; a date by its day
Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]


class Words(BaseModel):
    """A name in both languages."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ru: str
    en: str

    def in_(self, lang: Lang) -> str:
        """The name in ``lang``."""
        return self.ru if lang == "ru" else self.en


class Choice(Words):
    """One answer of several. ``words``: what else people call it."""

    id: Id
    words: tuple[str, ...] = ()


class Fact(Words):
    """One thing to know of a company.

    unit: of a number, None for what is counted in roubles, per cent or days. lasting: nobody changes it in
    order to qualify. columns: other headings of tables and names in files. only_if: a yes-or-no fact without
    which this one has no answer: no date of an accreditation that is not held. at_most: a number that is
    never smaller than this one, such as the whole of which it is a part.
    """

    id: Id
    group: str
    type: FactType
    unit: str | None = None
    lasting: bool = False
    help_ru: str
    help_en: str
    options: tuple[Choice, ...] = ()
    columns: tuple[str, ...] = ()
    only_if: Id | None = None
    at_most: Id | None = None

    @model_validator(mode="after")
    def _choices_have_options(self) -> Self:
        if (self.type == "choice") != bool(self.options):
            raise ValueError("options belong to a choice, and a choice needs them")
        return self

    def help(self, lang: Lang) -> str:
        """What is meant, where it is found, in ``lang``."""
        return self.help_ru if lang == "ru" else self.help_en

    def option(self, id: str) -> Choice:  # noqa: A002
        """The option of this id. Raises KeyError."""
        return {each.id: each for each in self.options}[id]


class FactSchema(BaseModel):
    """All facts in the order of the form, and the groups they stand in."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    groups: dict[str, Words]
    facts: tuple[Fact, ...]

    @model_validator(mode="after")
    def _ids_are_distinct(self) -> Self:
        seen: set[str] = set()
        asked = {fact.id for fact in self.facts if fact.type == "bool" and fact.only_if is None}
        for fact in self.facts:
            if fact.id in seen:
                raise ValueError(f"the fact {fact.id} stands twice")
            if fact.group not in self.groups:
                raise ValueError(f"{fact.id}: there is no group {fact.group}")
            if fact.only_if is not None and fact.only_if not in asked:
                raise ValueError(f"{fact.id}: {fact.only_if} is no yes-or-no fact of its own")
            whole = next((each for each in self.facts if each.id == fact.at_most), None)
            if fact.at_most is not None and (whole is None or whole.type != fact.type):
                raise ValueError(f"{fact.id}: {fact.at_most} is no fact of the same type")
            seen.add(fact.id)
        return self


@lru_cache(maxsize=1)
def fact_schema() -> FactSchema:
    """The facts that come with the program. Raises InputError where the file is damaged."""
    return load_checked(FACTS, TypeAdapter(FactSchema), "schema of facts", "схема сведений")


@lru_cache(maxsize=1)
def facts() -> dict[str, Fact]:
    """The facts by id, in the order of the form."""
    return {fact.id: fact for fact in fact_schema().facts}


def fact(id: str) -> Fact:  # noqa: A002
    """The fact of this id. Raises InputError."""
    found = facts().get(id)
    if found is None:
        raise InputError(
            f"There is no fact '{id}'. 'ai-policy check --facts' lists them.",
            f"Сведения «{id}» нет. Список: «ai-policy check --facts».",
        )
    return found


def plain_name(name: str) -> str:
    """A name as names are compared: without case, underscores and needless spaces."""
    return " ".join(str(name).replace("_", " ").replace("\u00a0", " ").lower().replace("ё", "е").split())


@lru_cache(maxsize=1)
def fact_names() -> dict[str, Fact]:
    """The facts by every name they go by, each as :func:`plain_name` makes it."""
    found: dict[str, Fact] = {}
    for fact in facts().values():
        for name in (fact.id, fact.ru, fact.en, *fact.columns):
            found.setdefault(plain_name(name), fact)
    return found
