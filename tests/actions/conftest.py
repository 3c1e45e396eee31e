"""The small company, and people to talk as."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from actions import documents
from backend.database import Database
from backend.migrations import migrate
from backend.settings import Settings
from tests.actions.conversation import Talk
from tests.backend.world import World, build


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """Links to papers are signed with the installation's secret."""
    monkeypatch.setattr(documents, "settings", lambda: Settings(internal_secret="known"))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """The small company on SQLite."""
    database = Database(f"sqlite:///{tmp_path / 'small.db'}")
    migrate(database)
    yield build(database)
    database.close()


@pytest.fixture
def talk(world: World) -> Talk:
    """A customer's conversation."""
    return Talk(world)


@pytest.fixture
def desk(world: World) -> Talk:
    """The order desk's conversation."""
    return Talk(world, "desk@test")
