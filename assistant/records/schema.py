"""Tables of what users leave; on the library's base, so that one database holds all.

Ids are random and told to nobody but the owner. Times are ISO 8601 in UTC with microseconds, so that their
order as text is their order in time. Where a conversation really goes, all that hangs on it goes too.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assistant.library.schema import Base


class ConversationRow(Base):
    """A conversation. ``named``: its title was given by its owner, not made from the first question.

    ``folded_title``: the title as it is searched. ``share_sha256``: of the token of its link; what the link
    shows is ``shared_title`` and the turns up to position ``shared_upto``.
    """

    __tablename__ = "conversations"
    __table_args__ = (Index("ix_conversations_owner_updated", "owner", "updated_at"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str]
    title: Mapped[str] = mapped_column(Text)
    folded_title: Mapped[str] = mapped_column(Text)
    named: Mapped[bool]
    created_at: Mapped[str]
    updated_at: Mapped[str]
    deleted_at: Mapped[str | None]
    share_sha256: Mapped[str | None] = mapped_column(unique=True)
    shared_at: Mapped[str | None]
    shared_title: Mapped[str | None] = mapped_column(Text)
    shared_upto: Mapped[int | None]


class TurnRow(Base):
    """A question and its answer. ``position`` grows through a conversation and is never used again.

    ``replaced_at``: the question was edited or asked again; the turn is shown no longer, what was said of it
    stays. ``as_of``: the date the person set. ``folded``: question and answer as they are searched.
    """

    __tablename__ = "conversation_turns"
    __table_args__ = (UniqueConstraint("conversation_id", "position"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    position: Mapped[int]
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    status: Mapped[str]
    asked_at: Mapped[str]
    as_of: Mapped[str | None]
    folded: Mapped[str] = mapped_column(Text, deferred=True)
    replaced_at: Mapped[str | None]


class FeedbackRow(Base):
    """What a user thinks of an answer: one per user and turn."""

    __tablename__ = "feedback"
    __table_args__ = (UniqueConstraint("owner", "turn_id"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str]
    turn_id: Mapped[str] = mapped_column(ForeignKey("conversation_turns.id", ondelete="CASCADE"), index=True)
    thumb: Mapped[str]
    reason: Mapped[str | None]
    text: Mapped[str | None] = mapped_column(Text)
    given_at: Mapped[str]


class MarkRow(Base):
    """An expert's mark on an answer.

    ``cited``: each provision as it stood then. ``as_of``: the date the answer is about, None for its own day.
    """

    __tablename__ = "checked_marks"
    id: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(index=True)
    turn_id: Mapped[str] = mapped_column(ForeignKey("conversation_turns.id", ondelete="CASCADE"), index=True)
    expert: Mapped[str]
    note: Mapped[str | None] = mapped_column(Text)
    checked_on: Mapped[str]
    marked_at: Mapped[str]
    as_of: Mapped[str | None]
    cited: Mapped[list[Any]] = mapped_column(JSON)


class UploadRow(Base):
    """A file somebody brought, and the edition it became.

    ``group_id``: of the group it was brought for, None for its owner's own. ``path``: where the library knows
    the file. ``undo_until``: a deleted one can come back until then. ``removed_at``: it cannot any more.
    """

    __tablename__ = "uploads"
    id: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(index=True)
    group_id: Mapped[str | None] = mapped_column(index=True)
    act: Mapped[str] = mapped_column(index=True)
    edition: Mapped[str | None]
    authority: Mapped[str]
    file_name: Mapped[str] = mapped_column(Text)
    path: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str]
    size: Mapped[int]
    uploaded_at: Mapped[str]
    deleted_at: Mapped[str | None]
    undo_until: Mapped[str | None]
    removed_at: Mapped[str | None]


class ExportRow(Base):
    """A file that was made of a conversation, or of one turn of it."""

    __tablename__ = "exports"
    id: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(index=True)
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )
    turn_id: Mapped[str | None] = mapped_column(
        ForeignKey("conversation_turns.id", ondelete="CASCADE"), index=True
    )
    file_format: Mapped[str]
    made_at: Mapped[str]


TABLES: list[Table] = [
    Base.metadata.tables[row.__tablename__]
    for row in (ConversationRow, TurnRow, FeedbackRow, MarkRow, UploadRow, ExportRow)
]
