"""A read question with ranked provisions -> an answer: clarify, abstain, quote, or have a model write claims.

A language model that fails, hangs or says nothing that holds is replaced by excerpts, and the answer says so.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from assistant.answer import abstain, notes
from assistant.answer.asked_things import other_law, spoken, thing_unsaid
from assistant.answer.beyond_acts import beyond_acts
from assistant.answer.bodies import BodyFacts, body_facts
from assistant.answer.changes import what_changed
from assistant.answer.clarify import clarify
from assistant.answer.compose import Composed, Span, Statement, answered, compose
from assistant.answer.conflicts import conflicts
from assistant.answer.extractive import select
from assistant.answer.figure_asked import figure_unstated
from assistant.answer.generative import Generated, generate
from assistant.answer.premise import Correction, corrections, told
from assistant.answer.region_asked import is_of_elsewhere, of_region_asked, without_other_regions
from assistant.answer.sentences import split_sentences
from assistant.answer.threshold import threshold_of
from assistant.answer.translate import translate
from assistant.answer.wanted import Wanted
from assistant.errors import BackendError
from assistant.index.indexes import Indexes
from assistant.library.view import LibraryView
from assistant.llm import EXTRACTIVE, Backend, Usage
from assistant.model import Answer
from assistant.periods import answering
from assistant.query import Reading
from assistant.ranked import Ranked
from assistant.settings import AnswerSettings
from assistant.standing import period

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is answered.

    further: provisions after those ranked, out of which excerpts may be chosen too. backend: None for
    excerpts. cancel: set to stop a model. spent: what a model used up so far.
    """

    reading: Reading
    ranked: list[Ranked]
    view: LibraryView
    indexes: Indexes
    settings: AnswerSettings
    backend: Backend | None = None
    cancel: threading.Event | None = None
    spent: Usage = field(default_factory=Usage)
    further: list[Ranked] = field(default_factory=list)


def answer(asked: Asked) -> Answer:
    """The answer. Raises BackendError of the kind ``cancelled`` where it was stopped."""
    reading, view = asked.reading, asked.view
    ranked = of_region_asked(reading.question, answering(asked.ranked), view)
    asked = replace(asked, ranked=ranked)
    clarified = clarify(reading, view)
    if clarified is not None:
        return clarified
    changed = what_changed(reading, asked.ranked, view)
    if changed is not None:
        return changed
    told = body_facts(reading, view) if asked.backend is None else None
    if told is not None:
        return _of_bodies(told, asked)
    rarity = asked.indexes.rarity(reading.terms)
    wrong = corrections(reading, asked.ranked, view, rarity) if asked.settings.premises else []
    if asked.settings.abstain and not wrong:
        refused = abstain.refuse(
            reading, asked.ranked, view, rarity, threshold_of(asked.indexes.embedder, asked.indexes.size)
        )
        if refused is not None:
            return refused
    asked = replace(asked, ranked=without_other_regions(reading.question, ranked, view))
    if not asked.ranked and asked.settings.abstain:
        return abstain.abstention(reading, ranked, view)
    if asked.backend is None:
        found = _excerpts(asked, rarity, wrong)
    else:
        found = _by_model(asked, asked.backend, rarity, wrong)
    return _with_remarks(found, asked, wrong)


def _with_remarks(found: Answer, asked: Asked, wrong: Sequence[Correction]) -> Answer:
    """An answer that says first what the question assumes wrongly, and last where its sources disagree."""
    reading = asked.reading
    if found.status != "answered":
        return found
    found.corrections = [told(each, reading.lang) for each in wrong]
    found.conflicts = conflicts(found.citations, asked.view, reading)
    found.answer = "\n\n".join([*found.corrections, found.answer, *found.conflicts])
    if is_of_elsewhere(reading.question, found, asked.view):
        notes.add_note(found, notes.of_no_region(reading.lang))
    return _at_another_time(found, asked)


def _at_another_time(found: Answer, asked: Asked) -> Answer:
    """An answer that says first which of its facts do not hold in the years the question names.

    Its citations tell only how they stand at the as-of date.
    """
    reading, view = asked.reading, asked.view
    if reading.years is None:
        return found
    lapsed = {(entry.edition, entry.provision) for entry in asked.ranked if entry.lapsed}
    said = []
    for citation in found.citations:
        for row in view.editions_like(citation.act, citation.edition, citation.authority):
            if (row.id, citation.provision) in lapsed:
                node = view.edition(row.id).provisions[citation.provision]
                said.append(
                    notes.another_time(citation.label, period(view, row.id, node, reading.lang), reading.lang)
                )
    found.notes = [*dict.fromkeys(said), *found.notes]
    found.answer = "\n\n".join([*dict.fromkeys(said), found.answer])
    return found


