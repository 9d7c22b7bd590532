"""What users think of answers: a thumb, a reason from a list, their words; one per user and turn."""

from __future__ import annotations

from typing import get_args

from sqlalchemy import Select, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant.errors import InputError
from assistant.library import Library
from assistant.model import Answer, Lang
from assistant.query import check_choice
from assistant.records.model import CaseFields, Feedback, Page, Thumb
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
from assistant.records.schema import ConversationRow, FeedbackRow, TurnRow
from assistant.records.withholding import seen_answer
from assistant.records.wording import limited

MAX_TEXT = 2_000

# Why a thumb: code -> how it is told. The codes are stored and counted; none is ever given another meaning.
REASONS: dict[Thumb, dict[str, dict[Lang, str]]] = {
    "up": {
        "exact": {"ru": "Точно по тексту акта", "en": "Exactly what the act says"},
        "complete": {"ru": "Сказано всё, что нужно", "en": "Everything needed is there"},
        "clear": {"ru": "Понятно изложено", "en": "Clearly put"},
        "other": {"ru": "Другое", "en": "Something else"},
    },
    "down": {
        "wrong": {"ru": "Противоречит акту", "en": "The act says otherwise"},
        "incomplete": {"ru": "Не сказано важное", "en": "Something important is missing"},
        "off_topic": {"ru": "Ответ не на мой вопрос", "en": "It answers another question"},
        "outdated": {"ru": "Устаревший текст", "en": "The text is out of date"},
        "citation": {"ru": "Ссылка не на то место", "en": "The citation leads elsewhere"},
        "no_answer": {"ru": "Ответ есть, но не найден", "en": "There is an answer, it was not found"},
        "unfounded": {"ru": "Надо было отказаться отвечать", "en": "It should not have been answered"},
        "unclear": {"ru": "Непонятно изложено", "en": "Hard to understand"},
        "other": {"ru": "Другое", "en": "Something else"},
    },
}


def rate(
    library: Library, owner: Owner, turn: str, thumb: Thumb, reason: str | None = None, text: str = ""
) -> Feedback:
    """Store what the owner thinks of an answer, in place of what they thought before.

    ``reason``: a code of REASONS for this thumb. Raises NotHeldError, InputError.
    """
    check_choice("thumb", thumb, get_args(Thumb))
    check_choice("reason", reason, REASONS[thumb].keys())
    words = limited(text, MAX_TEXT, "The comment", "Комментарий") or None
    said = {"thumb": thumb, "reason": reason, "text": words, "given_at": moment()}
    with writing(library) as session:
        seen = turn_of(session, owner, turn)
        if not _replaced(session, owner, turn, said):
            try:
                with session.begin_nested():
                    session.add(FeedbackRow(id=new_key(), owner=owner.id, turn_id=turn, **said))
            except IntegrityError:  # given from another window a moment ago
                _replaced(session, owner, turn, said)
        row = session.scalars(_given(owner).where(FeedbackRow.turn_id == turn)).one()
        return _feedback(row, seen)


def get(library: Library, owner: Owner, turn: str) -> Feedback | None:
    """The owner's feedback on a turn, None where there is none. Raises NotHeldError for the turn."""
    with reading(library) as session:
        seen = turn_of(session, owner, turn)
        row = session.scalar(_given(owner).where(FeedbackRow.turn_id == turn))
        return _feedback(row, seen) if row else None


def withdraw(library: Library, owner: Owner, turn: str) -> None:
    """Take the owner's feedback on a turn back. Raises NotHeldError where there is none."""
    with writing(library) as session:
        mine = (FeedbackRow.owner == owner.id, FeedbackRow.turn_id == checked_key(turn))
        if not session.execute(delete(FeedbackRow).where(*mine).returning(FeedbackRow.id)).all():
            raise not_held()


def listed(
    library: Library, owner: Owner, *, thumb: Thumb | None = None, limit: int = 50, after: str | None = None
) -> Page[Feedback]:
    """The owner's feedback, newest first, also on turns asked anew since; not of deleted conversations.

    Raises InputError for a page that cannot be.
    """
    check_choice("thumb", thumb, get_args(Thumb))
    query = (
        select(FeedbackRow, TurnRow)
        .join(TurnRow, TurnRow.id == FeedbackRow.turn_id)
        .join(ConversationRow, ConversationRow.id == TurnRow.conversation_id)
        .where(
            FeedbackRow.owner == owner.id,
            ConversationRow.owner == owner.id,
            ConversationRow.deleted_at.is_(None),
        )
    )
    if thumb is not None:
        query = query.where(FeedbackRow.thumb == thumb)
    query = page_of(query, FeedbackRow.given_at, FeedbackRow.id, limit, after)
    with reading(library) as session:
        rows = session.execute(query).all()
    more = rows[limit - 1][0] if len(rows) > limit else None
    return Page[Feedback](
        items=[_feedback(row, turn) for row, turn in rows[:limit]],
        next=place_after(more.given_at, more.id) if more else None,
    )


def as_case(library: Library, owner: Owner, turn: str) -> CaseFields:
    """A turn as the beginning of an evaluation case, with the owner's feedback on it.

    Raises NotHeldError, InputError for a turn that has no answer.
    """
    with reading(library) as session:
        row = turn_of(session, owner, turn)
        given = session.scalar(_given(owner).where(FeedbackRow.turn_id == turn))
    if row.answer is None:
        raise InputError(
            "This question was not answered, so there is nothing to make a case of. Ask it again.",
            "На этот вопрос нет ответа, случай для оценки сделать не из чего. Задайте его снова.",
        )
    answer = seen_answer(Answer.model_validate(row.answer), owner)
    return CaseFields(
        question=answer.rewritten or row.question,
        asked=row.question,
        lang=answer.language,
        as_of=answer.as_of,
        status=row.status,
        refs=list(dict.fromkeys(citation.ref for citation in answer.citations)),
        library_version=answer.library_version,
        backend=answer.backend,
        thumb=given.thumb if given else None,
        reason=given.reason if given else None,
        text=given.text if given else None,
    )


def _given(owner: Owner) -> Select[FeedbackRow]:
    return select(FeedbackRow).where(FeedbackRow.owner == owner.id)


def _replaced(session: Session, owner: Owner, turn: str, said: dict[str, str | None]) -> bool:
    mine = update(FeedbackRow).where(FeedbackRow.owner == owner.id, FeedbackRow.turn_id == turn)
    return bool(session.execute(mine.values(**said).returning(FeedbackRow.id)).all())


def _feedback(row: FeedbackRow, turn: TurnRow) -> Feedback:
    return Feedback(
        id=row.id,
        turn=row.turn_id,
        thumb=row.thumb,
        reason=row.reason,
        text=row.text,
        given_at=row.given_at,
        question=turn.question,
        replaced=turn.replaced_at is not None,
    )
