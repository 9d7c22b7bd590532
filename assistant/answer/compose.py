"""Statements with their spans -> an :class:`~assistant.model.Answer` whose quotations are the text itself.

A quotation is never taken from anybody's output: it is cut from the canonical text at the located span,
so ``canonical_text[start:end] == quote`` holds by construction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from assistant.library.view import EditionView, LibraryView
from assistant.model import (
    Answer,
    Authority,
    Citation,
    Claim,
    Currency,
    Lang,
    Withheld,
    provision_ref,
)
from assistant.query import Reading


@dataclass(frozen=True, slots=True)
class Span:
    """Characters ``[start, end)`` of a provision of an edition."""

    edition: int
    provision: str
    start: int
    end: int


@dataclass(slots=True)
class Statement:
    """One claim before it is numbered. ``item``: it is an item of the list its predecessor opens."""

    text: str
    spans: list[Span]
    support: Literal["verbatim", "entailed"] = "verbatim"
    item: bool = False


@dataclass(slots=True)
class Composed:
    """The parts of an answer that statements determine."""

    claims: list[Claim] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    text: str = ""


CURRENCY_NOTES: dict[Lang, dict[str, str]] = {
    "ru": {
        Currency.AMENDED_TEXT_NOT_HELD: "в акт позднее внесены изменения, новой редакции в библиотеке нет",
        Currency.SUPERSEDED: "редакция утратила актуальность, действует более поздняя",
        Currency.REPEALED: "утратило силу",
        Currency.NOT_YET_IN_FORCE: "на эту дату не действует",
        Currency.UNKNOWN: "актуальность редакции не проверена",
    },
    "en": {
        Currency.AMENDED_TEXT_NOT_HELD: "amended later; the amended text is not in the library",
        Currency.SUPERSEDED: "superseded by a later edition",
        Currency.REPEALED: "repealed",
        Currency.NOT_YET_IN_FORCE: "not in force on this date",
        Currency.UNKNOWN: "whether this edition is current has not been checked",
    },
}


def cite(span: Span, number: int, view: LibraryView, reading: Reading) -> Citation:
    """The citation of a span, numbered ``number``."""
    edition = view.edition(span.edition)
    row, node = edition.row, edition.provisions[span.provision]
    act = view.acts[row.act_id]
    return Citation(
        id=number,
        ref=provision_ref(row.act_id, node.id),
        act=row.act_id,
        title=act_title(view, row.act_id, row.title, reading.lang),
        number=act.number,
        date=act.date,
        edition=row.edition,
        currency=view.currency(row.id, reading.filters.as_of, node),
        authority=Authority(row.authority),
        confidence=node.confidence,
        provision=node.id,
        label=node.label,
        page=edition.page(span.start),
        start=span.start,
        end=span.end,
        quote=edition.text[span.start : span.end],
        url=node.url or act.official_url,
    )


def act_title(view: LibraryView, act_id: str, own: str | None, lang: Lang) -> str:
    """The title to cite: an attachment's own (the Strategy), else the act's in the reader's language."""
    return own or view.title(act_id, lang)


def compose(statements: Sequence[Statement], view: LibraryView, reading: Reading) -> Composed:
    """Number the citations, one for each distinct span, and write the answer."""
    composed = Composed()
    numbers: dict[Span, int] = {}
    for statement in statements:
        for span in statement.spans:
            if span not in numbers:
                numbers[span] = len(numbers) + 1
                composed.citations.append(cite(span, numbers[span], view, reading))
        ids = [numbers[span] for span in statement.spans]
        composed.claims.append(Claim(text=statement.text, citations=ids, support=statement.support))
    composed.text = _write(statements, composed, reading.lang)
    return composed


def _write(statements: Sequence[Statement], composed: Composed, lang: Lang) -> str:
    lines: list[str] = []
    source: tuple[str, str | None] | None = None
    by_id = {citation.id: citation for citation in composed.citations}
    for statement, claim in zip(statements, composed.claims, strict=True):
        marks = "".join(f" [{number}]" for number in claim.citations)
        citation = by_id[claim.citations[-1]]
        if statement.item:
            lines.append(f"- {claim.text}{marks}")
            continue
        if (citation.act, citation.label) != source:
            source = (citation.act, citation.label)
            lines.extend(
                ["", f"**{heading(citation, lang)}**", ""]
                if lines
                else [f"**{heading(citation, lang)}**", ""]
            )
        lines.append(f"{claim.text}{marks}")
        lines.append("")
    return "\n".join(lines).strip()


def heading(citation: Citation, lang: Lang) -> str:
    """Where a statement stands, as a memo would name it: act, number, date, provision, page, standing."""
    parts = [_act_name(citation, lang), citation.label]
    if citation.page:
        parts.append(f"с. {citation.page}" if lang == "ru" else f"p. {citation.page}")
    name = ", ".join(part for part in parts if part)
    remarks = [CURRENCY_NOTES[lang].get(citation.currency)]
    if citation.authority == Authority.DIGEST:
        remarks.insert(
            0, "наше изложение, не текст акта" if lang == "ru" else "our summary, not the act's wording"
        )
    notes = "; ".join(remark for remark in remarks if remark)
    return f"{name} ({notes})" if notes else name


def _act_name(citation: Citation, lang: Lang) -> str:
    title = citation.title if len(citation.title) <= 140 else citation.title[:140].rsplit(" ", 1)[0] + "…"
    bits = []
    if citation.number:
        bits.append(f"№ {citation.number}" if lang == "ru" else f"No. {citation.number}")
    if citation.date:
        day = ".".join(reversed(citation.date.split("-"))) if lang == "ru" else citation.date
        bits.append(f"от {day}" if lang == "ru" else f"of {day}")
    quoted = f"«{title}»" if lang == "ru" else f"“{title}”"
    return f"{quoted} ({' '.join(reversed(bits) if lang == 'ru' else bits)})" if bits else quoted


def answered(
    composed: Composed,
    reading: Reading,
    view: LibraryView,
    backend: str,
    withheld: Iterable[Withheld] = (),
) -> Answer:
    """The answer made of composed statements."""
    return Answer(
        status="answered",
        language=reading.lang,
        question=reading.question,
        answer=composed.text,
        claims=composed.claims,
        citations=composed.citations,
        withheld=list(withheld),
        as_of=reading.filters.as_of.isoformat(),
        library_version=view.version,
        backend=backend,
    )


def own_span(edition: EditionView, provision: str) -> Span:
    """The span of a provision's own text."""
    node = edition.provisions[provision]
    return Span(edition.row.id, provision, node.start, node.own_end)
