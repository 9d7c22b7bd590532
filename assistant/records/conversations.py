"""Conversations of an owner: begun, found again, renamed, deleted and brought back, shared by a link."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update
from sqlalchemy import delete as sql_delete
from sqlalchemy.orm import Session

from assistant.conversation import MAX_TURNS, Turn
from assistant.conversation.turns import bounded
from assistant.dates import as_of_date
from assistant.errors import InputError
from assistant.library import Library
from assistant.model import Answer
from assistant.records.model import (
    Conversation,
    KeptTurn,
    OpenedConversation,
    Page,
    SharedConversation,
    SharedTurn,
    TurnStatus,
)
from assistant.records.owner import LOCAL, Owner, prefix_of
from assistant.records.reach import (
    change_conversation,
    checked_key,
    conversation_of,
    moment,
    new_key,
    not_held,
    page_of,
    place_after,
    reading,
    turn_of,
    writing,
)
from assistant.records.schema import ConversationRow, TurnRow
from assistant.records.withholding import is_seen, seen_answer
from assistant.records.wording import fold, limited, line, title_of

MAX_TITLE = 200
MAX_QUESTION = 100_000
MAX_SEARCH = 200
TOKEN_BYTES = 24
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")  # TOKEN_BYTES in base64
_SHOWN = TurnRow.replaced_at.is_(None)
_STANDS = ConversationRow.deleted_at.is_(None)


# ── conversations ─────────────────────────────────────────────────────────────────────────────────


def create(
    library: Library, owner: Owner, *, title: str | None = None, kept: int | None = None
) -> Conversation:
    """Begin a conversation; without a title the first question gives it one.

    ``kept``: the setting ``conversations_kept``. Beyond it the owner's oldest deleted conversations go for
    good; those that are not deleted never do. Raises InputError for a title that is empty or too long.
    """
    now, given = moment(), None if title is None else _title(title)
    row = ConversationRow(
        id=new_key(),
        owner=owner.id,
        title=given or "",
        folded_title=fold(given or ""),
        named=given is not None,
        created_at=now,
        updated_at=now,
    )
    with writing(library) as session:
        session.add(row)
        session.flush()
        if kept is not None:
            _make_room(session, owner, kept)
        return _conversation(row, 0)


def listed(
    library: Library,
    owner: Owner,
    *,
    search: str = "",
    deleted: bool = False,
    limit: int = 50,
    after: str | None = None,
) -> Page[Conversation]:
    """The owner's conversations, the last used first; with ``deleted`` those that can still be restored.

    ``search``: each of its words must stand in the title, a question or an answer; case and ё do not count.
    Raises InputError for a search that is too long or a page that cannot be.
    """
    words = dict.fromkeys(fold(limited(search, MAX_SEARCH, "The search", "Запрос поиска")).split())
    state = ConversationRow.deleted_at.is_not(None) if deleted else _STANDS
    said = (_says(word, owner) for word in words)
    query = select(ConversationRow).where(ConversationRow.owner == owner.id, state, *said)
    query = page_of(query, ConversationRow.updated_at, ConversationRow.id, limit, after)
    with reading(library) as session:
        rows = session.scalars(query).all()
        counts = _turn_counts(session, [row.id for row in rows])
    more = rows[limit - 1] if len(rows) > limit else None
    return Page[Conversation](
        items=[_conversation(row, counts.get(row.id, 0)) for row in rows[:limit]],
        next=place_after(more.updated_at, more.id) if more else None,
    )


def get(library: Library, owner: Owner, conversation: str) -> OpenedConversation:
    """A conversation with the turns it shows, oldest first. Raises NotHeldError."""
    with reading(library) as session:
        row = conversation_of(session, owner, conversation)
        shown = select(TurnRow).where(TurnRow.conversation_id == row.id, _SHOWN).order_by(TurnRow.position)
        turns = [_turn(each, owner) for each in session.scalars(shown)]
        return OpenedConversation(conversation=_conversation(row, len(turns)), turns=turns)


def of_turn(library: Library, owner: Owner, turn: str) -> OpenedConversation:
    """The conversation that a turn stands in. Raises NotHeldError."""
    with reading(library) as session:
        conversation = turn_of(session, owner, turn).conversation_id
    return get(library, owner, conversation)


def rename(library: Library, owner: Owner, conversation: str, title: str) -> Conversation:
    """Give a conversation a title of its owner's. Raises NotHeldError, InputError."""
    name = _title(title)
    with writing(library) as session:
        change_conversation(
            session, owner, conversation, _STANDS, title=name, folded_title=fold(name), named=True
        )
        return _counted(session, owner, conversation)


def delete(library: Library, owner: Owner, conversation: str) -> None:
    """Hide a conversation until it is restored or purged; a link to it ends for good. Raises NotHeldError."""
    with writing(library) as session:
        change_conversation(session, owner, conversation, _STANDS, deleted_at=moment(), **_UNSHARED)


