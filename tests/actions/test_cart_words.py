"""What is said about the cart on the screen, whatever a message is classified as."""

from __future__ import annotations

import pytest

from tests.actions.conversation import Talk
from tests.actions.test_ordering import lines

TWO = "60 M8x40 hex bolts and 40 wood screws 4x40"


def test_not_the_washers_at_the_confirmation(talk: Talk) -> None:
    talk.say(TWO, "place_order")
    assert lines(talk.say("no, not the screws", "deny").card) == [("10-109", 60)]
    assert talk.world.orders() == 0


def test_what_it_comes_to_without_a_line_changes_nothing_until_a_yes(talk: Talk) -> None:
    talk.say(TWO, "place_order")
    reply = talk.say("what's that come to without the screws?", "price_check")
    assert reply.text.startswith("Without Wood screw 4x40 zinc it comes to £6.00 instead of £8.00.")
    assert len(lines(talk.say("show the cart", "show_cart").card)) == 2
    talk.say("what does it come to without the screws?", "not_understood")
    assert lines(talk.say("yes", "affirm").card) == [("10-109", 60)]
    assert talk.world.orders() == 0


def test_without_everything_nothing_is_left(talk: Talk) -> None:
    talk.say("60 M8x40 hex bolts", "place_order")
    assert "nothing is left" in talk.say("how much without the bolts?", "price_check").text


@pytest.mark.parametrize("text", ["swap the screws for 45-103", "45-103 instead of the screws please"])
def test_a_line_is_swapped_for_a_code(talk: Talk, text: str) -> None:
    talk.say(TWO, "place_order")
    assert lines(talk.say(text, "exchange_items").card) == [("10-109", 60), ("45-103", 40)]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("double everything", [("10-109", 120), ("30-101", 80)]),
        ("halve the bolts", [("10-109", 30), ("30-101", 40)]),
        ("the last one should be 50", [("10-109", 60), ("30-101", 50)]),
        ("remove all but the bolts", [("10-109", 60)]),
    ],
)
def test_plain_changes_are_made_whatever_they_were_read_as(talk: Talk, text: str, left: list[tuple[str, int]]) -> None:
    talk.say(TWO, "place_order")
    assert lines(talk.say(text, "discard_cart", 0.5).card) == left


def test_an_order_is_not_the_last_line(talk: Talk) -> None:
    talk.say(TWO, "place_order")
    assert "Which order" in talk.say("cancel my last order", "cancel_order").text


def test_for_brook_not_harper_moves_the_cart(desk: Talk) -> None:
    desk.say("60 M8x40 hex bolts for Harper & Sons", "order_for_customer")
    reply = desk.say("for Ferndale Joinery, not Harper", "customer_lookup")
    assert reply.text.startswith("This is for Ferndale Joinery now, not for Harper & Sons.")
    assert reply.card is not None
    assert reply.card.model_dump()["customer"] == "Ferndale Joinery"
    assert "placed for Ferndale Joinery" in desk.say("yes", "affirm").text
    assert desk.world.orders() == 1


def test_for_somebody_holds_before_there_is_a_cart(desk: Talk) -> None:
    assert "From now on this is for Harper & Sons" in desk.say("for Harper & Sons", "customer_lookup").text
    desk.say("60 M8x40 hex bolts", "place_order")
    assert "Harper & Sons" in desk.last[-1].text


def test_a_customer_can_not_turn_to_another(talk: Talk) -> None:
    talk.say("60 M8x40 hex bolts", "place_order")
    reply = talk.say("for Harper & Sons", "customer_lookup")
    assert "From now on" not in reply.text


def test_make_it_thirty_once_it_is_placed_asks_to_change_the_order(talk: Talk) -> None:
    talk.say("20 coach bolts", "place_order")
    talk.say("yes", "affirm")
    assert "Shall I change it" in talk.say("sorry, make it 30", "place_order").text
    assert talk.world.orders() == 1


def test_the_desk_is_asked_with_the_customers_name(desk: Talk) -> None:
    desk.say("20 coach bolts for Harper & Sons", "order_for_customer")
    assert "for Harper & Sons" in desk.say("empty the cart", "discard_cart").text
    desk.say("no", "deny")
    desk.say("place the order", "confirm")
    assert "for Harper & Sons" in desk.say("cancel it", "cancel_order").text


