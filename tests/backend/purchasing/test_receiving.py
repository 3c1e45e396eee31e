"""Goods come in: whole or in parts, into the ledger, then to those who wait; twice at once, but never doubled."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date

import pytest

from backend.errors import Conflict, Invalid, NotFound, Refused
from tests.backend.purchasing.buying import Buying
from tests.backend.world import World


@pytest.fixture
def buying(world: World) -> Buying:
    return Buying(world)


@pytest.fixture
def few(small: World) -> Buying:
    return Buying(small)


def test_a_whole_receipt_closes_the_purchase_order(buying: Buying) -> None:
    receipt = buying.receive("PO-1")
    assert (receipt.warehouse.code, len(receipt.entries)) == ("MAIN", 1)
    order = buying.now("PO-1")
    assert (order.state, order.version, order.received_at is not None) == ("received", 2, True)
    assert buying.received("PO-1") == [(100, 100)]
    assert buying.level("10-109") == (600, 0)
    assert buying.entries("10-109")[1:] == [(100, "receipt", "PO-1", None)]
    told = {
        "number": "PO-1",
        "supplier": "S1",
        "state": "received",
        "warehouse": "MAIN",
        "lines": [["10-109", 100]],
        "missing": [],
    }
    assert buying.events("purchase_order.received") == [("PO-1", told)]
    (event,) = buying.audit("purchase_order", "PO-1")
    assert (event.kind, event.before, event.after["lines"]) == (
        "purchase_order.received",
        {"state": "sent"},
        [["10-109", 100]],
    )
    buying.whole()


def test_parts_add_up(buying: Buying) -> None:
    buying.order("PO-2", ("10-109", 50), ("30-101", 20))
    buying.receive("PO-2", {1: 30})
    assert (buying.now("PO-2").state, buying.received("PO-2")) == ("part_received", [(50, 30), (20, 0)])
    buying.receive("PO-2", {1: 10, 2: 20})
    assert (buying.now("PO-2").state, buying.received("PO-2")) == ("part_received", [(50, 40), (20, 20)])
    buying.receive("PO-2")  # the rest
    assert (buying.now("PO-2").state, buying.received("PO-2")) == ("received", [(50, 50), (20, 20)])
    assert (buying.level("10-109"), buying.level("30-101")) == ((550, 0), (420, 0))
    assert [payload["state"] for _, payload in buying.events("purchase_order.received")] == [
        "part_received",
        "part_received",
        "received",
    ]
    assert buying.now("PO-2").version == 4
    buying.whole()


def test_what_comes_in_goes_to_those_who_wait_first_come(buying: Buying) -> None:
    first, second = buying.place(("10-109", 560)), buying.place(("10-109", 70))
    receipt = buying.receive("PO-1", {1: 90})
    assert [(line.order.number, line.reserved) for line in receipt.filled] == [(first, 560), (second, 30)]
    assert (buying.parts(first), buying.parts(second)) == ((560, 0), (30, 40))
    assert buying.level("10-109") == (590, 590)
    assert buying.events("stock.back") == []
    buying.receive("PO-1", {1: 60}, over=True)
    assert buying.parts(second) == (70, 0)
    assert [payload["available"] for _, payload in buying.events("stock.back")] == [20]
    buying.whole()


def test_a_receipt_makes_the_level_it_needs(buying: Buying) -> None:
    buying.open("SHOP")
    number = buying.place(("10-109", 520))
    buying.receive("PO-1", where="SHOP")
    assert (buying.level("10-109"), buying.level("10-109", "SHOP")) == ((500, 500), (100, 20))
    assert buying.parts(number) == (520, 0)
    buying.whole()


def test_more_than_was_ordered_is_refused_unless_it_is_kept(buying: Buying) -> None:
    with pytest.raises(Conflict, match="Only 100") as caught:
        buying.receive("PO-1", {1: 101})
    assert (caught.value.code, caught.value.facts) == ("over_receipt", {"line": 1, "open": 100})
    assert (buying.received("PO-1"), buying.level("10-109")) == ([(100, 0)], (500, 0))
    buying.receive("PO-1", {1: 101}, over=True)
    assert (buying.received("PO-1"), buying.now("PO-1").state) == ([(100, 101)], "received")
    assert buying.level("10-109") == (601, 0)
    buying.whole()


def test_the_last_receipt_closes_an_order_of_which_some_is_missing(buying: Buying) -> None:
    number = buying.place(("10-109", 590))
    assert buying.line(number).promised_date == date(2026, 6, 25)
    buying.receive("PO-1", {1: 40}, last=True)
    assert (buying.now("PO-1").state, buying.received("PO-1")) == ("received", [(100, 40)])
    line = buying.line(number)  # the other 50 have to be bought anew
    assert (line.reserved, line.back_ordered, line.promised_date) == (540, 50, date(2026, 7, 2))
    buying.whole()


def test_that_nothing_more_will_come_can_be_said_without_a_receipt(buying: Buying) -> None:
    with pytest.raises(Conflict) as caught:
        buying.receive("PO-1", last=True)
    assert caught.value.code == "nothing_received"
    buying.receive("PO-1", {1: 40})
    assert buying.receive("PO-1", last=True).entries == ()
    assert (buying.now("PO-1").state, buying.level("10-109")) == ("received", (540, 0))


@pytest.mark.parametrize(
    ("quantities", "error", "code"),
    [
        ({}, Invalid, "no_lines"),
        ({2: 5}, Invalid, "unknown_line"),
        ({1: 0}, Invalid, "quantity_too_small"),
        ({1: -5}, Invalid, "quantity_too_small"),
        ({1: 2_000_000}, Invalid, "quantity_too_large"),
    ],
)
def test_a_receipt_that_makes_no_sense_is_refused_and_changes_nothing(
    few: Buying, quantities: dict[int, int], error: type[Refused], code: str
) -> None:
    with pytest.raises(error) as caught:
        few.receive("PO-1", quantities, over=True)
    assert caught.value.code == code
    assert (few.now("PO-1").state, few.now("PO-1").version, few.received("PO-1")) == ("sent", 1, [(100, 0)])
    assert few.level("10-109") == (500, 0)
    assert few.events("purchase_order.received") == []


@pytest.mark.parametrize("state", ["proposed", "approved", "received", "cancelled"])
def test_only_what_was_sent_is_received(few: Buying, state: str) -> None:
    few.order("PO-2", ("30-101", 10), state=state)
    with pytest.raises(Conflict) as caught:
        few.receive("PO-2", {1: 5}, over=True)
    assert (caught.value.code, caught.value.facts["state"]) == ("illegal_transition", state)
    assert few.level("30-101") == (400, 0)


@pytest.mark.parametrize("email", ["desk@test", "buyer@test"])
def test_the_desk_and_the_buyers_take_goods_in(small: World, email: str) -> None:
    Buying(small, email).receive("PO-1")
    assert small.level("10-109") == (600, 0)


@pytest.mark.parametrize("email", ["customer@test", "rep@test"])
def test_for_others_there_is_no_purchase_order(small: World, email: str) -> None:
    with pytest.raises(NotFound):
        Buying(small, email).receive("PO-1")
    assert small.level("10-109") == (500, 0)


# ---- at once -------------------------------------------------------------------------------------------------------


def at_once(*runners: Callable[[], object]) -> list[str]:
    """Let all go together, each with its own connection; the codes of those that were refused."""
    start, refused, failures = threading.Barrier(len(runners)), [], []

    def run(runner: Callable[[], object]) -> None:
        start.wait(30)
        try:
            runner()
        except Conflict as error:
            refused.append(error.code)
        except BaseException as error:  # noqa: BLE001  (told below)
            failures.append(error)

    threads = [threading.Thread(target=run, args=(runner,)) for runner in runners]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    return refused


def test_a_whole_receipt_twice_at_once_comes_in_once(buying: Buying) -> None:
    for turn in range(5):
        number = buying.order(f"PO-1{turn}", ("30-101", 10), ("30-102", 10))
        assert at_once(*[lambda number=number: buying.receive(number)] * 3) == ["illegal_transition"] * 2
        assert buying.received(number) == [(10, 10), (10, 10)]
    assert (buying.level("30-101"), buying.level("30-102")) == ((450, 0), (450, 0))
    buying.whole()


def test_parts_at_once_add_up_and_never_to_more_than_was_ordered(buying: Buying) -> None:
    buying.order("PO-2", ("30-101", 50), ("30-102", 20))
    refused = at_once(*[lambda: buying.receive("PO-2", {1: 15})] * 4)
    assert refused == ["over_receipt"]
    assert buying.received("PO-2") == [(50, 45), (20, 0)]
    assert buying.level("30-101") == (445, 0)
    buying.whole()


def test_receipts_into_a_warehouse_that_has_no_levels_yet(buying: Buying) -> None:
    buying.open("SHOP")
    buying.order("PO-2", ("10-109", 5), ("30-101", 5), ("30-102", 5))
    buying.order("PO-3", ("30-102", 5), ("30-101", 5), ("10-109", 5))
    assert at_once(*[lambda n=number: buying.receive(n, where="SHOP") for number in ("PO-1", "PO-2", "PO-3")]) == []
    assert [buying.level(sku, "SHOP") for sku in ("10-109", "30-101", "30-102")] == [(110, 0), (10, 0), (10, 0)]
    buying.whole()


def test_two_who_cancel_at_once_pass_on_what_they_held_to_orders_that_wait_for_both(buying: Buying) -> None:
    for _ in range(5):
        first = [buying.place(("30-101", 400)), buying.place(("30-102", 400))]
        waiting = [buying.place(("30-101", 100), ("30-102", 100)) for _ in range(4)]
        last = [buying.place(("30-101", 50)), buying.place(("30-102", 50))]
        assert at_once(*[lambda number=number: buying.call_off(number) for number in (*first, *waiting[:2])]) == []
        assert [[buying.parts(number, line) for line in (1, 2)] for number in waiting[2:]] == [[(100, 0)] * 2] * 2
        for number in (*waiting[2:], *last):
            buying.call_off(number)
    assert (buying.level("30-101"), buying.level("30-102")) == ((400, 0), (400, 0))
    buying.whole()


def test_receiving_placing_adjusting_and_cancelling_at_once(buying: Buying) -> None:
    waiting = [buying.place(("30-101", 300), ("30-102", 250)) for _ in range(4)]
    for turn in range(3):
        number = buying.order(f"PO-2{turn}", ("30-101", 150), ("30-102", 150))
        refused = at_once(
            lambda number=number: buying.receive(number),
            lambda: buying.place(("30-102", 60), ("30-101", 60)),
            lambda: buying.place(("30-101", 60), ("30-102", 60)),
            lambda: buying.adjust("30-102", -70),
            lambda: buying.adjust("30-101", -70),
            *([lambda gone=waiting[turn]: buying.call_off(gone)] if turn < 2 else []),
        )
        assert refused == []
    assert [buying.parts(number) for number in waiting[:2]] == [(0, 0), (0, 0)]
    assert (buying.level("30-101"), buying.level("30-102")) == ((640, 640), (640, 640))
    buying.whole()
