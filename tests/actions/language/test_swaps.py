"""One product for another, in words that need not name it whole."""

from __future__ import annotations

import pytest

from actions.language.catalogue import CatalogueIndex
from actions.language.edits import CartLine, read_edits

BOLTS, WASHERS, LINEN = "20-113", "30-103", "50-100"
QUANTITIES = {BOLTS: 60, WASHERS: 400, LINEN: 250}


@pytest.fixture
def cart(index: CatalogueIndex) -> list[CartLine]:
    return [CartLine(sku, index.get(sku).name, n, i) for i, (sku, n) in enumerate(QUANTITIES.items(), 1)]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("hang on, red not blue", LINEN, "50-101"),
        ("actually they said natural linen, not blue", LINEN, "50-102"),
        ("not in blue, in white", LINEN, "50-103"),
        ("white instead of the blue please", LINEN, "50-103"),
        ("sorry, the linen should be red", LINEN, "50-101"),
        ("the bolts ought to have been stainless", BOLTS, "21-113"),
        ("the bolts should be M8x50", BOLTS, "20-114"),
        ("can you make the bolts black", BOLTS, "22-113"),
        ("make it white", LINEN, "50-103"),
        ("how about swapping the washers for M10 ones", WASHERS, "30-104"),
        ("the customer wants M10 washers not M8 washers", WASHERS, "30-104"),
    ],
)
def test_what_goes_and_what_comes_in_the_same_quantity(
    index: CatalogueIndex, cart: list[CartLine], text: str, old: str, new: str
) -> None:
    found = read_edits(text, cart, index, last_touched=LINEN)
    assert [(e.kind, e.sku, e.quantity) for e in found] == [("remove", old, None), ("add", new, QUANTITIES[old])]


@pytest.mark.parametrize(
    ("text", "goes", "offered"),
    [
        ("brown, not blue", LINEN, {"50-101", "50-102", "50-103"}),  # there is none: what there is of it
        ("the washers should be stainless", WASHERS, {"30-104"}),
    ],
)
def test_what_nobody_has_is_asked_about_and_nothing_goes(
    index: CatalogueIndex, cart: list[CartLine], text: str, goes: str, offered: set[str]
) -> None:
    (one,) = read_edits(text, cart, index)
    assert (one.kind, one.sku, one.goes, one.quantity) == ("add", None, goes, QUANTITIES[goes])
    assert one.problem == "unknown_product"
    assert offered <= {candidate.sku for candidate in one.candidates}
    assert goes not in {candidate.sku for candidate in one.candidates}


@pytest.mark.parametrize(
    "text",
    [
        "they want it delivered to the unit not the office",
        "not for Harper, for Ferndale",
        "not now thanks",
        "not today, Friday",
    ],
)
def test_what_is_said_of_something_else(index: CatalogueIndex, cart: list[CartLine], text: str) -> None:
    assert read_edits(text, cart, index) == ()
