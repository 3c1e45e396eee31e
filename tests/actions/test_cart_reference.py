"""The customer's own number, given while something is open: noted, and what was asked is asked again."""

from __future__ import annotations

import pytest

from backend.catalogue.queries import by_sku
from backend.chat.cards import CartCard, OrderCard, RecordCard
from backend.customers.queries import by_code
from backend.sales import queries as sales
from backend.sales import service
from backend.sales.service import Wish
from tests.actions.conversation import Talk
from tests.backend.world import World

LOST = ("not_understood", 0.3)
GIVEN = [
    ("put it on po TH-22", *LOST),
    ("use PO TH-22 for it", *LOST),
    ("and our purchase order number is TH-22 by the way", "add_item", 0.6),
    ("could you mark it ref TH-22?", "confirm", 0.7),
]


def reference(world: World, code: str = "C1") -> str | None:
    with world.reading("desk@test") as work:
        return sales.recent(work, by_code(work, code).id, 1)[0].customer_reference


@pytest.mark.parametrize(("text", "skill", "confidence"), GIVEN)
def test_while_it_is_asked_which_product(talk: Talk, text: str, skill: str, confidence: float) -> None:
    asked = talk.say("30 wood screws", "place_order")
    assert "Which one do you mean" in asked.text
    again = talk.say(text, skill, confidence)
    assert again.text == f"Your reference TH-22 is noted. {asked.text}"
    assert talk.titles() == ["Wood screw 4x40 zinc", "Wood screw 4x50 zinc", "Leave it out"]
    card = talk.tap("Wood screw 4x40").card
    assert isinstance(card, CartCard)
    assert card.customer_reference == "TH-22"
    talk.say("yes", "affirm")
    assert reference(talk.world) == "TH-22"


@pytest.mark.parametrize(("text", "skill", "confidence"), GIVEN)
def test_while_it_is_asked_how_many_with_lines_in_the_cart(
    talk: Talk, text: str, skill: str, confidence: float
) -> None:
    asked = talk.say("60 M8x40 hex bolts and some wood screws 4x40", "place_order")
    assert "How many" in asked.text
    again = talk.say(text, skill, confidence)
    assert again.text.startswith("Your reference TH-22 is noted.")
    assert "How many" in again.text
    card = talk.say("100", "place_order").card
    assert isinstance(card, CartCard)
    assert (card.customer_reference, [line.quantity for line in card.lines]) == ("TH-22", [60, 100])


@pytest.mark.parametrize(("text", "skill", "confidence"), GIVEN)
def test_while_the_cart_waits_for_a_yes(talk: Talk, text: str, skill: str, confidence: float) -> None:
    talk.say("60 M8x40 hex bolts", "place_order")
    again = talk.say(text, skill, confidence)
    assert isinstance(again.card, CartCard)
    assert again.card.customer_reference == "TH-22"
    assert "Shall I place the order?" in again.text
    assert talk.world.orders() == 0


def test_while_it_is_asked_whose_order_it_is(desk: Talk) -> None:
    desk.say("60 M8x40 hex bolts", "place_order")
    again = desk.say("put it on po TH-22", *LOST)
    assert again.text == "Your reference TH-22 is noted. Which customer is this order for?"
    card = desk.say("Harper & Sons", "customer_lookup").card
    assert isinstance(card, CartCard)
    assert (card.customer, card.customer_reference) == ("Harper & Sons", "TH-22")


@pytest.mark.parametrize(("text", "skill", "confidence"), GIVEN)
def test_while_the_change_of_an_order_waits_for_a_yes(world: World, text: str, skill: str, confidence: float) -> None:
    with world.writing() as work:
        bolts = Wish(by_sku(work.session, "10-109"), 60)
        number = service.place_order(work, by_code(work, "C1"), [bolts]).number
    talk = Talk(world)
    talk.say(f"please make the bolts on {number} 80", "change_order")
    again = talk.say(text, skill, confidence)
    assert isinstance(again.card, RecordCard)
    assert "TH-22" in [fact.value for fact in again.card.facts]
    assert [line.quantity for line in again.card.lines] == [80]
    assert reference(world) is None
    changed = talk.say("yes", "affirm").card
    assert isinstance(changed, OrderCard)
    assert (changed.customer_reference, changed.lines[0].quantity) == ("TH-22", 80)


@pytest.mark.parametrize("text", ["where is our PO 7741?", "has PO 7741 shipped yet", "please cancel our PO 7741"])
def test_another_order_that_is_spoken_of_is_not_this_one(talk: Talk, text: str) -> None:
    talk.say("60 M8x40 hex bolts", "place_order")
    talk.say(text, "order_status")
    card = talk.say("show my cart", "show_cart").card
    assert isinstance(card, CartCard)
    assert card.customer_reference is None


@pytest.mark.parametrize("text", ["TH-22 is our PO", "our PO for that is TH-22", "and the po number's TH-22"])
def test_after_the_order_is_placed_it_is_the_number_of_that_order(talk: Talk, text: str) -> None:
    talk.say("60 M8x40 hex bolts", "place_order")
    talk.say("yes", "affirm")
    asked = talk.say(text, *LOST)
    assert isinstance(asked.card, RecordCard)
    assert reference(talk.world) is None
    talk.say("yes", "affirm")
    assert reference(talk.world) == "TH-22"


def test_with_nothing_placed_and_nothing_open_it_is_not_taken(talk: Talk) -> None:
    assert "TH-22" not in talk.say("TH-22 is our PO", *LOST).text


def test_whose_order_it_is_of_another_number_is_not_changed(talk: Talk) -> None:
    talk.say("60 M8x40 hex bolts", "place_order")
    talk.say("yes", "affirm")
    talk.say("where is our PO TH-22?", "order_status")
    assert reference(talk.world) is None
