"""Finding the documents that papers are made of; authorization is in the query, as for the documents themselves."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import joinedload, selectinload

from backend.billing import queries as billing
from backend.billing.tables import CreditNote, Invoice
from backend.catalogue.tables import Product
from backend.errors import NotFound
from backend.papers.kinds import MAY_HAVE, TITLES, Kind
from backend.purchasing import queries as purchasing
from backend.purchasing.tables import PurchaseOrder, PurchaseOrderLine
from backend.quotes import queries as quotes
from backend.quotes.tables import Quote, QuoteLine
from backend.sales import queries as sales
from backend.sales.tables import Order, OrderLine, Shipment, ShipmentLine
from backend.shipping import queries as shipments
from backend.work import Work

LEFT_THE_SHELF: Final = ("picked", "shipped", "delivered", "lost")


def require_role(work: Work, kind: Kind, number: str) -> str:
    """The number as documents keep it; NotFound where the role has no papers of this kind."""
    wanted = number.strip().upper()
    if work.principal.role not in MAY_HAVE[kind] or not wanted.isprintable():  # PostgreSQL takes no NUL
        raise unknown(kind, number)
    return wanted


def unknown(kind: Kind, number: str) -> NotFound:
    """What is not there, and what one may not have, is answered alike."""
    title = TITLES[kind].lower()
    article = "an" if title[0] in "aeiou" else "a"
    return NotFound(f"I can't find {article} {title} {number[:30]!r} of yours.", code="unknown_paper")


def find_quote(work: Work, number: str) -> Quote:
    """A quote with what its paper needs; NotFound otherwise."""
    query = quotes.visible_quotes(work).where(Quote.number == require_role(work, Kind.QUOTE, number))
    products = selectinload(Quote.lines).joinedload(QuoteLine.product).selectinload(Product.packs)
    found = work.session.scalar(query.options(products, joinedload(Quote.customer), joinedload(Quote.created_by)))
    if found is None:
        raise unknown(Kind.QUOTE, number)
    return found


def find_order(work: Work, number: str) -> Order:
    """An order with what its confirmation needs; NotFound otherwise."""
    query = sales.visible(work).where(Order.number == require_role(work, Kind.ORDER_CONFIRMATION, number))
    products = selectinload(Order.lines).joinedload(OrderLine.product).selectinload(Product.packs)
    found = work.session.scalar(query.options(products, joinedload(Order.customer), joinedload(Order.placed_by)))
    if found is None:
        raise unknown(Kind.ORDER_CONFIRMATION, number)
    return found


def find_shipment(work: Work, number: str) -> Shipment:
    """A shipment with what its delivery note needs; NotFound otherwise, and before it is picked."""
    query = shipments.visible(work).where(Shipment.number == require_role(work, Kind.DELIVERY_NOTE, number))
    products = selectinload(Shipment.lines).joinedload(ShipmentLine.order_line).joinedload(OrderLine.product)
    whole = query.options(products.selectinload(Product.packs), joinedload(Shipment.order).joinedload(Order.customer))
    found = work.session.scalar(whole)
    if found is None:
        raise unknown(Kind.DELIVERY_NOTE, number)
    if found.state not in LEFT_THE_SHELF:
        said = "was cancelled: there is no delivery note" if found.state == "cancelled" else "has not been picked yet"
        raise NotFound(f"Shipment {found.number} {said}.", code="no_paper_yet")
    return found


def find_invoice(work: Work, number: str) -> Invoice:
    """An issued invoice with its lines; NotFound otherwise."""
    query = billing.visible_invoices(work).where(Invoice.number == require_role(work, Kind.INVOICE, number))
    related = (joinedload(Invoice.customer), joinedload(Invoice.order), joinedload(Invoice.shipment))
    found = work.session.scalar(query.options(selectinload(Invoice.lines), *related))
    if found is None:
        raise unknown(Kind.INVOICE, number)
    return found


def find_credit_note(work: Work, number: str) -> CreditNote:
    """A credit note with its lines; NotFound otherwise."""
    query = billing.visible_credit_notes(work).where(CreditNote.number == require_role(work, Kind.CREDIT_NOTE, number))
    related = (joinedload(CreditNote.customer), joinedload(CreditNote.order), joinedload(CreditNote.invoice))
    whole = query.options(selectinload(CreditNote.lines), joinedload(CreditNote.sales_return), *related)
    found = work.session.scalar(whole)
    if found is None:
        raise unknown(Kind.CREDIT_NOTE, number)
    return found


def find_purchase_order(work: Work, number: str) -> PurchaseOrder:
    """A purchase order with what its paper needs; NotFound otherwise."""
    query = purchasing.visible(work).where(PurchaseOrder.number == require_role(work, Kind.PURCHASE_ORDER, number))
    products = selectinload(PurchaseOrder.lines).joinedload(PurchaseOrderLine.product).selectinload(Product.packs)
    found = work.session.scalar(query.options(products, joinedload(PurchaseOrder.supplier)))
    if found is None:
        raise unknown(Kind.PURCHASE_ORDER, number)
    return found
