"""Statements with their spans -> an :class:`~assistant.model.Answer` whose quotations are the text itself.

A quotation is never taken from anybody's output: it is cut from the canonical text at the located span,
so ``canonical_text[start:end] == quote`` holds by construction.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from assistant.answer.frames import frame, standing_line, standing_remarks
from assistant.answer.glosses import gloss_line, glosses, translation
from assistant.library.schema import ActRow
from assistant.library.view import LibraryView
from assistant.model import (
    Answer,
    Authority,
    Citation,
    Claim,
    Lang,
    Withheld,
    provision_ref,
)
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

    item: it is an item of the list its predecessor opens; ``depth``: of a list inside that list. listed: it
    is one of what the list counts, not a paragraph that follows it. left_out: items not quoted.
    """

    text: str
    spans: list[Span]
    support: Literal["verbatim", "entailed"] = "verbatim"
    item: bool = False
    depth: int = 0
    listed: bool = True
    left_out: int = 0


@dataclass(slots=True)
class Composed:
    """The parts of an answer that statements determine."""

    claims: list[Claim] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    text: str = ""
    statements: list[Statement] = field(default_factory=list)


MORE_ITEMS: dict[Lang, str] = {
    "ru": "… и ещё {} (список приведён не полностью)",
    "en": "… and {} more (the list is not complete)",
}
LOOK_OUT: dict[Lang, str] = {"ru": "Внимание: {}.", "en": "Attention: {}."}
NOTE: dict[Lang, str] = {"ru": "Примечание: {}", "en": "Note: {}"}


def cite(span: Span, number: int, view: LibraryView, day: date, lang: Lang) -> Citation:
    """The citation of a span, numbered ``number``, with its standing on ``day``."""
    edition = view.edition(span.edition)
    row, node = edition.row, edition.provisions[span.provision]
    act = view.acts[row.act_id]
    return Citation(
        id=number,
        ref=provision_ref(row.act_id, node.id),
        act=row.act_id,
        title=view.edition_title(row, lang),
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
        standing=why(view, row.id, day, node, lang),
    )


def compose(statements: Sequence[Statement], view: LibraryView, reading: Reading) -> Composed:
    """Number the citations, one for each distinct span, put glosses beside them and write the answer."""
    composed = Composed(statements=list(statements))
    numbers: dict[Span, int] = {}
    for statement in statements:
        for span in statement.spans:
            if span not in numbers:
                numbers[span] = len(numbers) + 1
                day, lang = reading.filters.as_of, reading.lang
                composed.citations.append(cite(span, numbers[span], view, day, lang))
        ids = [numbers[span] for span in statement.spans]
        composed.claims.append(Claim(text=statement.text, citations=ids, support=statement.support))
    cited = {citation.id: citation for citation in composed.citations}
    heads = [_own_citations(claim, cited)[0] for claim in composed.claims]
    items = [head.id for head, statement in zip(heads, statements, strict=True) if statement.item]
    for number, gloss in glosses(heads, view, reading, items).items():
        cited[number].gloss = gloss
    composed.text = written(composed, view, reading.lang)
    return composed


def _own_citations(claim: Claim, cited: Mapping[int, Citation]) -> list[Citation]:
    """The citations of the provision a claim stands in, without the lead-in above it."""
    last = cited[claim.citations[-1]]
    return [
        cited[number]
        for number in claim.citations
        if (cited[number].act, cited[number].provision) == (last.act, last.provision)
    ]


def add_translation(composed: Composed, number: int, text: str, view: LibraryView, lang: Lang) -> None:
    """Put a language model's translation beside citation ``number``, and write the answer anew."""
    citation = composed.citations[number - 1]
    citation.gloss = translation(citation, text)
    composed.text = written(composed, view, lang)


@dataclass(slots=True)
class _Block:
    """A statement under its frame, a list with its items: ``tail`` follows when the last line is known."""

    lines: list[str]
    tail: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return "\n".join([*self.lines, *self.tail])


