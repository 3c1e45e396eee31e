"""Quotes, papers, alerts, inquiries, holds and standing orders by chat."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from backend.catalogue.tables import Product
from backend.chat.cards import DocumentCard, OrderCard, RecordCard, TableCard
from backend.customers.tables import Customer
from backend.events.tables import AlertSubscription
from backend.identity.tables import User
from backend.purchasing.tables import PurchaseOrder
from backend.quotes.tables import Inquiry, Quote
from backend.sales import queries as sales
from backend.sales.service import Wish, place_order
from backend.sales.tables import Order, StandingOrder
from backend.shipping import service as fulfilment
from tests.actions.conversation import Talk
from tests.backend.world import World


def states(world: World, table: type[Quote] | type[Inquiry] | type[StandingOrder]) -> list[str]:
    with world.database.read() as session:
        return list(session.scalars(select(table.state).order_by(table.id)))


def shipped(world: World) -> str:
    """An order of 60 hex bolts that has left us; its number."""
    with world.writing() as work:
        bolts = work.session.scalars(select(Product).where(Product.sku == "10-109")).one()
        customer = work.session.get_one(Customer, work.principal.customer_id)
        number = place_order(work, customer, [Wish(bolts, 60)]).number
    with world.writing("desk@test") as work:
        shipment = fulfilment.plan_shipment(work, sales.by_number(work, number))
        fulfilment.pick(work, shipment)
        fulfilment.ship(work, shipment, carrier="Van", tracking_number="1")
    return number


# ---- quotes


def test_a_customer_gets_a_quote_and_accepts_it(world: World):
    talk = Talk(world)
    reply = talk.say("can you quote me for 500 M8x40 hex bolts and 100 M8 washers", "quote_request")
    assert reply.text.endswith("Shall I make it?")
    assert states(world, Quote) == []
    reply = talk.tap("Make it a quote")
    assert reply.text.startswith("Your quote is QU-100001: £46.00, good until 1 Jul 2026.")
    assert isinstance(reply.card, RecordCard)
    reply = talk.say("please accept quote QU-100001", "affirm")
    assert reply.text == "Order everything in QU-100001 at these prices, £46.00 in all?"
    assert world.orders() == 0
    reply = talk.tap("Yes, order it")
    assert isinstance(reply.card, OrderCard)
    assert (states(world, Quote), world.orders()) == (["accepted"], 1)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("go ahead with that quote please", "Order everything in QU-100001"),
        ("we'd like to accept the quote", "Order everything in QU-100001"),
        ("sorry, we have to turn your quote down", "Decline QU-100001?"),
        ("can you send me the quote as a pdf", "QU-100001"),
    ],
)
def test_the_quote_that_was_spoken_of_needs_no_number(world: World, text: str, asked: str):
    talk = Talk(world)
    talk.say("quote for 500 M8x40 hex bolts", "quote_request")
    talk.tap("Make it a quote")
    assert asked in talk.say(text, "quote_request").text


def test_a_quote_that_is_being_put_together_is_not_the_last_one(world: World):
    talk = Talk(world)
    talk.say("quote for 500 M8x40 hex bolts", "quote_request")
    talk.tap("Make it a quote")
    talk.say("quote for 60 M8x40 hex bolts", "quote_request")
    assert "QU-100001" not in talk.say("go ahead with that quote", "quote_request").text


def test_a_yes_makes_the_quote_and_orders_nothing(world: World):
    talk = Talk(world)
    talk.say("quote for 60 M8x40 hex bolts please", "quote_request")
    talk.say("yes", "affirm")
    assert (states(world, Quote), world.orders()) == (["sent"], 0)


def test_a_later_order_is_an_order_again(world: World):
    talk = Talk(world)
    talk.say("quote for 60 M8x40 hex bolts please", "quote_request")
    talk.say("yes", "affirm")
    talk.say("60 M8x40 hex bolts", "place_order")
    talk.say("yes", "affirm")
    assert (states(world, Quote), world.orders()) == (["sent"], 1)


def test_a_rep_drafts_with_a_discount_and_sends(world: World):
    talk = Talk(world, "rep@test")
    talk.say("quote 500 M8x40 hex bolts for Ferndale Joinery with 5% discount", "quote_request")
    reply = talk.tap("Make it a quote")
    assert "The quote is drafted" in reply.text
    assert reply.card.lines[0].stock == "less 5 %"
    talk.tap("Send it")
    talk.tap("Yes, send it")
    assert states(world, Quote) == ["sent"]
    reply = Talk(world).say("show my quotes", "quote_request")
    assert isinstance(reply.card, TableCard)
    assert reply.card.rows[0][2] == "sent"


def test_another_customers_quote_is_not_found(world: World):
    talk = Talk(world)
    talk.say("quote for 60 M8x40 hex bolts please", "quote_request")
    talk.tap("Make it a quote")
    reply = Talk(world, "other@test").say("accept QU-100001", "affirm")
    assert "I can't find a quote QU-100001" in reply.text


# ---- papers


def test_an_invoice_is_a_link_for_the_asker(world: World):
    number = shipped(world)
    reply = Talk(world).say(f"can I have the invoice for {number}", "invoice_request")
    assert isinstance(reply.card, DocumentCard)
    assert reply.card.url.startswith(f"/api/documents/invoice/{reply.card.number}.pdf?token=")
    assert reply.text.startswith(f"Invoice {reply.card.number} for {number}: £6.00, issued. £6.00 is due by")
    reply = Talk(world, "other@test").say(f"invoice {reply.card.number} please", "invoice_request")
    assert "I can't find" in reply.text
    assert reply.card is None


def test_what_is_owed(world: World):
    shipped(world)
    reply = Talk(world).say("how much do we owe you?", "invoice_request")
    assert reply.text == "Ferndale Joinery: £6.00 is outstanding on 1 invoice, £0.00 of it overdue."
    assert (
        Talk(world, "other@test").say("what's our balance", "invoice_request").text.endswith("nothing is outstanding.")
    )


def test_other_papers_by_kind(world: World):
    number, talk = shipped(world), Talk(world)
    reply = talk.say("send me the delivery note for my last order", "document_request")
    assert (reply.card.title, reply.card.number) == ("Delivery note", "SH-100001")
    reply = talk.say(f"order confirmation {number}", "document_request")
    assert (reply.card.title, reply.card.number) == ("Order confirmation", number)
    assert "I can't find a credit note yet." in talk.say("my credit note", "document_request").text


# ---- alerts


def test_alerts_begin_and_end(world: World):
    talk = Talk(world)
    reply = talk.say("let me know when M10x80 coach bolts are back in stock", "subscribe_alerts")
    assert reply.text == "I'll tell you here once Coach bolt M10x80 zinc is back in stock."
    talk.say("tell me about my orders", "subscribe_alerts")
    reply = talk.say("stop the alerts", "unsubscribe_alerts")
    assert reply.text.startswith("You have alerts on Coach bolt M10x80 zinc back in stock and your orders.")
    talk.say("all of them, stop all alerts", "unsubscribe_alerts")
    with world.database.read() as session:
        assert [alert.active for alert in session.scalars(select(AlertSubscription))] == [False, False]


# ---- inquiries


def test_a_complaint_is_passed_on_and_answered(world: World):
    talk = Talk(world)
    reply = talk.say("your driver left the pallet in the rain", "complaint")
    assert "(IQ-100001)" in reply.text
    desk = Talk(world, "desk@test")
    reply = desk.say("any open inquiries?", "not_understood")
    assert reply.card.rows == [
        ["IQ-100001", "complaint", "Ferndale Joinery", "your driver left the pallet in the rain"]
    ]
    desk.tap("Show IQ-100001")
    reply = desk.say("answer IQ-100001: we are sorry and send a new one", "not_understood")
    assert reply.text == "Your answer to IQ-100001 has gone to Customer."
    with world.database.read() as session:
        row = session.scalars(select(Inquiry)).one()
        assert (row.state, row.answer) == ("answered", "we are sorry and send a new one")
    assert "I can't find" in Talk(world, "other@test").say("IQ-100001", "not_understood").text


# ---- holds


def test_an_approver_lets_an_order_go(world: World):
    with world.database.write() as session:
        boss = session.scalars(select(User).where(User.email == "customer@test")).one()
        junior = User(
            email="junior@test",
            name="Junior",
            role="customer",
            password_hash="x",
            customer_id=boss.customer_id,
            order_limit=Decimal(5),
            approver_id=boss.id,
        )
        session.add(junior)
    talk = Talk(world, "junior@test")
    talk.say("60 M8x40 hex bolts", "place_order")
    reply = talk.say("yes", "affirm")
    assert "above your own ordering limit" in reply.text
    number = reply.card.number
    boss_talk = Talk(world)
    assert number in boss_talk.say("anything waiting for my ok?", "order_status").model_dump_json()
    boss_talk.say("which orders are waiting for my approval?", "order_status")
    boss_talk.tap("Release")
    reply = boss_talk.tap("Yes, release")
    assert reply.text == f"Order {number} is released."
    with world.database.read() as session:
        assert session.scalars(select(Order.state)).one() == "placed"


def test_nobody_lets_their_own_order_go(world: World):
    talk, number = held(world)
    talk.say(f"release {number}", "not_understood")
    talk.say("yes", "affirm")
    with world.database.read() as session:
        assert session.scalars(select(Order.state)).one() == "on_hold"


def held(world: World) -> tuple[Talk, str]:
    """The customer's conversation and the number of their order, which is held by their own limit."""
    with world.database.write() as session:
        session.scalars(select(User).where(User.email == "customer@test")).one().order_limit = Decimal(5)
    talk = Talk(world)
    talk.say("60 M8x40 hex bolts", "place_order")
    return talk, talk.say("yes", "affirm").card.number