def _excerpts(
    asked: Asked,
    rarity: Mapping[str, float],
    wrong: Sequence[Correction],
    result: Generated | None = None,
) -> Answer:
    """The answer in the texts' own words; what corrects the question stands first.

    ``result``: of a model that works but said nothing that holds; it may still translate.
    """
    reading, view = asked.reading, asked.view
    wanted = Wanted.of(reading, rarity, view, asked.indexes, asked.ranked)
    further = without_other_regions(reading.question, answering(asked.further), view)
    statements = _correcting(wrong, view) + select([*asked.ranked, *further], wanted, view, asked.settings)
    if not statements:
        return abstain.abstention(reading, asked.ranked, view)
    beside = _beside_the_point(reading, statements, view)
    if beside and not wrong and asked.settings.abstain:
        return abstain.abstention(reading, asked.ranked, view, beside)
    composed = compose(statements, view, reading)
    if asked.backend is not None and result is not None:
        composed = _translated(composed, asked, asked.backend, result)
    return abstain.add_missing(answered(composed, reading, view, EXTRACTIVE), reading, view)


def _beside_the_point(reading: Reading, statements: Sequence[Statement], view: LibraryView) -> str:
    """Why statements on its subject do not answer a question, in the reader's language; empty if they may."""
    return (
        figure_unstated(reading, statements, view)
        or thing_unsaid(reading, statements, view)
        or other_law(reading, statements, view)
        or beyond_acts(reading.question, spoken(statements, view), reading.filters.as_of, reading.lang)
    )


def _correcting(wrong: Sequence[Correction], view: LibraryView) -> list[Statement]:
    """The sentences that contradict what a question assumes."""
    found = []
    for each in wrong:
        edition = view.edition(each.span.edition)
        node = edition.provisions[each.span.provision]
        for start, end in split_sentences(edition.text, node.start, node.end):
            if start <= each.span.start < end:
                span = Span(each.span.edition, node.id, start, max(end, each.span.end))
                found.append(Statement(" ".join(edition.text[span.start : span.end].split()), [span]))
    return found


def _by_model(
    asked: Asked, backend: Backend, rarity: Mapping[str, float], wrong: Sequence[Correction]
) -> Answer:
    reading, view = asked.reading, asked.view
    try:
        result = generate(backend, asked.ranked, reading, view, asked.indexes, asked.settings, asked.cancel)
    except BackendError as error:
        if error.kind == "cancelled":
            raise
        log.warning("%s Falling back to the extractive answer.", error.en)
        note = notes.failed(backend.name, error, reading.lang)
        found = notes.add_note(_excerpts(asked, rarity, wrong), note)
        found.usage = (asked.spent + (error.usage or Usage())).as_dict()
        found.backend = f"{EXTRACTIVE} ({backend.name}: {error.kind})"
        return found
    found = _of_claims(asked, backend, result, rarity, wrong)
    found.withheld = result.withheld
    found.usage = (asked.spent + result.usage).as_dict()
    if result.withheld:
        notes.add_note(found, notes.withheld(len(result.withheld), reading.lang))
    return found


def _of_claims(
    asked: Asked,
    backend: Backend,
    result: Generated,
    rarity: Mapping[str, float],
    wrong: Sequence[Correction],
) -> Answer:
    """The answer made of what held; excerpts where nothing did, an abstention where nothing was claimed."""
    reading, view = asked.reading, asked.view
    if result.statements:
        composed = _translated(compose(result.statements, view, reading), asked, backend, result)
        found = answered(composed, reading, view, backend.name)
        return abstain.add_missing(found, reading, view)
    if result.withheld:
        found = notes.add_note(_excerpts(asked, rarity, wrong, result), notes.excerpts_instead(reading.lang))
        found.backend = f"{EXTRACTIVE} ({backend.name}: no statement held)"
        return found
    found = abstain.abstention(reading, asked.ranked, view)
    found.backend = backend.name
    return found


def _translated(composed: Composed, asked: Asked, backend: Backend, result: Generated) -> Composed:
    """The same with translations beside its quotations, their cost added to the result's."""
    if asked.settings.translate:
        result.usage += translate(composed, backend, asked.reading, asked.view, asked.indexes, asked.cancel)
    return composed


def _of_bodies(told: BodyFacts, asked: Asked) -> Answer:
    found = answered(
        compose(told.statements, asked.view, asked.reading), asked.reading, asked.view, EXTRACTIVE
    )
    if not told.statements:
        found.status = "abstained"
    found.answer = "\n\n".join(part for part in (found.answer, *told.unknown) if part)
    found.missing = told.missing
    return found
