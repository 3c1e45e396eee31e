"""What a buyer supposes, and what least orders and budgets make of a proposal."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from backend.chat.cards import (
    PurchaseOrdersCard,
    TableCard,
    WaterfallCard,
)
from backend.company.tables import Company
from backend.purchasing.tables import PurchaseOrder
from tests.actions.conversation import Talk
from tests.actions.proposals import rows
from tests.backend.purchasing.planning import Plan

# ---- what if -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "supposed", "after"),
    [
        ("what if the lead time doubles", "the lead time times 2", "£44.20"),
        ("what if demand rises by a fifth", "demand +20 %", "£32.60"),
        ("demand +20% on 20-104, what then", "demand +20 % of Coach bolt M10x80 zinc", "£27.40"),
        ("ok and if I only had 0.015 grand to spend", "£15.00 to spend", "£15.00"),
        ("suppose sales of 20-104 fall by half", "demand -50 % of Coach bolt M10x80 zinc", "£19.00"),
        ("what if the delivery is 1 week late", "5 working days more of lead time", "£34.60"),
        ("what if lead times slip by a week", "5 working days more of lead time", "£34.60"),
        ("what if Steel Supplies needs 4 weeks", "a lead time of 20 working days of Steel Supplies", "£44.20"),
        ("what if we skip Steel Supplies", "nothing from Steel Supplies", "£0.00"),
        ("what if we only have £12 to spend", "£12.00 to spend", "£12.00"),
        ("what if we only had 12 quid to spend", "£12.00 to spend", "£12.00"),
        ("what if supplier costs go up 10%", "costs +10 %", "£27.50"),
    ],
)
def test_a_supposition_is_answered_as_a_difference_and_changes_nothing(
    buyer: Talk, plan: Plan, text: str, supposed: str, after: str
) -> None:
    reply = buyer.say(text, "what_if")
    assert reply.text.startswith(f"Suppose {supposed}: orders of {after} instead of £25.00")
    assert reply.text.endswith("Nothing has been changed.")
    assert isinstance(reply.card, TableCard)
    buyer.say("yes", "affirm")
    assert plan.orders() == []
    buyer.say("what should we reorder?", "replenish")
    assert rows(buyer) == {"20-104": 540, "10-109": 710}


@pytest.mark.parametrize(
    "text", ["approve the lot", "right, order everything then", "ok approve Steel Supplies please"]
)
def test_after_a_supposition_the_proposal_is_shown_again_before_it_is_approved(
    buyer: Talk, plan: Plan, text: str
) -> None:
    buyer.say("what if the lead time doubles", "what_if")
    again = buyer.say(text, "confirm", 0.98)
    assert again.text.startswith("Nothing is ordered yet. Say yes and I order this, as things are now.")
    assert "2 products should be ordered now, from 1 supplier: £25.00 in all." in again.text
    assert rows(buyer) == {"20-104": 540, "10-109": 710}
    assert plan.orders() == []
    assert isinstance(buyer.say("yes", "affirm").card, PurchaseOrdersCard)
    assert [total for _, _, total, _ in plan.orders()] == [Decimal("25.00")]


def test_after_a_supposition_it_can_still_be_left(buyer: Talk, plan: Plan) -> None:
    buyer.say("what if demand rises by a fifth", "what_if")
    buyer.say("approve the lot", "confirm", 0.98)
    buyer.say("no", "deny")
    assert plan.orders() == []
    assert "nothing is ordered yet" in buyer.say("approve the lot", "confirm", 0.98).text.lower()
    assert plan.orders() == []


def test_after_a_supposition_nothing_to_order_is_no_question(buyer: Talk, plan: Plan) -> None:
    buyer.say("approve the lot", "confirm", 0.98)
    buyer.say("yes", "affirm")
    assert len(plan.orders()) == 1
    buyer.say("what if demand rises by a fifth", "what_if")
    assert buyer.say("ok approve the lot", "confirm", 0.98).text.startswith("Nothing needs ordering now")


def test_a_supposition_that_can_not_be_read_says_what_can_be_supposed(buyer: Talk) -> None:
    assert buyer.say("what if it rains", "what_if").text.startswith("Tell me what to suppose")


@pytest.mark.parametrize("email", ["rep@test", "buyer@test"])
def test_the_effect_of_our_own_price_is_not_known_and_that_is_said(plan: Plan, email: str) -> None:
    talk = Talk(plan.world, email, plan.models)  # type: ignore[arg-type]
    text = talk.say("what if we cut the price of 20-104 by 10%", "what_if").text
    assert "has not been measured" in text
    assert "Coach bolt M10x80 zinc" in text


def test_a_rep_is_told_that_buying_is_not_theirs(plan: Plan) -> None:
    talk = Talk(plan.world, "rep@test", plan.models)  # type: ignore[arg-type]
    assert "for our buyers and managers" in talk.say("what if the lead time doubles", "what_if").text


# ---- least orders and the budget -----------------------------------------------------------------------------------


def limited(plan: Plan, *, least: str = "0", budget: str | None = None) -> Talk:
    """A buyer who is shown the proposal under a least order and a budget, with nothing spent yet."""
    with plan.world.database.write() as session:
        order = session.scalars(select(PurchaseOrder)).one()
        order.total, order.supplier.minimum_value = Decimal(0), Decimal(least)
        session.get_one(Company, 1).purchase_budget = None if budget is None else Decimal(budget)
    talk = Talk(plan.world, "buyer@test", plan.models)  # type: ignore[arg-type]
    talk.say("what should we reorder?", "replenish")
    return talk


def test_an_order_filled_up_to_the_minimum_says_so_and_its_waterfall_adds_up(plan: Plan) -> None:
    talk = limited(plan, least="30")
    assert "Steel Supplies: £5.00 of it only to reach their least order of £30.00." in talk.last[-1].text
    for sku, quantity in rows(talk).items():
        card = talk.say(f"why {quantity} of {sku}?", "explain").card
        assert isinstance(card, WaterfallCard)
        assert sum(step.value for step in card.steps) == card.total.value == quantity
        talk.say("what should we reorder?", "replenish")
    assert sum(rows(talk).values()) == 1500  # at 2p


def test_an_order_held_back_is_said_with_its_reason(plan: Plan) -> None:
    talk = limited(plan.forecast(s10_109=110, s30_101=1), least="400")
    assert "it is held back" in talk.last[-1].text
    assert talk.titles() == []
    reply = talk.say("why not 10-109?", "explain")
    card = reply.card
    assert isinstance(card, WaterfallCard)
    assert sum(step.value for step in card.steps) == card.total.value == 0
    assert "Held back: below the supplier's minimum" in [step.label for step in card.steps]
    assert "less than their least order of £400.00" in reply.text


def test_what_the_budget_cuts_is_said_and_no_more_can_be_approved(plan: Plan) -> None:
    talk = limited(plan, budget="20")
    assert "What was needed comes to £25.00; £20.00 are left of this month's budget of £20.00" in talk.last[-1].text
    assert sum(rows(talk).values()) == 1000
    talk.say("make 20-104 900", "not_understood", 0.2)
    assert "As changed it comes to" in talk.last[-1].text
    assert "left of this month's budget" in talk.say("approve", "confirm").text
    assert plan.orders() == []
