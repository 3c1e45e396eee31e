"""What is to go out and when: all customers' orders for who sells, their own for a customer's people."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from backend.catalogue.queries import by_sku
from backend.chat.cards import TableCard
from backend.customers.queries import by_code
from backend.sales import service
from backend.sales.service import Wish
from backend.sales.tables import Order, OrderLine
from tests.actions.conversation import Talk
from tests.backend.world import TODAY, World

LOST = ("not_understood", 0.3)


def ordered(world: World, code: str, due: date | None, *, state: str | None = None) -> str:
    """A customer's order of ten bolts, promised for a day."""
    with world.writing("desk@test") as work:
        order = service.place_order(work, by_code(work, code), [Wish(by_sku(work.session, "10-109"), 10)])
        number = order.number
    with world.database.write() as session:
        order = session.scalars(select(Order).where(Order.number == number)).one()
        session.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).one().promised_date = due
        if state is not None:
            order.state = state
    return number


def in_days(days: int) -> date:
    return TODAY + timedelta(days=days)


def rows(talk: Talk, text: str, skill: str = "not_understood", confidence: float = 0.3) -> list[list[str]]:
    card = talk.say(text, skill, confidence).card
    assert isinstance(card, TableCard)
    return card.rows


@pytest.fixture
def week(world: World) -> dict[str, str]:
    """Orders of two customers: today, tomorrow, on Friday, and on Monday."""
    return {
        "today": ordered(world, "C1", TODAY),
        "tomorrow": ordered(world, "C2", in_days(1)),
        "friday": ordered(world, "C1", in_days(2)),
        "monday": ordered(world, "C2", in_days(5)),
    }


@pytest.mark.parametrize("email", ["desk@test", "rep@test"])
@pytest.mark.parametrize(
    ("text", "skill", "confidence"),
    [
        ("what's due out this week?", "reorder_customer", 0.99),
        ("anything got to go out before the weekend", *LOST),
        ("which orders are due by Sunday?", "order_history", 0.8),
        ("any orders due in the next 3 days", *LOST),
        ("list everything promised for before Saturday", "order_history", 0.8),
        ("what's going out?", "top_movers", 0.82),
    ],
)
def test_what_is_due_this_week_is_all_customers(
    world: World, week: dict[str, str], email: str, text: str, skill: str, confidence: float
) -> None:
    talk = Talk(world, email)
    found = rows(talk, text, skill, confidence)
    assert [row[0] for row in found] == [week["today"], week["tomorrow"], week["friday"]]
    assert found[1] == [week["tomorrow"], "Harper & Sons", "18 Jun 2026", "placed"]
    assert talk.last[-1].text.startswith("3 orders are due from 17 Jun 2026 to ")
    assert "promised" in talk.say("why?", "explain").text


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("what's going out tomorrow?", "tomorrow"),
        ("what ships today", "today"),
        ("and what leaves us on Friday then?", "friday"),
        ("show me what we have to dispatch on the 22nd", "monday"),
        ("what needs to get out next week", "monday"),
        ("what have we got to deliver tomorrow?", "tomorrow"),
    ],
)
def test_one_day_or_another_week(world: World, week: dict[str, str], text: str, day: str) -> None:
    assert [row[0] for row in rows(Talk(world, "desk@test"), text)] == [week[day]]


def test_it_and_the_second_one_go_on_from_the_list(world: World, week: dict[str, str]) -> None:
    desk = Talk(world, "desk@test")
    desk.say("what's due out this week?", *LOST)
    assert week["tomorrow"] in desk.say("and the second one?", *LOST).text


def test_a_customer_that_is_named_counts_alone(world: World, week: dict[str, str]) -> None:
    desk = Talk(world, "desk@test")
    found = rows(desk, "what's going out to Harper this week?")
    assert [row[0] for row in found] == [week["tomorrow"]]
    assert "for Harper & Sons" in desk.last[-1].text


@pytest.mark.parametrize(
    "text", ["what's going out to us this week?", "which of our orders ship this week", "anything due out this week?"]
)
def test_a_customer_sees_their_own_only(world: World, week: dict[str, str], text: str) -> None:
    found = rows(Talk(world), text)
    assert [row[0] for row in found] == [week["today"], week["friday"]]
    assert "Harper" not in str(found)


def test_a_buyer_is_refused_kindly(world: World, week: dict[str, str]) -> None:
    reply = Talk(world, "buyer@test").say("what's due out this week?", "replenish", 0.98)
    assert reply.text == "What goes out to customers is for the order desk and sales."
    assert reply.card is None


def test_ten_are_listed_and_the_rest_counted(world: World) -> None:
    for _ in range(12):
        ordered(world, "C1", TODAY)
    desk = Talk(world, "desk@test")
    assert len(rows(desk, "what ships today?")) == 10
    assert desk.last[-1].text == "12 orders are due today; the first 10 are shown, 2 more follow."


def test_what_has_left_or_was_cancelled_is_not_due_and_what_is_late_is_said(world: World) -> None:
    ordered(world, "C1", TODAY, state="completed")
    ordered(world, "C1", TODAY, state="cancelled")
    ordered(world, "C1", in_days(-3))
    ordered(world, "C2", None)
    desk = Talk(world, "desk@test")
    reply = desk.say("what's due out today?", *LOST)
    assert reply.text == (
        "Nothing is due today. Besides, 1 order was due before today and is still open. "
        "1 order without a day can go at once."
    )
    later = desk.say("what's due out next week?", *LOST)
    assert later.text == "Nothing is due from 22 Jun 2026 to 28 Jun 2026."


@pytest.mark.parametrize(
    "text",
    [
        "what's due in from suppliers this week?",
        "what shipped last week?",
        "do you ship on Saturday?",
        "can it ship tomorrow?",
        "does my order ship today?",
        "which hex bolts ship today?",
        "when does SO-100001 ship, tomorrow?",
        "how much is shipping to Leeds this week?",
        "20 of 10-109, to go out tomorrow please",
    ],
)
def test_other_messages_are_left_alone(world: World, week: dict[str, str], text: str) -> None:
    reply = Talk(world, "desk@test").say(text, "order_status")
    assert not any("due today" in one.text or "are due from" in one.text for one in [reply])
    assert not (isinstance(reply.card, TableCard) and reply.card.title == "Due to go out")


def test_another_stretch_is_asked_after(desk: Talk, week: dict[str, str]) -> None:
    rows(desk, "what's due out today?")
    assert [row[0] for row in rows(desk, "and tomorrow?")] == [week["tomorrow"]]
    assert [row[0] for row in rows(desk, "next week then?")] == [week["monday"]]
    assert desk.say("and the week after?", *LOST).text.startswith("Nothing is due")


def test_of_the_same_customer(desk: Talk, week: dict[str, str]) -> None:
    first = desk.say("what's going out to Harper today?", *LOST).text
    assert "Harper" in first
    assert "Harper" in desk.say("and next week?", *LOST).text


@pytest.mark.parametrize(
    "text", ["any orders running late?", "which orders are overdue to customers", "show me the late orders"]
)
def test_what_is_late(world: World, text: str) -> None:
    talk = Talk(world, "desk@test")
    assert talk.say(text, "reorder_customer", 0.5).text.startswith("No order is late")
