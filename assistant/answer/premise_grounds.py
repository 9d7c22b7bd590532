"""A question and the provisions found for it -> sentences, with how surely each is about the question.

What a question assumes (:mod:`assistant.answer.premise`) is compared with these.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant.answer.compose import Span
from assistant.answer.grounds import context
from assistant.answer.sentences import split_sentences
from assistant.answer.verify.lexicon import Word, words_of
from assistant.answer.verify.places import places
from assistant.answer.verify.quantities import Quantities, quantities
from assistant.index.words import fold, stem, stems
from assistant.library.view import LibraryView
from assistant.model import Authority, Lang
from assistant.number_words import find_number_words
from assistant.query import Reading
from assistant.ranked import Ranked

LONG = 4000  # of a provision of more characters only its own text is read
CONTEXT_SHARE = 0.6  # what a word counts that stands above the sentence, not in it
MARGIN = 0.20  # a sentence that bears the question out may be this much less relevant
SURE = 0.42  # relevance from which a sentence is plainly about the question …
SURE_OF_WORDS = 0.55  # … and the same where only words, no numbers, are compared
_RANKS = (0.25, 0.18, 0.12, 0.08, 0.04)  # what standing first, second … adds to a sentence's relevance
_DIRECT = 0.25  # what being named by the question adds
_CROSS = 1.5  # times as much across languages, where few words can be compared

_CLAUSE = re.compile(r"[,;:.?!()—–]|\s-\s")
_CLOSED = re.compile(  # what begins a question that takes for granted what it goes on to say
    r"\W*(?:почему|зачем|правда\s+ли|верно\s+ли|при\s+каких|как(?!\w)|во\s+что|why|how(?!\s+(?:many|much|long|often))|"
    r"is\s+it\s+true)(?!\w)",
    re.IGNORECASE,
)
_TAKEN = re.compile(
    r"[^\W\d_]+,\s+(?:котор\w+|раз|ведь|поскольку|which|who|since|given\s+that)(?!\w)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Correction:
    """What a question assumes, in its words, and what a text says, in its own, at ``span``."""

    assumed: str
    stated: str
    span: Span


class Asked:
    """The words of a question by which a sentence is known to be about it."""

    def __init__(self, reading: Reading, rarity: Mapping[str, float]) -> None:
        self.question = reading.question
        self.lang: Lang = reading.spoken
        own = {term for term in reading.own_terms if not any(letter.isdigit() for letter in term)}
        numbers = {
            stem(fold(self.question[each.start : each.end])) for each in find_number_words(self.question)
        }
        added = set(reading.terms) - set(reading.own_terms)
        self._weights = {
            True: {term: rarity.get(term, 1.0) for term in own - numbers},
            False: {term: rarity.get(term, 1.0) for term in added if not any(map(str.isdigit, term))},
        }

    def cover(self, text: str, above: str, lang: str) -> float:
        """The share, 0…1, of the question's words that a text and what stands above it hold, by rarity."""
        weights = self._weights[lang == self.lang]
        inside, outside = set(stems(text)), set(stems(above))
        held = sum(
            weight * (1.0 if term in inside else CONTEXT_SHARE if term in outside else 0.0)
            for term, weight in weights.items()
        )
        return held / (sum(weights.values()) or 1.0)


@dataclass(frozen=True)
class Sentence:
    """A sentence of a provision that was found. ``relevance``: how surely it is about the question."""

    text: str
    span: Span
    lang: Lang
    relevance: float
    official: bool
    above: str

    @cached_property
    def quantities(self) -> Quantities:
        """What it states in numbers; numbers of acts and articles are none."""
        return quantities(self.text, self.lang, places(self.text).spans)

    @cached_property
    def words(self) -> list[Word]:
        """Its words."""
        return words_of(self.text)

    def near(self, rival: Sentence) -> bool:
        """Whether it may be about the same thing as a sentence that contradicts the question."""
        same_place = (self.span.edition, self.span.provision) == (rival.span.edition, rival.span.provision)
        return same_place or self.relevance >= rival.relevance - MARGIN

    @property
    def sure(self) -> bool:
        """Whether it is plainly about the question."""
        return self.official and self.relevance >= SURE


def sentences_of(asked: Asked, ranked: Sequence[Ranked], view: LibraryView) -> Iterable[Sentence]:
    """The sentences of ranked provisions, in their order."""
    for rank, entry in enumerate(ranked):
        edition = view.edition(entry.edition)
        node = edition.provisions[entry.provision]
        end = node.end if node.end - node.start <= LONG else node.own_end
        act = view.acts[edition.row.act_id]
        names = (act.title_ru, act.title_en, act.issuer, act.issuer_en, *act.aliases)
        above = "\n".join([context(edition, node), *filter(None, names)])
        bonus = _DIRECT if entry.direct else _RANKS[rank] if rank < len(_RANKS) else 0.0
        if node.lang != asked.lang:
            bonus *= _CROSS
        for start, stop in split_sentences(edition.text, node.start, end):
            text = edition.text[start:stop]
            yield Sentence(
                text,
                Span(entry.edition, node.id, start, stop),
                node.lang,
                asked.cover(text, above, node.lang) + bonus,
                edition.row.authority == Authority.OFFICIAL,
                above,
            )


def clause_at(text: str, place: int) -> str:
    """The clause around a place."""
    start = max((match.end() for match in _CLAUSE.finditer(text, 0, place)), default=0)
    after = _CLAUSE.search(text, place)
    return text[start : after.start() if after else len(text)]


def correction_at(assumed: str, sentence: Sentence, start: int, end: int) -> Correction:
    """``[start, end)``: what the text says, in the sentence."""
    span = sentence.span
    place = Span(span.edition, span.provision, span.start + start, span.start + end)
    return Correction(assumed, sentence.text[start:end], place)


def asserted(question: str) -> str:
    """A question with blanks where it asks whether or what something is; the rest takes it for granted."""
    kept = question
    for start, end in split_sentences(question, 0, len(question)):
        sentence = question[start:end]
        if sentence.endswith("?") and not _CLOSED.match(sentence):
            clause = _TAKEN.search(sentence)
            end = start + clause.start() if clause else end
            kept = kept[:start] + " " * (end - start) + kept[end:]
    return kept
