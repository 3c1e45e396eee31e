"""What stands on a quote, an order confirmation and a delivery note."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from backend.catalogue.quantities import said
from backend.company.service import company
from backend.company.tables import Company
from backend.customers.tables import Customer
from backend.papers import wording
from backend.papers.content import Amount, Column, Content, Fact, Row
from backend.papers.kinds import Kind
from backend.quotes.tables import Quote, QuoteLine
from backend.sales.changeable import ordered
from backend.sales.tables import Order, OrderLine, Shipment, ShipmentLine
from backend.sales.terms import default_address, snapshot
from backend.sales.totals import TaxPart
from backend.work import Work

TO_SIGN = ("Name", "Date", "Signature")


def quote(work: Work, row: Quote) -> Content:
    """The paper of a quote, at the prices that were offered."""
    house = company(work.session)
    head = wording.letterhead(house)
    discounted = any(line.discount for line in row.lines)
    parts = _parts(house, [(line.total, line.tax_rate) for line in row.lines], row.delivery, row.tax)
    sent = row.sent_at or row.created_at
    facts = [
        Fact("Quote", row.number),
        Fact("Date", _day(work, sent)),
        Fact("Valid until", wording.day(row.valid_until)),
        *customer_facts(row.customer.code, row.customer_reference, row.customer.tax_number, head.tax_word),
        *([Fact("Delivery wanted", wording.day(row.requested_date))] if row.requested_date else []),
        *([Fact("Prepared by", row.created_by.name)] if row.created_by and row.created_by.customer_id is None else []),
    ]
    return Content(
        kind=Kind.QUOTE,
        number=row.number,
        dated=work.clock.date_of(sent),
        letterhead=head,
        addressee=addressee(work, row.customer),
        facts=tuple(facts),
        deliver_to=wording.address_lines(row.destination, wording.home_of(house)),
        columns=wording.line_columns(head.tax_word, row.currency, discounted=discounted),
        rows=tuple(_offered(line, discounted=discounted) for line in row.lines),
        notices=_quote_notices(row),
        amounts=_sums(row, parts, head.tax_word),
        closing=(
            *wording.untaxed_note(parts, row.tax, head.tax_word),
            f"The prices hold until {wording.day(row.valid_until)}. Goods are offered subject to stock.",
            *wording.payment_terms("account", row.customer.payment_days),
            "To accept, tell us, or sign and return this quote.",
        ),
        signatures=TO_SIGN if row.state in ("draft", "sent") else (),
    )


def _offered(line: QuoteLine, *, discounted: bool) -> Row:
    return Row(
        (
            str(line.position),
            line.product.sku,
            line.product.name,
            wording.quantity(line.product, line.quantity),
            wording.price(line.product, line.list_price if discounted else line.price),
            *((wording.percent(line.discount) if line.discount else "",) if discounted else ()),
            wording.percent(line.tax_rate),
            wording.amount(line.total),
        )
    )


def _quote_notices(row: Quote) -> tuple[str, ...]:
    said_state = {
        "draft": "Draft: this quote has not been sent yet and binds nobody.",
        "accepted": f"Accepted as order {row.order_number}." if row.order_number else "Accepted.",
        "declined": "This quote was declined.",
        "expired": f"This quote expired on {wording.day(row.valid_until)}.",
    }.get(row.state)
    return tuple(text for text in (said_state, row.note) if text)


def confirmation(work: Work, order: Order) -> Content:
    """The paper of an order as it stands: what was agreed, and when what is not there yet will come."""
    house = company(work.session)
    head = wording.letterhead(house)
    discounted = any(line.discount for line in order.lines)
    whole = order.state == "cancelled"  # then its total is still what it was
    charged = [(line.total, line.tax_rate) for line in order.lines if whole or ordered(line)]
    parts = _parts(house, charged, order.delivery, order.tax)
    facts = [
        Fact("Order", order.number),
        Fact("Order date", _day(work, order.placed_at)),
        *customer_facts(order.customer.code, order.customer_reference, order.customer.tax_number, head.tax_word),
        *([Fact("Delivery wanted", wording.day(order.requested_date))] if order.requested_date else []),
        *([Fact("Placed by", order.placed_by.name)] if order.placed_by else []),
    ]
    return Content(
        kind=Kind.ORDER_CONFIRMATION,
        number=order.number,
        dated=work.clock.date_of(order.placed_at),
        letterhead=head,
        addressee=addressee(work, order.customer, order.delivery_address),
        facts=tuple(facts),
        deliver_to=delivery_lines(work, order, wording.home_of(house)),
        columns=wording.line_columns(head.tax_word, order.currency, discounted=discounted),
        rows=tuple(_confirmed(order, line, discounted=discounted) for line in order.lines),
        notices=_order_notices(order),
        amounts=_sums(order, parts, head.tax_word),
        closing=(
            *wording.untaxed_note(parts, order.tax, head.tax_word),
            *wording.payment_terms(order.payment_method, order.payment_days),
            "Please tell us at once if anything is not as you ordered it.",
        ),
    )


def _confirmed(order: Order, line: OrderLine, *, discounted: bool) -> Row:
    """A line as it stands: what was cancelled of it is not counted, but said."""
    whole = order.state == "cancelled"
    count = line.quantity if whole else ordered(line)
    listed = line.list_price if line.list_price is not None else line.price
    cells = (
        str(line.position),
        line.product.sku,
        line.product.name,
        wording.quantity(line.product, count),
        wording.price(line.product, listed if discounted else line.price),
        *((wording.percent(line.discount) if line.discount else "",) if discounted else ()),
        wording.percent(line.tax_rate),
        wording.amount(line.total),
    )
    promises = [] if whole else _promises(line, held=order.state == "on_hold")
    return Row(cells, (*promises, *((line.promotion,) if line.promotion else ())))


def _promises(line: OrderLine, *, held: bool) -> list[str]:
    """What of a line is sent, what is to come when, and what is cancelled."""
    known = line.promised_date is not None and not held
    promised = f", promised for {wording.day(line.promised_date)}" if known else ""
    open_quantity = line.reserved + line.back_ordered
    found = []
    if line.shipped:
        found.append("sent" if line.shipped == ordered(line) else f"{said(line.product, line.shipped)} sent")
    if line.back_ordered:
        if line.reserved:
            found.append(f"{said(line.product, line.reserved)} in stock")
        found.append(f"{said(line.product, line.back_ordered)} on back order{promised}")
    elif open_quantity:
        stock = "in stock" if open_quantity == ordered(line) else f"{said(line.product, open_quantity)} in stock"
        found.append(f"{stock}{promised}")
    if line.cancelled:
        found.append(f"{said(line.product, line.cancelled)} cancelled")
    return found


def _order_notices(order: Order) -> tuple[str, ...]:
    if order.state == "cancelled":
        reason = f": {order.cancel_reason}" if order.cancel_reason else ""
        return (f"This order was cancelled{reason}.",)
    if order.state == "on_hold":
        return ("This order is on hold and not confirmed yet. Dates are promised once it is released.",)
    return ()


def delivery_note(work: Work, shipment: Shipment) -> Content:
    """The paper that goes with the goods; it names no prices."""
    order, house = shipment.order, company(work.session)
    head = wording.letterhead(house)
    sent = shipment.shipped_at or shipment.planned_at or order.placed_at
    facts = [
        Fact("Delivery note", shipment.number),
        Fact("Date", _day(work, sent)),
        Fact("Order", order.number),
        Fact("Order date", _day(work, order.placed_at)),
        *customer_facts(order.customer.code, order.customer_reference, None, head.tax_word),
        *([Fact("Expected", wording.day(shipment.expected_date))] if shipment.expected_date else []),
        *([Fact("Carrier", shipment.carrier)] if shipment.carrier else []),
        *([Fact("Tracking", shipment.tracking_number)] if shipment.tracking_number else []),
    ]
    parts = sorted(shipment.lines, key=lambda part: (part.order_line.position, part.id))
    days = house.return_days if house is not None else None
    back = f" What is not needed may come back within {days} days." if days else ""
    return Content(
        kind=Kind.DELIVERY_NOTE,
        number=shipment.number,
        dated=work.clock.date_of(sent),
        letterhead=head,
        addressee=delivery_lines(work, order, wording.home_of(house)) or (order.customer.name,),
        facts=tuple(facts),
        columns=(
            Column("Pos", 9),
            Column("SKU", 30),
            Column("Description"),
            Column("Ordered", 24, right=True),
            Column("Delivered", 38, right=True),
        ),
        rows=tuple(_packed(part) for part in parts),
        closing=(f"Please check the goods on arrival and tell us at once of any damage or shortage.{back}",),
        signatures=("Received by", "Date", "Signature"),
    )


def _packed(part: ShipmentLine) -> Row:
    line = part.order_line
    return Row(
        (
            str(line.position),
            line.product.sku,
            line.product.name,
            said(line.product, ordered(line)),
            wording.quantity(line.product, part.quantity),
        )
    )


def customer_facts(code: str, reference: str | None, tax_number: str | None, tax_word: str) -> list[Fact]:
    """Who the customer is to us and to the tax office, and its own number for the business."""
    found = [Fact("Customer", code)]
    if reference:
        found.append(Fact("Your reference", reference))
    if tax_number:
        found.append(Fact(f"Your {tax_word} number", tax_number))
    return found


def addressee(work: Work, customer: Customer, otherwise: Mapping[str, Any] | None = None) -> tuple[str, ...]:
    """Where a customer's letters go: its invoice address, or the one at hand, or its delivery address."""
    invoiced = snapshot(customer, default_address(work, customer, "invoice"))
    found = invoiced or otherwise or snapshot(customer, default_address(work, customer))
    return wording.address_lines(found, wording.home_of(company(work.session))) or (customer.name,)


def delivery_lines(work: Work, order: Order, home: str | None) -> tuple[str, ...]:
    """Where an order's goods go, as kept with it."""
    kept = order.delivery_address or snapshot(order.customer, default_address(work, order.customer))
    return wording.address_lines(kept, home)


def _parts(
    house: Company | None, entries: list[tuple[Decimal, Decimal]], delivery: Decimal, tax: Decimal
) -> tuple[TaxPart, ...] | None:
    return wording.tax_parts(entries, delivery, tax, house.tax_rounding if house else "document")


def _sums(row: Quote | Order, parts: tuple[TaxPart, ...] | None, tax_word: str) -> tuple[Amount, ...]:
    return wording.sums(row.goods, row.delivery, row.tax, parts, tax_word=tax_word, currency=row.currency)


def _day(work: Work, moment: datetime) -> str:
    return wording.day(work.clock.date_of(moment))
