"""What is said of goods that is true of others only."""

from __future__ import annotations

import pytest

from actions.contradicting import is_kind_of, said_otherwise
from backend.catalogue.tables import Product


def thread(key: int, colour: str) -> Product:
    return Product(
        id=key, name=f"Polyester thread {colour} 1000 m", options={"colour": colour, "length": "1000 m"}, aliases=[]
    )


NAVY = thread(1, "navy")
FAMILY = [
    NAVY,
    thread(2, "red"),
    thread(3, "dark green"),
    Product(id=4, name="Polyester thread variegated", aliases=[]),
]
BOLT = Product(id=9, name="Hex bolt M8x40 zinc", aliases=[])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("polyester thread red", "red"),
        ("Red polyester threads", "red"),
        ("the dark green thread", "dark green"),
        ("variegated thread", "variegated"),
        ("thread purple", "purple"),  # no variant is, but it is a colour, and the wrong one
    ],
)
def test_what_belongs_to_another_variant_is_told(text: str, said: str) -> None:
    assert said_otherwise(text, NAVY, FAMILY) == said


@pytest.mark.parametrize("text", ["polyester thread navy", "thread 1000 m", "the thread", "threads from last week", ""])
def test_what_is_true_or_says_nothing_contradicts_nothing(text: str) -> None:
    assert said_otherwise(text, NAVY, FAMILY) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("M8x50 hex bolts", "M8x50"),
        ("stainless hex bolts", "stainless"),
        ("bolts 40", None),
        ("10 bolts", None),
        ("shiny bolts", None),
    ],
)
def test_without_a_family_only_kinds_that_exclude_each_other_contradict(text: str, said: str | None) -> None:
    assert said_otherwise(text, BOLT, []) == said


def test_a_colour_alone_names_no_goods() -> None:
    assert (is_kind_of("red thread", NAVY), is_kind_of("navy ones", NAVY), is_kind_of("1000 m", NAVY)) == (
        True,
        False,
        False,
    )
