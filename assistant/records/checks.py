"""An expert's mark that an answer is right, and whether it still holds.

A mark keeps how each cited provision stood when it was checked: a hash of its words, the edition, its
standing. It falls when one of them changes in the library, or when a day comes on which the text is no longer
the one in force. A fallen mark is shown as fallen; only its owner takes it away.
"""

from __future__ import annotations

import hashlib
from datetime import date, timedelta

from sqlalchemy import Select, delete, select

from assistant.dates import as_of_date
from assistant.diff import normalised
from assistant.errors import InputError
from assistant.library import Library
from assistant.library.view import EditionView, Filters, LibraryView
from assistant.model import Answer, Citation, Currency, Provision
from assistant.records.model import Change, CheckedCitation, Mark, MarkChange, MarkState, Page
from assistant.records.owner import Owner
from assistant.records.reach import (
    checked_key,
    moment,
    new_key,
    not_held,
    page_of,
    place_after,
    reading,
    turn_of,
    writing,
)
from assistant.records.schema import ConversationRow, MarkRow, TurnRow
from assistant.records.withholding import seen_answer
from assistant.records.wording import limited, line

MAX_EXPERT = 200
MAX_NOTE = 2_000
# A standing that, where it was another one at the check, makes a mark fall; the rest only says that more or
# less is known of the act.
_FALLS: dict[Currency, Change] = {
    Currency.REPEALED: "repealed",
    Currency.SUPERSEDED: "edition_superseded",
    Currency.AMENDED_TEXT_NOT_HELD: "amended",
}


def mark(
    library: Library,
    owner: Owner,
    turn: str,
    expert: str,
    note: str = "",
    checked_on: str | date | None = None,
    *,
    view: LibraryView,
) -> Mark:
    """Mark a turn's answer as checked by ``expert`` on that day (default: today).

    Raises NotHeldError; InputError for an answer that cites nothing or whose texts changed since, and for a
    name, note or day that cannot be used.
    """
    checked = as_of_date(checked_on)
    if checked > date.today():
        raise InputError(
            f"The day of the check, {checked}, is still to come. Give the day it was made.",
            f"День проверки {checked} ещё не наступил. Укажите день, когда она сделана.",
        )
    row = MarkRow(
        id=new_key(),
        owner=owner.id,
        expert=line(expert, MAX_EXPERT, "The expert's name", "Имя эксперта"),
        note=limited(note, MAX_NOTE, "The note", "Примечание") or None,
        checked_on=checked.isoformat(),
        marked_at=moment(),
    )
    with writing(library) as session:
        answered = turn_of(session, owner, turn)
        answer = _cited(answered, owner)
        row.turn_id, row.as_of = answered.id, _about(answered, answer)
        day = date.fromisoformat(row.as_of) if row.as_of else date.today()
        row.cited = [each.model_dump(mode="json") for each in _as_checked(answer, view, day)]
        session.add(row)
        session.flush()
        return _mark(row)


def state(marked: Mark, view: LibraryView, day: date | None = None) -> MarkState:
    """Whether a mark holds in the library as it is now. ``day``: today, unless the answer is about a date."""
    asked = date.fromisoformat(marked.as_of) if marked.as_of else day or date.today()
    changes = [found for each in marked.cited if (found := _change(view, each, asked))]
    return MarkState(state="fallen" if changes else "valid", changed=changes)


def of_turn(library: Library, owner: Owner, turn: str) -> list[Mark]:
    """The owner's marks on a turn, oldest first, fallen ones too. Raises NotHeldError."""
    with reading(library) as session:
        turn_of(session, owner, turn)
        rows = session.scalars(
            _marks(owner).where(TurnRow.id == turn).order_by(MarkRow.marked_at, MarkRow.id)
        )
        return [_mark(row) for row in rows]


def listed(library: Library, owner: Owner, *, limit: int = 50, after: str | None = None) -> Page[Mark]:
    """The owner's marks, newest first, fallen ones too. Raises InputError for a page that cannot be."""
    with reading(library) as session:
        rows = session.scalars(page_of(_marks(owner), MarkRow.marked_at, MarkRow.id, limit, after)).all()
    more = rows[limit - 1] if len(rows) > limit else None
    return Page[Mark](
        items=[_mark(row) for row in rows[:limit]],
        next=place_after(more.marked_at, more.id) if more else None,
    )


def unmark(library: Library, owner: Owner, key: str) -> None:
    """Take a mark away. Raises NotHeldError."""
    with writing(library) as session:
        mine = (MarkRow.id == checked_key(key), MarkRow.owner == owner.id)
        if not session.execute(delete(MarkRow).where(*mine).returning(MarkRow.id)).all():
            raise not_held()


def _cited(turn: TurnRow, owner: Owner) -> Answer:
    """A turn's answer, if it cites anything; else InputError."""
    answer = seen_answer(Answer.model_validate(turn.answer), owner) if turn.answer else None
    if answer is None or not answer.citations:
        raise InputError(
            "This answer cites nothing, so nothing would make a mark on it fall. Only answers with citations "
            "can be marked as checked.",
            "Ответ ни на что не ссылается, и отметка на нём не устареет никогда. Отметить проверенным можно "
            "только ответ со ссылками.",
        )
    return answer


