"""What was earned on what was sold, for those who see both sides of it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import update

from backend.errors import NotAllowed
from backend.identity.permissions import Role
from backend.insight.margins import margins
from backend.purchasing.tables import SupplierProduct
from tests.actions.conversation import Talk
from tests.actions.test_movers import sold
from tests.backend.shipping.handling import person
from tests.backend.world import TODAY, World


@pytest.fixture
def manager(world: World) -> Talk:
    """40 and 60 wood screws were sold this month at 5p and 6p, 20 last month; each costs 2p."""
    sold(world, 3, "30-101", 40)
    sold(world, 5, "30-102", 60)
    sold(world, 32, "30-102", 20)
    person(world, "manager@test", Role.MANAGER)
    return Talk(world, "manager@test")


@pytest.mark.parametrize(
    "text",
    [
        "what's our margin on wood screws this month?",
        "are we making money on the wood screws this month",
        "what do we make on wood screws this month",
    ],
)
def test_what_was_earned_on_like_products_and_before(manager: Talk, text: str) -> None:
    reply = manager.say(text, "promotions", 0.6)
    assert reply.text == (
        "Wood screws, 1 Jun 2026 to 17 Jun 2026: £5.60 sold, £2.00 of it what the goods cost us, so £3.60 is left "
        "(64%). From 1 May 2026 to 17 May 2026 it was £0.80 (67%)."
    )
    assert [row[0] for row in reply.card.rows] == ["30-101", "30-102"]  # 60 %, 67 %


def test_a_product_a_customer_and_all_of_it(manager: Talk) -> None:
    assert (
        "Wood screw 4x40 zinc, 20 Mar 2026 to 17 Jun 2026: £2.00 sold"
        in manager.say("margin on 30-101", "explain").text
    )
    assert "Ferndale Joinery, 1 Jan 2026" in manager.say("how profitable is Ferndale this year?", "explain").text
    assert manager.say("are we making any money this month?", "help").text.startswith("All we sell, 1 Jun 2026")
    assert "from the supplier each is bought from" in manager.say("why?", "explain").text


def test_it_goes_on_over_another_span_and_against_a_year_before(manager: Talk) -> None:
    manager.say("margin on wood screws this month", "explain")
    assert (
        "18 Jun 2025 to 17 Jun 2026: £6.80 sold" in manager.say("and over the last year?", "not_understood", 0.3).text
    )
    manager.say("margin on wood screws this month", "explain")
    assert "1 Jun 2026 to 17 Jun 2026: £5.60 sold" in manager.say("how's that against last year?", "explain").text


def test_a_loss_is_called_one_and_what_has_no_cost_is_left_out(manager: Talk) -> None:
    with manager.world.database.write() as session:
        session.execute(update(SupplierProduct).values(cost=Decimal("0.08")))
    assert "a loss of £2.40 (-43%)" in manager.say("margin on wood screws this month", "explain").text
    with manager.world.database.write() as session:
        session.execute(update(SupplierProduct).values(cost=Decimal(0)))
    assert "no cost is known" in manager.say("margin on wood screws this month", "explain").text


def test_only_who_sees_costs_and_customers_is_told(manager: Talk) -> None:
    assert (
        "for buyers and managers" in Talk(manager.world, "rep@test").say("what's our margin on screws?", "explain").text
    )
    customer = Talk(manager.world).say("what's your margin on wood screws?", "price_check", 0.4).text
    assert "cost us" not in customer
    assert "is left" not in customer
    for email in ("rep@test", "buyer@test"):
        with manager.world.reading(email) as work, pytest.raises(NotAllowed):
            margins(work, None, TODAY, TODAY)


@pytest.mark.parametrize("text", ["what if the margin fell by 10 %", "margin of error?", "who makes us the most money"])
def test_other_questions_are_left_alone(manager: Talk, text: str) -> None:
    assert "what the goods cost us" not in manager.say(text, "not_understood", 0.3).text


def test_they_are_the_customer_spoken_of_and_another_can_be_named(manager: Talk) -> None:
    manager.say("customer C1", "customer_lookup")
    assert "Ferndale Joinery, 1 Jun 2026" in manager.say("margin on them this month", "not_understood", 0.3).text
    assert "Screws, 1 Jun 2026" in manager.say("and on screws?", "customer_lookup", 0.5).text


@pytest.mark.parametrize("text", ["which customers do we lose money on?", "margin by category this year"])
def test_what_can_not_be_ranked_is_said(manager: Talk, text: str) -> None:
    assert "I can't rank margins" in manager.say(text, "slow_movers", 0.6).text
