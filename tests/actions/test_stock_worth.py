"""What stock is worth, for those who buy."""

from __future__ import annotations

import pytest

from backend.chat.cards import TableCard
from backend.errors import NotAllowed
from backend.purchasing.stock_value import stock_value
from tests.actions.conversation import Talk
from tests.backend.world import World


@pytest.mark.parametrize(
    "text", ["whats our stock worth", "how much money have we got tied up in stock?", "stock valuation please"]
)
def test_what_all_of_it_is_worth(world: World, text: str) -> None:
    reply = Talk(world, "buyer@test").say(text, "not_understood", 0.3)
    assert reply.text.startswith("The stock on hand is worth £")
    assert isinstance(reply.card, TableCard)
    with world.reading("buyer@test") as work:
        assert len(reply.card.rows) == len(stock_value(work))


def test_its_parts_add_up(world: World) -> None:
    with world.reading("buyer@test") as work:
        found = stock_value(work)
    assert found == sorted(found, key=lambda one: (-one.value, one.category))
    assert sum(one.value for one in found) > 0


def test_others_are_not_told(world: World) -> None:
    assert "worth" not in Talk(world).say("what's your stock worth", "not_understood", 0.3).text
    with world.reading("customer@test") as work, pytest.raises(NotAllowed):
        stock_value(work)
