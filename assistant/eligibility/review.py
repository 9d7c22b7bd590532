"""Measures and the library as it is now -> which of them rest on words that are no longer there.

Every piece of evidence carries a hash of its words as they were when the measure was reviewed. A new
edition, a corrected digest or a text that was taken in since may say something else: then a person has to
read again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal
from weakref import WeakKeyDictionary

from assistant.eligibility.evidence import Source, hash_of, source_of, words_of
from assistant.eligibility.held_text import heard
from assistant.eligibility.measures import Criterion, Evidence, Given, Measure, Step
from assistant.library.view import LibraryView
from assistant.model import Currency, Lang, Record
from assistant.standing import why

Trouble = Literal["changed", "amended", "missing", "unhashed", "differs"]


class Flag(Record):
    """What is wrong with a piece of evidence of a measure.

    changed: it says other words than when the measure was reviewed; amended: a later amendment is known whose
    text is not held; missing: the library does not hold it; unhashed: nobody noted its words; differs: the
    act's own text gives another threshold. hash: of its words now. told: the same for a reader.
    """

    measure: str
    criterion: str | None
    ref: str
    trouble: Trouble
    edition: str | None = None
    hash: str | None = None
    told: str


_TOLD: dict[Lang, dict[str, str]] = {
    "ru": {
        "changed": "{ref}: слова изменились после проверки меры {day}. Прочтите их заново и обновите "
                   "критерий.",
        "amended": "{ref}: {why}.",
        "missing": "{ref}: в библиотеке этого нет. Выполните «ai-policy ingest» без параметров.",
        "unhashed": "{ref}: при проверке меры слова не отмечены (hash: {hash}).",
        "differs": "{ref}: текст акта в библиотеке называет другой порог: «{said}».",
    },
    "en": {
        "changed": "{ref}: its words have changed since the measure was reviewed on {day}. Read them "
                   "again and renew the criterion.",
        "amended": "{ref}: {why}.",
        "missing": "{ref}: the library does not hold it. Run 'ai-policy ingest' without arguments.",
        "unhashed": "{ref}: its words were not noted at the review (hash: {hash}).",
        "differs": "{ref}: the act's text in the library gives another threshold: “{said}”.",
    },
}  # fmt: skip


def flags(measures: Iterable[Measure], view: LibraryView, day: date, lang: Lang) -> list[Flag]:
    """Everything to be read again, in the order of the measures and their criteria."""
    return [flag for each in measures for flag in flags_of(each, view, day, lang)]


_SEEN: WeakKeyDictionary[LibraryView, dict[tuple[Measure, date, Lang], list[Flag]]] = WeakKeyDictionary()


def flags_of(measure: Measure, view: LibraryView, day: date, lang: Lang) -> list[Flag]:
    """What is to be read again of one measure; remembered for as long as the library stays as it is."""
    seen = _SEEN.setdefault(view, {})
    key = (measure, day, lang)
    if key not in seen:
        seen[key] = _flags_of(measure, view, day, lang)
    return seen[key]


def _flags_of(measure: Measure, view: LibraryView, day: date, lang: Lang) -> list[Flag]:
    found = []
    for criterion, evidence in pieces(measure):
        source = source_of(evidence, view, day, lang)
        trouble = _trouble(evidence, source, measure, criterion, view, day)
        if trouble:
            found.append(_flag(trouble, measure, criterion, evidence, source, view, day, lang))
    return found + list(_differing(measure, view, day, lang))


def pieces(measure: Measure) -> Iterator[tuple[Criterion | None, Evidence]]:
    """Every piece of evidence of a measure, with the criterion it belongs to."""
    for evidence in measure.validity_evidence:
        yield None, evidence
    for criterion in measure.criteria:
        for evidence in criterion.evidence:
            yield criterion, evidence
    steps: tuple[Given | Step, ...] = (*measure.gives, *measure.documents, *measure.apply)
    for told in steps:
        for evidence in told.evidence:
            yield None, evidence


def _trouble(
    evidence: Evidence,
    source: Source | None,
    measure: Measure,
    criterion: Criterion | None,
    view: LibraryView,
    day: date,
) -> Trouble | None:
    if source is None:
        return None if _told_otherwise(evidence, measure, criterion, view) else "missing"
    if evidence.hash is None:
        return "unhashed"
    if hash_of(words_of(source, view)) != evidence.hash:
        return "changed"
    if not source.digest and view.currency(source.row.id, day, source.node) == Currency.AMENDED_TEXT_NOT_HELD:
        return "amended"
    return None


def _told_otherwise(
    evidence: Evidence, measure: Measure, criterion: Criterion | None, view: LibraryView
) -> bool:
    """Whether an act's text that is not held has a digest's fact beside it as evidence."""
    if evidence.provision.startswith("digest/"):
        return False
    beside = criterion.evidence if criterion else [each for _, each in pieces(measure)]
    return any(each.act == evidence.act and each.provision.startswith("digest/") for each in beside)


def _flag(
    trouble: Trouble,
    measure: Measure,
    criterion: Criterion | None,
    evidence: Evidence,
    source: Source | None,
    view: LibraryView,
    day: date,
    lang: Lang,
) -> Flag:
    now = hash_of(words_of(source, view)) if source else None
    because = why(view, source.row.id, day, source.node, lang) if source and trouble == "amended" else None
    return Flag(
        measure=measure.id,
        criterion=criterion.id if criterion else None,
        ref=evidence.ref,
        trouble=trouble,
        edition=source.row.edition if source else None,
        hash=now,
        told=_TOLD[lang][trouble].format(ref=evidence.ref, day=measure.reviewed, why=because, hash=now),
    )


def _differing(measure: Measure, view: LibraryView, day: date, lang: Lang) -> Iterator[Flag]:
    for criterion in measure.criteria:
        found = heard(criterion, view, day)
        if found.check == "differs":
            row = view.editions[found.spans[0].edition]
            ref = f"{row.act_id}#{found.spans[0].provision}"
            yield Flag(
                measure=measure.id,
                criterion=criterion.id,
                ref=ref,
                trouble="differs",
                edition=row.edition,
                told=_TOLD[lang]["differs"].format(ref=ref, said=found.said),
            )
