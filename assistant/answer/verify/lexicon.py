"""corpus/actors.yaml, opposites.yaml -> the notions a text names, in either language.

A form is a sequence of words compared by Snowball stem; ``word*`` is a prefix, ``=word`` that very form,
capitals are an abbreviation. Names of actors are nouns: in English a verb of the same stem («provides») is
none of them, in Russian a participle («внедряющий») is met by participles alone. Where forms overlap the
longest one counts, and its words are not read again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

import corpus
from assistant.data_files import load_checked
from assistant.index.words import fold, stem

ACTORS = Path(corpus.__file__).parent / "actors.yaml"
OPPOSITES = Path(corpus.__file__).parent / "opposites.yaml"


_PARTICIPLE = re.compile(r"(?:[шщн]ий|ый|[шщ]ийся|[шщ]ие|ые|[шщ]иеся)$")
_ADJECTIVE_END = re.compile(
    r"(?:ий|ый|ой|ая|яя|ое|ее|ие|ые|его|ого|ему|ому|им|ым|ем|ом|их|ых|ими|ыми|ую|юю|ей)(?:ся)?$"
)
_VERBS = frozenset({"judge"})  # names of actors that are verbs as well
_BEFORE_VERBS = frozenset({"to", "shall", "must", "may", "can", "should", "will", "not", "cannot"})
_LONG = 5  # words of a form that may stand on both sides of a comma: «орган, осуществляющий надзор в …»
_BREAKS = frozenset(",;:()[]!?\n|")


class Forms(BaseModel):
    """How a notion is written in both languages."""

    model_config = ConfigDict(extra="forbid")

    ru: list[str] = Field(default_factory=list)
    en: list[str] = Field(default_factory=list)

    @model_validator(mode="after")
    def _has_forms(self) -> Forms:
        if not self.ru and not self.en:
            raise ValueError("a notion needs a form in one language at least")
        return self


class Actor(Forms):
    """A body, office or role. ``covers``: actors that naming this one bears out as well.

    ``generic``: a word too general to be checked, such as «организация».
    """

    id: str
    covers: list[str] = Field(default_factory=list)
    generic: bool = False


class Pair(BaseModel):
    """Two notions of which a text may mean only one."""

    model_config = ConfigDict(extra="forbid")

    id: str
    one: Forms
    other: Forms


class Restriction(Forms):
    """A word that narrows or widens a rule, and may not be added to it."""

    id: str


class _Actors(BaseModel):
    model_config = ConfigDict(extra="forbid")

    actors: list[Actor]


class Opposites(BaseModel):
    """What corpus/opposites.yaml holds."""

    model_config = ConfigDict(extra="forbid")

    opposites: list[Pair]
    restrictions: list[Restriction] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Named:
    """A notion named in ``[start, end)`` of a text."""

    id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: as written, in small letters (ё as е), its stem, its place."""

    raw: str
    folded: str
    stem: str
    start: int
    end: int
    joined: bool = False  # only spaces, hyphens or quotation marks stand between it and the word before
    listed: bool = False  # only that and a comma


def words_of(text: str) -> list[Word]:
    """The words of a text in reading order; a compound with a hyphen or a dot is taken apart."""
    found: list[Word] = []
    for start, end in _spans(text):
        folded = fold(text[start:end])
        breaks = set(text[found[-1].end : start]) & _BREAKS if found else {"\n"}
        found.append(Word(text[start:end], folded, stem(folded), start, end, not breaks, breaks <= {","}))
    return found


def _spans(text: str) -> Iterable[tuple[int, int]]:
    start = None
    for place, character in enumerate(text):
        if character.isalnum():
            start = place if start is None else start
        elif start is not None:
            yield start, place
            start = None
    if start is not None:
        yield start, len(text)


