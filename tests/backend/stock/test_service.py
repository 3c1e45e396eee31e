"""Stock changed by hand: adjustments, counts, transfers, warehouses; who gets what rises, who gives back what went."""

from __future__ import annotations

from datetime import date

import pytest

from backend.catalogue.queries import by_sku
from backend.errors import Conflict, Invalid, NotAllowed, NotEnoughStock, Refused
from backend.sales import queries
from backend.shipping import service as fulfilment
from backend.stock import service
from backend.stock.queries import main_warehouse
from tests.backend.stock.company import Stock
from tests.backend.world import World


@pytest.fixture
def stock(world: World) -> Stock:
    return Stock(world)


@pytest.fixture
def few(small: World) -> Stock:
    return Stock(small)


# ---- adjustments ---------------------------------------------------------------------------------------------------


def test_an_adjustment_goes_into_the_ledger_with_its_reason_and_who_made_it(stock: Stock) -> None:
    movement = stock.adjust("10-109", -12, "  water   damage ")
    assert (movement.before, movement.level.on_hand, movement.given_back, movement.filled) == (500, 488, (), ())
    assert stock.level("10-109") == (488, 0)
    assert stock.entries("10-109") == [(500, "opening", None, None), (-12, "adjustment", None, "water damage")]
    (event,) = stock.audit("product", "10-109")
    assert event.kind == "stock.adjusted"
    assert event.before == {"warehouse": "MAIN", "on_hand": 500}
    assert event.after == {"warehouse": "MAIN", "on_hand": 488, "reserved": 0, "reason": "water damage"}
    assert event.user_id == stock.world.principal("desk@test").user_id
    stock.whole()


@pytest.mark.parametrize(
    ("change", "reason", "error", "code"),
    [
        (0, "why not", Invalid, "no_change"),
        (5, "   ", Invalid, "reason_missing"),
        (-501, "all gone", NotEnoughStock, "not_enough_stock"),
        (2_000_000_000, "a slip of the keyboard", Invalid, "quantity_too_large"),
    ],
)
def test_an_adjustment_that_makes_no_sense_is_refused_and_changes_nothing(
    few: Stock, change: int, reason: str, error: type[Refused], code: str
) -> None:
    with pytest.raises(error) as caught:
        few.adjust("10-109", change, reason)
    assert caught.value.code == code
    assert few.level("10-109") == (500, 0)
    assert len(few.entries("10-109")) == 1
    assert few.audit("product", "10-109") == []


@pytest.mark.parametrize("email", ["customer@test", "rep@test"])
def test_only_those_who_may_change_stock_do(small: World, email: str) -> None:
    stock = Stock(small, email)
    for change in (
        lambda: stock.adjust("10-109", 5),
        lambda: stock.count("10-109", 5),
        lambda: stock.transfer("10-109", 5, into="MAIN"),
        lambda: stock.open("ANNEX"),
    ):
        with pytest.raises(NotAllowed):
            change()
    assert stock.level("10-109") == (500, 0)
    assert len(stock.entries("10-109")) == 1


def test_what_rises_fills_back_orders_first_come(stock: Stock) -> None:
    first, second, third = stock.place(("20-104", 80)), stock.place(("20-104", 40)), stock.place(("20-104", 20))
    movement = stock.adjust("20-104", 50, "found behind the racks")
    assert [stock.parts(number) for number in (first, second, third)] == [(80, 0), (30, 10), (0, 20)]
    assert [(line.order.number, line.reserved) for line in movement.filled] == [(first, 80), (second, 30)]
    assert stock.level("20-104") == (110, 110)
    stock.whole()


# ---- giving back ---------------------------------------------------------------------------------------------------


def test_where_less_is_there_than_reserved_the_newest_allocations_go_back(stock: Stock) -> None:
    first, second, third = stock.place(("10-109", 200)), stock.place(("10-109", 200)), stock.place(("10-109", 100))
    movement = stock.adjust("10-109", -150, "fire")
    assert [stock.parts(number) for number in (first, second, third)] == [(200, 0), (150, 50), (0, 100)]
    assert stock.level("10-109") == (350, 350)
    # 100 are on their way for 24 June: 50 of them for the second order, and the third waits for 50 that aren't ordered
    soon, late = date(2026, 6, 25), date(2026, 7, 2)
    assert [(one.order, one.position, one.quantity, one.promised_date) for one in movement.given_back] == [
        (third, 1, 100, late),
        (second, 1, 50, soon),
    ]
    assert (stock.line(second).promised_date, stock.line(third).promised_date) == (soon, late)
    assert stock.line(first).promised_date == date(2026, 6, 18)
    stock.whole()


