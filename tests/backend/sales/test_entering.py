"""What a new order leaves in the database, and what it is in the transaction that wrote it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, inspect, select

from backend.catalogue.queries import by_sku
from backend.customers.queries import by_code
from backend.sales import service
from backend.sales.service import Wish
from backend.sales.tables import Order, OrderHold, OrderLine
from backend.stock.tables import Reservation, StockLevel, Warehouse
from backend.work import Work
from tests.backend.world import World


def ordered(work: Work, *wishes: tuple[str, int], reference: str | None = None) -> Order:
    lines = [Wish(by_sku(work.session, sku), quantity) for sku, quantity in wishes]
    return service.place_order(work, by_code(work, "C1"), lines, customer_reference=reference)


def columns(row: Order | OrderLine) -> dict[str, Any]:
    return {one.key: getattr(row, one.key) for one in inspect(type(row)).column_attrs}


@contextmanager
def no_statement(world: World) -> Iterator[None]:
    """Fails if the database is asked for anything."""
    asked: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        asked.append(statement)

    event.listen(world.database.engine, "before_cursor_execute", hear)
    yield
    event.remove(world.database.engine, "before_cursor_execute", hear)
    assert asked == []


def test_what_was_written_is_what_the_order_says(world: World) -> None:
    with world.writing() as work:
        order = ordered(work, ("10-109", 560), ("70-103", 25), reference="A 17")
        with no_statement(world):
            said = columns(order), [columns(line) for line in order.lines], order.customer.code
    with world.reading() as work:
        found = work.session.scalars(select(Order)).one()
        assert (columns(found), [columns(line) for line in found.lines], found.customer.code) == said
        assert found.customer_reference == "A 17"
        assert [line.position for line in found.lines] == [1, 2]


def test_a_new_order_can_be_changed_in_the_same_transaction(world: World) -> None:
    with world.writing() as work:
        order = ordered(work, ("10-109", 5))
        order.customer_reference = "B 2"
        order.lines[0].promised_date = None
    with world.reading() as work:
        found = work.session.scalars(select(Order)).one()
        assert (found.customer_reference, found.lines[0].promised_date) == ("B 2", None)


def test_a_line_is_taken_from_as_many_warehouses_as_it_needs(world: World) -> None:
    with world.writing() as work:
        product = by_sku(work.session, "10-109")
        work.session.add(Warehouse(id=77, code="NORTH", name="North"))
        work.session.flush()
        work.session.add(StockLevel(product_id=product.id, warehouse_id=77, on_hand=30, reserved=0))
    with world.writing() as work:
        ordered(work, ("10-109", 510), ("70-103", 5))
    with world.reading() as work:
        taken = [(one.warehouse_id == 77, one.quantity, one.state) for one in work.session.scalars(select(Reservation))]
        assert sorted(taken) == [(False, 5, "active"), (False, 500, "active"), (True, 10, "active")]
        levels = work.session.scalars(select(StockLevel).where(StockLevel.product_id == product.id))
        assert sorted((level.on_hand, level.reserved) for level in levels) == [(30, 10), (500, 500)]


def test_nothing_in_stock_leaves_no_allocation(world: World) -> None:
    with world.writing() as work:
        ordered(work, ("10-109", 500))
    with world.writing() as work:
        order = ordered(work, ("10-109", 50))
        assert (order.lines[0].reserved, order.lines[0].back_ordered) == (0, 50)
    with world.reading() as work:
        assert [one.quantity for one in work.session.scalars(select(Reservation))] == [500]


def test_what_is_held_has_its_reason_and_an_end(world: World) -> None:
    with world.writing() as work:
        by_code(work, "C1").credit_limit = 1
    with world.writing() as work:
        order = ordered(work, ("10-109", 200))
        assert (order.state, [hold.reason for hold in order.holds]) == ("on_hold", ["credit_limit"])
    with world.reading() as work:
        hold = work.session.scalars(select(OrderHold)).one()
        assert hold.order.number == order.number
        held = work.session.scalars(select(Reservation)).one()
        assert held.expires_at is not None
        assert held.expires_at - held.created_at > timedelta(days=1)


@pytest.mark.parametrize("quantity", [1, 500])
def test_the_level_in_hand_is_what_the_database_has(world: World, quantity: int) -> None:
    with world.writing() as work:
        ordered(work, ("10-109", quantity))
        product = by_sku(work.session, "10-109")
        level = work.session.scalars(select(StockLevel).where(StockLevel.product_id == product.id)).one()
        assert level.reserved == quantity
    assert world.level("10-109") == (500, quantity)
