"""A question -> the acts, provisions, dates and regions it names, each with its place in the text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from assistant.conversation import words
from assistant.errors import NotHeldError
from assistant.index.words import STOPWORDS, stem, stems, tokens
from assistant.library.view import Filters, LibraryView
from assistant.query import read_question, resolve_act
from assistant.references import (
    DateMention,
    act_ids,
    detect_language,
    find_acts,
    find_dates,
    find_references,
)
from assistant.references_steps import Steps
from assistant.scope_words import jurisdictions_in

_GENERIC = frozenset(stem(word.replace("ё", "е")) for word in words.GENERIC)
_LONGEST_NAME = 9  # words of an act's popular name


@dataclass(frozen=True, slots=True)
class Span:
    """Characters ``[start, end)`` of a question that name something.

    value: an act's id (empty where no known act is meant) or a region's words; steps: of a provision.
    """

    start: int
    end: int
    value: str = ""
    steps: Steps = ()
    numbered: bool = False

    def within(self, other: Span) -> bool:
        """Whether it lies in ``other``."""
        return other.start <= self.start and self.end <= other.end


@dataclass(frozen=True, slots=True)
class Named:
    """What a question names, in order."""

    text: str
    lang: str
    acts: tuple[Span, ...]
    provisions: tuple[Span, ...]
    dates: tuple[DateMention, ...]
    regions: tuple[Span, ...]

    @property
    def act_ids(self) -> tuple[str, ...]:
        """Ids of the known acts it names."""
        return tuple(dict.fromkeys(act.value for act in self.acts if act.value))

    def of(self, span: Span | DateMention) -> str:
        """The words of a span."""
        return self.text[span.start : span.end]


def named(text: str, view: LibraryView) -> Named:
    """What ``text`` names."""
    acts = _acts(text, view)
    provisions = tuple(
        Span(each.start, each.end, each.act.ids[0] if each.act and each.act.ids else "", each.steps)
        for each in find_references(text)
        if each.steps and not any(act.start <= each.start < act.end for act in acts)
    )
    dates = tuple(
        each for each in find_dates(text) if not any(act.start <= each.start < act.end for act in acts)
    )
    return Named(text, detect_language(text), acts, provisions, dates, _regions(text, acts))


def content(text: str) -> tuple[str, ...]:
    """Stems of the words that carry a question's topic."""
    plain = text.replace("ё", "е")
    for pattern in (words.INTERROGATIVE, words.PRONOUN):
        plain = pattern.sub(" ", plain)
    found = (stem(word) for word, _, _ in tokens(plain) if word not in STOPWORDS)
    return tuple(dict.fromkeys(each for each in found if each not in _GENERIC))


def _acts(text: str, view: LibraryView) -> tuple[Span, ...]:
    found = [
        Span(
            each.start,
            each.end,
            _known(text[each.start : each.end], act_ids(each), view),
            (),
            bool(each.number),
        )
        for each in find_acts(text)
    ]
    known = {span.value for span in found}
    reading = read_question(text, view, Filters(as_of=date.min), use_glossary=False)
    for act in reading.acts:
        place = _alias_place(text, act, view) if act not in known else None
        if place and not any(place.start < other.end and other.start < place.end for other in found):
            found.append(place)
    return tuple(sorted(found, key=lambda span: span.start))


def _known(typed: str, ids: list[str], view: LibraryView) -> str:
    try:
        return resolve_act(typed, view)
    except NotHeldError:
        return next((act for act in ids if act in view.acts), "")


def _alias_place(text: str, act: str, view: LibraryView) -> Span | None:
    """The longest run of words that is a popular name of an act."""
    places = list(dict.fromkeys((start, end) for _, start, end in tokens(text)))
    names = {tuple(stems(alias, stopwords=True)) for alias in view.acts[act].aliases}
    for length in range(_LONGEST_NAME, 0, -1):
        for first in range(len(places) - length + 1):
            start, end = places[first][0], places[first + length - 1][1]
            if tuple(stems(text[start:end], stopwords=True)) in names:
                return Span(start, end, act)
    return None


def _regions(text: str, acts: tuple[Span, ...]) -> tuple[Span, ...]:
    named_ones = [Span(match.start(), match.end(), match.group()) for match in words.REGION.finditer(text)]
    found = list(named_ones)
    places = list(dict.fromkeys((start, end) for _, start, end in tokens(text)))
    for length in (1, 2, 3):
        for first in range(len(places) - length + 1):
            start, end = places[first][0], places[first + length - 1][1]
            covered = any(start < each.end and each.start < end for each in found)
            if not covered and jurisdictions_in(text[start:end]):
                found.append(Span(start, _union_end(text, end), text[start:end]))
    # A region may stand inside a body's name; «ЕС» inside an act's is part of it.
    outside = (span for span in found if span in named_ones or not any(span.within(act) for act in acts))
    return tuple(sorted(outside, key=lambda span: span.start))


def _union_end(text: str, end: int) -> int:
    """Where a two-word name («European Union», «Европейский союз») ends whose first word was found."""
    for tail in (" union", " союз", " федерац"):
        if text[end:].lower().startswith(tail):
            rest = text[end + 1 :]
            return end + 1 + next((i for i, c in enumerate(rest) if not c.isalpha()), len(rest))
    return end
