"""Who may change an order in which state, and that only what was shown is done."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from backend.catalogue.queries import by_sku
from backend.company.tables import AuditEvent
from backend.customers.queries import by_code
from backend.customers.tables import Address
from backend.errors import Conflict, NotAllowed, NotFound, Stale
from backend.quotes.tables import Quote
from backend.sales import changing, queries, service
from backend.sales.changes import Changes
from backend.sales.service import Wish
from backend.sales.tables import Order
from tests.backend.sales.changes import address, change, changed, customer, lines, read, refused
from tests.backend.shipping.handling import (
    again_and_again,
    at_once,
    fingerprint,
    parts,
    pick,
    place,
    plan,
    shipped,
    state_of,
)
from tests.backend.world import World
from tests.soak.invariants import broken


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
    with small.reading("desk@test") as work:  # 7 instead of 10: more of that is for a manager to agree to
        (hold,) = queries.by_number(work, number).holds
        assert hold.detail == "30.0% discount; the limit of the customer is 0%"
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
