"""Groups of statements, best first -> the order an answer is read in, with nothing said twice.

A group is what is quoted of one provision: a sentence, or a lead-in with its items.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from assistant.answer.compose import Statement
from assistant.diff import normalised
from assistant.library.schema import EditionRow
from assistant.library.view import LibraryView
from assistant.model import ActKind, Currency

Group = list[Statement]
RECITAL = "rec"  # begins the id of a recital
_STANDINGS = {
    Currency.CURRENT: 3,
    Currency.UNKNOWN: 2,
    Currency.AMENDED_TEXT_NOT_HELD: 2,
    Currency.NOT_YET_IN_FORCE: 1,
    Currency.SUPERSEDED: 1,
}


def add(said: Group, chosen: list[Group], view: LibraryView, day: date) -> None:
    """Append a group to those chosen unless one of them says it in the same words.

    Another number is another text. Of two that say the same the one of better standing at ``day`` stays, else
    the longer, else the better one. Two editions of one act that differ both stay.
    """
    mine = _words(said)
    for place, other in enumerate(chosen):
        theirs = _words(other)
        editions = row_of(said, view), row_of(other, view)
        if mine != theirs and editions[0].act_id == editions[1].act_id and editions[0].id != editions[1].id:
            continue
        if mine in theirs or theirs in mine:
            mine_stands, theirs_stand = (_standing(each, view, day) for each in (said, other))
            same_act = editions[0].act_id == editions[1].act_id
            later = same_act and (editions[0].edition or "") > (editions[1].edition or "")
            if mine_stands > theirs_stand or (
                mine_stands == theirs_stand and (later or len(mine) > len(theirs))
            ):
                chosen[place] = said
            return
    chosen.append(said)


def _words(said: Group) -> str:
    return normalised(" ".join(statement.text for statement in said)).strip(" .;,")


def row_of(said: Group, view: LibraryView) -> EditionRow:
    """The edition a group is quoted from."""
    return view.editions[said[0].spans[-1].edition]


def _standing(said: Group, view: LibraryView, day: date) -> int:
    span = said[0].spans[-1]
    node = view.edition(span.edition).provisions[span.provision]
    return _STANDINGS.get(view.currency(span.edition, day, node), 0)


def in_reading_order(chosen: Sequence[Group], view: LibraryView) -> Group:
    """Acts in the order of their best provision; within one, earlier editions first, as the text runs.

    What binds stands before what explains it: an act before guidelines on it, its articles before recitals.
    """
    acts = list(dict.fromkeys(row_of(said, view).act_id for said in chosen))
    acts.sort(key=lambda act: view.acts[act].kind == ActKind.GUIDELINES)

    def place(said: Group) -> tuple[int, bool, str, int, int]:
        row, span = row_of(said, view), said[0].spans[-1]
        explains = span.provision.startswith(RECITAL)
        return acts.index(row.act_id), explains, row.edition or "", row.id, span.start

    return [statement for said in sorted(chosen, key=place) for statement in said]


def only_changed(chosen: Sequence[Group], view: LibraryView) -> list[Group]:
    """Without what two editions of one act say in the same words, where they differ in something.

    For a question about what changed. A lead-in stays with any of its items.
    """
    editions: dict[tuple[str, str], set[int]] = {}
    for said in chosen:
        row = row_of(said, view)
        for statement in said:
            editions.setdefault((row.act_id, normalised(statement.text)), set()).add(row.id)
    kept = []
    for said in chosen:
        act = row_of(said, view).act_id
        changed = [len(editions[act, normalised(statement.text)]) < 2 for statement in said]
        left = [
            statement
            for place, statement in enumerate(said)
            if changed[place] or _leads(said, place, changed)
        ]
        if left:
            kept.append(left)
    return kept or list(chosen)


def _leads(said: Group, place: int, changed: Sequence[bool]) -> bool:
    """Whether a statement opens a list of which some item has changed."""
    if said[place].item:
        return False
    for later in range(place + 1, len(said)):
        if not said[later].item:
            break
        if changed[later]:
            return True
    return False
