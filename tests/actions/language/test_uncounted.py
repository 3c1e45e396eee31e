"""Numbers that count no goods."""

import pytest

from tests.actions.language.catalogues import Reader


@pytest.mark.parametrize(
    "text",
    [
        "for week 48 we need 6 shrimping nets",
        "from booth 14, 6 shrimping nets",
        "6 shrimping nets for the fair on 12 July",
        "two things: 6 shrimping nets",
        "four lots of things: 6 shrimping nets",
    ],
)
def test_are_no_quantities(shop_lines: Reader, text: str):
    assert shop_lines(text) == [("H5", 6)]


def test_how_a_thing_is_packed_is_no_order_of_a_pack(read_shop: Reader):
    (line,) = read_shop("some of the shrimping nets please, I don't know how many come in a box").lines
    assert (line.sku, line.quantity, line.problem) == ("H5", None, "no_quantity")


def test_lots_of_a_thing_are_a_quantity(shop_lines: Reader):
    assert shop_lines("Line 1: 44010 qty 4 Line 2: 44011 qty 6") == [("44010", 4), ("44011", 6)]


@pytest.mark.parametrize(
    "text",
    [
        "two boxes of M8 washers, 200 to the box",
        "two boxes of M8 washers (200 in a box)",
        "two boxes of M8 washers, 200 to a box",
        "two boxes M8 washers all in one drop if that brings it down",
        "two boxes of M8 washers please, in 2 deliveries if it helps",
    ],
)
def test_what_a_pack_holds_and_how_often_the_van_comes_are_no_quantities(lines: Reader, text: str):
    assert lines(text) == [("30-103", 400)]


def test_what_is_said_to_be_long_is_counted(lines: Reader):
    assert lines("12 long M8x60 zinc hex bolts") == [("20-115", 12)]
    assert lines("10 m red linen 140 wide") == [("50-101", 100)]


@pytest.mark.parametrize(
    "text",
    [
        "Good afternoon, we have a contract for 40 dining chairs coming up. Could you quote for 6 m of red linen?",
        "We've 16 bar stools to re-cover. 6 m red linen please",
        "There are 30 children in the class. 6 m of red linen, please.",
        "It's for 24 cushions. Red linen, 6 m.",
        "Hello, I have 9 footstools to do for a hotel. Can you send 6 m of red linen",
        "6 m of red linen for the 12 of us",
        "For 3 benches: 6 m of red linen",
        "I've got 12 windows to do: red linen, 6 m",
    ],
)
def test_what_one_tells_of_oneself_is_no_order(lines: Reader, text: str):
    assert lines(text) == [("50-101", 60)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We have 40 M8 zinc hex nuts to order. And 5 M6 washers", [("31-103", 40), ("30-102", 5)]),
        ("We need 40 castors. And 5 M6 washers", [(None, None), ("30-102", 5)]),
        ("Can we have 40 castors. And 5 M6 washers", [(None, None), ("30-102", 5)]),
        ("We are after 40 castors. And 5 M6 washers", [(None, None), ("30-102", 5)]),
    ],
)
def test_what_one_asks_for_is(lines: Reader, text: str, expected: list[tuple[str | None, int | None]]):
    assert lines(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "6 m red linen. Invoice to the shop, goods to Mrs Allardyce, 4 Mill Lane.",
        "6 m red linen for the shop, 22 Castle Hill Road please",
        "6 m red linen - 14b Station Road, Leeds",
        "red linen 6 m, 7 Back Street",
        "6 m red linen. I'm at 120 Kings Avenue",
    ],
)
def test_the_number_of_a_house_is_no_quantity(lines: Reader, text: str):
    assert lines(text) == [("50-101", 60)]


@pytest.mark.parametrize(
    "text",
    [
        "20 M8 washers at 45p each, as quoted",
        "20 M8 washers @ 3p each",
        "M8 washers at 12p, 20",
        "20 M8 washers at 4.5p please",
        "M8 washers at 99p each x 20",
    ],
)
def test_pence_are_a_price(lines: Reader, text: str):
    assert lines(text) == [("30-103", 20)]


@pytest.mark.parametrize(
    "text",
    [
        "60 M5 washers, I come to take it at 15 o'clock.",
        "60 M5 washers. Goods in closes at 4.",
        "60 M5 washers and could you leave them with the neighbours at number 6 if we're out?",
        "For gate no. 3:\n60 M5 washers",
        "Morning, shed run no. 6\n60 M5 washers",
        "Deliver to branch 3 please\n60 M5 washers",
        "60 M5 washers. Doing two vans this month so I'll be back for more.",
        "60 M5 washers, and would you check whether order 50377 has left you?",
    ],
)
def test_hours_places_and_what_one_does_count_no_goods(lines: Reader, text: str):
    assert lines(text) == [("30-101", 60)]


def test_a_number_behind_its_goods_still_counts(lines: Reader):
    assert lines("M5 washers no. 60\nM8 washers no. 40") == [("30-101", 60), ("30-103", 40)]


@pytest.mark.parametrize(
    "told",
    [
        "We sold 14 mermaid napkins at the fair.",
        "We went through 14 mermaid napkins last week.",
        "The last lot of 14 went in a day.",
    ],
)
def test_what_was_sold_is_not_wanted(shop_lines: Reader, told: str):
    assert shop_lines(f"{told} 6 pirate bunting and 8 mermaid bunting please") == [("N2", 6), ("N4", 8)]
