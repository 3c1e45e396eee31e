"""Packs that a heading counts, or that are counted behind what they hold."""

import pytest

from actions.language.catalogue import CatalogueIndex, Entry, Pack
from actions.language.orders import read_order
from tests.actions.language.catalogues import Reader


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Box of 100 M8 nuts x 3", [("31-103", 300)]),
        ("two boxes of 40 M8 nuts", [("31-103", 80)]),  # what they say a box holds, though ours holds 100
        ("a box of M8 nuts x 3, 5 M8 washers", [("31-103", 300), ("30-103", 5)]),
        ("Boxes of hex nuts: 4 of M8, 2 of M6. 5 M8 washers", [("31-103", 400), ("31-102", 200), ("30-103", 5)]),
        ("6 boxes of hex nuts: 4 of M8 and 2 of M6", [("31-103", 400), ("31-102", 200)]),
        ("Packs of nylon zips 20cm: 2 blue, 3 red, and 12 M8 nuts", [("52-100", 50), ("52-101", 75), ("31-103", 12)]),
    ],
)
def test_packs_are_counted(lines: Reader, text: str, expected: list[tuple[str, int]]):
    assert lines(text) == expected


@pytest.fixture
def webbing() -> CatalogueIndex:
    return CatalogueIndex(
        Entry(f"92-{size}", f"Cotton webbing natural {size} mm", "Webbing", "metre", 1, (Pack("roll", 50),))
        for size in (25, 38, 50)
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("25 m of 38 mm natural cotton webbing and the same length of the 50", [("92-38", 25), ("92-50", 25)]),
        ("10 m of 38 mm natural cotton webbing and the same of the 50 mm", [("92-38", 10), ("92-50", 10)]),
        ("Two rolls of natural webbing, 38 mm, and one of the 50.", [("92-38", 100), ("92-50", 50)]),
        ("6 rolls of natural webbing: 3 of the 38 mm and 3 of the 50 mm", [("92-38", 150), ("92-50", 150)]),
    ],
)
def test_a_size_that_stands_for_its_thing(webbing: CatalogueIndex, today, text, expected):
    assert [(line.sku, line.quantity) for line in read_order(text, webbing, today=today).lines] == expected


@pytest.mark.parametrize("text", ["100 M8 nuts + same M8 washers", "100 M8 nuts and the same M8 washers"])
def test_the_same_of_another_thing(lines: Reader, text: str):
    assert lines(text) == [("31-103", 100), ("30-103", 100)]


def test_a_pack_is_no_slip_of_a_word_in_a_name(today):
    packs = (Pack("roll", 500),)
    index = CatalogueIndex(
        [
            Entry("72-106", "Cotton drill royal blue", "Fabrics", "metre", 10, packs),
            Entry("72-104", "Cotton drill khaki", "Fabrics", "metre", 10, packs),
        ]
    )
    reading = read_order("1 roll royal blue drill, 1 roll khaki", index, today=today)
    assert [(line.sku, line.quantity) for line in reading.lines] == [("72-106", 500), ("72-104", 500)]


def test_grosses(lines: Reader):
    assert lines("2 grosses of M8 washers") == [("30-103", 288)]


def test_a_short_pack_that_a_product_does_not_come_in_is_asked_about(read: Reader):
    assert [(line.sku, line.quantity) for line in read("1 bx wood glue").lines] == [("60-102", None)]


def test_packs_counted_by_their_names_without_a_pause(lines: Reader):
    assert lines("box of M8 washers box of M6 nuts pack of red zips pls") == [
        ("30-103", 200),
        ("31-102", 100),
        ("52-101", 25),
    ]


def test_a_pack_that_a_name_counts_is_the_thing_itself(shop_lines: Reader):
    assert shop_lines("3 packs of 12 striped rose windmills") == [("K2", 3)]
