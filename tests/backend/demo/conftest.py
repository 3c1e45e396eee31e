"""The demo company on both engines, generated and loaded once for all tests that only read it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from backend.database import Database
from backend.demo import load, load_demo_company
from backend.demo.company import DemoCompany, generate
from backend.migrations import migrate
from tests.services import PostgresServer

TODAY = date(2026, 6, 17)


@pytest.fixture(scope="session")
def today() -> date:
    """A Wednesday."""
    return TODAY


@pytest.fixture(scope="session")
def company() -> DemoCompany:
    """The company of seed 7 in memory."""
    return generate(7, TODAY, lambda _what, _share: None)


def _loaded(url: str, company: DemoCompany) -> Database:
    database = Database(url)
    migrate(database)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(load, "generate", lambda *_: company)
        load_demo_company(database, seed=7, today=TODAY)
    return database


@pytest.fixture(scope="session")
def demo_sqlite(company: DemoCompany, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The demo company of seed 7 on SQLite."""
    database = _loaded(f"sqlite:///{tmp_path_factory.mktemp('demo') / 'demo.db'}", company)
    yield database
    database.close()


@pytest.fixture(scope="session")
def demo_postgres(company: DemoCompany, postgres_server: PostgresServer) -> Iterator[Database]:
    """The demo company of seed 7 on PostgreSQL."""
    database = _loaded(postgres_server.url(postgres_server.create()), company)
    yield database
    database.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def demo(request: pytest.FixtureRequest) -> Database:
    """The demo company of seed 7 on either engine; for tests that change nothing."""
    database: Database = request.getfixturevalue(f"demo_{request.param}")
    return database
