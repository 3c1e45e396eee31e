"""Corrections to a cart of 60 bolts, 400 washers and 25 m of blue linen."""

from typing import Any

import pytest

from actions.language.catalogue import CatalogueIndex
from actions.language.edits import CartLine, read_edits
from tests.actions.language.catalogues import Reader

BOLTS, WASHERS, LINEN = "20-113", "30-103", "50-100"


@pytest.fixture
def cart(index: CatalogueIndex):
    quantities = {BOLTS: 60, WASHERS: 400, LINEN: 250}
    return [CartLine(sku, index.get(sku).name, n, i) for i, (sku, n) in enumerate(quantities.items(), 1)]


@pytest.fixture
def edits(index: CatalogueIndex, cart: list[CartLine]):
    return lambda text, **more: [(e.kind, e.sku, e.quantity) for e in read_edits(text, cart, index, **more)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("make the bolts 100", [("set", BOLTS, 100)]),
        ("bolts to 100 please", [("set", BOLTS, 100)]),
        ("can you change the M8x40 bolts from 60 to 120 please", [("set", BOLTS, 120)]),
        ("make the bolts 100, not 60", [("set", BOLTS, 100)]),
        ("actually only 50 bolts", [("set", BOLTS, 50)]),
        ("make the washers 3 boxes", [("set", WASHERS, 600)]),
        ("drop the washers to 200", [("set", WASHERS, 200)]),
        ("change line 1 to 80 and line 3 to 30m", [("set", BOLTS, 80), ("set", LINEN, 300)]),
        ("the first one should be 70", [("set", BOLTS, 70)]),
        ("double the bolts", [("set", BOLTS, 120)]),
        ("10 fewer bolts", [("set", BOLTS, 50)]),
        ("take 10 off the bolts", [("set", BOLTS, 50)]),
        ("30-103: make it 3 boxes", [("set", WASHERS, 600)]),
        ("make bolts and washers 100", [("set", BOLTS, 100), ("set", WASHERS, 100)]),
        ("another 10 of the linen", [("add", LINEN, 100)]),
        ("add 20 more bolts", [("add", BOLTS, 20)]),
        ("add 5 m of red linen", [("add", "50-101", 50)]),
        ("drop the washers", [("remove", WASHERS, None)]),
        ("no washers, sorry", [("remove", WASHERS, None)]),
        ("I don't need the washers any more", [("remove", WASHERS, None)]),
        ("remove line 2", [("remove", WASHERS, None)]),
        ("remove the last one", [("remove", LINEN, None)]),
        ("remove the first two", [("remove", BOLTS, None), ("remove", WASHERS, None)]),
        ("drop the washers and the linen", [("remove", WASHERS, None), ("remove", LINEN, None)]),
        ("lose the blue", [("remove", LINEN, None)]),
        ("make the bolts zero", [("remove", BOLTS, None)]),
        ("make the bolts 100 and drop the washers", [("set", BOLTS, 100), ("remove", WASHERS, None)]),
        ("all but the linen", [("remove", BOLTS, None), ("remove", WASHERS, None)]),
        ("remove everything except the bolts and the washers", [("remove", LINEN, None)]),
        ("keep only line 1", [("remove", WASHERS, None), ("remove", LINEN, None)]),
        ("empty the basket", [("clear", None, None)]),
        ("cancel everything", [("clear", None, None)]),
        ("swap the zinc bolts for stainless", [("remove", BOLTS, None), ("add", "21-113", 60)]),
    ],
)
def test_changes(edits: Reader, text: str, expected: Any):
    assert edits(text) == expected


@pytest.mark.parametrize(
    "text", ["no, make that 24", "make it 24", "24 instead", "actually 24 of that", "change it to 24"]
)
def test_it_is_the_line_last_touched(edits: Reader, text: str):
    assert edits(text, last_touched=BOLTS, assume="set") == [("set", BOLTS, 24)]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("make that 24", "ambiguous_product"),
        ("delete both", "ambiguous_product"),
        ("remove line 9", "unknown_line"),
        ("make the red linen 20", "not_in_cart"),
        ("drop the flurbles", "unknown_product"),
        ("set the linen to 12.55 m", "fractional"),
        ("make the linen 20-30", "range"),
        ("make the bolts -5", "negative"),
        ("change the bolts", "no_quantity"),
        ("make the linen 3 boxes", "unknown_pack"),
        ("take 100 off the bolts", "negative"),
    ],
)
def test_what_must_be_asked(index: CatalogueIndex, cart: list[CartLine], text: str, problem: Any):
    (edit,) = read_edits(text, cart, index)
    assert (edit.problem, edit.quantity) == (problem, None)


def test_both_when_there_are_two(index: CatalogueIndex, cart: list[CartLine]):
    found = read_edits("delete both", cart[:2], index)
    assert [(e.kind, e.sku) for e in found] == [("remove", BOLTS), ("remove", WASHERS)]


@pytest.mark.parametrize("text", ["hello there", "thanks", "", "where is my order?", "no thanks", "yes please"])
def test_no_change_is_asked_for(edits: Reader, text: str):
    assert edits(text) == []


def test_a_name_two_lines_share_is_asked_about(index: CatalogueIndex):
    cart = [CartLine(sku, index.get(sku).name, 10, i) for i, sku in enumerate(("50-100", "50-101"), 1)]
    (edit,) = read_edits("drop the linen", cart, index)
    assert edit.problem == "ambiguous_product"
    assert {c.sku for c in edit.candidates} == {"50-100", "50-101"}


@pytest.mark.parametrize("text", ["the 75 one, a dozen", "the 75mm one, 12 please", "the M16 ones, two"])
def test_a_size_that_is_not_in_the_cart_is_nothing_else_of_it(
    index: CatalogueIndex, cart: list[CartLine], text: str
) -> None:
    found = read_edits(text, cart, index, last_touched=BOLTS, assume="set")
    assert [(edit.sku, edit.problem) for edit in found] == [(None, "unknown_line")]
