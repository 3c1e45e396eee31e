"""Returns that do not say which sale they reverse."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from backend.catalogue.queries import by_sku
from backend.customers.queries import by_code
from backend.insight.queries import daily_demand
from backend.insight.reversals import named, unnamed
from backend.sales import service
from backend.sales.service import Wish
from backend.sales.tables import SalesReturn, SalesReturnLine
from tests.backend.returns.returning import ask, delivered, receive
from tests.backend.test_training import live_on
from tests.backend.world import TODAY, World

SKU = "10-109"


def sold(world: World, day: date, quantity: int, customer: str = "C1") -> None:
    live_on(world, day)
    with world.writing("desk@test") as work:
        service.place_order(work, by_code(work, customer), [Wish(by_sku(work.session, SKU), quantity)])


def credited(
    world: World, day: date, quantity: int, customer: str = "C1", state: str = "settled", sku: str = SKU
) -> None:
    """A credit note from elsewhere, without an order line."""
    with world.writing("desk@test") as work:
        product = by_sku(work.session, sku)
        line = SalesReturnLine(product_id=product.id, quantity=quantity, price=Decimal("0.10"), total=Decimal(1))
        row = SalesReturn(
            number=f"RT-{day}-{quantity}-{customer}",
            customer=by_code(work, customer),
            state=state,
            returned_at=work.clock.start_of(day + timedelta(days=1)) - timedelta(seconds=1),
            total=Decimal(1),
            lines=[line],
        )
        work.session.add(row)


def pieces(world: World) -> list[tuple[object, ...]]:
    with world.database.read() as session:
        return unnamed(session).rows()


def demand(world: World) -> list[tuple[date, float]]:
    with world.database.read() as session:
        return daily_demand(session).select("ds", "y").rows()


@pytest.fixture
def selling(small: World) -> World:
    for day, quantity in ((1, 50), (8, 20), (9, 5)):
        sold(small, date(2026, 6, day), quantity)
    sold(small, date(2026, 6, 10), 70, "C2")
    return small


def test_what_finds_no_sale_reverses_nothing_and_is_told_of(selling: World) -> None:
    credited(selling, date(2026, 6, 5), 60)  # 50 of the same account before it
    credited(selling, date(2026, 6, 12), 3, sku="30-101")
    assert pieces(selling) == [
        (SKU, date(2026, 6, 1), date(2026, 6, 5), 50.0),
        (SKU, None, date(2026, 6, 5), 10.0),
        ("30-101", None, date(2026, 6, 12), 3.0),
    ]
    assert demand(selling) == [(date(2026, 6, 8), 20.0), (date(2026, 6, 9), 5.0), (date(2026, 6, 10), 70.0)]


def test_returns_that_have_not_come_reverse_nothing(selling: World) -> None:
    for day, state in enumerate(("requested", "approved", "rejected"), 12):
        credited(selling, date(2026, 6, day), 3, state=state)
    assert pieces(selling) == []


def test_the_latest_sale_to_the_same_account_with_enough_left_comes_first(selling: World) -> None:
    credited(selling, date(2026, 6, 12), 15)
    credited(selling, date(2026, 6, 13), 10)
    credited(selling, date(2026, 6, 14), 3, "C2")
    assert pieces(selling) == [
        (SKU, date(2026, 6, 8), date(2026, 6, 12), 15.0),
        (SKU, date(2026, 6, 1), date(2026, 6, 13), 10.0),
        (SKU, date(2026, 6, 10), date(2026, 6, 14), 3.0),
    ]
    assert [quantity for _, quantity in demand(selling)] == [40.0, 5.0, 5.0, 67.0]


def test_several_sales_share_what_none_can_take_alone(selling: World) -> None:
    credited(selling, date(2026, 6, 12), 72)
    assert [row[1:] for row in pieces(selling)] == [
        (date(2026, 6, 9), date(2026, 6, 12), 5.0),
        (date(2026, 6, 8), date(2026, 6, 12), 20.0),
        (date(2026, 6, 1), date(2026, 6, 12), 47.0),
    ]


def test_what_came_back_by_name_does_not_come_back_again(world: World) -> None:
    number = delivered(world, (SKU, 60))
    receive(world, ask(world, number, (1, 50)))
    credited(world, TODAY, 20)
    assert [row[1:] for row in pieces(world)] == [(TODAY, TODAY, 10.0), (None, TODAY, 10.0)]
    with world.database.read() as session:
        assert [row[0] for row in named(session).rows()] == [SKU]
        assert named(session)["quantity"].to_list() == [50.0]
        assert daily_demand(session).is_empty()
        assert daily_demand(session, net=False)["y"].to_list() == [60.0]
        assert named(session, []).is_empty()
        assert unnamed(session, []).is_empty()
