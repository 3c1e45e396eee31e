"""The small company on each engine, with a pool wide enough for many people at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.backend.world import World
from tests.companies import small_company

POOL = 20


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """The small company on either engine."""
    with small_company(request, POOL) as made:
        yield made
