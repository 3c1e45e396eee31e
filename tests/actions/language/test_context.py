"""What stands beside the lines: numbers of orders and references count no goods."""

import pytest

from tests.actions.language.catalogues import Reader


@pytest.mark.parametrize(
    "text",
    [
        "would you kindly add ten metres of natural linen to order 50260? Thank you.",
        "please put 10 m of natural linen on our order 61204!",
        "10 m natural linen to my order 30881 if it hasn't gone",
        "10 m natural linen with order 77120 thanks",
        "10 m natural linen\nship with their open order 20104",
        "10 m natural linen to go on order 20104",
        "Put 10 m natural linen on Jessop Marine's order 41990",
        "add 10 m natural linen on my order from yesterday, number 42050",
        "order 42050 - add 10 m natural linen",
        "please add 10 m natural linen to 42050",
        "10 m more natural linen onto 42050 please",
        "same as we had on 42050: 10 m natural linen",
    ],
)
def test_an_order_spoken_of_is_no_quantity_and_no_code(lines: Reader, text: str):
    assert lines(text) == [("50-102", 100)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("we'd like to order 5000 M8x40 hex bolts zinc", ("20-113", 5000)),
        ("M8x40 hex bolts zinc: I'd like to order 5000.", ("20-113", 5000)),
        ("can I order 1200, M8x40 zinc hex bolts?", ("20-113", 1200)),
        ("I'd like to order 20104 x 200 please", ("20-104", 200)),
        ("please order 20104, 200 of them", ("20-104", 200)),
    ],
)
def test_what_one_orders_is(lines: Reader, text: str, expected: tuple[str, int]):
    assert lines(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "last bits for this job: 100 M8x40 hex bolts zinc",
        "for the repair stand job:\n100 M8x40 hex bolts zinc",
        "bits for that job 100 M8x40 hex bolts zinc",
        "Same job: 100 x M8x40 zinc hex bolts",
        "Reference:\n100 M8x40 hex bolts zinc",
    ],
)
def test_a_label_without_a_number_has_no_reference(read: Reader, text: str):
    reading = read(text)
    assert [(line.sku, line.quantity) for line in reading.lines] == [("20-113", 100)]
    assert reading.customer_reference is None


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("job 4471: 100 M8x40 hex bolts zinc", "4471"),
        ("Our job no. 881, 100 M8x40 hex bolts zinc", "881"),
        ("PO 4471\n100 M8x40 hex bolts zinc", "4471"),
        ("Ref:\n4471\n100 M8x40 hex bolts zinc", "4471"),
    ],
)
def test_a_reference_that_is_given_is_kept(read: Reader, text: str, reference: str):
    reading = read(text)
    assert [(line.sku, line.quantity) for line in reading.lines] == [("20-113", 100)]
    assert reading.customer_reference == reference


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Deliver to Lower Barn, Kettleshulme, SK23 7QU: 10 m natural linen", "Lower Barn, Kettleshulme, SK23 7QU"),
        ("Deliver to Lower Barn, SK23 7QU, 10 m natural linen", "Lower Barn, SK23 7QU"),
        ("deliver to 14 Mill Lane, 10 m natural linen", "14 Mill Lane"),
        ("deliver to the site: 10 m natural linen", "the site"),
        ("10 m natural linen. Deliver to Unit 3, 14 Mill Lane, Stockport by Friday", "Unit 3, 14 Mill Lane, Stockport"),
    ],
)
def test_an_address_ends_where_the_goods_begin(read: Reader, text: str, address: str):
    reading = read(text)
    assert [(line.sku, line.quantity) for line in reading.lines] == [("50-102", 100)]
    assert reading.delivery_text == address


@pytest.mark.parametrize(
    "text", ["I was going to ask for 5 m of red linen, the 140", "we're going to need our 5 m red linen,"]
)
def test_what_somebody_is_going_to_do_is_no_address(read: Reader, text: str):
    reading = read(text)
    assert reading.delivery_text is None
    assert ("50-101", 50) in [(line.sku, line.quantity) for line in reading.lines]


def test_the_order_may_follow_the_address_without_a_pause(read: Reader):
    reading = read("you send to our workshop 3 box of M8 washer, and M6 nut, 2 box")
    assert [(line.sku, line.quantity) for line in reading.lines] == [("30-103", 600), ("31-102", 200)]
    assert reading.delivery_text == "our workshop"


def test_stainless_steel_is_no_street(lines: Reader):
    assert lines("48 M8x40 St. steel hex bolts") == [("21-113", 48)]
    assert lines("48 Hex Bolts St. steel M8x40") == [("21-113", 48)]


def test_an_address_ends_with_its_question(lines: Reader):
    assert lines("Could these be delivered to Stockport 4? We need 10 m natural linen") == [("50-102", 100)]


def test_a_customer_of_ours_is_no_name(read: Reader):
    reading = read("I've a customer wanting natural linen, 10 m of it")
    assert reading.customer_text is None
    assert [(line.sku, line.quantity) for line in reading.lines] == [("50-102", 100)]
