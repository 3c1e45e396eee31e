"""When order lines count for more than a guess, and when they are what something else is about."""

from __future__ import annotations

from datetime import date

import pytest

from actions.language.orders import ReadLine, read_order
from actions.routing import is_an_order
from actions.skills import NOT_UNDERSTOOD
from backend.customers.queries import by_code
from backend.identity.tables import Role
from backend.sales import queries as sales
from tests.actions.conversation import Talk
from tests.backend.world import World

KNOWN = "5 wood screws 4x50"


def cart(world: World, email: str = "customer@test") -> dict[str, int]:
    """What is in somebody's cart for Ferndale Joinery."""
    with world.reading(email) as work:
        found = sales.cart_of(work, by_code(work, "C1").id)
        return {line.product.sku: line.quantity for line in found.lines} if found is not None else {}


@pytest.fixture
def lines(talk: Talk) -> tuple[ReadLine, ...]:
    """Five of a product that is known."""
    index = talk.runner._catalogue.current().index
    return read_order("5 of 30-102", index, today=date(2026, 3, 2)).lines


@pytest.mark.parametrize(
    "guess",
    [
        "return_items",
        "exchange_items",
        "cancel_order",
        "change_order",
        "quote_request",
        "stock_check",
        "price_check",
    ],
)
def test_goods_are_not_ordered_where_something_else_about_them_is_most_likely(
    lines: tuple[ReadLine, ...], guess: str
) -> None:
    assert not is_an_order(Role.CUSTOMER, NOT_UNDERSTOOD, 0.3, [NOT_UNDERSTOOD, guess, "place_order"], lines, KNOWN)
    assert not is_an_order(Role.CUSTOMER, guess, 0.4, [guess, "place_order"], lines, KNOWN)


def test_an_order_in_so_many_words_is_one_whatever_is_most_likely(lines: tuple[ReadLine, ...]) -> None:
    assert is_an_order(Role.CUSTOMER, "change_order", 0.5, ["change_order"], lines, "order 5 wood screws")
    assert not is_an_order(Role.CUSTOMER, "change_order", 0.5, ["change_order"], lines, "cancel order 5 screws")


@pytest.mark.parametrize(
    "text",
    [
        "I want to send back 5 wood screws 4x50",
        "5 wood screws need to go back",
        "taking 5 screws back, too long",
        "returning 5 screws",
        "can I exchange 5 screws",
        "refund 5 screws",
    ],
)
def test_words_of_sending_back_are_no_order(lines: tuple[ReadLine, ...], text: str) -> None:
    assert not is_an_order(Role.CUSTOMER, NOT_UNDERSTOOD, 0.3, ["place_order"], lines, text)


@pytest.mark.parametrize(
    "text",
    [
        KNOWN,
        "send me 5 wood screws, the rest on back order",
        "send 5 back plates",
        "5 screws, get back to me",
        "give me 5, call back later",
    ],
)
def test_other_words_with_a_quantity_of_a_known_product_are(lines: tuple[ReadLine, ...], text: str) -> None:
    assert is_an_order(Role.CUSTOMER, NOT_UNDERSTOOD, 0.3, ["help"], lines, text)


def test_asking_about_a_customer_is_no_answer_to_whom_the_order_is_for(world: World) -> None:
    desk = Talk(world, "desk@test")
    assert "Which customer" in desk.say("60 M8x40 hex bolts", "place_order").text
    desk.say("tell me about Ferndale Joinery", "affirm", 0.5)
    assert cart(world, "desk@test") == {}


def test_to_change_an_order_that_can_not_be_changed_orders_nothing(world: World) -> None:
    talk = Talk(world)
    talk.say("60 M8x40 hex bolts", "place_order")
    assert "SO-999999" in talk.say("change SO-999999: make the hex bolts 80", "affirm", 0.5).text
    assert cart(world) == {"10-109": 60}


def test_some_goods_for_others_are_exchanged_and_not_swapped_in_the_cart(world: World) -> None:
    talk = Talk(world)
    talk.say("60 M8x40 hex bolts and 50 wood screws 4x50", "place_order")
    talk.say("can we exchange 5 of the wood screws 4x50 for the 4x40 ones", "change_quantity", 0.85)
    assert cart(world) == {"10-109": 60, "30-102": 50}


@pytest.mark.parametrize(
    ("intent", "confidence"),
    [("remove_item", 0.85), ("change_quantity", 0.85), ("exchange_items", 0.85), ("not_understood", 0.3)],
)
def test_what_is_sent_back_is_not_taken_out_of_the_cart(world: World, intent: str, confidence: float) -> None:
    talk = Talk(world)
    talk.say("60 M8x40 hex bolts and 50 wood screws 4x50", "place_order")
    talk.say("I want to send back 5 wood screws 4x50", intent, confidence)
    assert cart(world) == {"10-109": 60, "30-102": 50}
