"""The small company on each engine, with a pool wide enough for many people at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.database import Database
from backend.migrations import migrate
from tests.backend.world import World, build

POOL = 20


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """The small company on either engine."""
    sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'soak.db'}" if sqlite else str(request.getfixturevalue("postgres_url"))
    database = Database(url, pool=POOL)
    migrate(database)
    yield build(database)
    database.close()
