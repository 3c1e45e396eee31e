"""Shipments: planned from what is reserved, picked, shipped, delivered or lost; and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial

import pytest
from sqlalchemy import select

from backend.billing.tables import CreditNote, Invoice
from backend.company.tables import AuditEvent, Company
from backend.customers.tables import Customer
from backend.errors import Conflict, Invalid, NotAllowed, Refused
from backend.events.tables import OutboxEvent
from backend.sales import planning, queries, service
from backend.sales.progress import said_state
from backend.sales.tables import Shipment
from backend.shipping import queries as shipments_queries
from backend.shipping import service as fulfilment
from backend.stock.tables import StockEntry
from backend.work import Work
from tests.backend.shipping.handling import (
    SOON,
    again_and_again,
    allocations,
    arrive,
    at_once,
    cancel,
    deliver,
    fingerprint,
    held_for,
    lose,
    parts,
    person,
    pick,
    place,
    plan,
    second_warehouse,
    ship,
    shipped,
    state_of,
    told,
)
from tests.backend.world import World
from tests.soak.invariants import broken


def contents(world: World, shipment: str) -> dict[int, int]:
    """Quantity by line position."""
    with world.reading("desk@test") as work:
        found = shipments_queries.by_number(work, shipment)
        return {line.order_line.position: line.quantity for line in found.lines}


def issued(world: World, shipment: str) -> list[tuple[str, int]]:
    """Kind and quantity of the ledger entries with the shipment's number."""
    with world.reading("desk@test") as work:
        entries = work.session.scalars(
            select(StockEntry).where(StockEntry.document == shipment).order_by(StockEntry.id)
        ).all()
        return [(entry.kind, entry.quantity) for entry in entries]


def billed(world: World, number: str) -> tuple[dict[str, Decimal], list[Decimal]]:
    """What was invoiced of an order, by shipment, and what was credited."""
    with world.reading("desk@test") as work:
        order_id = queries.by_number(work, number).id
        invoices = work.session.scalars(select(Invoice).where(Invoice.order_id == order_id).order_by(Invoice.id)).all()
        notes = work.session.scalars(select(CreditNote.total).where(CreditNote.order_id == order_id)).all()
        return {one.shipment.number: one.total for one in invoices if one.shipment}, list(notes)


def said(world: World, number: str) -> str:
    with world.reading() as work:
        return said_state(queries.by_number(work, number))


# ---- planning ------------------------------------------------------------------------------------------------------


def test_a_shipment_takes_all_that_is_reserved_and_leaves_the_stock_as_it_is(world: World) -> None:
    number = place(world, ("10-109", 560), ("30-101", 40))
    shipment = plan(world, number)
    assert contents(world, shipment) == {1: 500, 2: 40}
    assert (state_of(world, number), said(world, number)) == (
        "in_fulfilment",
        "being picked, part of it on back order",
    )
    assert parts(world, number) == [(500, 60, 0, 0), (40, 0, 0, 0)]
    assert world.level("10-109") == (500, 500)
    assert broken(world.database) == []


def test_chosen_lines_go_first_and_nothing_is_planned_twice(world: World) -> None:
    number = place(world, ("10-109", 100), ("30-101", 40))
    assert contents(world, plan(world, number, {1: 60})) == {1: 60}
    with pytest.raises(Conflict) as caught:
        plan(world, number, {1: 41})
    assert (caught.value.code, caught.value.facts) == ("not_reserved", {"position": 1, "available": 40})
    assert contents(world, plan(world, number)) == {1: 40, 2: 40}
    with pytest.raises(Conflict) as caught:
        plan(world, number)
    assert caught.value.code == "nothing_to_ship"


def test_what_is_in_shipments_that_have_not_left_is_known_by_line(small: World) -> None:
    number = place(small, ("10-109", 100), ("30-101", 40))
    plan(small, number, {1: 60})
    cancel(small, plan(small, number, {2: 40}))
    with small.reading("desk@test") as work:
        order = queries.by_number(work, number)
        assert planning.planned(work, order) == {order.lines[0].id: 60}


def test_a_shipment_leaves_from_one_warehouse(world: World) -> None:
    north = second_warehouse(world, "20-104", 200)
    number = place(world, ("10-109", 100), ("20-104", 240))  # 20-104: 60 in MAIN, 200 in NORTH
    assert parts(world, number) == [(100, 0, 0, 0), (240, 0, 0, 0)]
    with pytest.raises(Conflict) as caught:
        plan(world, number, {1: 100, 2: 180})
    assert caught.value.code == "not_in_one_warehouse"
    with pytest.raises(Conflict) as caught:
        plan(world, number, {1: 1}, north)
    assert caught.value.code == "not_reserved"
    first, second = plan(world, number), plan(world, number)
    assert (contents(world, first), contents(world, second)) == ({2: 180}, {1: 100, 2: 60})
    for shipment in (first, second):
        pick(world, shipment)
        ship(world, shipment)
    assert parts(world, number) == [(0, 0, 100, 0), (0, 0, 240, 0)]
    assert broken(world.database) == []


