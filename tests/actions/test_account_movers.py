"""How customers do: for those who sell, and for nobody else."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from backend.chat.cards import TableCard
from backend.customers.tables import Customer
from backend.sales.tables import Order
from tests.actions.conversation import Talk
from tests.backend.world import TODAY, World

NOON = datetime.combine(TODAY, time(12), UTC)


def ordered(world: World, code: str, *orders: tuple[int, int], state: str = "completed") -> None:
    """Orders of a customer: how many days ago, and what the goods came to."""
    with world.database.write() as session:
        customer = session.scalars(select(Customer).where(Customer.code == code)).one()
        for days, goods in orders:
            session.add(
                Order(
                    number=f"OLD-{code}-{days}-{state}", customer_id=customer.id, channel="test", state=state,
                    placed_at=NOON - timedelta(days=days), currency="GBP", payment_method="account",
                    delivery=Decimal(5), tax=Decimal(1), total=Decimal(goods + 6),
                )
            )  # fmt: skip


@pytest.fixture
def busy(world: World) -> World:
    with world.database.read() as session:
        first, second, *_ = session.scalars(select(Customer.code).order_by(Customer.id)).all()
    ordered(world, first, (10, 300), (40, 300), (100, 1000), (150, 1000))
    ordered(world, second, (5, 900), (35, 10), (65, 10), (95, 10))
    ordered(world, second, (3, 9999), state="cancelled")
    return world


def rows(talk: Talk, text: str) -> list[list[str]]:
    card = talk.say(text, "not_understood", 0.3).card
    assert isinstance(card, TableCard)
    return card.rows


@pytest.mark.parametrize("text", ["who are our best customers?", "show me the top 5 accounts", "who buys the most"])
def test_who_orders_most(busy: World, text: str) -> None:
    found = rows(Talk(busy, "desk@test"), text)
    assert [row[2] for row in found] == ["£920.00", "£600.00"]


def test_who_orders_less_and_who_more(busy: World) -> None:
    desk = Talk(busy, "desk@test")
    fell = rows(desk, "which of our customers are slipping?")
    assert [(row[2], row[3], row[4]) for row in fell] == [("£600.00", "£2,000.00", "-70%")]
    rose = rows(desk, "which customers bought more than before?")
    assert [(row[2], row[3]) for row in rose] == [("£920.00", "£10.00")]
    assert "returns are not taken off" in desk.say("why?", "explain").text


def test_one_question_after_the_other(busy: World) -> None:
    desk = Talk(busy, "desk@test")
    desk.say("which of our customers are slipping?", "slow_movers")
    assert "ordered most" in desk.say("and who were our biggest customers this year", "top_movers", 0.99).text


def test_who_has_gone_quiet_by_their_own_rhythm(world: World) -> None:
    with world.database.read() as session:
        first, second, *_ = session.scalars(select(Customer.code).order_by(Customer.id)).all()
    ordered(world, first, (100, 50), (110, 50), (120, 50), (130, 50))
    ordered(world, second, (100, 50), (300, 50), (500, 50))
    desk = Talk(world, "desk@test")
    for text in (
        "who hasn't ordered for a while?",
        "which customers have gone quiet",
        "any customers that stopped buying?",
    ):
        found = rows(desk, text)
        assert [(row[0], row[3], row[4]) for row in found] == [(first, "100", "10 days")]


def test_a_rep_hears_of_their_own_customers_unless_all_are_asked_for(busy: World) -> None:
    with busy.database.write() as session:
        own = session.scalars(select(Customer).order_by(Customer.id)).first()
        own.rep_email = "rep@test"
    rep = Talk(busy, "rep@test")
    reply = rep.say("my best customers", "top_movers")
    assert reply.text.startswith("Of your 1 customer")
    assert len(reply.card.rows) == 1
    assert len(rows(rep, "who are all our best customers")) == 2


@pytest.mark.parametrize("email", ["customer@test", "buyer@test"])
def test_nobody_else_is_told(busy: World, email: str) -> None:
    assert "£920.00" not in Talk(busy, email).say("who are your best customers?", "top_movers").model_dump_json()


@pytest.mark.parametrize(
    "text",
    [
        "which customers will want M8x40 hex bolts next month",
        "who bought the most hex bolt M8x40 zinc",
        "what sells best",
        "how much did we sell of the hex bolts last month",
        "how much did we sell to Ferndale last month",
        "what were our sales in Germany last month",
    ],
)
def test_other_questions_are_left_alone(busy: World, text: str) -> None:
    assert "Of our" not in Talk(busy, "desk@test").say(text, "top_movers").text


def test_nothing_to_tell_is_said(world: World) -> None:
    desk = Talk(world, "desk@test")
    assert desk.say("who are our best customers this month?", "top_movers").text.startswith("None of our")
    assert "has been silent" in desk.say("which customers have gone quiet?", "top_movers").text


@pytest.mark.parametrize(
    "text",
    [
        "how much did we sell this month compared with the month before",
        "what were our sales this month?",
        "hows our turnover this month against last year",
    ],
)
def test_what_was_sold_in_all(busy: World, text: str) -> None:
    reply = Talk(busy, "desk@test").say(text, "order_history")
    assert reply.text.startswith("Of our ")
    assert "orders of £" in reply.text


def test_how_business_is_doing_is_what_was_sold(world: World) -> None:
    ordered(world, "C1", (10, 300), (40, 300))
    reply = Talk(world, "rep@test").say("hows the business doing", "out_of_scope", 0.6)
    assert "£" in reply.text


@pytest.mark.parametrize(
    "text", ["how much did we sell in may?", "how mch did we sell in may", "what were our sales in may"]
)
def test_a_month_of_the_calendar(world: World, text: str) -> None:
    ordered(world, "C1", (30, 300), (60, 200))
    said = Talk(world, "rep@test").say(text, "order_history", 0.6).text
    assert "orders of £300.00 came in from 1 May 2026 to 31 May 2026, £100.00 more than" in said


def test_the_sum_is_of_those_shown(world: World) -> None:
    ordered(world, "C1", (10, 300))
    ordered(world, "C2", (10, 100))
    said = Talk(world, "desk@test").say("who are our top 1 customers this month?", "top_movers").text
    assert "Those shown ordered £300.00 together; all of them £400.00" in said
