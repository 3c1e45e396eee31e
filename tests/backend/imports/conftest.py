"""Empty databases at the newest schema on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.database import Database
from tests.companies import cloned, copied


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database of either engine."""
    if request.param == "sqlite":
        made = copied(request.getfixturevalue("migrated_file"), tmp_path, name="other.db")
    else:
        made = cloned(request.getfixturevalue("postgres_server"), request.getfixturevalue("migrated_template"))
    with made as database:
        yield database
