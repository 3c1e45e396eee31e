"""Placing an order: prices, reservations, back orders, and what is refused."""

from __future__ import annotations

import threading
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from backend.catalogue.queries import by_sku
from backend.company.tables import AuditEvent
from backend.customers.queries import by_code
from backend.errors import Conflict, Invalid, NotAllowed, NotFound, Refused, Stale
from backend.sales import carts, queries, service
from backend.sales.progress import said_state
from backend.sales.service import Wish
from tests.backend.world import World


def place(
    world: World, *wishes: tuple[str, int], email: str = "customer@test", code: str = "C1", **more: object
) -> str:
    with world.writing(email) as work:
        lines = [Wish(by_sku(work.session, sku), quantity) for sku, quantity in wishes]
        return service.place_order(work, by_code(work, code), lines, **more).number


def test_an_order_reserves_what_is_there_at_the_price_of_its_quantity(world: World) -> None:
    number = place(world, ("10-109", 200), ("70-103", 25))
    with world.reading() as work:
        order = queries.by_number(work, number)
        assert [(line.quantity, line.price, line.total) for line in order.lines] == [
            (200, Decimal("0.09"), Decimal("18.00")),
            (25, Decimal("0.8"), Decimal("20.00")),
        ]
        assert order.total == Decimal("38.00")
        assert said_state(order) == "placed"
    assert world.level("10-109") == (500, 200)


def test_a_price_group_pays_its_own_price(world: World) -> None:
    number = place(world, ("10-109", 10), email="other@test", code="C2")
    with world.reading("other@test") as work:
        assert queries.by_number(work, number).lines[0].price == Decimal("0.08")


def test_what_is_short_is_back_ordered_and_promised_from_the_next_receipt(world: World) -> None:
    number = place(world, ("10-109", 560))
    with world.reading() as work:
        line = queries.by_number(work, number).lines[0]
        assert (line.reserved, line.back_ordered, line.promised_date) == (500, 60, date(2026, 6, 25))
    later = place(world, ("10-109", 50))  # the 60 before it leave only 40 of the receipt: a new purchase is needed
    with world.reading() as work:
        line = queries.by_number(work, later).lines[0]
        assert (line.reserved, line.back_ordered, line.promised_date) == (0, 50, date(2026, 7, 2))


def test_the_same_product_twice_is_one_line(world: World) -> None:
    number = place(world, ("10-109", 300), ("10-109", 250))
    with world.reading() as work:
        assert [(line.quantity, line.reserved) for line in queries.by_number(work, number).lines] == [(550, 500)]


@pytest.mark.parametrize(
    ("wishes", "error", "code"),
    [
        ([], Invalid, "no_lines"),
        ([("10-109", 0)], Invalid, "quantity_too_small"),
        ([("10-109", -5)], Invalid, "quantity_too_small"),
        ([("10-109", 2_000_000)], Invalid, "quantity_too_large"),
        ([("45-103", 15)], Invalid, "quantity_does_not_fit"),
        ([("20-104", 5)], Invalid, "quantity_does_not_fit"),
        ([("11-109", 5)], Conflict, "discontinued"),
        ([("99-999", 5)], NotFound, "unknown_product"),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    small: World, wishes: list[tuple[str, int]], error: type[Refused], code: str
) -> None:
    with pytest.raises(error) as caught:
        place(small, ("30-101", 1), *wishes) if wishes else place(small)
    assert caught.value.code == code
    assert small.orders() == 0
    assert small.level("30-101") == (400, 0)


def test_a_misfit_names_the_nearest_fits(small: World) -> None:
    with pytest.raises(Invalid) as caught:
        place(small, ("45-103", 15))
    assert (caught.value.facts["down"], caught.value.facts["up"]) == (10, 20)


def test_a_delivery_date_in_the_past_is_refused(small: World) -> None:
    with pytest.raises(Invalid, match="past"):
        place(small, ("10-109", 1), requested_date=date(2026, 6, 16))


def test_nobody_orders_for_a_company_that_is_not_theirs(small: World) -> None:
    with pytest.raises(NotFound):  # a customer's person does not even see it
        place(small, ("10-109", 1), email="other@test", code="C1")
    with pytest.raises(NotFound):
        place(small, ("10-109", 1), email="buyer@test", code="C1")
    with small.writing("buyer@test") as work, small.reading("desk@test") as desk, pytest.raises(NotAllowed):
        service.place_order(work, by_code(desk, "C1"), [Wish(by_sku(work.session, "10-109"), 1)])
    assert small.orders() == 0


def test_the_desk_orders_for_a_customer_and_the_record_says_so(world: World) -> None:
    number = place(world, ("20-104", 40), email="desk@test", code="C2")
    with world.reading("other@test") as work:
        order = queries.by_number(work, number)
        assert (order.placed_by.email, order.placed_by_role) == ("desk@test", "desk")
        event = work.session.scalars(select(AuditEvent).where(AuditEvent.subject_key == number)).one()
        assert event.on_behalf_of_id == order.customer_id
    with world.reading("customer@test") as work, pytest.raises(NotFound):
        queries.by_number(work, number)


def test_a_cart_is_placed_only_as_it_was_shown(world: World) -> None:
    with world.writing() as work:
        cart = carts.open_cart(work, by_code(work, "C1"))
        carts.put(work, cart, by_sku(work.session, "10-109"), 60, add=False)
        shown = carts.priced(work, cart).fingerprint
        carts.put(work, cart, by_sku(work.session, "10-109"), 40, add=True)
    with pytest.raises(Stale), world.writing() as work:
        service.place_cart(work, carts.open_cart(work, by_code(work, "C1")), shown)
    assert world.orders() == 0
    with world.writing() as work:
        cart = carts.open_cart(work, by_code(work, "C1"))
        order = service.place_cart(work, cart, carts.priced(work, cart).fingerprint)
        assert order.lines[0].quantity == 100
        assert cart.lines == []


def test_cancelling_frees_the_stock_once(world: World) -> None:
    number = place(world, ("10-109", 550))
    with world.writing() as work:
        order = service.cancel_order(work, queries.by_number(work, number), "changed my mind")
        assert (order.state, said_state(order)) == ("cancelled", "cancelled")
    assert world.level("10-109") == (500, 0)
    with pytest.raises(Conflict), world.writing() as work:
        service.cancel_order(work, queries.by_number(work, number), "again")
    assert world.level("10-109") == (500, 0)


def test_many_at_once_never_promise_more_than_there_is(world: World) -> None:
    failures: list[BaseException] = []

    def order() -> None:
        try:
            for _ in range(5):
                place(world, ("10-109", 20), ("20-104", 20))
                place(world, ("20-104", 20), ("10-109", 20))
        except BaseException as error:  # noqa: BLE001  (told below)
            failures.append(error)

    threads = [threading.Thread(target=order) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert world.level("10-109") == (500, 500)
    assert world.level("20-104") == (60, 60)
    with world.reading() as work:
        orders = queries.recent(work, None, 100)
        assert len(orders) == 40
        assert sum(line.reserved for order in orders for line in order.lines) == 560
        assert len({order.number for order in orders}) == 40
