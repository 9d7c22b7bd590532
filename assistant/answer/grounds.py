"""A span of a held text -> the quotation as evidence: its words, its place, and what stands above it."""

from __future__ import annotations

from assistant.answer.compose import Span
from assistant.answer.verify import Cited, Quoted
from assistant.library.view import EditionView, LibraryView
from assistant.model import Authority, Provision

LEAD_IN_CHARS = 600


def quoted(span: Span, view: LibraryView) -> Quoted:
    """A quotation as a claim is compared with it."""
    edition = view.edition(span.edition)
    node = edition.provisions[span.provision]
    return Quoted(
        edition.text[span.start : span.end],
        cited(edition, node, view),
        context(edition, node),
        published=edition.row.authority != Authority.USER,
        lead_in="\n".join(lead_ins(edition, node)),
    )


def cited(edition: EditionView, node: Provision, view: LibraryView) -> Cited:
    """What a claim may call a provision by: the numbers, names and dates of its act."""
    row = edition.row
    act = view.acts[row.act_id]
    names = (act.number, act.title_ru, act.title_en, row.title, *act.aliases)
    dates = (act.date, row.edition)
    return Cited(
        row.act_id,
        act.jurisdiction,
        node.id,
        tuple(name for name in names if name),
        tuple(date for date in dates if date),
    )


def context(edition: EditionView, node: Provision) -> str:
    """The headings above a provision and the lead-ins it completes: they say whom it is about."""
    above = [each.heading for each in _chain(edition, node) if each.heading]
    return "\n".join([*reversed(above), *lead_ins(edition, node)])


def lead_ins(edition: EditionView, node: Provision) -> list[str]:
    """The lead-ins that a provision completes, the outermost first."""
    found = []
    for each in _chain(edition, node)[1:]:
        own = edition.own_text(each).rstrip()
        if own.endswith(":"):
            found.append(own[-LEAD_IN_CHARS:])
    return found[::-1]


def _chain(edition: EditionView, node: Provision) -> list[Provision]:
    """A provision and those above it, the innermost first."""
    found = [node]
    while found[-1].parent and found[-1].parent in edition.provisions:
        found.append(edition.provisions[found[-1].parent])
    return found