@dataclass(slots=True)
class Matcher:
    """Forms -> the notions named in a text."""

    by_stem: dict[str, list[tuple[tuple[str, ...], str]]] = field(default_factory=dict)
    by_prefix: dict[str, list[tuple[tuple[str, ...], str]]] = field(default_factory=dict)
    nouns: bool = False

    @classmethod
    def of(cls, forms: Mapping[str, Iterable[str]], *, nouns: bool = False) -> Matcher:
        """A matcher of notion id -> forms. ``nouns``: the forms are names of actors."""
        matcher = cls(nouns=nouns)
        for notion, written in forms.items():
            for form in written:
                parts = tuple(_part(word, nouns) for word in _form_words(form))
                if not parts:
                    continue
                first = parts[0]
                if first.endswith("*"):
                    matcher.by_prefix.setdefault(first[:3].rstrip("*"), []).append((parts, notion))
                else:
                    matcher.by_stem.setdefault(first.lstrip("=+~").lower(), []).append((parts, notion))
        return matcher

    def find(self, words: Sequence[Word], *, nested: bool = False) -> list[Named]:
        """The notions that ``words`` name, in reading order; only forms of the same words may overlap.

        ``nested``: with those named within others («СМИ» in «орган, осуществляющий надзор в сфере СМИ»,
        «юридическое лицо» in «иностранное юридическое лицо»).
        """
        offers: list[tuple[int, int, str]] = []
        for place, word in enumerate(words):
            for parts, notion in (
                *self.by_stem.get(word.stem, ()),
                *(self.by_stem.get(word.folded, ()) if word.folded != word.stem else ()),
                *(
                    self.by_stem.get(singular, ())
                    if (singular := _singular(word.folded)) != word.folded
                    else ()
                ),
                *self.by_prefix.get(word.folded[:3], ()),
                *self.by_prefix.get(word.folded[:2], ()),
            ):
                if not _fits(parts[0], word) or place + len(parts) > len(words):
                    continue
                if len(parts) == 1:
                    if not (self.nouns and _is_verb(words, place)):
                        offers.append((place, place + 1, notion))
                    continue
                long = len(parts) >= _LONG
                if all(
                    _fits(part, words[place + number])
                    and (words[place + number].joined or (long and words[place + number].listed))
                    for number, part in enumerate(parts[1:], start=1)
                ):
                    offers.append((place, place + len(parts), notion))
        taken: dict[int, tuple[int, int]] = {}
        kept = set()
        for first, last, notion in sorted(offers, key=lambda each: (each[0] - each[1], each[0])):
            span = (first, last)
            around = {taken.get(place, span) for place in range(first, last)}
            if around == {span}:
                taken.update(dict.fromkeys(range(first, last), span))
                kept.add((first, last, notion))
            elif nested and all(_holds_another(words, a, first, b) for a, b in around):
                kept.add((first, last, notion))
        return [
            Named(notion, words[first].start, words[last - 1].end) for first, last, notion in sorted(kept)
        ]


def _form_words(form: str) -> list[str]:
    return form.replace("-", " ").replace(".", " ").replace("'", " ").replace("’", " ").split()


def _part(word: str, nouns: bool) -> str:
    """A word of a form as compared: ``=exact``, ``+singular``, ``~participle``, ``prefix*``, or a stem."""
    if word.endswith("*"):
        return fold(word)
    if word.startswith("="):
        return f"={fold(word[1:])}"
    if nouns and len(word) > 1 and word.isupper():
        return f"={word}"
    if nouns and word.isascii():
        return f"+{_singular(fold(word))}"
    return f"~{stem(fold(word))}" if nouns and _PARTICIPLE.search(word) else stem(fold(word))


def _singular(word: str) -> str:
    """An English noun without the ending of its plural."""
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def _fits(part: str, word: Word) -> bool:
    mark, rest = part[0], part[1:]
    if part.endswith("*"):
        return word.folded.startswith(part[:-1])
    if mark == "=":
        return rest in (word.folded, word.raw)
    if mark == "+":
        return rest in (word.folded, _singular(word.folded))
    if mark == "~":
        return word.stem == rest and bool(_ADJECTIVE_END.search(word.folded))
    return word.stem == part


def _holds_another(words: Sequence[Word], start: int, first: int, end: int) -> bool:
    """Whether the notion named in ``[start, end)`` is told by the one beginning at ``first`` too.

    A long form tells of things that it is not about itself; a short one adds adjectives to what it names.
    """
    if end - start >= _LONG:
        return start < first
    return start < first and all(_ADJECTIVE_END.search(each.folded) for each in words[start:first])


def _is_verb(words: Sequence[Word], place: int) -> bool:
    """Whether an English name of an actor stands here as a verb: "to judge", "shall judge".

    A noun in the singular has an article or another word of its group before it.
    """
    word = words[place]
    return word.folded in _VERBS and place > 0 and word.joined and words[place - 1].folded in _BEFORE_VERBS


@lru_cache(maxsize=1)
def load_actors() -> tuple[dict[str, Actor], Matcher]:
    """The actors by id, and what finds them. Raises InputError for a file that is not right."""
    held = load_checked(ACTORS, TypeAdapter(_Actors), "actors", "список органов и ролей").actors
    actors = {actor.id: actor for actor in held}
    return actors, Matcher.of({actor.id: [*actor.ru, *actor.en] for actor in held}, nouns=True)


@lru_cache(maxsize=1)
def load_opposites() -> tuple[Opposites, Matcher]:
    """Pairs and restrictions, and what finds their notions: ``id/one``, ``id/other``, ``id``."""
    held = load_checked(OPPOSITES, TypeAdapter(Opposites), "opposites", "список противоположностей")
    forms: dict[str, list[str]] = {}
    for pair in held.opposites:
        forms[f"{pair.id}/one"] = [*pair.one.ru, *pair.one.en]
        forms[f"{pair.id}/other"] = [*pair.other.ru, *pair.other.en]
    for restriction in held.restrictions:
        forms[restriction.id] = [*restriction.ru, *restriction.en]
    return held, Matcher.of(forms)
