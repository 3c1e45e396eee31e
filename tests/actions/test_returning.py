"""Returns, exchanges and refunds by chat: the money is shown first, and only a yes registers anything."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from backend.catalogue.tables import Price, Product, ProductFamily
from backend.customers.tables import Customer
from backend.returns import service as returns
from backend.sales import queries as sales
from backend.sales.service import Wish, place_order
from backend.sales.tables import SalesReturn
from backend.shipping import service as fulfilment
from backend.stock.tables import StockLevel, Warehouse
from tests.actions.conversation import Talk
from tests.backend.returns.returning import delivered
from tests.backend.world import World


@pytest.fixture
def number(world: World) -> str:
    """A delivered order: 60 hex bolts at £0.10, 40 wood screws 4x40 at £0.05, 10 of 4x50 at £0.06."""
    with world.database.write() as session:
        screws = ProductFamily(name="Wood screw")
        session.add(screws)
        session.flush()
        for product in session.scalars(select(Product).where(Product.sku.like("30-%"))):
            product.family_id = screws.id
            product.options = {"length": product.name.split()[2]}
        category = session.scalars(select(Product.category_id).where(Product.sku == "30-101")).one()
        brass = Product(sku="30-103", name="Wood screw 4x60 brass", category_id=category, family_id=screws.id)
        brass.prices = []
        session.add(brass)
        session.flush()
        session.add(Price(product_id=brass.id, min_quantity=1, price=Decimal("0.20")))
        main = session.scalars(select(Warehouse)).one()
        session.add(StockLevel(product_id=brass.id, warehouse_id=main.id, on_hand=500))
    with world.writing() as work:
        wanted = [("10-109", 60), ("30-101", 40), ("30-102", 10)]
        wishes = [
            Wish(work.session.scalars(select(Product).where(Product.sku == sku)).one(), quantity)
            for sku, quantity in wanted
        ]
        customer = work.session.get_one(Customer, work.principal.customer_id)
        number = place_order(work, customer, wishes).number
    with world.writing("desk@test") as work:
        shipment = fulfilment.plan_shipment(work, sales.by_number(work, number))
        fulfilment.pick(work, shipment)
        fulfilment.ship(work, shipment, carrier="Van", tracking_number="1")
        fulfilment.deliver(work, shipment)
    return number


def requested(world: World) -> list[tuple[str, str, list[tuple[str, int]]]]:
    with world.database.read() as session:
        rows = session.scalars(select(SalesReturn).order_by(SalesReturn.id)).all()
        return [(row.state, row.resolution, [(line.product.sku, line.quantity) for line in row.lines]) for row in rows]


def test_some_of_a_line_comes_back_after_a_yes(world: World, number: str):
    talk = Talk(world)
    reply = talk.say(f"I'd like to return 20 of the hex bolts from {number}, wrong size", "return_items")
    assert "Shall I register it?" in reply.text
    assert [(fact.label, fact.value) for fact in reply.card.facts] == [
        ("Settled by", "a credit on your account"),
        ("Reason", "wrong size"),
    ]
    assert reply.card.total == "£2.00"
    assert requested(world) == []
    reply = talk.tap("Yes, return it")
    assert "is registered and approved" in reply.text
    assert requested(world) == [("approved", "credit", [("10-109", 20)])]


def test_a_no_registers_nothing(world: World, number: str):
    talk = Talk(world)
    talk.say("return the hex bolts please", "return_items")
    talk.say("no thanks", "deny")
    assert requested(world) == []


def test_everything_comes_back_and_as_money(world: World, number: str):
    talk = Talk(world)
    reply = talk.say("we want to send everything back and get a refund", "return_items")
    assert len(reply.card.lines) == 3
    talk.say("yes", "affirm")
    assert requested(world) == [("approved", "refund", [("10-109", 60), ("30-101", 40), ("30-102", 10)])]


def test_more_than_was_delivered_is_refused(world: World, number: str):
    reply = Talk(world).say("return 100 hex bolts", "return_items")
    assert reply.text == f"Only 60 of Hex bolt M8x40 zinc in {number} were delivered, so no more can come back."
    assert requested(world) == []


def test_without_goods_the_lines_are_offered(world: World, number: str):
    talk = Talk(world)
    talk.say("I want to return something", "return_items")
    assert talk.titles() == ["60 × Hex bolt M8x40 zinc", "40 × Wood screw 4x40 zinc", "10 × Wood screw 4x50 zinc"]
    talk.tap("10 ×")
    talk.tap("Yes")
    assert requested(world) == [("approved", "credit", [("30-102", 10)])]


@pytest.mark.parametrize(
    ("text", "has", "said"),
    [
        ("return 20 of the brass hex bolts", "Hex bolt M8x40 zinc", "brass"),
        ("return 20 hex bolts M8x50 from my last order", "Hex bolt M8x40 zinc", "M8x50"),
        ("return the stainless hex bolts", "Hex bolt M8x40 zinc", "stainless"),
    ],
)
def test_what_the_order_has_otherwise_is_said_and_only_a_yes_returns_it(
    world: World, number: str, text: str, has: str, said: str
):
    talk = Talk(world)
    reply = talk.say(text, "return_items")
    assert reply.text.startswith(f"{number} has {has}, not {said}. This is what would come back from {number}")
    assert reply.text.endswith("Shall I register it?")
    assert requested(world) == []
    talk.tap("Yes, return it")
    assert [state for state, *_ in requested(world)] == ["approved"]


def test_where_several_could_be_meant_and_none_is_the_lines_are_offered(world: World, number: str):
    talk = Talk(world)
    reply = talk.say("return 10 wood screws 4x60", "return_items")
    assert reply.text.startswith("I can't tell which of the delivered goods “wood screws 4x60” is.")
    assert talk.titles() == ["60 × Hex bolt M8x40 zinc", "40 × Wood screw 4x40 zinc", "10 × Wood screw 4x50 zinc"]


def test_what_is_wanted_instead_is_not_what_comes_back(world: World, number: str):
    reply = Talk(world).say(
        f"return 20 of the hex bolts from {number}, we needed the stainless hex bolts", "return_items"
    )
    assert [line.quantity for line in reply.card.lines] == [20]


def test_an_exchange_of_what_the_order_has_otherwise_says_so(world: World, number: str):
    talk = Talk(world)
    reply = talk.say("swap 5 of the brass 4x50 screws for 4x40", "exchange_items")
    assert reply.text.startswith(f"{number} has Wood screw 4x50 zinc, not brass. This is the exchange for {number}")
    assert requested(world) == []


def test_the_order_that_has_just_what_is_said_comes_first(world: World, number: str):
    later = delivered(world, ("30-101", 30))
    talk = Talk(world)
    last = talk.say("return 5 wood screws 4x50 from my last order", "return_items")
    assert last.text.startswith(f"{later} has Wood screw 4x40 zinc, not 4x50. ")
    talk.say("no", "deny")
    exactly = talk.say("return 5 wood screws 4x50", "return_items")
    assert exactly.text.startswith(f"This is what would come back from {number} ")


def test_each_exchanged_line_keeps_its_own_price(world: World, number: str):
    talk = Talk(world)
    reply = talk.say("swap 20 of the 4x40 screws for brass and the 4x50 screws for 4x40", "exchange_items")
    assert reply.card.notes[:2] == [
        "20 × Wood screw 4x40 zinc (£1.00 back) for Wood screw 4x60 brass at £0.20 (£4.00).",
        "10 × Wood screw 4x50 zinc (£0.60 back) for Wood screw 4x40 zinc at £0.05 (£0.50).",
    ]
    assert reply.card.total == "£2.90"
    reply = talk.tap("Yes, exchange it")
    assert "The replacement is ordered: SO-" in reply.text
    assert requested(world) == [("approved", "exchange", [("30-101", 20), ("30-102", 10)])]


def test_which_variant_is_asked_where_it_is_not_said(world: World, number: str):
    talk = Talk(world)
    talk.say("can I exchange the 4x50 screws", "exchange_items")
    assert talk.titles() == ["Wood screw 4x40 zinc", "Wood screw 4x60 brass"]
    reply = talk.tap("Wood screw 4x60 brass")
    assert "(£0.60 back) for Wood screw 4x60 brass at £0.20 (£2.00)" in reply.card.notes[0]


def test_what_has_no_variants_is_said(world: World, number: str):
    reply = Talk(world).say("exchange the hex bolts for stainless", "exchange_items")
    assert "comes in no other variant" in reply.text


def test_another_customers_order_is_not_found(world: World, number: str):
    reply = Talk(world, "other@test").say(f"return the bolts from {number}", "return_items")
    assert f"I can't find an order {number}" in reply.text


def test_what_has_become_of_the_money(world: World, number: str):
    talk = Talk(world)
    talk.say("return 20 hex bolts, wrong size", "return_items")
    talk.tap("Yes")
    reply = talk.say("where is my refund?", "refund_status")
    assert "comes to £2.00: approved, waiting for the goods." in reply.text
    with world.writing("desk@test") as work:
        row = work.session.scalars(select(SalesReturn)).one()
        returns.receive(work, row)
        returns.settle(work, row)
    reply = talk.say("and now?", "refund_status")
    assert "credited" in reply.text
    assert Talk(world, "other@test").say("where is my refund?", "refund_status").text == "I can't see a return."


def test_a_return_is_withdrawn_after_a_yes(world: World, number: str):
    talk = Talk(world)
    talk.say(f"I'd like to return 20 of the hex bolts from {number}, wrong size", "return_items")
    talk.say("yes", "affirm")
    reply = talk.say("cancel RT-100001 please, we'll keep them", "cancel_order")
    assert reply.text.startswith("Withdraw return RT-100001 of ")
    assert [state for state, *_ in requested(world)] == ["approved"]
    assert talk.tap("Yes, withdraw RT-100001").text == "RT-100001 is withdrawn; the goods stay with you."
    assert [state for state, *_ in requested(world)] == ["rejected"]
    assert "can't be withdrawn any more" in talk.say("withdraw RT-100001", "cancel_order").text


def test_nobody_withdraws_another_customers_return(world: World, number: str):
    talk = Talk(world)
    talk.say(f"I'd like to return 20 of the hex bolts from {number}, wrong size", "return_items")
    talk.say("yes", "affirm")
    Talk(world, "other@test").say("cancel RT-100001 please", "cancel_order")
    assert [state for state, *_ in requested(world)] == ["approved"]


def test_a_single_word_names_what_is_in_the_order(world: World, number: str):
    talk = Talk(world)
    reply = talk.say(f"I want to return 20 of the hexes from {number}, wrong size", "return_items")
    plain = talk.say(f"I want to return 20 of the hex bolts from {number}, wrong size", "return_items")
    assert reply.card == plain.card


def test_a_pack_alone_means_what_comes_in_such_packs(world: World):
    delivered(world, ("20-104", 60), ("70-103", 20))
    reply = Talk(world).say("I want to send one of the bags back, it's split", "return_items")
    assert [(line.sku, line.quantity) for line in reply.card.lines] == [("20-104", 20)]


def test_what_is_only_near_by_its_letters_is_not_taken_back(world: World):
    delivered(world, ("30-101", 40), ("70-103", 20))
    reply = Talk(world).say("they want to send one of the spools back", "return_items")
    assert reply.card is None
    assert "spools" in reply.text


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("what have I sent back lately", "order_history"),
        ("which returns have I got open", "return_items"),
        ("show me my returns", "not_understood"),
        ("any returns outstanding?", "return_items"),
        ("have we sent anything back this month?", "not_understood"),
    ],
)
def test_which_returns_there_are_can_be_asked_in_any_words(world: World, number: str, text: str, intent: str) -> None:
    talk = Talk(world)
    talk.say("return 20 hex bolts, wrong size", "return_items")
    talk.tap("Yes")
    assert "comes to £2.00: approved, waiting for the goods." in talk.say(text, intent).text


@pytest.mark.parametrize("text", ["can I return 20 hex bolts?", "I have 5 returns for you", "what can I send back?"])
def test_what_is_to_come_back_is_no_question_for_what_did(world: World, number: str, text: str) -> None:
    talk = Talk(world)
    talk.say("return 20 hex bolts, wrong size", "return_items")
    talk.tap("Yes")
    assert "waiting for the goods" not in talk.say(text, "return_items").text
