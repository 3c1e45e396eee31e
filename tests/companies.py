"""Databases made once in a run and copied for each test: migrated and empty, and with the small company in them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from backend.database import Database
from backend.migrations import migrate
from tests.backend.world import World, build
from tests.services import PostgresServer


@contextmanager
def copied(file: Path, folder: Path, pool: int = 8, name: str = "copy.db") -> Iterator[Database]:
    """A copy of a file, in a test's own folder."""
    database = Database(f"sqlite:///{shutil.copy(file, folder / name)}", pool=pool)
    yield database
    database.close()


@contextmanager
def cloned(server: PostgresServer, template: str, pool: int = 8) -> Iterator[Database]:
    """A copy of a database, dropped afterwards."""
    name = server.create(template)
    database = Database(server.url(name), pool=pool)
    yield database
    database.close()
    server.drop(name)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database of the newest schema."""
    file = tmp_path_factory.mktemp("migrated") / "empty.db"
    database = Database(f"sqlite:///{file}")
    migrate(database)
    database.close()
    return file


@pytest.fixture(scope="session")
def small_file(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small company in an SQLite database."""
    folder = tmp_path_factory.mktemp("small")
    with copied(migrated_file, folder) as database:
        build(database)
    return folder / "copy.db"


@pytest.fixture(scope="session")
def migrated_template(postgres_server: PostgresServer) -> str:
    """The name of an empty PostgreSQL database of the newest schema."""
    name = postgres_server.create()
    database = Database(postgres_server.url(name))
    migrate(database)
    database.close()
    return name


@pytest.fixture(scope="session")
def small_template(postgres_server: PostgresServer, migrated_template: str) -> str:
    """The name of a PostgreSQL database with the small company."""
    name = postgres_server.create(migrated_template)
    database = Database(postgres_server.url(name))
    build(database)
    database.close()
    return name


@contextmanager
def small_company(request: pytest.FixtureRequest, pool: int = 8) -> Iterator[World]:
    """The small company on the engine that ``request`` names."""
    if request.param == "sqlite":
        made = copied(request.getfixturevalue("small_file"), request.getfixturevalue("tmp_path"), pool)
    else:
        made = cloned(request.getfixturevalue("postgres_server"), request.getfixturevalue("small_template"), pool)
    with made as database:
        yield World(database)


@pytest.fixture
def empty(migrated_file: Path, tmp_path: Path) -> Iterator[Database]:
    """An empty SQLite database of the newest schema."""
    with copied(migrated_file, tmp_path) as database:
        yield database


@pytest.fixture
def small(small_file: Path, tmp_path: Path) -> Iterator[World]:
    """The small company on SQLite alone, where the engine does not matter."""
    with copied(small_file, tmp_path) as database:
        yield World(database)
