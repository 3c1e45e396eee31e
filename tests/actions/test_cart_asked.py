"""Questions about the cart on the screen that name nothing."""

from __future__ import annotations

import pytest

from tests.actions.conversation import Talk
from tests.actions.test_ordering import lines

TWO = "60 M8x40 hex bolts and 40 wood screws 4x40"


@pytest.mark.parametrize(
    "text",
    ["when would it come", "and how soon can you get it here?", "what day would that be with us", "whens the soonest"],
)
def test_when_it_would_come_is_about_the_cart(talk: Talk, text: str) -> None:
    talk.say(TWO, "place_order")
    reply = talk.say(text, "delivery_eta")
    assert reply.text.startswith("Placed now, all of it arrives on ")
    assert len(lines(reply.card)) == 2
    assert "is placed" in talk.say("yes", "affirm").text


@pytest.mark.parametrize("text", ["when will my order arrive", "where is it", "has it been sent", "when is SO-1 due"])
def test_what_is_on_its_way_is_an_order(talk: Talk, text: str) -> None:
    talk.say(TWO, "place_order")
    assert "Placed now" not in talk.say(text, "delivery_eta").text


def test_what_is_short_is_said_with_its_own_day(talk: Talk) -> None:
    talk.say("5000 M8x40 hex bolts", "place_order")
    reply = talk.say("how soon could it be here?", "delivery_eta")
    assert "is promised for" in reply.text
    assert "Placed now" not in reply.text


@pytest.mark.parametrize(
    ("text", "skill"),
    [
        ("what's the damage", "product_search"),
        ("so how much is that all together?", "price_check"),
        ("what does it come to", "price_check"),
        ("how much for the lot", "price_check"),
        ("what's my total with vat?", "show_cart"),
    ],
)
def test_what_it_all_comes_to_is_the_cart(talk: Talk, text: str, skill: str) -> None:
    talk.say(TWO, "place_order")
    reply = talk.say(text, skill)
    assert "£8.00 in all" in reply.text
    assert len(lines(reply.card)) == 2


def test_after_a_price_how_much_is_that_is_about_that_product(talk: Talk) -> None:
    talk.say(TWO, "place_order")
    talk.say("what do coach bolts cost", "price_check")
    assert "in all" not in talk.say("how much is it?", "price_check").text


def test_how_many_is_not_asked_once_it_is_said(talk: Talk) -> None:
    talk.say(TWO, "place_order")
    assert "How many" in talk.say("change the bolts please", "change_quantity").text
    assert "How many" not in talk.say("make the bolts 80", "change_quantity").text
    assert lines(talk.say("show the cart", "show_cart").card) == [("10-109", 80), ("30-101", 40)]


def test_a_cart_with_an_open_question_is_spoken_of_and_the_question_stays(talk: Talk) -> None:
    talk.say("60 M8x40 hex bolts and some wood screws 4x40", "place_order")
    reply = talk.say("when would it come?", "delivery_eta")
    assert talk.last[0].text.startswith("Placed now, all of it arrives on ")
    assert "How many" in reply.text
    talk.say("what's the total?", "show_cart")
    assert talk.last[0].text == "So far it comes to £6.00."


def test_questions_about_the_cart_do_not_turn_from_what_is_open(talk: Talk) -> None:
    talk.say("60 M8x40 hex bolts and some wood screws 4x40", "place_order")
    for text in ("when would it come?", "what's the total?", "how much is delivery?", "what's the total?"):
        assert "How many" in talk.say(text, "not_understood", 0.3).text
    assert lines(talk.say("40", "place_order").card) == [("10-109", 60), ("30-101", 40)]


@pytest.mark.parametrize("text", ["go", "ok, go", "go for it"])
def test_go_is_a_yes_to_the_cart(talk: Talk, text: str) -> None:
    talk.say(TWO, "place_order")
    assert "is placed" in talk.say(text, "goodbye").text
    assert talk.world.orders() == 1
    assert "Goodbye" in talk.say("go", "goodbye").text


@pytest.mark.parametrize(
    "text", ["and could it come by the end of the month?", "when would we get it", "how soon can you deliver that"]
)
def test_when_a_quote_that_was_just_made_would_come(talk: Talk, text: str) -> None:
    talk.say("quote for 60 M8x40 hex bolts and 20000 M8 washers", "quote_request")
    talk.tap("Make it a quote")
    reply = talk.say(text, "what_if")
    assert "Flat washer M8" in reply.text
    assert "2026" in reply.text


@pytest.mark.parametrize("text", ["lovely, does that include carriage", "is vat included?", "is there VAT on top"])
def test_what_is_added_to_the_goods(talk: Talk, text: str) -> None:
    talk.say("60 M8x40 hex bolts", "place_order")
    reply = talk.say(text, "not_understood", 0.4)
    assert "Nothing is added to it for delivery or VAT." in reply.text
    assert talk.world.orders() == 0


@pytest.mark.parametrize(
    "text", ["is any of this going to be late", "have you got it all in stock?", "anything short?"]
)
def test_whether_all_of_it_is_there(talk: Talk, text: str) -> None:
    talk.say("60 M8x40 hex bolts", "place_order")
    assert "arrive" in talk.say(text, "not_understood", 0.3).text