def restore(library: Library, owner: Owner, conversation: str) -> Conversation:
    """Undo :func:`delete`. Raises NotHeldError for what is not among the owner's deleted ones."""
    with writing(library) as session:
        gone = ConversationRow.deleted_at.is_not(None)
        change_conversation(session, owner, conversation, gone, deleted_at=None)
        return _counted(session, owner, conversation)


def purge(library: Library, owner: Owner, older_than: timedelta) -> int:
    """Really delete what the owner deleted that long ago, with all that hangs on it; returns how many."""
    with writing(library) as session:
        gone = session.execute(
            sql_delete(ConversationRow)
            .where(ConversationRow.owner == owner.id, ConversationRow.deleted_at <= moment(-older_than))
            .returning(ConversationRow.id)
        ).all()
        return len(gone)


# ── turns ─────────────────────────────────────────────────────────────────────────────────────────


def append(
    library: Library,
    owner: Owner,
    conversation: str,
    question: str,
    answer: Answer | None,
    *,
    status: TurnStatus | None = None,
    as_of: str | None = None,
) -> KeptTurn:
    """Add a question and its answer at the end of a conversation.

    ``status``: by default the answer's, or ``failed`` where there is none. ``as_of``: the date the person
    set. Raises NotHeldError, InputError.
    """
    asked = limited(question, MAX_QUESTION, "The question", "Вопрос")
    now = moment()
    row = TurnRow(
        id=new_key(),
        conversation_id=checked_key(conversation),
        question=asked,
        answer=answer.model_dump(mode="json") if answer else None,
        status=status or (answer.status if answer else "failed"),
        asked_at=now,
        as_of=as_of_date(as_of).isoformat() if as_of else None,
        folded="\n".join(map(fold, (asked, answer.answer if answer else ""))),
    )
    with writing(library) as session:
        change_conversation(session, owner, conversation, _STANDS, updated_at=now)
        mine = TurnRow.conversation_id == conversation
        last = session.scalar(select(func.max(TurnRow.position)).where(mine)) or 0
        first = session.scalar(select(TurnRow.id).where(mine, _SHOWN).limit(1)) is None
        if first and not conversation_of(session, owner, conversation).named:
            title = title_of(asked)
            change_conversation(session, owner, conversation, title=title, folded_title=fold(title))
        row.position = last + 1
        session.add(row)
        session.flush()
        return _turn(row, owner)


def truncate(library: Library, owner: Owner, conversation: str, turn: str) -> int:
    """Take a turn and all after it out of a conversation, to ask anew; returns how many.

    They are shown and searched no longer; feedback on them stays. Raises NotHeldError.
    """
    now = moment()
    with writing(library) as session:
        change_conversation(session, owner, conversation, _STANDS, updated_at=now)
        begin = turn_of(session, owner, turn, conversation=conversation)
        taken = session.execute(
            update(TurnRow)
            .where(TurnRow.conversation_id == conversation, _SHOWN, TurnRow.position >= begin.position)
            .values(replaced_at=now)
            .returning(TurnRow.id)
        ).all()
        return len(taken)


def history(library: Library, owner: Owner, conversation: str, *, before: str | None = None) -> list[Turn]:
    """The ``history`` of ``Assistant.ask``: the latest answered turns, oldest first, within its bounds.

    ``before``: only the turns ahead of this one. Raises NotHeldError.
    """
    with reading(library) as session:
        row = conversation_of(session, owner, conversation)
        query = select(TurnRow).where(TurnRow.conversation_id == row.id, _SHOWN, TurnRow.answer.is_not(None))
        if before is not None:
            query = query.where(
                TurnRow.position < turn_of(session, owner, before, conversation=row.id).position
            )
        rows = session.scalars(query.order_by(TurnRow.position.desc()).limit(MAX_TURNS)).all()
    return bounded([_said(each, owner) for each in reversed(rows)])


# ── links ─────────────────────────────────────────────────────────────────────────────────────────

_UNSHARED = {"share_sha256": None, "shared_at": None, "shared_title": None, "shared_upto": None}


def share(library: Library, owner: Owner, conversation: str, *, allowed: bool) -> str:
    """The token of a link that shows the conversation as it stands now to whoever has it.

    Only the token's hash is kept: a new token ends the earlier one. ``allowed``: the setting ``share_links``.
    Raises InputError where links are not allowed, NotHeldError.
    """
    if not allowed:
        raise InputError(
            "Links to conversations are switched off here. AI_POLICY_SHARE_LINKS=true allows them.",
            "Ссылки на беседы здесь выключены. Их разрешает AI_POLICY_SHARE_LINKS=true.",
        )
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with writing(library) as session:
        # Writing first keeps turns from being added between the count and the link.
        change_conversation(session, owner, conversation, _STANDS, shared_at=moment())
        row = conversation_of(session, owner, conversation)
        upto = select(func.max(TurnRow.position)).where(TurnRow.conversation_id == row.id, _SHOWN)
        change_conversation(
            session,
            owner,
            conversation,
            share_sha256=_hashed(token),
            shared_title=row.title,
            shared_upto=session.scalar(upto) or 0,
        )
    return token


