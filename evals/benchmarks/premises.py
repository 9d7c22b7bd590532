"""False premises told, true ones and plain questions left alone; ambiguous questions asked back.

A false premise is caught where a correction names words that the question assumes and states what is right:
the right figure, or words at the place that says it. Everything told on a true premise or on an ordinary
question is a false alarm.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from assistant.answer.clarify import clarify
from assistant.answer.premise import Correction, corrections, told
from assistant.answer.verify.quantities import quantities, same
from assistant.engine import Assistant
from assistant.index.words import stems
from assistant.library.view import Filters, LibraryView
from assistant.query import read_question
from assistant.retrieve import retrieve
from evals.premise_cases import ClarifyCase, PremiseCase, load_clarify, load_premises, passages
from evals.retrieval_cases import Passage, RetrievalCase, load_cases

PLAIN = 200  # ordinary questions of each split on which nothing may be told
_FIGURES = ("number", "percent")


@dataclass(slots=True)
class Share:
    """How many of ``n``; ``ids``: which."""

    count: int = 0
    n: int = 0
    ids: list[str] = field(default_factory=list)

    def add(self, case: str, counted: bool) -> None:
        """Count a case in."""
        self.n += 1
        self.count += counted
        if counted:
            self.ids.append(case)


@dataclass(slots=True)
class Report:
    """shares: split -> what was counted (and by kind) -> its share. told: case id -> what was told."""

    shares: dict[str, dict[str, Share]] = field(default_factory=dict)
    told: dict[str, list[str]] = field(default_factory=dict)

    def add(self, split: str, name: str, case: str, counted: bool) -> None:
        """Count a case in under a name."""
        self.shares.setdefault(split, {}).setdefault(name, Share()).add(case, counted)

    def lines(self) -> list[str]:
        """The report as lines of text."""
        return [
            f"{split:5} {name:32} {share.count:4} of {share.n}"
            for split, shares in sorted(self.shares.items())
            for name, share in sorted(shares.items())
        ]


def run(
    assistant: Assistant,
    cases: Sequence[PremiseCase] | None = None,
    plain: Sequence[RetrievalCase] | None = None,
) -> Report:
    """Read, search and correct every case; those that ship where none are given."""
    view = assistant.view
    known = load_premises() if cases is None else cases
    places = passages(known, view)
    report = Report()
    for case in known:
        if case.id not in places:
            continue
        found = _corrected(assistant, case.question, None)
        report.told[case.id] = [told(each, case.lang) for each in found]
        if case.holds:
            report.add(case.split, "false alarms: true premises", case.id, bool(found))
            continue
        right = any(is_right(each, case, places[case.id], view) for each in found)
        report.add(case.split, "caught", case.id, right)
        report.add(case.split, f"caught: {case.kind}", case.id, right)
        wrong = bool(found) and not right
        report.add(case.split, "something else told", case.id, wrong)
    for question in _ordinary(load_cases() if plain is None else plain):
        found = _corrected(assistant, question.question, question.as_of)
        report.told[question.id] = [told(each, question.lang) for each in found]
        report.add(question.split, "false alarms: ordinary questions", question.id, bool(found))
    return report


def _ordinary(cases: Sequence[RetrievalCase]) -> Iterable[RetrievalCase]:
    """Up to ``PLAIN`` cases of each split, in the order of their hashes."""
    ordered = sorted(cases, key=lambda case: hashlib.sha256(case.id.encode()).hexdigest())
    for split in ("dev", "test"):
        yield from [case for case in ordered if case.split == split][:PLAIN]


def _corrected(assistant: Assistant, question: str, as_of: str | None) -> list[Correction]:
    view, indexes, settings = assistant.view, assistant.indexes, assistant.settings
    filters = Filters(
        as_of=date.fromisoformat(as_of) if as_of else date.today(), as_of_given=as_of is not None
    )
    spelling = indexes.spelling if settings.retrieval.spelling else None
    reading = read_question(
        question, view, filters, use_glossary=settings.retrieval.glossary, spelling=spelling
    )
    ranked = retrieve(reading, view, indexes, settings.retrieval, settings.answer.hits)
    return corrections(reading, ranked, view, indexes.lexical.rarity(reading.terms))


def is_right(correction: Correction, case: PremiseCase, place: Passage, view: LibraryView) -> bool:
    """Whether a correction names what the case assumes and states what is right."""
    if not set(stems(case.assumed, stopwords=True)) & set(stems(correction.assumed, stopwords=True)):
        return False
    span = correction.span
    edition = view.edition(span.edition)
    wanted = quantities(case.right or "", case.lang).numbers if case.kind in _FIGURES else ()
    if wanted:
        lang = edition.provisions[span.provision].lang
        stated = quantities(correction.stated, lang).numbers
        return any(same(one, other) for one in wanted for other in stated)
    if (edition.row.act_id, edition.row.edition) != (place.act, place.edition):
        return False
    if case.kind == "article":
        return _top(span.provision) == _top(case.place.provision)
    return span.start < place.end and place.start < span.end


def _top(provision: str) -> str:
    """The article, or the point of an attachment, that a provision is part of."""
    first, _, rest = provision.partition("/")
    return f"{first}/{rest.partition('/')[0]}" if first.startswith("att") else first


def run_clarify(view: LibraryView, cases: Sequence[ClarifyCase] | None = None) -> Report:
    """Ask back, or not, on every case. An option counts as offered where it names one of ``between``."""
    report = Report()
    for case in load_clarify() if cases is None else cases:
        reading = read_question(case.question, view, Filters(as_of=date.today()))
        answer = clarify(reading, view)
        asked = answer is not None
        report.told[case.id] = [option.question for option in answer.options] if answer else []
        if not case.between:
            report.add(case.split, "asked where it is clear", case.id, asked)
            continue
        report.add(case.split, "asked where it is ambiguous", case.id, asked)
        known = [each for each in case.between if each in view.acts or not each.isascii()]
        if len(known) > 1:
            report.add(case.split, "asked, two of them known", case.id, asked)
    return report
