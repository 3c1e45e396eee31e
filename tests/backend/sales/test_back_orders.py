"""Back orders: served first come, first served, whatever brought the stock."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest
from sqlalchemy import select

from backend.catalogue.tables import Product
from backend.company.tables import AuditEvent
from backend.events.tables import OutboxEvent
from backend.sales import back_orders, queries, service
from backend.sales.jobs import fill_back_orders
from backend.stock.tables import StockEntry, StockLevel, Warehouse
from tests.backend.shipping.handling import (
    SOON,
    again_and_again,
    allocations,
    arrive,
    at_once,
    fingerprint,
    held_for,
    parts,
    place,
    shipped,
    told,
)
from tests.backend.world import World
from tests.soak.invariants import broken


def put_in(world: World, sku: str, quantity: int) -> None:
    """So much more lies in MAIN, and nobody has been told."""
    with world.writing("desk@test") as work:
        product = work.session.scalars(select(Product).where(Product.sku == sku)).one()
        warehouse = work.session.scalars(select(Warehouse)).one()
        work.session.get_one(StockLevel, (product.id, warehouse.id)).on_hand += quantity
        work.session.add(
            StockEntry(
                product_id=product.id,
                warehouse_id=warehouse.id,
                quantity=quantity,
                kind="receipt",
                at=work.clock.now(),
            )
        )


def fill(world: World, *skus: str) -> list[tuple[str, int]]:
    """Fill; (order, position) of the lines that got something."""
    with world.writing("desk@test") as work:
        product_ids = work.session.scalars(select(Product.id).where(Product.sku.in_(skus))).all()
        return [(line.order.number, line.position) for line in back_orders.fill(work, product_ids)]


def promises(world: World, number: str) -> list[date | None]:
    with world.reading("desk@test") as work:
        return [line.promised_date for line in queries.by_number(work, number).lines]


def cancel(world: World, number: str) -> None:
    with world.writing("desk@test") as work:
        service.cancel_order(work, queries.by_number(work, number), "no need")


def test_who_came_first_is_served_first_and_the_next_gets_the_rest(world: World) -> None:
    place(world, ("20-104", 60))  # all there is
    first, second, third = (place(world, ("20-104", 40)) for _ in range(3))
    put_in(world, "20-104", 60)
    assert fill(world, "20-104") == [(first, 1), (second, 1)]
    assert [parts(world, number) for number in (first, second, third)] == [
        [(40, 0, 0, 0)],
        [(20, 20, 0, 0)],
        [(0, 40, 0, 0)],
    ]
    assert allocations(world, second) == [("active", 20)]
    assert world.level("20-104") == (120, 120)
    assert broken(world.database) == []


def test_what_is_served_is_promised_anew(world: World) -> None:
    place(world, ("20-104", 60))
    first, second = place(world, ("20-104", 40)), place(world, ("20-104", 40))
    later = place(world, ("20-104", 20), requested_date=date(2026, 7, 31))
    put_in(world, "20-104", 60)
    fill(world, "20-104")
    # nothing is on its way: ten working days of lead time and one to handle it
    assert (promises(world, first), promises(world, second)) == ([SOON], [date(2026, 7, 2)])
    put_in(world, "20-104", 40)
    fill(world, "20-104")
    assert (promises(world, second), promises(world, later)) == ([SOON], [date(2026, 7, 31)])


def test_who_waits_is_told(world: World) -> None:
    place(world, ("20-104", 60))
    number = place(world, ("30-101", 10), ("20-104", 40))
    put_in(world, "20-104", 20)
    fill(world, "20-104")
    with world.reading("desk@test") as work:
        order = queries.by_number(work, number)
        assert order.version == 2
        lines = [
            {
                "position": 2,
                "sku": "20-104",
                "quantity": 20,
                "reserved": 20,
                "back_ordered": 20,
                "promised_date": "2026-07-02",
            }
        ]
        event = work.session.scalars(select(OutboxEvent).where(OutboxEvent.kind == "order.changed")).one()
        assert (event.key, event.customer_id) == (number, order.customer_id)
        assert event.payload == {"number": number, "change": "allocated", "lines": lines}
        audit = work.session.scalars(select(AuditEvent).where(AuditEvent.kind == "order.allocated")).one()
        assert (audit.subject_key, audit.after) == (number, {"lines": lines})


def test_a_held_order_is_passed_over(world: World) -> None:
    place(world, ("20-104", 60))
    held, next_one = place(world, ("20-104", 40)), place(world, ("20-104", 40))
    held_for(world, held, "overdue")
    put_in(world, "20-104", 40)
    assert fill(world, "20-104") == [(next_one, 1)]
    assert parts(world, held) == [(0, 40, 0, 0)]


def test_without_anything_free_nothing_changes(world: World) -> None:
    place(world, ("20-104", 60))
    number = place(world, ("20-104", 40))
    before = fingerprint(world)
    assert fill(world, "20-104", "10-109") == []
    assert fill(world) == []
    assert fingerprint(world) == before
    assert told(world, number) == ["order.placed"]


def test_an_order_in_fulfilment_is_served_and_a_cancelled_one_is_not(world: World) -> None:
    number = place(world, ("20-104", 80))
    shipped(world, number)
    gone = place(world, ("20-104", 20))
    cancel(world, gone)
    put_in(world, "20-104", 60)
    assert fill(world, "20-104") == [(number, 1)]
    assert (parts(world, number), parts(world, gone)) == ([(20, 0, 60, 0)], [(0, 0, 0, 20)])


def test_several_products_are_served_at_once(world: World) -> None:
    first = place(world, ("20-104", 80), ("30-101", 500))
    second = place(world, ("30-101", 100), ("20-104", 20))
    put_in(world, "20-104", 100)
    put_in(world, "30-101", 150)
    assert fill(world, "30-101", "20-104") == [(first, 1), (first, 2), (second, 1), (second, 2)]
    assert parts(world, first) == [(80, 0, 0, 0), (500, 0, 0, 0)]
    assert parts(world, second) == [(50, 50, 0, 0), (20, 0, 0, 0)]
    assert told(world, first) == ["order.placed", "order.changed"]


def test_what_nobody_gave_out_is_given_out_by_the_worker(world: World) -> None:
    place(world, ("20-104", 60), ("10-109", 500))
    number = place(world, ("20-104", 40), ("10-109", 20))
    assert fill_back_orders(world.database) == 0
    put_in(world, "20-104", 40)
    put_in(world, "10-109", 10)
    assert fill_back_orders(world.database) == 2
    assert parts(world, number) == [(40, 0, 0, 0), (10, 10, 0, 0)]
    assert fill_back_orders(world.database) == 0
    assert broken(world.database) == []


def test_who_comes_later_is_promised_later(world: World) -> None:
    place(world, ("10-109", 500))
    first, second = place(world, ("10-109", 60)), place(world, ("10-109", 60))
    with world.reading("desk@test") as work:  # 100 come on the 24th: enough for the first alone
        lines = [queries.by_number(work, number).lines[0] for number in (first, second)]
        assert [back_orders.promised(work, line) for line in lines] == [date(2026, 6, 25), date(2026, 7, 2)]


def test_receiving_placing_cancelling_and_filling_at_once_give_out_what_there_is(world: World) -> None:
    place(world, ("20-104", 60), ("10-109", 500))
    numbers = [place(world, ("20-104", 20), ("10-109", 20)) for _ in range(6)]
    numbers += [place(world, ("10-109", 20), ("20-104", 20), email="other@test", code="C2") for _ in range(6)]
    failures = at_once(
        again_and_again([partial(arrive, world, sku, 25) for sku in ["20-104", "10-109"] * 3]),
        again_and_again([partial(arrive, world, sku, 25) for sku in ["10-109", "20-104"] * 3]),
        again_and_again([partial(cancel, world, number) for number in numbers[::4]]),
        again_and_again([partial(place, world, ("10-109", 5), ("20-104", 20)) for _ in range(3)]),
        again_and_again([partial(fill_back_orders, world.database)] * 4),
        again_and_again([partial(fill, world, "10-109", "20-104")] * 4),
    )
    assert failures == []
    fill_back_orders(world.database)
    assert broken(world.database) == []
    for sku, on_hand in (("20-104", 210), ("10-109", 650)):
        level = world.level(sku)
        assert level[0] == on_hand
        with world.reading("desk@test") as work:
            waiting = work.session.scalars(
                select(service.OrderLine).join(Product).where(Product.sku == sku, service.OrderLine.back_ordered > 0)
            ).all()
            assert level[1] == on_hand or not waiting


@pytest.mark.parametrize("skus", [("10-109",), ("nope",)])
def test_a_product_nobody_waits_for_or_that_lies_nowhere_is_no_matter(small: World, skus: tuple[str, ...]) -> None:
    assert fill(small, *skus) == []
