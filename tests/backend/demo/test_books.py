"""The books balance, as they would had the company really lived through it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from backend.billing.tables import Invoice, Payment, PaymentAllocation
from backend.clock import BusinessClock
from backend.company.service import next_number
from backend.company.tables import NumberSeries
from backend.customers.tables import Customer
from backend.database import Database
from backend.demo.people import HARPER, HERO
from backend.identity.permissions import SYSTEM
from backend.money import line_total, rounded
from backend.purchasing.tables import PurchaseOrder, PurchaseOrderLine
from backend.sales.checking import exposure
from backend.sales.tables import Order, OrderLine, SalesReturn, SalesReturnLine, Shipment, ShipmentLine
from backend.stock.tables import Reservation, StockEntry, StockLevel
from backend.work import Work
from backend.working_days import is_working_day


def test_the_ledger_adds_up_to_the_levels_and_never_goes_below_nothing(demo: Database):
    with demo.read() as session:
        entries = session.execute(select(StockEntry.product_id, StockEntry.quantity).order_by(StockEntry.id)).all()
        levels = dict(session.execute(select(StockLevel.product_id, StockLevel.on_hand)).all())
        times = session.scalars(select(StockEntry.at).order_by(StockEntry.id)).all()
    on_hand: dict[int, int] = defaultdict(int)
    for product, quantity in entries:
        on_hand[product] += quantity
        assert on_hand[product] >= 0
    assert {product: on_hand[product] for product in levels} == levels
    assert times == sorted(times)


def test_reserved_is_what_active_reservations_and_open_lines_say(demo: Database):
    with demo.read() as session:
        by_lines = dict(
            session.execute(
                select(OrderLine.product_id, func.sum(OrderLine.reserved))
                .where(OrderLine.reserved > 0)
                .group_by(OrderLine.product_id)
            ).all()
        )
        by_reservations = dict(
            session.execute(
                select(Reservation.product_id, func.sum(Reservation.quantity))
                .where(Reservation.state == "active")
                .group_by(Reservation.product_id)
            ).all()
        )
        by_levels = dict(
            session.execute(select(StockLevel.product_id, StockLevel.reserved).where(StockLevel.reserved > 0)).all()
        )
    assert by_lines == by_reservations == by_levels
    assert by_levels


def test_what_was_shipped_and_received_left_and_entered_the_warehouse(demo: Database):
    with demo.read() as session:
        issued = -(session.scalar(select(func.sum(StockEntry.quantity)).where(StockEntry.kind == "issue")) or 0)
        received = session.scalar(select(func.sum(StockEntry.quantity)).where(StockEntry.kind == "receipt"))
        assert issued == session.scalar(select(func.sum(OrderLine.shipped)))
        assert received == session.scalar(select(func.sum(PurchaseOrderLine.received)))


def test_lines_add_up_to_orders_to_the_penny(demo: Database):
    with demo.read() as session:
        sums: dict[int, object] = defaultdict(int)
        for order, price, quantity, total in session.execute(
            select(OrderLine.order_id, OrderLine.price, OrderLine.quantity, OrderLine.total)
        ):
            assert total == line_total(price, quantity)
            sums[order] += total
        orders = session.scalars(select(Order).options(joinedload(Order.customer))).all()
        assert sums == {order.id: order.goods for order in orders}
        for order in orders:
            rate = Decimal("0.2") if order.customer.country == "United Kingdom" else Decimal(0)
            assert order.delivery == (0 if order.goods >= 150 else Decimal("9.50"))
            assert order.tax == rounded((order.goods + order.delivery) * rate)


def test_states_of_orders_agree_with_their_lines(demo: Database):
    with demo.read() as session:
        rows = session.execute(
            select(
                Order.state,
                func.count(func.distinct(Order.id)),
                func.sum(OrderLine.reserved),
                func.sum(OrderLine.back_ordered),
                func.sum(OrderLine.shipped),
            )
            .join(OrderLine, OrderLine.order_id == Order.id)
            .group_by(Order.state)
        ).all()
    found = {state: (count, reserved, waiting, shipped) for state, count, reserved, waiting, shipped in rows}
    assert set(found) == {"placed", "on_hold", "in_fulfilment", "completed", "cancelled"}
    assert found["completed"][1:3] == (0, 0)
    assert found["cancelled"][1:] == (0, 0, 0)
    assert found["placed"][3] == 0
    assert found["on_hold"][0] == 1
    assert found["in_fulfilment"][3] > 0
    assert 20 <= found["cancelled"][0] <= 250


def test_orders_run_for_three_years_up_to_yesterday_and_only_on_working_days(demo: Database, today: date):
    clock = BusinessClock()
    with demo.read() as session:
        days = [clock.date_of(at) for at in session.scalars(select(Order.placed_at).order_by(Order.id))]
        lines = session.scalar(select(func.count()).select_from(OrderLine))
    assert days == sorted(days)
    assert (days[0], days[-1]) == (date(2023, 6, 19), date(2026, 6, 16))
    assert all(is_working_day(day) for day in set(days))
    assert 60 <= len(days) / 156 <= 95
    assert 35_000 <= lines <= 60_000


def test_shipments_of_the_last_half_year_hold_what_their_orders_shipped(demo: Database):
    with demo.read() as session:
        first = session.scalar(select(func.min(Order.id)).where(Order.id.in_(select(Shipment.order_id))))
        shipped = session.scalar(select(func.sum(OrderLine.shipped)).where(OrderLine.order_id >= first))
        sent = session.scalar(
            select(func.sum(ShipmentLine.quantity))
            .join(Shipment, Shipment.id == ShipmentLine.shipment_id)
            .where(Shipment.state.in_(("shipped", "delivered")))
        )
        assert sent == shipped
        states = set(session.scalars(select(Shipment.state).distinct()))
        assert states == {"picked", "shipped", "delivered"}
        on_their_way = select(Shipment).where(Shipment.state == "shipped")
        assert all(shipment.tracking_number for shipment in session.scalars(on_their_way))


def test_shipments_are_their_orders_customers(demo: Database):
    with demo.read() as session:
        pairs = session.execute(select(Shipment.customer_id, Order.customer_id).join(Order)).all()
    assert pairs
    assert all(own == orders for own, orders in pairs)


def test_about_one_line_in_seventy_comes_back(demo: Database):
    with demo.read() as session:
        lines = session.scalar(select(func.count()).select_from(OrderLine)) or 0
        returned = session.scalar(select(func.count()).select_from(SalesReturnLine)) or 0
        assert 0.012 <= returned / lines <= 0.018
        booked = session.scalar(
            select(func.sum(SalesReturnLine.quantity))
            .join(SalesReturn, SalesReturn.id == SalesReturnLine.return_id)
            .where(SalesReturn.state.in_(("received", "settled")))
        )
        assert booked == session.scalar(select(func.sum(OrderLine.returned)))
        assert booked == session.scalar(select(func.sum(StockEntry.quantity)).where(StockEntry.kind == "return"))


def test_open_purchase_orders_are_expected_after_today(demo: Database, today: date):
    with demo.read() as session:
        purchases = session.scalars(select(PurchaseOrder)).all()
        open_ones = [purchase for purchase in purchases if purchase.state != "received"]
        assert len(open_ones) >= 8
        assert all(purchase.expected_date > today for purchase in open_ones)
        for purchase in purchases:
            assert purchase.total == sum(line_total(line.cost, line.quantity) for line in purchase.lines)


def test_numbers_go_on_after_the_last(demo: Database):
    with demo.read() as session:  # where an order's number is not taken beside the transaction, for good
        assert set(session.scalars(select(NumberSeries.name))) == {
            "order", "purchase_order", "shipment", "return", "quote", "invoice", "payment", "credit_note",
        }  # fmt: skip
        for name, model in (
            ("order", Order),
            ("purchase_order", PurchaseOrder),
            ("shipment", Shipment),
            ("return", SalesReturn),
            ("invoice", Invoice),
            ("payment", Payment),
        ):
            last = session.scalars(select(model.number).order_by(model.id.desc()).limit(1)).one()
            prefix, _, digits = last.partition("-")
            assert next_number(session, name) == f"{prefix}-{int(digits) + 1}"


def test_invoices_of_what_was_sent_whole_come_to_the_orders_totals(demo: Database):
    with demo.read() as session:
        sums = {
            order: (delivery, tax, total)
            for order, delivery, tax, total in session.execute(
                select(
                    Invoice.order_id, func.sum(Invoice.delivery), func.sum(Invoice.tax), func.sum(Invoice.total)
                ).group_by(Invoice.order_id)
            )
        }
        orders = session.scalars(select(Order).where(Order.id.in_(sums)).options(selectinload(Order.lines))).all()
        whole = [order for order in orders if all(line.shipped == line.quantity for line in order.lines)]
        assert len(whole) > 1_000
        assert {order.id: (order.delivery, order.tax, order.total) for order in whole} == {
            order.id: sums[order.id] for order in whole
        }


def test_every_parcel_that_left_has_its_invoice_numbered_without_gaps(demo: Database):
    with demo.read() as session:
        left = session.scalars(select(Shipment.id).where(Shipment.state.in_(("shipped", "delivered")))).all()
        billed = session.scalars(select(Invoice.shipment_id).order_by(Invoice.id)).all()
        assert sorted(left) == sorted(billed)
        numbers = [int(number.removeprefix("INV-")) for number in session.scalars(select(Invoice.number)) if number]
        assert sorted(numbers) == list(range(200_001, 200_001 + len(billed)))


def test_payments_pay_what_their_invoices_say(demo: Database):
    with demo.read() as session:
        paid = dict(
            session.execute(
                select(PaymentAllocation.invoice_id, func.sum(PaymentAllocation.amount)).group_by(
                    PaymentAllocation.invoice_id
                )
            ).all()
        )
        invoices = session.scalars(select(Invoice)).all()
        assert {one.id: one.paid for one in invoices if one.paid} == paid
        assert {one.state for one in invoices} == {"issued", "paid", "overdue"}
        late = {one.customer.name for one in invoices if one.state == "overdue"}
        assert late
        assert not late & {HERO, HARPER}


def test_most_customers_keep_within_their_credit(demo: Database):
    work = Work(session=None, principal=SYSTEM, clock=BusinessClock(fixed=date(2026, 6, 17)))  # type: ignore[arg-type]
    with demo.read() as session:
        work = replace(work, session=session)
        over = [
            customer.name
            for customer in session.scalars(select(Customer).where(Customer.credit_limit.is_not(None)))
            if exposure(work, customer) > Decimal("0.8") * (customer.credit_limit or 0)
        ]
    assert over == []
