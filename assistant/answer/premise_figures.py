"""The numbers and dates a question takes for granted -> those that the texts state otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from assistant.answer.premise_grounds import Asked, Correction, Sentence, clause_at, correction_at
from assistant.answer.verify.places import places
from assistant.answer.verify.quantities import Quantity, quantities, same
from assistant.index.words import STOPWORDS, fold, stem
from assistant.library.view import LibraryView
from assistant.model import Lang
from assistant.number_words import find_number_words
from assistant.references import find_dates
from assistant.references_dates import DateMention

_TIMES = frozenset({"workday", "day", "hour", "minute", "week", "month", "year"})
_LARGE = 1000  # from here on numbers are compared whatever they count
_HUGE = 10**9
_WHOLE = 160  # characters of a list of numbers that is told as a whole
_TIE = 0.05  # clauses whose cover differs by less are equally about the question
_OWN_CASE = re.compile(
    r"(?<!\w)(?:у нас|мы|нас|нам|наш\w*|мой|моя|моё|мои|моего|моей|у меня|я|we|our|us|my|i|i'm|we're)(?!\w)",
    re.IGNORECASE,
)
_REJECTED = re.compile(
    r"(?<!\w)(?:не|вместо|кроме|помимо|not|than|besides|instead\s+of|rather\s+than|other\s+than)\s+$",
    re.IGNORECASE,
)
_PARTIAL = re.compile(
    r"(?<!\w)(?:other|these|those|remaining|further|another|each|остальн\w+|друг\w+|эт\w+|следующ\w+|ещё|еще|"
    r"указанн\w+)\s+$",
    re.IGNORECASE,
)
_PASSED = re.compile(r"(?<!\w)через\s+$|(?<!\w)спустя\s+$", re.IGNORECASE)
_PAST = re.compile(r"(?<!\w)[а-яё]+л(?:а|о|и|ся|ась|ось|ись)?(?!\w)", re.IGNORECASE)
_ORDINAL = re.compile(r"\d+-?(?:ый|ой|ий|ая|ое|го|му|м|й|я|е|х|st|nd|rd|th)(?!\w)", re.IGNORECASE)


# ── numbers ───────────────────────────────────────────────────────────────────────────────────────


def numbers(asked: Asked, sentences: Sequence[Sentence]) -> Iterable[Correction]:
    """Numbers of which a sentence plainly about the question states another of the same unit."""
    question = asked.question
    for number in _assumed(question, asked.lang):
        rivals = [each for each in sentences if each.sure and _of_kind(number, each, asked)]
        best = max(rivals, key=lambda each: each.relevance, default=None)
        if best is None or any(_bears_out(number, each, best, asked.lang) for each in sentences):
            continue
        start, end = _chosen(_of_kind(number, best, asked), best, asked)
        yield correction_at(question[number.start : number.end], best, start, end)


def _assumed(question: str, lang: Lang) -> list[Quantity]:
    """The numbers a question takes for granted."""
    ordinals = {(each.start, each.end) for each in find_number_words(question) if each.ordinal}
    found = []
    for number in quantities(question, lang, places(question).spans).numbers:
        words = question[number.start : number.end]
        ordinal = _ORDINAL.match(words) or any(start == number.start for start, _ in ordinals)
        uncounted = number.unit is None and number.noun is None and number.value < _LARGE
        if number.weak or ordinal or uncounted or _is_year(number):
            continue
        told = _PASSED.search(question, 0, number.start) and _PAST.search(question)
        own = _OWN_CASE.search(clause_at(question, number.start))
        if told or own or _REJECTED.search(question, 0, number.start):
            continue
        found.append(number)
    return found


def _is_year(number: Quantity) -> bool:
    return number.unit in (None, "year") and 1900 <= number.value <= 2100


def _of_kind(number: Quantity, sentence: Sentence, asked: Asked) -> list[Quantity]:
    """The quantities of a sentence that count what ``number`` counts."""
    noun = _counted(asked.question, number)
    return [
        each
        for each in sentence.quantities.numbers
        if _alike(number, each, sentence.lang == asked.lang)
        and not _PARTIAL.search(sentence.text, 0, each.start)
        and (number.unit or not 1 <= number.value < _LARGE or _same(noun, _counted(sentence.text, each)))
    ]


def _same(one: Sequence[str], other: Sequence[str]) -> bool:
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


def _counted(text: str, number: Quantity) -> list[str]:
    """The stems of what a number counts: up to two words that follow it, until a word of little meaning."""
    after = re.match(r"[\s-]+([^\W\d_]+)(?:[\s-]+([^\W\d_]+))?", text[number.end :])
    found: list[str] = []
    for word in after.groups() if after else ():
        if word is None or fold(word) in STOPWORDS:
            break
        found.append(stem(fold(word)))
    return found


def _alike(number: Quantity, other: Quantity, same_language: bool) -> bool:
    if number.unit in _TIMES:
        return other.unit in _TIMES and not (other.unit == "year" and 1900 <= other.value <= 2100)
    if number.unit == "percent" or number.value < 1:
        return other.unit == "percent" or (other.unit is None and other.value < 1)
    if number.unit is not None:
        return other.unit == number.unit
    if other.unit is not None:
        return False
    if number.value >= _HUGE:
        return other.value >= _HUGE
    if number.value >= _LARGE:
        return other.value >= _LARGE and not 1900 <= other.value <= 2100
    return same_language and number.noun == other.noun


def _bears_out(number: Quantity, sentence: Sentence, rival: Sentence, lang: Lang) -> bool:
    """Whether a sentence states the assumed number and may be about the same thing as the rival."""
    return sentence.near(rival) and any(
        (same(number, each) or _same_days(number, each))
        and (number.unit is not None or _alike(number, each, sentence.lang == lang))
        for each in sentence.quantities.numbers
    )


def _same_days(one: Quantity, other: Quantity) -> bool:
    return one.value == other.value and {one.unit, other.unit} == {"day", "workday"}


def _chosen(rivals: Sequence[Quantity], sentence: Sentence, asked: Asked) -> tuple[int, int]:
    """The place, in a sentence, of the rival whose clause is most about the question; of all if none is."""

    def worth(each: Quantity) -> float:
        return asked.cover(clause_at(sentence.text, each.start), "", sentence.lang)

    rated = sorted(rivals, key=worth, reverse=True)
    if len(rated) > 1 and worth(rated[0]) - worth(rated[1]) < _TIE:
        start, end = min(each.start for each in rated), max(each.end for each in rated)
        return (start, end) if end - start <= _WHOLE else (rated[0].start, rated[0].end)
    first = rated[0]
    bounded = next(
        (span for span in sentence.quantities.spans if span[0] <= first.start and first.end <= span[1]), None
    )
    return bounded or (first.start, first.end)


# ── dates ─────────────────────────────────────────────────────────────────────────────────────────


def dates(asked: Asked, sentences: Sequence[Sentence], view: LibraryView) -> Iterable[Correction]:
    """Days and months that the question takes for granted; years alone are spoken of too loosely."""
    question = asked.question
    acts = [(each.act.start, each.act.end) for each in places(question).references if each.act]
    for date in find_dates(question):
        if date.as_of or len(date.value) < len("2025-01") or any(a <= date.start < b for a, b in acts):
            continue
        stated = {each.value for sentence in sentences for each in _said(sentence)}
        known = {
            day for row in view.acts.values() for day in (row.date, row.in_force_from, row.in_force_to) if day
        }
        if any(other.startswith(date.value) or date.value.startswith(other) for other in stated | known):
            continue
        rivals = [each for each in sentences if each.sure and _said(each)]
        best = max(rivals, key=lambda each: each.relevance, default=None)
        if best is not None:
            first = max(
                _said(best), key=lambda each: asked.cover(clause_at(best.text, each.start), "", best.lang)
            )
            yield correction_at(question[date.start : date.end], best, first.start, first.end)


def _said(sentence: Sentence) -> list[DateMention]:
    """The days and months a sentence names, those of acts left out."""
    acts = [(each.act.start, each.act.end) for each in places(sentence.text).references if each.act]
    return [
        each
        for each in find_dates(sentence.text)
        if len(each.value) >= len("2025-01") and not any(a <= each.start < b for a, b in acts)
    ]
