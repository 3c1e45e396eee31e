"""Purchase orders up to the supplier: sent, and called off."""

from __future__ import annotations

from datetime import date

import pytest

from backend.errors import Conflict, Invalid, NotAllowed
from backend.sales import queries
from tests.backend.purchasing.buying import Buying
from tests.backend.world import World


@pytest.fixture
def buying(world: World) -> Buying:
    return Buying(world)


@pytest.fixture
def few(small: World) -> Buying:
    return Buying(small)


def test_an_approved_purchase_order_is_sent(buying: Buying) -> None:
    buying.order("PO-2", ("30-101", 10), state="approved")
    order = buying.send("PO-2")
    assert (order.state, order.version, order.expected_date) == ("sent", 2, date(2026, 7, 1))
    (event,) = buying.audit("purchase_order", "PO-2")
    assert (event.kind, event.before, event.after["state"]) == ("purchase_order.sent", {"state": "approved"}, "sent")
    ((key, payload),) = buying.events("purchase_order.sent")
    assert (key, payload["supplier"], payload["expected_date"]) == ("PO-2", "S1", "2026-07-01")


def test_the_date_that_was_agreed_stays(few: Buying) -> None:
    few.order("PO-2", ("30-101", 10), state="approved", expected=date(2026, 6, 20))
    assert few.send("PO-2").expected_date == date(2026, 6, 20)


@pytest.mark.parametrize("state", ["proposed", "sent", "part_received", "received", "cancelled"])
def test_only_what_is_approved_is_sent(few: Buying, state: str) -> None:
    few.order("PO-2", ("30-101", 10), state=state)
    with pytest.raises(Conflict) as caught:
        few.send("PO-2")
    assert (caught.value.code, few.now("PO-2").state, few.now("PO-2").version) == ("illegal_transition", state, 1)
    assert few.events("purchase_order.sent") == []


def test_a_purchase_order_is_cancelled_with_a_reason(buying: Buying) -> None:
    order = buying.cancel("PO-1", "  out of   business ")
    assert (order.state, order.version) == ("cancelled", 2)
    (event,) = buying.audit("purchase_order", "PO-1")
    assert event.after == {"state": "cancelled", "reason": "out of business"}
    assert buying.events("purchase_order.cancelled") == [
        ("PO-1", {"number": "PO-1", "supplier": "S1", "reason": "out of business"})
    ]
    with pytest.raises(Conflict):
        buying.cancel("PO-1")


def test_who_waited_for_it_is_promised_another_date_and_told(buying: Buying) -> None:
    waiting, served = buying.place(("10-109", 560)), buying.place(("30-101", 10))
    assert buying.line(waiting).promised_date == date(2026, 6, 25)
    buying.cancel("PO-1")
    assert buying.line(waiting).promised_date == date(2026, 7, 2)
    ((key, payload),) = buying.events("order.changed")
    assert (key, payload["change"], payload["lines"][0]["promised_date"]) == (waiting, "repromised", "2026-07-02")
    with buying.world.reading("desk@test") as work:
        assert [queries.by_number(work, number).version for number in (waiting, served)] == [2, 1]


@pytest.mark.parametrize("state", ["part_received", "received", "cancelled"])
def test_what_has_come_in_is_not_cancelled(few: Buying, state: str) -> None:
    few.order("PO-2", ("30-101", 10), state=state)
    with pytest.raises(Conflict) as caught:
        few.cancel("PO-2")
    assert (caught.value.code, few.now("PO-2").state) == ("illegal_transition", state)


def test_cancelling_needs_a_reason(few: Buying) -> None:
    with pytest.raises(Invalid) as caught:
        few.cancel("PO-1", "  ")
    assert (caught.value.code, few.now("PO-1").state) == ("reason_missing", "sent")


def test_the_desk_neither_sends_nor_cancels(small: World) -> None:
    desk = Buying(small, "desk@test")
    desk.order("PO-2", ("30-101", 10), state="approved")
    with pytest.raises(NotAllowed):
        desk.send("PO-2")
    with pytest.raises(NotAllowed):
        desk.cancel("PO-2")
    assert desk.now("PO-2").state == "approved"
