"""Lists as people type and dictate them: what is said once for several lines, and what is no line at all."""

from typing import Any

import pytest

from tests.actions.language.catalogues import Reader


class TestWhatIsSaidOnce:
    @pytest.mark.parametrize(
        "text",
        [
            "polyester thread 1000m:\nred 4\nblue 2",
            "polyester thread\nred 4\nblue 2",
            "red polyester thread 4, blue 2",
            "4 red and 2 blue of the polyester thread",
            "polyester thread 4 red 2 blue",
            "red 4\nblue 2\nall polyester thread",
        ],
    )
    def test_the_noun(self, lines: Reader, text: str):
        assert lines(text) == [("51-101", 4), ("51-100", 2)]

    @pytest.mark.parametrize(
        "text",
        [
            "hex bolts zinc\nM6x40 - 20\nM8x50 - 10",
            "M6x40 20\nM8x50 10\nall hex bolts zinc",
            "zinc hex bolts: 20 M6x40, 10 M8x50",
        ],
    )
    def test_the_material(self, lines: Reader, text: str):
        assert lines(text) == [("20-109", 20), ("20-114", 10)]

    def test_the_quantity_for_each(self, lines: Reader):
        text = "20 white polyester thread, plus 10 each of red, blue and natural"
        assert lines(text) == [("51-103", 20), ("51-101", 10), ("51-100", 10), ("51-102", 10)]

    def test_the_same_quantity(self, lines: Reader):
        assert lines("five metres of white linen and the same of red linen") == [("50-103", 50), ("50-101", 50)]

    def test_a_total_over_its_parts_is_a_heading(self, lines: Reader):
        assert lines("12 ceramic drawer knobs: 6 red, 4 blue, 2 white") == [("53-101", 6), ("53-100", 4), ("53-103", 2)]

    def test_a_colour_alone_decides_nothing(self, read: Reader):
        (line,) = read("brass, 40").lines
        assert (line.sku, line.problem) == (None, "ambiguous_product")

    def test_a_specification_that_follows(self, lines: Reader):
        assert lines("12 M8x40 hex bolts please, the black ones") == [("22-113", 12)]


class TestUnits:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("3 tins of wood glue", [("60-102", 3)]),
            ("2 reels of red polyester thread", [("51-101", 2)]),
            ("2 red polyester thread boxes", [("51-101", 20)]),
            ("red polyester thread box x2", [("51-101", 20)]),
            ("a box of M8 washers a box of M8 nuts", [("30-103", 200), ("31-103", 100)]),
            ("M8 washers a box, M8 nuts 2 boxes", [("30-103", 200), ("31-103", 200)]),
            ("2 boxs of M8 washers", [("30-103", 400)]),
            ("pair of wood glue", [("60-102", 2)]),
            ("nine and a half metres of red linen", [("50-101", 95)]),
            ("3 packs of 12 red polyester thread", [("51-101", 36)]),
        ],
    )
    def test_containers(self, lines: Reader, text: str, expected: Any):
        assert lines(text) == expected

    @pytest.mark.parametrize("text", ["2 bags of wood glue", "a pallet of wood glue"])
    def test_a_pack_that_it_does_not_come_in_is_asked_about(self, read: Reader, text: str):
        (line,) = read(text).lines
        assert (line.sku, line.quantity, line.problem) == ("60-102", None, "unknown_pack")

    @pytest.mark.parametrize(
        "text", ["Blue nylon zips, 20 cm, fifty please", "fifty of the blue nylon zips the twenty cm ones"]
    )
    def test_a_size_is_no_quantity(self, lines: Reader, text: str):
        assert lines(text) == [("52-100", 50)]


class TestDictation:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("twenty zinc hex bolts m eight by forty", [("20-113", 20)]),
            ("twenty zinc hex bolts M 8 x 40", [("20-113", 20)]),
            ("forty M eight washers", [("30-103", 40)]),
            ("zinc hex bolts 8x40, 20", [("20-113", 20)]),
            ("3 boxes of zinc hex bolts m eight by forty no make that four", [("20-113", 400)]),
            ("12 M8 washers. No, say 35.", [("30-103", 35)]),
            ("a box of 30-103. Two boxes, sorry.", [("30-103", 400)]),
            ("one dozen M8 washers no sorry make that eighteen", [("30-103", 18)]),
            ("a wood glue, er, make it four wood glue", [("60-102", 4)]),
            ("a box of M8 washers, well two boxes", [("30-103", 400)]),
        ],
    )
    def test_read_exactly(self, lines: Reader, text: str, expected: Any):
        assert lines(text) == expected


class TestTypos:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("5 of teh M8x40 hex blots zinc pls", [("20-113", 5)]),
            ("i wnat 3 wodd glue", [("60-102", 3)]),
            ("10m redd linnen", [("50-101", 100)]),
            ("40 M8 washers n 3 wood glue", [("30-103", 40), ("60-102", 3)]),
        ],
    )
    def test_one_product_fits(self, lines: Reader, text: str, expected: Any):
        assert lines(text) == expected

    def test_an_unknown_product_is_no_small_word(self, read: Reader):
        line, washers = read("5 grates\n40 M8 washers").lines
        assert (line.sku, line.problem, line.amount) == (None, "unknown_product", 5)
        assert (washers.sku, washers.quantity) == ("30-103", 40)


