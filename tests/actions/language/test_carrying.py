"""What a line leaves to the line before it, and numbers that count no goods."""

import pytest

from tests.actions.language.catalogues import Reader


def booked(reading) -> list[tuple[str | None, int | None]]:
    return [(line.sku, line.quantity) for line in reading.lines]


def test_a_line_that_says_only_its_size_comes_in_the_packs_of_the_line_before(read: Reader):
    reading = read("5 boxes of M8x40 zinc hex bolts and 2 of the M8x50")
    assert booked(reading) == [("20-113", 500), ("20-114", 200)]


def test_a_line_with_a_noun_of_its_own_counts_pieces_again(read: Reader):
    reading = read("2 boxes of M8x40 zinc hex bolts and 4 M8 washers")
    assert booked(reading) == [("20-113", 200), ("30-103", 4)]


def test_a_bare_noun_joined_to_a_sized_line_is_wanted_in_the_same_number(read: Reader):
    nuts, washers = read("50 M8 nuts and washers").lines
    assert (nuts.sku, nuts.quantity) == ("31-103", 50)
    assert (washers.amount, washers.problem) == (50, "ambiguous_product")


def test_a_product_that_is_named_again_as_a_correction_takes_the_place_of_the_line(read: Reader):
    reading = read("4 red linen, 8 blue linen, no make the blue linen 4")
    assert booked(reading) == [("50-101", 40), ("50-100", 40)]


def test_one_pack_may_be_said_by_its_name_alone(read: Reader):
    assert booked(read("M8 washers, box\n20 M8 nuts")) == [("30-103", 200), ("31-103", 20)]


@pytest.mark.parametrize("note", ["Prices valid 30 days please.", "FAO Mrs Okafor, Room 12."])
def test_numbers_in_notes_are_no_lines(read: Reader, note: str):
    assert booked(read(f"20 M8 nuts\n40 M8 washers\n{note}")) == [("31-103", 20), ("30-103", 40)]


@pytest.mark.parametrize("text", ["how much is the blue linen", "what's the price of blue linen"])
def test_a_price_question_names_its_product(read: Reader, text: str):
    (line,) = read(text).lines
    assert (line.sku, line.quantity) == ("50-100", None)


@pytest.mark.parametrize(
    ("text", "customer"),
    [
        ("Puddleduck Nurseries, new order. 20 M8 nuts", "Puddleduck Nurseries"),
        ("Apex Cladding: 20 M8 nuts", "Apex Cladding"),
        ("acct 12748 - 20 M8 nuts", "12748"),
        ("customer 14911 wants 20 M8 nuts", "14911"),
        ("for The Copper Kettle in Bath: 20 M8 nuts", "The Copper Kettle"),
    ],
)
def test_the_customer_is_no_line_wherever_it_stands(read: Reader, text: str, customer: str):
    reading = read(text)
    assert reading.customer_text == customer
    assert booked(reading) == [("31-103", 20)]


@pytest.mark.parametrize("text", ["Hi Susan, 20 M8 nuts", "stick us down for 20 M8 nuts", "Nuts M8: 20"])
def test_a_greeting_or_a_line_is_no_customer(read: Reader, text: str):
    reading = read(text)
    assert reading.customer_text is None
    assert booked(reading) == [("31-103", 20)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("two boxes of pirate napkins and two of mermaid bunting", [("N1", 24), ("N4", 24)]),
        ("two boxes of pirate napkins and 3 mermaid bunting", [("N1", 24), ("N4", 3)]),
        ("a box of each of these please: pirate napkins, mermaid bunting", [("N1", 12), ("N4", 12)]),
        ("How many wicker hamper small come in a box? Either way I'll take one box, and 6 shrimping nets",
         [("H1", 12), ("H5", 6)]),
        ("an extra box of pirate napkins", [("N1", 12)]),
    ],
)  # fmt: skip
def test_boxes_said_once(shop_lines: Reader, text: str, expected: list[tuple[str, int]]):
    assert shop_lines(text) == expected


def test_boxes_over_all_lines(shop_lines: Reader):
    assert shop_lines("Boxes please\n1 pirate napkins\n2 mermaid bunting") == [("N1", 12), ("N4", 24)]


def test_a_pack_alone_behind_a_code(shop_lines: Reader):
    assert shop_lines("44011 12\n44012 6\nPirate bunting box") == [("44011", 12), ("44012", 6), ("N2", 12)]


def test_a_quantity_behind_a_comma_belongs_to_what_follows_at_once(shop_lines: Reader):
    found = shop_lines("8 wicker hampers, the small one, 9 pirate napkins, 6 shrimping nets")
    assert found == [("H1", 8), ("N1", 9), ("H5", 6)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4 pirate napkins, 4 mermaid ditto", [("N1", 4), ("N3", 4)]),
        ("2 boxes of pirate napkins\n1 ditto mermaid", [("N1", 24), ("N3", 12)]),
        ("4 pirate napkins, ditto mermaid", [("N1", 4), ("N3", 4)]),
    ],
)
def test_ditto_is_what_stood_before(shop_lines: Reader, text: str, expected: list[tuple[str, int]]):
    assert shop_lines(text) == expected


def test_ditto_in_another_unit_and_metal(lines: Reader):
    assert lines("4 m red linen, 2 ditto blue") == [("50-101", 40), ("50-100", 20)]
    assert ("31-103", 20) not in lines("20 M8x40 hex bolts stainless, 20 M8 hex nuts ditto")  # ours are zinc
