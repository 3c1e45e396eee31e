"""Cancelling: a whole order, single lines, and what is still open of one that has left in part."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from sqlalchemy import select

from backend.company.tables import AuditEvent, Company
from backend.errors import Conflict, Invalid, NotAllowed, Refused
from backend.sales import cancelling, queries
from tests.backend.shipping.handling import (
    allocations,
    at_once,
    deliver,
    fingerprint,
    parts,
    place,
    plan,
    second_warehouse,
    shipped,
    state_of,
    told,
)
from tests.backend.world import World
from tests.soak.invariants import broken


def cancel(world: World, number: str, *positions: int, reason: str = "too late", email: str = "customer@test") -> None:
    with world.writing(email) as work:
        cancelling.cancel(work, queries.by_number(work, number), reason, positions or None)


def cancel_rest(world: World, number: str) -> None:
    with world.writing() as work:
        cancelling.cancel_rest(work, queries.by_number(work, number), "too late")


def refused(world: World, error: type[Refused], code: str, act: Callable[[], None]) -> Refused:
    """That something is refused with a code, and nothing has changed."""
    before = fingerprint(world)
    with pytest.raises(error) as caught:
        act()
    assert (caught.value.code, fingerprint(world)) == (code, before)
    return caught.value


def total(world: World, number: str) -> Decimal:
    with world.reading() as work:
        return queries.by_number(work, number).total


def test_a_whole_order_gives_its_stock_to_who_waits(world: World) -> None:
    number = place(world, ("10-109", 480))
    waiting = place(world, ("10-109", 30), email="other@test", code="C2")
    cancel(world, number, reason="ordered twice")
    assert (state_of(world, number), parts(world, waiting)) == ("cancelled", [(30, 0, 0, 0)])
    with world.reading() as work:
        assert queries.by_number(work, number).cancel_reason == "ordered twice"
    assert broken(world.database) == []
    refused(world, Conflict, "order_cancelled", lambda: cancel(world, number))


def test_a_cancelled_line_is_taken_off_and_the_others_keep_their_prices(world: World) -> None:
    number = place(world, ("10-109", 560), ("30-101", 10))
    waiting = place(world, ("10-109", 20), email="other@test", code="C2")
    cancel(world, number, 1)
    assert parts(world, number) == [(0, 0, 0, 560), (10, 0, 0, 0)]
    assert (total(world, number), state_of(world, number)) == (Decimal("0.50"), "placed")
    assert parts(world, waiting) == [(20, 0, 0, 0)]
    with world.reading("desk@test") as work:
        event = work.session.scalars(select(AuditEvent).where(AuditEvent.kind == "order.changed")).one()
        assert (event.subject_key, event.after["reason"], event.after["lines"]) == (
            number, "too late", [["30-101", 10, "0.05"]],
        )  # fmt: skip
    refused(world, Conflict, "line_cancelled", lambda: cancel(world, number, 1))
    assert broken(world.database) == []


def test_the_last_line_is_the_order(world: World) -> None:
    number = place(world, ("10-109", 10), ("30-101", 10))
    cancel(world, number, 2)
    cancel(world, number, 1, reason="all of it")
    assert state_of(world, number) == "cancelled"
    assert told(world, number) == ["order.placed", "order.changed", "order.cancelled"]
    assert world.level("10-109") == (500, 0)


def test_the_rest_of_what_was_sent_in_part(world: World) -> None:
    number = place(world, ("10-109", 560), ("30-101", 10))
    shipment = shipped(world, number, {1: 300})
    refused(world, Conflict, "shipped", lambda: cancel(world, number))
    cancel_rest(world, number)
    assert parts(world, number) == [(0, 0, 300, 260), (0, 0, 0, 10)]
    assert total(world, number) == Decimal("27.00")  # 300 at the price of 560, as it was agreed and invoiced
    assert state_of(world, number) == "in_fulfilment"
    refused(world, Conflict, "nothing_open", lambda: cancel_rest(world, number))
    deliver(world, shipment)
    assert state_of(world, number) == "completed"
    assert broken(world.database) == []


def test_the_rest_of_what_was_delivered_completes_the_order(world: World) -> None:
    number = place(world, ("10-109", 560))
    deliver(world, shipped(world, number, {1: 500}))
    cancel_rest(world, number)
    assert (state_of(world, number), parts(world, number)) == ("completed", [(0, 0, 500, 60)])
    assert told(world, number)[-2:] == ["order.changed", "order.completed"]


def test_what_is_being_picked_stays_in_its_warehouse(world: World) -> None:
    second_warehouse(world, "10-109", 100)
    number = place(world, ("10-109", 600))  # 500 here and 100 there
    plan(world, number, {1: 100}, "NORTH")
    cancel(world, number, 1)
    assert parts(world, number) == [(100, 0, 0, 500)]
    assert [one for one in allocations(world, number) if one[0] == "active"] == [("active", 100)]
    assert broken(world.database) == []
    error = refused(world, Conflict, "line_not_open", lambda: cancel(world, number, 1))
    assert "return it once it is delivered" in error.sentence


def test_a_delivery_charge_comes_back_when_little_is_left_but_not_once_a_part_has_left(small: World) -> None:
    with small.database.write() as session:
        row = session.get_one(Company, 1)
        row.delivery_charge, row.free_delivery_from = Decimal(5), Decimal(20)
    number = place(small, ("10-109", 200), ("30-101", 100))
    cancel(small, number, 2)
    assert total(small, number) == Decimal("23.00")
    sent = place(small, ("10-109", 200), ("30-101", 100))
    shipped(small, sent, {1: 200})
    cancel(small, sent, 2)
    assert total(small, sent) == Decimal("18.00")


@pytest.mark.parametrize(
    ("positions", "reason", "code"),
    [([1], "  ", "reason_missing"), ([], "late", "no_lines"), ([1, 7], "late", "unknown_line")],
)
def test_what_makes_no_sense_is_refused(small: World, positions: list[int], reason: str, code: str) -> None:
    number = place(small, ("10-109", 10), ("30-101", 10))

    def act() -> None:
        with small.writing() as work:
            cancelling.cancel_lines(work, queries.by_number(work, number), positions, reason)

    refused(small, Invalid, code, act)


def test_nobody_cancels_another_companys_order(small: World) -> None:
    number = place(small, ("10-109", 10), ("30-101", 10))
    for positions in ((), (1,)):
        with small.writing("buyer@test") as work, small.reading("desk@test") as desk, pytest.raises(NotAllowed):
            cancelling.cancel(work, queries.by_number(desk, number), "mine now", positions or None)
    assert parts(small, number) == [(10, 0, 0, 0), (10, 0, 0, 0)]


def test_cancelled_twice_at_once_frees_the_stock_once(world: World) -> None:
    number = place(world, ("10-109", 100), ("30-101", 10))
    jobs = [lambda: cancel(world, number, 1), lambda: cancel(world, number, 1), lambda: cancel(world, number)]
    assert at_once(*jobs) == []
    assert world.level("10-109") == (500, 0)
    assert broken(world.database) == []
