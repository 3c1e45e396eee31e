"""What was sold to a customer, of a product and in all over a span, and the same again over another."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from backend.chat.cards import TableCard
from backend.customers.tables import Customer
from backend.identity.tables import User
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


@pytest.mark.parametrize(
    "text",
    ["how's that against last year?", "is that up or down on a year ago", "and compared to the same time last year?"],
)
def test_figures_are_held_against_those_of_a_year_before(rep: Talk, text: str) -> None:
    rep.say("how much did we sell to Harper last month?", "customer_lookup")
    said = rep.say(text, "explain", 0.7).text
    assert "from 1 May 2026 to 31 May 2026" in said
    assert "from 1 May 2025 to 31 May 2025" in said


@pytest.mark.parametrize("text", ["and the month before", "what about the month before that?", "vs the previous month"])
def test_the_month_before_is_asked_for_and_no_order_is_repeated(rep: Talk, text: str) -> None:
    rep.say("how much did we sell to Harper last month?", "customer_lookup")
    said = rep.say(text, "repeat_last_order", 0.9)
    assert "from 1 Apr 2026 to 30 Apr 2026" in said.text
    assert "than from 1 Mar 2026 to 31 Mar 2026" in said.text
    assert "from 1 Mar 2026 to 31 Mar 2026" in rep.say("and before that?", "repeat_last_order", 0.7).text


def test_what_names_no_order_repeats_none(rep: Talk) -> None:
    assert rep.say("and the week before", "repeat_last_order", 0.9).card is None


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


@pytest.fixture
def screws(rep: Talk) -> Talk:
    """Both wood screws were sold to Ferndale too, one of them last month."""
    sold(rep.world, 3, "30-101", 40)
    sold(rep.world, 5, "30-102", 60)
    sold(rep.world, 32, "30-102", 20)
    return rep


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "How did the wood screws sell this month?",
            "Wood screws: £5.60 sold from 1 Jun 2026 to 17 Jun 2026, 2 products",
        ),
        (
            "how did wood screw stuff sell in may",
            "Wood screw: 20 of Wood screw 4x50 zinc for £1.20 sold from 1 May 2026 to 31 May 2026, £1.20 more",
        ),
        ("how many wood screws did Ferndale take this month", "wood screws for Ferndale Joinery: £5.60 sold"),
        ("how much did we sell of screws last month", "Screws: 20 of Wood screw 4x50 zinc for £1.20 sold"),
        ("how did the wood screws do last year", "Wood screws: nothing sold from 1 Jan 2025 to 31 Dec 2025"),
        ("how many screws did Harper take this year", "Screws for Harper & Sons: nothing sold"),
    ],
)
def test_figures_of_several_products(screws: Talk, text: str, said: str) -> None:
    reply = screws.say(text, *LOST)
    assert said.lower() in reply.text.lower()


def test_figures_of_several_products_over_another_month(screws: Talk) -> None:
    card = screws.say("How did the wood screws sell this month?", *LOST).card
    assert isinstance(card, TableCard)
    assert [row[0] for row in card.rows] == ["30-102", "30-101"]
    assert "20 of Wood screw 4x50 zinc for £1.20 sold from 1 May 2026" in screws.say("and May?", *LOST).text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("which customers bought wood screws this month?", "Wood screws: 1 customer bought from 1 Jun 2026"),
        ("who's been buying screws lately", "Screws: 1 customer bought from 18 Jun 2025 to 17 Jun 2026"),
        ("which of mine bought screws this month?", "Screws for the customers of Rep: 1 customer bought"),
        ("which of my customers bought wood screws this month?", "Wood screws for the customers of Rep: 1 customer"),
        ("who took washers last month?", "Nobody bought Washers from 1 May 2026"),
        ("did Ferndale get any screws this month", "Screws for Ferndale Joinery: £5.60 sold"),
        ("did Harper buy any wood screws this year?", "Wood screws for Harper & Sons: nothing sold"),
        (
            "how's Harper doing vs last year?",
            "Harper & Sons ordered £910.00 from 1 Jan 2026 to 17 Jun 2026, £910.00 more than",
        ),
    ],
)
def test_who_bought_what_and_how_somebody_is_doing(screws: Talk, text: str, said: str) -> None:
    assert screws.say(text, *LOST).text.startswith(said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("did they buy any screws this month?", "Screws for Ferndale Joinery: £5.60 sold from 1 Jun 2026"),
        (
            "have they taken any M8x40 hex bolts this year",
            "Hex bolt M8x40 zinc for Ferndale Joinery: 30 for £3.00 sold",
        ),
        ("how much did they spend this month?", "Ferndale Joinery ordered £305.60 from 1 Jun 2026"),
    ],
)
def test_they_are_the_customer_spoken_of(screws: Talk, text: str, said: str) -> None:
    screws.say("tell me about Ferndale Joinery", "customer_lookup")
    assert screws.say(text, *LOST).text.startswith(said)


@pytest.mark.parametrize(
    "text",
    ["who hasn't bought screws this year?", "who bought more than before?", "who bought purple screws this year?"],
)
def test_other_questions_about_buyers_are_not_this_one(screws: Talk, text: str) -> None:
    assert "bought from" not in screws.say(text, *LOST).text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("what did Harper get through of hex bolts last month?", "for Harper & Sons"),
        ("how many unicorns did Harper take last month?", "Nothing in our range is called “unicorns”."),
        ("hows the flamingo stuff been selling", "Nothing in our range is called “flamingo”."),
    ],
)
def test_what_somebody_got_through_and_what_nobody_sells(rep: Talk, text: str, said: str) -> None:
    assert said in rep.say(text, *LOST).text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("how much have we spent with you this year", "£"),
        ("what did I buy last month", "£"),
        ("how many hex bolts have we had from you this year?", "hex bolt M8x40 zinc for Ferndale"),
    ],
)
def test_a_customer_asks_for_their_own_figures(rep: Talk, text: str, said: str) -> None:
    reply = Talk(rep.world).say(text, *LOST)
    assert "Ferndale" in reply.text
    assert said.lower() in reply.text.lower()


def test_what_was_bought_in_a_month_by_the_first_word_of_a_name(rep: Talk) -> None:
    assert "Harper & Sons" in rep.say("what did harper buy in May", *LOST).text


def test_what_is_held_is_told_beside_what_was_sold(rep: Talk) -> None:
    with rep.world.database.write() as session:
        session.scalars(select(User).where(User.email == "customer@test")).one().order_limit = Decimal(5)
    customer = Talk(rep.world)
    customer.say("60 M8x40 hex bolts", "place_order")
    customer.say("yes", "affirm")
    for text in ("how much did we sell to Ferndale this month?", "how's business?"):
        assert "£6.00 of it is in orders on hold." in rep.say(text, "customer_lookup").text
    assert "on hold" not in rep.say("how much did we sell to Ferndale in January?", "customer_lookup").text
