"""What of an order may come back, until when at once, and what counts as delivered."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from backend.catalogue.queries import by_sku
from backend.customers.tables import Customer
from backend.database import UTC
from backend.errors import Conflict, NotAllowed, Refused
from backend.returns import money as returns_money
from backend.returns import queries as returns_queries
from backend.returns import service as returns
from backend.returns.returnable import Lot, left_of
from backend.sales import queries
from backend.sales.tables import Order, OrderLine, SalesReturn, SalesReturnLine, Shipment
from backend.shipping import service as fulfilment
from tests.backend.returns.returning import (
    ask,
    deliver,
    delivered,
    found,
    left,
    state,
)
from tests.backend.shipping.handling import place, shipped, told
from tests.backend.world import World

# ---- return days ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "expected"), [(30, "approved"), (31, "requested")])
def test_within_the_return_days_it_is_approved_at_once(small: World, days: int, expected: str) -> None:
    number = delivered(small, ("10-109", 60), days_ago=days)
    assert state(small, ask(small, number, (1, 10))) == expected


def test_a_late_return_waits_for_our_people(world: World) -> None:
    number = delivered(world, ("10-109", 60), days_ago=40)
    back = ask(world, number, (1, 10))
    assert told(world, back) == ["return.requested"]
    for email in ("customer@test", "rep@test"):
        with world.writing(email) as work, pytest.raises(NotAllowed):
            returns.approve(work, found(work, back))
    assert state(world, back) == "requested"
    with world.writing("desk@test") as work:
        assert returns.approve(work, found(work, back)).version == 2
    assert told(world, back) == ["return.requested", "return.approved"]
    with world.writing("desk@test") as work, pytest.raises(Conflict) as caught:
        returns.approve(work, found(work, back))
    assert caught.value.code == "illegal_transition"


def test_of_two_deliveries_the_newer_comes_back_first_and_the_older_is_late(small: World) -> None:
    number = place(small, ("10-109", 60))
    deliver(small, shipped(small, number, {1: 20}), days_ago=40)
    deliver(small, shipped(small, number, {1: 40}), days_ago=5)
    with small.reading() as work:
        offer = returns.returnable(work, queries.by_number(work, number))[0]
        assert (offer.quantity, offer.at_once, offer.until) == (60, 40, date(2026, 7, 12))
    assert state(small, ask(small, number, (1, 30))) == "approved"
    assert state(small, ask(small, number, (1, 11))) == "requested"
    assert left(small, number) == [19]


def test_who_returned_old_goods_in_time_may_return_newer_ones_too() -> None:
    march, april, may = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)
    deliveries = [Lot(march, 50), Lot(may, 50)]
    assert left_of(deliveries, [Lot(april, 50)]) == (Lot(may, 50),)
    assert left_of(deliveries, [Lot(may, 50)]) == (Lot(march, 50),)
    assert left_of(deliveries, [Lot(april, 60)]) == (Lot(may, 40),)
    assert left_of(deliveries, [Lot(april, 30), Lot(may, 60)]) == (Lot(march, 10),)
    assert left_of(deliveries, []) == (Lot(may, 50), Lot(march, 50))
    assert left_of([], [Lot(april, 5)]) == ()


# ---- history -------------------------------------------------------------------------------------------------------


def history(world: World, *, returned: int = 0) -> str:
    """A completed order as an import writes it: no shipments, and what came back without its own order."""
    at = datetime(2026, 6, 1, 9, tzinfo=UTC)
    with world.database.write() as session:
        customer = session.scalars(select(Customer).where(Customer.code == "C1")).one()
        product = by_sku(session, "10-109")
        order = Order(
            number="536365",
            customer_id=customer.id,
            channel="import",
            state="completed",
            placed_at=at,
            total=Decimal(6),
        )
        order.lines.append(
            OrderLine(
                position=1,
                product_id=product.id,
                quantity=60,
                price=Decimal("0.1"),
                total=Decimal(6),
                shipped=60,
                returned=returned,
            )
        )
        session.add(order)
        if returned:
            back = SalesReturn(
                number="C536379",
                customer_id=customer.id,
                state="settled",
                total=Decimal("0.1") * returned,
                returned_at=at,
            )
            line = SalesReturnLine(
                order_line=order.lines[0],
                product_id=product.id,
                quantity=returned,
                price=Decimal("0.1"),
                total=Decimal("0.1") * returned,
            )
            back.lines.append(line)
            session.add(back)
    return "536365"


def test_history_without_shipments_counts_as_delivered_when_it_was_ordered(world: World) -> None:
    number = history(world, returned=25)
    with world.reading() as work:
        offer = returns.returnable(work, queries.by_number(work, number))[0]
        assert (offer.delivered, offer.returned, offer.under_return, offer.quantity) == (60, 25, 0, 35)
        assert offer.until == date(2026, 7, 1)
    ask(world, number, (1, 35))
    with pytest.raises(Conflict):
        ask(world, number, (1, 1))


def test_a_return_that_was_taken_over_is_still_shown(world: World) -> None:
    history(world, returned=25)
    with world.reading() as work:
        (row,) = returns_queries.page(work, limit=10)
        status = returns_queries.refund_status(work, row)
        assert (row.number, row.state, row.order_id) == ("C536379", "settled", None)
        assert (status.status, status.amount, status.waiting_for, status.method) == (
            "credited", Decimal("2.50"), None, "account",
        )  # fmt: skip
        assert returns_money.money(work, row).credit.total == Decimal("2.50")


def test_what_was_credited_as_lost_and_then_found_is_not_credited_again(small: World) -> None:
    number = place(small, ("10-109", 60))
    shipment = shipped(small, number)
    with small.writing("desk@test") as work:
        row = work.session.scalars(select(Shipment).where(Shipment.number == shipment)).one()
        fulfilment.lose(work, row, "credit")
        fulfilment.deliver(work, row)
    assert left(small, number) == [0]
    with pytest.raises(Refused):
        ask(small, number, (1, 1))


def test_the_days_come_from_the_company(small: World) -> None:
    from backend.company.tables import Company

    with small.database.write() as session:
        session.get(Company, 1).return_days = 7
    number = delivered(small, ("10-109", 60), days_ago=8)
    assert state(small, ask(small, number, (1, 10))) == "requested"
    with small.reading() as work:
        until = returns.returnable(work, queries.by_number(work, number))[0].until
        assert until == work.clock.today() - timedelta(days=1)
