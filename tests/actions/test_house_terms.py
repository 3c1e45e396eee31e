"""Questions about the house's terms, answered from the company's own figures."""

from __future__ import annotations

from decimal import Decimal

import pytest

from backend.company.tables import Company
from tests.actions.conversation import Talk
from tests.actions.test_ordering import lines
from tests.backend.world import World


@pytest.fixture
def terms(world: World) -> World:
    with world.database.write() as session:
        row = session.get(Company, 1)
        row.minimum_order, row.delivery_charge, row.free_delivery_from = Decimal(25), Decimal("9.50"), Decimal(150)
        row.cut_off, row.delivery_days, row.return_days, row.quote_days = "14:30", 2, 28, 10
    return world


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("what's your minimum order", "The smallest order is £25.00 of goods"),
        ("is there a minimum spend?", "The smallest order is £25.00"),
        ("how much is delivery?", "Delivery is £9.50 an order, and free from £150.00 of goods"),
        ("do you charge for carriage", "Delivery is £9.50"),
        ("do I get free delivery on this?", "free from £150.00"),
        ("whats the cut off for tomorrow", "ordered by 14:30 on a working day"),
        ("what time do I have to order by?", "arrives 2 working days later"),
        ("do you do next day?", "ordered by 14:30"),
        ("do you deliver on saturdays?", "Monday to Friday"),
        ("are you open over christmas", "not on bank holidays"),
        ("what's your returns policy", "within 28 days"),
        ("how long do we have to send stuff back?", "within 28 days"),
        ("what are my payment terms?", "pays within 30 days"),
        ("how long is a quote valid for?", "holds for 10 days"),
    ],
)
def test_the_terms_are_told(terms: World, text: str, answer: str) -> None:
    assert answer in Talk(terms).say(text, "not_understood", 0.3).text


@pytest.mark.parametrize(
    "text",
    ["they'll collect it", "can we pick it up ourselves tomorrow?", "do you do click and collect", "collection pls"],
)
def test_there_is_no_collection_and_a_person_can_help(terms: World, text: str) -> None:
    talk = Talk(terms)
    talk.say("60 M8x40 hex bolts", "place_order")
    assert "can't arrange a collection" in talk.say(text, "return_items", 0.6).text
    assert "Talk to a person" in talk.titles()
    assert len(lines(talk.say("show the cart", "show_cart").card)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "20 coach bolts, we'll collect",
        "20 coach bolts for collection on friday",
        "20 coach bolts pls. our driver will pick them up",
        "20 coach bolts, our van will fetch them",
    ],
)
def test_who_orders_for_collection_is_told_that_it_is_delivered(terms: World, text: str) -> None:
    reply = Talk(terms).say(text, "place_order")
    assert "can't arrange a collection" in reply.text
    assert lines(reply.card) == [("20-104", 20)]


def test_what_delivery_of_the_cart_would_be(terms: World) -> None:
    talk = Talk(terms)
    talk.say("300 M8x40 hex bolts", "place_order")
    assert "so it would be £9.50." in talk.say("and how much is delivery?", "price_check").text
    talk.say("make it 3000", "change_quantity")
    assert "so it would be free." in talk.say("and how much is delivery?", "price_check").text
    assert len(lines(talk.say("show the cart", "show_cart").card)) == 1


def test_a_products_own_minimum(terms: World) -> None:
    assert "Hex bolt M8x40 zinc is sold from 1" in Talk(terms).say("what's the moq for M8x40 hex bolts?", "help").text


def test_a_better_price_is_the_quantitys_or_a_persons_to_give(terms: World) -> None:
    talk = Talk(terms)
    talk.say("60 M8x40 hex bolts", "place_order")
    reply = talk.say("can you knock a bit off for that?", "remove_item")
    assert "our sales team decides" in reply.text
    assert "Talk to a person" in talk.titles()
    assert len(lines(talk.say("show the cart", "show_cart").card)) == 1


@pytest.mark.parametrize(
    ("text", "skill"),
    [
        ("can you deliver 20 M8x40 hex bolts on Saturday?", "place_order"),
        ("is my delivery late?", "order_status"),
        ("when will the delivery come?", "delivery_eta"),
        ("any offers on at the moment?", "promotions"),
        ("send 5 coach bolts back", "return_items"),
        ("can you collect the faulty coach bolts", "return_items"),
        ("we never needed these in the end so can the driver pick them up thurs", "return_items"),
    ],
)
def test_other_questions_are_left_alone(terms: World, text: str, skill: str) -> None:
    said = Talk(terms).say(text, skill).text
    assert not any(
        word in said
        for word in ("Monday to Friday", "smallest order", "Delivery is", "sales team", "ordered by", "collection")
    )


def test_our_own_people_are_told_too_but_give_discounts_themselves(terms: World) -> None:
    desk = Talk(terms, "desk@test")
    assert "£9.50" in desk.say("how much is delivery?", "price_check").text
    assert "Say for whom" in desk.say("what are the payment terms?", "customer_lookup").text
    assert "sales team decides" not in desk.say("can we do a better price on this?", "promotions").text
