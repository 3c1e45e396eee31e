"""A quantity that no line took is asked about; a number that counts nothing is not."""

import pytest

from tests.actions.language.catalogues import Reader


class TestAskedAbout:
    def test_a_quantity_of_each_whose_things_were_not_found(self, read_shop: Reader):
        reading = read_shop("6 pirate lunch tins and a lamp oil drum. Nine of each")
        assert [(line.sku, line.quantity, line.problem) for line in reading.lines] == [
            ("T1", 6, None),
            (None, None, "unknown_product"),
        ]
        assert reading.lines[1].text == "Nine of each"

    def test_a_measure_of_what_nobody_has(self, read: Reader):
        reading = read("Could I have some purple linen? About 7 metres. And 2 box M8 nuts")
        assert [(line.sku, line.quantity, line.problem) for line in reading.lines] == [
            (None, None, "unknown_product"),
            ("31-103", 200, None),
        ]

    def test_a_measure_that_hangs_on_an_answer(self, read: Reader):
        reading = read("2 box M8 nuts. Do you also sell sailcloth? I'd take nine metres if so.")
        assert [(line.sku, line.problem) for line in reading.lines] == [("31-103", None), (None, "unknown_product")]

    def test_what_is_to_match_the_line_before(self, read: Reader):
        reading = read("60 M8x40 zinc hex bolts. Nuts to match. 2 wood glue")
        assert [line.sku for line in reading.lines] == ["20-113", None, "60-102"]

    def test_a_number_that_contradicts_the_pack_behind_its_thing(self, lines: Reader):
        assert lines("60 M8 nuts a box") == [(None, None), ("31-103", 100)]

    def test_known_goods_in_a_size_that_nobody_has(self, lines: Reader):
        assert lines("m99 bolts fifty and m8x40 zinc hex bolts fifty") == [(None, None), ("20-113", 50)]


class TestNotAskedAbout:
    @pytest.mark.parametrize(
        "text",
        [
            "6 shrimping nets, yes six please",
            "two more lines for you: 6 shrimping nets",
            "Order no. 4471 from us, 6 shrimping nets",
            "6 shrimping nets, ask for Lee in Room 12",
        ],
    )
    def test_what_counts_no_goods(self, shop_lines: Reader, text: str):
        assert shop_lines(text) == [("H5", 6)]

    def test_a_total_of_the_lines_that_follow(self, shop_lines: Reader):
        assert shop_lines("12 lunch tins: 4 pirate, 8 mermaid") == [("T1", 4), ("T2", 8)]

    def test_nothing_is_asked_where_nothing_was_ordered(self, shop_lines: Reader):
        assert shop_lines("call me at 9 please") == []


@pytest.mark.parametrize(
    "text",
    [
        "I'll take 24 oak bannisters and 200 M8 washers.",
        "please send us 6 marble spindles and 200 M8 washers",
        "we need 3 castors and 200 M8 washers",
        "200 M8 washers and some shackles",
        "200 M8 washers, plus some brass hinges please",
        "200 M8 washers, one box of plinths",
    ],
)
def test_what_nobody_sells_is_asked_about_beside_what_is_sold(lines: Reader, text: str):
    found = lines(text)
    assert ("30-103", 200) in found
    assert (None, None) in found


@pytest.mark.parametrize("text", ["200 M8 washers and some questions", "200 M8 washers to Room 12"])
def test_talk_is_not(lines: Reader, text: str):
    assert lines(text) == [("30-103", 200)]


def test_a_name_may_end_with_a_small_word(lines: Reader):
    assert lines("200 M8 washers and a mop head.") == [("30-103", 200), (None, None)]
