"""What sold most and least of late."""

from __future__ import annotations

from datetime import timedelta

from backend.catalogue.queries import by_sku
from backend.chat.cards import TableCard
from backend.customers.queries import by_code
from backend.sales import queries, service
from backend.sales.service import Wish
from tests.actions.conversation import Talk
from tests.backend.test_training import live_on
from tests.backend.world import TODAY, World


def sold(world: World, days_ago: int, sku: str, quantity: int) -> str:
    live_on(world, TODAY - timedelta(days=days_ago))
    with world.writing("desk@test") as work:
        order = service.place_order(work, by_code(work, "C1"), [Wish(by_sku(work.session, sku), quantity)])
        number = order.number
    live_on(world, TODAY)
    return number


def movers(world: World, skill: str) -> dict[str, list[str]]:
    card = Talk(world, "rep@test").say("what sells best?", skill).card
    assert isinstance(card, TableCard)
    return {row[0]: row[2:] for row in card.rows}


def test_the_last_three_months_beside_the_three_before(world: World) -> None:
    sold(world, 200, "10-109", 50)
    sold(world, 100, "10-109", 20)
    sold(world, 89, "10-109", 20)
    sold(world, 0, "10-109", 10)
    found = movers(world, "top_movers")
    assert found["10-109"] == ["30", "20", "+50%"]
    assert next(iter(found)) == "10-109"


def test_what_was_cancelled_did_not_sell(world: World) -> None:
    number = sold(world, 5, "10-109", 20)
    sold(world, 5, "20-104", 20)
    with world.writing("desk@test") as work:
        service.cancel_order(work, queries.by_number(work, number), "no")
    assert movers(world, "top_movers")["10-109"][0] == "0"
