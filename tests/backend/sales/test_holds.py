"""Holding orders and letting them go: who may, what becomes of the stock, and who has something to release."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial

import pytest
from sqlalchemy import select, text

from backend.company.tables import AuditEvent
from backend.database import Database, now
from backend.errors import Conflict, Invalid, NotAllowed, NotFound
from backend.locks import lock_customer
from backend.migrations import migrate
from backend.sales import holds, queries, service
from backend.sales.jobs import expire_reservations
from backend.sales.progress import said_state
from backend.sales.tables import Order, OrderLine
from backend.stock.tables import Reservation
from backend.work import Work
from tests.backend.shipping.handling import (
    SOON,
    again_and_again,
    allocations,
    arrive,
    at_once,
    fingerprint,
    held_for,
    parts,
    person,
    place,
    plan,
    state_of,
    told,
)
from tests.backend.world import World, build
from tests.soak.invariants import broken


@contextmanager
def order_as(world: World, email: str, number: str) -> Iterator[tuple[Work, Order]]:
    """A unit of work as somebody, and the order, whether they may see it or not."""
    with world.writing(email) as work:
        yield work, work.session.scalars(select(Order).where(Order.number == number)).one()


def hold(world: World, number: str, detail: str = "the address is unclear", email: str = "desk@test") -> None:
    with order_as(world, email, number) as (work, order):
        holds.hold(work, order, detail)


def release(world: World, number: str, email: str, reason: str | None = None) -> None:
    with order_as(world, email, number) as (work, order):
        holds.release(work, order, reason)


def said(world: World, number: str) -> str:
    with world.reading("desk@test") as work:
        return said_state(queries.by_number(work, number))


def manager(world: World) -> str:
    return person(world, "manager@test", "manager", customer=None)


def wait_out(world: World) -> None:
    """All that may expire is due."""
    with world.database.write() as session:
        for held in session.scalars(select(Reservation).where(Reservation.expires_at.is_not(None))):
            held.expires_at = now() - timedelta(seconds=1)


def standing(world: World, number: str) -> list[str]:
    with world.reading("desk@test") as work:
        return [one.reason for one in holds.standing(queries.by_number(work, number))]


# ---- holding -------------------------------------------------------------------------------------------------------


def test_the_desk_holds_an_order_and_its_stock_stays_reserved_for_the_hold_days(world: World) -> None:
    number = place(world, ("10-109", 100))
    before = now()
    hold(world, number)
    assert (state_of(world, number), said(world, number)) == ("on_hold", "on hold")
    assert (parts(world, number), world.level("10-109")) == ([(100, 0, 0, 0)], (500, 100))
    with world.reading("desk@test") as work:
        order = queries.by_number(work, number)
        assert [(one.reason, one.detail) for one in order.holds] == [("manual", "the address is unclear")]
        assert order.version == 2
        expires = work.session.scalars(select(Reservation.expires_at)).one()
        assert timedelta(days=5) <= expires - before < timedelta(days=5, minutes=5)
    assert told(world, number) == ["order.placed", "order.held"]


def test_an_order_is_held_by_hand_once_on_top_of_what_else_holds_it(small: World) -> None:
    number = place(small, ("10-109", 100))
    held_for(small, number, "overdue")
    hold(small, number)
    assert standing(small, number) == ["overdue", "manual"]
    with pytest.raises(Conflict) as caught:
        hold(small, number)
    assert (caught.value.code, standing(small, number)) == ("already_held", ["overdue", "manual"])


def test_an_order_that_is_being_picked_is_not_held(world: World) -> None:
    number = place(world, ("10-109", 100))
    plan(world, number)
    before = fingerprint(world)
    with pytest.raises(Conflict) as caught:
        hold(world, number)
    assert caught.value.code == "illegal_transition"
    assert fingerprint(world) == before


@pytest.mark.parametrize("detail", ["", "   ", "x" * 301])
def test_a_hold_says_why(small: World, detail: str) -> None:
    number = place(small, ("10-109", 100))
    with pytest.raises(Invalid) as caught:
        hold(small, number, detail)
    assert (caught.value.code, state_of(small, number)) == ("detail_missing", "placed")


@pytest.mark.parametrize("email", ["customer@test", "other@test", "rep@test", "buyer@test"])
def test_only_the_desk_and_managers_hold_orders(small: World, email: str) -> None:
    number = place(small, ("10-109", 100))
    before = fingerprint(small)
    with pytest.raises(NotAllowed):
        hold(small, number, email=email)
    assert (fingerprint(small), state_of(small, number)) == (before, "placed")


# ---- releasing -----------------------------------------------------------------------------------------------------


def test_a_manager_releases_and_the_order_goes_on(world: World) -> None:
    number = place(world, ("10-109", 100))
    hold(world, number)
    release(world, number, manager(world))
    assert (state_of(world, number), said(world, number)) == ("placed", "placed")
    with world.reading("desk@test") as work:
        order = queries.by_number(work, number)
        assert (order.version, order.lines[0].promised_date) == (3, SOON)
        assert order.holds[0].released_by_id == world.principal("manager@test").user_id
        assert work.session.scalars(select(Reservation.expires_at)).all() == [None]
        event = work.session.scalars(select(AuditEvent).where(AuditEvent.kind == "order.released")).one()
        assert event.after == {"state": "placed", "released": ["manual"], "held": []}
    assert told(world, number) == ["order.placed", "order.held", "order.released"]
    plan(world, number)


@pytest.mark.parametrize("reason", ["credit_limit", "overdue", "discount", "manual"])
def test_our_holds_are_released_by_managers_alone(small: World, reason: str) -> None:
    number = place(small, ("10-109", 100))
    held_for(small, number, reason)
    before = fingerprint(small)
    for email in ("desk@test", "rep@test", "customer@test", person(small, "boss@test")):
        with pytest.raises(NotAllowed):
            release(small, number, email)
        with pytest.raises(NotAllowed):
            release(small, number, email, reason)
    assert (fingerprint(small), state_of(small, number)) == (before, "on_hold")
    release(small, number, manager(small), reason)
    assert state_of(small, number) == "placed"


def test_an_order_goes_on_when_the_last_hold_is_released(world: World) -> None:
    number = place(world, ("10-109", 100))
    held_for(world, number, "credit_limit", "overdue")
    boss = manager(world)
    release(world, number, boss, "overdue")
    assert (state_of(world, number), standing(world, number)) == ("on_hold", ["credit_limit"])
    assert told(world, number) == ["order.placed"]
    release(world, number, boss)
    assert (state_of(world, number), standing(world, number)) == ("placed", [])
    assert told(world, number) == ["order.placed", "order.released"]


def test_what_does_not_hold_it_is_not_released(small: World) -> None:
    number = place(small, ("10-109", 100))
    boss = manager(small)
    with pytest.raises(Conflict) as caught:
        release(small, number, boss)
    assert caught.value.code == "not_on_hold"
    held_for(small, number, "overdue")
    with pytest.raises(Conflict) as caught:
        release(small, number, boss, "discount")
    assert (caught.value.code, state_of(small, number)) == ("not_on_hold", "on_hold")


def test_an_order_that_was_taken_over_as_held_without_a_reason_is_released_by_a_manager(small: World) -> None:
    number = place(small, ("10-109", 100))
    held_for(small, number)
    with pytest.raises(NotAllowed):
        release(small, number, person(small, "boss@test"))
    release(small, number, manager(small))
    assert state_of(small, number) == "placed"


# ---- a buyer's own limit -------------------------------------------------------------------------------------------


@pytest.fixture
def company(small: World) -> World:
    """C1 with a junior, whose approver is named, and others who may order more or less."""
    person(small, "named@test", limit=1)
    person(small, "junior@test", limit=5, approver="named@test")
    person(small, "enough@test", limit=10)
    person(small, "little@test", limit=9)
    manager(small)
    return small


def above_limit(world: World, email: str = "junior@test") -> str:
    """An order over 10.00 whose buyer may order less alone."""
    return place(world, ("10-109", 100), email=email)


@pytest.mark.parametrize("email", ["named@test", "enough@test", "customer@test"])
def test_what_is_above_a_buyers_limit_is_released_by_an_approver(company: World, email: str) -> None:
    number = above_limit(company)
    assert said(company, number) == "waiting for approval: it is above the buyer's own limit"
    release(company, number, email)
    assert state_of(company, number) == "placed"


@pytest.mark.parametrize("email", ["junior@test", "little@test", "manager@test", "desk@test", "rep@test"])
def test_and_by_nobody_else(company: World, email: str) -> None:
    number = above_limit(company)
    before = fingerprint(company)
    with pytest.raises(NotAllowed):
        release(company, number, email)
    assert (state_of(company, number), fingerprint(company)) == ("on_hold", before)


def test_another_companys_people_do_not_even_find_it(company: World) -> None:
    number = above_limit(company)
    with pytest.raises(NotFound) as caught:
        release(company, number, "other@test")
    assert (caught.value.code, state_of(company, number)) == ("unknown_order", "on_hold")
    with pytest.raises(NotFound):
        release(company, number, "buyer@test")


def test_an_approver_releases_no_hold_of_ours(company: World) -> None:
    number = above_limit(company)
    with company.writing("desk@test") as work:
        holds.hold(work, queries.by_number(work, number), "the address is unclear")
    release(company, number, "named@test")
    assert (state_of(company, number), standing(company, number)) == ("on_hold", ["manual"])
    release(company, number, "manager@test")
    assert state_of(company, number) == "placed"


def test_who_has_something_to_release_sees_it(company: World) -> None:
    waits = above_limit(company)
    ours = place(company, ("10-109", 10))
    held_for(company, ours, "overdue")
    other = place(company, ("10-109", 10), email="other@test", code="C2")
    held_for(company, other, "manual")
    seen = {}
    for email in ("manager@test", "named@test", "enough@test", "customer@test", "little@test", "junior@test"):
        with company.reading(email) as work:
            seen[email] = [order.number for order in holds.held(work)]
    assert seen == {
        "manager@test": [waits, ours, other],
        "named@test": [waits],
        "enough@test": [waits],
        "customer@test": [waits],
        "little@test": [],
        "junior@test": [],
    }
    for email in ("other@test", "buyer@test"):
        with company.reading(email) as work:
            assert holds.held(work) == []
    with company.reading("named@test") as work:
        assert holds.may_release(work, queries.by_number(work, waits))
        assert not holds.may_release(work, queries.by_number(work, ours))


# ---- what has expired ----------------------------------------------------------------------------------------------


def test_stock_of_a_held_order_goes_back_in_time_and_to_who_waits_for_it(world: World) -> None:
    held = place(world, ("10-109", 400), ("30-101", 40))
    waits = place(world, ("10-109", 300))
    hold(world, held)
    assert expire_reservations(world.database) == 0
    wait_out(world)
    assert expire_reservations(world.database) == 2
    assert allocations(world, held) == [("expired", 400), ("expired", 40)]
    assert (parts(world, held), parts(world, waits)) == ([(0, 400, 0, 0), (0, 40, 0, 0)], [(300, 0, 0, 0)])
    assert (world.level("10-109"), world.level("30-101")) == ((500, 300), (400, 0))
    with world.reading("desk@test") as work:
        order = queries.by_number(work, held)
        # 400 are more than the 200 left and the 100 on their way: ten working days of lead time, one to handle them
        assert [line.promised_date for line in order.lines] == [date(2026, 7, 2), SOON]
        assert queries.by_number(work, waits).lines[0].promised_date == SOON
    assert told(world, held) == ["order.placed", "order.held", "order.changed"]
    assert expire_reservations(world.database) == 0
    assert broken(world.database) == []


def test_a_released_order_gets_again_what_is_still_there(world: World) -> None:
    number = place(world, ("10-109", 400), ("30-101", 40))
    hold(world, number)
    wait_out(world)
    expire_reservations(world.database)
    place(world, ("10-109", 200))
    release(world, number, manager(world))
    assert parts(world, number) == [(300, 100, 0, 0), (40, 0, 0, 0)]
    with world.reading("desk@test") as work:
        lines = queries.by_number(work, number).lines
        assert [line.promised_date for line in lines] == [date(2026, 6, 25), SOON]
        left = select(Reservation.expires_at).join(OrderLine, OrderLine.id == Reservation.order_line_id)
        query = left.where(OrderLine.order_id == lines[0].order_id, Reservation.state == "active")
        assert work.session.scalars(query).all() == [None, None]
    assert broken(world.database) == []


def test_holding_releasing_expiring_and_filling_at_once_break_no_rule(world: World) -> None:
    boss = manager(world)
    numbers = [place(world, ("10-109", 60), ("20-104", 20)) for _ in range(8)]
    numbers += [place(world, ("20-104", 20), ("10-109", 60), email="other@test", code="C2") for _ in range(4)]
    for number in numbers[::2]:
        hold(world, number)
    wait_out(world)

    def cancel(number: str) -> None:
        with world.writing("desk@test") as work:
            service.cancel_order(work, queries.by_number(work, number), "no need")

    failures = at_once(
        again_and_again([partial(release, world, number, boss) for number in numbers]),
        again_and_again([partial(hold, world, number) for number in reversed(numbers)]),
        again_and_again([partial(expire_reservations, world.database), partial(wait_out, world)] * 3),
        again_and_again([partial(arrive, world, sku, 15) for sku in ["20-104", "10-109"] * 3]),
        again_and_again([partial(cancel, number) for number in numbers[1::3]]),
    )
    assert failures == []
    assert broken(world.database) == []


@pytest.mark.postgres
def test_who_only_tells_of_a_locked_customer_does_not_wait_for_it(postgres_url: str) -> None:
    database = Database(postgres_url)
    migrate(database)
    world = build(database)
    number = place(world, ("10-109", 100))
    with world.writing() as placing:  # has the customer, and would want the stock next
        lock_customer(placing.session, placing.principal.customer_id or 0)
        with order_as(world, "desk@test", number) as (work, order):  # has the stock, and tells the customer
            work.session.execute(text("SET LOCAL lock_timeout = '5s'"))
            holds.hold(work, order, "the address is unclear")
    assert state_of(world, number) == "on_hold"
    database.close()
