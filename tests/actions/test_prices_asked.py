"""What was paid before, and what costs least."""

from __future__ import annotations

import pytest

from tests.actions.conversation import Talk
from tests.backend.world import World


def after_an_order(world: World) -> Talk:
    """A conversation in which bolts were ordered."""
    talk = Talk(world)
    talk.say("600 M8x40 hex bolts", "place_order")
    talk.tap("Place this order")
    return talk


@pytest.mark.parametrize(
    "text",
    [
        "what did we pay for the M8x40 hex bolts last time?",
        "how much do i normally pay for M8x40 hex bolts",
        "remind me of the last price for M8x40 hex bolts?",
    ],
)
def test_what_was_paid_before_is_told_with_its_order_and_todays_price(world: World, text: str) -> None:
    said = after_an_order(world).say(text, "price_check", 0.6).text
    assert said.startswith("You last paid £0.09 each for Hex bolt M8x40 zinc: 600")
    assert "17 Jun 2026" in said
    assert "Today: Hex bolt M8x40 zinc (10-109)" in said


def test_what_was_never_bought_has_only_a_price(world: World) -> None:
    said = Talk(world).say("what did we pay for coach bolts last time", "price_check").text
    assert said.startswith("You haven't ordered Coach bolt M10x80 zinc before.")
    assert "£0.50 each" in said


def test_the_desk_asks_what_a_customer_paid_and_nobody_elses_orders_are_told(world: World) -> None:
    after_an_order(world)
    said = Talk(world, "desk@test").say("what did Ferndale pay for M8x40 hex bolts last time?", "price_check").text
    assert said.startswith("Ferndale Joinery last paid £0.09 each")
    other = Talk(world, "other@test").say("what did Ferndale pay for M8x40 hex bolts last time?", "price_check").text
    assert "last paid" not in other


def test_the_cheapest_comes_first_and_can_be_pointed_at(world: World) -> None:
    talk = Talk(world)
    reply = talk.say("what's your cheapest bolt?", "product_search", 0.6)
    assert reply.text.startswith("The cheapest I find for “bolt”: Hex bolt M8x40 zinc (10-109)")
    assert [row.sku for row in reply.card.products][:2] == ["10-109", "20-104"]
    assert "£0.10 each" in talk.say("how much is the first one?", "price_check").text


def test_what_nobody_sells_is_not_cheap_either(world: World) -> None:
    assert "“unicorn”" in Talk(world).say("what's the cheapest unicorn you have?", "price_check", 0.6).text


def test_something_like_it_for_less(world: World) -> None:
    talk = Talk(world)
    talk.say("how much are 4x50 wood screws?", "price_check")
    reply = talk.say("have you got anything cheaper?", "not_understood", 0.3)
    assert reply.text == "Like Wood screw 4x50 zinc, and cheaper:"
    assert [row.sku for row in reply.card.products] == ["30-101"]
    talk.say("how much are 4x40 wood screws?", "price_check")
    assert talk.say("anything cheaper?", "price_check", 0.4).text.startswith("There is nothing like it for less.")


@pytest.mark.parametrize(
    ("text", "skill"),
    [
        ("60 of your cheapest hex bolts please", "place_order"),
        ("which supplier is cheapest?", "not_understood"),
        ("is delivery cheaper on fridays?", "help"),
    ],
)
def test_other_messages_are_left_alone(world: World, text: str, skill: str) -> None:
    assert "cheapest I find" not in Talk(world).say(text, skill).text
