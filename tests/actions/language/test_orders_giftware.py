"""The same reader on the real wholesaler's 4,700 products, whose names hold numbers, "and" and each other's words."""

from typing import Any

import pytest

from tests.actions.language.catalogues import Reader


def test_the_sentence_of_the_brief(gift_lines: Reader):
    text = "12 assorted colour bird ornaments and 20 antique white wooden frames"
    assert gift_lines(text) == [("84879", 12), ("82494L", 20)]


def test_the_other_white_frame(gift_lines: Reader):
    assert gift_lines("20 wooden picture frames, white finish") == [("82482", 20)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12 assorted colur bird ornamnets", [("84879", 12)]),
        ("84879 x 12, 85123a x 6 and 5 of 22423", [("84879", 12), ("85123A", 6), ("22423", 5)]),
        ("84879x12\n85123A 6\n22423: 5", [("84879", 12), ("85123A", 6), ("22423", 5)]),
        ("5 pack of 72 retrospot cake cases", [("21212", 5)]),
        ("PACK OF 72 RETROSPOT CAKE CASES x 5", [("21212", 5)]),
        ("pack of 72 retrospot cake cases", [("21212", None)]),
        ("10 60 gold and silver fairy cake cases", [("84990", 10)]),
        ("4 set of 3 cake tins pantry design", [("22720", 4)]),
        ("two sets of 6 soldier skittles", [("22619", 2)]),
        ("3 boxes of 12 chick & egg in basket", [("84218", 3)]),
        ("36 metal 4 hook hanger french chateau", [("22173", 36)]),
        ("6 3 hook hanger magic garden", [("22244", 6)]),
        ("48 world war 2 gliders asstd designs", [("84077", 48)]),
        ("12 charlie and lola figures tins", [("85132C", 12)]),
        ("hot water bottle tea and sympathy x 4", [("22114", 4)]),
        ("4 ladybird + bee raffia food cover", [("21472", 4)]),
        ("10 red retrospot jumbo bags, 10 red retrospot lunch bags", [("85099B", 10), ("20725", 10)]),
        ("3 alarm clock bakelike red and 3 of the green", [("22727", 3), ("22726", 3)]),
        ("love building blocks, 3", [("21755", 3)]),
        ("hand warmers: 4 owl, 4 bird", [("22865", 4), ("22867", 4)]),
        ("20 pink cherry lights and 5 light pink cherry lights", [("79323P", 20), ("79323LP", 5)]),
        ("a dozen party bunting and 2 doormat union flag", [("47566", 12), ("48138", 2)]),
    ],
)
def test_names_with_numbers_and_conjunctions(gift_lines: Reader, text: str, expected: Any):
    assert gift_lines(text) == expected


@pytest.mark.parametrize("text", ["50 popcorn holders", "6 t-light holders", "12 candles", "6 heart t-light holders"])
def test_what_fits_several_products_is_asked(gift_lines: Reader, text: str):
    assert gift_lines(text) == [(None, None)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4 CARD CIRCUS PARADE, 8 CARD SUKI BIRTHDAY", [("22716", 4), ("22817", 8)]),
        ("6 x22716 8 x22817", [("22716", 6), ("22817", 8)]),
        ("Have you the wooden advent calendar in cream? If so 4 please, and 8 of the red",
         [("22946", 4), ("22947", 8)]),
    ],
)  # fmt: skip
def test_names_and_codes_keep_their_words(gift_lines: Reader, text: str, expected: list[tuple[str, int]]):
    assert gift_lines(text) == expected
