"""Schema migrations, from the first table on."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from backend.database import Database

PLACE = Path(__file__).parent


def configuration() -> Config:
    """Alembic's configuration, without an ini file."""
    config = Config()
    config.set_main_option("script_location", str(PLACE).replace("%", "%%"))
    return config


def migrate(database: Database) -> None:
    """Bring the schema to the newest revision; does nothing where it is there."""
    config = configuration()
    with database.engine.execution_options(sqlite_begin="IMMEDIATE").begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def revision(database: Database) -> str | None:
    """The revision the database is at, None for an empty one."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """The newest revision this code knows."""
    return ScriptDirectory.from_config(configuration()).get_current_head()


def knows(revision: str) -> bool:
    """Whether this code has that revision."""
    return any(script.revision == revision for script in ScriptDirectory.from_config(configuration()).walk_revisions())