@pytest.mark.parametrize("text", ["release it", "ok approve that one please", "let it go", "take it off hold"])
def test_the_held_order_shown_last_is_the_one_to_let_go(world: World, text: str) -> None:
    talk, number = held(world)
    talk.say(f"where is {number}?", "order_status")
    assert talk.say(text, "not_understood").text.startswith(f"{number} is on hold, and it isn't yours to let go")


@pytest.mark.parametrize("text", ["let the first one go", "release the top one please"])
def test_one_of_the_held_orders_is_let_go_by_its_place(world: World, text: str) -> None:
    _, number = held(world)
    desk = Talk(world, "desk@test")
    desk.say("any orders stuck?", "not_understood", 0.3)
    assert number in desk.say(text, "not_understood", 0.3).text


def test_why_an_order_is_held_and_whose_orders_are(world: World) -> None:
    _, number = held(world)
    desk = Talk(world, "desk@test")
    assert "buyer limit" in desk.say(f"why is {number} held?", "explain").text
    assert desk.say("which customers are on stop?", "customer_lookup").card.orders[0].number == number
    assert desk.say("anyone over their credit limit", "customer_lookup").card is not None


# ---- standing orders


def test_a_standing_order_is_set_up_paused_and_changed(world: World):
    talk = Talk(world)
    reply = talk.say("24 M8x40 hex bolts every first Monday", "place_order")
    assert "every first Monday of the month" in reply.text
    reply = talk.tap("Set it up")
    assert reply.text.startswith("Standing order ST-100001 is set up: every first Monday of the month")
    assert "6 Jul 2026" in reply.text
    assert world.orders() == 0
    talk.say("pause my standing order", "not_understood")
    talk.tap("Yes, pause it")
    assert states(world, StandingOrder) == ["paused"]
    talk.say("resume ST-100001", "not_understood")
    talk.say("yes", "affirm")
    reply = talk.say("make the bolts 48 on my standing order", "change_quantity")
    assert "48 × Hex bolt M8x40 zinc" in reply.card.notes
    talk.tap("Yes, change it")
    with world.database.read() as session:
        row = session.scalars(select(StandingOrder)).one()
        assert (row.state, [line.quantity for line in row.lines], row.next_date) == ("active", [48], date(2026, 7, 6))
    assert "can't find" in Talk(world, "other@test").say("end ST-100001", "not_understood").text