def test_giving_back_is_told_to_the_orders_concerned_and_to_no_other(stock: Stock) -> None:
    first, second = stock.place(("10-109", 300)), stock.place(("10-109", 200))
    stock.adjust("10-109", -20, "fire")
    ((key, payload),) = stock.events("order.changed")
    assert (key, payload["number"], payload["change"]) == (second, second, "given_back")
    assert payload["lines"] == [
        {
            "position": 1,
            "sku": "10-109",
            "quantity": 20,
            "reserved": 180,
            "back_ordered": 20,
            "promised_date": "2026-06-25",
        }
    ]
    assert [event.kind for event in stock.audit("order", second)] == ["order.placed", "order.given_back"]
    assert [event.kind for event in stock.audit("order", first)] == ["order.placed"]
    with stock.world.reading("desk@test") as work:
        assert [queries.by_number(work, number).version for number in (first, second)] == [1, 2]
    assert stock.audit("product", "10-109")[0].after["given_back"] == [[second, 1, 20]]


def test_what_is_given_back_here_is_taken_from_another_warehouse_where_it_lies(stock: Stock) -> None:
    stock.open()
    number = stock.place(("10-109", 400))
    stock.transfer("10-109", 90)
    movement = stock.adjust("10-109", -50, "fire")
    assert stock.parts(number) == (400, 0)
    assert (stock.level("10-109"), stock.level("10-109", "SHOP")) == ((360, 360), (90, 40))
    assert movement.given_back == ()
    stock.whole()


def test_goods_in_a_shipment_are_not_given_back(stock: Stock) -> None:
    packed, loose = stock.place(("10-109", 100)), stock.place(("10-109", 50))
    with stock.world.writing("desk@test") as work:
        shipment = fulfilment.plan_shipment(work, queries.by_number(work, packed)).number
    with pytest.raises(Conflict, match=shipment) as caught:
        stock.adjust("10-109", -410, "fire")
    assert (caught.value.code, caught.value.facts["missing"]) == ("in_shipments", 10)
    assert (stock.parts(packed), stock.parts(loose), stock.level("10-109")) == ((100, 0), (50, 0), (500, 150))
    stock.adjust("10-109", -390, "fire")
    assert (stock.parts(packed), stock.parts(loose)) == ((100, 0), (10, 40))
    stock.whole()


def test_the_rest_of_an_allocation_stays_as_old_as_it_was(stock: Stock) -> None:
    first, second = stock.place(("10-109", 300)), stock.place(("10-109", 200))
    stock.adjust("10-109", -50, "fire")
    stock.place(("30-101", 1))
    stock.adjust("10-109", -50, "again")
    assert [stock.parts(number) for number in (first, second)] == [(300, 0), (100, 100)]
    stock.adjust("10-109", 100, "it was the other shelf")
    assert [stock.parts(number) for number in (first, second)] == [(300, 0), (200, 0)]
    stock.whole()


# ---- counts --------------------------------------------------------------------------------------------------------


def test_a_count_sets_what_is_there(stock: Stock) -> None:
    movement = stock.count("10-109", 493)
    assert (movement.before, movement.level.on_hand) == (500, 493)
    assert stock.entries("10-109")[1:] == [(-7, "count", None, "yearly count")]
    assert stock.audit("product", "10-109")[0].kind == "stock.counted"
    stock.whole()


def test_a_count_that_agrees_is_recorded_and_moves_nothing(stock: Stock) -> None:
    movement = stock.count("10-109", 500)
    assert movement.entry is None
    assert len(stock.entries("10-109")) == 1
    (event,) = stock.audit("product", "10-109")
    assert (event.kind, event.before["on_hand"], event.after["on_hand"]) == ("stock.counted", 500, 500)


