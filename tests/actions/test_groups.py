"""What we carry, and who or where sells."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from backend.customers.tables import Customer
from tests.actions.conversation import Talk
from tests.actions.test_account_movers import ordered
from tests.backend.world import World


@pytest.mark.parametrize("email", ["customer@test", "rep@test", "buyer@test"])
@pytest.mark.parametrize(
    "text", ["what categories do you carry?", "hi, which ranges do we have", "list the categories", "what do you sell?"]
)
def test_the_categories(world: World, email: str, text: str) -> None:
    reply = Talk(world, email).say(text, "forecast_category_or_total", 0.7)
    assert reply.text.startswith("We have 4 categories with 6 products.")
    assert sorted(row[0] for row in reply.card.rows) == ["Bolts", "Linen", "Screws", "Washers"]


@pytest.fixture
def rep(world: World) -> Talk:
    """Ferndale is the rep's and in the North; Harper nobody's and in Wales."""
    ordered(world, "C1", (10, 300), (100, 100))
    ordered(world, "C2", (10, 400), (100, 900))
    with world.database.write() as session:
        ours, other = (session.scalars(select(Customer).where(Customer.code == code)).one() for code in ("C1", "C2"))
        ours.rep_email, ours.region, other.region, other.country = "rep@test", "North", "Wales", "Ireland"
    return Talk(world, "rep@test")


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("which rep sold most?", "no rep"),
        ("which region bought most", "Wales"),
        ("which regions have grown most?", "North"),
        ("which country has ordered least", "United Kingdom"),
        ("sales by country please", "Ireland"),
    ],
)
def test_sales_by_rep_region_and_country(rep: Talk, text: str, first: str) -> None:
    reply = rep.say(text, "top_movers", 0.7)
    assert reply.text.startswith("What was ordered by ")
    assert reply.card.rows[0][0] == first


def test_a_customer_is_not_told(world: World) -> None:
    assert "What was ordered by" not in Talk(world).say("which region is strongest", "top_movers", 0.7).text
