"""What a message says is not wanted, or was had before, is no line; a line that it takes back is asked about."""

import pytest

from tests.actions.language.catalogues import Reader


@pytest.mark.parametrize(
    "clause",
    [
        ", mermaid bunting I don't need",
        ", we won't order the mermaid bunting this time",
        ". We no longer need the mermaid bunting",
        ". I'd rather not have the mermaid bunting again",
        ". Please leave out the mermaid bunting",
        ", no mermaid ones",
        ". The mermaid bunting I ordered came beautifully packed",
        ". Could you confirm whether the mermaid bunting will be back?",
        ". Let me know when the mermaid bunting is in",
    ],
)
def test_what_is_not_wanted(shop_lines: Reader, clause: str):
    assert shop_lines(f"6 shrimping nets{clause}") == [("H5", 6)]


def test_a_line_that_is_not_wanted_after_all_is_asked_about(shop_lines: Reader):
    found = shop_lines("6 pirate bunting, 4 shrimping nets, actually we don't need the pirate bunting")
    assert found[0][0] is None
    assert ("H5", 4) in found


def test_a_question_without_an_order_keeps_its_goods(shop_lines: Reader):
    assert shop_lines("Could you check if the mermaid bunting is back?") == [("N4", None)]


def test_what_is_in_stock_is_no_quantity(shop_lines: Reader):
    assert shop_lines("I have only 2 shrimping nets left so send 24") == [("H5", 24)]
    assert shop_lines("we've got 3 pirate bunting left, can I have 12") == [("N2", 12)]


@pytest.mark.parametrize("clause", ["don't forget 6 mermaid bunting", "please don't send more than 6 mermaid bunting"])
def test_what_is_counted_stays(shop_lines: Reader, clause: str):
    assert shop_lines(clause) == [("N4", 6)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("8 pirate napkins and 8 shrimping nets no sorry make the nets ten", [("N1", 8), ("H5", 10)]),
        ("8 pirate napkins, 8 shrimping nets. Actually change the napkins to 12", [("N1", 12), ("H5", 8)]),
        ("12 shrimping nets, no wait thats the set of 2, so 6 boxes", [("H5", 72)]),
    ],
)
def test_a_line_named_again_is_put_right(shop_lines: Reader, text: str, expected: list[tuple[str, int]]):
    assert shop_lines(text) == expected


class TestAColourAlone:
    def test_lacks_no_word_that_its_neighbour_says(self, gift_lines: Reader):
        assert gift_lines("12 blue and 12 pink union jack luggage tags") == [(None, None), ("21867", 12)]

    def test_takes_its_noun_from_the_neighbour(self, shop_lines: Reader):
        assert shop_lines("6 blue and 4 pink sandcastle spades") == [("S2", 6), ("S1", 4)]

    def test_shades_are_no_nouns(self, gift_lines: Reader):
        assert gift_lines("feather pens, 12 hot pink 12 black") == [("51014A", 12), ("51014C", 12)]


@pytest.mark.parametrize(
    "purpose",
    [
        "for afternoon teas", "as wedding favours", "for birthday parties please", "because ours rotted",
        "to accompany the cheeses", "whatever they cost", "at Fernley Grange",
    ],
)  # fmt: skip
def test_what_goods_are_for_is_no_part_of_them(shop_lines: Reader, purpose: str):
    assert shop_lines(f"1 wicker hamper large, 2 small {purpose}") == [("H2", 1), ("H1", 2)]
