"""«Какую поддержку может получить ИТ-компания?» -> that all measures are asked for, and of which kinds.

A question counts only where each of its words asks for support in general, names a kind of it, or a company
of the trade: one more word («по стратегии», «в Калининграде», «как оформить») asks for something else, which
the texts answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import get_args

from pydantic import BaseModel, ConfigDict, TypeAdapter

import corpus
from assistant.answer.named_places import names_another_country
from assistant.data_files import load_checked
from assistant.eligibility.measures import Offer
from assistant.index.words import STOPWORDS, fold, stem

WORDS = Path(corpus.__file__).parent / "support_words.yaml"
_KINDS: tuple[Offer, ...] = ("tax", "grant", "staff")  # those that a question can ask for by themselves
_GENERAL = ("support", *_KINDS, "programmer", "it", "ai", "company", "russia", "frame")
_WORD = re.compile(r"[^\W\d_]+|\d+")
# An order to do something else than to list: why, when, who, how, where, how much; a «не».
_OTHER = re.compile(
    r"(?<!\w)(?:кто|кому|когда|где|куда|почему|зачем|как(?!\s+(?:\w+\s+)?получить)|сколько|не|нет|без|кроме|"
    r"who|whom|when|where|why|how|not|no|without|except|besides)(?!\w)",
    re.IGNORECASE,
)
_WHAT_IS = re.compile(
    r"^\W*(?:а\s+)?что\s+(?:такое|значит)(?!\w)|^\W*what(?:\s+is|['’]s)\s+(?:an?|the)(?!\w)",
    re.IGNORECASE,
)


class SupportWords(BaseModel):
    """What corpus/support_words.yaml holds: words, separated by spaces."""

    model_config = ConfigDict(extra="forbid")

    support: str
    tax: str
    grant: str
    staff: str
    programmer: str
    it: str
    ai: str
    company: str
    russia: str
    frame: str
    terms: str

    def stems(self, *names: str) -> frozenset[str]:
        """The stems of the words of these lists."""
        return frozenset(stem(fold(word)) for name in names for word in getattr(self, name).split())


@lru_cache(maxsize=1)
def _data() -> SupportWords:
    return load_checked(WORDS, TypeAdapter(SupportWords), "list of words", "список слов")


@lru_cache(maxsize=16)
def words(*names: str) -> frozenset[str]:
    """The stems of the words of corpus/support_words.yaml under these names."""
    return _data().stems(*names)


@dataclass(frozen=True, slots=True)
class OfferAsked:
    """What support is asked for. kinds: empty for all of them."""

    kinds: tuple[Offer, ...]


def offer_asked(question: str, today: date) -> OfferAsked | None:
    """The kinds of support a question asks to be listed; None where it asks for something else."""
    if _OTHER.search(question) or _WHAT_IS.search(question):
        return None
    if names_another_country(question):
        return None
    named = _named(question)
    kinds = tuple(kind for kind in _KINDS if named & words(kind))
    if not only_of_support(question, today):
        return None
    english = not any("а" <= letter <= "я" for letter in fold(question))
    if not named & words("support", "grant") or not _of_the_trade(question, named, kinds):
        return None
    if english and not named & words("russia") and named & words("ai") and "IT" not in question:
        return None  # what is said in English of AI companies may be asked of the Union
    return OfferAsked(kinds)


_SIZE = re.compile(
    r"(?<!\w)(?:максимальн\w+|минимальн\w+|наибольш\w+|размер\w*|сумм\w*|величин\w*|сколько"
    r"|maximum|minimum|largest|biggest|highest|top|amount|size|how\s+(?:much|large|big))(?!\w)",
    re.IGNORECASE,
)


def grant_unsaid(question: str, today: date) -> bool:
    """Whether a question asks how much a grant is, «какой максимальный грант», and does not say which."""
    size = _SIZE.search(question)
    if size is None or not _named(question) & words("grant"):
        return False
    rest = _SIZE.sub(" ", question)
    return not _OTHER.search(rest) and only_of_support(rest, today)


def _named(question: str) -> set[str]:
    """The stems of a question's words; "IT" counts, which as a pronoun says nothing."""
    found = {fold(word) for word in _WORD.findall(question)}
    return {stem(word) for word in found if word not in STOPWORDS or stem(word) in words("it")}


def only_of_support(question: str, today: date, further: Sequence[str] = ()) -> bool:
    """Whether every word speaks of support in general, of the trade's companies, or is in a further list.

    A year has to be that of ``today``.
    """
    return not _named(question) - words(*_GENERAL, *further) - {str(today.year)}


def inside(sentence: str) -> str:
    """A sentence as it stands inside another: a name and an abbreviation keep their capitals."""
    first, _, rest = sentence.partition(" ")
    keeps = any(letter.isupper() for letter in first[1:]) or rest[:1].isupper()
    return f"{first if keeps else first.lower()} {rest}".rstrip()


def _of_the_trade(question: str, named: set[str], kinds: tuple[Offer, ...]) -> bool:
    """Whether it asks for IT or AI companies, or for who works there."""
    it = bool(named & words("it") - {"it"}) or "IT" in _WORD.findall(question)
    if "staff" in kinds:
        return it or bool(named & words("programmer"))
    of_ai = "grant" in kinds and bool(named & words("ai"))
    return bool(named & words("company")) or it or of_ai


OFFERS: tuple[Offer, ...] = get_args(Offer)
