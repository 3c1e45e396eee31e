"""Invoicing shipments: exact pennies however an order is split, numbers without gaps, addresses, due dates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from backend.billing import invoicing
from backend.billing.tables import Invoice, InvoiceLine, Payment
from backend.catalogue.queries import by_sku
from backend.catalogue.tables import Product
from backend.company.tables import AuditEvent
from backend.customers.queries import by_code
from backend.customers.tables import Address, Customer
from backend.errors import Conflict, NotAllowed
from backend.events.tables import OutboxEvent
from backend.sales import queries as sales
from backend.sales.service import Wish, place_order
from backend.sales.tables import Order, Shipment, ShipmentLine
from backend.shipping import queries as shipments_queries
from backend.shipping import service as fulfilment
from tests.backend.billing.trading import (
    AWKWARD,
    hand_over,
    invoice,
    invoices,
    numbers,
    order_of,
    ordered,
    rounding,
    sent,
)
from tests.backend.shipping.handling import at_once, lose, pick, plan, ship, shipped, told
from tests.backend.world import World

D = Decimal


def sums(found: list[Invoice]) -> tuple[Decimal, ...]:
    """Goods, delivery, tax and total of invoices."""
    return tuple(sum((getattr(one, part) for one in found), D(0)) for part in ("goods", "delivery", "tax", "total"))


def whole(order: Order) -> tuple[Decimal, ...]:
    return (order.goods, order.delivery, order.tax, order.total)


def test_a_shipment_is_invoiced_at_the_prices_of_its_order(world: World) -> None:
    number = ordered(world, delivery="9.50")
    shipment = shipped(world, number)
    (found,) = invoices(world, number)
    assert [(line.sku, line.quantity, line.price, line.tax_rate, line.total) for line in found.lines] == [
        ("10-109", 7, D("0.3333"), D("0.2"), D("2.33")),
        ("30-101", 7, D("0.1449"), D("0.2"), D("1.01")),
        ("30-102", 7, D("1.005"), D("0.05"), D("7.04")),
    ]
    assert (found.goods, found.delivery, found.tax, found.total) == (D("10.38"), D("9.50"), D("2.92"), D("22.80"))
    assert found.tax_breakdown == [
        {"rate": "0.2", "net": "12.84", "tax": "2.57"},
        {"rate": "0.05", "net": "7.04", "tax": "0.35"},
    ]
    order = order_of(world, number)
    assert sums([found]) == whole(order)
    assert [line.invoiced for line in order.lines] == [7, 7, 7]
    assert (found.state, found.number, found.shipment.number) == ("issued", "INV-100001", shipment)
    assert (found.paid, found.credited, found.outstanding) == (D(0), D(0), D("22.80"))
    assert told(world, "INV-100001") == ["invoice.issued"]
    with world.reading("desk@test") as work:
        event = work.session.scalars(select(OutboxEvent).where(OutboxEvent.key == "INV-100001")).one()
        assert event.customer_id == found.customer_id
        assert (event.payload["order"], event.payload["total"]) == (number, "22.80")
        assert work.session.scalar(
            select(AuditEvent.kind).where(AuditEvent.subject_key == "INV-100001")
        ) == "invoice.issued"  # fmt: skip


@pytest.mark.parametrize("rule", ["line", "document"])
def test_three_partial_shipments_come_to_the_order_to_the_penny(world: World, rule: str) -> None:
    rounding(world, rule)
    number = ordered(world, delivery="4.99")
    for parts in ({1: 1, 2: 3}, {1: 2, 2: 2, 3: 5}, {1: 4, 2: 2, 3: 2}):
        shipped(world, number, parts)
    found = invoices(world, number)
    assert sums(found) == whole(order_of(world, number))
    assert [one.delivery for one in found] == [D("4.99"), D(0), D(0)]
    assert all(one.total == one.goods + one.delivery + one.tax for one in found)
    assert [sum((D(part["tax"]) for part in one.tax_breakdown), D(0)) for one in found] == [one.tax for one in found]
    for one in found:
        assert sum((D(part["net"]) for part in one.tax_breakdown), D(0)) == one.goods + one.delivery


def test_the_two_rules_differ_by_the_penny_that_the_order_has(small: World) -> None:
    lines = [("10-109", 1, "0.17", "0.2"), ("30-101", 1, "0.17", "0.2"), ("30-102", 1, "0.17", "0.2")]
    found = {}
    for rule in ("line", "document"):
        rounding(small, rule)
        number = ordered(small, lines)
        for position in (1, 2, 3):
            shipped(small, number, {position: 1})
        found[rule] = [one.tax for one in invoices(small, number)]
        assert sum(found[rule]) == order_of(small, number).tax
    assert found == {"line": [D("0.03"), D("0.03"), D("0.03")], "document": [D("0.03"), D("0.04"), D("0.03")]}


def test_exports_are_not_taxed_and_their_delivery_is_neither(small: World) -> None:
    number = ordered(small, [("10-109", 3, "0.3333", "0")], delivery="12.00")
    for _ in range(3):
        shipped(small, number, {1: 1})
    found = invoices(small, number)
    assert [one.total for one in found] == [D("12.33"), D("0.34"), D("0.33")]
    assert [one.tax for one in found] == [D(0)] * 3
    assert found[0].tax_breakdown == [{"rate": "0", "net": "12.33", "tax": "0.00"}]


def test_delivery_is_taxed_at_the_highest_rate_of_the_order_whatever_is_sent_first(small: World) -> None:
    number = ordered(small, [("10-109", 1, "1.00", "0.05"), ("30-101", 1, "1.00", "0.2")], delivery="10.00")
    shipped(small, number, {1: 1})
    shipped(small, number, {2: 1})
    first, second = invoices(small, number)
    assert (first.tax, second.tax) == (D("2.05"), D("0.20"))
    assert sums([first, second]) == whole(order_of(small, number))


def test_a_discount_is_invoiced_as_it_was_agreed(small: World) -> None:
    with small.writing("rep@test") as work:
        wish = Wish(by_sku(work.session, "30-101"), 33, discount=D("0.07"))
        number = place_order(work, by_code(work, "C1"), [wish]).number
    shipped(small, number, {1: 10})
    shipped(small, number, {1: 23})
    found = invoices(small, number)
    assert [(line.price, line.list_price, line.discount) for one in found for line in one.lines] == [
        (D("0.0465"), D("0.05"), D("0.07"))
    ] * 2
    assert [one.goods for one in found] == [D("0.47"), D("1.06")]
    assert sums(found) == whole(order_of(small, number))


def test_what_is_given_away_is_invoiced_and_paid_at_once(small: World) -> None:
    number = ordered(small, [("10-109", 2, "0", "0.2")], method="VISA 4242")
    shipped(small, number)
    (found,) = invoices(small, number)
    assert (found.total, found.state) == (D(0), "paid")
    assert numbers(small, Payment) == []


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.integers(1, 99_999), min_size=1, max_size=3),
    st.lists(st.integers(0, 4), min_size=9, max_size=9),
    st.sampled_from(["line", "document"]),
    st.sampled_from(["0", "3.33"]),
)
def test_any_split_of_an_order_comes_to_its_totals(
    small: World, prices: list[int], parts: list[int], rule: str, delivery: str
) -> None:
    """Up to three lines in up to three shipments, of quantities that may be nought."""
    rounding(small, rule)
    skus, rates = ("10-109", "30-101", "30-102"), ("0.2", "0.05", "0.2")
    splits = [parts[at * 3 : at * 3 + 3] for at in range(len(prices))]
    lines = [(skus[at], sum(splits[at]) or 1, str(D(price) / 10_000), rates[at]) for at, price in enumerate(prices)]
    number = ordered(small, lines, delivery=delivery)
    waiting = [quantity for _, quantity, _, _ in lines]
    for shipment in range(3):
        now = {at + 1: split[shipment] for at, split in enumerate(splits) if split[shipment]}
        if now:
            hand_over(small, number, now)
            waiting = [left - now.get(at, 0) for at, left in enumerate(waiting, start=1)]
    if any(waiting):
        hand_over(small, number, {at: left for at, left in enumerate(waiting, start=1) if left})
    found = invoices(small, number)
    order = order_of(small, number)
    assert sums(found) == whole(order)
    assert [line.invoiced for line in order.lines] == [line.quantity for line in order.lines]


def test_a_lost_shipment_that_is_sent_again_is_invoiced_again_for_the_same(world: World) -> None:
    number = ordered(world, [("10-109", 3, "0.3333", "0.2")], delivery="1.00")
    first = shipped(world, number, {1: 1})
    shipped(world, number, {1: 1})
    lose(world, first, "replace")
    shipped(world, number, {1: 1})
    shipped(world, number, {1: 1})
    lost, *others = invoices(world, number)
    assert (lost.state, lost.outstanding) == ("credited", D(0))
    assert [one.delivery for one in others] == [D(0), D("1.00"), D(0)]
    assert sums(others) == whole(order_of(world, number))
    assert [line.invoiced for line in order_of(world, number).lines] == [3]


def test_only_what_was_shipped_and_not_invoiced_is_invoiced(small: World) -> None:
    number = ordered(small, [("10-109", 5, "1.00", "0"), ("30-101", 5, "1.00", "0")])
    shipped(small, number)
    with small.writing("desk@test") as work:
        order = sales.by_number(work, number)
        again = Shipment(
            number="SH-X",
            order=order,
            state="shipped",
            lines=[ShipmentLine(order_line=line, quantity=5) for line in order.lines],
        )
        work.session.add(again)
        work.session.flush()
        assert invoicing.invoice_shipment(work, again) is None
    assert len(invoices(small, number)) == 1


def test_a_shipment_is_invoiced_once(small: World) -> None:
    number = ordered(small)
    shipment = shipped(small, number)
    with pytest.raises(Conflict) as caught, small.writing("desk@test") as work:
        invoicing.invoice_shipment(work, shipments_queries.by_number(work, shipment))
    assert caught.value.code == "already_invoiced"
    assert len(invoices(small, number)) == 1


@pytest.mark.parametrize("email", ["customer@test", "rep@test", "buyer@test"])
def test_only_those_who_ship_or_bill_write_invoices(small: World, email: str) -> None:
    number = ordered(small)
    with small.writing("desk@test") as work:
        key = sent(work, sales.by_number(work, number), {1: 1}).id
    with pytest.raises(NotAllowed), small.writing(email) as work:
        invoicing.invoice_shipment(work, work.session.get_one(Shipment, key))
    assert invoices(small, number) == []
    assert [line.invoiced for line in order_of(small, number).lines] == [0, 0, 0]


def test_an_invoice_is_due_after_the_orders_days_or_else_the_customers(small: World) -> None:
    number = ordered(small)
    with small.database.write() as session:
        session.scalars(select(Order).where(Order.number == number)).one().payment_days = 14
    shipped(small, number, {1: 1})
    with small.database.write() as session:
        session.scalars(select(Order).where(Order.number == number)).one().payment_days = None
        session.scalars(select(Customer).where(Customer.code == "C1")).one().payment_days = 60
    shipped(small, number, {1: 1})
    assert [one.due_date for one in invoices(small, number)] == [date(2026, 7, 1), date(2026, 8, 16)]


def test_the_invoice_address_is_kept_as_it_was(small: World) -> None:
    number = ordered(small)
    shipped(small, number, {1: 1})
    with small.database.write() as session:
        customer = session.scalars(select(Customer).where(Customer.code == "C1")).one()
        place = Address(customer_id=customer.id, kind="invoice", line1="1 Bank St", city="Leeds", country="UK")
        session.add(place)
    shipped(small, number, {1: 1})
    with small.database.write() as session:
        session.scalars(select(Address).where(Address.kind == "invoice")).one().line1 = "2 Bank St"
        session.scalars(select(Order).where(Order.number == number)).one().delivery_address = {"line1": "3 Dock Rd"}
    shipped(small, number, {1: 1})
    with small.database.write() as session:
        session.delete(session.scalars(select(Address).where(Address.kind == "invoice")).one())
    shipped(small, number, {1: 1})
    found = [one.address["line1"] if one.address else None for one in invoices(small, number)]
    assert found == [None, "1 Bank St", "2 Bank St", "3 Dock Rd"]


def test_what_is_not_on_account_gets_a_pending_payment(world: World) -> None:
    number = ordered(world, method="VISA 4242")
    shipped(world, number)
    (found,) = invoices(world, number)
    with world.reading("desk@test") as work:
        expected = work.session.scalars(select(Payment)).one()
        assert (expected.state, expected.kind, expected.method) == ("pending", "payment", "VISA 4242")
        assert (expected.amount, expected.unallocated, expected.settled_at) == (found.total, D(0), None)
        assert [(part.invoice.number, part.amount) for part in expected.allocations] == [(found.number, found.total)]
    assert (found.state, found.paid) == ("issued", D(0))


def test_a_line_says_how_many_packs_it_makes(small: World) -> None:
    number = ordered(small, [("10-109", 400, "0.10", "0"), ("70-103", 25, "0.80", "0")])
    shipped(small, number)
    (found,) = invoices(small, number)
    assert [line.quantity_text for line in found.lines] == ["400 (2 boxes of 200)", "2.5 m"]


def test_a_number_that_is_not_used_is_not_taken(world: World) -> None:
    number = ordered(world)
    shipment = plan(world, number, {1: 2})
    pick(world, shipment)
    with pytest.raises(RuntimeError, match="late"), world.writing("desk@test") as work:
        fulfilment.ship(work, shipments_queries.by_number(work, shipment), carrier="Parcel Co")
        raise RuntimeError("too late: the transaction is rolled back")
    assert invoices(world, number) == []
    assert [line.invoiced for line in order_of(world, number).lines] == [0, 0, 0]
    ship(world, shipment)
    assert numbers(world, Invoice) == [100_001]


def test_numbers_have_no_gaps_while_many_ship_and_some_fail(world: World) -> None:
    planned = []
    for _ in range(4):
        number = ordered(world, [("10-109", 6, "0.3333", "0.2")])
        for _ in range(3):
            shipment = plan(world, number, {1: 2})
            pick(world, shipment)
            planned.append(shipment)

    def send(shipment: str, *, breaks: bool) -> Callable[[], None]:
        def job() -> None:
            if breaks:
                with pytest.raises(RuntimeError), world.writing("desk@test") as work:
                    fulfilment.ship(work, shipments_queries.by_number(work, shipment), carrier="Parcel Co")
                    raise RuntimeError("the connection is gone")
            ship(world, shipment)

        return job

    jobs = [send(shipment, breaks=at % 3 == 0) for at, shipment in enumerate(planned)]
    for start in range(0, len(jobs), 4):
        assert at_once(*jobs[start : start + 4]) == []
    assert numbers(world, Invoice) == list(range(100_001, 100_013))
    with world.database.read() as session:
        assert session.scalar(select(func.sum(InvoiceLine.quantity))) == 24


def test_an_invoice_once_issued_keeps_what_it_says(small: World) -> None:
    number = ordered(small)
    shipped(small, number)
    with small.database.write() as session:
        product = session.scalars(select(Product).where(Product.sku == AWKWARD[0][0])).one()
        product.name, product.sku = "Something else", "10-109-OLD"
    line = invoice(small, "INV-100001").lines[0]
    assert (line.sku, line.name) == ("10-109", "Hex bolt M8x40 zinc")
