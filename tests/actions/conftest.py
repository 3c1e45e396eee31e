"""The small company, and people to talk as."""

from __future__ import annotations

import pytest

from actions import documents
from backend.settings import Settings
from tests.actions.conversation import Talk
from tests.backend.world import World


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """Links to papers are signed with the installation's secret."""
    monkeypatch.setattr(documents, "settings", lambda: Settings(internal_secret="known"))


@pytest.fixture
def world(small: World) -> World:
    """The small company on SQLite."""
    return small


@pytest.fixture
def talk(world: World) -> Talk:
    """A customer's conversation."""
    return Talk(world)


@pytest.fixture
def desk(world: World) -> Talk:
    """The order desk's conversation."""
    return Talk(world, "desk@test")