@pytest.mark.parametrize(
    ("lines", "error", "code"),
    [
        ({}, Invalid, "no_lines"),
        ({3: 1}, Invalid, "unknown_line"),
        ({1: 0}, Invalid, "quantity_too_small"),
        ({1: 101}, Conflict, "not_reserved"),
    ],
)
def test_lines_that_make_no_sense_are_refused_and_nothing_is_planned(
    small: World, lines: dict[int, int], error: type[Refused], code: str
) -> None:
    number = place(small, ("10-109", 100), ("30-101", 40))
    before = fingerprint(small)
    with pytest.raises(error) as caught:
        plan(small, number, lines)
    assert caught.value.code == code
    assert (state_of(small, number), fingerprint(small)) == ("placed", before)


def test_an_order_on_hold_stays_in_the_house(world: World) -> None:
    number = place(world, ("10-109", 100))
    held_for(world, number, "overdue")
    with pytest.raises(Conflict) as caught:
        plan(world, number)
    assert caught.value.code == "on_hold"
    with world.reading("desk@test") as work:
        assert queries.by_number(work, number).shipments == []


def test_a_cancelled_order_is_not_planned(small: World) -> None:
    number = place(small, ("10-109", 100))
    with small.writing() as work:
        service.cancel_order(work, queries.by_number(work, number), "no need")
    with pytest.raises(Conflict) as caught:
        plan(small, number)
    assert caught.value.code == "order_closed"


# ---- shipping ------------------------------------------------------------------------------------------------------


def test_shipping_issues_the_stock_and_uses_the_allocations_up(world: World) -> None:
    number = place(world, ("10-109", 100), ("30-101", 40))
    shipment = plan(world, number)
    pick(world, shipment)
    ship(world, shipment)
    assert issued(world, shipment) == [("issue", -100), ("issue", -40)]
    assert (world.level("10-109"), world.level("30-101")) == ((400, 0), (360, 0))
    assert parts(world, number) == [(0, 0, 100, 0), (0, 0, 40, 0)]
    assert allocations(world, number) == [("consumed", 100), ("consumed", 40)]
    with world.reading() as work:
        found = shipments_queries.by_number(work, shipment)
        assert (found.state, found.carrier, found.tracking_number) == ("shipped", "Parcel Co", "PC1")
        assert (found.expected_date, work.clock.date_of(found.shipped_at)) == (SOON, date(2026, 6, 17))
    assert (state_of(world, number), said(world, number)) == ("in_fulfilment", "on its way")
    assert told(world, shipment) == ["shipment.shipped"]
    assert broken(world.database) == []


def test_a_part_is_shipped_and_the_rest_stays_reserved(world: World) -> None:
    number = place(world, ("10-109", 100))
    shipment = shipped(world, number, {1: 30})
    assert parts(world, number) == [(70, 0, 30, 0)]
    assert allocations(world, number) == [("consumed", 30), ("active", 70)]
    assert world.level("10-109") == (470, 70)
    assert said(world, number) == "part shipped"
    deliver(world, shipment)
    assert state_of(world, number) == "in_fulfilment"
    plan(world, number)
    assert said(world, number) == "part shipped, more is being picked"
    assert broken(world.database) == []


def test_an_order_is_completed_when_all_of_it_has_arrived(world: World) -> None:
    number = place(world, ("10-109", 100), ("30-101", 40))
    first, second = shipped(world, number, {1: 100}), shipped(world, number, {2: 40})
    deliver(world, first)
    assert (state_of(world, number), said(world, number)) == (
        "in_fulfilment",
        "part delivered, the rest is on its way",
    )
    deliver(world, second)
    assert (state_of(world, number), said(world, number)) == ("completed", "delivered")
    assert told(world, number) == ["order.placed", "order.completed"]
    assert told(world, first) == ["shipment.shipped", "shipment.delivered"]


def test_what_is_back_ordered_keeps_an_order_open_until_it_has_come(world: World) -> None:
    number = place(world, ("20-104", 80))
    deliver(world, shipped(world, number))
    assert (state_of(world, number), said(world, number)) == (
        "in_fulfilment",
        "part shipped, the rest is on back order",
    )
    arrive(world, "20-104", 20)
    deliver(world, shipped(world, number))
    assert (state_of(world, number), parts(world, number)) == ("completed", [(0, 0, 80, 0)])
    assert broken(world.database) == []


