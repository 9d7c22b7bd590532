"""An act and a time -> the provisions that changed in it, by what the library holds.

Two held editions are compared; where one alone is held, its own marks («в ред. Федерального закона от …») say
which provisions an amending act changed, else the amending act itself, where that is held.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from assistant.answer.compose import Span
from assistant.answer.sentences import split_sentences
from assistant.dates import earliest
from assistant.diff import compare, normalised
from assistant.library.schema import EditionRow, RelationRow
from assistant.library.view import EditionView, LibraryView
from assistant.model import Authority, EditionChange, Provision, RelationKind
from assistant.query import Reading

WHOLE_CHARS = 900  # a provision up to this length is quoted whole


@dataclass(frozen=True, slots=True)
class Changed:
    """A provision that changed: where it stands in the later and the earlier edition, None for nowhere.

    opens: the words of the amending act under which it stands.
    """

    after: Span | None
    before: Span | None = None
    opens: Span | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What changed, in reading order.

    text: whose words ``after`` are: a text of the act, or of the act that amends it. before: the edition it
    was compared with. amendments: that made the changes, where it was not compared.
    """

    changes: list[Changed]
    text: EditionRow
    before: EditionRow | None = None
    amendments: list[RelationRow] = field(default_factory=list)


def window(reading: Reading) -> tuple[date, date]:
    """The first and the last day of the time asked about."""
    day = reading.filters.as_of
    if reading.years is None:
        return date.min, day
    return reading.years.first, min(reading.years.last, day)


def texts_of(act: str, reading: Reading, view: LibraryView) -> list[EditionRow]:
    """The dated official texts of an act that the request lets pass, earliest first."""
    inside = view.in_scope(reading.filters, earlier=True)
    rows = [
        row
        for row in view.of_act(act)
        if row.id in inside and row.authority == Authority.OFFICIAL and row.edition
    ]
    return sorted(rows, key=lambda row: (row.edition or "", -row.attachment))


def amendments_known(act: str, reading: Reading, view: LibraryView, after: str = "") -> list[RelationRow]:
    """The amendments known of that fall into the time asked about, later than the edition ``after``."""
    first, last = window(reading)
    return [
        row
        for row in view.relations
        if row.kind == RelationKind.AMENDS and row.target == act and row.date
        and first <= earliest(row.date) <= last and row.date > after
    ]  # fmt: skip


def changes_of(act: str, reading: Reading, view: LibraryView) -> Found | None:
    """What changed in an act in the time asked about, else by the latest of its changes; None: not known."""
    texts = texts_of(act, reading, view)
    return (
        _compared(texts, reading, view)
        or _marked(texts, reading, view)
        or _by_amending_act(act, reading, view)
    )


def _dated(row: EditionRow) -> date:
    return earliest(row.edition or "")


def _compared(texts: Sequence[EditionRow], reading: Reading, view: LibraryView) -> Found | None:
    """The differences between the last edition of the time asked about and the last one before it."""
    first, last = window(reading)
    inside = [row for row in texts if first <= _dated(row) <= last]
    if not inside:
        return None
    after = inside[-1]
    earlier = [
        row
        for row in texts
        if (row.attachment, row.lang) == (after.attachment, after.lang)
        and _dated(row) < _dated(after)
        and (reading.years is None or _dated(row) < first)
    ]
    if not earlier:
        return None
    old, new = view.edition(earlier[-1].id), view.edition(after.id)
    changes = [_places(change, old, new) for change in compare(old, new)]
    return Found(changes, after, before=earlier[-1]) if changes else None


def _places(change: EditionChange, old: EditionView, new: EditionView) -> Changed:
    """Where the words of a change stand: of a changed provision, the sentences that differ."""
    later = new.provisions.get(change.provision) if change.change != "removed" else None
    sooner = old.provisions.get(change.moved_from or change.provision) if change.change != "added" else None
    if later is None or sooner is None:
        return Changed(
            _span(new, later) if later is not None else None,
            _span(old, sooner) if sooner is not None else None,
        )
    return Changed(_differing(new, later, old, sooner), _differing(old, sooner, new, later))


def _span(edition: EditionView, node: Provision) -> Span:
    """A provision whole where it is short, else its own text."""
    end = node.end if node.end - node.start <= WHOLE_CHARS else node.own_end
    return Span(edition.row.id, node.id, node.start, end)


def _differing(edition: EditionView, node: Provision, other: EditionView, twin: Provision) -> Span | None:
    """From the first to the last sentence of a provision that the other wording does not have."""
    known = {
        normalised(other.text[start:end])
        for start, end in split_sentences(other.text, twin.start, twin.own_end)
    }
    new = [
        (start, end)
        for start, end in split_sentences(edition.text, node.start, node.own_end)
        if normalised(edition.text[start:end]) not in known
    ]
    if not new:
        return None
    if node.own_end - node.start <= WHOLE_CHARS:
        return Span(edition.row.id, node.id, node.start, node.own_end)
    return Span(edition.row.id, node.id, new[0][0], new[-1][1])


def _marked(texts: Sequence[EditionRow], reading: Reading, view: LibraryView) -> Found | None:
    """What a text itself marks as changed.

    The text is the last of the time asked about, else the first after it, which has its marks still, else the
    last of all.
    """
    first, last = window(reading)
    inside = [row for row in texts if first <= _dated(row) <= last]
    later = [row for row in texts if _dated(row) > last]
    chosen = inside[-1:] or later[:1] or texts[-1:]
    if not chosen:
        return None
    edition = view.edition(chosen[0].id)
    marks = [
        row
        for row in view.relations
        if row.kind == RelationKind.AMENDS
        and row.edition_id == edition.row.id
        and row.in_force_from is None  # else the text says itself that it does not hold the change yet
        and row.provision in edition.provisions
        and row.provision != "title"
        and row.date
        and first <= earliest(row.date) <= last
    ]
    if reading.years is None and marks:
        latest = max(row.date or "" for row in marks)
        marks = [row for row in marks if row.date == latest]
    nodes = {row.provision: edition.provisions[row.provision] for row in marks if row.provision}
    in_order = sorted(nodes.values(), key=lambda node: (node.start, -node.end))
    changes = [Changed(_span(edition, node)) for node in in_order]
    return Found(changes, edition.row, amendments=marks) if changes else None


def _by_amending_act(act: str, reading: Reading, view: LibraryView) -> Found | None:
    """What the latest held act that amends this one says of it: the points under the words that name it."""
    number = view.acts[act].number
    if not number:
        return None
    names_it = re.compile(rf"(?<![\w/.-]){re.escape(number)}(?![\w/-])", re.IGNORECASE)
    known = {row.source: row for row in amendments_known(act, reading, view)}
    for amendment in sorted(known.values(), key=lambda row: row.date or "", reverse=True):
        for row in texts_of(amendment.source, reading, view)[::-1]:
            edition = view.edition(row.id)
            changes = [
                Changed(_span(edition, item), opens=Span(row.id, node.id, node.start, node.own_end))
                for node in edition.provisions.values()
                if names_it.search(edition.own_text(node)) and edition.own_text(node).rstrip().endswith(":")
                for item in edition.children.get(node.id, ())
            ]
            if changes:
                return Found(changes, row, amendments=[amendment])
    return None
