"""A claim and the quotations it rests on -> what the claim says that they do not.

Every number, date, article, act, body, duty, permission and negation of the claim must stand in the
quotations, in either language. What is checked here is closed: a claim that passes may still be a poor
restatement, but it changes none of these.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answer.verify.lexicon import Word, load_actors, load_opposites, words_of
from assistant.answer.verify.modality import changed_forces, modality, negation_differs
from assistant.answer.verify.places import Cited, places, strange_places
from assistant.answer.verify.quantities import (
    quantities,
    turned_bounds,
    unmatched_dates,
    unmatched_numbers,
)
from assistant.model import Lang
from assistant.references import detect_language

_LEAST = re.compile(
    r"(?<!\w)(?:не\s+(?:менее|меньше|ниже|реже)|минимум|at\s+least|(?:no|not)\s+(?:less|fewer|lower)\s+than)(?!\w)",
    re.I,
)
_MOST = re.compile(
    r"(?<!\w)(?:не\s+(?:более|больше|выше|чаще)|максимум|at\s+most|up\s+to|(?:no|not)\s+(?:more|higher|greater)\s+than)"
    r"(?!\w)",
    re.I,
)
_NOT_ONLY = re.compile(r"(?<!\w)(?:не\s+только|not\s+(?:only|solely|merely|just))(?!\w)", re.IGNORECASE)
_NARROWED = re.compile(
    r"(?<!\w)(?:только|лишь|исключительно|единственн\w+|не\s+(?!только)|без|кроме|исключени\w+|only|solely|exclusively|"
    r"unless|except|not|no|without|other\s+than|до)(?!\w)",
    re.IGNORECASE,
)
_ONLY = re.compile(r"(?<!\w)(?:только|лишь|исключительно|only|solely|exclusively)(?!\w)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quotation as evidence. ``context``: what stands above it: titles, headings, lead-in, issuer."""

    text: str
    cited: Cited | None = None
    context: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """What a claim says otherwise than its quotations: the kind of fault and the words of the claim."""

    kind: str
    words: str = ""

    def told(self, lang: Lang, *, words: bool = True) -> str:
        """The fault as a reader is told of it; without ``words`` nothing of the claim is in it."""
        said = _TOLD[self.kind][lang]
        return said.format(words=self.words) if self.words and words else said.replace(": {words}", "")


_TOLD: dict[str, dict[Lang, str]] = {
    "number": {"ru": "числа нет в цитате: {words}", "en": "number not in the quotation: {words}"},
    "bound": {
        "ru": "граница числа не та, что в цитате: {words}",
        "en": "number bounded otherwise than quoted: {words}",
    },
    "date": {"ru": "даты нет в цитате: {words}", "en": "date not in the quotation: {words}"},
    "place": {
        "ru": "назван не тот акт или пункт: {words}",
        "en": "another act or provision than the cited one is named: {words}",
    },
    "actor": {
        "ru": "этого органа или лица нет в цитате: {words}",
        "en": "body or person not in the quotation: {words}",
    },
    "force": {
        "ru": "обязанность и право перепутаны: {words}",
        "en": "duty, permission or advice not as quoted: {words}",
    },
    "negation": {
        "ru": "отрицание есть только в утверждении или только в цитате",
        "en": "a negation stands in only one of claim and quotation",
    },
    "evidence": {"ru": "указан источник, которого не давали", "en": "names evidence that was not given"},
    "quotation": {
        "ru": "такой цитаты нет в тексте положения",
        "en": "the quotation does not stand in the provision",
    },
    "markup": {"ru": "содержит ссылку или разметку", "en": "contains a link or markup"},
    "language": {"ru": "не на языке вопроса", "en": "not in the language of the question"},
    "designation": {
        "ru": "обозначения нет в цитате: {words}",
        "en": "designation not in the quotation: {words}",
    },
    "support": {"ru": "цитата говорит о другом", "en": "the quotation is about something else"},
    "opposite": {
        "ru": "в цитате сказано противоположное: {words}",
        "en": "the quotation says the opposite: {words}",
    },
    "restriction": {
        "ru": "в цитате нет такого ограничения: {words}",
        "en": "no such restriction in the quotation: {words}",
    },
}


