"""A claim and the quotations it rests on -> what the claim says that they do not.

Every number, date, article, act, body, duty, permission and negation of the claim must stand in the
quotations, in either language. What is checked here is closed: a claim that passes may still be a poor
restatement, but it changes none of these.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from assistant.answer.verify.actors import strange_actors, substituted_actors, swapped_bearers
from assistant.answer.verify.connectives import changed_connectives
from assistant.answer.verify.forces import Forces, changed_forces, forces, forces_of_lists
from assistant.answer.verify.lexicon import Word, words_of
from assistant.answer.verify.limits import changed_limits, common_limits, loose_bounds
from assistant.answer.verify.modality import Modality, modality
from assistant.answer.verify.negations import Denied, denied, negation_differs
from assistant.answer.verify.opposites import turned_prefixes, turned_words
from assistant.answer.verify.places import Cited, places, strange_places
from assistant.answer.verify.quantities import (
    Quantities,
    Quantity,
    counted,
    quantities,
    turned_bounds,
    unmatched_dates,
    unmatched_numbers,
)
from assistant.answer.verify.turning_dates import turned_dates
from assistant.model import Lang
from assistant.number_words import find_number_words
from assistant.references import detect_language

# What stands before the number of an item; a function of a framework has its name there («GOVERN 2.1»).
_LABELS = (
    r"(?i:item|point|sub-?point|paragraph|principle|пункт\w*|подпункт\w*|пп?|абзац\w*|принцип\w*|раздел\w*)|"
    r"[A-Z]{3,}"
)


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quotation as evidence. ``context``: what stands above it: titles, headings, lead-in, issuer.

    ``lead_in``: of it, the words that open the list the quotation is an item of («запрещается:»).
    ``published``: the text of an issuer. The title and headings of a file that somebody uploaded lend a claim
    no words of their own: whoever wrote them may want just that.
    """

    text: str
    cited: Cited | None = None
    context: str = ""
    published: bool = True
    lead_in: str = ""


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


@dataclass(frozen=True, slots=True)
class _Text:
    """A text read in all the ways that claims and quotations are compared in."""

    text: str
    words: list[Word]
    quantities: Quantities
    modality: Modality
    forces: Forces
    denied: Denied

    @classmethod
    def read(cls, text: str, skip: Sequence[tuple[int, int]] = ()) -> _Text:
        """``skip``: spans that state no quantity, such as numbers of articles."""
        words, found = words_of(text), quantities(text, detect_language(text), skip)
        read = modality(text, found.spans)
        modal, negated = forces(text, words, found.spans), denied(text, words, found.spans, read.freed)
        return cls(text, words, found, read, modal, negated)


@lru_cache(maxsize=256)
def _read_quotation(text: str) -> _Text:
    """Quotations are read once: several claims rest on one."""
    return _Text.read(text)


def faults(claim: str, quoted: Sequence[Quoted]) -> list[Fault]:
    """Everything in which a claim departs from its quotations; empty where it departs in nothing."""
    quote = "\n".join(each.text for each in quoted)
    above = "\n".join(each.context for each in quoted if each.published)
    named, in_quote = places(claim), places(quote)
    cited = [_lent(each) for each in quoted if each.cited]
    said = _Text.read(claim, [*named.spans, *_own_numbers(claim, cited)])
    meant = _read_quotation(quote)
    dates = [date for each in cited for date in each.dates]
    found = [Fault("place", words) for words in strange_places(claim, named, in_quote, quote, cited)]
    opening = [number for each in quoted if each.published for number in _opening_numbers(each)]
    found += _quantities(said, meant, opening, dates)
    names = words_of("\n".join([above, *(name for each in cited for name in each.names)]))
    strange = strange_actors(said.denied.words, meant.denied.words, names, named.spans)
    strange += swapped_bearers(said.forces, meant.forces)
    strange += substituted_actors(said.denied.words, meant.denied.words)
    found += [Fault("actor", claim[each.start : each.end]) for each in strange]
    spans = [*said.quantities.spans, *named.spans]
    turned = turned_words(said.denied, meant.denied, names, spans, in_quote.spans)
    turned += turned_prefixes(said.denied, meant.denied)
    found += [Fault("opposite", claim[each.start : each.end]) for each in turned]
    return found + _forces(said, meant, quoted)


