"""Alembic's environment: migrates the database it is handed, on SQLite and PostgreSQL."""

from __future__ import annotations

from alembic import context

from backend.tables import metadata


def run() -> None:
    """Apply the migrations on the connection given in the configuration's attributes."""
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        user_module_prefix="backend.database.",
    )
    with context.begin_transaction():
        context.run_migrations()


run()
