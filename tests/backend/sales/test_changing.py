"""Changing placed orders: prices, stock, promises, holds, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from backend.catalogue.queries import by_sku
from backend.catalogue.tables import Price, Product, ProductFamily, TaxRate
from backend.company.tables import AuditEvent, Company
from backend.customers.queries import by_code
from backend.customers.tables import Address, Customer, PaymentMethod
from backend.errors import Conflict, Invalid, NotAllowed, NotFound, Refused, Stale
from backend.events.tables import OutboxEvent
from backend.quotes.tables import Quote
from backend.sales import changing, queries, service
from backend.sales.changes import Changes
from backend.sales.service import Details, Wish
from backend.sales.tables import Order
from backend.stock.tables import Reservation
from backend.work import Work
from tests.backend.sales.handling import (
    again_and_again,
    at_once,
    fingerprint,
    parts,
    person,
    pick,
    place,
    plan,
    shipped,
    state_of,
    told,
)
from tests.backend.world import World
from tests.soak.invariants import broken


@contextmanager
def changed(world: World, number: str, email: str = "customer@test") -> Iterator[tuple[Work, Order]]:
    """A unit of work as somebody, and the order."""
    with world.writing(email) as work:
        yield work, queries.by_number(work, number)


def change(world: World, number: str, email: str = "customer@test", **named: Any) -> None:
    """Change an order; products are named by their SKU."""
    with changed(world, number, email) as (work, order):
        if "swaps" in named:
            named["swaps"] = {at: by_sku(work.session, sku) for at, sku in named["swaps"].items()}
        if "add" in named:
            named["add"] = [(by_sku(work.session, sku), quantity) for sku, quantity in named["add"]]
        changing.change(work, order, Changes(**named))


def lines(world: World, number: str) -> list[tuple[str, int, Decimal, Decimal]]:
    """SKU, quantity net of what is cancelled, price, total."""
    with world.reading("desk@test") as work:
        found = queries.by_number(work, number).lines
        return [(one.product.sku, one.quantity - one.cancelled, one.price, one.total) for one in found]


def read(world: World, number: str, *names: str) -> list[Any]:
    with world.reading("desk@test") as work:
        order = queries.by_number(work, number)
        return [getattr(order, name) for name in names]


def terms(world: World, **values: Any) -> None:
    """Other terms of the company."""
    with world.database.write() as session:
        row = session.get_one(Company, 1)
        for name, value in values.items():
            setattr(row, name, value)


def customer(world: World, **values: Any) -> None:
    """Other terms of C1."""
    with world.database.write() as session:
        row = session.scalars(select(Customer).where(Customer.code == "C1")).one()
        for name, value in values.items():
            setattr(row, name, value)


def family(world: World, *skus: str) -> None:
    with world.database.write() as session:
        one = ProductFamily(name=f"Family of {skus[0]}")
        session.add(one)
        session.flush()
        for product in session.scalars(select(Product).where(Product.sku.in_(skus))):
            product.family_id = one.id


def address(world: World, country: str = "United Kingdom", kind: str = "delivery", code: str = "C1") -> int:
    with world.database.write() as session:
        owner = session.scalars(select(Customer).where(Customer.code == code)).one()
        one = Address(
            customer_id=owner.id, kind=kind, line1="2 Mill Lane", city="Leeds", country=country, default=False
        )
        session.add(one)
        session.flush()
        return one.id


def refused(
    world: World, number: str, error: type[Refused], code: str, email: str = "customer@test", **named: Any
) -> Refused:
    """That a change is refused with a code, and nothing has changed."""
    before = fingerprint(world), read(world, number, "version", "total", "state"), lines(world, number)
    with pytest.raises(error) as caught:
        change(world, number, email, **named)
    assert caught.value.code == code
    assert (fingerprint(world), read(world, number, "version", "total", "state"), lines(world, number)) == before
    return caught.value


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


def test_a_discount_stays_with_its_line(small: World) -> None:
    with small.writing("rep@test") as work:
        wishes = [Wish(by_sku(work.session, "10-109"), 100, Decimal("0.05"))]
        number = service.place_order(work, by_code(work, "C1"), wishes).number
    change(small, number, quantities={1: 200})
    with small.reading() as work:
        order = queries.by_number(work, number)
        line = order.lines[0]
        assert (line.list_price, line.discount, line.price) == (Decimal("0.09"), Decimal("0.05"), Decimal("0.0855"))
        assert (order.total, order.state) == (Decimal("17.10"), "placed")


# ---- what it comes to ----------------------------------------------------------------------------------------------


def test_delivery_follows_the_goods(small: World) -> None:
    terms(small, delivery_charge=Decimal(5), free_delivery_from=Decimal(20))
    number = place(small, ("10-109", 100))
    assert read(small, number, "delivery", "total") == [Decimal(5), Decimal(15)]
    change(small, number, quantities={1: 300})
    assert read(small, number, "delivery", "total") == [Decimal(0), Decimal(27)]
    change(small, number, quantities={1: 150})
    assert read(small, number, "delivery", "total") == [Decimal(5), Decimal(20)]


def test_a_delivery_charge_that_was_agreed_stays(small: World) -> None:
    terms(small, delivery_charge=Decimal(5), free_delivery_from=Decimal(20))
    with small.writing() as work:
        wishes = [Wish(by_sku(work.session, "10-109"), 100)]
        number = service.place_order(
            work, by_code(work, "C1"), wishes, details=Details(delivery_charge=Decimal(2))
        ).number
    change(small, number, quantities={1: 300})
    assert read(small, number, "delivery", "total") == [Decimal(2), Decimal(29)]


def test_below_the_minimum_is_refused_and_so_is_going_further_below(small: World) -> None:
    number = place(small, ("10-109", 100), ("30-101", 10))
    terms(small, minimum_order=Decimal(20))
    refused(small, number, Conflict, "below_minimum", quantities={1: 99})
    change(small, number, quantities={1: 110})  # still below, but better than before
    change(small, number, customer_reference="4711")
    assert read(small, number, "total", "customer_reference") == [Decimal("11.50"), "4711"]


def test_another_country_is_another_tax(world: World) -> None:
    with world.database.write() as session:
        session.add_all(
            [TaxRate(country="United Kingdom", rate=Decimal("0.2")), TaxRate(country="France", rate=Decimal("0.1"))]
        )
    number = place(world, ("10-109", 100))
    assert read(world, number, "tax", "total") == [Decimal(2), Decimal(12)]
    where = address(world, "France")
    with changed(world, number) as (work, order):
        changing.change_address(work, order, work.session.get_one(Address, where))
    assert read(world, number, "tax", "total") == [Decimal(1), Decimal(11)]
    with world.reading() as work:
        order = queries.by_number(work, number)
        assert order.delivery_address == {
            "name": "Ferndale Joinery", "line1": "2 Mill Lane", "line2": None, "city": "Leeds", "postcode": None,
            "country": "France",
        }  # fmt: skip
        assert order.lines[0].tax_rate == Decimal("0.1")


@pytest.mark.parametrize("of", [{"code": "C2"}, {"kind": "invoice"}])
def test_goods_go_to_the_customers_own_delivery_addresses_only(small: World, of: dict[str, str]) -> None:
    number = place(small, ("10-109", 100))
    with small.database.read() as session:
        other = session.get_one(Address, address(small, **of))
    refused(small, number, NotFound, "unknown_address", address=other)


def test_date_reference_and_payment_change_without_touching_the_money(small: World) -> None:
    with small.database.write() as session:
        owner = session.scalars(select(Customer).where(Customer.code == "C1")).one()
        session.add(PaymentMethod(customer_id=owner.id, kind="card", label="Visa ending 4242"))
    number = place(small, ("10-109", 560))
    total = read(small, number, "total")
    wanted = {"requested_date": date(2026, 7, 20), "customer_reference": "4711", "payment_method": "visa ending 4242"}
    change(small, number, **wanted)
    assert read(small, number, "requested_date", "customer_reference", "payment_method") == [
        date(2026, 7, 20), "4711", "Visa ending 4242",
    ]  # fmt: skip
    assert read(small, number, "total") == total
    with small.reading() as work:
        assert queries.by_number(work, number).lines[0].promised_date == date(2026, 7, 20)
    change(small, number, requested_date=None, customer_reference=None, payment_method="account")
    assert read(small, number, "requested_date", "customer_reference", "payment_method") == [None, None, "account"]
    with small.reading() as work:
        assert queries.by_number(work, number).lines[0].promised_date == date(2026, 6, 25)


def test_payment_terms_are_set_by_managers(small: World) -> None:
    number = place(small, ("10-109", 10))
    refused(small, number, NotAllowed, "not_allowed", "desk@test", payment_days=60)
    change(small, number, person(small, "manager@test", "manager", customer=None), payment_days=60)
    assert read(small, number, "payment_days") == [60]


# ---- holds ---------------------------------------------------------------------------------------------------------


def test_passing_the_credit_limit_holds_the_order_and_keeping_within_it_lets_it_go(world: World) -> None:
    customer(world, credit_limit=Decimal(20))
    number = place(world, ("10-109", 100))
    change(world, number, quantities={1: 300})
    with world.reading() as work:
        order = queries.by_number(work, number)
        assert (order.state, [hold.reason for hold in order.holds]) == ("on_hold", ["credit_limit"])
        assert all(row.expires_at for row in work.session.scalars(select(Reservation)))
    assert told(world, number) == ["order.placed", "order.changed", "order.held"]
    change(world, number, quantities={1: 150})
    with world.reading() as work:
        order = queries.by_number(work, number)
        assert (order.state, [hold.released_at is None for hold in order.holds]) == ("placed", [False])
        active = work.session.scalars(select(Reservation).where(Reservation.state == "active")).all()
        assert sum(row.quantity for row in active) == 150
        assert {row.expires_at for row in active} == {None}
    assert told(world, number)[3:] == ["order.changed", "order.released"]
    assert broken(world.database) == []


def test_other_orders_count_towards_the_credit_limit_and_the_order_itself_only_once(small: World) -> None:
    customer(small, credit_limit=Decimal(20))
    number = place(small, ("10-109", 100))
    place(small, ("10-109", 50))
    change(small, number, quantities={1: 150})  # 15 and 5 are just 20
    assert state_of(small, number) == "placed"
    change(small, number, quantities={1: 151})
    assert state_of(small, number) == "on_hold"


def test_a_released_order_is_not_held_again_for_what_does_not_cost_more(small: World) -> None:
    customer(small, credit_limit=Decimal(20))
    number = place(small, ("10-109", 300))
    assert state_of(small, number) == "on_hold"
    with small.database.write() as session:
        order = session.scalars(select(Order).where(Order.number == number)).one()
        order.state, order.holds[0].released_at = "placed", order.placed_at
    change(small, number, customer_reference="4711")
    change(small, number, quantities={1: 299})
    assert state_of(small, number) == "placed"
    change(small, number, quantities={1: 301})
    assert state_of(small, number) == "on_hold"


def test_each_buyer_has_an_own_limit(world: World) -> None:
    person(world, "junior@test", limit=15)
    number = place(world, ("10-109", 100))
    change(world, number, quantities={1: 160})  # no limit of this buyer's own
    assert state_of(world, number) == "placed"
    change(world, number, "junior@test", customer_reference="4711")  # costs nothing
    assert state_of(world, number) == "placed"
    change(world, number, "junior@test", quantities={1: 170})
    with world.reading() as work:
        order = queries.by_number(work, number)
        assert (order.state, [hold.reason for hold in order.holds]) == ("on_hold", ["buyer_limit"])


def test_a_hold_for_a_buyers_limit_ends_within_it_whoever_changes_the_order(small: World) -> None:
    person(small, "junior@test", limit=15)
    number = place(small, ("10-109", 180), email="junior@test")
    assert state_of(small, number) == "on_hold"
    change(small, number, "desk@test", quantities={1: 170})
    assert state_of(small, number) == "on_hold"
    change(small, number, "desk@test", quantities={1: 150})
    assert state_of(small, number) == "placed"


def test_a_hold_of_another_kind_stays(small: World) -> None:
    with small.writing("desk@test") as work:
        wishes = [Wish(by_sku(work.session, "10-109"), 100, Decimal("0.5"))]
        number = service.place_order(work, by_code(work, "C1"), wishes).number
    assert state_of(small, number) == "on_hold"
    change(small, number, quantities={1: 10})
    assert state_of(small, number) == "on_hold"


# ---- who, when, and as it was shown ----------------------------------------------------------------------------------


def test_nobody_changes_another_companys_order(small: World) -> None:
    number = place(small, ("10-109", 10))
    refused(small, number, NotFound, "unknown_order", "other@test", quantities={1: 20})
    refused(small, number, NotFound, "unknown_order", "buyer@test", quantities={1: 20})
    with small.writing("buyer@test") as work, small.reading("desk@test") as desk, pytest.raises(NotAllowed):
        changing.change_quantity(work, queries.by_number(desk, number), 1, 20)
    assert parts(small, number) == [(10, 0, 0, 0)]


def test_the_desk_changes_it_for_the_customer_and_the_record_says_so(small: World) -> None:
    number = place(small, ("10-109", 10))
    change(small, number, "desk@test", quantities={1: 20})
    with small.reading("desk@test") as work:
        order = queries.by_number(work, number)
        event = work.session.scalars(select(AuditEvent).where(AuditEvent.kind == "order.changed")).one()
        assert event.on_behalf_of_id == order.customer_id


def test_what_is_in_a_shipment_stays_and_the_rest_may_change(world: World) -> None:
    number = place(world, ("10-109", 10), ("30-101", 20))
    plan(world, number, {1: 10})
    error = refused(world, number, Conflict, "line_in_shipment", quantities={1: 20})
    assert "return or exchange it once it is delivered" in error.sentence
    where = address(world)
    with world.database.read() as session:
        change(world, number, quantities={2: 30}, add=[("70-103", 5)], address=session.get_one(Address, where))
    assert parts(world, number) == [(10, 0, 0, 0), (30, 0, 0, 0), (5, 0, 0, 0)]
    assert state_of(world, number) == "in_fulfilment"
    assert broken(world.database) == []


def test_what_is_packed_keeps_its_address_and_date(small: World) -> None:
    number = place(small, ("10-109", 10), ("30-101", 20))
    pick(small, plan(small, number, {1: 10}))
    with small.database.read() as session:
        refused(small, number, Conflict, "address_fixed", address=session.get_one(Address, address(small)))
    refused(small, number, Conflict, "date_fixed", requested_date=date(2026, 7, 20))
    change(small, number, customer_reference="4711")
    assert read(small, number, "customer_reference") == ["4711"]


def test_what_was_sent_can_be_returned_and_is_paid_as_invoiced(small: World) -> None:
    number = place(small, ("10-109", 10), ("30-101", 20))
    shipped(small, number, {1: 10})
    error = refused(small, number, Conflict, "line_shipped", quantities={1: 5})
    assert "return or exchange" in error.sentence
    refused(small, number, Conflict, "payment_fixed", payment_method="account")
    change(small, number, requested_date=date(2026, 7, 20))
    assert read(small, number, "requested_date") == [date(2026, 7, 20)]


def test_an_order_on_its_way_that_would_have_to_be_held_is_not_changed(world: World) -> None:
    number = place(world, ("10-109", 100), ("30-101", 20))
    plan(world, number, {1: 100})
    customer(world, credit_limit=Decimal(20))
    refused(world, number, Conflict, "would_be_held", quantities={2: 400})


@pytest.mark.parametrize(("state", "code"), [("completed", "order_completed"), ("cancelled", "order_cancelled")])
def test_what_is_over_is_not_changed(small: World, state: str, code: str) -> None:
    number = place(small, ("10-109", 10))
    with small.database.write() as session:
        session.scalars(select(Order)).one().state = state
    refused(small, number, Conflict, code, quantities={1: 5})
    refused(small, number, Conflict, code, customer_reference="4711")


def test_a_preview_writes_nothing_and_shows_what_a_yes_will_do(world: World) -> None:
    number = place(world, ("10-109", 450), ("30-101", 10))
    before = fingerprint(world)
    with world.reading() as work:
        order = queries.by_number(work, number)
        seen = changing.preview(work, order, Changes(quantities={1: 560, 2: 0}))
    assert fingerprint(world) == before
    assert (seen.before.total, seen.after.total) == (Decimal("41.00"), Decimal("50.40"))
    assert [(line.position, line.reserved, line.back_ordered, line.promised_date) for line in seen.after.lines] == [
        (1, 500, 60, date(2026, 6, 25))
    ]
    assert [line.product.sku for line in seen.removed] == ["30-101"]
    with changed(world, number) as (work, order):
        changing.change(work, order, Changes(quantities={1: 560, 2: 0}), agreed=seen.fingerprint)
    assert parts(world, number) == [(500, 60, 0, 0), (0, 0, 0, 10)]


def test_what_is_no_longer_as_it_was_shown_is_not_done(world: World) -> None:
    number = place(world, ("10-109", 450))
    wanted = Changes(quantities={1: 500})
    with world.reading() as work:
        agreed = changing.preview(work, queries.by_number(work, number), wanted).fingerprint
    place(world, ("10-109", 20), email="other@test", code="C2")  # now 20 of it would have to wait
    with pytest.raises(Stale) as caught, changed(world, number) as (work, order):
        changing.change(work, order, wanted, agreed=agreed)
    assert caught.value.code == "order_changed"
    assert parts(world, number) == [(450, 0, 0, 0)]


def test_the_price_of_a_quote_holds_for_more_but_not_for_less(small: World) -> None:
    with small.writing() as work:
        wishes = [Wish(by_sku(work.session, "10-109"), 100, agreed=Decimal("0.07"))]
        order = service.place_order(work, by_code(work, "C1"), wishes)
        number = order.number
    with small.database.write() as session:
        order = session.scalars(select(Order)).one()
        quote = Quote(
            number="QU-1", customer_id=order.customer_id, channel="api", state="draft", created_at=order.placed_at,
            valid_until=date(2026, 7, 1), total=Decimal(7),
        )  # fmt: skip
        session.add(quote)
        session.flush()
        order.quote_id = quote.id
    change(small, number, quantities={1: 120})
    assert lines(small, number) == [("10-109", 120, Decimal("0.07"), Decimal("8.40"))]
    change(small, number, quantities={1: 50})
    assert lines(small, number) == [("10-109", 50, Decimal("0.10"), Decimal("5.00"))]


def test_many_changes_and_orders_at_once_keep_every_sum(world: World) -> None:
    ours = place(world, ("10-109", 300), ("20-104", 40))
    theirs = place(world, ("20-104", 20), ("10-109", 200), email="other@test", code="C2")

    def more_and_less(number: str, email: str, positions: tuple[int, int]) -> list[Any]:
        jobs: list[Any] = []
        for step in range(4):
            jobs.append(partial(change, world, number, email, quantities={positions[0]: 100 + 60 * step}))
            jobs.append(partial(change, world, number, email, quantities={positions[1]: 60 - 20 * (step % 3)}))
        return jobs

    failures = at_once(
        again_and_again(more_and_less(ours, "customer@test", (1, 2))),
        again_and_again(more_and_less(theirs, "other@test", (2, 1))),
        again_and_again([partial(place, world, ("10-109", 30), ("20-104", 20)) for _ in range(4)]),
    )
    assert failures == []
    assert broken(world.database) == []
