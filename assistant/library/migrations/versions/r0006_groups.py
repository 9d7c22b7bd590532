"""Groups, who belongs to them, and whose an uploaded file is.

Revision ID: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = sa.MetaData()

sa.Table("users", TABLES, sa.Column("id", sa.String(), primary_key=True))

sa.Table(
    "groups",
    TABLES,
    sa.Column("id", sa.String(), primary_key=True),
    sa.Column("name", sa.Text(), nullable=False),
    sa.Column("folded", sa.Text(), nullable=False, unique=True),
    sa.Column("made_at", sa.String(), nullable=False),
)

sa.Table(
    "group_members",
    TABLES,
    sa.Column("group_id", sa.String(), sa.ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("user_id", sa.String(), sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("since", sa.String(), nullable=False),
    sa.Index("ix_group_members_user_id", "user_id"),
)


def upgrade() -> None:
    """Make the tables and the column that are not there yet."""
    connection = op.get_bind()
    seen = sa.inspect(connection)
    known = set(seen.get_table_names())
    for table in TABLES.sorted_tables:
        if table.name not in known:
            table.create(connection)
    if "group_id" not in {column["name"] for column in seen.get_columns("uploads")}:
        op.add_column("uploads", sa.Column("group_id", sa.String()))
        op.create_index("ix_uploads_group_id", "uploads", ["group_id"])