def _about(turn: TurnRow, answer: Answer) -> str | None:
    """The date an answer is about, as set by the person or the question; None: the day it was given."""
    if turn.as_of:
        return turn.as_of
    given = date.fromisoformat(turn.asked_at[:10])  # in UTC; the answer's day is the local one
    return None if abs(date.fromisoformat(answer.as_of) - given) <= timedelta(days=1) else answer.as_of


def _as_checked(answer: Answer, view: LibraryView, day: date) -> list[CheckedCitation]:
    """What an answer cites, each provision once, as it stands now. Raises InputError: it changed since."""
    cited: dict[tuple[str, str, str | None], CheckedCitation] = {}
    for citation in answer.citations:
        found = _find(view, citation.act, citation.edition, citation.authority, citation.provision)
        if found is None or not _as_answered(view, *found, citation, day):
            raise InputError(
                f"The text of {citation.ref} is not the one this answer quotes any more. Ask the question "
                "again and check the new answer.",
                f"Текст {citation.ref} уже не тот, который цитирует ответ. Задайте вопрос снова и проверьте "
                "новый ответ.",
            )
        edition, node = found
        cited[citation.ref, str(citation.authority), citation.edition] = CheckedCitation(
            ref=citation.ref,
            act=citation.act,
            provision=citation.provision,
            label=citation.label,
            authority=citation.authority,
            edition=citation.edition,
            words=_hash(edition, node),
            standing=view.currency(edition.row.id, day, node),
        )
    return list(cited.values())


def _as_answered(
    view: LibraryView, edition: EditionView, node: Provision, citation: Citation, day: date
) -> bool:
    """Whether a citation's words still stand where they did, and the text is no less in force than it was."""
    words = normalised(edition.text[node.start : node.end])
    return normalised(citation.quote) in words and not _worse(
        view.currency(edition.row.id, day, node), citation.currency
    )


def _worse(now: Currency, then: Currency) -> bool:
    return now != then and now in _FALLS


def _change(view: LibraryView, was: CheckedCitation, day: date) -> MarkChange | None:
    """How a provision differs from what was checked, None where it does not."""
    kind = _kind_of_change(view, was, day)
    return MarkChange(ref=was.ref, label=was.label, change=kind) if kind else None


def _kind_of_change(view: LibraryView, was: CheckedCitation, day: date) -> Change | None:
    rows = view.editions_like(was.act, was.edition, was.authority)
    if not rows:
        others = any(row.authority == was.authority for row in view.of_act(was.act))
        return "edition_removed" if others else "act_removed"
    found = _find(view, was.act, was.edition, was.authority, was.provision)
    if found is None:
        return "provision_removed"
    edition, node = found
    if _hash(edition, node) != was.words:
        return "text_changed"
    standing = view.currency(edition.row.id, day, node)
    if not _worse(standing, was.standing):
        return None
    return _in_the_next(view, was, day) if standing == Currency.SUPERSEDED else _FALLS[standing]


def _in_the_next(view: LibraryView, was: CheckedCitation, day: date) -> Change:
    """What became of a provision in the edition that replaced the one checked."""
    scope = view.in_scope(Filters(as_of=day, act=was.act, authority=was.authority))
    for row in view.of_act(was.act):
        edition = view.edition(row.id) if row.id in scope else None
        if edition and (node := edition.provisions.get(was.provision)) is not None:
            return "edition_superseded" if _hash(edition, node) == was.words else "text_changed"
    return "provision_removed"


def _find(
    view: LibraryView, act: str, edition: str | None, authority: str, provision: str
) -> tuple[EditionView, Provision] | None:
    """A provision in the edition that is cited; its attachments are texts of their own."""
    for row in view.editions_like(act, edition, authority):
        loaded = view.edition(row.id)
        if (node := loaded.provisions.get(provision)) is not None:
            return loaded, node
    return None


def _hash(edition: EditionView, node: Provision) -> str:
    """Of a provision's words with all below it; how a publisher sets them does not count."""
    return hashlib.sha256(normalised(edition.text[node.start : node.end]).encode()).hexdigest()


def _marks(owner: Owner) -> Select[MarkRow]:
    """The owner's marks; those of deleted conversations are left out until restored."""
    return (
        select(MarkRow)
        .join(TurnRow, TurnRow.id == MarkRow.turn_id)
        .join(ConversationRow, ConversationRow.id == TurnRow.conversation_id)
        .where(
            MarkRow.owner == owner.id,
            ConversationRow.owner == owner.id,
            ConversationRow.deleted_at.is_(None),
        )
    )


def _mark(row: MarkRow) -> Mark:
    return Mark(
        id=row.id,
        turn=row.turn_id,
        expert=row.expert,
        note=row.note,
        checked_on=row.checked_on,
        marked_at=row.marked_at,
        as_of=row.as_of,
        cited=[CheckedCitation.model_validate(each) for each in row.cited],
    )
