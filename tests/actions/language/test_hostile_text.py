"""Nothing that is typed makes the reader fail, and what it points at lies within the text."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.language.agreeing import is_no, is_yes
from actions.language.dates import read_date, read_period
from actions.language.edits import CartLine, read_edits
from actions.language.orders import read_order
from actions.language.people import find_customer
from actions.language.references import read_choice, read_order_numbers, read_quantity
from tests.actions.language.catalogues import fasteners_and_textiles

INDEX = fasteners_and_textiles()
TODAY = date(2025, 11, 21)
CART = [CartLine("20-113", "M8x40 hex bolt zinc", 60, 1), CartLine("gone", "No longer sold", 2, 2)]
BITS = st.sampled_from(
    [
        "60",
        "M8x40",
        "hex",
        "bolts",
        ",",
        "and",
        "two",
        "boxes",
        "of",
        "M8",
        "washers",
        "x",
        "25m",
        "blue",
        "linen",
        ".",
        ";",
        ":",
        "\n",
        "20-104",
        "-",
        "+",
        "&",
        "sorry",
        "no",
        "make",
        "that",
        "24",
        "for\n",
        "",
        "",
        "",
        "Harper",
        "&",
        "Sons",
        "by",
        "Friday",
        "12/12",
        "our",
        "PO",
        "4471",
        "half",
        "a",
        "dozen",
        "10-12",
        "1,200",
        "1.2k",
        "-5",
        "£2.50",
        "@",
        "each",
        "½",
        "(",
        ")",
        '"',
        "of",
        "the",
        "to",
        "between\n",
        "",
        "",
        "",
        "or",
        "PACK",
        "SET/6",
        "84879",
        "a",
        "an",
        "one",
        "drop",
        "remove",
        "line",
        "2",
        "all",
        "but",
        "last",
        "deliver",
        "hundred",
        "thousand",
    ]
)
MESSAGES = st.one_of(st.text(max_size=300), st.lists(BITS, max_size=40).map(" ".join))

HOSTILE = [
    "a" * 10_000, "1" * 10_000, "1 " * 5_000, "1," * 5_000, "9" * 400 + " M8 washers", "M8 washers and " * 700,
    "12 M8 washers, " * 700, "<script>alert('M8')</script> 12 M8 washers", "\u0000\u0001\u202e\ufeff", "😀" * 3_000,
    "-" * 10_000, "\n" * 10_000, ("x" * 30 + " ") * 300, "(" * 5_000, "1-2-" * 2_500, "sorry, 12 " * 1_000,
    "m1x" * 3_000,
    "for Harper " * 900, "deliver to " * 900, "' OR 1=1; DROP TABLE orders; --", "٣ M8 washers",
    "² M8 washers", "½" * 2_000,
    "by Friday " * 1_000, "the " * 2_500, "12/12/" * 1_500, "order " * 1_600, "twenty " * 1_400, "x" * 9_999 + "1",
    " " * 9_999 + "!", "a " * 4_999, "and " * 2_500, "PO " * 3_000, "1.1." * 2_500, "line " * 2_000, "all but " * 1_200,
]  # fmt: skip


def check(text: str) -> None:
    for line in read_order(text, INDEX, today=TODAY).lines:
        start, end = line.span
        assert 0 <= start < end <= len(text)
        assert text[start:end] == line.text
        assert line.quantity is None or (line.sku is not None and line.problem is None and line.quantity > 0)
        assert line.problem is not None or line.quantity is not None
    read_edits(text, CART, INDEX, last_touched="20-113")
    read_date(text, TODAY)
    read_period(text, TODAY)
    read_choice(text, ["M8x40 hex bolt zinc", "M8x40 hex bolt black"])
    read_quantity(text)
    read_order_numbers(text)
    find_customer(text, [("H1", "Harper & Sons")])
    assert not (is_yes(text) and is_no(text))


@settings(max_examples=300, deadline=None)
@given(MESSAGES)
def test_nothing_raises(text: str):
    check(text)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_read_and_soon_done(text: str):
    check(text)
