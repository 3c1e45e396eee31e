"""Prices and promotions out of orders and the price list, past and to come."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select

from backend.catalogue.queries import by_sku
from backend.catalogue.tables import Price
from backend.customers.tables import Customer
from backend.insight.factors import categories, known_factors
from backend.sales.tables import Order, OrderLine
from tests.backend.world import TODAY, World

BOLT = "10-109"  # listed at 0.10
APRIL, MAY, JUNE, JULY, AUGUST = (date(2026, month, 1) for month in range(4, 9))


@pytest.fixture
def world(small: World) -> World:
    """The small company on SQLite."""
    return small


def sell(world: World, day: date, price: str, *, quantity: int = 1, promotion: str | None = None) -> None:
    with world.database.write() as session:
        line = OrderLine(
            position=1,
            product_id=by_sku(session, BOLT).id,
            quantity=quantity,
            back_ordered=quantity,
            price=Decimal(price),
            total=Decimal(price) * quantity,
            promotion=promotion,
        )
        count = len(session.scalars(select(Order.id)).all())
        buyer = session.scalars(select(Customer).where(Customer.code == "C1")).one()
        placed = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        session.add(
            Order(number=f"SO-{count}", customer_id=buyer.id, placed_at=placed, channel="test", total=line.total,
                  lines=[line])
        )  # fmt: skip


def listed(world: World, price: str, **row: object) -> None:
    with world.database.write() as session:
        own = Price(product_id=by_sku(session, BOLT).id, price=Decimal(price), **row)
        session.add(own)


def known(world: World, horizon: int = 2) -> dict[date, tuple[float | None, float]]:
    with world.database.read() as session:
        frame = known_factors(session, "M", TODAY, horizon)
    rows = frame.filter(frame["unique_id"] == BOLT)
    return {row["ds"]: (row["price"], row["promotion"]) for row in rows.iter_rows(named=True)}


def test_without_orders_there_are_the_prices_to_come(world: World) -> None:
    assert known(world) == {JUNE: (0.1, 0.0), JULY: (0.1, 0.0)}


def test_what_was_charged_is_known_by_period_up_to_the_last_complete_one(world: World) -> None:
    for day, price in ((date(2026, 4, 2), "0.09"), (date(2026, 5, 4), "0.08"), (date(2026, 6, 2), "0.01")):
        sell(world, day, price)
    found = known(world)
    assert {start: found[start][0] for start in (APRIL, MAY, JUNE)} == pytest.approx(
        {APRIL: 0.09, MAY: 0.08, JUNE: 0.1}
    )


def test_a_large_order_at_its_quantity_s_price_is_no_lower_price(world: World) -> None:
    listed(world, "0.08", min_quantity=1000)
    sell(world, date(2026, 5, 4), "0.08", quantity=2000)
    assert known(world)[MAY][0] == pytest.approx(0.1)


def test_customers_with_a_price_of_their_own_tell_nothing(world: World) -> None:
    with world.database.read() as session:
        buyer = session.scalars(select(Customer.id).where(Customer.code == "C1")).one()
    listed(world, "0.05", customer_id=buyer)
    sell(world, date(2026, 5, 4), "0.05")
    assert MAY not in known(world)


def test_a_promotion_counts_by_its_days_past_and_to_come(world: World) -> None:
    sell(world, date(2026, 4, 2), "0.10")
    listed(world, "0.08", promotion="Spring", valid_from=date(2026, 4, 16), valid_to=date(2026, 4, 30))
    listed(world, "0.05", promotion="Summer", valid_from=date(2026, 7, 1), valid_to=date(2026, 8, 31))
    found = known(world, 3)
    assert found[APRIL] == pytest.approx((0.1, 0.5))
    assert found[JULY] == pytest.approx((0.05, 1.0))
    assert found[AUGUST] == pytest.approx((0.05, 1.0))


def test_a_promotion_that_only_orders_remember_counts_from_its_first_to_its_last(world: World) -> None:
    sell(world, date(2026, 4, 1), "0.08", promotion="Gone")
    sell(world, date(2026, 4, 30), "0.08", promotion="Gone")
    assert known(world)[APRIL] == pytest.approx((0.08, 1.0))


def test_a_new_price_counts_from_its_day_on(world: World) -> None:
    with world.database.write() as session:
        row = session.scalars(select(Price).where(Price.product_id == by_sku(session, BOLT).id)).first()
        assert row is not None
        row.valid_to = date(2026, 7, 31)
    listed(world, "0.12", valid_from=date(2026, 8, 1))
    found = known(world, 3)
    assert (found[JULY][0], found[AUGUST][0]) == pytest.approx((0.1, 0.12))


def test_categories_say_what_is_alike(world: World) -> None:
    with world.database.read() as session:
        found = categories(session)
    assert found["10-109"] == found["20-104"] != found["45-103"]
