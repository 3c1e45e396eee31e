"""A part of the proposal on the screen: narrowed in words, kept while it is edited, and nothing else approved."""

from __future__ import annotations

import pytest

from backend.chat.cards import PurchaseOrdersCard
from tests.actions.conversation import Talk
from tests.actions.proposals import rows
from tests.actions.suppliers import ordered, three_suppliers
from tests.backend.purchasing.planning import Plan

WHOLE = {"20-104", "10-109", "70-103", "30-101"}


@pytest.fixture
def several(plan: Plan) -> Talk:
    """A buyer who has been shown a proposal of three suppliers."""
    return three_suppliers(plan)


@pytest.mark.parametrize(
    ("text", "skill"),
    [
        ("only Porto Linhas", "not_understood"),
        ("only Porto Linhas", "affirm"),
        ("just the Porto Linhas stuff pls", "not_understood"),
        ("just Porto for now", "place_order"),
        ("Porto Linhas only", "supplier_question"),
        ("nothing but porto linhas please", "deny"),
        ("ok but only porto", "confirm"),
        ("yes, only Porto Linhas", "confirm"),
        ("only Porto Linhas, not Lisburn", "not_understood"),
        ("what about porto linhas?", "not_understood"),
        ("only order Porto Linhas for now", "confirm"),
    ],
)
def test_a_supplier_named_narrows_the_list_and_orders_nothing(several: Talk, plan: Plan, text: str, skill: str) -> None:
    assert set(rows(several)) == WHOLE
    reply = several.say(text, skill, 0.9)
    assert rows(several) == {"20-104": 540}
    assert "Only the lines of Porto Linhas are shown, and a yes orders these only; 3 lines are left" in reply.text
    assert plan.orders() == []
    assert isinstance(several.say("yes", "affirm").card, PurchaseOrdersCard)
    assert ordered(plan) == {"20-104": 540}


@pytest.mark.parametrize(
    "text", ["only the urgent ones", "just the urgent stuff please", "show me only the urgent lines", "urgent only"]
)
def test_only_what_is_urgent_can_be_had(several: Talk, plan: Plan, text: str) -> None:
    several.say(text, "not_understood", 0.3)
    urgent = set(rows(several))
    assert urgent
    assert urgent < WHOLE
    several.say("make 20-104 300", "change_quantity")
    assert set(rows(several)) == urgent
    several.say("approve", "confirm")
    assert set(ordered(plan)) == urgent
    assert ordered(plan)["20-104"] == 300


def test_a_part_stays_a_part_while_it_is_edited_and_approve_means_it(several: Talk, plan: Plan) -> None:
    several.say("show me what we need from lisburn linen", "replenish")
    shown = rows(several)
    assert set(shown) == {"70-103", "30-101"}
    several.say(f"why {shown['30-101']} of 30-101", "explain")
    several.say("change 30-101 to 120", "change_quantity")
    assert rows(several) == {**shown, "30-101": 120}
    several.say("drop 70-103", "remove_item")
    assert rows(several) == {"30-101": 120}
    several.say("approve", "confirm", 0.98)
    assert ordered(plan) == {"30-101": 120}


def test_a_line_of_another_supplier_that_is_changed_is_on_the_screen_and_ordered_too(several: Talk, plan: Plan) -> None:
    several.say("only Porto Linhas", "not_understood")
    several.say("make 10-109 200", "change_quantity")
    assert rows(several) == {"20-104": 540, "10-109": 200}
    several.say("approve", "confirm", 0.98)
    assert ordered(plan) == {"20-104": 540, "10-109": 200}


@pytest.mark.parametrize(
    "text", ["approve everything", "order everything", "approve the whole list", "approve Lisburn"]
)
def test_what_is_more_than_the_screen_shows_is_shown_and_asked_about(several: Talk, plan: Plan, text: str) -> None:
    several.say("only Porto Linhas", "not_understood")
    reply = several.say(text, "confirm", 0.98)
    assert reply.text.startswith("Nothing is ordered yet.")
    assert plan.orders() == []
    shown = rows(several)
    assert "30-101" in shown
    several.say("yes", "affirm")
    assert ordered(plan) == shown


@pytest.mark.parametrize("text", ["show me everything again", "the whole list again please", "all suppliers"])
def test_all_of_it_can_be_had_again(several: Talk, plan: Plan, text: str) -> None:
    several.say("only Porto Linhas", "not_understood")
    several.say(text, "not_understood", 0.3)
    assert set(rows(several)) == WHOLE
    assert plan.orders() == []


def test_one_of_several_suppliers_is_approved_by_name_and_by_its_button(several: Talk, plan: Plan) -> None:
    several.say("approve Porto Linhas", "confirm", 0.98)
    assert ordered(plan) == {"20-104": 540}
    several.say("what shld we reorder", "replenish")
    several.tap("Order only Lisburn")
    assert set(ordered(plan)) == {"20-104", "70-103", "30-101"}


def test_what_went_into_a_part_meanwhile_is_shown_before_it_is_ordered(several: Talk, plan: Plan) -> None:
    several.say("Lisburn only", "not_understood")
    plan.forecast(s20_104=100, s10_109=218, s70_103=300, s30_101=120)
    assert "have changed" in several.say("approve", "confirm", 0.98).text
    assert set(rows(several)) == {"70-103", "30-101"}
    assert plan.orders() == []


@pytest.mark.parametrize("text", ["approve the urgent ones", "ok order only the urgent lines"])
def test_the_urgent_ones_are_shown_before_they_are_ordered(several: Talk, plan: Plan, text: str) -> None:
    assert several.say(text, "confirm", 0.98).text.startswith("Nothing is ordered yet.")
    assert plan.orders() == []
    shown = rows(several)
    several.say(text, "confirm", 0.98)
    assert ordered(plan) == shown
