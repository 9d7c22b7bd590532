"""The tables as of schema 4: made where they are not there, completed where an earlier schema made them.

Revision ID: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = None
branch_labels = None
depends_on = None

# Frozen: what the program's own tables become later is told by the revisions after this one.
TABLES = sa.MetaData()

sa.Table(
    "act_states",
    TABLES,
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("act_id", sa.String(), nullable=False),
    sa.Column("status", sa.String(), nullable=False),
    sa.Column("in_force_to", sa.String()),
    sa.Column("amendments_checked", sa.String()),
    sa.Column("since", sa.Integer(), nullable=False),
    sa.Column("until", sa.Integer()),
    sa.Index("ix_act_states_act_id", "act_id"),
    sa.Index("ix_act_states_until", "until"),
)

sa.Table(
    "acts",
    TABLES,
    sa.Column("id", sa.String(), primary_key=True),
    sa.Column("title_ru", sa.Text()),
    sa.Column("title_en", sa.Text()),
    sa.Column("kind", sa.String(), nullable=False),
    sa.Column("number", sa.String()),
    sa.Column("date", sa.String()),
    sa.Column("issuer", sa.String()),
    sa.Column("issuer_en", sa.String()),
    sa.Column("jurisdiction", sa.String()),
    sa.Column("status", sa.String(), nullable=False),
    sa.Column("status_note", sa.Text()),
    sa.Column("in_force_from", sa.String()),
    sa.Column("in_force_to", sa.String()),
    sa.Column("repealed_by", sa.String()),
    sa.Column("official_url", sa.String()),
    sa.Column("amendments_checked", sa.String()),
    sa.Column("aliases", sa.JSON(), nullable=False),
    sa.Column("provision_dates", sa.JSON(), nullable=False),
    sa.Column("sources", sa.JSON()),
    sa.Column("in_catalogue", sa.Boolean(), nullable=False),
)

sa.Table(
    "conversations",
    TABLES,
    sa.Column("id", sa.String(), primary_key=True),
    sa.Column("owner", sa.String(), nullable=False),
    sa.Column("title", sa.Text(), nullable=False),
    sa.Column("folded_title", sa.Text(), nullable=False),
    sa.Column("named", sa.Boolean(), nullable=False),
    sa.Column("created_at", sa.String(), nullable=False),
    sa.Column("updated_at", sa.String(), nullable=False),
    sa.Column("deleted_at", sa.String()),
    sa.Column("share_sha256", sa.String(), unique=True),
    sa.Column("shared_at", sa.String()),
    sa.Column("shared_title", sa.Text()),
    sa.Column("shared_upto", sa.Integer()),
    sa.Index("ix_conversations_owner_updated", "owner", "updated_at"),
)

sa.Table(
    "fetches",
    TABLES,
    sa.Column("url", sa.Text(), primary_key=True),
    sa.Column("etag", sa.Text()),
    sa.Column("last_modified", sa.String()),
    sa.Column("sha256", sa.String(), nullable=False),
    sa.Column("checked_at", sa.String()),
)

sa.Table(
    "held_editions",
    TABLES,
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("act_id", sa.String(), nullable=False),
    sa.Column("edition", sa.String()),
    sa.Column("authority", sa.String(), nullable=False),
    sa.Column("attachment", sa.Integer(), nullable=False),
    sa.Column("text_sha256", sa.String(), nullable=False),
    sa.Column("pipeline", sa.String(), nullable=False),
    sa.Column("title", sa.Text()),
    sa.Column("path", sa.Text()),
    sa.Column("file_sha256", sa.String()),
    sa.Column("since", sa.Integer(), nullable=False),
    sa.Column("until", sa.Integer()),
    sa.Index("ix_held_editions_act_id", "act_id"),
    sa.Index("ix_held_editions_until", "until"),
)

sa.Table(
    "meta",
    TABLES,
    sa.Column("key", sa.String(), primary_key=True),
    sa.Column("value", sa.String(), nullable=False),
)

sa.Table(
    "saved_answers",
    TABLES,
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("question", sa.Text(), nullable=False),
    sa.Column("saved_at", sa.String(), nullable=False),
    sa.Column("answer", sa.JSON(), nullable=False),
    sqlite_autoincrement=True,
)

sa.Table(
    "uploads",
    TABLES,
    sa.Column("id", sa.String(), primary_key=True),
    sa.Column("owner", sa.String(), nullable=False),
    sa.Column("act", sa.String(), nullable=False),
    sa.Column("edition", sa.String()),
    sa.Column("authority", sa.String(), nullable=False),
    sa.Column("file_name", sa.Text(), nullable=False),
    sa.Column("path", sa.Text(), nullable=False),
    sa.Column("sha256", sa.String(), nullable=False),
    sa.Column("size", sa.Integer(), nullable=False),
    sa.Column("uploaded_at", sa.String(), nullable=False),
    sa.Column("deleted_at", sa.String()),
    sa.Column("undo_until", sa.String()),
    sa.Column("removed_at", sa.String()),
    sa.Index("ix_uploads_act", "act"),
    sa.Index("ix_uploads_owner", "owner"),
)

sa.Table(
    "versions",
    TABLES,
    sa.Column("version", sa.String(), primary_key=True),
    sa.Column("generation", sa.Integer(), nullable=False),
    sa.Column("made_at", sa.String(), nullable=False),
)

sa.Table(
    "watches",
    TABLES,
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("kind", sa.String(), nullable=False),
    sa.Column("target", sa.String(), nullable=False),
    sa.Column("label", sa.Text(), nullable=False),
    sa.Column("since", sa.String(), nullable=False),
    sa.Column("state", sa.JSON(), nullable=False),
    sa.UniqueConstraint("kind", "target"),
    sqlite_autoincrement=True,
)

sa.Table(
    "conversation_turns",
    TABLES,
    sa.Column("id", sa.String(), primary_key=True),
    sa.Column(
        "conversation_id", sa.String(), sa.ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False
    ),
    sa.Column("position", sa.Integer(), nullable=False),
    sa.Column("question", sa.Text(), nullable=False),
    sa.Column("answer", sa.JSON(none_as_null=True)),
    sa.Column("status", sa.String(), nullable=False),
    sa.Column("asked_at", sa.String(), nullable=False),
    sa.Column("as_of", sa.String()),
    sa.Column("folded", sa.Text(), nullable=False),
    sa.Column("replaced_at", sa.String()),
    sa.UniqueConstraint("conversation_id", "position"),
)

sa.Table(
    "editions",
    TABLES,
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("act_id", sa.String(), sa.ForeignKey("acts.id", ondelete="CASCADE"), nullable=False),
    sa.Column("edition", sa.String()),
    sa.Column("authority", sa.String(), nullable=False),
    sa.Column("attachment", sa.Integer(), nullable=False),
    sa.Column("title", sa.Text()),
    sa.Column("lang", sa.String(), nullable=False),
    sa.Column("valid_from", sa.String()),
    sa.Column("valid_to", sa.String()),
    sa.Column("text", sa.Text(), nullable=False),
    sa.Column("text_sha256", sa.String(), nullable=False),
    sa.Column("page_starts", sa.JSON(), nullable=False),
    sa.Column("grammar", sa.String(), nullable=False),
    sa.Column("pipeline", sa.String(), nullable=False),
    sa.Column("provenance", sa.JSON(), nullable=False),
    sa.UniqueConstraint("act_id", "edition", "authority", "attachment"),
    sa.Index("ix_editions_act_id", "act_id"),
    sqlite_autoincrement=True,
)

sa.Table(
    "watch_changes",
    TABLES,
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("watch_id", sa.Integer(), sa.ForeignKey("watches.id", ondelete="CASCADE"), nullable=False),
    sa.Column("happened_at", sa.String(), nullable=False),
    sa.Column("kind", sa.String(), nullable=False),
    sa.Column("ref", sa.String(), nullable=False),
    sa.Column("before", sa.Text()),
    sa.Column("after", sa.Text()),
    sa.Column("seen", sa.Boolean(), nullable=False),
    sa.Index("ix_watch_changes_watch_id", "watch_id"),
)

sa.Table(
    "checked_marks",
    TABLES,
    sa.Column("id", sa.String(), primary_key=True),
    sa.Column("owner", sa.String(), nullable=False),
    sa.Column(
        "turn_id", sa.String(), sa.ForeignKey("conversation_turns.id", ondelete="CASCADE"), nullable=False
    ),
    sa.Column("expert", sa.String(), nullable=False),
    sa.Column("note", sa.Text()),
    sa.Column("checked_on", sa.String(), nullable=False),
    sa.Column("marked_at", sa.String(), nullable=False),
    sa.Column("as_of", sa.String()),
    sa.Column("cited", sa.JSON(), nullable=False),
    sa.Index("ix_checked_marks_owner", "owner"),
    sa.Index("ix_checked_marks_turn_id", "turn_id"),
)

sa.Table(
    "chunks",
    TABLES,
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("edition_id", sa.Integer(), sa.ForeignKey("editions.id", ondelete="CASCADE"), nullable=False),
    sa.Column("pid", sa.String(), nullable=False),
    sa.Column("start", sa.Integer(), nullable=False),
    sa.Column("end", sa.Integer(), nullable=False),
    sa.Column("context", sa.Text(), nullable=False),
    sa.Column("lang", sa.String(), nullable=False),
    sa.Column("restates", sa.JSON(), nullable=False),
    sa.Column("key", sa.Text()),
    sa.Column("key_lang", sa.String()),
    sa.Index("ix_chunks_edition_provision", "edition_id", "pid"),
    sqlite_autoincrement=True,
)

sa.Table(
    "exports",
    TABLES,
    sa.Column("id", sa.String(), primary_key=True),
    sa.Column("owner", sa.String(), nullable=False),
    sa.Column(
        "conversation_id", sa.String(), sa.ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False
    ),
    sa.Column("turn_id", sa.String(), sa.ForeignKey("conversation_turns.id", ondelete="CASCADE")),
    sa.Column("file_format", sa.String(), nullable=False),
    sa.Column("made_at", sa.String(), nullable=False),
    sa.Index("ix_exports_conversation_id", "conversation_id"),
    sa.Index("ix_exports_owner", "owner"),
    sa.Index("ix_exports_turn_id", "turn_id"),
)

sa.Table(
    "feedback",
    TABLES,
    sa.Column("id", sa.String(), primary_key=True),
    sa.Column("owner", sa.String(), nullable=False),
    sa.Column(
        "turn_id", sa.String(), sa.ForeignKey("conversation_turns.id", ondelete="CASCADE"), nullable=False
    ),
    sa.Column("thumb", sa.String(), nullable=False),
    sa.Column("reason", sa.String()),
    sa.Column("text", sa.Text()),
    sa.Column("given_at", sa.String(), nullable=False),
    sa.UniqueConstraint("owner", "turn_id"),
    sa.Index("ix_feedback_turn_id", "turn_id"),
)

sa.Table(
    "notes",
    TABLES,
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("edition_id", sa.Integer(), sa.ForeignKey("editions.id", ondelete="CASCADE"), nullable=False),
    sa.Column("offset", sa.Integer(), nullable=False),
    sa.Column("page", sa.Integer()),
    sa.Column("kind", sa.String(), nullable=False),
    sa.Column("text", sa.Text(), nullable=False),
    sa.Index("ix_notes_edition_id", "edition_id"),
)

sa.Table(
    "provisions",
    TABLES,
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("edition_id", sa.Integer(), sa.ForeignKey("editions.id", ondelete="CASCADE"), nullable=False),
    sa.Column("ordinal", sa.Integer(), nullable=False),
    sa.Column("pid", sa.String(), nullable=False),
    sa.Column("parent", sa.String()),
    sa.Column("kind", sa.String(), nullable=False),
    sa.Column("number", sa.String()),
    sa.Column("label", sa.String(), nullable=False),
    sa.Column("heading", sa.Text()),
    sa.Column("heading_end", sa.Integer()),
    sa.Column("start", sa.Integer(), nullable=False),
    sa.Column("end", sa.Integer(), nullable=False),
    sa.Column("own_end", sa.Integer(), nullable=False),
    sa.Column("page", sa.Integer()),
    sa.Column("last_page", sa.Integer()),
    sa.Column("lang", sa.String(), nullable=False),
    sa.Column("repealed", sa.Boolean(), nullable=False),
    sa.Column("valid_from", sa.String()),
    sa.Column("valid_to", sa.String()),
    sa.Column("confidence", sa.String()),
    sa.Column("url", sa.String()),
    sa.Column("note", sa.Text()),
    sa.UniqueConstraint("edition_id", "pid"),
    sa.Index("ix_provisions_edition_id", "edition_id"),
    sa.Index("ix_provisions_pid", "pid"),
    sqlite_autoincrement=True,
)

sa.Table(
    "relations",
    TABLES,
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("source", sa.String(), nullable=False),
    sa.Column("kind", sa.String(), nullable=False),
    sa.Column("target", sa.String(), nullable=False),
    sa.Column("date", sa.String()),
    sa.Column("in_force_from", sa.String()),
    sa.Column("note", sa.Text()),
    sa.Column("origin", sa.String(), nullable=False),
    sa.Column("number", sa.String()),
    sa.Column("provision", sa.String()),
    sa.Column("offset", sa.Integer()),
    sa.Column("edition_id", sa.Integer(), sa.ForeignKey("editions.id", ondelete="CASCADE")),
    sa.Index("ix_relations_edition_id", "edition_id"),
    sa.Index("ix_relations_source", "source"),
    sa.Index("ix_relations_target", "target"),
)

sa.Table(
    "renditions",
    TABLES,
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("edition_id", sa.Integer(), sa.ForeignKey("editions.id", ondelete="CASCADE"), nullable=False),
    sa.Column("path", sa.Text(), nullable=False),
    sa.Column("sha256", sa.String(), nullable=False),
    sa.Column("sidecar_sha256", sa.String()),
    sa.Column("media_type", sa.String(), nullable=False),
    sa.Column("page_count", sa.Integer()),
    sa.Column("size", sa.Integer(), nullable=False),
    sa.Column("is_primary", sa.Boolean(), nullable=False),
    sa.Index("ix_renditions_edition_id", "edition_id"),
    sa.Index("ix_renditions_path", "path"),
    sa.Index("ix_renditions_sha256", "sha256"),
)


def upgrade() -> None:
    """Make the tables; columns that an older library lacks are nullable, ingest fills them."""
    connection = op.get_bind()
    there = sa.inspect(connection)
    known = set(there.get_table_names())
    for table in TABLES.sorted_tables:
        if table.name not in known:
            table.create(connection)
            continue
        have = {column["name"] for column in there.get_columns(table.name)}
        for column in table.columns:
            if column.name not in have:
                op.add_column(table.name, sa.Column(column.name, column.type, nullable=True))
        indexed = {index["name"] for index in there.get_indexes(table.name)}
        for index in table.indexes:
            if index.name not in indexed:
                index.create(connection)
