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
    headings, opening = _above(edition, node)
    return Quoted(
        edition.text[span.start : span.end],
        cited(edition, node, view),
        "\n".join([*headings, *opening]),
        published=edition.row.authority != Authority.USER,
        lead_in="\n".join(opening),
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
    headings, opening = _above(edition, node)
    return "\n".join([*headings, *opening])


def _above(edition: EditionView, node: Provision) -> tuple[list[str], list[str]]:
    """The headings above a provision, its own included, and the lead-ins it completes, outermost first."""
    chain = list(edition.lineage(node))
    own = [edition.own_text(each).rstrip() for each in chain[:0:-1]]
    return (
        [each.heading for each in reversed(chain) if each.heading],
        [text[-LEAD_IN_CHARS:] for text in own if text.endswith(":")],
    )
