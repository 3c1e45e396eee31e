"""Empty databases at the newest schema: on both engines, and on SQLite alone where the engine does not matter."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.database import Database
from backend.migrations import migrate


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty database of either engine."""
    database = Database(database_url)
    migrate(database)
    yield database
    database.close()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database, migrated once for all tests."""
    path = tmp_path_factory.mktemp("migrated") / "empty.db"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@pytest.fixture
def empty(migrated_file: Path, tmp_path: Path) -> Iterator[Database]:
    """An empty SQLite database."""
    shutil.copy(migrated_file, tmp_path / "empty.db")
    database = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    yield database
    database.close()
