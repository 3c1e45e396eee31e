"""Every quantity of a list is a line or a question, whatever words stand with it."""

import pytest

from tests.actions.language.catalogues import Reader


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("12 shrimping nets, 12 thank you, 6 pirate lunch tins", 1),
        ("6 pirate lunch tins, 4 best wishes", 1),
        ("6 pirate lunch tins, 3 of, 4 shrimping nets", 1),
        ("pirate lunch tin x 6, out of order x 4", 1),
    ],
)
def test_a_listed_quantity_of_small_words_is_asked_about(shop_lines: Reader, text: str, asked: int):
    found = shop_lines(text)
    assert ("T1", 6) in found
    assert sum(sku is None for sku, _ in found) == asked


@pytest.mark.parametrize(
    "text",
    [
        "6 pirate lunch tins, 6 please",
        "6 pirate lunch tins and 6 only",
    ],
)
def test_courtesies_are_no_goods(shop_lines: Reader, text: str):
    assert all(sku for sku, _ in shop_lines(text))


def test_small_words_that_a_product_has_side_by_side_name_it(gift_lines: Reader):
    found = gift_lines("wood stamp sets: 12 thank you, 12 happy birthday, 6 best wishes")
    assert found == [("22208", 12), ("22209", 12), ("22210", 6)]


@pytest.mark.parametrize("added", ["and a stapler", "plus an abacus", "and a telescope please", ", a paperweight"])
def test_one_thing_that_nobody_sells_is_asked_about(shop_lines: Reader, added: str):
    assert shop_lines(f"6 shrimping nets {added}") == [("H5", 6), (None, None)]


@pytest.mark.parametrize(
    "added",
    ["and a receipt", "and a quick question", "and an invoice please", "with an estimate", "and a reply would help"],
)
def test_what_is_no_goods_is_not(shop_lines: Reader, added: str):
    assert shop_lines(f"6 shrimping nets {added}") == [("H5", 6)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "60 teatime fairy cake cases, 24 packs, and 24 packs of the 72 sweetheart ones",
            [("84991", 24), ("84992", 24)],
        ),
        ("12 colour glass t-light holder hanging (the 16 box ones)", [("84755", 12)]),
        ("Vintage glass drawer knobs - 12 star, 12 ball", [("23026", 12), ("23025", 12)]),
        ("diamante hair grips pack of 2: 3 packs ruby, 2 packs peridot", [("90059E", 3), ("90059D", 2)]),
        ("12 bundle of 3 alphabet exercise books", [("23192", 12)]),
    ],
)
def test_packs_are_counted_and_told_apart(gift_lines: Reader, text: str, expected: list[tuple[str, int]]):
    assert gift_lines(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4 of the love garden stake and home the same, bath 6", [("G1", 4), ("G2", 4), ("G3", 6)]),
        ("pink and blue sandcastle spades, 6 of each, plus 4 shrimping nets", [("S1", 6), ("S2", 6), ("H5", 4)]),
    ],
)
def test_a_quantity_said_for_a_neighbour(shop_lines: Reader, text: str, expected: list[tuple[str, int]]):
    assert shop_lines(text) == expected


def test_whole_numbers_behind_an_at_are_quantities(lines: Reader):
    assert lines("20-104 @ 200, 20-113 @ 100 pcs") == [("20-104", 200), ("20-113", 100)]
    assert lines("200 of 20-104 @ 0.15, 100 of 20-113 @ 0.20") == [("20-104", 200), ("20-113", 100)]


def test_small_words_that_a_product_has_are_goods_in_a_list(gift_lines: Reader):
    assert gift_lines("wood stamp set thank you 4, best wishes 8") == [("22208", 4), ("22210", 8)]