# ---- in other words


def test_papers_are_found_by_their_number_whatever_the_classifier_makes_of_it(world: World):
    number = shipped(world)
    talk = Talk(world, "desk@test")
    assert talk.say(f"order confirmation {number}", "order_status").card.title == "Order confirmation"
    assert talk.say("INV-100001", "not_understood").card.title == "Invoice"
    assert "outstanding" in talk.say("how much is outstanding on our account", "not_understood").text
    buyer = Talk(world, "buyer@test")
    with world.database.write() as session:
        session.scalars(select(PurchaseOrder)).one().number = "PO-1001"
    assert buyer.say("purchase order PO-1001 please", "replenish").card.title == "Purchase order"


def test_an_alert_is_on_the_product_that_is_named(world: World):
    reply = Talk(world, "desk@test").say("tell me when 10-109 runs low", "subscribe_alerts")
    assert reply.text == "I'll tell you here when Hex bolt M8x40 zinc runs low."


def test_who_may_not_release_is_told_before_the_yes(world: World):
    _, number = held(world)
    reply = Talk(world, "desk@test").say(f"release {number}", "not_understood")
    assert "isn't yours to let go" in reply.text
    assert reply.buttons == []


def test_a_discount_is_in_what_the_quote_would_say(world: World):
    talk = Talk(world, "rep@test")
    shown = talk.say("quote 500 M8x40 hex bolts for Ferndale Joinery with 5% discount", "quote_request").text
    assert "1 line, £42.75 (less 5 %; £45.00 without that) in all." in shown
    assert "£42.75" in talk.tap("Make it a quote").text


