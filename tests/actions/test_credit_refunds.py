"""A customer's credit as money: asked for on a yes, and paid out or refused by our people on theirs."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from backend.billing import goodwill, queries
from backend.billing.tables import Payment
from backend.customers.queries import by_code
from tests.actions.conversation import Talk
from tests.backend.billing.trading import credited, note, paid, payment, worth
from tests.backend.world import World

D = Decimal


@pytest.fixture
def overpaid(world: World) -> World:
    """The small company, where £40 that Ferndale paid by card pays nothing yet."""
    paid(world, "40.00", method="Visa ending 4242")
    return world


def refunds(world: World) -> list[tuple[str, str, Decimal]]:
    with world.database.read() as session:
        rows = session.scalars(select(Payment).where(Payment.kind == "refund").order_by(Payment.id))
        return [(row.number, row.state, row.amount) for row in rows]


def credit(world: World, code: str = "C1") -> Decimal:
    with world.reading("desk@test") as work:
        return queries.balance(work, by_code(work, code)).credit


def credit_note(world: World) -> str:
    """A credit note over £30 that was paid by bank transfer; its number."""
    number = worth(world, "30.00")
    paid(world, "30.00", number)
    return credited(world, number)


# ---- what can't be -------------------------------------------------------------------------------------------------


def test_without_credit_nothing_is_asked(world: World) -> None:
    reply = Talk(world).say("please refund our credit", "refund_status")
    assert reply.text.startswith("Nothing stands to the credit of Ferndale Joinery.")
    assert refunds(world) == []


def test_more_than_the_credit_is_refused_with_what_there_is(overpaid: World) -> None:
    talk = Talk(overpaid)
    reply = talk.say("refund £100 of our credit", "refund_status")
    assert reply.text == "£40.00 of the credit of Ferndale Joinery can be paid out, not £100.00. I've done nothing."
    assert talk.say("yes", "affirm").text.startswith("There is nothing waiting")
    assert (refunds(overpaid), credit(overpaid)) == ([], D(40))


@pytest.mark.parametrize("text", ["refund €20 of our credit", "refund £0 of our credit", "refund -£5 of our credit"])
def test_sums_that_make_no_sense_are_refused(overpaid: World, text: str) -> None:
    assert not Talk(overpaid).say(text, "refund_status").buttons
    assert refunds(overpaid) == []


def test_goodwill_is_not_paid_out(world: World) -> None:
    with world.writing("desk@test") as work:
        goodwill.ask(work, by_code(work, "C1"), D(15), "late")
    reply = Talk(world).say("can I have my credit back as money?", "refund_status")
    assert "£15.00 stands to the credit of Ferndale Joinery" in reply.text
    assert "can't be paid out" in reply.text
    assert (reply.buttons, refunds(world)) == ([], [])


def test_another_customers_credit_note_is_not_there(world: World) -> None:
    number = credit_note(world)
    other = Talk(world, "other@test")
    assert other.say(f"refund {number}", "refund_status").text == f"I can't find a credit note {number} of yours."
    assert other.say("pay Ferndale's credit out", "refund_status").text.startswith("Nothing stands to the credit of H")
    assert refunds(world) == []


def test_a_rep_sees_credit_and_refunds_nothing(overpaid: World) -> None:
    rep = Talk(overpaid, "rep@test")
    reply = rep.say("how much credit does Ferndale have", "customer_lookup")
    assert (reply.text, reply.buttons) == (
        "£40.00 stands to the credit of Ferndale Joinery; it pays the next invoice.",
        [],
    )
    assert rep.say("refund Ferndale's credit", "refund_status").text.endswith("are booked by our order desk.")
    assert refunds(overpaid) == []


def test_an_unknown_customer_is_asked_for_and_nothing_is_lost(overpaid: World) -> None:
    desk = Talk(overpaid, "desk@test")
    assert "I can't find a customer called “Zebra”" in desk.say("refund Zebra's credit", "refund_status").text
    assert desk.say("Ferndale", "not_understood").text.startswith("Give £40.00 of the credit of Ferndale Joinery back")


def test_a_question_about_a_refund_asks_for_none(overpaid: World) -> None:
    talk = Talk(overpaid)
    for text in ("where is the refund of our credit?", "has our credit been refunded yet", "send me the credit note"):
        assert "Give £" not in talk.say(text, "refund_status").text
    for text in ("i want to send it back for credit", "can I get a credit for the zips we take back"):
        assert "Give £" not in talk.say(text, "return_items").text


# ---- asked for -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "skill"),
    [
        ("please refund the credit on our account", "refund_status"),
        ("pay out what stands to our credit", "not_understood"),
        ("we overpaid you, can you send the money back", "not_understood"),
        ("um yeah we've got some credit sitting there I want it back", "return_items"),
        ("refund all of it", "refund_status"),
    ],
)
def test_it_is_listed_and_asked_for_on_a_yes(overpaid: World, text: str, skill: str) -> None:
    talk = Talk(overpaid)
    reply = talk.say(text, skill)
    assert reply.text == "Give £40.00 of the credit of Ferndale Joinery back as money?"
    assert reply.card.rows == [["PAY-100001", "£40.00", "Visa ending 4242"]]
    assert refunds(overpaid) == []
    assert "PAY-100002, £40.00 by Visa ending 4242" in talk.say("yes", "affirm").text
    assert (refunds(overpaid), credit(overpaid)) == ([("PAY-100002", "pending", D(40))], D(0))


def test_a_part_is_enough_and_the_oldest_goes_first(world: World) -> None:
    number = credit_note(world)
    paid(world, "40.00", method="Visa ending 4242")
    talk = Talk(world)
    reply = talk.say("we'd like forty quid of our credit paid out", "refund_status")
    assert reply.text.endswith("£30.00 stays as credit.")
    assert reply.card.rows == [[number, "£30.00", "bank transfer"], ["PAY-100002", "£10.00", "Visa ending 4242"]]
    talk.tap("Yes")
    assert [(state, amount) for _, state, amount in refunds(world)] == [("pending", D(30)), ("pending", D(10))]
    assert (credit(world), note(world, number).left) == (D(30), D(0))


def test_a_no_leaves_the_credit(overpaid: World) -> None:
    talk = Talk(overpaid)
    talk.say("give me my 20 quid back", "return_items")
    talk.say("no", "deny")
    assert (refunds(overpaid), credit(overpaid)) == ([], D(40))


def test_two_taps_and_a_yes_do_it_once(overpaid: World) -> None:
    talk = Talk(overpaid)
    first = next(one for one in talk.say("refund £20 of our credit", "refund_status").buttons if "Yes" in one.title)
    talk.say("yes", "affirm")
    assert talk.tap(first).text.startswith("The credit is not what it was when I showed it")
    assert talk.tap(first).text == "That button has been used already, so I did nothing."
    assert talk.say("yes", "affirm").text.startswith("There is nothing waiting")
    assert refunds(overpaid) == [("PAY-100002", "pending", D(20))]


def test_what_the_desk_was_quicker_with_is_not_done_again(overpaid: World) -> None:
    talk, desk = Talk(overpaid), Talk(overpaid, "desk@test")
    talk.say("refund our credit", "refund_status")
    desk.say("pay Ferndale their credit back", "refund_status")
    assert desk.say("yes", "affirm").text.startswith("The refund is begun: PAY-100002")
    assert talk.say("yes", "affirm").text.startswith("The credit is not what it was")
    assert len(refunds(overpaid)) == 1


# ---- decided on ----------------------------------------------------------------------------------------------------


def test_it_is_seen_and_paid_out(overpaid: World) -> None:
    talk, desk = Talk(overpaid), Talk(overpaid, "desk@test")
    assert desk.say("any refunds waiting?", "refund_status").text == "No refund waits to go out."
    talk.say("refund our credit", "refund_status")
    talk.say("yes", "affirm")
    reply = desk.say("any refunds waiting?", "refund_status")
    assert reply.card.rows == [["PAY-100002", "Ferndale Joinery", "£40.00", "Visa ending 4242", "17 Jun 2026"]]
    assert desk.tap("Pay out").text.startswith("Pay out £40.00 to Ferndale Joinery by Visa ending 4242 (PAY-100002)?")
    assert payment(overpaid, "PAY-100002").state == "pending"
    assert "PAY-100002 is paid out" in desk.tap("Yes").text
    assert desk.say("approve PAY-100002", "refund_status").text == "PAY-100002 is paid out already."
    assert "gone out on 17 Jun 2026" in talk.say("has my refund gone through yet?", "refund_status").text


def test_it_is_refused_with_a_reason_and_is_credit_again(overpaid: World) -> None:
    talk, desk = Talk(overpaid), Talk(overpaid, "desk@test")
    talk.say("refund our credit", "refund_status")
    talk.say("yes", "affirm")
    reply = desk.say("refuse the refund for Ferndale because the bank details are missing", "refund_status")
    assert reply.text.endswith("The reason they read: the bank details are missing.")
    desk.say("yes", "affirm")
    assert (payment(overpaid, "PAY-100002").state, credit(overpaid)) == ("failed", D(40))
    assert "the bank details are missing" in talk.say("where is my refund?", "refund_status").text


def test_a_decision_that_was_overtaken_is_not_taken(overpaid: World) -> None:
    talk, desk = Talk(overpaid), Talk(overpaid, "desk@test")
    talk.say("refund our credit", "refund_status")
    talk.say("yes", "affirm")
    desk.say("refuse PAY-100002", "refund_status")
    button = next(one for reply in desk.last for one in reply.buttons if one.title.startswith("Yes"))
    desk.say("approve PAY-100002", "refund_status")
    desk.say("yes", "affirm")
    assert desk.tap(button).text == "PAY-100002 has changed since I showed it, so I've done nothing."
    assert payment(overpaid, "PAY-100002").state == "settled"


def test_only_the_desk_decides_and_only_on_refunds(overpaid: World) -> None:
    talk, rep, desk = Talk(overpaid), Talk(overpaid, "rep@test"), Talk(overpaid, "desk@test")
    talk.say("refund our credit", "refund_status")
    talk.say("yes", "affirm")
    reply = rep.say("any refunds waiting?", "refund_status")
    assert (reply.text, reply.buttons) == ("1 refund waits to go out.", [])
    assert rep.say("approve PAY-100002", "refund_status").text.startswith("Our order desk pays refunds out")
    talk.say("approve PAY-100002", "refund_status")
    talk.say("yes", "affirm")
    assert payment(overpaid, "PAY-100002").state == "pending"
    assert desk.say("approve PAY-100001", "refund_status").text == "PAY-100001 is no refund."
