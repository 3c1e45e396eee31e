"""What was sold to a customer, of a product and in all over a span, and the same again over another."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from backend.chat.cards import TableCard
from backend.customers.tables import Customer
from tests.actions.conversation import Talk
from tests.actions.test_account_movers import ordered
from tests.actions.test_movers import sold
from tests.backend.world import World

LOST = ("not_understood", 0.3)
AGAIN = ["and over the last year?", "what about the past 12 months then", "ok and the last 12 months?"]
YEAR = "from 18 Jun 2025 to 17 Jun 2026"


@pytest.fixture
def rep(world: World) -> Talk:
    """A rep who looks after Ferndale; both customers bought bolts and more."""
    ordered(world, "C1", (10, 300), (40, 300), (100, 1000), (300, 2000))
    ordered(world, "C2", (5, 900), (35, 10), (200, 50))
    sold(world, 20, "10-109", 30)
    sold(world, 200, "10-109", 50)
    with world.database.write() as session:
        session.scalars(select(Customer).where(Customer.code == "C1")).one().rep_email = "rep@test"
    return Talk(world, "rep@test")


@pytest.mark.parametrize("again", AGAIN)
@pytest.mark.parametrize(
    ("text", "skill", "confidence"),
    [
        ("how much did we sell to Harper last month?", *LOST),
        ("what did Harper & Sons spend this quarter", "customer_lookup", 0.73),
        ("how did Harper do over the last three months?", "customer_lookup", 0.97),
        ("look up Harper & Sons", "customer_lookup", 0.97),
    ],
)
def test_a_customers_figures_over_another_span(rep: Talk, text: str, skill: str, confidence: float, again: str) -> None:
    assert "Harper & Sons" in rep.say(text, skill, confidence).text
    assert rep.say(again, *LOST).text.startswith(f"Harper & Sons ordered £960.00 {YEAR}, £960.00 more than")


@pytest.mark.parametrize("again", AGAIN)
@pytest.mark.parametrize(
    "text",
    [
        "how many M8x40 hex bolts did we sell this month?",
        "how much of 10-109 have we shifted in the last 2 weeks",
        "sales of M8x40 hex bolts last month",
        "hows M8x40 hex bolts been selling",
        "how are the M8x40 hex bolts selling lately?",
    ],
)
def test_a_products_figures_over_another_span(rep: Talk, text: str, again: str) -> None:
    assert "sold from" in rep.say(text, "order_history", 0.8).text
    assert rep.say(again, "order_history", 0.5).text == (
        f"Hex bolt M8x40 zinc: 80 sold {YEAR}, 0 from 18 Jun 2024 to 17 Jun 2025."
    )
    assert "came back" in rep.say("why?", "explain").text


@pytest.mark.parametrize("again", AGAIN)
@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("who are all our best customers this month?", "Of our 2 customers, these ordered most"),
        ("which of my customers are slipping?", "None of your 1 customer ordered less"),
        ("how much did we sell last month?", "Of our 2 customers, orders of"),
    ],
)
def test_all_customers_figures_over_another_span(rep: Talk, text: str, start: str, again: str) -> None:
    rep.say(text, "top_movers", 0.99)
    reply = rep.say(again, "order_history", 0.5).text
    assert reply.startswith(start)
    assert YEAR in reply


@pytest.mark.parametrize("again", AGAIN)
def test_what_sold_most_over_a_span_and_another(rep: Talk, again: str) -> None:
    rep.say("what sells best?", "top_movers")
    reply = rep.say("what sold best last month?", "top_movers")
    assert reply.text == "The products that sold most from 1 May 2026 to 31 May 2026:"
    reply = rep.say(again, *LOST)
    assert reply.text == f"The products that sold most {YEAR}:"
    assert isinstance(reply.card, TableCard)
    assert reply.card.rows[0][:4] == ["10-109", "Hex bolt M8x40 zinc", "80", "0"]


def test_another_span_after_another(rep: Talk) -> None:
    rep.say("how much did we sell to Harper last month?", *LOST)
    rep.say("and over the last year?", *LOST)
    reply = rep.say("and this month?", "forecast_category_or_total", 0.96)
    assert reply.text.startswith("Harper & Sons ordered £900.00 from 1 Jun 2026 to 17 Jun 2026")


def test_after_something_else_there_is_nothing_to_go_on_from(rep: Talk) -> None:
    rep.say("how much did we sell to Harper last month?", *LOST)
    rep.say("price of 20-104", "price_check")
    assert "ordered £" not in rep.say("and over the last year?", *LOST).text


@pytest.mark.parametrize("email", ["customer@test", "buyer@test"])
def test_nobody_else_is_told(rep: Talk, email: str) -> None:
    talk = Talk(rep.world, email)
    assert "ordered £" not in talk.say("how much did we sell to Harper last month?", *LOST).text
    assert "ordered £" not in talk.say("and over the last year?", *LOST).text
