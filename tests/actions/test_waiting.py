"""What waits for a yes: shown again where a yes is doubtful, dropped for a newer question."""

from __future__ import annotations

import pytest

from backend.chat.cards import CartCard
from tests.actions.conversation import Talk
from tests.actions.test_ordering import lines


@pytest.mark.parametrize(
    ("text", "skill", "confidence"),
    [
        ("let me talk to a person", "confirm", 0.5),
        ("hm the blue lorry", "affirm", 0.79),
        ("no, leave that be please", "confirm", 0.95),
        ("yes if they are in stock", "affirm", 0.95),
        ("send it to Cork", "not_understood", 0.3),
        ("ok, send it to the other place", "confirm", 0.95),
        ("yes, ship it by Friday", "affirm", 0.95),
    ],
)
def test_a_doubtful_yes_shows_the_cart_again_and_places_nothing(
    talk: Talk, text: str, skill: str, confidence: float
) -> None:
    before = talk.world.orders()
    talk.say("60 M8x40 hex bolts", "place_order")
    reply = talk.say(text, skill, confidence)
    assert talk.world.orders() == before
    assert talk.say("show the cart", "show_cart").card is not None
    assert "is placed" not in reply.text


@pytest.fixture
def placed(talk: Talk) -> str:
    """The number of an order that is placed."""
    talk.say("5 wood screws 4x50", "place_order")
    return talk.tap("Place this order").text.split()[1]


def test_what_is_asked_again_has_its_card_and_its_buttons(talk: Talk, placed: str) -> None:
    first = talk.say(f"cancel {placed}", "cancel_order")
    titles = talk.titles()
    again = talk.say("the thing from before", "confirm", 0.5)
    assert again.text == f"I'm not sure that was a yes, so I've done nothing yet. {first.text}"
    assert again.card == first.card
    assert talk.titles() == titles
    assert f"{placed} is cancelled" in talk.say("yes please", "affirm").text


def test_a_sure_reading_is_a_yes(talk: Talk) -> None:
    talk.say("60 M8x40 hex bolts", "place_order")
    assert "is placed" in talk.say("that will do nicely", "confirm", 0.8).text


def test_a_newer_question_takes_the_place_of_what_waited_and_says_so(talk: Talk, placed: str) -> None:
    talk.say("60 M8x40 hex bolts", "place_order")
    talk.say(f"cancel {placed}", "cancel_order")
    reply = talk.say("make the hex bolts 24 instead", "not_understood", 0.3)
    assert reply.text.startswith("I've left the cancellation for now. ")
    assert lines(reply.card) == [("10-109", 24)]
    assert "is placed" in talk.say("yes please", "affirm").text
    assert "is cancelled" not in talk.say(f"where is {placed}", "order_status").text


def test_the_cart_that_is_shown_again_is_what_a_yes_is_for(talk: Talk) -> None:
    talk.say("60 M8x40 hex bolts", "place_order")
    talk.say("empty the cart", "discard_cart")
    assert "Shall I place the order?" in talk.say("show my cart", "show_cart").text
    assert "is placed" in talk.say("yes", "affirm").text


def test_to_place_the_order_is_no_yes_to_something_else(talk: Talk, placed: str) -> None:
    before = talk.world.orders()
    talk.say("60 M8x40 hex bolts", "place_order")
    talk.say(f"cancel {placed}", "cancel_order")
    reply = talk.say("place the order please", "confirm")
    assert reply.text.startswith("I've left the cancellation for now. Before I place it, this is the cart. ")
    assert isinstance(reply.card, CartCard)
    assert talk.world.orders() == before
    assert "is placed" in talk.say("yes", "affirm").text


def test_a_yes_or_a_no_that_was_given_leaves_nothing_to_be_left(talk: Talk, placed: str) -> None:
    talk.say("60 M8x40 hex bolts", "place_order")
    talk.say(f"cancel {placed}", "cancel_order")
    assert "I've left" not in talk.tap("No").text
    talk.say(f"cancel {placed}", "cancel_order")
    assert "I've left" not in talk.tap("Yes").text


def test_a_yes_after_a_question_that_was_dropped_does_not_fall_to_the_cart_before_it(talk: Talk) -> None:
    talk.say("60 M8x40 hex bolts", "place_order")
    assert "empty the cart" in talk.say("empty my cart", "discard_cart").text
    talk.say("let me talk to a person", "talk_to_human")
    talk.say("yes please", "affirm")
    assert talk.world.orders() == 0
