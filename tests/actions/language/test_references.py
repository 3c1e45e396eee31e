"""Short answers: document numbers, choices, quantities, yes and no."""

from decimal import Decimal
from typing import Any

import pytest

from actions.language.references import read_choice, read_document_numbers, read_quantity

BOLTS = ["M8x40 hex bolt zinc", "M8x40 hex bolt A2 stainless", "M8x40 hex bolt black"]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("where is SO-100123?", ("SO-100123",)),
        ("so100123 and SO 100124", ("SO-100123", "SO-100124")),
        ("order 100123", ("SO-100123",)),
        ("my order #100123, and order number 100124", ("SO-100123", "SO-100124")),
        ("PO-1007 and invoice INV-20017", ("PO-1007", "INV-20017")),
        ("SO-100123 SO-100123", ("SO-100123",)),
        ("our PO 4471", ()),
        ("60 M8x40 and 20-104", ()),
        ("so 12 washers", ()),
    ],
)
def test_document_numbers(text: str, numbers: Any):
    assert read_document_numbers(text) == numbers


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("the first one", 0), ("1", 0), ("one", 0), ("2", 1), ("second", 1), ("option 3", 2), ("the last one", 2),
        ("the zinc ones", 0), ("stainless please", 1), ("A2", 1), ("blak", 2), ("M8x40 hex bolt black", 2),
        ("4", None), ("bolts", None), ("M8x40", None), ("M8x50 zinc", None), ("no idea", None), ("", None),
    ],
)  # fmt: skip
def test_choices(text: str, choice: Any):
    assert read_choice(text, BOLTS) == choice


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [
        ("60", "60", None), ("60 please", "60", None), ("two boxes", "2", "box"), ("a dozen", "1", "dozen"),
        ("half a dozen", "0.5", "dozen"), ("make it 40", "40", None), ("25m", "25", "metre"), ("1,200", "1200", None),
        ("1.2k", "1200", None), ("2.5 metres please", "2.5", "metre"), ("two dozen boxes", "24", "box"),
        ("x3", "3", None),
        ("a couple", "2", None), ("sixty-five", "65", None), ("10 of them", "10", None),
        ("I'll take a box", "1", "box"),
        ("0", "0", None), ("-5", "-5", None),
    ],
)  # fmt: skip
def test_bare_quantities(text: str, amount: Any, unit: Any):
    assert read_quantity(text) == (Decimal(amount), unit)


@pytest.mark.parametrize("text", ["blue", "no", "12 bolts and 6 nuts", "the first one", "", "10-12", "order 100123"])
def test_what_is_no_bare_quantity(text: str):
    assert read_quantity(text) is None