def faults(claim: str, quoted: Sequence[Quoted]) -> list[Fault]:
    """Everything in which a claim departs from its quotations; empty where it departs in nothing."""
    quote = "\n".join(each.text for each in quoted)
    context = "\n".join(each.context for each in quoted)
    named, in_quote = places(claim), places(quote)
    cited = [each.cited for each in quoted if each.cited]
    claimed = quantities(claim, detect_language(claim), [*named.spans, *_own_numbers(claim, cited)])
    stated = quantities(quote, detect_language(quote))
    dates = [date for each in cited for date in each.dates]
    found = [Fault("place", words) for words in strange_places(claim, named, in_quote, quote, cited)]
    found += [Fault("number", claim[each.start : each.end]) for each in unmatched_numbers(claimed, stated)]
    found += [Fault("bound", claim[each.start : each.end]) for each in turned_bounds(claimed, stated)]
    found += [Fault("date", date) for date in unmatched_dates(claimed, stated, dates)]
    words, quote_words = words_of(claim), words_of(quote)
    found += _strange_actors(claim, words, quote_words, words_of(context), named.spans)
    found += _opposites(claim, words, quote_words, claimed.spans)
    found += _forces(claim, quote, claimed.spans, stated.spans)
    return found


def _words(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found.group() if found else ""


def _loose_bounds(claim: str, quote: str) -> list[str]:
    """Bounds of what is no number («не реже», "at most tens of") that the quotation turns round."""
    turned = []
    for one, other in ((_LEAST, _MOST), (_MOST, _LEAST)):
        if one.search(claim) and not one.search(quote) and other.search(quote):
            turned.append(_words(one, claim))
    return turned


def _own_numbers(claim: str, cited: Sequence[Cited]) -> list[tuple[int, int]]:
    """Where a claim writes the numbers that the cited acts are called by («AI 100-1»)."""
    names = {match for each in cited for name in each.names for match in re.findall(r"\d[\d./-]*\d|\d", name)}
    patterns = [rf"(?<![\w.,]){re.escape(name)}(?![\w.,]*\d)" for name in names if len(name) > 1]
    return [match.span() for pattern in patterns for match in re.finditer(pattern, claim)]


def _strange_actors(
    claim: str,
    words: Sequence[Word],
    quote: Sequence[Word],
    context: Sequence[Word],
    acts: Sequence[tuple[int, int]],
) -> list[Fault]:
    """``acts``: where the claim names acts: the body in «Указ Президента № 490» belongs to the name."""
    actors, matcher = load_actors()
    known = {each.id for part in (quote, context) for each in matcher.find(part)}
    known |= {covered for actor in known for covered in actors[actor].covers}
    by_place: dict[tuple[int, int], set[str]] = {}
    for each in matcher.find(words):
        if any(start <= each.start < end for start, end in acts):
            continue
        by_place.setdefault((each.start, each.end), set()).add(each.id)
    return [
        Fault("actor", claim[start:end])
        for (start, end), ids in by_place.items()
        if not ids & known and not any(actors[actor].generic for actor in ids)
    ]


def _opposites(
    claim: str, words: Sequence[Word], quote: Sequence[Word], bounds: Sequence[tuple[int, int]]
) -> list[Fault]:
    """``bounds``: spans of numbers with their bounds, which are compared as such."""
    held, matcher = load_opposites()
    stated = {each.id for each in matcher.find(quote)}
    restrictions = {each.id for each in held.restrictions}
    found = []
    for each in matcher.find(words):
        if each.id in stated or each.id in restrictions or any(a <= each.start < b for a, b in bounds):
            continue
        pair, _, side = each.id.rpartition("/")
        if f"{pair}/{'other' if side == 'one' else 'one'}" in stated:
            found.append(Fault("opposite", claim[each.start : each.end]))
    return found


def _forces(
    claim: str, quote: str, claimed: Sequence[tuple[int, int]], stated: Sequence[tuple[int, int]]
) -> list[Fault]:
    said, meant = modality(claim, claimed), modality(quote, stated)
    narrowed = bool(_ONLY.search(claim) and _ONLY.search(quote))
    found = [Fault("bound", words) for words in _loose_bounds(claim, quote)]
    if _NOT_ONLY.search(claim) and not _NOT_ONLY.search(quote) and _ONLY.search(quote):
        found.append(Fault("restriction", _words(_NOT_ONLY, claim)))
    if _ONLY.search(_NOT_ONLY.sub("", claim)) and not _NARROWED.search(quote):
        found.append(Fault("restriction", _words(_ONLY, claim)))
    found += [Fault("force", force) for force in changed_forces(said, meant, narrowed)]
    if negation_differs(said, meant):
        found.append(Fault("negation"))
    return found
