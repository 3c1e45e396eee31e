"""Sizes said by their figure alone, behind what was counted."""

import pytest

from actions.language.catalogue import CatalogueIndex, Entry, Pack
from actions.language.orders import read_order
from tests.actions.language.catalogues import Reader
from tests.actions.language.conftest import Lines


@pytest.fixture(scope="module")
def sizes(today) -> Reader:
    """Screws by thickness and length, elastic and webbing by width."""
    box, roll = (Pack("box", 500),), (Pack("roll", 50),)
    index = CatalogueIndex([])
    for name, prefix, lengths in (
        ("Drywall screw 3.5x{} black", "D", (25, 38, 50)),
        ("Decking screw 4x{}", "K", (50,)),
    ):
        for length in lengths:
            index.put(Entry(f"{prefix}{length}", name.format(length), "Screws", "each", 1, box))
    for name, prefix, widths in (
        ("Braided elastic white {} mm", "E", (6, 12, 25)),
        ("Jute webbing {} mm", "J", (50, 72)),
    ):
        for width in widths:
            index.put(Entry(f"{prefix}{width}", name.format(width), "Trimmings", "metre", 1, roll))
    return lambda text: [(line.sku, line.quantity) for line in read_order(text, index, today=today).lines]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "drywall screws, 2 boxes of 25 mm, 2 boxes of 38 and one of 50.",
            [("D25", 1000), ("D38", 1000), ("D50", 500)],
        ),
        ("Drywall screws: 1 box of 25 mm, 3 boxes of 38", [("D25", 500), ("D38", 1500)]),
        ("2 boxes of 3.5x25 drywall screws and 4 boxes of 50", [("D25", 1000), ("D50", 2000)]),
        ("jute webbing, 20 m of 50 and 10 m of 72", [("J50", 20), ("J72", 10)]),
        ("60 m of white elastic 6 mm, 20 m of 12 and 10 m of 25", [("E6", 60), ("E12", 20), ("E25", 10)]),
        ("jute webbing, a roll of 50 mm and two of 72", [("J50", 50), ("J72", 100)]),
    ],
)
def test_are_sizes_of_what_was_named(sizes: Reader, text: str, expected: Lines):
    assert sizes(text) == expected


def test_a_figure_that_is_no_size_is_asked_about(lines: Reader):
    assert lines("4 boxes of M8 washers and 2 boxes of 100") == [("30-103", 800), (None, None)]
    assert lines("M8 washers 200, 1 box of 200") == [("30-103", 200)]


@pytest.mark.parametrize(
    ("text", "sku"),
    [
        ("6 white elastic narrow", "E6"),
        ("6 m of white elastic, the narrow one please", "E6"),
        ("could I have 6 of the wide white elastic", "E25"),
        ("6 jute webbing, wide", "J72"),
    ],
)
def test_of_what_differs_in_one_measure_the_narrow_or_the_wide(sizes: Reader, text: str, sku: str):
    assert sizes(text) == [(sku, 6)]


def test_a_size_behind_goods_that_were_counted(sizes: Reader):
    assert sizes("I take 2 roll the elastic white of 25, it is for a tent") == [("E25", 100)]