def _lent(quoted: Quoted) -> Cited:
    """What a claim may call a provision by: nothing that whoever uploaded the file wrote into its title."""
    assert quoted.cited is not None
    return quoted.cited if quoted.published else replace(quoted.cited, names=(), dates=())


def loses_ban(claim: str, quoted: Sequence[Quoted]) -> bool:
    """Whether a claim tells an item of a list without the ban that the list's lead-in puts on it."""
    banned = any("ban" in modality(each.lead_in).forces for each in quoted if each.lead_in)
    if not banned:
        return False
    said = modality(claim)
    return not said.forces & {"ban", "exemption"} and not said.negations


def _own_numbers(claim: str, cited: Sequence[Cited]) -> list[tuple[int, int]]:
    """Where a claim has numbers that cited acts and provisions are called by («AI 100-1», «пункт 2»)."""
    called = [name for each in cited for name in each.names if "_" not in name]  # not by names of files
    names = {match for name in called for match in re.findall(r"\d[\d./-]*\d|\d", name)}
    patterns = [rf"(?<![\w.,]){re.escape(name)}(?![\w.,]*\d)" for name in names if len(name) > 1]
    own = {number for each in cited for number in re.findall(r"\d+(?:\.\d+)*", each.provision)}
    patterns += [rf"(?:{_LABELS})[\s.№]*{re.escape(number)}(?!\w|[.,]\d)" for number in own]
    found = [match.span() for pattern in patterns for match in re.finditer(pattern, claim)]
    ordinals = [each for each in find_number_words(claim) if each.ordinal and str(each.value) in own]
    return [*found, *((each.start, each.end) for each in ordinals)]


def _opening_numbers(quoted: Quoted) -> list[Quantity]:
    """The numbers that a lead-in states of its item: neither its own nor «одно из следующих».

    Not where the item states another of the kind itself: its own term holds, not that of all the others.
    """
    lines = [re.sub(r"^\s*[\d.]+[.)]?\s", "", line) for line in quoted.lead_in.splitlines()]
    item = quantities(quoted.text, detect_language(quoted.text), places(quoted.text).spans).numbers
    own = {counted(number) for number in item if number.unit or not number.weak}
    return [
        number
        for line in lines
        for number in quantities(line, detect_language(line), places(line).spans).numbers
        if not number.weak and not number.implied and counted(number) not in own
    ]


def _quantities(said: _Text, meant: _Text, opening: Sequence[Quantity], dates: Sequence[str]) -> list[Fault]:
    """``opening``: numbers of the lead-ins; ``dates``: of the cited acts and editions."""
    claim, ours = said.text, said.quantities
    theirs = replace(meant.quantities, numbers=(*meant.quantities.numbers, *opening))
    found = [Fault("number", claim[each.start : each.end]) for each in unmatched_numbers(ours, theirs)]
    found += [Fault("bound", claim[each.start : each.end]) for each in turned_bounds(ours, theirs)]
    found += [Fault("bound", words) for words in turned_dates(claim, meant.text)]
    return found + [Fault("date", date) for date in unmatched_dates(ours, theirs, dates)]


def _forces(said: _Text, meant: _Text, quoted: Sequence[Quoted]) -> list[Fault]:
    above = modality("\n".join(each.context for each in quoted if each.published)).forces
    opening = forces_of_lists([each.lead_in for each in quoted if each.published])
    found = [Fault("bound", words) for words in loose_bounds(said.text, meant.text)]
    found += [Fault("restriction", words) for words in changed_limits(said.text, meant.text)]
    lead_in = "\n".join(each.lead_in for each in quoted)
    joined = changed_connectives(said.text, said.denied.words, meant.denied.words)
    found += [Fault("restriction", words) for words in joined]
    limits = common_limits(said.text, meant.text, lead_in)
    changed = changed_forces(said.forces, meant.forces, meant.modality, above, limits, opening)
    found += [Fault("force", force) for force in changed]
    if negation_differs(said.denied, meant.denied, "ban" in above):
        found.append(Fault("negation"))
    return found