def test_only_what_is_picked_is_shipped(world: World) -> None:
    shipment = plan(world, place(world, ("10-109", 100)))
    before = fingerprint(world)
    with pytest.raises(Conflict) as caught:
        ship(world, shipment)
    assert caught.value.code == "illegal_transition"
    with pytest.raises(Conflict):
        deliver(world, shipment)
    with pytest.raises(Conflict):
        lose(world, shipment, "credit")
    assert fingerprint(world) == before


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"carrier": "  "}, "carrier_missing"),
        ({"carrier": "x" * 61}, "too_long"),
        ({"carrier": "Parcel Co", "tracking_number": "9" * 61}, "too_long"),
        ({"carrier": "Parcel Co", "expected_date": date(2026, 6, 16)}, "date_in_past"),
    ],
)
def test_shipping_facts_that_make_no_sense_are_refused(small: World, facts: dict[str, object], code: str) -> None:
    shipment = plan(small, place(small, ("10-109", 100)))
    pick(small, shipment)
    before = fingerprint(small)
    with small.writing("desk@test") as work, pytest.raises(Invalid) as caught:
        fulfilment.ship(work, shipments_queries.by_number(work, shipment), **facts)  # type: ignore[arg-type]
    assert (caught.value.code, fingerprint(small)) == (code, before)


def test_a_shipment_whose_goods_are_no_longer_reserved_stays(world: World) -> None:
    number = place(world, ("10-109", 100))
    shipment = plan(world, number)
    pick(world, shipment)
    with world.writing("desk@test") as work:  # somebody takes 30 away from under it
        line = queries.by_number(work, number).lines[0]
        levels = fulfilment.lock_order(work, line.order)[line.product_id]
        service.release(work, line, 30, levels)
        line.reserved, line.back_ordered = 70, 30
    before = fingerprint(world)
    with pytest.raises(Conflict) as caught:
        ship(world, shipment)
    assert (caught.value.code, caught.value.facts) == ("not_reserved", {"position": 1, "available": 70})
    assert fingerprint(world) == before
    cancel(world, shipment)
    assert contents(world, plan(world, number)) == {1: 70}


def test_each_shipment_is_invoiced_as_it_leaves(world: World) -> None:
    number = place(world, ("10-109", 100), ("30-101", 40))
    first, second = shipped(world, number, {1: 40}), shipped(world, number)
    assert billed(world, number) == ({first: Decimal("4.00"), second: Decimal("8.00")}, [])
    with world.reading() as work:
        assert [line.invoiced for line in queries.by_number(work, number).lines] == [100, 40]


# ---- lost ----------------------------------------------------------------------------------------------------------


def test_what_was_lost_is_sent_again_from_stock(world: World) -> None:
    number = place(world, ("10-109", 100), ("30-101", 40))
    shipment = shipped(world, number)
    lose(world, shipment, "replace")
    assert parts(world, number) == [(100, 0, 0, 0), (40, 0, 0, 0)]
    assert issued(world, shipment) == [("issue", -100), ("issue", -40)]
    assert world.level("10-109") == (400, 100)
    assert (state_of(world, number), said(world, number)) == ("placed", "lost on its way, sent again")
    replacement = plan(world, number)
    assert said(world, number) == "lost on its way, the replacement is being picked"
    pick(world, replacement)
    ship(world, replacement)
    assert said(world, number) == "on its way"
    deliver(world, replacement)
    assert (state_of(world, number), said(world, number)) == ("completed", "delivered")
    assert world.level("10-109") == (300, 0)
    assert told(world, shipment) == ["shipment.shipped", "shipment.lost"]
    assert broken(world.database) == []


def test_a_replacement_comes_to_the_same_as_what_was_lost(world: World) -> None:
    with world.database.write() as session:
        session.get_one(Company, 1).delivery_charge = Decimal(5)
    number = place(world, ("10-109", 100), ("30-101", 40))
    shipment = shipped(world, number)
    assert billed(world, number) == ({shipment: Decimal("17.00")}, [])
    lose(world, shipment, "replace")
    assert billed(world, number) == ({shipment: Decimal("17.00")}, [Decimal("17.00")])
    replacement = shipped(world, number)
    assert billed(world, number) == ({shipment: Decimal("17.00"), replacement: Decimal("17.00")}, [Decimal("17.00")])


