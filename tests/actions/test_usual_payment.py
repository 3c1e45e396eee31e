"""How a customer usually pays: shown to who asks, changed on a yes, among what is on file for them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from backend.customers.queries import by_code, usual_method
from backend.customers.tables import Customer, PaymentMethod
from tests.actions.conversation import Talk
from tests.backend.billing.trading import ordered
from tests.backend.world import World

VISA, MASTERCARD = "Visa ending 4242", "Mastercard ending 5555"


@pytest.fixture
def cards(world: World) -> World:
    """The small company, where Ferndale has two cards on file and pays on account."""
    with world.database.write() as session:
        customer = session.scalars(select(Customer).where(Customer.code == "C1")).one()
        session.add_all(
            PaymentMethod(customer_id=customer.id, kind="card", label=label, default=False)
            for label in (VISA, MASTERCARD)
        )
    return world


def usual(world: World, code: str = "C1") -> str:
    with world.reading("desk@test") as work:
        return usual_method(work, by_code(work, code))


# ---- what can't be -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["always pay by card ending 9999 from now on", "use direct debit from now on", "make the amex our default card"],
)
def test_what_is_not_theirs_changes_nothing(cards: World, text: str) -> None:
    talk = Talk(cards)
    reply = talk.say(text, "change_address")
    assert reply.text.startswith("Ferndale Joinery has no way to pay like that, so I've changed nothing.")
    assert talk.titles() == [f"Always by {VISA}", f"Always by {MASTERCARD}"]
    assert usual(cards) == "account"


def test_another_customers_card_is_not_there(cards: World) -> None:
    other = Talk(cards, "other@test")
    for text in ("always pay by card ending 4242 from now on", "always pay Ferndale's orders by visa ending 4242"):
        assert other.say(text, "not_understood").text.startswith("Harper & Sons pays on account; no card")
        other.say("yes", "affirm")
    assert (usual(cards), usual(cards, "C2")) == ("account", "account")


@pytest.mark.parametrize("number", ["4242424242424242", "4242 4242 4242 4242"])
def test_a_whole_card_number_is_not_wanted(cards: World, number: str) -> None:
    reply = Talk(cards).say(f"always pay with card {number}", "not_understood")
    assert reply.text.startswith("Please don't write a whole card")
    assert usual(cards) == "account"


def test_what_is_about_one_order_or_about_goods_is_left_alone(cards: World) -> None:
    number, talk = ordered(cards), Talk(cards)
    for text, skill in (
        (f"pay {number} by card ending 4242", "change_order"),
        ("we always pay by card so where is my order", "order_status"),
        ("from now on make it 20 playing cards", "change_quantity"),
        ("what are our payment terms", "customer_lookup"),
    ):
        assert "usually pays" not in talk.say(text, skill).text
        assert not any("from now on" in title for title in talk.titles())
    assert usual(cards) == "account"


def test_buyers_have_no_part_in_it(cards: World) -> None:
    buyer = Talk(cards, "buyer@test")
    assert VISA not in buyer.say("set Ferndale's usual payment method to the visa", "not_understood").text
    buyer.say("yes", "affirm")
    assert usual(cards) == "account"


# ---- shown and changed ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "skill"),
    [
        ("how do I usually pay?", "not_understood"),
        ("wat payment methods do we hav", "invoice_request"),
        ("which cards do you have for us", "not_understood"),
        ("how are we paying for our orders by default", "not_understood"),
    ],
)
def test_it_is_shown(cards: World, text: str, skill: str) -> None:
    reply = Talk(cards).say(text, skill)
    assert reply.text == "Ferndale Joinery usually pays on account. An order can still be paid otherwise."
    assert [fact.value for fact in reply.card.facts] == ["On account", VISA, MASTERCARD]


@pytest.mark.parametrize(
    ("text", "skill", "label"),
    [
        ("always pay by card ending 4242 from now on", "not_understood", VISA),
        ("make the visa our default payment method", "out_of_scope", VISA),
        ("change our default card to the mastercard", "change_address", MASTERCARD),
        ("switch our payments to the card ending in 4242 please", "change_order", VISA),
        ("put all our orders on the mastercard", "not_understood", MASTERCARD),
        ("could you kindly arrange for all future orders to be charged to our Visa?", "not_understood", VISA),
    ],
)
def test_it_is_changed_on_a_yes(cards: World, text: str, skill: str, label: str) -> None:
    talk = Talk(cards)
    reply = talk.say(text, skill)
    assert reply.text.startswith(f"From now on Ferndale Joinery pays new orders by {label} instead of on account")
    assert usual(cards) == "account"
    assert talk.say("yes", "affirm").text == f"New orders of Ferndale Joinery are paid by {label} from now on."
    assert usual(cards) == label


def test_where_several_are_meant_it_is_asked_which(cards: World) -> None:
    talk = Talk(cards)
    assert talk.say("always pay by card from now on", "not_understood").text == "Which one shall be the usual one?"
    talk.tap("Always by Mastercard")
    assert usual(cards) == "account"
    talk.tap("Yes")
    assert usual(cards) == MASTERCARD


@pytest.fixture
def transfer(world: World) -> World:
    """The small company, where Ferndale pays on account and a bank transfer is all that is on file."""
    with world.database.write() as session:
        customer = session.scalars(select(Customer).where(Customer.code == "C1")).one()
        session.add(PaymentMethod(customer_id=customer.id, kind="bank_transfer", label="Bank transfer", default=True))
    return world


def test_a_bank_transfer_is_not_offered_to_who_pays_on_account(transfer: World) -> None:
    """Both mean an invoice."""
    talk = Talk(transfer)
    reply = talk.say("how do I usually pay?", "not_understood")
    assert [fact.value for fact in reply.card.facts] == ["On account", "Bank transfer"]
    assert talk.titles() == []
    for text in ("always pay by card from now on", "change our usual payment method"):
        talk.say(text, "change_address")
        assert talk.titles() == []
    assert talk.say("change our usual payment method", "change_address").text == (
        "Ferndale Joinery pays on account, and nothing else is on file that would make a difference. "
        "I've changed nothing."
    )
    same = talk.say("always pay by bank transfer from now on", "not_understood")
    assert same.text == "Ferndale Joinery pays on account as it is. I've changed nothing."


def test_who_pays_by_card_is_offered_the_account_once(transfer: World) -> None:
    with transfer.database.write() as session:
        key = session.scalars(select(Customer.id).where(Customer.code == "C1")).one()
        session.add(PaymentMethod(customer_id=key, kind="card", label=VISA, default=False))
    talk = Talk(transfer)
    talk.say("how do I usually pay?", "not_understood")
    assert talk.titles() == [f"Always by {VISA}"]
    talk.tap("Always by Visa")
    talk.tap("Yes")
    talk.say("how do I usually pay?", "not_understood")
    assert talk.titles() == ["Always on account"]
    talk.tap("Always on account")
    talk.tap("Yes")
    assert usual(transfer) == "account"


@pytest.mark.parametrize(
    "text",
    [
        "from now on put everything on account",
        "don't charge the card any more, put it on account",
        "stop using card 4242",
    ],
)
def test_back_to_the_account(cards: World, text: str) -> None:
    talk = Talk(cards)
    talk.say("make the visa our default payment method", "out_of_scope")
    talk.say("yes", "affirm")
    assert f"pays new orders on account instead of by {VISA}" in talk.say(text, "confirm").text
    assert usual(cards) == VISA
    talk.say("yes", "affirm")
    assert usual(cards) == "account"
    assert talk.say(text, "confirm").text == "Ferndale Joinery pays on account as it is. I've changed nothing."


def test_a_no_and_a_second_tap_change_nothing(cards: World) -> None:
    talk = Talk(cards)
    talk.say("make the visa our default payment method", "out_of_scope")
    talk.say("no", "deny")
    assert usual(cards) == "account"
    reply = talk.say("make the visa our default payment method", "out_of_scope")
    button = next(one for one in reply.buttons if one.title.startswith("Yes"))
    talk.say("yes", "affirm")
    assert talk.tap(button).text == f"Ferndale Joinery pays by {VISA} as it is. I've changed nothing."
    assert talk.tap(button).text == "That button has been used already, so I did nothing."
    assert usual(cards) == VISA


@pytest.mark.parametrize("email", ["desk@test", "rep@test"])
def test_our_people_do_it_for_a_customer_they_name(cards: World, email: str) -> None:
    talk = Talk(cards, email)
    assert "“Zebra”" in talk.say("set Zebra's usual payment method to the visa", "not_understood").text
    talk.say("set Ferndale's usual payment method to the visa", "not_understood")
    talk.say("yes", "affirm")
    assert usual(cards) == VISA
    assert VISA in talk.say("how does Ferndale usually pay?", "not_understood").text
