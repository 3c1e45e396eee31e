"""The small company on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.database import Database
from backend.migrations import migrate
from tests.backend.world import World, build


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, of either engine."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'test.db'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    """The small company."""
    database = Database(database_url)
    migrate(database)
    yield build(database)
    database.close()


@pytest.fixture
def small(tmp_path: Path) -> Iterator[World]:
    """The small company on SQLite alone, where the engine does not matter."""
    database = Database(f"sqlite:///{tmp_path / 'small.db'}")
    migrate(database)
    yield build(database)
    database.close()
