"""What alembic runs: the revisions over the connection that :mod:`assistant.library.migrations` gives it."""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"], transaction_per_migration=False)
context.run_migrations()
