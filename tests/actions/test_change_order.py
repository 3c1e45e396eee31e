"""Changing a placed order by chat: what it would be is shown first, and only a yes changes it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from backend.catalogue.tables import Product
from backend.chat.cards import RecordCard
from backend.customers.tables import Address, Customer, PaymentMethod
from backend.sales import queries as sales
from backend.sales.service import Wish, place_order
from backend.sales.tables import Order
from tests.actions.conversation import Talk
from tests.backend.world import World


@pytest.fixture
def number(world: World) -> str:
    """An order of 60 hex bolts and 100 washers by customer@test."""
    with world.writing() as work:
        bolts, washers = (
            work.session.scalars(select(Product).where(Product.sku == sku)).one() for sku in ("10-109", "45-103")
        )
        customer = work.session.get_one(Customer, work.principal.customer_id)
        work.session.add_all(
            [
                Address(
                    customer_id=customer.id, line1="1 Ferndale Road", city="Bath", postcode="BA1 1AA", country="UK"
                ),
                Address(
                    customer_id=customer.id,
                    line1="Unit 9, Mill Lane",
                    city="Leeds",
                    postcode="LS1 4AB",
                    country="UK",
                    default=False,
                ),
                PaymentMethod(customer_id=customer.id, kind="card", label="Visa ending 4242"),
            ]
        )
        work.session.flush()
        return place_order(work, customer, [Wish(bolts, 60), Wish(washers, 100)]).number


def order_of(world: World, number: str) -> Order:
    with world.reading() as work:
        return sales.by_number(work, number)


def quantities(world: World, number: str) -> dict[str, int]:
    return {line.product.sku: line.quantity - line.cancelled for line in order_of(world, number).lines}


def test_a_quantity_is_changed_after_a_yes(world: World, number: str):
    talk = Talk(world)
    reply = talk.say(f"please make the bolts on {number} 80", "change_order")
    assert isinstance(reply.card, RecordCard)
    assert "Hex bolt M8x40 zinc: 80 instead of 60." in reply.card.notes
    assert quantities(world, number) == {"10-109": 60, "45-103": 100}
    reply = talk.tap("Yes, change")
    assert f"Order {number} is changed." in reply.text
    assert quantities(world, number) == {"10-109": 80, "45-103": 100}
    assert world.level("10-109") == (500, 80)


def test_a_no_leaves_it(world: World, number: str):
    talk = Talk(world)
    talk.say(f"take the washers off {number}", "change_order")
    talk.say("no", "deny")
    assert quantities(world, number) == {"10-109": 60, "45-103": 100}


def test_the_only_open_order_is_meant_without_its_number(world: World, number: str):
    talk = Talk(world)
    reply = talk.say("can you take the washers out of my order", "change_order")
    assert "Flat washer M8 form A zinc is taken out." in reply.card.notes
    talk.say("yes please", "affirm")
    assert quantities(world, number) == {"10-109": 60, "45-103": 0}


def test_something_is_added(world: World, number: str):
    talk = Talk(world)
    reply = talk.say(f"add 40 coach bolts to {number}", "change_order")
    assert "New: 40 of Coach bolt M10x80 zinc." in reply.card.notes
    talk.tap("Yes")
    assert quantities(world, number) == {"10-109": 60, "45-103": 100, "20-104": 40}


def test_date_and_reference(world: World, number: str):
    talk = Talk(world)
    talk.say(f"deliver {number} on 30 June please", "change_order")
    talk.tap("Yes")
    assert order_of(world, number).requested_date == date(2026, 6, 30)


def test_an_address_is_recognised_or_asked_for(world: World, number: str):
    talk = Talk(world)
    reply = talk.say("send my order to the Mill Lane unit", "change_order")
    assert reply.card.facts[0].value == "Unit 9, Mill Lane, Leeds LS1 4AB, UK"
    talk.tap("Yes")
    assert order_of(world, number).delivery_address["city"] == "Leeds"
    reply = talk.say(f"change the delivery address of {number}", "change_order")
    assert talk.titles() == ["1 Ferndale Road, Bath, BA1 1AA", "Unit 9, Mill Lane, Leeds, LS1 4AB"]
    talk.tap("1 Ferndale Road")
    talk.tap("Yes")
    assert order_of(world, number).delivery_address["city"] == "Bath"


def test_how_it_is_paid(world: World, number: str):
    talk = Talk(world)
    talk.say(f"we'd rather pay {number} by card", "change_order")
    talk.tap("Yes")
    assert order_of(world, number).payment_method == "Visa ending 4242"
    talk.say(f"change how we pay for {number}", "change_order")
    talk.tap("On account")
    talk.tap("Yes")
    assert order_of(world, number).payment_method == "account"


def test_a_yes_to_what_has_changed_since_changes_nothing(world: World, number: str):
    talk = Talk(world)
    talk.say(f"make the bolts on {number} 80", "change_order")
    with world.writing("desk@test") as work:
        from backend.sales.changes import Changes
        from backend.sales.changing import change

        change(work, sales.by_number(work, number), Changes(quantities={2: 50}))
    reply = talk.tap("Yes")
    assert "has changed since it was shown" in reply.text
    assert quantities(world, number) == {"10-109": 60, "45-103": 50}


def test_another_customers_order_is_not_found(world: World, number: str):
    reply = Talk(world, "other@test").say(f"make the bolts on {number} 80", "change_order")
    assert f"I can't find an order {number}" in reply.text
    assert quantities(world, number)["10-109"] == 60


def test_what_is_not_in_the_order_is_said(world: World, number: str):
    reply = Talk(world).say(f"drop the linen from {number}", "change_order")
    assert "I can't tell which line" in reply.text
    assert order_of(world, number).total == Decimal("7.00")


def test_the_desk_changes_a_customers_order(world: World, number: str):
    talk = Talk(world, "desk@test")
    talk.say(f"change the washers on {number} to 200", "change_order")
    talk.tap("Yes")
    assert quantities(world, number)["45-103"] == 200


def test_what_was_just_spoken_of_is_changed_whatever_the_classifier_makes_of_it(world: World, number: str):
    talk = Talk(world)
    talk.say(f"where is {number}?", "order_status")
    for text, skill in (
        ("actually could you make the bolts 80 on that order", "place_order"),
        ("please cancel the washers on that order", "cancel_order"),
    ):
        reply = talk.say(text, skill)
        assert isinstance(reply.card, RecordCard), text
        talk.tap("Yes, change")
    assert quantities(world, number) == {"10-109": 80, "45-103": 0}


def test_a_quantity_without_an_order_changes_the_one_just_placed(world: World):
    talk = Talk(world)
    talk.say("60 M8x40 hex bolts", "place_order")
    number = talk.say("yes", "affirm").card.number
    talk.say("make the bolts 100", "change_quantity")
    talk.tap("Yes, change")
    assert quantities(world, number) == {"10-109": 100}


def test_an_order_goes_to_an_address_nobody_has_entered_yet(world: World, number: str):
    talk = Talk(world)
    reply = talk.say(f"send {number} to 5 Quay Street, Bristol BS1 4DX instead", "change_order")
    assert reply.card.facts[0].value == "5 Quay Street, Bristol BS1 4DX, United Kingdom"
    with world.database.read() as session:
        assert session.scalars(select(Address).where(Address.city == "Bristol")).all() == []
    talk.tap("Yes, change")
    assert order_of(world, number).delivery_address["city"] == "Bristol"


def test_the_usual_address_is_changed_after_a_yes(world: World, number: str):
    talk = Talk(world)
    reply = talk.say("our delivery address is now 7 Wharf Road, Bristol BS2 0AA", "change_address")
    assert reply.text.startswith("Make 7 Wharf Road, Bristol BS2 0AA, UK the usual delivery address")
    talk.tap("Yes, from now on")
    with world.database.read() as session:
        usual = session.scalars(select(Address).where(Address.default)).all()
        assert [one.city for one in usual] == ["Bristol"]
    assert order_of(world, number).delivery_address["city"] == "Bath"
    reply = talk.say("what addresses do you have for us? I want to change it", "change_address")
    assert [fact.label for fact in reply.card.facts] == ["Usual", "Other", "Other"]


@pytest.mark.parametrize(
    ("text", "skill"),
    [
        ("can we change the delivery date of {} to 30 June?", "not_understood"),
        ("change {} to be paid by card", "not_understood"),
        ("add 40 of 20-104 to {}", "change_order"),
        ("please add 40 coach bolts to {}", "add_item"),
    ],
)
def test_an_order_that_is_named_is_changed_in_many_words(world: World, number: str, text: str, skill: str):
    talk = Talk(world)
    assert isinstance(talk.say(text.format(number), skill).card, RecordCard)
    talk.tap("Yes, change")
    order = order_of(world, number)
    assert order.version > 1
