"""corpus/places.yaml -> the countries, unions and regions that a text names.

What is asked of one place is not answered by what stands of another: a question about Tatarstan's commission
finds the commissions of other regions, which say nothing of it.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pydantic import TypeAdapter

import corpus
from assistant.answer.verify.lexicon import Matcher, words_of
from assistant.data_files import load_checked

# Members of the European Union: the Union's law is theirs.
OF_THE_UNION = frozenset(
    ("at", "be", "bg", "cy", "cz", "de", "dk", "ee", "es", "fi", "fr", "gr", "hr", "hu", "ie", "it", "lt",
     "lu", "lv", "mt", "nl", "pl", "pt", "ro", "se", "si", "sk")
)  # fmt: skip
REGION = "ru-"
PLACES = Path(corpus.__file__).parent / "places.yaml"


@lru_cache(maxsize=1)
def _matcher() -> Matcher:
    held = load_checked(PLACES, TypeAdapter(dict[str, list[str]]), "places", "список мест")
    return Matcher.of(held)


def names_another_country(question: str) -> bool:
    """Whether a question names a country, or the Union, that is not Russia."""
    named = places_in(question)
    return bool(named - regions(named) - {"ru"})


def regions(places: set[str]) -> set[str]:
    """Those of ``places`` that are regions of Russia."""
    return {place for place in places if place.startswith(REGION)}


def places_in(text: str) -> set[str]:
    """The ids of the places that a text names."""
    return {found.id for found in _matcher().find(words_of(text))}
