"""Systems to talk to: the demo company, the same on PostgreSQL and Redis, and the real wholesaler's file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.system import ROOT, System, need_bot, share_assistant
from tests.services import PostgresServer

REAL_FILE = ROOT.parent / "shared" / "data" / "online_retail_ii" / "online_retail_ii.parquet"


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark what talks to the real wholesaler's system, to be run beside the rest: set-ups take most of the time."""
    if "wholesaler" in getattr(item, "fixturenames", ()):
        item.add_marker(pytest.mark.wholesaler)


@pytest.fixture(scope="session")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the assistant trained once for all systems."""
    need_bot()
    var = tmp_path_factory.mktemp("assistant")
    System(var, DATABASE_URL="").command("train", "nlu")
    return var


@pytest.fixture(scope="session")
def demo(assistant: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """The demo company, embedded: as after ``make demo``."""
    var = tmp_path_factory.mktemp("demo")
    share_assistant(assistant, var)
    system = System(var, DATABASE_URL="", REDIS_URL="", TELEGRAM_BOT_TOKEN="")
    _make_demo(system)
    with system.running():
        yield system


@pytest.fixture(scope="module")
def demo_on_servers(
    assistant: Path, postgres_server: PostgresServer, redis_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[System]:
    """The demo company on PostgreSQL and Redis."""
    var = tmp_path_factory.mktemp("servers")
    share_assistant(assistant, var)
    database = postgres_server.create()
    url = postgres_server.url(database)
    system = System(var, DATABASE_URL=url, REDIS_URL=redis_server, TELEGRAM_BOT_TOKEN="")
    _make_demo(system)
    with system.running():
        yield system


@pytest.fixture(scope="session")
def wholesaler(assistant: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """The real wholesaler's two years, imported, trained and started."""
    if not REAL_FILE.exists():
        pytest.skip("the Online Retail II file is not beside this checkout (../shared/data)")
    var = tmp_path_factory.mktemp("wholesaler")
    share_assistant(assistant, var)
    system = System(var, DATABASE_URL="", REDIS_URL="", TELEGRAM_BOT_TOKEN="")
    system.command("import", "online-retail", str(REAL_FILE))
    for email, role, more in (
        ("c14911@example.com", "customer", ("--customer", "14911")),
        ("rep@example.com", "rep", ()),
        ("buyer@example.com", "buyer", ()),
    ):
        system.command("user", "add", email, "--role", role, "--password", "a long password", *more)
    system.command("train", "all", "--if-stale")
    with system.running():
        yield system


def _make_demo(system: System) -> None:
    system.command("init")
    system.command("demo-company")
    system.command("train", "all", "--if-stale")
