"""The owner's check, in one place: what is there and is the owner's own, or one and the same error.

An id of another owner's, an id nobody has and a text that is no id at all are answered alike, so that nobody
learns what others have.
"""

from __future__ import annotations

import re
import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVarTuple
from weakref import WeakSet

from sqlalchemy import ColumnElement, Select, Table, select, tuple_, update
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.schema import CreateIndex, CreateTable

from assistant.errors import InputError, LibraryError, NotHeldError
from assistant.library import Library
from assistant.records.owner import Owner
from assistant.records.schema import TABLES, ConversationRow, TurnRow

MAX_PAGE = 500
_KEY = re.compile(r"[0-9a-f]{32}")
_CURSOR = re.compile(r"(?P<time>[0-9T:.+-]{10,40}) (?P<key>[0-9a-f]{32})")
_made: WeakSet[Library] = WeakSet()  # libraries known to have the tables
_making = threading.Lock()

Columns = TypeVarTuple("Columns")


def not_held() -> NotHeldError:
    """The answer to whatever is not there or is not the owner's."""
    return NotHeldError(
        "There is no such record among yours: it was deleted, or the address is wrong.",
        "Среди ваших записей такой нет: она удалена, или адрес неверен.",
    )


def new_key() -> str:
    """An id that nobody can guess."""
    return uuid.uuid4().hex


def checked_key(key: str) -> str:
    """The id, if it can be one at all; else NotHeldError."""
    if not _KEY.fullmatch(key):
        raise not_held()
    return key


def moment(after: timedelta = timedelta(0)) -> str:
    """Now, or later or earlier by ``after``, as times are stored."""
    return (datetime.now(UTC) + after).isoformat(timespec="microseconds")


@contextmanager
def reading(library: Library) -> Iterator[Session]:
    """A session over the library's database, with the tables of records made if they are not there.

    Raises LibraryError where the database refuses.
    """
    try:
        _make_tables(library)
        with library.session() as session:
            yield session
    except SQLAlchemyError as error:
        why = getattr(error, "orig", None) or type(error).__name__
        raise LibraryError(
            f"The library {library.location} refused: {why}. Nothing was changed; try again, and check that "
            "no other program holds it.",
            f"Библиотека {library.location} отказала: {why}. Ничего не изменено; повторите и проверьте, не "
            "занята ли она другой программой.",
        ) from error


@contextmanager
def writing(library: Library) -> Iterator[Session]:
    """As :func:`reading`; what was done is stored at the end, all or nothing.

    Where what is read decides what is written, a write must come first: it keeps other writers out.
    """
    with reading(library) as session:
        yield session
        session.commit()


def _make_tables(library: Library) -> None:
    if library in _made:
        return
    with _making:
        try:
            create_tables(library.engine, TABLES)
        except SQLAlchemyError:  # PostgreSQL, where another process made them meanwhile: now they are there
            create_tables(library.engine, TABLES)
        _made.add(library)


def create_tables(engine: Engine, tables: Sequence[Table]) -> None:
    """Make the tables that are not there, with their indexes."""
    with engine.begin() as connection:
        for table in tables:
            connection.execute(CreateTable(table, if_not_exists=True))
            for index in table.indexes:
                connection.execute(CreateIndex(index, if_not_exists=True))


def change_conversation(
    session: Session, owner: Owner, key: str, *conditions: ColumnElement[bool], **values: Any
) -> None:
    """Change an owner's conversation that meets the conditions, and keep other writers out until the commit.

    Raises NotHeldError.
    """
    mine = (ConversationRow.id == checked_key(key), ConversationRow.owner == owner.id, *conditions)
    query = update(ConversationRow).where(*mine).values(**values).returning(ConversationRow.id)
    if not session.execute(query).all():
        raise not_held()


def conversation_of(session: Session, owner: Owner, key: str) -> ConversationRow:
    """An owner's conversation that is not deleted. Raises NotHeldError."""
    row = session.scalar(
        select(ConversationRow).where(
            ConversationRow.id == checked_key(key),
            ConversationRow.owner == owner.id,
            ConversationRow.deleted_at.is_(None),
        )
    )
    if row is None:
        raise not_held()
    return row


def turn_of(session: Session, owner: Owner, key: str, *, conversation: str | None = None) -> TurnRow:
    """A turn the owner may see: shown, in a conversation that is not deleted. Raises NotHeldError."""
    query = (
        select(TurnRow)
        .join(ConversationRow, ConversationRow.id == TurnRow.conversation_id)
        .where(
            TurnRow.id == checked_key(key),
            TurnRow.replaced_at.is_(None),
            ConversationRow.owner == owner.id,
            ConversationRow.deleted_at.is_(None),
        )
    )
    if conversation is not None:
        query = query.where(TurnRow.conversation_id == conversation)
    row = session.scalar(query)
    if row is None:
        raise not_held()
    return row


def page_of(
    query: Select[*Columns],
    time: InstrumentedAttribute[str],
    key: InstrumentedAttribute[str],
    limit: int,
    after: str | None,
) -> Select[*Columns]:
    """The query for one page, newest first, and one row more, which tells that others follow.

    Raises InputError for a limit or a place (``after``) that cannot be one.
    """
    if not 1 <= limit <= MAX_PAGE:
        raise InputError(
            f"A page has 1 to {MAX_PAGE} entries, not {limit}.",
            f"На странице от 1 до {MAX_PAGE} записей, а не {limit}.",
        )
    if after is not None:
        place = _CURSOR.fullmatch(after)
        if place is None:
            raise InputError(
                "The place to go on from is not one this program gave. Start from the first page.",
                "Место, с которого продолжать, указано неверно. Начните с первой страницы.",
            )
        query = query.where(tuple_(time, key) < (place["time"], place["key"]))
    return query.order_by(time.desc(), key.desc()).limit(limit + 1)


def place_after(time: str, key: str) -> str:
    """What :func:`page_of` takes as ``after`` to go on behind this row."""
    return f"{time} {key}"