def test_what_was_lost_and_is_not_there_is_back_ordered_with_a_date(world: World) -> None:
    number = place(world, ("10-109", 480))
    lose(world, shipped(world, number), "replace")
    assert parts(world, number) == [(20, 460, 0, 0)]
    with world.reading() as work:
        line = queries.by_number(work, number).lines[0]
        assert (line.invoiced, line.promised_date) == (0, date(2026, 7, 2))  # 460 are more than the 100 on their way
    assert broken(world.database) == []


def test_a_part_that_was_lost_is_wanted_again_and_the_rest_stays_shipped(world: World) -> None:
    number = place(world, ("10-109", 100))
    first, second = shipped(world, number, {1: 30}), shipped(world, number, {1: 70})
    lose(world, first, "replace")
    assert parts(world, number) == [(30, 0, 70, 0)]
    deliver(world, second)
    assert (state_of(world, number), said(world, number)) == ("in_fulfilment", "part shipped")
    with world.reading() as work:
        assert queries.by_number(work, number).lines[0].invoiced == 70


def test_what_was_lost_and_is_credited_completes_the_order(world: World) -> None:
    number = place(world, ("10-109", 100), ("30-101", 40))
    first, second = shipped(world, number, {1: 100}), shipped(world, number, {2: 40})
    lose(world, first, "credit")
    assert billed(world, number) == ({first: Decimal("10.00"), second: Decimal("2.00")}, [Decimal("10.00")])
    assert (state_of(world, number), parts(world, number)) == ("in_fulfilment", [(0, 0, 100, 0), (0, 0, 40, 0)])
    deliver(world, second)
    assert state_of(world, number) == "completed"
    assert said(world, number) == "delivered, apart from what was lost and credited"
    assert told(world, number) == ["order.placed", "order.completed"]


def test_a_lost_shipment_may_turn_up(world: World) -> None:
    number = place(world, ("10-109", 100))
    shipment = shipped(world, number)
    lose(world, shipment, "credit")
    assert (state_of(world, number), said(world, number)) == ("completed", "lost and credited")
    deliver(world, shipment)
    assert (state_of(world, number), said(world, number)) == ("completed", "delivered")
    assert told(world, number) == ["order.placed", "order.completed"]


def test_a_shipment_of_a_completed_order_is_not_sent_again(small: World) -> None:
    number = place(small, ("10-109", 100))
    shipment = shipped(small, number)
    with small.database.write() as session:
        session.scalars(select(Shipment)).one().order.state = "completed"
    before = fingerprint(small)
    with pytest.raises(Conflict) as caught:
        lose(small, shipment, "replace")
    assert (caught.value.code, fingerprint(small)) == ("order_closed", before)


def test_what_has_come_back_is_not_sent_again(small: World) -> None:
    number = place(small, ("10-109", 100))
    shipment = shipped(small, number)
    with small.writing("desk@test") as work:
        queries.by_number(work, number).lines[0].returned = 1
    before = fingerprint(small)
    with pytest.raises(Conflict) as caught:
        lose(small, shipment, "replace")
    assert (caught.value.code, fingerprint(small)) == ("returned_already", before)


# ---- giving up -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("picked", [False, True])
def test_giving_up_the_only_shipment_makes_the_order_placed_again(world: World, picked: bool) -> None:
    number = place(world, ("10-109", 100))
    shipment = plan(world, number)
    if picked:
        pick(world, shipment)
    cancel(world, shipment)
    assert (state_of(world, number), said(world, number)) == ("placed", "placed")
    assert (parts(world, number), world.level("10-109")) == ([(100, 0, 0, 0)], (500, 100))
    assert contents(world, plan(world, number)) == {1: 100}


def test_giving_up_one_of_several_leaves_the_order_in_fulfilment(world: World) -> None:
    number = place(world, ("10-109", 100))
    first, second = plan(world, number, {1: 40}), plan(world, number, {1: 60})
    cancel(world, first)
    assert state_of(world, number) == "in_fulfilment"
    pick(world, second)
    ship(world, second)
    third = plan(world, number)
    cancel(world, third)
    assert state_of(world, number) == "in_fulfilment"


def test_what_has_left_is_not_given_up(small: World) -> None:
    shipment = shipped(small, place(small, ("10-109", 100)))
    with pytest.raises(Conflict) as caught:
        cancel(small, shipment)
    assert caught.value.code == "illegal_transition"


# ---- who, and what is kept -----------------------------------------------------------------------------------------

