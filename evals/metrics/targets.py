"""The targets of a case -> where they stand in a library, and which found spans and citations meet them.

A target is read in its own edition, else in the one in force at the case's date. A found span meets it where
it holds at least half of the characters of the target's own words (number, heading and lead-in; all of it
where it has no parts), or lies inside it. A citation meets it where it stands word for word in the text, in,
above or below the target; a digest's fact also where it is shown beside an official text as its gloss.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from weakref import WeakKeyDictionary

from assistant.answer.compose import Span
from assistant.answer.grounds import quoted
from assistant.answer.verify import Quoted
from assistant.library.schema import EditionRow
from assistant.library.view import Filters, LibraryView
from assistant.model import Citation, Provision, stands_in
from evals.case import EvalCase, Target
from evals.metrics.needs import COVERED
from evals.outcome import Outcome
from evals.retrieval_cases import Passage

_IN_FORCE: WeakKeyDictionary[LibraryView, dict[date, frozenset[int]]] = WeakKeyDictionary()
NOWHERE = Passage("", None, 0, 0)  # what was found in a text that the library does not hold


@dataclass(frozen=True, slots=True)
class Standing:
    """A target in a held text. Passages here tell texts apart by the edition's key: an act may have several
    texts of one date.

    span: the characters of the text that are needed, where the target names some of its provision.
    """

    row: EditionRow
    node: Provision
    span: tuple[int, int] | None = None

    @property
    def whole(self) -> Passage:
        """The characters needed, else the provision with everything below it."""
        start, end = self.span or (self.node.start, self.node.end)
        return Passage(self.row.act_id, str(self.row.id), start, end)

    @property
    def own(self) -> Passage:
        """The characters needed, else its own words, or all of it where it has none of its own."""
        if self.span is not None:
            return self.whole
        end = self.node.own_end if self.node.own_end > self.node.start else self.node.end
        return Passage(self.row.act_id, str(self.row.id), self.node.start, end)

    def met_by(self, found: Passage) -> bool:
        """Whether a found span covers half of what is needed, or lies inside a provision needed whole."""
        if (found.act, found.edition) != (self.row.act_id, str(self.row.id)):
            return False
        inside = self.span is None and self.node.start <= found.start < found.end <= self.node.end
        return inside or found.covers_of(self.own) >= COVERED


def day_of(case: EvalCase) -> date:
    """The day a case is asked for: today where it names none."""
    return case.as_of or date.today()


def in_force(view: LibraryView, day: date) -> frozenset[int]:
    """Keys of the editions in force on a day, one of each text."""
    days = _IN_FORCE.setdefault(view, {})
    if day not in days:
        days[day] = frozenset(view.in_scope(Filters(as_of=day)))
    return days[day]


def standings(target: Target, view: LibraryView, day: date) -> list[Standing]:
    """Where a target stands; nothing where the library does not hold it."""
    inside = in_force(view, day)
    found = []
    for row in view.of_act(target.act):
        wanted = row.edition == target.edition if target.edition else row.id in inside
        node = view.edition(row.id).find(target.provision) if wanted else None
        if node is not None:
            span = None
            if target.start is not None and target.end is not None:
                span = (node.start + target.start, node.start + target.end)
            found.append(Standing(row, node, span))
    return found


def needs_of(case: EvalCase, view: LibraryView) -> list[list[Standing]]:
    """Every need of a case with the places that meet it, in the order of ``must_cite``."""
    day = day_of(case)
    return [[each for target in need for each in standings(target, view, day)] for need in case.must_cite]


def found_passages(outcome: Outcome, view: LibraryView) -> list[Passage]:
    """What a search found, in its order; :data:`NOWHERE` for what the library does not hold."""
    return [_passage(each.ref, each.edition, each.start, each.end, view) for each in outcome.found]


def _passage(ref: str, edition: str | None, start: int, end: int, view: LibraryView) -> Passage:
    act, _, provision = ref.partition("#")
    for row in view.of_act(act):
        if row.edition != edition:
            continue
        node = view.edition(row.id).provisions.get(provision)
        if node is not None and node.start <= start < end <= node.end:
            return Passage(act, str(row.id), start, end)
    return NOWHERE


def ranks_of(case: EvalCase, outcome: Outcome, view: LibraryView) -> list[int | None] | None:
    """For every need the rank of the first span that meets it; None without needs or without a search."""
    if not case.must_cite or (outcome.ended != "searched" and not outcome.found):
        return None
    found = found_passages(outcome, view)
    return [_first(found, need) for need in needs_of(case, view)]


def _first(found: Sequence[Passage], need: Sequence[Standing]) -> int | None:
    return next(
        (rank for rank, each in enumerate(found, 1) if any(place.met_by(each) for place in need)), None
    )


# ── citations ─────────────────────────────────────────────────────────────────────────────────────


def row_of(citation: Citation, view: LibraryView) -> EditionRow | None:
    """The held text in which a citation's quotation stands, character by character, at its place."""
    if not 0 <= citation.start < citation.end:
        return None
    for row in view.editions_like(citation.act, citation.edition, str(citation.authority)):
        text = view.edition(row.id).text
        if citation.end <= len(text) and text[citation.start : citation.end] == citation.quote:
            return row
    return None


def evidence_of(citation: Citation, view: LibraryView) -> Quoted | None:
    """A citation as evidence for a claim; None where its quotation is not the text's."""
    row = row_of(citation, view)
    if row is None:
        return None
    if citation.provision not in view.edition(row.id).provisions:
        return Quoted(citation.quote)
    return quoted(Span(row.id, citation.provision, citation.start, citation.end), view)


def names(citation: Citation, target: Target) -> bool:
    """Whether a citation, or the digest's fact beside it, is of the target or of what is above or below."""
    refs = [(citation.act, citation.provision)]
    if citation.gloss is not None and citation.gloss.by == "digest":
        act, _, provision = citation.gloss.ref.partition("#")
        refs.append((act, provision))
    return any(
        act == target.act
        and (stands_in(provision, target.provision) or stands_in(target.provision, provision))
        for act, provision in refs
    )


def right_edition(citation: Citation, target: Target, view: LibraryView, day: date) -> bool:
    """Whether a citation is of the target's edition, or, where it names none, of the one in force."""
    if target.edition is not None:
        return citation.edition == target.edition
    rows = view.editions_like(citation.act, citation.edition, str(citation.authority))
    return any(row.id in in_force(view, day) for row in rows)


def cited_for(need: Sequence[Target], outcome: Outcome, view: LibraryView) -> list[tuple[Citation, Target]]:
    """The citations that stand word for word in a target of a need, with it."""
    return [
        (citation, target)
        for citation in outcome.citations
        for target in need
        if names(citation, target) and row_of(citation, view) is not None
    ]
