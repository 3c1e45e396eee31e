"""Rows of what happened: orders, shipments, returns, purchase orders, and the stock ledger."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

import numpy as np

from backend.company.tables import NumberSeries
from backend.demo.amounts import sale_totals, tax_rate
from backend.demo.calendar import Calendar, moment
from backend.demo.company import DemoCompany
from backend.demo.documents import Despatch, Line, Purchase, Return, Sale
from backend.demo.invoice_rows import counts, invoice_rows
from backend.demo.numbers import FIRST, order_number, purchase_number, return_number, shipment_number
from backend.demo.people import HARPER, HERO, PEOPLE, Buyer
from backend.demo.prices import line_total
from backend.demo.rows import WAREHOUSE_ID, Row, Rows, numbered, pounds, table
from backend.demo.simulation import ISSUE, RECEIPT, RETURNS
from backend.purchasing.tables import PurchaseOrder, PurchaseOrderLine
from backend.sales.tables import Order, OrderHold, OrderLine, SalesReturn, SalesReturnLine, Shipment, ShipmentLine
from backend.stock.tables import Reservation, StockEntry, StockLevel

SHIPMENTS_KEPT: Final = 190
DELIVERED: Final = 10 * 60 + 45
PLANNED: Final = 9 * 60
_CARRIERS: Final = (("Northway Parcels", "NP"), ("Pennine Pallets", "PP"))
_USERS: Final = {person.email: number for number, person in enumerate(PEOPLE, 1)}


def history_rows(company: DemoCompany) -> Iterator[Rows]:
    """In an order in which the foreign keys hold."""
    yield from _orders(company)
    yield from _shipments(company)
    yield from invoice_rows(company, kept_despatches(company))
    yield from _returns(company)
    yield from _purchases(company)
    yield from _stock(company)
    yield table(NumberSeries), _series(company)


def _orders(company: DemoCompany) -> Iterator[Rows]:
    rng = np.random.default_rng([company.seed, 50])
    sales = company.history.sales
    yield table(Order), [_order(sale, company, rng) for sale in sales]
    yield (
        table(OrderLine),
        [
            _line(line, n, sale, tax_rate(company.buyers[sale.buyer]))
            for sale in sales
            for n, line in enumerate(sale.lines, 1)
        ],
    )
    waiting = [
        {
            "order_line_id": line.id,
            "product_id": line.item + 1,
            "warehouse_id": WAREHOUSE_ID,
            "quantity": line.reserved,
            "state": "active",
            "created_at": sale.placed_at,
            "expires_at": None,
        }
        for sale in sales
        for line in sale.lines
        if line.reserved
    ]
    yield table(Reservation), numbered(waiting)
    yield (
        table(OrderHold),
        numbered(
            [
                {
                    "order_id": sale.id,
                    "reason": "manual",
                    "detail": "The delivery address has changed; the customer is asked to confirm it",
                    "created_at": sale.placed_at,
                    "released_at": None,
                    "released_by_id": None,
                }
                for sale in sales
                if order_state(sale, company.calendar) == "on_hold"
            ]
        ),
    )


def _order(sale: Sale, company: DemoCompany, rng: np.random.Generator) -> Row:
    buyer = company.buyers[sale.buyer]
    who, role, channel = _placed_by(buyer, rng)
    asked = rng.random(2)
    reference = f"PO {1000 + sale.id // 7}" if asked[0] < 0.35 else None
    sums = sale_totals(sale, buyer)
    return {
        "id": sale.id,
        "number": order_number(sale.id),
        "customer_id": buyer.id,
        "placed_by_id": _USERS[who],
        "placed_by_role": role,
        "channel": channel,
        "state": order_state(sale, company.calendar),
        "placed_at": sale.placed_at,
        "requested_date": company.calendar.day(sale.day + 3 + int(asked[1] * 40) % 5) if asked[1] < 0.15 else None,
        "customer_reference": reference,
        "currency": "GBP",
        "delivery": sums.delivery,
        "tax": sums.tax,
        "total": sums.total,
        "delivery_address": {
            "name": buyer.name,
            "line1": buyer.street,
            "line2": None,
            "city": buyer.city,
            "postcode": buyer.postcode,
            "country": buyer.country,
        },
        "payment_method": "account",
        "payment_days": buyer.payment_days,
        "version": 1,
    }


def _placed_by(buyer: Buyer, rng: np.random.Generator) -> tuple[str, str, str]:
    """The user, the role and the channel of an order."""
    chance = rng.random()
    if buyer.name == HERO:
        return "customer@demo", "customer", "web"
    if buyer.name == HARPER and chance < 0.6:
        return "harper@demo", "customer", "web"
    if chance < 0.15 and buyer.rep == "rep@demo":
        return "rep@demo", "rep", "web"
    return "desk@demo", "desk", "phone" if chance < 0.6 else "email"


def order_state(sale: Sale, calendar: Calendar) -> str:
    """Where an order stands this morning."""
    if sale.cancelled or all(line.cancelled == line.quantity for line in sale.lines):
        return "cancelled"
    if sale.on_hold:
        return "on_hold"
    if not sale.despatches:
        return "placed"
    open_lines = any(line.reserved or line.back_ordered for line in sale.lines)
    arrived = all(not part.picked and part.arrives < len(calendar.days) for part in sale.despatches)
    return "completed" if arrived and not open_lines else "in_fulfilment"


def _line(line: Line, position: int, sale: Sale, rate: Decimal) -> Row:
    return {
        "id": line.id,
        "order_id": sale.id,
        "position": position,
        "product_id": line.item + 1,
        "quantity": line.quantity,
        "price": pounds(line.price),
        "list_price": pounds(line.price),
        "tax_rate": rate,
        "total": pounds(line.total),
        "reserved": line.reserved,
        "back_ordered": line.back_ordered,
        "shipped": line.shipped,
        "cancelled": line.cancelled,
        "returned": line.returned,
        "invoiced": line.shipped,
        "promised_date": line.promised,
        "promotion": line.promotion,
    }


def kept_despatches(company: DemoCompany) -> list[Despatch]:
    """Those of orders placed in the last half year, by the day they were sent."""
    calendar = company.calendar
    first = calendar.calendar_days - SHIPMENTS_KEPT
    kept = [d for sale in company.history.sales if calendar.offset(sale.day) >= first for d in sale.despatches]
    return sorted(kept, key=lambda despatch: (despatch.day, despatch.sale.id))


def _shipments(company: DemoCompany) -> Iterator[Rows]:
    rng = np.random.default_rng([company.seed, 51])
    despatches = kept_despatches(company)
    yield table(Shipment), [_shipment(d, number, company, rng) for number, d in enumerate(despatches, 1)]
    parts = [
        {"shipment_id": number, "order_line_id": line.id, "quantity": quantity}
        for number, despatch in enumerate(despatches, 1)
        for line, quantity in despatch.parts
    ]
    yield table(ShipmentLine), numbered(parts)


def _shipment(despatch: Despatch, number: int, company: DemoCompany, rng: np.random.Generator) -> Row:
    calendar = company.calendar
    delivered = despatch.arrives < len(calendar.days)
    carrier, letters = _CARRIERS[int(rng.random() < 0.3)]
    digits = int(rng.integers(10**8, 10**9))
    sent = not despatch.picked
    return {
        "id": number,
        "number": shipment_number(number),
        "order_id": despatch.sale.id,
        "customer_id": despatch.sale.buyer + 1,
        "warehouse_id": WAREHOUSE_ID,
        "planned_at": moment(calendar.day(despatch.day - (0 if sent else 1)), PLANNED),
        "state": "picked" if not sent else "delivered" if delivered else "shipped",
        "shipped_at": moment(calendar.day(despatch.day), ISSUE) if sent else None,
        "delivered_at": moment(calendar.day(despatch.arrives), DELIVERED) if sent and delivered else None,
        "expected_date": calendar.day(despatch.arrives),
        "carrier": carrier,
        "tracking_number": f"{letters}{digits}GB" if sent else None,
    }


def _returns(company: DemoCompany) -> Iterator[Rows]:
    returns = company.history.returns
    yield table(SalesReturn), [_return(back, company.calendar) for back in returns]
    yield (
        table(SalesReturnLine),
        [
            {
                "id": back.id,
                "return_id": back.id,
                "order_line_id": back.line.id,
                "product_id": back.line.item + 1,
                "quantity": back.quantity,
                "price": pounds(back.line.price),
                "total": pounds(line_total(back.line.price, back.quantity)),
            }
            for back in returns
        ],
    )


def _return(back: Return, calendar: Calendar) -> Row:
    return {
        "id": back.id,
        "number": return_number(back.id),
        "customer_id": back.sale.buyer + 1,
        "order_id": back.sale.id,
        "state": back.state,
        "reason": back.reason,
        "resolution": "credit",
        "requested_at": moment(calendar.day(back.day), RETURNS),
        "returned_at": moment(calendar.day(back.day), RETURNS) if back.state in ("received", "settled") else None,
        "settled_at": moment(calendar.day(back.day), RETURNS) if back.state == "settled" else None,
        "version": 1,
        "total": pounds(line_total(back.line.price, back.quantity)),
    }


def _purchases(company: DemoCompany) -> Iterator[Rows]:
    purchases = company.history.purchases
    yield table(PurchaseOrder), [_purchase(purchase, company.calendar) for purchase in purchases]
    lines = [
        {
            "purchase_order_id": purchase.id,
            "position": position,
            "product_id": line.item + 1,
            "quantity": line.quantity,
            "received": line.received,
            "cost": pounds(line.cost),
            "reason": None,
        }
        for purchase in purchases
        for position, line in enumerate(purchase.lines, 1)
    ]
    yield table(PurchaseOrderLine), numbered(lines)


def _purchase(purchase: Purchase, calendar: Calendar) -> Row:
    ordered = moment(calendar.day(purchase.day), 16 * 60 + 30)
    received = purchase.state == "received"
    return {
        "id": purchase.id,
        "number": purchase_number(purchase.id),
        "supplier_id": purchase.source.id,
        "state": purchase.state,
        "created_by_id": _USERS["buyer@demo"],
        "approved_by_id": _USERS["buyer@demo"],
        "ordered_at": ordered,
        "expected_date": purchase.expected,
        "received_at": moment(calendar.day(purchase.arrives), RECEIPT) if received else None,
        "total": pounds(sum(line_total(line.cost, line.quantity) for line in purchase.lines)),
        "created_at": ordered,
    }


def _stock(company: DemoCompany) -> Iterator[Rows]:
    history = company.history
    entries: list[dict[str, Any]] = [
        {
            "id": number,
            "product_id": movement.item + 1,
            "warehouse_id": WAREHOUSE_ID,
            "quantity": movement.quantity,
            "kind": movement.kind,
            "document": movement.document,
            "reason": movement.reason,
            "assumed": False,
            "at": movement.at,
            "user_id": None,
        }
        for number, movement in enumerate(history.movements, 1)
    ]
    yield table(StockEntry), entries
    yield (
        table(StockLevel),
        [
            {"product_id": n, "warehouse_id": WAREHOUSE_ID, "on_hand": on_hand, "reserved": reserved}
            for n, (on_hand, reserved) in enumerate(zip(history.on_hand, history.reserved, strict=True), 1)
        ],
    )


def _series(company: DemoCompany) -> list[Row]:
    history = company.history
    invoices, payments = counts(company, kept_despatches(company))
    used = {
        "order": len(history.sales),
        "purchase_order": len(history.purchases),
        "shipment": len(kept_despatches(company)),
        "return": len(history.returns),
        "invoice": invoices,
        "payment": payments,
    }
    return [{"name": name, "next_number": first + used.get(name, 0)} for name, first in FIRST.items()]
