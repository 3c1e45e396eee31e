"""Goodwill by chat: within the limit on the desk's yes, above it on a manager's, and never by anybody else."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from backend.billing.tables import CreditNote, Goodwill
from backend.quotes.tables import Inquiry
from tests.actions.conversation import Talk
from tests.backend.billing.trading import manager, ordered
from tests.backend.world import World

D = Decimal
ASK = "give Ferndale 20 pounds goodwill for the late delivery"


def given(world: World) -> list[tuple[str, str, str, Decimal, str]]:
    with world.database.read() as session:
        rows = session.scalars(select(Goodwill).order_by(Goodwill.id))
        return [(row.number, row.customer.code, row.state, row.amount, row.reason) for row in rows]


def notes(world: World) -> int:
    with world.database.read() as session:
        return len(session.scalars(select(CreditNote)).all())


# ---- what can't be -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("email", ["rep@test", "buyer@test"])
def test_who_does_not_bill_gives_none(world: World, email: str) -> None:
    talk = Talk(world, email)
    reply = talk.say(ASK, "order_for_customer")
    assert reply.text == "Goodwill is given by our order desk and managers. I've credited nothing; ask them."
    talk.say("yes", "affirm")
    assert given(world) == []


def test_a_customers_wish_is_passed_on_in_their_words(world: World) -> None:
    said = "can I have some compensation for the late delivery"
    assert "I've passed your words on (IQ-100001)" in Talk(world).say(said, "not_understood").text
    with world.database.read() as session:
        assert session.scalars(select(Inquiry.text)).all() == [said]
    assert given(world) == []


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("give Ferndale -£5 goodwill for the delay", "That has to be an amount above nothing."),
        ("give Ferndale £0 goodwill for the delay", "That has to be an amount above nothing."),
        ("give Ferndale €20 goodwill for the delay", "We keep our books in GBP. Please give the amount in that."),
    ],
)
def test_sums_that_make_no_sense_are_refused(desk: Talk, text: str, answer: str) -> None:
    assert desk.say(text, "not_understood").text == answer
    desk.say("yes", "affirm")
    assert given(desk.world) == []


def test_an_unknown_customer_is_asked_for_and_the_rest_is_kept(desk: Talk) -> None:
    desk.say("how much credit does Ferndale have", "customer_lookup")  # whom the desk now acts for
    reply = desk.say("goodwill of £20 for Zebra Ltd for the delay", "not_understood")
    assert reply.text.startswith("I can't find a customer called “Zebra Ltd”.")
    assert desk.say("Harper", "not_understood").text == "Credit £20.00 to Harper & Sons as goodwill?"
    desk.say("yes", "affirm")
    assert given(desk.world) == [("GW-100001", "C2", "granted", D(20), "delay")]


def test_an_order_of_another_customer_is_pointed_out(desk: Talk) -> None:
    number = ordered(desk.world)
    reply = desk.say(f"give Harper £10 goodwill for {number} because it was late", "not_understood")
    assert reply.text == f"{number} is an order of Ferndale Joinery, not of Harper & Sons. I've credited nothing."


def test_discounts_and_questions_give_none(desk: Talk) -> None:
    for text in ("give Ferndale 5% off as goodwill", "what goodwill have we given Ferndale"):
        desk.say(text, "not_understood")
        desk.say("yes", "affirm")
    assert given(desk.world) == []


# ---- given ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "customer", "amount", "reason"),
    [
        (ASK, "C1", "20", "late delivery"),
        (
            "credit Harper £15 as a gesture of goodwill, their parcel was damaged",
            "C2",
            "15",
            "their parcel was damaged",
        ),
        ("goodwill of twenty quid for Ferndale because we delivered late", "C1", "20", "we delivered late"),
        ("can you put a tenner on Ferndale's account to say sorry for the delay", "C1", "10", "delay"),
        ("£20 goodwill for the late delivery to Ferndale", "C1", "20", "late delivery to Ferndale"),
        ("please issue a goodwill credit of £20 to Harper & Sons, reason: two days late", "C2", "20", "two days late"),
        ("give C2 a credit of 7.50 pounds for the broken pallet", "C2", "7.50", "broken pallet"),
    ],
)
def test_it_is_shown_and_given_on_a_yes(desk: Talk, text: str, customer: str, amount: str, reason: str) -> None:
    reply = desk.say(text, "not_understood")
    assert reply.text.endswith("as goodwill?")
    facts = {fact.label: fact.value for fact in reply.card.facts}
    assert (facts["Reason"], facts["Set off against"]) == (reason, "the next invoice")
    assert given(desk.world) == []
    assert desk.say("yes", "affirm").text.endswith("with CN-100001.")
    assert given(desk.world) == [("GW-100001", customer, "granted", D(amount), reason)]


def test_it_is_for_an_order_where_one_is_named(desk: Talk) -> None:
    number = ordered(desk.world)
    desk.say(f"Ferndale deserve £30 compensation for the mix-up on {number}, it was shipped late", "not_understood")
    assert given(desk.world) == []
    desk.tap("Yes")
    with desk.world.database.read() as session:
        row = session.scalars(select(Goodwill)).one()
        assert row.order is not None
        assert (row.order.number, row.order.state) == (number, "placed")


def test_what_is_missing_is_asked_for(desk: Talk) -> None:
    assert desk.say("give Ferndale 20 pounds goodwill", "order_for_customer").text.startswith("What is it for?")
    assert desk.say("the parcel was late", "complaint").text == "Credit £20.00 to Ferndale Joinery as goodwill?"
    desk.say("yes", "affirm")
    assert desk.say("give them goodwill for the late delivery", "not_understood").text.startswith("How much goodwill")
    assert desk.say("15 quid", "not_understood").text == "Credit £15.00 to Ferndale Joinery as goodwill?"
    desk.say("no", "deny")
    assert [(amount, reason) for *_, amount, reason in given(desk.world)] == [(D(20), "the parcel was late")]


def test_a_change_of_mind_leaves_what_was_missing(desk: Talk) -> None:
    desk.say("give Ferndale 20 pounds goodwill", "order_for_customer")
    assert desk.say("no", "deny").text == "All right, I've left everything as it is."
    desk.say("the parcel was late", "complaint")
    assert given(desk.world) == []


def test_a_yes_after_something_else_was_shown_gives_nothing(desk: Talk) -> None:
    desk.say(ASK, "not_understood")
    desk.say("any refunds waiting?", "refund_status")
    assert desk.say("yes", "affirm").text.startswith("There is nothing waiting for a yes.")
    assert given(desk.world) == []


def test_two_taps_and_a_yes_give_it_once(desk: Talk) -> None:
    button = next(one for one in desk.say(ASK, "not_understood").buttons if one.title.startswith("Yes"))
    desk.say("yes", "affirm")
    for _ in range(2):
        assert "has been given goodwill since I asked (GW-100001), so I've done nothing." in desk.tap(button).text
    desk.say(ASK, "not_understood")
    desk.tap("No")
    assert (len(given(desk.world)), notes(desk.world)) == (1, 1)


# ---- above the limit -----------------------------------------------------------------------------------------------


def asked_for(world: World) -> Talk:
    """Goodwill of £75 that waits; the conversation of a manager."""
    desk = Talk(world, "desk@test")
    assert (
        "it will wait for a manager" in desk.say("give Ferndale 75 pounds goodwill for the pallet", "place_order").text
    )
    assert desk.say("yes", "affirm").text.startswith("GW-100001: £75.00 for Ferndale Joinery waits for a manager.")
    assert (given(world)[0][2], notes(world)) == ("requested", 0)
    return Talk(world, manager(world))


def test_the_desk_sees_what_waits_and_does_not_decide(world: World) -> None:
    asked_for(world)
    desk = Talk(world, "desk@test")
    desk._ids = iter(range(100, 200))  # type: ignore[assignment]
    assert desk.say("any goodwill waiting?", "not_understood").buttons == []
    assert "granted or refused by our managers" in desk.say("approve GW-100001", "not_understood").text
    desk.say("yes", "affirm")
    assert given(world)[0][2] == "requested"


def test_a_manager_sees_and_grants_it(world: World) -> None:
    boss = asked_for(world)
    reply = boss.say("any goodwill waiting for me?", "not_understood")
    assert reply.card.rows == [["GW-100001", "Ferndale Joinery", "£75.00", "requested", "pallet"]]
    assert boss.tap("Grant").text.startswith("Grant GW-100001: £75.00 to Ferndale Joinery?")
    assert notes(world) == 0
    assert boss.tap("Yes").text.endswith("£75.00 is credited to Ferndale Joinery with CN-100001.")
    assert boss.say("approve the goodwill for Ferndale", "not_understood").text.startswith("No goodwill credit waits")
    assert boss.say("refuse GW-100001", "not_understood").text == "GW-100001 is granted already."
    assert (given(world)[0][2], notes(world)) == ("granted", 1)


def test_a_manager_refuses_it_with_a_reason(world: World) -> None:
    boss = asked_for(world)
    button = next(one for one in boss.say("approve GW-100001", "cancel_order").buttons if one.title.startswith("Yes"))
    reply = boss.say("refuse the goodwill for Ferndale, they got a discount already", "not_understood")
    assert reply.text.endswith("The reason given to who asked: they got a discount already.")
    assert boss.say("yes", "affirm").text == "GW-100001 is refused; nothing is credited."
    assert boss.tap(button).text == "GW-100001 has changed since I showed it, so I've done nothing."
    assert (given(world)[0][2], notes(world)) == ("refused", 0)


def test_a_manager_has_no_limit(world: World) -> None:
    boss = Talk(world, manager(world))
    assert boss.say("give Ferndale £500 goodwill for the flood", "not_understood").text.endswith("as goodwill?")
    boss.say("yes", "affirm")
    assert given(world) == [("GW-100001", "C1", "granted", D(500), "flood")]


def test_a_tenner_is_raised_for_whom_the_desk_acts_for(desk: Talk) -> None:
    desk.say("how much credit does Ferndale have", "customer_lookup")
    reply = desk.say("raise a credit for a tenner for the mixup", "not_understood", 0.3)
    assert reply.text.startswith("Credit £10.00 to Ferndale Joinery as goodwill?"), reply.text
