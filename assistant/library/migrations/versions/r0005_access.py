"""Users, their sessions and their tokens.

Revision ID: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = sa.MetaData()

sa.Table(
    "users",
    TABLES,
    sa.Column("id", sa.String(), primary_key=True),
    sa.Column("name", sa.Text(), nullable=False),
    sa.Column("folded", sa.Text(), nullable=False, unique=True),
    sa.Column("role", sa.String(), nullable=False),
    sa.Column("password", sa.Text()),
    sa.Column("disabled", sa.Boolean(), nullable=False),
    sa.Column("made_at", sa.String(), nullable=False),
    sa.Column("signed_in_at", sa.String()),
)

sa.Table(
    "sessions",
    TABLES,
    sa.Column("sha256", sa.String(), primary_key=True),
    sa.Column("user_id", sa.String(), sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    sa.Column("begun_at", sa.String(), nullable=False),
    sa.Column("seen_at", sa.String(), nullable=False),
    sa.Index("ix_sessions_user_id", "user_id"),
)

sa.Table(
    "tokens",
    TABLES,
    sa.Column("id", sa.String(), primary_key=True),
    sa.Column("sha256", sa.String(), nullable=False, unique=True),
    sa.Column("user_id", sa.String(), sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    sa.Column("name", sa.Text(), nullable=False),
    sa.Column("start", sa.String(), nullable=False),
    sa.Column("scopes", sa.JSON(), nullable=False),
    sa.Column("made_at", sa.String(), nullable=False),
    sa.Column("expires_at", sa.String(), nullable=False),
    sa.Column("revoked_at", sa.String()),
    sa.Column("used_at", sa.String()),
    sa.Index("ix_tokens_user_id", "user_id"),
)


def upgrade() -> None:
    """Make the tables that are not there yet."""
    connection = op.get_bind()
    known = set(sa.inspect(connection).get_table_names())
    for table in TABLES.sorted_tables:
        if table.name not in known:
            table.create(connection)