def test_a_code_that_is_no_longer_sold_is_not_passed_over(talk: Talk) -> None:
    reply = talk.say("200 of 11-109 and 60 of 10-109", "place_order")
    assert "Hex bolt M8x40 stainless A2 is no longer sold" in reply.text
    assert "10-109" in reply.model_dump_json() or "Hex bolt M8x40 zinc" in reply.text


def test_only_the_screws_keeps_them_alone(talk: Talk) -> None:
    talk.say(TWO, "place_order")
    assert lines(talk.say("only the screws please", "place_order").card) == [("30-101", 40)]


def test_what_was_taken_out_is_put_back(talk: Talk) -> None:
    talk.say(TWO, "place_order")
    talk.say("take the bolts off", "remove_item")
    assert lines(talk.say("put the bolts back", "return_items").card) == [("10-109", 60), ("30-101", 40)]


@pytest.mark.parametrize(
    "text",
    [
        "and put our po 8841 on it",
        "oh, add our PO number, 8841",
        "our order number is 8841",
        "add our purchase order number 8841",
        "can you stick PO 8841 on that please",
        "reference 8841",
    ],
)
def test_a_reference_is_no_quantity(talk: Talk, text: str) -> None:
    talk.say("60 M8x40 hex bolts and 40 wood screws 4x40", "place_order")
    talk.say("make the screws 50", "change_quantity")
    reply = talk.say(text, "add_item")
    assert "reference 8841" in reply.text
    assert lines(reply.card) == [("10-109", 60), ("30-101", 50)]
    assert reply.card.customer_reference == "8841"


def test_a_quantity_beside_a_reference_and_a_day_is_heeded(talk: Talk) -> None:
    talk.say("60 M8x40 hex bolts and 40 wood screws 4x40", "place_order")
    reply = talk.say("make the bolts 80 under PO 8841, by 30 June", "change_quantity")
    assert lines(reply.card) == [("10-109", 80), ("30-101", 40)]
    assert (reply.card.customer_reference, str(reply.card.requested_date)) == ("8841", "2026-06-30")


def test_what_comes_instead_is_asked_and_the_line_stays_until_it_is_known(talk: Talk) -> None:
    talk.say("60 M8x40 hex bolts and 40 wood screws 4x40", "place_order")
    reply = talk.say("make the screws brass", "not_understood", 0.3)
    assert "instead of Wood screw 4x40 zinc" in reply.text
    assert lines(talk.say("just leave it", "not_understood", 0.3).card) == [("10-109", 60), ("30-101", 40)]
    talk.say("make the screws brass", "not_understood", 0.3)
    assert lines(talk.say("the 4x50 then", "not_understood", 0.3).card) == [("10-109", 60), ("30-102", 40)]


@pytest.mark.parametrize("intent", ["not_understood", "remove_item", "deny", "change_quantity"])
def test_this_and_not_that_swaps_a_line(talk: Talk, intent: str) -> None:
    talk.say("60 M8x40 hex bolts and 40 wood screws 4x40", "place_order")
    reply = talk.say("hang on, 4x50 screws not 4x40", intent, 0.6)
    assert lines(reply.card) == [("10-109", 60), ("30-102", 40)]


@pytest.mark.parametrize(
    "text", ["ok whats the total inc vat", "lovely, so how much altogether", "yes what's that come to with delivery?"]
)
def test_a_question_that_begins_as_a_yes_places_nothing(talk: Talk, text: str) -> None:
    talk.say("60 M8x40 hex bolts", "place_order")
    for intent, sure in (("not_understood", 0.4), ("confirm", 0.7), ("affirm", 0.95)):
        assert lines(talk.say(text, intent, sure).card) == [("10-109", 60)]
    assert talk.world.orders() == 0


@pytest.mark.parametrize(
    "text",
    ["ok ta, who's my rep", "right send me the last invoice", "please delete all items, I make a new list later"],
)
def test_other_business_after_a_yes_is_no_yes(talk: Talk, text: str) -> None:
    talk.say("60 M8x40 hex bolts", "place_order")
    talk.say(text, "not_understood", 0.4)
    talk.say(text, "affirm", 0.6)
    assert talk.world.orders() == 0


def test_a_word_that_leaves_one_option_is_the_answer(talk: Talk) -> None:
    talk.say("60 M8x40 hex bolts and 40 wood screws 4x40", "place_order")
    talk.say("make the screws brass", "not_understood", 0.3)
    reply = talk.say("4x50 will do then", "not_understood", 0.3)
    assert lines(reply.card) == [("10-109", 60), ("30-102", 40)]
