"""The order desk orders for customers: whom an order is for, and whose cart and habits are meant."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from backend.chat.cards import CartCard, OrderCard
from backend.customers.tables import Customer
from backend.sales import queries
from tests.actions.conversation import Talk
from tests.actions.test_ordering import lines
from tests.backend.world import World


def test_the_desk_orders_for_a_customer_by_name(desk: Talk) -> None:
    reply = desk.say("order 40 of 20-104 for Harper & Sons", "order_for_customer")
    assert isinstance(reply.card, CartCard)
    assert (reply.card.customer, lines(reply.card)) == ("Harper & Sons", [("20-104", 40)])
    placed = desk.say("yes", "affirm")
    assert "for Harper & Sons" in placed.text
    assert isinstance(placed.card, OrderCard)
    assert placed.card.placed_by == "Desk (desk)"
    with desk.world.reading("other@test") as work:
        assert queries.by_number(work, placed.card.number).placed_by_role == "desk"


def test_the_desk_is_asked_whom_an_order_is_for_and_the_lines_are_kept(desk: Talk) -> None:
    assert "Which customer" in desk.say("60 M8x40 hex bolts", "place_order").text
    reply = desk.say("Ferndale Joinery", "customer_lookup", 0.4)
    assert isinstance(reply.card, CartCard)
    assert (reply.card.customer, lines(reply.card)) == ("Ferndale Joinery", [("10-109", 60)])


def test_a_cart_of_one_customer_is_not_that_of_another(desk: Talk) -> None:
    desk.say("order 40 of 20-104 for Harper & Sons", "order_for_customer")
    reply = desk.say("order 60 M8x40 hex bolts for Ferndale Joinery", "order_for_customer")
    assert lines(reply.card) == [("10-109", 60)]


def test_an_order_for_two_customers_at_once_is_refused_whole(desk: Talk) -> None:
    reply = desk.say("order 40 of 20-104 for Harper & Sons and 200 M8x40 hex bolts for Ferndale", "order_for_customer")
    assert "more than one customer (Harper & Sons and Ferndale Joinery)" in reply.text
    assert "Which customer" in desk.say("show the cart", "show_cart").text


def test_a_yes_means_the_cart_that_was_shown_whoever_was_asked_about_since(desk: Talk) -> None:
    desk.say("order 40 of 20-104 for Harper & Sons", "order_for_customer")
    desk.say("tell me about Ferndale Joinery", "customer_lookup")
    assert "for Harper & Sons" in desk.say("yes, place it", "confirm").text


def test_an_order_that_names_its_customer_answers_whom_the_cart_is_for(desk: Talk) -> None:
    assert "Which customer" in desk.say("show my cart", "show_cart").text
    reply = desk.say("order 20 of 30-102 for Ferndale Joinery", "order_for_customer")
    assert lines(reply.card) == [("30-102", 20)]


def test_the_same_for_another_customer_is_for_that_one(world: World) -> None:
    desk = Talk(world, "desk@test")
    ours, other = customers_of(world)
    desk.say(f"order 60 of 10-109 for {ours}", "order_for_customer")
    desk.say("yes", "affirm")
    reply = desk.say(f"same again for {other} but 20 of them", "repeat_last_order")
    assert reply.card is not None
    assert reply.card.customer == other
    assert lines(reply.card)[0][0] == "10-109"


def test_the_desk_switches_to_a_customer_without_ordering_yet(world: World) -> None:
    desk = Talk(world, "desk@test")
    _, other = customers_of(world)
    assert f"for {other}" in desk.say(f"switch to {other.lower()}", "order_for_customer").text
    assert desk.say("20 of 10-109", "place_order").card.customer == other


def customers_of(world: World) -> tuple[str, str]:
    with world.database.read() as session:
        first, second, *_ = session.scalars(select(Customer.name).order_by(Customer.id))
        return first, second


def test_whose_habit_it_is_is_the_customers_that_is_named(desk: Talk) -> None:
    for name, sku in (("Harper & Sons", "30-101"), ("Ferndale Joinery", "45-103")):
        desk.say(f"50 of {sku} for {name}", "order_for_customer")
        desk.say("yes", "affirm")
    reply = desk.say("for harper: 20 coach bolts and their usual screws", "order_for_customer")
    assert lines(reply.card) == [("20-104", 20), ("30-101", 50)]
    assert reply.card.customer == "Harper & Sons"


def test_for_curtains_is_no_customer(desk: Talk) -> None:
    with desk.world.database.write() as session:
        session.add(Customer(code="C77", name="Claddagh Curtains"))
    desk.say("20 coach bolts for Harper & Sons", "order_for_customer")
    assert desk.say("5 m of blue linen for curtains", "place_order").card.customer == "Harper & Sons"


def test_an_unknown_customer_who_rang_is_asked_about(world: World) -> None:
    talk = Talk(world, "desk@test")
    talk.say("for Ferndale Joinery: 20 coach bolts", "order_for_customer")
    reply = talk.say("Blythe rang, they need 60 M8x40 hex bolts", "place_order")
    assert "Blythe" in reply.text
    assert reply.card is None
    assert "60" in talk.say("somebody called, they want 60 M8x40 hex bolts", "place_order").card.lines[-1].quantity_text


@pytest.mark.parametrize(
    "text",
    [
        "right, Ferndale want 60 of the M8x40 hex bolts",
        "60 M8x40 hex bolts please, thats Ferndale again",
        "got ferndale on the phone - 60 m8x40 hex bolts",
    ],
)
def test_another_customer_named_in_an_order_is_not_passed_over(desk: Talk, text: str) -> None:
    desk.say("order 40 of 20-104 for Harper & Sons", "order_for_customer")
    reply = desk.say(text, "place_order")
    assert reply.text == "Which of them is this order for?"
    assert [title.split(" (")[0] for title in desk.titles()] == ["Ferndale Joinery", "Harper & Sons"]
    reply = desk.tap("Ferndale Joinery")
    assert isinstance(reply.card, CartCard)
    assert (reply.card.customer, lines(reply.card)) == ("Ferndale Joinery", [("10-109", 60)])


def test_a_customer_named_in_passing_is_whom_an_order_is_for(desk: Talk) -> None:
    reply = desk.say("right, Ferndale want 60 of the M8x40 hex bolts", "place_order")
    assert isinstance(reply.card, CartCard)
    assert reply.card.customer == "Ferndale Joinery"


def test_the_customer_held_may_be_named_again_and_an_address_names_nobody(desk: Talk) -> None:
    desk.say("order 40 of 20-104 for Harper & Sons", "order_for_customer")
    reply = desk.say("and Harper want 60 M8x40 hex bolts, deliver to 4 Ferndale Road, Leeds LS1 4AB", "place_order")
    assert isinstance(reply.card, CartCard)
    assert (reply.card.customer, len(reply.card.lines)) == ("Harper & Sons", 2)


@pytest.mark.parametrize(
    "text", ["change it to Ferndale", "sorry, switch the whole lot over to ferndale's account please"]
)
def test_the_cart_goes_over_to_whom_it_is_changed_to(desk: Talk, text: str) -> None:
    desk.say("order 40 of 20-104 for Harper & Sons", "order_for_customer")
    reply = desk.say(text, "change_order")
    assert "for Ferndale Joinery now, not for Harper & Sons" in reply.text
    assert isinstance(reply.card, CartCard)
    assert (reply.card.customer, lines(reply.card)) == ("Ferndale Joinery", [("20-104", 40)])


def test_a_possessive_names_a_customer_too(desk: Talk) -> None:
    desk.say("order 40 of 20-104 for Harper & Sons", "order_for_customer")
    assert "Which of them" in desk.say("add 60 M8x40 hex bolts to Ferndale's", "add_item").text


@pytest.mark.parametrize("text", ["stop, wrong customer", "oh that's the wrong account", "no not this customer"])
def test_the_cart_goes_to_the_right_customer(desk: Talk, text: str) -> None:
    desk.say("60 M8x40 hex bolts for Harper & Sons", "order_for_customer")
    assert "Whom is it for" in desk.say(text, "cancel_order", 0.5).text
    reply = desk.say("Ferndale", "customer_lookup", 0.6)
    assert isinstance(reply.card, CartCard)
    assert reply.card.customer.startswith("Ferndale")
    assert desk.world.orders() == 0


def test_who_looks_after_a_customer(desk: Talk) -> None:
    assert "no sales rep" in desk.say("who's Harper & Sons' rep", "not_understood", 0.3).text
