"""Low and back: told once when a line is crossed, in the transaction that crosses it."""

from __future__ import annotations

import pytest

from backend.database import now
from backend.stock.tables import ReorderPoint
from tests.backend.stock.company import Stock
from tests.backend.world import TODAY, World


@pytest.fixture
def stock(small: World) -> Stock:
    with small.database.write() as session:
        session.add(ReorderPoint(product_id=1, quantity=100, basis="sales", as_of=TODAY, made_at=now()))
    return Stock(small)


def test_a_product_that_falls_to_its_reorder_point_is_low(stock: Stock) -> None:
    stock.adjust("10-109", -399)
    assert stock.events("stock.low") == []
    stock.adjust("10-109", -1)
    told = {"sku": "10-109", "name": "Hex bolt M8x40 zinc", "available": 100, "reorder_point": 100}
    assert stock.events("stock.low") == [("10-109", told)]


def test_it_is_told_once_until_it_has_been_above_again(stock: Stock) -> None:
    for change in (-420, -10, 5):
        stock.adjust("10-109", change)
    assert [payload["available"] for _, payload in stock.events("stock.low")] == [80]
    stock.adjust("10-109", 100)
    stock.adjust("10-109", -100)
    assert [payload["available"] for _, payload in stock.events("stock.low")] == [80, 75]


def test_what_is_reserved_does_not_count_as_available(stock: Stock) -> None:
    stock.place(("10-109", 350))
    stock.adjust("10-109", -51)
    assert [payload["available"] for _, payload in stock.events("stock.low")] == [99]


def test_an_order_that_takes_a_product_to_its_reorder_point_makes_it_low(stock: Stock) -> None:
    stock.place(("10-109", 399), ("30-101", 400))
    assert stock.events("stock.low") == []
    number = stock.place(("10-109", 1))
    stock.place(("10-109", 1))
    assert [payload["available"] for _, payload in stock.events("stock.low")] == [100]
    stock.call_off(number)
    assert stock.events("stock.back") == []


def test_a_product_without_a_reorder_point_is_never_low(stock: Stock) -> None:
    stock.count("30-101", 0)
    assert stock.events("stock.low") == []


def test_a_product_that_was_gone_is_back_when_there_is_something_for_newcomers(stock: Stock) -> None:
    stock.place(("30-101", 420))
    stock.adjust("30-101", 15)
    assert stock.events("stock.back") == []  # all of it went to those who waited
    stock.adjust("30-101", 30)
    assert stock.events("stock.back") == [
        ("30-101", {"sku": "30-101", "name": "Wood screw 4x40 zinc", "available": 25})
    ]
    stock.adjust("30-101", 30)
    assert len(stock.events("stock.back")) == 1


def test_a_transfer_changes_nothing_in_all(stock: Stock) -> None:
    stock.open()
    stock.transfer("10-109", 450)
    assert stock.events("stock.low", "stock.back") == []
