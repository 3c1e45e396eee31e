"""How many processes may serve the gateway."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pydantic import ValidationError

from backend.app import UnsafeSettings
from backend.database import Database
from backend.gateway import refuse_workers
from backend.settings import Settings

REDIS = "redis://127.0.0.1:9"


@contextmanager
def postgres() -> Iterator[Database]:
    """An address that nobody connects to."""
    database = Database("postgresql://nobody@127.0.0.1:9/nothing")
    yield database
    database.close()


def test_one_process_needs_nothing(tmp_path: Path) -> None:
    refuse_workers(Settings(), Database(f"sqlite:///{tmp_path / 'test.db'}"))


def test_several_need_postgresql(tmp_path: Path) -> None:
    with pytest.raises(UnsafeSettings, match="GATEWAY_WORKERS=2 needs PostgreSQL"):
        refuse_workers(Settings(gateway_workers=2, redis_url=REDIS), Database(f"sqlite:///{tmp_path / 'test.db'}"))


def test_several_need_redis() -> None:
    with postgres() as database, pytest.raises(UnsafeSettings, match="GATEWAY_WORKERS=2 needs Redis"):
        refuse_workers(Settings(gateway_workers=2), database)


def test_several_leave_telegram_to_one() -> None:
    with postgres() as database, pytest.raises(UnsafeSettings, match="fetched by one process"):
        refuse_workers(Settings(gateway_workers=2, redis_url=REDIS, telegram_bot_token="1:token"), database)


def test_several_share_a_port_with_postgresql_and_redis() -> None:
    with postgres() as database:
        refuse_workers(Settings(gateway_workers=2, redis_url=REDIS), database)


@pytest.mark.parametrize("count", [0, -1, 65])
def test_there_is_at_least_one(count: int) -> None:
    with pytest.raises(ValidationError):
        Settings(gateway_workers=count)
