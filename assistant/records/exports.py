"""What was exported: of which conversation or turn, in which format, when, by whom."""

from __future__ import annotations

import re

from sqlalchemy import select

from assistant.errors import InputError
from assistant.library import Library
from assistant.records.model import Export, Page
from assistant.records.owner import Owner
from assistant.records.reach import (
    checked_key,
    conversation_of,
    moment,
    new_key,
    page_of,
    place_after,
    reading,
    turn_of,
    writing,
)
from assistant.records.schema import ConversationRow, ExportRow

_FORMAT = re.compile(r"[a-z0-9]{1,10}")


def record(
    library: Library, owner: Owner, conversation: str, file_format: str, *, turn: str | None = None
) -> Export:
    """Remember that a conversation, or one turn of it, was exported (``docx``, ``pdf``, ``md`` …).

    Raises NotHeldError, InputError for what is no name of a format.
    """
    if not _FORMAT.fullmatch(file_format):
        raise InputError(
            f"'{file_format}' is no format of a file. Name it like an ending: docx, pdf, md.",
            f"«{file_format}» — не формат файла. Укажите его как расширение: docx, pdf, md.",
        )
    with writing(library) as session:
        row = ExportRow(
            id=new_key(),
            owner=owner.id,
            conversation_id=conversation_of(session, owner, conversation).id,
            turn_id=turn_of(session, owner, turn, conversation=conversation).id if turn else None,
            file_format=file_format,
            made_at=moment(),
        )
        session.add(row)
        session.flush()
        return _export(row)


def listed(
    library: Library,
    owner: Owner,
    *,
    conversation: str | None = None,
    limit: int = 50,
    after: str | None = None,
) -> Page[Export]:
    """The owner's exports, newest first, of all conversations that are not deleted or of one.

    Raises NotHeldError for the conversation, InputError for a page that cannot be.
    """
    query = (
        select(ExportRow)
        .join(ConversationRow, ConversationRow.id == ExportRow.conversation_id)
        .where(
            ExportRow.owner == owner.id,
            ConversationRow.owner == owner.id,
            ConversationRow.deleted_at.is_(None),
        )
    )
    if conversation is not None:
        query = query.where(ExportRow.conversation_id == checked_key(conversation))
    query = page_of(query, ExportRow.made_at, ExportRow.id, limit, after)
    with reading(library) as session:
        if conversation is not None:
            conversation_of(session, owner, conversation)
        rows = session.scalars(query).all()
    more = rows[limit - 1] if len(rows) > limit else None
    return Page[Export](
        items=[_export(row) for row in rows[:limit]],
        next=place_after(more.made_at, more.id) if more else None,
    )


def _export(row: ExportRow) -> Export:
    return Export(
        id=row.id,
        conversation=row.conversation_id,
        turn=row.turn_id,
        file_format=row.file_format,
        made_at=row.made_at,
    )
