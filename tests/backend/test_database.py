"""Transactions, types, and the schema."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from backend import migrations
from backend.catalogue.tables import Price, Product
from backend.chat.tables import Conversation
from backend.database import Database
from backend.stock.tables import StockLevel
from backend.tables import metadata
from tests.backend.world import World


def test_the_migrations_make_the_tables_that_the_code_describes(database_url: str) -> None:
    database = Database(database_url)
    migrations.migrate(database)
    migrations.migrate(database)  # a second time changes nothing
    assert migrations.revision(database) == migrations.newest()
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    database.close()


def test_money_is_exact_and_sums_exactly(world: World) -> None:
    with world.database.write() as session:
        product = session.scalars(select(Product).where(Product.sku == "10-109")).one()
        for _ in range(10):
            session.add(Price(product_id=product.id, min_quantity=9999, price=Decimal("0.1")))
    with world.database.read() as session:
        total = session.scalar(select(func.sum(Price.price)).where(Price.min_quantity == 9999))
    assert total == Decimal("1.0")


def test_times_come_back_aware_and_in_utc_and_naive_ones_are_refused(world: World) -> None:
    moment = datetime(2026, 7, 1, 12, 30, tzinfo=timezone(timedelta(hours=1)))
    principal = world.principal("customer@test")
    with world.database.write() as session:
        session.add(Conversation(user_id=principal.user_id, sender="s", state={}, active_at=moment))
    with world.database.read() as session:
        assert session.scalars(select(Conversation.active_at)).one() == datetime(2026, 7, 1, 11, 30, tzinfo=UTC)
    with pytest.raises(StatementError), world.database.write() as session:
        session.add(Conversation(user_id=principal.user_id, sender="t", state={}, active_at=datetime(2026, 7, 1)))


def test_an_error_rolls_everything_back(world: World) -> None:
    with pytest.raises(ZeroDivisionError), world.database.write() as session:
        session.execute(text("UPDATE company SET name = 'other'"))
        _ = 1 // 0
    with world.database.read() as session:
        assert session.execute(text("SELECT name FROM company")).scalar() == "Test & Sons"


def test_reserving_more_than_is_there_is_refused_by_the_database_itself(world: World) -> None:
    with pytest.raises(IntegrityError), world.database.write() as session:
        session.scalars(select(StockLevel)).first().reserved = 10**6


def test_writers_wait_for_each_other_instead_of_failing(world: World) -> None:
    def add_one() -> None:
        for _ in range(10):
            with world.database.write() as session:
                row = session.scalars(
                    select(StockLevel).order_by(StockLevel.product_id).limit(1).with_for_update()
                ).one()
                row.on_hand += 1

    threads = [threading.Thread(target=add_one) for _ in range(4)]
    before = world.level("10-109")[0]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert world.level("10-109")[0] == before + 40
