"""What a buyer says next of the list on the screen: changes by follow-up, undone and counted up."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from sqlalchemy import select

from backend.catalogue.queries import by_sku
from backend.purchasing.tables import PurchaseOrder, Supplier
from tests.actions.conversation import Talk
from tests.actions.proposals import rows
from tests.actions.suppliers import ordered, three_suppliers
from tests.backend.purchasing.planning import Plan

PROPOSED = {"20-104": 540, "10-109": 710, "70-103": 700, "30-101": 320}
SKILLS = ["change_quantity", "add_item", "not_understood"]


@pytest.fixture
def several(plan: Plan) -> Talk:
    """A buyer who has been shown a proposal of three suppliers."""
    return three_suppliers(plan)


@pytest.mark.parametrize("skill", SKILLS)
@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("halve it", 270),
        ("double it please", 1080),
        ("make it 90", 90),
        ("make that 300 instead", 300),
        ("cut it by half", 270),
        ("reduce it by 10%", 490),
        ("drop it", None),
    ],
)
def test_it_is_the_line_that_was_asked_about(several: Talk, text: str, quantity: int | None, skill: str) -> None:
    several.say("why 540 of the coach bolt", "explain")
    several.say(text, skill)
    wanted = {**PROPOSED, "20-104": quantity}
    assert rows(several) == {sku: count for sku, count in wanted.items() if count is not None}


@pytest.mark.parametrize("skill", SKILLS)
@pytest.mark.parametrize(
    ("text", "sku", "quantity"),
    [
        ("give me 6 bags of coach bolts instead of 27", "20-104", 120),
        ("and 20-104 to 350", "20-104", 350),
        ("also 30-101 to 100 pls", "30-101", 100),
        ("add 500 of 10-109 too", "10-109", 500),
        ("halve the coach bolts", "20-104", 270),
    ],
)
def test_a_line_is_changed_in_passing(several: Talk, text: str, sku: str, quantity: int, skill: str) -> None:
    several.say("make 30-101 200", "change_quantity")
    several.say(text, skill)
    assert rows(several) == {**PROPOSED, "30-101": 200, sku: quantity}


@pytest.mark.parametrize(
    "text", ["put it back", "can you put that back please", "put the wood screws back", "undo that"]
)
def test_a_dropped_line_is_put_back(several: Talk, text: str) -> None:
    several.say("leave the wood screws for next month", "remove_item")
    assert "30-101" not in rows(several)
    several.say(text, "deny", 0.9)
    assert rows(several) == PROPOSED


def test_changes_are_undone_one_after_the_other(several: Talk, plan: Plan) -> None:
    several.say("make 20-104 300", "change_quantity")
    several.say("drop 30-101", "remove_item")
    several.say("undo that", "deny")
    assert rows(several) == {**PROPOSED, "20-104": 300}
    several.say("undo the last change please", "not_understood")
    assert rows(several) == PROPOSED
    assert "no change of yours" in several.say("undo", "deny").text
    several.say("yes", "affirm")
    assert ordered(plan) == PROPOSED


@pytest.mark.parametrize(
    "text",
    [
        "so what's the total now",
        "how much is it now in total",
        "what will it come to altogether",
        "how much is that all together?",
        "and what's that come to now",
    ],
)
def test_what_it_comes_to_now_is_told(several: Talk, text: str) -> None:
    several.say("make 20-104 300", "change_quantity")
    in_all = re.search(r": (£[\d.]+) in all", several.last[-1].text)
    assert in_all is not None
    reply = several.say(text, "show_cart")
    assert reply.text.startswith(f"It comes to {in_all[1]} now, instead of £")
    assert rows(several) == {**PROPOSED, "20-104": 300}


@pytest.mark.parametrize("text", ["what did i change", "what have I changed so far?", "show me my changes"])
def test_what_was_changed_is_told(several: Talk, text: str) -> None:
    assert "haven't changed anything" in several.say(text, "change_quantity").text
    several.say("make 20-104 300", "change_quantity")
    several.say("drop 30-101", "remove_item")
    text = several.say(text, "change_quantity").text
    assert "Coach bolt M10x80 zinc to 300 instead of 540" in text
    assert "Wood screw 4x40 zinc left out (320)" in text


@pytest.mark.parametrize("text", ["skip the zinc", "drop the zinc ones", "leave zinc out"])
def test_all_lines_that_have_the_word_are_left_out(several: Talk, text: str) -> None:
    reply = several.say(text, "remove_item")
    assert set(rows(several)) == {"70-103"}
    assert reply.text.startswith("Left out: ")
    several.say("undo that", "deny")
    assert rows(several) == PROPOSED


def test_what_was_added_only_for_a_minimum_that_is_no_longer_reached_is_said(plan: Plan) -> None:
    with plan.world.database.write() as session:
        order = session.scalars(select(PurchaseOrder)).one()
        order.total, order.supplier.minimum_value = Decimal(0), Decimal(30)
        assert by_sku(session, "10-109") is not None
        assert session.scalars(select(Supplier)).one() is not None
    talk = Talk(plan.world, "buyer@test", plan.models)  # type: ignore[arg-type]
    talk.say("what should we reorder?", "replenish")
    filled = next(sku for sku, count in rows(talk).items() if count > {"20-104": 540, "10-109": 710}[sku])
    other = next(sku for sku in rows(talk) if sku != filled)
    text = talk.say(f"drop {other}", "remove_item").text
    assert "below their least order of £30.00" in text
    assert "was added only to reach that" in text
