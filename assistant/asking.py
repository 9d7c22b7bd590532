"""A question in full, with all that decides its answer -> the answer, which says what it was made with."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from assistant.answer import abstain, flow
from assistant.conversation import Rewritten
from assistant.eligibility.asked import check_asked
from assistant.eligibility.chat import check_answer
from assistant.eligibility.offered import grant_unsaid, offer_asked
from assistant.eligibility.overview import overview, which_grant
from assistant.eligibility.terms import terms, terms_asked
from assistant.index.indexes import Indexes
from assistant.index.vectors import Scope
from assistant.index.words import stem
from assistant.library import Library
from assistant.library.view import OWN, Filters, LibraryView
from assistant.llm import EXTRACTIVE, Backend, Usage
from assistant.made import made_with
from assistant.model import Answer, Lang
from assistant.query import Reading, read_question, usable_question
from assistant.retrieve import retrieve
from assistant.settings import AnswerSettings, RetrievalSettings
from assistant.tracing import span

# Python runs one thread at a time, and an answer by excerpts spends about a quarter of its time outside of
# it. More of them at once only wait for each other, and every page and request in between waits with them.
AT_ONCE = 2
FURTHER = 10  # provisions after the best ones that excerpts may be chosen out of
_turns = threading.BoundedSemaphore(AT_ONCE)


class Rooms(Protocol):
    """What of the settings a question is read with."""

    @property
    def retrieval(self) -> RetrievalSettings:
        """How provisions are found."""

    @property
    def answer(self) -> AnswerSettings:
        """How an answer is made of them."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A question and what it is answered with.

    question: as it was put; full: as it is answered. lang: the language asked for. backend: None for
    excerpts. cancel: set to stop a model. spent: what a model used up so far.
    """

    question: str
    full: Rewritten
    filters: Filters
    lang: Lang | None
    backend: Backend | None
    retrieval: RetrievalSettings
    answer: AnswerSettings
    cancel: threading.Event | None = None
    spent: Usage = field(default_factory=Usage)


class Clock:
    """Milliseconds of each step and of all of them."""

    def __init__(self) -> None:
        self._began = self._last = time.perf_counter()
        self.laps: dict[str, float] = {}

    def leave_out(self, seconds: float) -> None:
        """So much of the step under way belongs to none: it was spent waiting for others."""
        self._began += seconds
        self._last += seconds

    def lap(self, name: str) -> None:
        """A step has ended."""
        now = time.perf_counter()
        self.laps[name] = round((now - self._last) * 1000, 1)
        self.laps["total"] = round((now - self._began) * 1000, 1)
        self._last = now


def read(
    question: str, view: LibraryView, indexes: Indexes, filters: Filters, lang: Lang | None, rooms: Rooms
) -> Reading:
    """How a question is understood. Raises InputError for one that cannot be used."""
    text = usable_question(question, rooms.answer.max_question_chars)
    return read_question(
        text,
        view,
        filters,
        lang=lang,
        use_glossary=rooms.retrieval.glossary,
        spelling=indexes.spelling if rooms.retrieval.spelling else None,
        held=partial(_held_by_asker, view, indexes),
    )


def _held_by_asker(view: LibraryView, indexes: Indexes, word: str) -> bool:
    """Whether a word, in some form, is in one of the texts that only who asks sees."""
    own = frozenset(key for key, row in view.editions.items() if row.act_id.startswith(OWN))
    return bool(own) and bool(indexes.by_words([stem(word)], 1, Scope(editions=own)))


def answered(asking: Asking, view: LibraryView, indexes: Indexes, library: Library, clock: Clock) -> Answer:
    """The answer. Raises InputError for a question that cannot be used, BackendError if cancelled.

    By excerpts, ``AT_ONCE`` are made at the same time and the others wait; with a model, which is what such
    an answer mostly waits for, all.
    """
    if asking.backend is not None:
        return _answered(asking, view, indexes, library, clock)
    came = time.perf_counter()
    with _turns:
        clock.leave_out(time.perf_counter() - came)
        return _answered(asking, view, indexes, library, clock)


def _answered(asking: Asking, view: LibraryView, indexes: Indexes, library: Library, clock: Clock) -> Answer:
    full, backend = asking.full, asking.backend
    with span("read"):
        reading = read(full.question, view, indexes, asking.filters, asking.lang, asking)
    clock.lap("read")
    found = _check(asking, reading, view)
    if found is not None:
        return _finished(found, asking, indexes, clock)
    with span("retrieve") as step:
        hits = asking.answer.hits
        found_all = retrieve(reading, view, indexes, asking.retrieval, hits + FURTHER)
        ranked, further = found_all[:hits], found_all[hits:]
        step.note(found=len(ranked))
    clock.lap("retrieve")
    asked = flow.Asked(
        reading, ranked, view, indexes, asking.answer, backend, asking.cancel, asking.spent, further
    )
    with span("answer", backend=backend.name if backend else EXTRACTIVE):
        answer = flow.answer(asked)
    if answer.status == "abstained" and not indexes.complete_for(library):
        answer.answer = f"{answer.answer} {abstain.NOT_INDEXED[reading.lang]}"
    return _finished(answer, asking, indexes, clock)


def _check(asking: Asking, reading: Reading, view: LibraryView) -> Answer | None:
    """What the measures of support answer: whether a company can have one, which there are, on what terms."""
    filters = asking.filters
    narrowed = (filters.kind, filters.issuer, filters.act, filters.authority, filters.text_lang)
    if not asking.answer.checks or any(narrowed) or filters.jurisdiction not in (None, "ru"):
        return None
    question, day = asking.full.question, filters.as_of
    found = None
    if (asked := check_asked(question, day)) is not None:
        found = check_answer(asked, question, view, day, reading.lang)
    elif (offer := offer_asked(question, day)) is not None:
        found = overview(offer, question, view, day, reading.lang)
    elif (wanted := terms_asked(question, day)) is not None:
        found = terms(wanted, question, view, day, reading.lang)
    elif grant_unsaid(question, day):
        return which_grant(question, view, day, reading.lang)
    return found if found is not None and found.claims else None  # what the measure rests on may not be held


def _finished(answer: Answer, asking: Asking, indexes: Indexes, clock: Clock) -> Answer:
    """The answer with the question as it was put, and what it was made with."""
    full, backend = asking.full, asking.backend
    if full.changed:
        answer.question, answer.rewritten = asking.question, full.question
        answer.carried = list(full.carried)
    answer.made_with = made_with(
        asking.filters,
        asking.lang,
        backend.name if backend else EXTRACTIVE,
        indexes.embedder.identity,
        asking.retrieval,
        asking.answer,
    )
    clock.lap("answer")
    answer.timings_ms = clock.laps
    return answer
