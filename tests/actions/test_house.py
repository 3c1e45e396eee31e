"""The house's own work by chat: shown first, done on a yes, and only by those whose work it is."""

from __future__ import annotations

from sqlalchemy import select

from backend.billing.tables import Invoice
from backend.catalogue.tables import Product
from backend.purchasing.tables import PurchaseOrder
from backend.sales import queries
from backend.sales.tables import Order, Shipment
from backend.stock.tables import StockLevel
from tests.actions.conversation import Talk
from tests.backend.shipping.handling import second_warehouse
from tests.backend.world import World


def placed(world: World, text: str = "60 M8x40 hex bolts") -> str:
    talk = Talk(world)
    talk.say(text, "place_order")
    return talk.say("yes", "affirm").card.number


def test_an_order_is_sent_delivered_invoiced_and_paid(world: World):
    number = placed(world)
    desk = Talk(world, "desk@test")
    reply = desk.say(f"please ship {number} with Northway Parcels, tracking NP12345", "order_status")
    assert reply.text == f"Send {number} now? It is invoiced with it."
    with world.database.read() as session:
        assert session.scalars(select(Shipment)).all() == []
    reply = desk.tap("Yes, do it")
    assert reply.text == f"SH-100001 of {number} is on its way."
    with world.database.read() as session:
        row = session.scalars(select(Shipment)).one()
        assert (row.state, row.carrier, row.tracking_number) == ("shipped", "Northway Parcels", "NP12345")
    desk.say("SH-100001 was delivered", "order_status")
    desk.tap("Yes")
    desk.say("INV-100001 has been paid", "invoice_request")
    reply = desk.tap("Yes")
    assert "INV-100001 is paid, £0.00 open." in reply.text
    with world.database.read() as session:
        assert session.scalars(select(Order.state)).one() == "completed"
        assert session.scalars(select(Invoice.state)).one() == "paid"
    assert world.level("10-109") == (440, 0)


def test_a_part_payment(world: World):
    number = placed(world)
    desk = Talk(world, "desk@test")
    desk.say(f"ship {number}", "order_status")
    desk.tap("Yes")
    desk.say("£2.50 payment for INV-100001", "invoice_request")
    assert "£3.50 open" in desk.tap("Yes").text


def test_a_question_about_a_paper_does_nothing(world: World):
    number = placed(world)
    desk = Talk(world, "desk@test")
    reply = desk.say(f"has {number} been shipped?", "order_status")
    assert f"Order {number} of" in reply.text
    desk.say("yes", "affirm")
    with world.database.read() as session:
        assert session.scalars(select(Shipment)).all() == []


def test_customers_and_buyers_do_not_send_orders(world: World):
    number = placed(world)
    for email in ("customer@test", "rep@test", "buyer@test"):
        talk = Talk(world, email)
        talk._ids = iter(range(100, 200))  # type: ignore[assignment]
        talk.say(f"ship {number}", "order_status")
        talk.say("yes", "affirm")
    with world.database.read() as session:
        assert session.scalars(select(Shipment)).all() == []


def test_goods_come_in_and_serve_who_waits(world: World):
    number = placed(world, "540 M8x40 hex bolts")
    buyer = Talk(world, "buyer@test")
    with world.database.write() as session:
        session.scalars(select(PurchaseOrder)).one().number = "PO-1001"
    reply = buyer.say("PO-1001 has arrived", "not_understood")
    assert reply.text == "Take in on PO-1001 from Steel Supplies: 100 × Hex bolt M8x40 zinc?"
    buyer.tap("Yes")
    with world.reading() as work:
        line = queries.by_number(work, number).lines[0]
        assert (line.reserved, line.back_ordered) == (540, 0)


def test_stock_is_counted_and_written_off(world: World):
    desk = Talk(world, "desk@test")
    desk.say("we counted 480 of 10-109", "stock_check")
    assert world.level("10-109") == (500, 0)
    desk.tap("Yes")
    assert world.level("10-109") == (480, 0)
    desk.say("write off 5 of 10-109, rusty", "stock_check")
    desk.tap("Yes")
    assert world.level("10-109") == (475, 0)
    talk = Talk(world)
    talk.say("we counted 1 of 10-109", "stock_check")
    talk.say("yes", "affirm")
    assert world.level("10-109") == (475, 0)


def test_goods_move_between_warehouses_on_a_yes(world: World):
    second_warehouse(world, "10-109", 100)
    desk = Talk(world, "desk@test")
    assert desk.say("move 40 of 10-109 to the north warehouse", "stock_check").text.startswith("Move 40 ")
    assert on_hand(world, "10-109") == {"MAIN": 500, "NORTH": 100}
    desk.tap("Yes")
    assert on_hand(world, "10-109") == {"MAIN": 460, "NORTH": 140}
    desk.say("transfer 15 of 10-109 from NORTH to MAIN please", "stock_check")
    desk.tap("Yes")
    assert on_hand(world, "10-109") == {"MAIN": 475, "NORTH": 125}
    assert "(on hand: " in desk.say("is 10-109 in stock?", "stock_check").text
    assert "(on hand: " not in Talk(world).say("is 10-109 in stock?", "stock_check").text


def test_what_is_reserved_or_not_there_does_not_move_and_only_who_keeps_stock_moves_it(world: World):
    second_warehouse(world, "10-109", 100)
    desk = Talk(world, "desk@test")
    desk.say("move 501 of 10-109 to NORTH", "stock_check")
    assert "can leave MAIN" in desk.tap("Yes").text
    for email in ("customer@test", "rep@test"):
        Talk(world, email).say("move 40 of 10-109 to NORTH", "stock_check")
    desk.say("move 40 of 10-109 to the moon", "stock_check")
    unknown = "shift 40 of 10-109 over to the east warehouse"
    assert "There is no such warehouse. We have " in desk.say(unknown, "change_address").text
    assert "We have" not in Talk(world, "other@test").say(unknown, "change_address").text
    assert on_hand(world, "10-109") == {"MAIN": 500, "NORTH": 100}


def on_hand(world: World, sku: str) -> dict[str, int]:
    with world.database.read() as session:
        rows = session.scalars(select(StockLevel).join(Product).where(Product.sku == sku, StockLevel.on_hand > 0))
        return {row.warehouse.code: row.on_hand for row in rows}