ACTIONS: dict[str, Callable[[Work, Shipment], object]] = {
    "plan": lambda work, shipment: fulfilment.plan_shipment(work, shipment.order),
    "pick": fulfilment.pick,
    "ship": lambda work, shipment: fulfilment.ship(work, shipment, carrier="Parcel Co"),
    "deliver": fulfilment.deliver,
    "lose": lambda work, shipment: fulfilment.lose(work, shipment, "replace"),
    "cancel": fulfilment.cancel_shipment,
}


@pytest.mark.parametrize("name", sorted(ACTIONS))
@pytest.mark.parametrize("email", ["customer@test", "other@test", "rep@test", "buyer@test"])
def test_only_the_order_desk_and_managers_handle_shipments(small: World, name: str, email: str) -> None:
    plan(small, place(small, ("10-109", 100)), {1: 60})
    before = fingerprint(small)
    with small.writing(email) as work, pytest.raises(NotAllowed):
        ACTIONS[name](work, work.session.scalars(select(Shipment)).one())
    assert fingerprint(small) == before


def test_a_manager_handles_shipments(small: World) -> None:
    person(small, "manager@test", "manager", customer=None)
    plan(small, place(small, ("10-109", 100)))
    for name in ("pick", "ship", "deliver"):
        with small.writing("manager@test") as work:
            ACTIONS[name](work, work.session.scalars(select(Shipment)).one())
    with small.reading("desk@test") as work:
        assert work.session.scalars(select(Shipment)).one().state == "delivered"


def test_every_step_is_on_record_and_counts_as_a_version(world: World) -> None:
    number = place(world, ("10-109", 100))
    shipment = shipped(world, number)
    deliver(world, shipment)
    with world.reading("desk@test") as work:
        found = shipments_queries.by_number(work, shipment)
        assert (found.version, found.order.version) == (4, 5)
        kinds = work.session.scalars(
            select(AuditEvent.kind).where(AuditEvent.subject_key == shipment).order_by(AuditEvent.id)
        ).all()
        assert kinds == ["shipment.planned", "shipment.picked", "shipment.shipped", "shipment.delivered"]
        event = work.session.scalars(select(OutboxEvent).where(OutboxEvent.kind == "shipment.shipped")).one()
        assert event.customer_id == found.order.customer_id
        assert event.payload == {
            "number": shipment,
            "order": number,
            "expected_date": "2026-06-18",
            "lines": [["10-109", 100]],
            "carrier": "Parcel Co",
            "tracking_number": "PC1",
        }


# ---- at once -------------------------------------------------------------------------------------------------------


def test_the_same_shipment_is_shipped_once(world: World) -> None:
    number = place(world, ("10-109", 100))
    shipment = plan(world, number)
    pick(world, shipment)
    assert at_once(*[partial(ship, world, shipment) for _ in range(4)]) == []
    assert (world.level("10-109"), issued(world, shipment)) == ((400, 0), [("issue", -100)])
    assert told(world, shipment) == ["shipment.shipped"]
    assert broken(world.database) == []


def test_what_is_reserved_is_planned_once(world: World) -> None:
    number = place(world, ("10-109", 100), ("30-101", 40))
    assert at_once(*[partial(plan, world, number) for _ in range(4)]) == []
    with world.reading("desk@test") as work:
        assert len(queries.by_number(work, number).shipments) == 1


def test_shipping_losing_cancelling_and_filling_at_once_break_no_rule(world: World) -> None:
    with world.database.write() as session:  # so that placing an order locks its customer
        session.scalars(select(Customer).where(Customer.code == "C1")).one().credit_limit = Decimal(1_000_000)
    numbers = [place(world, ("10-109", 30), ("20-104", 20)) for _ in range(6)]
    numbers += [place(world, ("20-104", 20), ("10-109", 30), email="other@test", code="C2") for _ in range(6)]
    picked = [plan(world, number, {1: 10}) for number in numbers[:8] if parts(world, number)[0][0]]
    for shipment in picked:
        pick(world, shipment)

    def cancel_order(number: str) -> None:
        with world.writing("desk@test") as work:
            service.cancel_order(work, queries.by_number(work, number), "no need")

    failures = at_once(
        again_and_again([partial(ship, world, shipment) for shipment in picked]),
        again_and_again([partial(cancel, world, shipment) for shipment in reversed(picked)]),
        again_and_again([partial(lose, world, shipment, "replace") for shipment in picked * 2]),
        again_and_again([partial(cancel_order, number) for number in reversed(numbers)]),
        again_and_again([partial(arrive, world, sku, 7) for sku in ["20-104", "10-109"] * 4]),
        again_and_again([partial(place, world, ("10-109", 5), ("20-104", 20)) for _ in range(4)]),
    )
    assert failures == []
    assert broken(world.database) == []
