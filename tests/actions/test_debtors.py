"""Who owes us most: for those who look after customers, and for nobody else."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from backend.billing.tables import Invoice
from backend.chat.cards import TableCard
from backend.customers.tables import Customer
from backend.sales.tables import Order
from tests.actions.conversation import Talk
from tests.backend.world import TODAY, World

NOON = datetime.combine(TODAY, time(12), UTC)


def invoiced(world: World, code: str, number: str, total: int, due_in: int, paid: int = 0) -> None:
    """An invoice of a customer, and what was paid of it."""
    with world.database.write() as session:
        customer = session.scalars(select(Customer).where(Customer.code == code)).one()
        order = Order(
            number=f"SO-{number}", customer_id=customer.id, channel="test", state="completed", placed_at=NOON,
            total=Decimal(total),
        )  # fmt: skip
        session.add(order)
        session.flush()
        state = "paid" if paid == total else "part_paid" if paid else "issued"
        session.add(
            Invoice(
                number=f"INV-{number}", customer_id=customer.id, order_id=order.id, state=state, issued_at=NOON,
                due_date=TODAY + timedelta(days=due_in), total=Decimal(total), paid=Decimal(paid),
            )
        )  # fmt: skip


@pytest.fixture
def owed(world: World) -> World:
    """Ferndale owes £300, £100 of it overdue; Harper £500, none of it overdue."""
    invoiced(world, "C1", "700001", 400, -10, paid=300)
    invoiced(world, "C1", "700002", 200, 10)
    invoiced(world, "C1", "700003", 900, -30, paid=900)
    invoiced(world, "C2", "700004", 500, 0)
    return world


def rows(talk: Talk, text: str, skill: str = "top_movers", confidence: float = 0.99) -> list[list[str]]:
    card = talk.say(text, skill, confidence).card
    assert isinstance(card, TableCard)
    return card.rows


@pytest.mark.parametrize("email", ["desk@test", "rep@test"])
@pytest.mark.parametrize(
    ("text", "skill"),
    [
        ("who owes us most?", "top_movers"),
        ("biggest debtors", "top_movers"),
        ("who owes us money?", "not_understood"),
        ("which customers have the largest balances?", "top_movers"),
        ("show me the accounts with unpaid invoices", "invoice_request"),
        ("who still hasn't paid us", "not_understood"),
        ("how much is owed to us in total?", "invoice_request"),
    ],
)
def test_who_owes_most_comes_first(owed: World, email: str, text: str, skill: str) -> None:
    talk = Talk(owed, email)
    assert rows(talk, text, skill) == [
        ["C2", "Harper & Sons", "£500.00", "£0.00", "1"],
        ["C1", "Ferndale Joinery", "£300.00", "£100.00", "2"],
    ]
    assert talk.last[-1].text.startswith("2 customers owe £800.00, £100.00 of it overdue.")
    assert "issued invoices" in talk.say("why?", "explain").text


@pytest.mark.parametrize(
    "text",
    [
        "who's overdue?",
        "which customers are behind with their payments",
        "who do we need to chase?",
        "list the overdue accounts",
    ],
)
def test_who_is_late_comes_by_what_is_overdue(owed: World, text: str) -> None:
    talk = Talk(owed, "desk@test")
    assert rows(talk, text) == [["C1", "Ferndale Joinery", "£300.00", "£100.00", "2"]]
    assert talk.last[-1].text.startswith("1 customer is late with £100.00 of the £300.00 that they owe.")


def test_a_rep_may_ask_for_their_own_and_for_the_first_few(owed: World) -> None:
    with owed.database.write() as session:
        session.scalars(select(Customer).where(Customer.code == "C1")).one().rep_email = "rep@test"
    rep = Talk(owed, "rep@test")
    assert [row[0] for row in rows(rep, "which of my customers owe us most?")] == ["C1"]
    assert [row[0] for row in rows(rep, "top 1 debtors")] == ["C2"]
    assert rep.last[-1].text.endswith("These are the first 1.")


@pytest.mark.parametrize("email", ["customer@test", "buyer@test"])
@pytest.mark.parametrize("text", ["who owes us most?", "biggest debtors please", "which customers are overdue?"])
def test_nobody_else_is_told(owed: World, email: str, text: str) -> None:
    reply = Talk(owed, email).say(text, "top_movers", 0.99)
    assert reply.text == "What customers owe is for the order desk and sales."
    assert reply.card is None


def test_nobody_owing_is_said(world: World) -> None:
    desk = Talk(world, "desk@test")
    assert desk.say("who owes us money?", "not_understood", 0.3).text == "Nobody owes us anything."
    assert desk.say("who is late with paying?", "not_understood", 0.3).text == "Nobody is late with a payment."


@pytest.mark.parametrize(
    "text",
    [
        "how much does Harper owe us?",
        "how much is owed by Harper?",
        "who do we owe money?",
        "what do we owe you",
        "which customers in Germany owe us most",
        "who hasn't ordered for a while?",
        "which of our orders are overdue?",
    ],
)
def test_other_questions_are_left_alone(owed: World, text: str) -> None:
    reply = Talk(owed, "desk@test").say(text, "invoice_request")
    assert "of it overdue. Who owes most" not in reply.text
    assert not (
        isinstance(reply.card, TableCard) and reply.card.title == "Customers" and "Overdue" in reply.card.columns
    )


def test_what_is_outstanding_counts_more_invoices_than_are_shown(world: World) -> None:
    for number in range(300):  # an old one that is late, under many that were paid since
        invoiced(world, "C1", f"71{number:04}", 10, -40 if number == 0 else 5, paid=0 if number < 12 else 10)
    talk = Talk(world)
    reply = talk.say("what's outstanding on our account?", "invoice_request")
    assert reply.text == "Ferndale Joinery: £120.00 is outstanding on 12 invoices, £10.00 of it overdue."
    assert isinstance(reply.card, TableCard)
    assert len(reply.card.rows) < 12


def test_what_is_outstanding_in_all_is_asked_beside_a_customer_spoken_of(owed: World) -> None:
    desk = Talk(owed, "desk@test")
    assert desk.say("what's outstanding at Harper?", "invoice_request").text.startswith("Harper & Sons: £500.00")
    assert desk.say("and what's outstanding in all?", "invoice_request").text.startswith("All customers: £800.00")
    assert Talk(owed).say("what's outstanding in all?", "invoice_request").text.startswith("Ferndale Joinery: £300.00")


def test_they_are_whoever_is_spoken_of(world: World) -> None:
    desk = Talk(world, "desk@test")
    desk.say("customer C1", "customer_lookup")
    assert "Ferndale Joinery" in desk.say("do they owe us money?", "invoice_request").text
