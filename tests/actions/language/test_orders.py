"""What an order message says: products, quantities in sales units, and what must be asked."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.actions.language.catalogues import Reader

M8X40 = {"20-113", "21-113", "22-113"}


class TestSeveralLines:
    def test_the_sentence_of_the_brief(self, read: Reader):
        reading = read("60 M8x40 hex bolts, two boxes of M8 washers and 25 metres of the blue linen please")
        bolts, washers, linen = reading.lines
        assert (bolts.sku, bolts.amount, bolts.problem) == (None, 60, "ambiguous_product")
        assert {c.sku for c in bolts.candidates} == M8X40
        assert (washers.sku, washers.asked, washers.unit, washers.quantity) == ("30-103", "two boxes", "box", 400)
        assert (linen.sku, linen.asked, linen.unit, linen.quantity) == ("50-100", "25 metres", "metre", 250)

    @pytest.mark.parametrize(
        "text",
        [
            "60 M8x40 zinc hex bolts, 40 M8 washers, 20 M8 nuts",
            "60 M8x40 zinc hex bolts and 40 M8 washers and 20 M8 nuts",
            "60 M8x40 zinc hex bolts\n40 M8 washers\n20 M8 nuts",
            "- 60 M8x40 zinc hex bolts\n- 40 M8 washers\n- 20 M8 nuts",
            "1. 60 M8x40 zinc hex bolts\n2. 40 M8 washers\n3. 20 M8 nuts",
            "1) 60 M8x40 zinc hex bolts\n2) 40 M8 washers\n3) 20 M8 nuts",
            "M8x40 zinc hex bolts x 60, M8 washers x 40, M8 nuts x 20",
            "M8x40 zinc hex bolts 60\nM8 washers 40\nM8 nuts 20",
            "M8x40 zinc hex bolts: 60; M8 washers: 40; M8 nuts: 20",
            "M8x40 zinc hex bolts - 60\nM8 washers - 40\nM8 nuts - 20",
            "M8x40 zinc hex bolts\t60\nM8 washers\t40\nM8 nuts\t20",
            "60 M8x40 zinc hex bolts 40 M8 washers 20 M8 nuts",
            "60x M8x40 zinc hex bolts + 40x M8 washers + 20x M8 nuts",
            "60 off M8x40 zinc hex bolt; 40 off M8 washer; 20 off M8 nut",
            "20-113: 60, 30-103: 40, 31-103: 20",
            "60 of 20-113, 40 of 30-103 and 20 of 31-103",
            "20-113, 60\n30-103, 40\n31-103, 20",
            "20-113 x60 30-103 x40 31-103 x20",
            "sixty M8x40 zinc hex bolts, forty M8 washers and twenty M8 nuts",
            "Hi there, can I get 60 M8x40 hex bolts in zinc plus 40 M8 washers as well as 20 M8 nuts please? Ta, Bob",
            "We need: 60 M8x40 zinc hex bolts, 40 M8 washers, also 20 M8 nuts. Thanks!",
            "qty 60 M8x40 zinc hex bolts, qty 40 M8 washers, qty 20 M8 nuts",
        ],
    )
    def test_however_they_are_laid_out(self, lines: Reader, text: str):
        assert lines(text) == [("20-113", 60), ("30-103", 40), ("31-103", 20)]

    def test_spans_point_at_the_words(self, read: Reader):
        text = "hello, 40 M8 washers and 20 M8 nuts please"
        first, second = read(text).lines
        assert text[slice(*first.span)] == first.text == "40 M8 washers"
        assert text[slice(*second.span)].startswith("20 M8 nuts")

    def test_a_line_that_cannot_be_decided_keeps_the_others(self, lines: Reader):
        assert lines("12 flurbles and 40 M8 washers") == [(None, None), ("30-103", 40)]


class TestQuantities:
    @pytest.mark.parametrize(
        ("text", "quantity"),
        [
            ("M8 washers x 2 boxes", 400),
            ("2 boxes M8 washers", 400),
            ("a box of M8 washers", 200),
            ("box of M8 washers", 200),
            ("half a box of M8 washers", 100),
            ("two dozen M8 washers", 24),
            ("2 doz M8 washers", 24),
            ("a dozen M8 washers", 12),
            ("half a dozen M8 washers", 6),
            ("a couple of M8 washers", 2),
            ("a couple of boxes of M8 washers", 400),
            ("a hundred M8 washers", 100),
            ("one hundred and twenty M8 washers", 120),
            ("twenty-five M8 washers", 25),
            ("1,200 M8 washers", 1200),
            ("1.2k M8 washers", 1200),
            ("2 thousand M8 washers", 2000),
            ("M8 washers x40", 40),
            ("M8 washers 40x", 40),
            ("40no. M8 washers", 40),
            ("M8 washers (40)", 40),
            ("M8 washers @ 40", 40),
            ("40 pcs M8 washers", 40),
            ("40pcs M8 washers", 40),
            ("another 40 M8 washers", 40),
            ("40 more M8 washers", 40),
            ("2 boxes of 200 M8 washers", 400),
            ("40 M8 washers at £0.12 each", 40),
        ],
    )
    def test_washers(self, lines: Reader, text: str, quantity: Any):
        assert lines(text) == [("30-103", quantity)]

    @pytest.mark.parametrize(
        ("text", "quantity"),
        [
            ("25m blue linen", 250),
            ("25 m blue linen", 250),
            ("25 mtrs of blue linen", 250),
            ("2.5 m blue linen", 25),
            ("2½ metres of the blue linen", 25),
            ("50cm blue linen", 5),
            ("25 of the blue linen", 250),
            ("blue linen, 25 metres", 250),
            ("a roll of blue linen", 500),
            ("2 x 25m blue linen", 500),
            ("twenty five metres of blue linen", 250),
        ],
    )
    def test_linen_in_tenths_of_a_metre(self, lines: Reader, text: str, quantity: Any):
        assert lines(text) == [("50-100", quantity)]

    def test_pairs_and_weights(self, lines: Reader):
        assert lines("5 pairs of work gloves and 2.5 kg wood screws") == [("60-101", 5), ("60-103", 25)]

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("M8 washers", "no_quantity"),
            ("some M8 washers please", "no_quantity"),
            ("a few M8 washers", "no_quantity"),
            ("0 M8 washers", "zero"),
            ("-5 M8 washers", "negative"),
            ("2.5 M8 washers", "fractional"),
            ("9999999 M8 washers", "absurd"),
            ("99999999999999999999999999 M8 washers", "absurd"),
            ("10-12 M8 washers", "range"),
            ("10 to 12 M8 washers", "range"),
            ("between 10 and 12 M8 washers", "range"),
            ("10 or 12 M8 washers", "range"),
            ("12 345 M8 washers", "range"),
            ("3 rolls of M8 washers", "unknown_pack"),
            ("25 metres of M8 washers", "unknown_pack"),
        ],
    )
    def test_what_must_be_asked(self, read: Reader, text: str, problem: Any):
        (line,) = read(text).lines
        assert (line.sku, line.quantity, line.problem) == ("30-103", None, problem)

    def test_boxes_of_two_sizes_must_say_which(self, read: Reader, lines: Reader):
        assert read("2 boxes of brass cup hooks").lines[0].problem == "unknown_pack"
        assert lines("2 boxes of 50 brass cup hooks") == [("60-104", 100)]

    def test_numbers_of_a_size_are_no_quantity(self, lines: Reader):
        assert lines("60 M8x40 hex bolts zinc") == [("20-113", 60)]
        assert lines("M8x40 hex bolts zinc x 60") == [("20-113", 60)]
        assert lines("M8 x 40 hex bolts zinc x 60") == [("20-113", 60)]
        assert lines("3 blue zips 20cm") == [("52-100", 3)]
        assert lines("12 20cm blue zips") == [("52-100", 12)]


class TestCorrections:
    @pytest.mark.parametrize(
        "text",
        [
            "12, sorry, 24 M8 washers",
            "12 M8 washers, sorry, 24",
            "12 M8 washers. No, make that 24",
            "12 no make that 24 M8 washers",
            "12 (actually 24) M8 washers",
            "12 M8 washers - oops, 24",
            "10-12, let's say 24 M8 washers",
            "12 M10 washers, sorry, 24 M8 washers",
        ],
    )
    def test_the_later_word_counts(self, lines: Reader, text: str):
        assert lines(text) == [("30-103", 24)]

    def test_the_unit_stays_or_changes(self, lines: Reader):
        assert lines("2 boxes of M8 washers, sorry, 3") == [("30-103", 600)]
        assert lines("20 M8 washers, no, 2 boxes") == [("30-103", 400)]

    def test_a_colour_is_corrected(self, lines: Reader):
        assert lines("20m red linen, I mean blue") == [("50-100", 200)]

    def test_an_apology_is_not_a_correction(self, lines: Reader):
        assert lines("sorry to bother you, 12 M8 washers please") == [("30-103", 12)]


class TestSharedNouns:
    @pytest.mark.parametrize(
        "text",
        [
            "drawer knobs: 12 blue, 6 white",
            "drawer knobs: 12 blue and 6 of the white ones",
            "12 blue drawer knobs and 6 white",
            "12 blue drawer knobs, 6 white ones",
            "12 blue and 6 white drawer knobs",
            "Drawer knobs:\n12 blue\n6 white",
            "drawer knobs: blue 12, white 6",
        ],
    )
    def test_a_noun_is_said_once(self, lines: Reader, text: str):
        assert lines(text) == [("53-100", 12), ("53-103", 6)]

    def test_a_quantity_is_said_once(self, lines: Reader):
        assert lines("red and blue linen, 5m each") == [("50-101", 50), ("50-100", 50)]
        assert lines("10 each of M8 washers and M10 washers") == [("30-103", 10), ("30-104", 10)]


class TestDecideOrAsk:
    def test_sizes_are_never_approximate(self, read: Reader):
        for text in ("20 M8x45 zinc hex bolts", "20 M7x40 zinc hex bolts", "20 M9 washers"):
            (line,) = read(text).lines
            assert line.sku is None, text

    def test_a_colour_we_do_not_have_is_not_replaced(self, read: Reader):
        (line,) = read("20m purple linen").lines
        assert (line.sku, line.problem) == (None, "unknown_product")
        assert {c.sku for c in line.candidates} <= {"50-100", "50-101", "50-102", "50-103"}

    def test_history_decides_between_equals(self, lines: Reader):
        assert lines("60 M8x40 hex bolts", bought={"21-113": 4}) == [("21-113", 60)]
        assert lines("60 M8x40 hex bolts", bought={"21-113": 4, "20-113": 3}) == [(None, None)]
        assert lines("60 M8x40 hex bolts", bought={"21-113": 40, "20-113": 3}) == [("21-113", 60)]

    def test_history_never_overrules_what_was_said(self, lines: Reader):
        assert lines("60 M8x40 zinc hex bolts", bought={"21-113": 400}) == [("20-113", 60)]
        assert lines("60 M8x50 hex bolts zinc", bought={"20-113": 400}) == [("20-114", 60)]

    def test_the_screen_decides_between_equals(self, lines: Reader):
        assert lines("60 M8x40 hex bolts", on_screen=["22-113", "30-103"]) == [("22-113", 60)]
        assert lines("20 of those", on_screen=["22-113"]) == [("22-113", 20)]

    def test_the_cart_decides_between_equals(self, lines: Reader):
        assert lines("another 10 of the M8x40 bolts", cart=["20-113", "30-103"]) == [("20-113", 10)]

    def test_a_discontinued_product_is_not_sold(self, read: Reader):
        by_code, by_name = read("20 of 90-100").lines[0], read("20m green linen").lines[0]
        assert (by_code.sku, by_code.problem) == (None, "unknown_product")
        assert (by_name.sku, by_name.problem) == (None, "unknown_product")

    def test_a_code_beside_another_product_is_asked_about(self, read: Reader):
        assert read("40 of 20-113 M8x40 hex bolt zinc").lines[0].sku == "20-113"
        line = read("40 of 20-113 blue linen 140cm").lines[0]
        assert line.sku is None
        assert {c.sku for c in line.candidates} == {"20-113", "50-100"}

    @pytest.mark.parametrize(
        ("text", "sku"),
        [
            ("20-104 x40", "20-104"), ("20-104: 40", "20-104"), ("40 of 20-104", "20-104"), ("40 20-104", "20-104"),
            ("20-104x40", "20-104"), ("40 x 20-104", "20-104"), ("40 of 20 104", "20-104"), ("40 of 20104", "20-104"),
        ],
    )  # fmt: skip
    def test_codes(self, lines: Reader, text: str, sku: Any):
        assert lines(text) == [(sku, 40)]

    @pytest.mark.parametrize(
        ("text", "sku"),
        [
            ("10 blu linnen", "50-100"), ("10 blue linin", "50-100"), ("10 linen blue", "50-100"),
            ("10 wite draw knobs", "53-103"), ("10 white drawr knobs", "53-103"), ("10 M8 wahsers", "30-103"),
            ("10 pollyester thred red", "51-101"), ("10 wood glu", "60-102"), ("10 parcel tap", "60-100"),
        ],
    )  # fmt: skip
    def test_typos(self, read: Reader, text: str, sku: Any):
        (line,) = read(text).lines
        assert (line.sku, line.problem) == (sku, None)


class TestAsPeopleWrite:
    """Messages written to try the reader, not to fit it; those it first got wrong are kept here."""

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("30 blue and 20 red zips", [("52-100", 30), ("52-101", 20)]),
            ("could i possibly have about 30 M5 nuts", [("31-101", 30)]),
            ("2x box m8 washers, 50 m8x50 bolts zinc. cheers", [("30-103", 400), ("20-114", 50)]),
            ("20-113 20-114 20-115 50 of each please", [("20-113", 50), ("20-114", 50), ("20-115", 50)]),
            ("12 pairs gloves and 1 litre wood glue x 6", [("60-101", 12), ("60-102", 6)]),
            ("for customer Harper & Sons 20 M8 washers and 30 M8 nuts", [("30-103", 20), ("31-103", 30)]),
            ("20 ceramic knobs blue; 10 in red", [("53-100", 20), ("53-101", 10)]),
            ("10m blue linen, not the red one", [("50-100", 100)]),
            ("M8x40 hex bolts zinc 60, black 40, stainless 20", [("20-113", 60), ("22-113", 40), ("21-113", 20)]),
            ("3 parcel tapes for the packing bench, 1 wood glue for maintenance", [("60-100", 3), ("60-102", 1)]),
            ("200 off 20-110 @ 0.15", [("20-110", 200)]),
            ("40 natural threads, thanks Jane 07700 900123", [("51-102", 40)]),
            ("wud like 5 mtr blue linnen n 5 mtr red", [("50-100", 50), ("50-101", 50)]),
            ("Line 1: 20-104 qty 40 Line 2: 20-105 qty 60", [("20-104", 40), ("20-105", 60)]),
            ("one box m16 nuts one box m16 washers", [("31-106", 100), ("30-106", 200)]),
            ("thread: red 4, blue 6, white 10", [("51-101", 4), ("51-100", 6), ("51-103", 10)]),
        ],
    )
    def test_read_exactly(self, lines: Reader, text: str, expected: Any):
        assert lines(text) == expected

    @pytest.mark.parametrize("text", ["60 M8x40 A4 stainless hex bolts", "50 M20x60 zinc hex bolts", "50 M4x20 bolts"])
    def test_what_is_not_there_or_not_told_apart_is_asked(self, lines: Reader, text: str):
        assert lines(text) == [(None, None)]


class TestAroundTheLines:
    def test_everything_at_once(self, read: Reader, lines: Reader):
        text = (
            "Hi, for Harper & Sons: 20 M8 washers and 10m of red linen by Friday week, our PO 4471.\n"
            "Deliver to 12 Mill Lane, Leeds LS1 4AB. Thanks"
        )
        reading = read(text)
        assert [(line.sku, line.quantity) for line in reading.lines] == [("30-103", 20), ("50-101", 100)]
        assert reading.requested_date == date(2025, 12, 5)
        assert reading.customer_reference == "4471"
        assert reading.customer_text == "Harper & Sons"
        assert reading.delivery_text == "12 Mill Lane, Leeds LS1 4AB"

    @pytest.mark.parametrize(
        ("text", "customer"),
        [
            ("order 40 of 20-104 for Harper & Sons", "Harper & Sons"),
            ("order 40 of 20-104 for harper & sons", "harper & sons"),
            ("40 of 20-104 for customer 14911", "14911"),
            ("Harper & Sons want 40 of 20-104", "Harper & Sons"),
            ("order for Bright Interiors Ltd: 40 of 20-104", "Bright Interiors Ltd"),
            ("for Bright Interiors, 40 of 20-104 by Friday", "Bright Interiors"),
            ("40 of 20-104 on behalf of Smith and Co please", "Smith and Co"),
            ("40 of 20-104 for Friday", None),
            ("40 of 20-104 for me please", None),
            ("40 of 20-104 for delivery tomorrow", None),
        ],
    )
    def test_for_whom(self, read: Reader, text: str, customer: Any):
        reading = read(text)
        assert [(line.sku, line.quantity) for line in reading.lines] == [("20-104", 40)]
        assert reading.customer_text == customer

    @pytest.mark.parametrize(
        ("text", "reference"),
        [
            ("40 of 20-104, our PO 4471", "4471"),
            ("40 of 20-104 under PO-4471", "PO-4471"),
            ("PO number: HS/2291. 40 of 20-104", "HS/2291"),
            ("40 of 20-104 ref ABC-12", "ABC-12"),
            ("40 of 20-104", None),
        ],
    )
    def test_their_own_number(self, read: Reader, text: str, reference: Any):
        reading = read(text)
        assert [(line.sku, line.quantity) for line in reading.lines] == [("20-104", 40)]
        assert reading.customer_reference == reference

    @pytest.mark.parametrize(
        ("text", "day"),
        [
            ("40 M8 washers by Friday week", date(2025, 12, 5)),
            ("40 M8 washers for end of month", date(2025, 11, 30)),
            ("40 M8 washers by 12/12", date(2025, 12, 12)),
            ("I need 40 M8 washers tomorrow", date(2025, 11, 22)),
            ("for delivery next Tuesday: 40 M8 washers", date(2025, 11, 25)),
            ("40 M8 washers needed by 12th December please", date(2025, 12, 12)),
        ],
    )
    def test_by_when(self, read: Reader, text: str, day: Any):
        reading = read(text)
        assert [(line.sku, line.quantity) for line in reading.lines] == [("30-103", 40)]
        assert reading.requested_date == day

    @pytest.mark.parametrize("text", ["", "   ", "hello", "thanks very much", "where is my order?", "can you help me"])
    def test_small_talk_is_no_order(self, lines: Reader, text: str):
        assert lines(text) == []

    def test_small_talk_around_an_order(self, read: Reader):
        text = (
            "Morning! Hope you are well. Could you send 40 M8 washers for the new site as we have run out. Cheers, Dave"
        )
        assert [(line.sku, line.quantity) for line in read(text).lines] == [("30-103", 40)]

    def test_what_was_not_read_is_kept(self, read: Reader):
        assert any("flurble" in one.text for one in read("40 M8 washers, and the flurble thing").unread)


def test_amounts_are_decimals(read: Reader):
    assert read("2.5 m red linen").lines[0].amount == Decimal("2.5")


@pytest.mark.parametrize(
    "later",
    [
        ", I'll ring you how many",
        " but check with Sue how many",
        ", she will text the amount",
        ", number to follow",
        ", let you know Friday",
    ],
)
def test_goods_whose_number_is_told_later_are_asked_about(shop_lines: Reader, later: str):
    assert shop_lines(f"8 pirate napkins and the mermaid napkins{later}") == [("N1", 8), ("N3", None)]


@pytest.mark.parametrize("asked", ["how many are in a box?", "how many do you get to a box?", "how many come in a box"])
def test_what_a_pack_holds_is_no_pack(shop_lines: Reader, asked: str):
    assert ("N3", 12) not in shop_lines(f"8 pirate napkins. The mermaid napkins, {asked}")


def test_a_number_behind_a_wish_counts_what_follows(shop_lines: Reader):
    text = "pirate shop let me down AGAIN. need 2 bunting mermaid, 1 wooden tool crate big one, 40 glow worms"
    assert [line for line in shop_lines(text) if line[1]] == [("N4", 2), ("H6", 1)]


def test_a_number_that_somebody_wants_may_stand_behind(shop_lines: Reader):
    assert shop_lines("the mermaid bunting I want 12 and the pirate napkins I need 6") == [("N4", 12), ("N1", 6)]
