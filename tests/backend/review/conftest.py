"""The small company, with a manager."""

from __future__ import annotations

import pytest

from tests.backend.shipping.handling import person
from tests.backend.world import World


@pytest.fixture
def managed(world: World) -> World:
    """On both engines."""
    person(world, "manager@test", "manager")
    return world


@pytest.fixture
def small_managed(small: World) -> World:
    """On SQLite alone."""
    person(small, "manager@test", "manager")
    return small
