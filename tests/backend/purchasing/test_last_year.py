"""The last year as it was done, and as it would have been with the proposed quantities: exact accounting from rows."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from backend.catalogue.queries import by_sku
from backend.customers.tables import Customer
from backend.errors import NotAllowed
from backend.purchasing.last_year import DAYS, last_year
from backend.purchasing.tables import Supplier
from backend.sales.tables import Order, OrderLine
from backend.stock.queries import main_warehouse
from backend.stock.tables import StockEntry
from tests.backend.purchasing.planning import Plan
from tests.backend.world import TODAY, World

SINCE = TODAY - timedelta(days=DAYS)
BUYER = "buyer@test"


def at(day: date) -> datetime:
    return datetime.combine(day, time(12), ZoneInfo("Europe/London"))


@pytest.fixture
def plan(small: World) -> Plan:
    """Ten coach bolts wanted every day of a year and a half; 400 there at first, and 500 came on the hundredth day."""
    plan = Plan(small).forecast(s20_104=70)
    with small.database.write() as session:
        product, place = by_sku(session, "20-104"), main_warehouse(session)
        session.scalars(select(Supplier)).one().order_cost = Decimal(2)
        for quantity, day, kind in (
            (400, SINCE - timedelta(days=200), "opening"),
            (500, SINCE + timedelta(days=100), "receipt"),
        ):
            session.add(
                StockEntry(product_id=product.id, warehouse_id=place.id, quantity=quantity, kind=kind, at=at(day))
            )
        for offset in range(-182, DAYS):
            order = _order(session, at(SINCE + timedelta(days=offset)), offset)
            order.lines.append(
                OrderLine(
                    position=1, product_id=product.id, quantity=10, price=Decimal("0.50"), list_price=Decimal("0.50"),
                    total=Decimal(5), reserved=0, back_ordered=0, shipped=10, cancelled=0, returned=0,
                )
            )  # fmt: skip
    return plan


def _order(session, moment: datetime, offset: int) -> Order:
    customer = session.scalars(select(Customer)).first()
    number, money = f"SO-{500 + offset}", Decimal(5)
    order = Order(
        number=number, customer_id=customer.id, state="completed", placed_at=moment, total=money, channel="test"
    )
    session.add(order)
    return order


def test_what_was_done_is_the_ledgers_receipts_and_the_orders_demand(plan: Plan) -> None:
    with plan.world.reading(BUYER) as work:
        found = last_year(work)
    assert found is not None
    assert found.since == SINCE
    # 400 last 40 days; 60 days without; 500 pay the debt of 600 and leave nothing: the rest of the year is short
    assert found.done.fill_rate == pytest.approx(400 / 3640)
    holding = sum(range(0, 400, 10)) * 0.02 * 0.2 / 365
    assert found.done.holding == Decimal(str(round(holding, 2)))
    assert found.done.goods == Decimal("72.80")  # 3,640 at 0.02: what is owed at the end is still to be bought


def test_the_rule_buys_in_time_and_so_meets_nearly_all_demand(plan: Plan) -> None:
    with plan.world.reading(BUYER) as work:
        found = last_year(work)
    assert found is not None
    assert found.proposed.fill_rate > 0.95
    assert found.proposed.goods == Decimal("72.80")
    assert found.proposed.shortage < found.done.shortage
    # ten a day, in batches of what eight weeks need: 3,640 less the 400 that were there make six, one more for safety
    assert (found.proposed.orders, found.done.orders) == (7, 1)
    assert found.products[0].cause == "shortage"
    assert found.proposed.total < found.done.total


def test_where_an_order_costs_nothing_the_rule_buys_at_every_review(plan: Plan) -> None:
    with plan.world.database.write() as session:
        session.scalars(select(Supplier)).one().order_cost = Decimal(0)
    with plan.world.reading(BUYER) as work:
        found = last_year(work)
    assert found is not None
    assert found.proposed.orders == 25  # a review every fortnight, the first of which needs nothing


def test_without_sales_there_is_nothing_to_compare(small: World) -> None:
    with Plan(small).forecast(s20_104=70).world.reading(BUYER) as work:
        assert last_year(work) is None


def test_it_is_for_buyers_and_managers(plan: Plan) -> None:
    with plan.world.reading("rep@test") as work, pytest.raises(NotAllowed):
        last_year(work)