class _Writer:
    """Writes statements in their order and remembers what a reader has been told already."""

    def __init__(self, composed: Composed, view: LibraryView, lang: Lang) -> None:
        self.cited = {citation.id: citation for citation in composed.citations}
        self.view = view
        self.lang = lang
        self.blocks: list[_Block] = []
        self.source: Citation | None = None
        self.named: set[str] = set()
        self.editions: set[tuple[str, str, str | None]] = set()
        self.said: set[str] = set()

    def add(self, statement: Statement, claim: Claim, *, opens_list: bool) -> None:
        own = _own_citations(claim, self.cited)
        marked = claim.text + "".join(f" [{number}]" for number in claim.citations)
        if statement.item and self.blocks:
            self._item(statement, marked, own)
            return
        if self.source is None or not _same_place(self.source, own[-1]):
            self.blocks.append(_Block([self._frame(own[-1]), marked]))
        else:
            self.blocks.append(_Block([marked]))
        self.source = own[-1]
        block = self.blocks[-1]
        block.tail += self._below([self.cited[number] for number in claim.citations], whole=opens_list)
        for number in claim.citations:
            block.tail += self._standing(self.cited[number], own[-1])

    def _item(self, statement: Statement, marked: str, own: list[Citation]) -> None:
        lines = self.blocks[-1].lines
        indent = "  " * statement.depth
        bare = not statement.listed or _MARKED.match(marked)
        lines.append(f"{indent}{'' if bare else '- '}{marked}")
        other = self.source is None or own[-1].currency != self.source.currency
        if other and not _SAYS_REPEALED.search(marked):
            lines[-1] += "".join(f" ({remark})" for remark in standing_remarks(own[-1], self.lang))
        lines.extend(f"{indent}  {line}" for line in self._below(own))
        if statement.left_out:
            lines.append(MORE_ITEMS[self.lang].format(statement.left_out))

    def _frame(self, citation: Citation) -> str:
        act = self.view.acts[citation.act]
        edition = (citation.act, citation.authority, citation.edition)
        again = citation.act in self.named and self._clear(citation, act)
        written = frame(citation, act, self.lang, again=again, edition_said=edition in self.editions)
        self.named.add(citation.act)
        self.editions.add(edition)
        return written

    def _clear(self, citation: Citation, act: ActRow) -> bool:
        """Whether a short name is clear here: it has the act's number, or the act was just spoken of."""
        if self.source is not None and self.source.act == citation.act:
            return True
        short = frame(citation, act, self.lang, again=True, edition_said=True)
        return act.number is not None and act.number in short

    def _below(self, own: list[Citation], *, whole: bool = False) -> list[str]:
        """What stands under a quotation: our own words for it, and doubts about a digest's."""
        found = [gloss_line(citation.gloss, self.lang, whole=whole) for citation in own if citation.gloss]
        for note in dict.fromkeys(citation.note for citation in own if citation.note):
            found += self._once(NOTE[self.lang].format(note))
        return found

    def _standing(self, citation: Citation, framed: Citation) -> list[str]:
        """Why a text is not current: once for each reason, where the frame is too short for it."""
        line = standing_line(citation)
        if line is None and citation.currency != framed.currency:
            line = "; ".join(standing_remarks(citation, self.lang))
        return self._once(LOOK_OUT[self.lang].format(line)) if line else []

    def _once(self, line: str) -> list[str]:
        if line in self.said:
            return []
        self.said.add(line)
        return [line]


_MARKED = re.compile(r"(?:\d+(?:\.\d+)*[.)]|[а-яёa-z]{1,2}(?:\.\d+)?\)|\([0-9a-zA-Z]+\))\s")


_SAYS_REPEALED = re.compile(r"утратил\w* силу|repealed|deleted", re.IGNORECASE)


def _same_place(one: Citation, other: Citation) -> bool:
    return (one.act, one.label, one.edition, one.authority) == (
        other.act, other.label, other.edition, other.authority,
    )  # fmt: skip


def written(composed: Composed, view: LibraryView, lang: Lang) -> str:
    """Plain text, ready to paste: each provision's statements under its frame, list items in lines."""
    writer = _Writer(composed, view, lang)
    listed = [statement.item for statement in composed.statements[1:]]
    for place, (statement, claim) in enumerate(zip(composed.statements, composed.claims, strict=True)):
        writer.add(statement, claim, opens_list=any(listed[place : place + 1]))
    return "\n\n".join(str(block) for block in writer.blocks)


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
