"""Credit that was asked back as money, left as credit after all: by who asked, on a yes, while it waits."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from backend.billing import queries
from backend.billing.giving_back import give_back
from backend.billing.tables import Payment
from backend.customers.queries import by_code
from tests.actions.conversation import Talk
from tests.backend.billing.trading import paid, payment
from tests.backend.world import World

D = Decimal
ASKS = (
    "Withdraw PAY-100002, £40.00 to Ferndale Joinery by Visa ending 4242? It stays as credit and pays the next invoice."
)


@pytest.fixture
def waiting(world: World) -> World:
    """Ferndale has asked for the £40 back that it paid too much by card: PAY-100002."""
    paid(world, "40.00", method="Visa ending 4242")
    with world.writing() as work:
        give_back(work, by_code(work, "C1"))
    return world


def states(world: World) -> list[tuple[str, str]]:
    with world.database.read() as session:
        rows = session.scalars(select(Payment).where(Payment.kind == "refund").order_by(Payment.id))
        return [(row.number, row.state) for row in rows]


def credit(world: World) -> Decimal:
    with world.reading("desk@test") as work:
        return queries.balance(work, by_code(work, "C1")).credit


# ---- what can't be -------------------------------------------------------------------------------------------------


def test_another_companys_refund_is_not_there(waiting: World) -> None:
    other = Talk(waiting, "other@test")
    for number in ("PAY-100002", "PAY-999999"):
        reply = other.say(f"withdraw {number}", "refund_status")
        assert (reply.text, reply.buttons) == (f"I can't find a payment {number} of yours.", [])
    assert "Withdraw" not in other.say("cancel the refund", "refund_status").text
    assert states(waiting) == [("PAY-100002", "pending")]


def test_a_rep_withdraws_nothing(waiting: World) -> None:
    rep = Talk(waiting, "rep@test")
    assert rep.say("withdraw PAY-100002", "refund_status").text.endswith("are booked by our order desk.")
    assert states(waiting) == [("PAY-100002", "pending")]


def test_what_is_decided_can_not_be_withdrawn(waiting: World) -> None:
    talk, desk = Talk(waiting), Talk(waiting, "desk@test")
    talk.say("withdraw PAY-100002", "refund_status")
    desk.say("approve PAY-100002", "refund_status")
    desk.say("yes", "affirm")
    assert talk.say("yes", "affirm").text == "PAY-100002 has gone out already. There is nothing to withdraw."
    late = "PAY-100002 has gone out already, so there is nothing to withdraw."
    assert talk.say("withdraw PAY-100002", "refund_status").text == late
    assert states(waiting) == [("PAY-100002", "settled")]


def test_what_was_refused_is_credit_already(waiting: World) -> None:
    talk, desk = Talk(waiting), Talk(waiting, "desk@test")
    desk.say("refuse PAY-100002", "refund_status")
    desk.say("yes", "affirm")
    assert talk.say("cancel PAY-100002", "refund_status").text == (
        "PAY-100002 was not paid out, so £40.00 is credit again already. There is nothing to withdraw."
    )


def test_what_our_people_began_is_theirs_to_stop(world: World) -> None:
    paid(world, "40.00")
    desk = Talk(world, "desk@test")
    desk.say("pay Ferndale their credit back", "refund_status")
    desk.say("yes", "affirm")
    reply = Talk(world).say("withdraw PAY-100002", "refund_status")
    assert reply.text == "PAY-100002 was begun by our people and may be on its way. Only our order desk can stop it."
    assert states(world) == [("PAY-100002", "pending")]


def test_money_that_came_in_is_no_refund(waiting: World) -> None:
    assert Talk(waiting).say("cancel PAY-100001", "refund_status").text == "PAY-100001 is no refund."


@pytest.mark.parametrize(
    "text",
    [
        "where is our refund?",
        "can I cancel the order and get a refund",
        "why was the refund cancelled?",
        "withdraw RT-100001",
        "cancel SO-100001 and refund it",
    ],
)
def test_other_words_of_refunds_withdraw_none(waiting: World, text: str) -> None:
    assert "Withdraw PAY" not in Talk(waiting).say(text, "refund_status").text
    assert states(waiting) == [("PAY-100002", "pending")]


# ---- withdrawn -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "withdraw PAY-100002",
        "please cancel PAY-100002, we'll keep it as credit",
        "cancel the refund",
        "can you cancel our £40 refund please?",
        "withdraw our request for a refund",
        "we don't want the refund any more",
        "leave it as credit after all",
        "I changed my mind about the refund",
        "don’t want the refund anymore, keep it as credit",
    ],
)
def test_it_is_withdrawn_after_a_yes_and_credit_again(waiting: World, text: str) -> None:
    talk = Talk(waiting)
    assert talk.say(text, "refund_status").text == ASKS
    assert states(waiting) == [("PAY-100002", "pending")]
    assert talk.tap("Yes").text == "PAY-100002 is withdrawn; £40.00 stands to the credit of Ferndale Joinery again."
    assert (states(waiting), credit(waiting)) == ([("PAY-100002", "failed")], D(40))
    assert payment(waiting, "PAY-100002").failure == "withdrawn by the customer"


def test_twice_says_so(waiting: World) -> None:
    talk = Talk(waiting)
    button = next(one for one in talk.say("cancel the refund", "refund_status").buttons if one.title.startswith("Yes"))
    talk.say("yes", "affirm")
    assert talk.tap(button).text == "PAY-100002 is withdrawn already; it is credit again."
    again = talk.say("withdraw PAY-100002", "refund_status")
    assert (again.text, again.buttons) == ("PAY-100002 is withdrawn already; £40.00 is credit again.", [])
    assert credit(waiting) == D(40)


def test_the_desk_can_not_pay_out_what_is_withdrawn(waiting: World) -> None:
    talk, desk = Talk(waiting), Talk(waiting, "desk@test")
    desk.say("approve PAY-100002", "refund_status")
    talk.say("withdraw PAY-100002", "refund_status")
    talk.say("yes", "affirm")
    assert desk.say("yes", "affirm").text == "PAY-100002 has changed since I showed it, so I've done nothing."
    assert desk.say("approve PAY-100002", "refund_status").text == "PAY-100002 is withdrawn already."
    assert desk.say("any refunds waiting?", "refund_status").text == "No refund waits to go out."
    told = talk.say("where is my refund?", "refund_status").text
    assert told.endswith("PAY-100002, £40.00 by Visa ending 4242, withdrawn, so it is credit again.")


def test_a_no_leaves_it_waiting(waiting: World) -> None:
    talk = Talk(waiting)
    talk.say("cancel the refund", "refund_status")
    talk.say("no", "deny")
    assert (states(waiting), credit(waiting)) == ([("PAY-100002", "pending")], D(0))


def test_of_several_one_is_chosen(waiting: World) -> None:
    paid(waiting, "15.00")
    talk = Talk(waiting)
    talk.say("refund our credit", "refund_status")
    talk.say("yes", "affirm")
    assert talk.say("cancel the refund", "refund_status").text.endswith("Which one shall I withdraw?")
    assert talk.titles() == ["Withdraw PAY-100004, £15.00", "Withdraw PAY-100002, £40.00", "Withdraw all, £55.00"]
    assert talk.tap("Withdraw PAY-100002").text == ASKS
    talk.say("yes", "affirm")
    assert states(waiting) == [("PAY-100002", "failed"), ("PAY-100004", "pending")]


def test_words_that_answer_what_waits_for_a_yes_withdraw_nothing(waiting: World) -> None:
    paid(waiting, "15.00")
    talk = Talk(waiting)
    talk.say("refund our credit", "refund_status")
    assert "Withdraw" not in talk.say("no, leave it as credit", "deny").text
    assert states(waiting) == [("PAY-100002", "pending")]


def test_all_of_them_are_withdrawn_or_none(waiting: World) -> None:
    paid(waiting, "15.00")
    talk, desk = Talk(waiting), Talk(waiting, "desk@test")
    talk.say("refund our credit", "refund_status")
    talk.say("yes", "affirm")
    asked = (
        "Withdraw PAY-100004 and PAY-100002, £55.00 to Ferndale Joinery? It stays as credit and pays the next invoice."
    )
    assert talk.say("forget the refunds, leave it as credit", "cancel_order").text == asked
    desk.say("approve PAY-100002", "refund_status")
    desk.say("yes", "affirm")
    assert talk.say("yes", "affirm").text == "PAY-100002 has gone out already. There is nothing to withdraw."
    assert states(waiting) == [("PAY-100002", "settled"), ("PAY-100004", "pending")]
    paid(waiting, "5.00")
    talk.say("refund our credit", "refund_status")
    talk.say("yes", "affirm")
    talk.say("cancel our refund", "refund_status")
    assert talk.tap("Withdraw all").text.startswith("Withdraw PAY-100006 and PAY-100004, £20.00")
    assert talk.tap("Yes").text == (
        "PAY-100006 and PAY-100004 are withdrawn; £20.00 stands to the credit of Ferndale Joinery again."
    )
    assert states(waiting) == [("PAY-100002", "settled"), ("PAY-100004", "failed"), ("PAY-100006", "failed")]


def test_the_desk_withdraws_it_for_the_customer(waiting: World) -> None:
    desk = Talk(waiting, "desk@test")
    desk.say("withdraw PAY-100002", "refund_status")
    desk.say("yes", "affirm")
    assert states(waiting) == [("PAY-100002", "failed")]
