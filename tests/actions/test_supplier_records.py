"""What a buyer asks about how suppliers deliver."""

from __future__ import annotations

import pytest

from backend.chat.cards import TableCard
from tests.actions.conversation import Talk
from tests.backend.purchasing.planning import Plan
from tests.backend.world import World


@pytest.fixture
def buyer(world: World) -> Talk:
    """Three deliveries: two on their day, one after it and short."""
    plan = Plan(world).delivered(10, 14, 21, short=10)
    return Talk(plan.world, "buyer@test", plan.models)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "who's our worst supplier for being late?",
        "which suppliers let us down the most",
        "how are our suppliers doing at delivering",
        "supplier performance please",
    ],
)
def test_how_all_have_delivered(buyer: Talk, text: str) -> None:
    reply = buyer.say(text, "not_understood", 0.3)
    assert "3 deliveries" in reply.text
    assert "1 came late. 90.0% of what was ordered came, and was good." in reply.text
    assert isinstance(reply.card, TableCard)
    assert reply.card.rows[0][3:5] == ["1 of 3", "90.0%"]


def test_the_best_comes_first_where_that_is_asked(buyer: Talk) -> None:
    assert "late least often" in buyer.say("who is the most reliable supplier", "not_understood", 0.3).text


@pytest.mark.parametrize("text", ["how reliable is {name}?", "is {name} usually on time", "how long does {name} take"])
def test_how_one_has_delivered(buyer: Talk, text: str) -> None:
    name = "Steel Supplies"
    assert f"{name}: 3 deliveries" in buyer.say(text.format(name=name), "not_understood", 0.3).text


def test_one_that_has_not_delivered_says_so(world: World) -> None:
    talk = Talk(world, "buyer@test")
    assert "No supplier has completed a delivery" in talk.say("which supplier is the slowest", "replenish").text


def test_a_customer_does_not_hear_of_it(world: World) -> None:
    assert "deliveries" not in Talk(world).say("who's your worst supplier", "not_understood", 0.3).text
