"""Undo: the last change of a cart, several times in a row, until an order is placed."""

from __future__ import annotations

import pytest

from actions.undoing import MOST_STEPS
from tests.actions.conversation import Talk
from tests.actions.test_ordering import lines


def test_each_undo_takes_one_change_back(talk: Talk) -> None:
    talk.say("60 M8x40 hex bolts", "place_order")
    talk.say("make the bolts 100", "change_quantity")
    talk.say("40 wood screws 4x40", "add_item")
    assert lines(talk.say("undo", "not_understood").card) == [("10-109", 100)]
    assert lines(talk.say("undo that please", "deny").card) == [("10-109", 60)]
    assert "empty" in talk.say("undo", "out_of_scope").text
    assert talk.say("undo", "not_understood").text == "There is nothing to take back."


def test_an_emptied_cart_comes_back_with_one_tap(talk: Talk) -> None:
    talk.say("60 M8x40 hex bolts, our PO number is 4711", "place_order")
    talk.say("empty the cart", "discard_cart")
    talk.tap("Yes, empty it")
    reply = talk.tap("Undo")
    assert lines(reply.card) == [("10-109", 60)]
    assert reply.card is not None
    assert "4711" in reply.card.model_dump_json()


def test_an_undo_button_is_for_its_own_change_only(talk: Talk) -> None:
    talk.say("60 M8x40 hex bolts and 40 wood screws 4x40", "place_order")
    talk.say("drop the screws", "remove_item")
    undo = next(button for button in talk.last[-1].buttons if button.title == "Undo")
    talk.say("20 coach bolts", "add_item")
    assert "taken nothing back" in talk.tap(undo).text
    assert lines(talk.say("show the cart", "show_cart").card) == [("10-109", 60), ("20-104", 20)]


def test_an_open_question_comes_back_as_it_was(talk: Talk) -> None:
    talk.say("40 wood screws", "place_order")
    talk.tap("Wood screw 4x40")
    assert talk.titles()[0] == "Place this order"
    talk.say("undo", "not_understood")
    assert "Wood screw 4x50 zinc" in talk.titles()


def test_after_placing_it_says_what_can_be_done_instead(talk: Talk) -> None:
    talk.say("60 M8x40 hex bolts", "place_order")
    number = talk.tap("Place this order").text.split()[1]
    reply = talk.say("undo", "not_understood")
    assert number in reply.text
    assert talk.titles() == [f"Cancel {number}", f"Change {number}"]
    assert "can't be undone" in talk.tap(f"Cancel {number}").text
    assert talk.world.orders() == 1


def test_a_question_is_no_change(talk: Talk) -> None:
    talk.say("60 M8x40 hex bolts", "place_order")
    talk.say("price of 45-103", "price_check")
    assert "empty" in talk.say("undo", "not_understood").text


def test_only_the_last_changes_are_kept(talk: Talk) -> None:
    for quantity in range(1, MOST_STEPS + 3):
        talk.say(f"{quantity} of 10-109", "place_order")
    for _ in range(MOST_STEPS):
        talk.say("undo", "not_understood")
    assert talk.say("undo", "not_understood").text == "There is nothing to take back."


@pytest.mark.parametrize("text", ["undo", "Undo that", "can you undo it please", "put it back how it was", "revert"])
def test_words_that_take_back(talk: Talk, text: str) -> None:
    assert talk.say(text, "not_understood").text == "There is nothing to take back."


def test_a_buyer_has_no_cart_to_take_back(talk: Talk) -> None:
    assert "nothing to take back" not in Talk(talk.world, "buyer@test").say("undo", "not_understood").text


def test_what_was_done_besides_the_cart_is_not_taken_back_and_neither_is_the_cart(talk: Talk) -> None:
    talk.say("60 M8x40 hex bolts", "place_order")
    talk.say("the last box was crushed, I am not happy", "complaint")
    reply = talk.say("undo that", "not_understood", 0.3)
    assert reply.text.startswith("The last thing done was a note to our people, not a change of the cart")
    assert talk.titles() == ["Talk to a person"]
    assert lines(talk.say("show the cart", "show_cart").card) == [("10-109", 60)]


def test_a_change_of_the_cart_after_that_can_be_taken_back_and_no_more(talk: Talk) -> None:
    talk.say("60 M8x40 hex bolts", "place_order")
    talk.say("the last box was crushed, I am not happy", "complaint")
    talk.say("make the bolts 100", "change_quantity")
    assert lines(talk.say("undo", "not_understood").card) == [("10-109", 60)]
    assert talk.say("undo", "not_understood").text == "There is nothing to take back."


def test_a_yes_after_an_undo_is_none_to_what_was_asked_before_it(talk: Talk) -> None:
    talk.say("our new address is 4 Dock Road, Hull HU1 1AA", "change_address")
    assert "Dock Road" in talk.last[-1].text
    talk.say("undo that", "not_understood")
    assert "from now on" not in talk.say("yes please", "affirm").text