def unshare(library: Library, owner: Owner, conversation: str) -> None:
    """End the link to a conversation, if there is one. Raises NotHeldError."""
    with writing(library) as session:
        change_conversation(session, owner, conversation, _STANDS, **_UNSHARED)


def shared(library: Library, token: str, *, allowed: bool, viewer: Owner | None = None) -> SharedConversation:
    """What the link with this token shows; the token stands for the owner's leave.

    That leave is for the owner's own texts; what is a group's is shown to a ``viewer`` of the group alone.
    Turns that were added since, taken out since or never answered are left out, and so is what an answer
    cost. ``allowed``: the setting ``share_links``. Raises NotHeldError.
    """
    if not allowed or not _TOKEN.fullmatch(token):
        raise not_held()
    with reading(library) as session:
        row = session.scalar(
            select(ConversationRow).where(ConversationRow.share_sha256 == _hashed(token), _STANDS)
        )
        if row is None or row.shared_at is None:
            raise not_held()
        shown = select(TurnRow).where(
            TurnRow.conversation_id == row.id,
            _SHOWN,
            TurnRow.answer.is_not(None),
            TurnRow.position <= row.shared_upto,
        )
        theirs = prefix_of(row.owner)
        turns = [
            _shared_turn(each, viewer or LOCAL, theirs)
            for each in session.scalars(shown.order_by(TurnRow.position))
        ]
        return SharedConversation(title=row.shared_title or "", shared_at=row.shared_at, turns=turns)


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


# ── rows ──────────────────────────────────────────────────────────────────────────────────────────


def _title(title: str) -> str:
    return line(title, MAX_TITLE, "The title", "Название")


def _says(word: str, owner: Owner) -> ColumnElement[bool]:
    """Whether a folded word stands in a conversation; % and _ in it are letters like any other.

    What stands in an answer that the owner sees no longer is not found either.
    """
    turn = exists().where(
        and_(
            TurnRow.conversation_id == ConversationRow.id,
            _SHOWN,
            TurnRow.folded.contains(word, autoescape=True),
            is_seen(TurnRow.answer, owner),
        )
    )
    return or_(ConversationRow.folded_title.contains(word, autoescape=True), turn)


def _make_room(session: Session, owner: Owner, kept: int) -> None:
    mine = ConversationRow.owner == owner.id
    beyond = (session.scalar(select(func.count()).select_from(ConversationRow).where(mine)) or 0) - kept
    if beyond > 0:
        oldest = select(ConversationRow.id).where(mine, ConversationRow.deleted_at.is_not(None))
        oldest = oldest.order_by(ConversationRow.deleted_at, ConversationRow.id).limit(beyond)
        session.execute(sql_delete(ConversationRow).where(ConversationRow.id.in_(oldest)))


def _turn_counts(session: Session, keys: list[str]) -> dict[str, int]:
    query = select(TurnRow.conversation_id, func.count()).where(TurnRow.conversation_id.in_(keys), _SHOWN)
    return {str(key): int(count) for key, count in session.execute(query.group_by(TurnRow.conversation_id))}


def _counted(session: Session, owner: Owner, key: str) -> Conversation:
    return _conversation(conversation_of(session, owner, key), _turn_counts(session, [key]).get(key, 0))


def _conversation(row: ConversationRow, turns: int) -> Conversation:
    return Conversation(
        id=row.id,
        title=row.title,
        created_at=row.created_at,
        updated_at=row.updated_at,
        deleted_at=row.deleted_at,
        shared=row.share_sha256 is not None,
        turns=turns,
    )


def _turn(row: TurnRow, owner: Owner) -> KeptTurn:
    return KeptTurn(
        id=row.id,
        conversation=row.conversation_id,
        position=row.position,
        question=row.question,
        answer=seen_answer(Answer.model_validate(row.answer), owner) if row.answer is not None else None,
        status=row.status,
        asked_at=row.asked_at,
        as_of=row.as_of,
    )


def _said(row: TurnRow, owner: Owner) -> Turn:
    answer = seen_answer(Answer.model_validate(row.answer), owner)
    refs = tuple(citation.ref for citation in answer.citations)
    return Turn(row.question, answer.rewritten, answer.answer, refs, row.as_of)


def _shared_turn(row: TurnRow, viewer: Owner, theirs: str) -> SharedTurn:
    seen = seen_answer(Answer.model_validate(row.answer), viewer, theirs)
    answer = seen.model_copy(update={"usage": {}, "timings_ms": {}})
    return SharedTurn(question=row.question, answer=answer, asked_at=row.asked_at, as_of=row.as_of)
