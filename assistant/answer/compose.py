"""Statements with their spans -> an :class:`~assistant.model.Answer` whose quotations are the text itself.

A quotation is never taken from anybody's output: it is cut from the canonical text at the located span,
so ``canonical_text[start:end] == quote`` holds by construction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from assistant.library.schema import ActRow
from assistant.library.view import LibraryView
from assistant.model import (
    Answer,
    Authority,
    Citation,
    Claim,
    Confidence,
    Lang,
    Withheld,
    provision_ref,
)
from assistant.naming import act_name
from assistant.query import Reading
from assistant.standing import why


@dataclass(frozen=True, slots=True)
class Span:
    """Characters ``[start, end)`` of a provision of an edition."""

    edition: int
    provision: str
    start: int
    end: int


@dataclass(slots=True)
class Statement:
    """One claim before it is numbered.

    item: it is an item of the list its predecessor opens. left_out: items of that list not quoted.
    """

    text: str
    spans: list[Span]
    support: Literal["verbatim", "entailed"] = "verbatim"
    item: bool = False
    left_out: int = 0


@dataclass(slots=True)
class Composed:
    """The parts of an answer that statements determine."""

    claims: list[Claim] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    text: str = ""


OUR_WORDS: dict[Lang, str] = {
    "ru": "наше изложение, не текст акта",
    "en": "our summary, not the act's wording",
}
KNOWN_FROM: dict[Lang, dict[str, str]] = {
    "ru": {
        Confidence.TEXT: ", сверено с текстом",
        Confidence.EXCERPT: ", по выдержкам из акта",
        Confidence.PRESS: ", по сообщениям прессы",
        Confidence.GENERAL: ", по общеизвестным сведениям",
    },
    "en": {
        Confidence.TEXT: ", checked against the text",
        Confidence.EXCERPT: ", from excerpts of the act",
        Confidence.PRESS: ", from press reports",
        Confidence.GENERAL: ", from general knowledge",
    },
}
MORE_ITEMS: dict[Lang, str] = {
    "ru": "… и ещё {} (список приведён не полностью)",
    "en": "… and {} more (the list is not complete)",
}
PAGE: dict[Lang, str] = {"ru": "с.", "en": "p."}
NOTE: dict[Lang, str] = {"ru": "Примечание: {}", "en": "Note: {}"}


def cite(span: Span, number: int, view: LibraryView, reading: Reading) -> Citation:
    """The citation of a span, numbered ``number``."""
    edition = view.edition(span.edition)
    row, node = edition.row, edition.provisions[span.provision]
    act = view.acts[row.act_id]
    day = reading.filters.as_of
    return Citation(
        id=number,
        ref=provision_ref(row.act_id, node.id),
        act=row.act_id,
        title=view.edition_title(row, reading.lang),
        number=act.number,
        date=act.date,
        edition=row.edition,
        currency=view.currency(row.id, day, node),
        authority=Authority(row.authority),
        confidence=node.confidence,
        provision=node.id,
        label=node.label,
        page=edition.page(span.start),
        start=span.start,
        end=span.end,
        quote=edition.text[span.start : span.end],
        url=node.url or act.official_url,
        note=node.note,
        standing=why(view, row.id, day, node, reading.lang),
    )


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
    composed.text = _write(statements, composed, view, reading.lang)
    return composed


def _write(statements: Sequence[Statement], composed: Composed, view: LibraryView, lang: Lang) -> str:
    """Plain text, ready to paste: a heading for each provision, its statements, list items in lines."""
    blocks: list[str] = []
    source: tuple[str, str] | None = None
    noted: set[str] = set()
    by_id = {citation.id: citation for citation in composed.citations}
    for statement, claim in zip(statements, composed.claims, strict=True):
        marked = claim.text + "".join(f" [{number}]" for number in claim.citations)
        if statement.item and blocks:
            blocks[-1] += f"\n- {marked}"
            if statement.left_out:
                blocks[-1] += f"\n{MORE_ITEMS[lang].format(statement.left_out)}"
            continue
        citation = by_id[claim.citations[-1]]
        if (citation.act, citation.label) != source:
            source = (citation.act, citation.label)
            blocks.append(heading(citation, view.acts[citation.act], lang))
        if citation.note and citation.note not in noted:
            noted.add(citation.note)
            marked += f"\n{NOTE[lang].format(citation.note)}"
        blocks.append(marked)
    return "\n\n".join(blocks)


def heading(citation: Citation, act: ActRow, lang: Lang) -> str:
    """Where a statement stands, as a memo would name it: act, provision, page, and its standing."""
    name = act_name(act, lang, citation.title)
    if citation.authority == Authority.DIGEST:
        where = citation.label.partition(": ")[2] or citation.label  # it says already that the words are ours
        known = KNOWN_FROM[lang].get(citation.confidence or "", "")
        remarks = [OUR_WORDS[lang] + known, citation.standing]
        place = f"{name}: {where}"
    else:
        page = f", {PAGE[lang]} {citation.page}" if citation.page else ""
        remarks = [citation.standing]
        place = f"{citation.label}, {name}{page}"
    notes = "; ".join(remark for remark in remarks if remark)
    return f"{place} ({notes})" if notes else place


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
