"""An interrupted cart is mentioned once, and a yes after an interruption or a pause is asked for again."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from backend.chat.tables import Turn
from tests.actions.conversation import Talk
from tests.actions.test_ordering import lines


def pause(talk: Talk, minutes: int) -> None:
    with talk.world.database.write() as session:
        for turn in session.scalars(select(Turn)):
            turn.created_at -= timedelta(minutes=minutes)


def test_an_interruption_is_answered_and_the_cart_mentioned_once(talk: Talk) -> None:
    talk.say("60 M8x40 hex bolts and 40 wood screws 4x40", "place_order")
    assert talk.say("price of 45-103", "price_check").text.endswith("You still have 2 lines in your cart.")
    assert "cart" not in talk.say("price of 70-103", "price_check").text
    assert "Show the cart" not in talk.titles()


def test_the_button_shows_the_cart_and_the_next_interruption_is_mentioned_again(talk: Talk) -> None:
    talk.say("60 M8x40 hex bolts", "place_order")
    talk.say("price of 45-103", "price_check")
    assert lines(talk.tap("Show the cart").card) == [("10-109", 60)]
    assert "1 line in your cart" in talk.say("price of 45-103", "price_check").text


def test_a_bare_yes_after_an_interruption_shows_the_cart_first(talk: Talk) -> None:
    talk.say("60 M8x40 hex bolts", "place_order")
    talk.say("price of 45-103", "price_check")
    assert talk.say("yes", "affirm").text.startswith("Before I place it")
    assert talk.world.orders() == 0
    talk.say("yes", "affirm")
    assert talk.world.orders() == 1


def test_place_it_after_an_interruption_places(talk: Talk) -> None:
    talk.say("60 M8x40 hex bolts", "place_order")
    talk.say("price of 45-103", "price_check")
    assert "is placed" in talk.say("place the order", "confirm").text


def test_who_comes_back_is_told_what_was_in_the_cart(talk: Talk) -> None:
    talk.say("60 M8x40 hex bolts", "place_order")
    pause(talk, 90)
    assert talk.say("hello", "greet").text.endswith("You had 1 line in your cart.")
    assert "Show the cart" in talk.titles()


def test_a_yes_from_yesterday_places_nothing(talk: Talk) -> None:
    talk.say("60 M8x40 hex bolts", "place_order")
    pause(talk, 24 * 60)
    assert lines(talk.say("place the order", "confirm").card) == [("10-109", 60)]
    assert talk.world.orders() == 0


def test_a_question_that_waited_for_a_yes_is_forgotten_after_a_pause(talk: Talk) -> None:
    talk.say("60 M8x40 hex bolts", "place_order")
    talk.say("yes", "affirm")
    talk.say("cancel my last order", "cancel_order")
    pause(talk, 90)
    assert talk.say("yes", "affirm").text.startswith("There is nothing waiting")


def test_the_desk_is_told_whose_cart_it_is(desk: Talk) -> None:
    desk.say("60 M8x40 hex bolts for Harper & Sons", "order_for_customer")
    assert "1 line in the cart for Harper & Sons" in desk.say("price of 45-103", "price_check").text


def test_thanks_and_what_is_not_understood_are_no_interruptions(talk: Talk) -> None:
    talk.say("60 M8x40 hex bolts", "place_order")
    assert "cart" not in talk.say("thanks", "thanks").text
    assert "in your cart" not in talk.say("blorp", "not_understood", 0.1).text
