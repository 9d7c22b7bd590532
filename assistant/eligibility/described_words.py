"""corpus/profile_words.yaml -> what finds in a description the words that name facts and lead to them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

import corpus
from assistant.answer.named_places import PLACES, REGION
from assistant.answer.verify.lexicon import Matcher
from assistant.data_files import load_checked
from assistant.eligibility.facts import Id, facts

WORDS = Path(corpus.__file__).parent / "profile_words.yaml"
Forms = tuple[str, ...]
Control = Literal[
    "not", "none", "have", "ask", "want", "rule", "other", "others", "own",
    "ours", "turned", "past", "plan", "with",
    "approximate", "filler",
]  # fmt: skip
_ROLES = ("names", "heads", "weak", "units", "things", "only_no", "states", "yes", "no", "unless", "had")


class FactWords(BaseModel):
    """The words of one fact; what each list means stands in the file itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    names: Forms = ()
    heads: Forms = ()
    weak: Forms = ()
    units: Forms = ()
    things: Forms = ()
    only_no: Forms = ()
    states: Forms = ()
    yes: Forms = ()
    no: Forms = ()
    unless: Forms = ()
    had: Forms = ()
    options: dict[Id, Forms] = Field(default_factory=dict)
    none: str | None = None
    some: str | None = None
    alone: bool = False
    last_year: bool = False
    dated: Id | None = None
    after: str | None = None


class ProfileWords(BaseModel):
    """The whole file. ``regions``: by a place's id its name, or names by how a word beside it begins."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    terms: dict[str, Forms]
    controls: dict[Control, Forms]
    qualifiers: dict[Id, Forms]
    facts: dict[Id, FactWords]
    regions: dict[str, str | dict[str, str]]

    @model_validator(mode="after")
    def _names_facts_that_are(self) -> Self:
        held = facts()
        named = {
            *self.qualifiers,
            *self.facts,
            *(words.dated for words in self.facts.values() if words.dated),
        }
        if strange := named - held.keys():
            raise ValueError(f"corpus/profile.yaml has no fact {', '.join(sorted(strange))}")
        if missing := set(get_args(Control)) - self.controls.keys():
            raise ValueError(f"no words for {', '.join(sorted(missing))}")
        for name, words in self.facts.items():
            if strange := set(words.options) - {option.id for option in held[name].options}:
                raise ValueError(f"{name} has no option {', '.join(sorted(strange))}")
        return self


@lru_cache(maxsize=1)
def profile_words() -> ProfileWords:
    """The words that come with the program. Raises InputError where the file is damaged."""
    return load_checked(WORDS, TypeAdapter(ProfileWords), "words of a profile", "слова сведений")


def words_of_fact(name: str) -> FactWords:
    """The words of one fact; none where the file has none."""
    return profile_words().facts.get(name, _NO_WORDS)


_NO_WORDS = FactWords()


@lru_cache(maxsize=1)
def matcher() -> Matcher:
    """Finds notions named ``fact/role``: a role of :class:`FactWords`, ``option:id``, or ``tells``, what a
    qualifier does; a control's role stands after ``-``.
    """
    held = profile_words()
    found = {f"-/{role}": _spelled(forms) for role, forms in held.controls.items()}
    found |= {f"{name}/tells": _spelled(forms) for name, forms in held.qualifiers.items()}
    for name, words in held.facts.items():
        found |= {f"{name}/{role}": _spelled(getattr(words, role)) for role in _ROLES if getattr(words, role)}
        found |= {f"{name}/option:{each}": _spelled(forms) for each, forms in words.options.items()}
    return Matcher.of(found)


@lru_cache(maxsize=1)
def place_matcher() -> Matcher:
    """Finds the regions of Russia by the ids of ``corpus/places.yaml``."""
    held = load_checked(PLACES, TypeAdapter(dict[str, list[str]]), "places", "список мест")
    return Matcher.of({place: forms for place, forms in held.items() if place.startswith(REGION)})


def _spelled(forms: Forms) -> list[str]:
    return [spelled for form in forms for spelled in _with_terms(form)]


def _with_terms(form: str) -> Iterator[str]:
    """A form with each ``{term}`` replaced by each of the term's words."""
    terms = profile_words().terms
    parts = form.replace("{", "\0{").replace("}", "\0").split("\0")
    choices = [terms[part[1:]] if part.startswith("{") else (part,) for part in parts]
    yield from ("".join(chosen) for chosen in product(*choices))
