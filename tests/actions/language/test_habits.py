"""What somebody has as always: bolts 20-113, washers 30-103, blue and red linen."""

from __future__ import annotations

from datetime import date

import pytest

from actions.language.catalogue import CatalogueIndex
from actions.language.orders import read_order

TODAY = date(2025, 11, 26)
BLUE, RED = "50-100", "50-101"
MOSTLY_RED = {RED: 6, BLUE: 1}


def read(index: CatalogueIndex, text: str) -> list[tuple[str | None, int | None, bool]]:
    reading = read_order(text, index, today=TODAY, bought=MOSTLY_RED)
    return [(line.sku, line.quantity, line.usual) for line in reading.lines]


@pytest.mark.parametrize(
    "text",
    ["40 of 20-104 and the usual linen", "40 of 20-104, plus our usual linen please", "40 of 20-104\nmy regular linen"],
)
def test_without_a_quantity_it_is_a_line_of_its_own(index: CatalogueIndex, text: str) -> None:
    assert read(index, text) == [("20-104", 40, False), (RED, None, True)]


@pytest.mark.parametrize(
    "text", ["10 m of the usual linen", "the usual linen, 10 m", "10 metres of our usual linen please"]
)
def test_with_a_quantity_it_is_the_product_bought_most(index: CatalogueIndex, text: str) -> None:
    assert read(index, text) == [(RED, 100, False)]


def test_where_two_are_bought_alike_it_is_asked(index: CatalogueIndex) -> None:
    reading = read_order("and the usual linen", index, today=TODAY, bought={BLUE: 3, RED: 2})
    assert [(line.sku, line.problem) for line in reading.lines] == [(None, "ambiguous_product")]
    assert {one.sku for one in reading.lines[0].candidates} == {BLUE, RED}


@pytest.mark.parametrize(
    "text", ["40 of 20-104 to the usual address", "40 of 20-104, the usual terms", "40 of 20-104 as usual"]
)
def test_a_habit_that_is_no_product_is_no_line(index: CatalogueIndex, text: str) -> None:
    assert read(index, text) == [("20-104", 40, False)]


def test_as_usual_ends_with_its_line(index: CatalogueIndex):
    assert read(index, "M8 washers 50\nInvoice to us as usual\nRed") == [("30-103", 50, False)]
