"""While a question is open: leaving out what it is about, a bare yes to several, and questions of one's own."""

from __future__ import annotations

import pytest

from backend.chat.cards import CartCard
from tests.actions.conversation import Talk
from tests.actions.test_ordering import lines
from tests.backend.world import World


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("forget the screws", "remove_item"),
        ("skip that one", "discard_cart"),
        ("actually knock the wood screws off", "change_quantity"),
        ("no screws then", "deny"),
    ],
)
def test_what_is_asked_about_is_left_out_in_words(talk: Talk, text: str, intent: str) -> None:
    talk.say("50 wood screws and 60 M8x40 hex bolts", "place_order")
    reply = talk.say(text, intent)
    assert "I've left out “wood screws”." in reply.text
    assert lines(reply.card) == [("10-109", 60)]


def test_dropping_a_line_of_the_cart_answers_no_question(talk: Talk) -> None:
    talk.say("50 wood screws and 60 M8x40 hex bolts", "place_order")
    talk.say("drop the bolts", "remove_item")
    assert "wood screws" in talk.last[-1].text
    assert "Wood screw 4x50 zinc" in talk.titles()


def test_a_yes_to_a_choice_of_several_asks_which(talk: Talk) -> None:
    talk.say("50 wood screws", "place_order")
    reply = talk.say("yes please", "affirm")
    assert reply.text.startswith("A yes alone doesn't tell me which; tap it or name it.")
    assert lines(talk.say("the second", "affirm", 0.4).card) == [("30-102", 50)]


@pytest.mark.parametrize("confidence", [0.93, 0.5])
def test_a_question_about_a_customer_is_not_whom_the_order_is_for(world: World, confidence: float) -> None:
    desk = Talk(world, "desk@test")
    assert "Which customer" in desk.say("60 M8x40 hex bolts", "place_order").text
    desk.say("what will Ferndale Joinery need next month?", "forecast_customer", confidence)
    assert not any(isinstance(reply.card, CartCard) for reply in desk.last)
    assert "Which customer is this order for?" in desk.last[-1].text


def test_a_day_in_a_question_is_no_delivery_date(talk: Talk) -> None:
    talk.say("60 M8x40 hex bolts", "place_order")
    talk.say("what will Ferndale Joinery need next month?", "affirm", 0.5)
    assert not any("Delivery asked for" in reply.text for reply in talk.last)


def test_a_thing_that_nothing_of_ours_is_called_is_said_to_be_none(talk: Talk) -> None:
    assert "in our range" in talk.say("3 pots of wood varnish", "place_order").text
    assert "I've left out" in talk.say("no", "deny").text


@pytest.mark.parametrize("text", ["ok leave it, empty it", "scrap the lot", "right, bin it all please"])
def test_to_empty_the_cart_is_no_yes_to_it(talk: Talk, text: str) -> None:
    talk.say("60 M8x40 hex bolts", "place_order")
    assert talk.say(text, "confirm", 0.9).text.startswith("Shall I empty the cart")
    talk.say("no", "deny")
    assert lines(talk.say("show the cart", "show_cart").card) == [("10-109", 60)]
