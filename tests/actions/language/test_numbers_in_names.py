"""Numbers, letters and small words that are part of a name, and those that are not."""

import pytest

from tests.actions.language.catalogues import Reader


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("harbour door sign number one twelve number two six number three four", [("D1", 12), ("D2", 6), ("D3", 4)]),
        ("12 letter A enamel hooks, 4 letter B enamel hooks", [("L1", 12), ("L2", 4)]),
        ("lanterns, the seven point star large 12 and 3 shrimping nets", [("H3", 12), ("H5", 3)]),
        ("6 seven point star lanterns small", [("H4", 6)]),
        ("garden stakes: love x 3, home x 4, bath x 5", [("G1", 3), ("G2", 4), ("G3", 5)]),
        ("48 of the pirate napkins 1 plus 6 shrimping nets", [("N1", 48), ("H5", 6)]),
        ("44010 to 44013 x 12 each", [("44010", 12), ("44011", 12), ("44012", 12), ("44013", 12)]),
        ("44012 to 44014 x 12 each", [("44012", 12), (None, None)]),
    ],
)
def test_in_names(shop_lines: Reader, text: str, expected: list[tuple[str, int]]):
    assert shop_lines(text) == expected


def test_a_number_between_two_things_counts_one_of_them(shop_lines: Reader):
    text = "12 dotty cups pink, 6 blue and 12 striped rose windmills"
    assert shop_lines(text) == [("C1", 12), ("C2", 6), ("K2", 12)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3 boxes of 12 shrimping nets", [("H5", 36)]),
        ("2 shrimping nets box of 12", [("H5", 24)]),
        ("1 box of 12 on the shrimping net", [("H5", 12)]),
        ("1 more box of pirate napkins", [("N1", 12)]),
        ("two dozen pirate napkins", [("N1", 24)]),
    ],
)
def test_packs(shop_lines: Reader, text: str, expected: list[tuple[str, int]]):
    assert shop_lines(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a metre and a half of blue linen", [("50-100", 15)]),
        ("two metres and a half of red linen", [("50-101", 25)]),
    ],
)
def test_and_a_half(lines: Reader, text: str, expected: list[tuple[str, int]]):
    assert lines(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20 packs 12 striped rose windmills", [("K2", 20)]),
        ("12 striped rose windmills - 10 packs", [("K2", 10)]),
        ("2 dozen packs of the 12 striped rose windmills", [("K2", 24)]),
        ("5 packs of wicker hamper small", [("H1", None)]),
    ],
)
def test_packs_of_what_is_itself_a_pack(shop_lines: Reader, text: str, expected: list[tuple[str, int | None]]):
    assert shop_lines(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("6 dz set of 4 jam jar magnets", [("23154", 72)]),
        ("two gross set of 3 cake tins pantry design", [("22720", 288)]),
        ("10 dozen pack of 6 birdy gift tags", [("22585", 120)]),
        ("3 teir cake tin red n cream x4", [("22838", 4)]),
        ("60 caek cases dolly girl design x 5", [("22951", 5)]),
        ("6 ivory hanging decoration heart and 12 bird", [("21385", 6), ("21389", 12)]),
        ("childs garden spade blue 24, childs garden fork pink 12 & 12",
         [("22514", 24), ("22523", 12), (None, None)]),
    ],
)  # fmt: skip
def test_numbers_of_names_beside_quantities(
    gift_lines: Reader, text: str, expected: list[tuple[str | None, int | None]]
):
    assert gift_lines(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lantern seven point star S x 4", [("H4", 4)]),
        ("two lantern seven point star L", [("H3", 2)]),
    ],
)
def test_a_number_word_behind_a_word_of_its_name(shop_lines: Reader, text: str, expected: list[tuple[str, int]]):
    assert shop_lines(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one rustic seventeen drawer sideboard", [("22827", 1)]),
        ("white beaded garland string 20 light x 6", [("85047", 6)]),
        ("4 retrospot baking sets, the 9 piece", [("22138", 4)]),
        ("a further box of set of 6 soldier skittles", [("22619", None)]),
    ],
)
def test_numbers_that_names_hold(gift_lines: Reader, text: str, expected: list[tuple[str, int | None]]):
    assert gift_lines(text) == expected
