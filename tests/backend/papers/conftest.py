"""The small company with one document of each kind."""

from __future__ import annotations

import pytest

from tests.backend.papers.documents import fill
from tests.backend.world import World


@pytest.fixture
def filled(small: World) -> World:
    """On SQLite."""
    fill(small)
    return small
