"""What one line leaves to another: its noun, said before or behind, and all of its name."""

from datetime import date

import pytest

from actions.language.catalogue import CatalogueIndex, Entry
from actions.language.orders import read_order
from tests.actions.language.catalogues import Reader


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4 pirate lunch tins, 2 of the mermaid ones", [("T1", 4), ("T2", 2)]),
        ("forty of the pirate lunch tins and forty of the mermaid one thank you", [("T1", 40), ("T2", 40)]),
        ("6 pirate bunting, 6 of the mermaid ones and 3 pirate lunch tins", [("N2", 6), ("N4", 6), ("T1", 3)]),
        ("2 love garden stakes and 4 of the bath one", [("G1", 2), ("G3", 4)]),
        ("herb label thyme 6, mint ones 4", [("44010", 6), ("44011", 4)]),
    ],
)
def test_a_pronoun_stands_for_the_noun_before(shop_lines: Reader, text: str, expected: list[tuple[str, int]]):
    assert shop_lines(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3 wicker hamper large, 12 pink and 12 blue dotty cups", [("H2", 3), ("C1", 12), ("C2", 12)]),
        ("3 pirate bunting and 12 each of the pink and blue dotty dishes", [("N2", 3), ("C3", 12), ("C4", 12)]),
        ("2 shrimping nets, 6 blue and 4 pink sandcastle rakes", [("H5", 2), ("S4", 6), ("S3", 4)]),
        ("5 each of the pirate and mermaid lunch tins", [("T1", 5), ("T2", 5)]),
        ("12 pink, 6 green and 12 blue dotty cups", [("C1", 12), (None, None), ("C2", 12)]),
    ],
)
def test_a_noun_said_with_the_last_of_several(
    shop_lines: Reader, text: str, expected: list[tuple[str | None, int | None]]
):
    assert shop_lines(text) == expected


def test_a_noun_said_before_goes_before_one_that_follows(shop_lines: Reader):
    assert shop_lines("12 dotty cup pink, 6 blue and 4 pink sandcastle rakes")[:2] == [("C1", 12), ("C2", 6)]


def test_goods_and_their_width_over_a_list_of_colours(lines: Reader):
    assert lines("linen, 140cm\nred 8m\nblue 4m\nnatural 3m") == [("50-101", 80), ("50-100", 40), ("50-102", 30)]


def test_a_colour_alone_is_of_the_undecided_goods_before_it(today: date):
    names = {"R1": "Satin ribbon gold 25 mm x 25 m", "R2": "Satin ribbon gold 25 mm x 10 m"}
    names |= {"R3": "Satin ribbon black 30 mm x 50 m", "T1": "Polyester thread black 1000 m"}
    index = CatalogueIndex([Entry(sku, name, "Trimmings", "roll") for sku, name in names.items()])
    found = read_order("Some gold satin ribbon please, 5 rolls, and 5 of the black", index, today=today).lines
    assert [(line.sku, line.quantity) for line in found] == [(None, None), ("R3", 5)]


def test_a_size_alone_is_of_the_kind_said_last(today: date):
    kinds = {"S": "Spring washer", "P": "Penny washer", "W": "Washer"}
    names = {f"{sku}{m}": f"{kind} M{m} zinc" for sku, kind in kinds.items() for m in (6, 8, 10)}
    index = CatalogueIndex([Entry(sku, name, "Fasteners", "each") for sku, name in names.items()])
    found = read_order("spring washers M6 100, M8 100, penny washers M8 50, M10 50", index, today=today).lines
    assert [(line.sku, line.quantity) for line in found] == [("S6", 100), ("S8", 100), ("P8", 50), ("P10", 50)]


def test_a_colour_between_two_lines_is_no_heading(shop_lines: Reader):
    assert ("C1", 3) in shop_lines("You have dotty cups? Blue, 6, and red ones too 4, and pink 3.")