def test_a_discount_above_ones_limit_is_said_before_the_quote_is_made(world: World):
    talk = Talk(world, "rep@test")
    shown = talk.say("quote 500 M8x40 hex bolts for Ferndale Joinery with 30% discount", "quote_request").text
    assert "which a manager has to send as you may grant 10 %" in shown


def test_whom_a_quote_is_for_stands_before_what_is_quoted(world: World):
    talk = Talk(world, "rep@test")
    talk.say("look up Ferndale Joinery", "customer_lookup")
    assert "Harper & Sons" in talk.say("quote Harper 500 M8x40 hex bolts with 5% off", "quote_request").text


def test_another_discount_before_the_quote_is_made(world: World):
    talk = Talk(world, "rep@test")
    talk.say("quote 500 M8x40 hex bolts for Ferndale Joinery with 30% discount", "quote_request")
    assert "£42.75 (less 5 %" in talk.say("ok 5% then", "not_understood", 0.3).text
    assert "£42.75" in talk.tap("Make it a quote").text


def test_a_discount_leaves_no_riddle_behind(world: World):
    reply = Talk(world, "rep@test").say(
        "can you give Ferndale Joinery a quote for 500 M8x40 hex bolts with a 5% discount", "quote_request"
    )
    assert "didn't know what to make" not in reply.text


# ---- the customer's own number


def test_a_customers_own_purchase_order_number_is_theirs_and_not_one_of_ours(world: World):
    talk = Talk(world)
    reply = talk.say("60 M8x40 hex bolts please, PO 7741", "place_order")
    assert reply.card is not None
    assert reply.card.kind == "cart"
    talk.say("yes", "affirm")
    with world.database.read() as session:
        number, reference = session.execute(select(Order.number, Order.customer_reference)).one()
    assert reference == "7741"
    for question, skill in (("where is our PO 7741?", "order_status"), ("when does PO7741 arrive", "delivery_eta")):
        assert number in talk.say(question, skill).text


def test_a_number_of_somebody_elses_order_finds_nothing(world: World):
    shipped(world)
    talk = Talk(world)
    talk.say("60 M8x40 hex bolts please, PO 7741", "place_order")
    talk.say("yes", "affirm")
    reply = Talk(world, "other@test").say("where is our PO 7741?", "order_status")
    assert "SO-" not in reply.text


def test_a_buyer_gets_our_own_purchase_order_by_its_number(world: World):
    with world.database.write() as session:
        session.scalars(select(PurchaseOrder)).one().number = "PO-7741"
    assert isinstance(Talk(world, "buyer@test").say("PO 7741 please", "document_request").card, DocumentCard)
    customers = Talk(world).say("PO 7741 please", "document_request")
    assert customers.card is None


def test_open_complaints_are_listed_for_those_who_answer_them(world: World):
    Talk(world).say("the last lot was bent", "complaint")
    reply = Talk(world, "desk@test").say("any complaints open?", "complaint")
    assert "IQ-100001" in reply.model_dump_json()
    assert "sorry" not in reply.text


def test_an_order_after_a_quote_was_asked_for_is_an_order(talk: Talk) -> None:
    talk.say("can I have a quote", "quote_request")
    reply = talk.say("new order please: 60 M8x40 hex bolts", "place_order")
    assert "Shall I place the order?" in reply.text
