"""Two texts, in one language or in two -> which word of one stands for which word of the other.

Words meet by Snowball stem, by a long common beginning («уведомляет», «уведомление»), or by a meaning of
corpus/equivalents.yaml. Of several words that could be meant, those count whose neighbours agree best.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

import corpus
from assistant.answer.verify.lexicon import Word
from assistant.data_files import load_checked
from assistant.index.words import STOPWORDS, stem

EQUIVALENTS = Path(corpus.__file__).parent / "equivalents.yaml"

_LEAST = 3  # letters of a word that has content
_BEGINNING = 6  # letters by which longer words of one root are known
_AROUND = 8  # words on either side that are a word's neighbours
_TOUCHING = 2  # words beside a word among which the one it goes with is
_ALTERNATING = re.compile(r"(?<=[а-яё]{4}[бвмп])л$")  # «уведомляет» and «уведомить»
_CLAUSE_ENDS = frozenset(".;:!?\n")
_PREFIXES = ("не", "без", "бес", "non", "un", "in", "im", "il", "ir", "dis")
_ROOT = 4  # letters of what a negating prefix leaves
# Endings of words that a prefix turns into opposites: "untrusted", "incompatible", «недоверенный». Others
# only begin alike: "information", "include", «неделя».
QUALITY = re.compile(
    r"(?:able|ible|ent|ant|al|ive|ate|ful|ly|ous|ety|ity|ness|"
    r"ный|ная|ное|ные|ного|ной|ному|ную|ным|ном|ных|ными|но|"
    r"мый|мая|мое|мые|мого|мой|мому|мую|мым|мом|мых|мыми|мо|шенный|нность|нности|мость|мости)$"
)
_PARTICIPLE = re.compile(r"(?:ed|en|ing)$")


class _Equivalents(BaseModel):
    model_config = ConfigDict(extra="forbid")

    equivalents: list[Annotated[str, Field(pattern=r"^[а-яё. ]+\|[a-z. ]+$")]]


@dataclass(frozen=True, slots=True)
class Meant:
    """A word with what it may mean. ``clause``: the number of its clause; ``content``: no mere function word.

    ``opposite``: what the word means without its negating prefix («неполный» -> what «полный» means).
    """

    word: Word
    senses: frozenset[str]
    clause: int
    content: bool
    opposite: frozenset[str] = frozenset()


@lru_cache(maxsize=1)
def _beginnings() -> dict[str, list[tuple[str, str]]]:
    """First three letters -> (beginning, meaning). Raises InputError for a file that is not right."""
    held = load_checked(EQUIVALENTS, TypeAdapter(_Equivalents), "equivalents", "список соответствий слов")
    found: dict[str, list[tuple[str, str]]] = {}
    for number, line in enumerate(held.equivalents):
        for written in line.replace("|", " ").split():
            beginning = _ALTERNATING.sub("", written)
            found.setdefault(beginning[:2], []).append((beginning, f"#{number}"))
    return found


@lru_cache(maxsize=50_000)
def senses(folded: str) -> frozenset[str]:
    """What a folded word may mean: its stem, its beginning, its meanings."""
    root = stem(folded)
    found = {root}
    if len(root) >= _BEGINNING:
        found.add(root[:_BEGINNING] + "…")
    for beginning, meaning in _beginnings().get(folded[:2], ()):
        if root == stem(beginning[:-1]) if beginning.endswith(".") else folded.startswith(beginning):
            found.add(meaning)
    return frozenset(found)


@lru_cache(maxsize=50_000)
def _opposite(folded: str) -> frozenset[str]:
    if folded.endswith("less") and len(folded) >= _ROOT + 4:
        return senses(folded[:-4] + "ful")
    quality, participle = QUALITY.search(folded), _PARTICIPLE.search(folded)
    for prefix in _PREFIXES:
        turned = quality or (participle and prefix in ("un", "non"))
        if turned and folded.startswith(prefix) and len(folded) >= len(prefix) + _ROOT:
            return senses(folded[len(prefix) :])
    return frozenset()


def meant(text: str, words: Sequence[Word]) -> list[Meant]:
    """The words of a text with their meanings. ``words``: of this text, in reading order."""
    found: list[Meant] = []
    clause = 0
    for place, word in enumerate(words):
        if place and _CLAUSE_ENDS & set(text[words[place - 1].end : word.start]):
            clause += 1
        content = len(word.folded) >= _LEAST and word.folded not in STOPWORDS and word.folded.isalpha()
        opposite = _opposite(word.folded) if content else frozenset()
        found.append(Meant(word, senses(word.folded), clause, content, opposite))
    return found


class Beside:
    """One text laid beside another, to look up words of the first in the second."""

    def __init__(self, one: Sequence[Meant], other: Sequence[Meant]) -> None:
        self.one, self.other = one, other
        self._starts = [each.word.start for each in one]
        self._by_sense: dict[str, list[int]] = {}
        for place, each in enumerate(other):
            for sense in each.senses if each.content else ():
                self._by_sense.setdefault(sense, []).append(place)

    def at(self, start: int) -> int:
        """The place of the word of the first text that stands at the offset ``start``, or before it."""
        return max(0, bisect_right(self._starts, start) - 1)

    def counterparts(self, place: int, meaning: frozenset[str] | None = None) -> list[int]:
        """Places in the other text of what the word at ``place`` means, those whose neighbours agree best."""
        wanted = self.one[place].senses if meaning is None else meaning
        return self.nearest(place, {other for sense in wanted for other in self._by_sense.get(sense, ())})

    def nearest(self, place: int, offered: Iterable[int]) -> list[int]:
        """Of ``offered`` places in the other text those with neighbours most like those of ``place``."""
        offers = sorted(offered)
        if len(offers) < 2:
            return offers
        ours = _neighbours(self.one, place)
        scores = [self.agreement(ours, other) for other in offers]
        best = max(scores)
        return [other for other, score in zip(offers, scores, strict=True) if score == best]

    def agreement(self, ours: Sequence[Meant], place: int) -> int:
        """How many of the neighbours ``ours`` have a counterpart beside ``place`` in the other text."""
        theirs = frozenset().union(*(each.senses for each in _neighbours(self.other, place)))
        return sum(1 for each in ours if each.senses & theirs)

    def touches(self, first: int, last: int, start: int, end: int, *, before: bool = False) -> bool:
        """Whether the word after ``[first, last]`` has a counterpart beside ``[start, end]`` over there.

        ``before``: the word before it.
        """
        around = (
            self.one[max(0, first - _TOUCHING) : first][::-1]
            if before
            else self.one[last + 1 : last + 1 + _TOUCHING]
        )
        next_ = next((each for each in around if each.content), None)
        if next_ is None or next_.clause != self.one[last].clause:
            return False
        beside = (*self.other[max(0, start - _TOUCHING) : start], *self.other[end + 1 : end + 1 + _TOUCHING])
        return any(each.content and each.senses & next_.senses for each in beside)

    def neighbours(self, place: int) -> list[Meant]:
        """The words of content around a place of the first text."""
        return _neighbours(self.one, place)

    def known(self, place: int) -> bool:
        """Whether the word at ``place`` has any counterpart."""
        return any(sense in self._by_sense for sense in self.one[place].senses)


def _neighbours(text: Sequence[Meant], place: int) -> list[Meant]:
    around = text[max(0, place - _AROUND) : place + _AROUND + 1]
    return [each for each in around if each.content and each is not text[place]]
