"""Changing the lines of placed orders: prices, stock, promises, and what makes no sense."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from backend.catalogue.queries import by_sku
from backend.catalogue.tables import Price, Product
from backend.company.tables import AuditEvent
from backend.customers.queries import by_code
from backend.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from backend.events.tables import OutboxEvent
from backend.sales import queries, service
from backend.sales.service import Wish
from tests.backend.sales.changes import change, family, lines, read, refused
from tests.backend.shipping.handling import parts, place, state_of, told
from tests.backend.world import World
from tests.soak.invariants import broken

# ---- quantities ----------------------------------------------------------------------------------------------------


def test_a_larger_quantity_gets_the_price_of_its_break_and_the_other_lines_keep_theirs(world: World) -> None:
    number = place(world, ("10-109", 150), ("30-101", 10))
    with world.database.write() as session:  # all prices go up after the order was placed
        for price in session.scalars(select(Price)):
            price.price = price.price * 2
    change(world, number, quantities={1: 200})
    assert lines(world, number) == [
        ("10-109", 200, Decimal("0.18"), Decimal("36.00")),
        ("30-101", 10, Decimal("0.05"), Decimal("0.50")),
    ]
    assert read(world, number, "total", "version") == [Decimal("36.50"), 2]
    assert world.level("10-109") == (500, 200)
    assert broken(world.database) == []


def test_a_smaller_quantity_loses_the_price_of_its_break(small: World) -> None:
    number = place(small, ("10-109", 200))
    change(small, number, quantities={1: 199})
    assert lines(small, number) == [("10-109", 199, Decimal("0.10"), Decimal("19.90"))]
    assert small.level("10-109") == (500, 199)


def test_what_is_not_there_is_back_ordered_with_a_promised_date(world: World) -> None:
    number = place(world, ("10-109", 450))
    change(world, number, quantities={1: 560})
    with world.reading() as work:
        line = queries.by_number(work, number).lines[0]
        assert (line.quantity, line.reserved, line.back_ordered, line.promised_date) == (
            560,
            500,
            60,
            date(2026, 6, 25),
        )
    change(world, number, quantities={1: 650})  # more than the 100 that are coming: a new purchase is needed
    with world.reading() as work:
        line = queries.by_number(work, number).lines[0]
        assert (line.reserved, line.back_ordered, line.promised_date) == (500, 150, date(2026, 7, 2))
    assert broken(world.database) == []


def test_waiting_parts_are_given_up_before_reserved_ones(world: World) -> None:
    number = place(world, ("10-109", 560))
    change(world, number, quantities={1: 500})
    with world.reading() as work:
        line = queries.by_number(work, number).lines[0]
        assert (line.reserved, line.back_ordered, line.promised_date) == (500, 0, date(2026, 6, 18))
    change(world, number, quantities={1: 420})
    assert parts(world, number) == [(420, 0, 0, 0)]
    assert world.level("10-109") == (500, 420)
    assert broken(world.database) == []


def test_what_comes_free_goes_to_who_waits_longest(world: World) -> None:
    first = place(world, ("10-109", 500))
    second = place(world, ("10-109", 30), email="other@test", code="C2")
    third = place(world, ("10-109", 30), email="other@test", code="C2")
    change(world, first, quantities={1: 450})
    assert (parts(world, second), parts(world, third)) == ([(30, 0, 0, 0)], [(20, 10, 0, 0)])
    assert world.level("10-109") == (500, 500)
    assert told(world, second) == ["order.placed", "order.changed"]
    assert broken(world.database) == []


def test_who_waits_behind_is_promised_anew_when_the_queue_gets_shorter(world: World) -> None:
    first = place(world, ("10-109", 590))  # 90 of the 100 that are coming
    second = place(world, ("10-109", 20), email="other@test", code="C2")
    with world.reading("desk@test") as work:
        assert queries.by_number(work, second).lines[0].promised_date == date(2026, 7, 2)
    change(world, first, quantities={1: 560})
    with world.reading("desk@test") as work:
        order = queries.by_number(work, second)
        assert (order.lines[0].promised_date, order.version) == (date(2026, 6, 25), 2)


@pytest.mark.parametrize(
    ("sku", "before", "wanted", "facts"),
    [("45-103", 100, 15, {"down": 10, "up": 20}), ("20-104", 40, 5, {"down": None, "up": 20})],
)
def test_a_quantity_that_does_not_fit_is_refused_with_its_neighbours(
    small: World, sku: str, before: int, wanted: int, facts: dict[str, int | None]
) -> None:
    number = place(small, (sku, before))
    error = refused(small, number, Invalid, "quantity_does_not_fit", quantities={1: wanted})
    assert {name: error.facts[name] for name in facts} == facts


@pytest.mark.parametrize(
    ("named", "error", "code"),
    [
        ({}, Invalid, "nothing_to_change"),
        ({"quantities": {3: 5}}, Invalid, "unknown_line"),
        ({"quantities": {1: -1}}, Invalid, "quantity_too_small"),
        ({"quantities": {1: 2_000_000}}, Invalid, "quantity_too_large"),
        ({"quantities": {1: 0, 2: 0}}, Conflict, "last_line"),
        ({"quantities": {1: 5}, "cancel": [1]}, Invalid, "line_named_twice"),
        ({"add": [("11-109", 5)]}, Conflict, "discontinued"),
        ({"add": [("30-102", 0)]}, Invalid, "quantity_too_small"),
        ({"swaps": {1: "30-101"}}, Conflict, "not_a_variant"),
        ({"requested_date": date(2026, 6, 16)}, Invalid, "date_in_past"),
        ({"customer_reference": "x" * 81}, Invalid, "too_long"),
        ({"payment_method": "Visa"}, NotFound, "unknown_payment_method"),
        ({"payment_days": 90}, NotAllowed, "not_allowed"),
    ],
)
def test_what_makes_no_sense_changes_nothing(
    small: World, named: dict[str, Any], error: type[Refused], code: str
) -> None:
    number = place(small, ("10-109", 10), ("70-103", 10))
    refused(small, number, error, code, **named)


def test_one_bad_change_undoes_the_good_ones(small: World) -> None:
    number = place(small, ("10-109", 10), ("45-103", 100))
    refused(small, number, Invalid, "quantity_does_not_fit", quantities={1: 20, 2: 15}, customer_reference="4711")


def test_nothing_new_is_no_change(small: World) -> None:
    number = place(small, ("10-109", 10))
    change(small, number, quantities={1: 10}, requested_date=None)
    assert read(small, number, "version") == [1]
    assert told(small, number) == ["order.placed"]


# ---- lines ---------------------------------------------------------------------------------------------------------


def test_lines_are_added_taken_out_and_swapped_at_once(world: World) -> None:
    family(world, "30-101", "30-102")
    number = place(world, ("10-109", 10), ("30-101", 20), ("45-103", 100))
    change(world, number, quantities={1: 0}, swaps={2: "30-102"}, add=[("70-103", 25)])
    assert lines(world, number) == [
        ("10-109", 0, Decimal("0.10"), Decimal(0)),
        ("30-102", 20, Decimal("0.06"), Decimal("1.20")),
        ("45-103", 100, Decimal("0.01"), Decimal("1.00")),
        ("70-103", 25, Decimal("0.80"), Decimal("20.00")),
    ]
    assert [world.level(sku)[1] for sku in ("10-109", "30-101", "30-102", "45-103", "70-103")] == [0, 0, 20, 100, 25]
    with world.reading() as work:
        order = queries.by_number(work, number)
        event = work.session.scalars(select(AuditEvent).where(AuditEvent.kind == "order.changed")).one()
        sent = work.session.scalars(select(OutboxEvent).where(OutboxEvent.kind == "order.changed")).one()
    assert (order.total, order.version) == (Decimal("22.20"), 2)
    assert event.before["lines"] == [["10-109", 10, "0.1"], ["30-101", 20, "0.05"], ["45-103", 100, "0.01"]]
    assert event.after["lines"] == [["30-102", 20, "0.06"], ["45-103", 100, "0.01"], ["70-103", 25, "0.8"]]
    assert (event.before["total"], event.after["total"]) == ("3.00", "22.20")
    assert (sent.key, sent.payload["after"], sent.customer_id) == (number, event.after, order.customer_id)


def test_adding_what_is_there_already_is_more_of_it(small: World) -> None:
    number = place(small, ("10-109", 150))
    change(small, number, add=[("10-109", 30), ("10-109", 20)])
    assert lines(small, number) == [("10-109", 200, Decimal("0.09"), Decimal("18.00"))]


def test_a_line_that_was_taken_out_stays_out_but_its_product_may_come_back(small: World) -> None:
    number = place(small, ("10-109", 10), ("30-101", 20))
    change(small, number, quantities={1: 0})
    refused(small, number, Conflict, "line_cancelled", quantities={1: 5})
    change(small, number, add=[("10-109", 5)])
    assert [(sku, quantity) for sku, quantity, _, _ in lines(small, number)] == [
        ("10-109", 0), ("30-101", 20), ("10-109", 5),
    ]  # fmt: skip


def test_a_swap_costs_what_the_other_variant_costs_this_customer(small: World) -> None:
    family(small, "30-101", "30-102")
    number = place(small, ("30-101", 20), email="other@test", code="C2")
    change(small, number, "other@test", swaps={1: "30-102"}, quantities={1: 30})
    assert lines(small, number) == [("30-102", 30, Decimal("0.048"), Decimal("1.44"))]


def test_a_swap_for_what_another_line_has_is_refused(small: World) -> None:
    family(small, "30-101", "30-102")
    number = place(small, ("30-101", 20), ("30-102", 10))
    refused(small, number, Conflict, "already_in_order", swaps={1: "30-102"})


def test_the_stock_of_a_swapped_line_goes_to_who_waits(world: World) -> None:
    family(world, "30-101", "30-102")
    number = place(world, ("30-101", 400))
    waiting = place(world, ("30-101", 50), email="other@test", code="C2")
    change(world, number, swaps={1: "30-102"})
    assert (parts(world, number), parts(world, waiting)) == ([(400, 0, 0, 0)], [(50, 0, 0, 0)])
    assert (world.level("30-101"), world.level("30-102")) == ((400, 50), (400, 400))
    assert broken(world.database) == []


def test_a_line_that_is_discontinued_can_become_less_but_not_more(small: World) -> None:
    number = place(small, ("10-109", 10))
    with small.database.write() as session:
        session.scalars(select(Product).where(Product.sku == "10-109")).one().active = False
    refused(small, number, Conflict, "discontinued", quantities={1: 11})
    change(small, number, quantities={1: 9})
    assert parts(small, number) == [(9, 0, 0, 0)]


def discounted(world: World, quantity: int, discount: str) -> str:
    """An order of hex bolts and a few screws, with a discount that a rep gave on the bolts."""
    with world.writing("rep@test") as work:
        wishes = [Wish(by_sku(work.session, "10-109"), quantity, Decimal(discount))]
        wishes.append(Wish(by_sku(work.session, "30-101"), 100))
        return service.place_order(work, by_code(work, "C1"), wishes).number


def test_a_discount_stays_with_its_line(small: World) -> None:
    number = discounted(small, 100, "0.08")
    change(small, number, "rep@test", quantities={1: 200})
    with small.reading() as work:
        order = queries.by_number(work, number)
        line = order.lines[0]
        assert (line.list_price, line.discount, line.price) == (Decimal("0.09"), Decimal("0.08"), Decimal("0.0828"))
        assert (order.total, order.state) == (Decimal("21.56"), "placed")


@pytest.mark.parametrize(
    ("email", "quantities", "state"),
    [
        ("customer@test", {1: 90}, "placed"),
        ("rep@test", {1: 110}, "placed"),
        ("desk@test", {1: 110}, "on_hold"),
        ("customer@test", {1: 110}, "on_hold"),
        ("customer@test", {1: 110, 2: 0}, "on_hold"),  # comes to less, and grants more all the same
    ],
)
def test_more_at_a_discount_is_a_discount_granted_by_who_wants_it(
    small: World, email: str, quantities: dict[int, int], state: str
) -> None:
    number = discounted(small, 100, "0.08")
    change(small, number, email, quantities=quantities)
    assert state_of(small, number) == state