def test_a_count_of_what_never_lay_there_makes_its_level(stock: Stock) -> None:
    stock.open()
    stock.count("11-109", 30, where="SHOP")
    assert stock.level("11-109", "SHOP") == (30, 0)
    stock.whole()


def test_a_count_below_zero_is_refused(few: Stock) -> None:
    with pytest.raises(Invalid) as caught:
        few.count("10-109", -1)
    assert caught.value.code == "below_zero"


def test_a_count_of_less_than_is_reserved_gives_back(stock: Stock) -> None:
    number = stock.place(("20-104", 60))
    movement = stock.count("20-104", 45)
    assert stock.parts(number) == (45, 15)
    assert [(one.order, one.quantity) for one in movement.given_back] == [(number, 15)]
    assert movement.given_back[0].promised_date == date(2026, 7, 2)
    stock.whole()


# ---- transfers and warehouses --------------------------------------------------------------------------------------


def test_a_transfer_is_two_entries_that_cancel_out(stock: Stock) -> None:
    stock.open()
    stock.transfer("10-109", 120)
    assert (stock.level("10-109"), stock.level("10-109", "SHOP")) == ((380, 0), (120, 0))
    assert stock.entries("10-109")[1:] == [
        (-120, "transfer", None, "for the shop"),
        (120, "transfer", None, "for the shop"),
    ]
    (event,) = stock.audit("product", "10-109")
    assert (event.kind, event.before) == ("stock.transferred", {"MAIN": 500, "SHOP": 0})
    assert event.after == {"MAIN": 380, "SHOP": 120, "quantity": 120, "reason": "for the shop"}
    stock.whole()


def test_only_what_is_not_reserved_is_transferred(stock: Stock) -> None:
    stock.open()
    stock.place(("10-109", 450))
    with pytest.raises(NotEnoughStock) as caught:
        stock.transfer("10-109", 51)
    assert caught.value.facts["available"] == 50
    assert (stock.level("10-109"), len(stock.entries("10-109"))) == ((500, 450), 1)
    stock.transfer("10-109", 50)
    assert (stock.level("10-109"), stock.level("10-109", "SHOP")) == ((450, 450), (50, 0))
    stock.whole()


@pytest.mark.parametrize(
    ("quantity", "out", "into", "code"),
    [
        (0, "MAIN", "SHOP", "quantity_too_small"),
        (5, "MAIN", "MAIN", "same_warehouse"),
        (5, "SHOP", "MAIN", "not_enough_stock"),
        (5, "MAIN", "NOWHERE", "unknown_warehouse"),
    ],
)
def test_a_transfer_that_makes_no_sense_is_refused(few: Stock, quantity: int, out: str, into: str, code: str) -> None:
    few.open()
    with pytest.raises(Refused) as caught:
        few.transfer("10-109", quantity, out, into)
    assert caught.value.code == code
    assert few.level("10-109") == (500, 0)


def test_a_warehouse_is_opened_once(stock: Stock) -> None:
    stock.open("shop", " The  shop ")
    for code in ("SHOP", "Shop"):
        with pytest.raises(Conflict) as caught:
            stock.open(code)
        assert caught.value.code == "warehouse_exists"
    (event,) = stock.audit("warehouse", "SHOP")
    assert event.after == {"name": "The shop"}


@pytest.mark.parametrize(("code", "name"), [("", "x"), ("a b", "x"), ("A" * 21, "x"), ("B", ""), ("B", "x" * 121)])
def test_a_warehouse_has_a_plain_code_and_a_name(few: Stock, code: str, name: str) -> None:
    with pytest.raises(Invalid):
        few.open(code, name)


def test_goods_go_to_the_oldest_warehouse_by_default(few: Stock) -> None:
    few.open("AAA")
    with few.world.reading("desk@test") as work:
        assert main_warehouse(work.session).code == "MAIN"


def test_a_refusal_on_the_way_undoes_all_of_it(few: Stock) -> None:
    few.place(("10-109", 500))
    with pytest.raises(ZeroDivisionError), few.world.writing("desk@test") as work:
        service.adjust(work, by_sku(work.session, "10-109"), main_warehouse(work.session), -100, "fire")
        raise ZeroDivisionError
    assert few.level("10-109") == (500, 500)
    few.whole()