class TestNoLines:
    @pytest.mark.parametrize(
        "text",
        [
            "Morning,\n\nstock order below:\n\n30-103 40\n\nregards\nStores",
            "Hope all is well. 40 M8 washers please. Awaiting confirmation",
            "Northway Joinery - 40 M8 washers",
            "40 M8 washers to go with order 11873, please",
            "1) M8 washers 40",
            "30-103 x 40 (M8 washers)",
            "40 x 30-103 M8 washer form A",
            "M8 washers ... 40",
        ],
    )
    def test_around_a_line(self, lines: Reader, text: str):
        assert lines(text) == [("30-103", 40)]

    def test_numbers_in_a_running_list(self, lines: Reader):
        assert lines("Please: 1) M8 washers 40 2) wood glue 3") == [("30-103", 40), ("60-102", 3)]

    def test_a_known_product_without_a_quantity_is_asked_about(self, read: Reader):
        first, second = read("40 M8 washers and some wood glue").lines
        assert (first.sku, first.quantity) == ("30-103", 40)
        assert (second.sku, second.problem) == ("60-102", "no_quantity")


class TestWhatANeighbourDoesNotDecide:
    def test_the_length_of_something_else(self, read: Reader):
        _, nuts = read("60 M8x40 zinc hex bolts and 50 hex nuts").lines
        assert (nuts.sku, nuts.quantity) == ("31-103", 50)  # its diameter does

    def test_the_colour_of_something_else(self, read: Reader):
        _, thread = read("10m red linen and 4 polyester thread").lines
        assert (thread.sku, thread.problem) == (None, "ambiguous_product")


def test_a_with_that_joins_the_words_of_a_name(gift_lines: Reader):
    assert gift_lines("six of the jam making set with jars, four cook with wine sign") == [("22960", 6), ("21166", 4)]


def test_twins_in_name_are_asked_about_whatever_stands_beside(gift_lines: Reader):
    assert gift_lines("12 white metal lantern, 30 heart t-light holder")[1] == (None, None)


def test_once_more_is_no_quantity(shop_lines: Reader):
    assert shop_lines("we need one more time the shrimping net, 4 pieces") == [("H5", 4)]


def test_a_name_of_small_words_around_an_and(gift_lines: Reader):
    assert gift_lines("60 school desk and chair") == [("22929", 60)]


def test_a_row_of_a_numbered_list_is_no_heading_of_others(lines: Reader):
    assert lines("1. 20 M8 nuts\n2. linen\n3. 5 m blue linen") == [("31-103", 20), (None, None), ("50-100", 50)]


class TestCountsWrittenLikeLengths:
    @pytest.mark.parametrize("text", ["washers M8 x 50", "30 M6x40 hex bolts zinc, washers M8 x50"])
    def test_goods_that_come_in_no_length_are_counted(self, read: Reader, text: str):
        line = read(text).lines[-1]
        assert (line.amount, line.product_text) == (50, "washers M8")

    def test_goods_that_come_in_the_length_are_not(self, read: Reader):
        (line,) = read("zinc hex bolts M8 x 50").lines
        assert (line.sku, line.problem) == ("20-114", "no_quantity")

    def test_a_count_behind_leaves_the_length(self, lines: Reader):
        assert lines("zinc hex bolts M8 x 50, 300") == [("20-114", 300)]

    def test_what_is_counted_off_belongs_to_what_was_named(self, read: Reader):
        found = read("jubilee clips 20 off n M8x50 zinc hex bolts 200").lines
        assert (found[-1].sku, found[-1].quantity) == ("20-114", 200)
        assert all(line.sku is None for line in found[:-1])


class TestWhereAnotherLineBegins:
    def test_colours_of_each_are_one_line_each(self, lines: Reader):
        text = "ceramic drawer knobs, 2 each of blue, red, natural and white"
        assert lines(text) == [("53-100", 2), ("53-101", 2), ("53-102", 2), ("53-103", 2)]

    def test_behind_them(self, read: Reader):
        amounts = [line.amount for line in read("the M8 washers, a box of them, and 10 of the M8 nuts").lines]
        assert amounts == [1, 10]

    def test_two_amounts_to_be_priced_are_asked_about(self, read: Reader):
        found = read("Prices please on:\n20-113\n20-114\nat 48 and 96 of each.").lines
        assert [(line.sku, line.quantity) for line in found] == [("20-113", None), ("20-114", None)]

    def test_words_that_goods_hang_on_name_none(self, read: Reader):
        (line,) = read("I'd take one pair if you can tape it up").lines
        assert line.problem is not None

    def test_two_pronouns_are_two_things(self, shop_lines: Reader):
        assert shop_lines("garden stakes um the home one and the bath one two of each") == [("G2", 2), ("G3", 2)]

    def test_it_is_counted_apart(self, lines: Reader):
        text = "Is the wood glue good also for red work? Order: 2 pcs of it, and 20 pcs M8 nuts"
        assert lines(text) == [("60-102", 2), ("31-103", 20)]

    def test_what_is_called_so_is_no_second_line(self, lines: Reader):
        text = "three of those natural zips, I think it's called natural nylon zip 20cm so three of those"
        assert lines(text) == [("52-102", 3)]


class TestWhatLeadsToALine:
    def test_the_same_number_that_is_then_said(self, lines: Reader):
        text = "fifty M8x40 zinc hex bolts and same number of nuts as bolts so fifty M8 nuts"
        assert lines(text) == [("20-113", 50), ("31-103", 50)]

    def test_questions_and_orders_are_no_goods(self, lines: Reader):
        assert lines("One question and one order: 20 M8 nuts") == [("31-103", 20)]

    def test_the_metal_of_all_that_follows(self, lines: Reader):
        text = "Boss says not zinc it must be stainless on the roof: M8x40 hex bolts 40, M8x50 hex bolts 20"
        assert lines(text) == [("21-113", 40), ("21-114", 20)]

    def test_another_metal_behind_a_line_is_asked_about(self, read: Reader):
        (line,) = read("6 M8 hex nuts zinc, but only if brass").lines
        assert line.problem == "ambiguous_product"
