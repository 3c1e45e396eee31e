"""What a supplier asks of an order, for who buys in; what an order of ours has to come to is another matter."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from backend.identity.permissions import Role
from backend.purchasing.tables import Supplier
from tests.actions.conversation import Talk
from tests.backend.shipping.handling import person
from tests.backend.world import World


@pytest.fixture
def house(world: World) -> World:
    person(world, "manager@test", Role.MANAGER)
    with world.database.write() as session:
        row = session.scalars(select(Supplier)).one()
        row.minimum_value, row.order_cost = Decimal(750), Decimal(35)
        session.add(Supplier(code="TAI", name="Tai Shan Hardware", lead_time_days=30, review_days=28))
    return world


@pytest.mark.parametrize("email", ["buyer@test", "manager@test"])
@pytest.mark.parametrize(
    "text",
    [
        "what is the minimum order value at Steel Supplies?",
        "whats the smallest order Steel Supplies takes",
        "what does an order at Steel Supplies cost us?",
        "how often do we order from Steel Supplies?",
        "Steel Supplies terms please",
    ],
)
def test_a_supplier_s_terms(house: World, email: str, text: str) -> None:
    assert Talk(house, email).say(text, "help").text == (
        "Steel Supplies: an order has to come to £750.00 at least; an order costs us £35.00 to place; 10 working days "
        "of lead time agreed; ordered from every 14 days."
    )


def test_one_without_a_minimum_says_so(house: World) -> None:
    reply = Talk(house, "buyer@test").say("is there a minimum order at Tai Shan?", "price_check")
    assert reply.text.startswith("Tai Shan Hardware: no minimum order value; no cost of an order is known; 30 working")


def test_a_product_s_own_terms_and_all_suppliers(house: World) -> None:
    talk = Talk(house, "buyer@test")
    reply = talk.say("what's the MOQ for 10-109 at Steel Supplies?", "price_check")
    assert "Hex bolt M8x40 zinc comes from 50, in steps of 10, at £0.02 each." in reply.text
    card = talk.say("what are our suppliers' minimum orders?", "help").card
    assert [row[:2] for row in card.rows] == [["Steel Supplies", "£750.00"], ["Tai Shan Hardware", ""]]


@pytest.mark.parametrize("email", ["customer@test", "rep@test"])
def test_others_hear_nothing_of_it(house: World, email: str) -> None:
    reply = Talk(house, email).say("what is the minimum order value at Steel Supplies?", "help")
    assert "750" not in reply.text


def test_a_manager_s_question_about_our_own_minimum_stays_one(house: World) -> None:
    assert "order" in Talk(house, "manager@test").say("what's our minimum order?", "help").text
