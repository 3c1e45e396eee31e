"""Things listed in one breath, what is beside the point, what is taken back, and what may not be dropped."""

import pytest

from actions.language.catalogue import CatalogueIndex
from tests.actions.language.catalogues import Reader


class TestListedWithoutCommas:
    @pytest.mark.parametrize(
        "text",
        [
            "eight each of red white and blue polyester thread",
            "polyester thread: red white blue, 8 of each",
            "red white and blue polyester thread, eight of each",
        ],
    )
    def test_the_colours_of_one_thing(self, lines: Reader, text: str):
        assert sorted(lines(text)) == [("51-100", 8), ("51-101", 8), ("51-103", 8)]

    def test_the_things_of_one_colour(self, lines: Reader):
        found = lines("six each of white zip knob and thread")
        assert sorted(sku for sku, quantity in found if quantity == 6) == ["51-103", "52-103", "53-103"]

    def test_a_product_that_has_all_the_words_is_one(self, lines: Reader):
        assert lines("4 each of brass cup hook and wood glue") == [("60-104", 4), ("60-102", 4)]

    def test_a_long_message_full_of_lists_takes_a_bounded_number_of_look_ups(
        self, read: Reader, monkeypatch: pytest.MonkeyPatch
    ):
        looked_up = 0
        within = CatalogueIndex.within

        def counted(*arguments: object, **options: object) -> object:
            nonlocal looked_up
            looked_up += 1
            return within(*arguments, **options)  # type: ignore[arg-type]

        monkeypatch.setattr(CatalogueIndex, "within", counted)
        read("6 each of red blue white natural zip red blue white natural knob thread. " * 130)
        assert 20 < looked_up < 20 * 600

    def test_a_pack_of_each(self, lines: Reader):
        assert lines("20-113, 20-114 and 20-115, a box of each") == [("20-113", 100), ("20-114", 100), ("20-115", 100)]


class TestBesideThePoint:
    @pytest.mark.parametrize("text", ["30 mezzanine M8x40 hex bolts zinc", "30 stair M8x40 zinc hex bolts"])
    def test_words_that_stand_with_no_such_thing_cast_no_doubt(self, lines: Reader, text: str):
        assert lines(text) == [("20-113", 30)]

    def test_a_word_that_stands_with_such_things_does(self, read: Reader):
        (line,) = read("30 nylon polyester thread red").lines
        assert line.sku is None

    def test_a_letter_that_no_product_has_is_another_product(self, read: Reader):
        (line,) = read("12 washer letter q M8").lines
        assert line.sku is None


class TestTakenBack:
    def test_a_quantity_said_again_with_its_thing(self, lines: Reader):
        text = "polyester thread red fifty blue sixty no make the blue seventy"
        assert lines(text) == [("51-101", 50), ("51-100", 70)]

    def test_a_thing_taken_back_is_asked_about(self, read: Reader):
        found = read("polyester thread: six red six blue no white white not blue").lines
        assert any(line.problem for line in found)

    def test_an_apology_before_the_next_thing_is_for_the_last_one(self, lines: Reader):
        assert lines("20 red polyester thread, no 30 sorry and 5 M8x40 hex bolts zinc")[-1] == ("20-113", 5)

    def test_the_next_size_keeps_its_own_quantity(self, lines: Reader):
        text = "hex bolts zinc M8x40 two boxes M8x50 make that three boxes M8x60 one box"
        assert lines(text) == [("20-113", 200), ("20-114", 300), ("20-115", 100)]


class TestNothingIsDropped:
    @pytest.mark.parametrize(
        "text", ["3 metres of purple velvet and 5 metres of red linen", "19-777 x 10\n20-113 x 50"]
    )
    def test_what_nobody_has_is_asked_about(self, read: Reader, text: str):
        unknown, known = read(text).lines
        assert unknown.problem == "unknown_product"
        assert known.problem is None

    def test_a_size_named_without_a_quantity_is_asked_about(self, read: Reader):
        problems = {
            line.sku: line.problem for line in read("6 red nylon zips and then zinc M6x40 bolts for the porch").lines
        }
        assert problems["20-109"] == "no_quantity"

    def test_three_lines_that_add_up_are_three(self, lines: Reader):
        assert lines("drawer knobs red three blue four white two natural two") == [
            ("53-101", 3), ("53-100", 4), ("53-103", 2), ("53-102", 2),
        ]  # fmt: skip


class TestHowListsAreWritten:
    def test_a_pasted_table(self, lines: Reader):
        text = "SKU | Name | Qty\n20-113 | M8X40 HEX BOLT | 30\n51-101 | RED THREAD | 4"
        assert lines(text) == [("20-113", 30), ("51-101", 4)]

    def test_a_code_with_a_blank_in_it(self, lines: Reader):
        assert lines("20 113  10\n51-101  4") == [("20-113", 10), ("51-101", 4)]

    def test_a_code_grown_onto_its_times(self, lines: Reader):
        assert lines("20-113x20 20-114 x20 51-101x 10") == [("20-113", 20), ("20-114", 20), ("51-101", 10)]

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("half roll of red linen", [("50-101", 250)]),
            ("red linen, 7 and a half metres", [("50-101", 75)]),
            ("5 pair of work gloves", [("60-101", 5)]),
            ("red zip, 20 cm, 12 st", [("52-101", 12)]),
            ("Please deliver to us 6 red nylon zips", [("52-101", 6)]),
        ],
    )
    def test_quantities(self, lines: Reader, text: str, expected: list[tuple[str, int]]):
        assert lines(text) == expected


def test_lengths_behind_an_x_under_a_heading(lines: Reader):
    text = "Hex bolts M8, all zinc: 50 of the x40, 50 of the x60 and 25 of the x20."
    assert lines(text) == [("20-113", 50), ("20-115", 50), ("20-112", 25)]
