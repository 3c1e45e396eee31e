"""Reading invoices, payments and credit notes; authorization is in the query."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeVar

from sqlalchemy import BigInteger, ColumnElement, Select, and_, bindparam, func, not_, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from backend.billing.access import sees_all
from backend.billing.accounts import balance, statement
from backend.billing.schemas import DocumentLineOut
from backend.billing.states import OWED
from backend.billing.tables import CreditNote, Invoice, InvoiceLine, Payment, PaymentAllocation
from backend.customers.tables import Customer
from backend.database import Base
from backend.errors import NotFound
from backend.http.bodies import stored_money, stored_price
from backend.http.pages import with_room
from backend.sales.tables import Order, Shipment
from backend.work import Work

__all__ = [
    "balance",
    "credit_note",
    "credit_notes_page",
    "invoice",
    "invoices_page",
    "is_overdue",
    "lines_of",
    "payment",
    "payments_page",
    "statement",
    "visible_credit_notes",
    "visible_invoices",
    "visible_payments",
]

Row = TypeVar("Row", bound=Base)

_INVOICE: tuple[ORMOption, ...] = (
    joinedload(Invoice.customer),
    joinedload(Invoice.order),
    joinedload(Invoice.shipment),
    selectinload(Invoice.lines),
)
_LISTED: tuple[ORMOption, ...] = (
    joinedload(Invoice.customer).load_only(Customer.code),
    joinedload(Invoice.order).load_only(Order.number),
    joinedload(Invoice.shipment).load_only(Shipment.number),
)
_KEYS: Final = InvoiceLine.invoice_id.in_(bindparam("keys", expanding=True))
_COUNTS: Final = select(InvoiceLine.invoice_id, func.count()).where(_KEYS).group_by(InvoiceLine.invoice_id)
_LINE: Final = InvoiceLine.__table__.c
_LINES: Final = (
    select(
        _LINE.invoice_id,
        _LINE.position,
        _LINE.sku,
        _LINE.name,
        _LINE.quantity,
        _LINE.quantity_text,
        *(type_coerce(_LINE[name], BigInteger) for name in ("price", "tax_rate", "total")),
    )
    .where(_KEYS)
    .order_by(_LINE.invoice_id, _LINE.position)
)
_PAYMENT: tuple[ORMOption, ...] = (
    joinedload(Payment.customer),
    joinedload(Payment.refund_of),
    joinedload(Payment.credit_note),
    selectinload(Payment.allocations).joinedload(PaymentAllocation.invoice),
)
_CREDIT_NOTE: tuple[ORMOption, ...] = (
    joinedload(CreditNote.customer),
    joinedload(CreditNote.order),
    joinedload(CreditNote.invoice),
    joinedload(CreditNote.sales_return),
    selectinload(CreditNote.lines),
    selectinload(CreditNote.refunds),
)


def visible_invoices(work: Work) -> Select[Invoice]:
    """The issued invoices the principal may see: their own company's, or all with the permission, or none."""
    return _own(work, select(Invoice).where(Invoice.state != "draft"), Invoice.customer_id)


def visible_payments(work: Work) -> Select[Payment]:
    """The payments the principal may see, likewise."""
    return _own(work, select(Payment), Payment.customer_id)


def visible_credit_notes(work: Work) -> Select[CreditNote]:
    """The credit notes the principal may see, likewise."""
    return _own(work, select(CreditNote), CreditNote.customer_id)


def _own(work: Work, query: Select[Row], owner: InstrumentedAttribute[int]) -> Select[Row]:
    return query if sees_all(work) else query.where(owner == (work.principal.customer_id or -1))


def invoice(work: Work, number: str) -> Invoice:
    """A visible invoice; NotFound for an unknown one and for another customer's alike."""
    query = visible_invoices(work).where(Invoice.number == number.strip().upper()).options(*_INVOICE)
    return _found(work, query, f"I can't find an invoice {number[:30]} of yours.", "unknown_invoice")


def payment(work: Work, number: str) -> Payment:
    """A visible payment or refund; NotFound likewise."""
    query = visible_payments(work).where(Payment.number == number.strip().upper()).options(*_PAYMENT)
    return _found(work, query, f"I can't find a payment {number[:30]} of yours.", "unknown_payment")


def credit_note(work: Work, number: str) -> CreditNote:
    """A visible credit note; NotFound likewise."""
    query = visible_credit_notes(work).where(CreditNote.number == number.strip().upper()).options(*_CREDIT_NOTE)
    return _found(work, query, f"I can't find a credit note {number[:30]} of yours.", "unknown_credit_note")


def _found(work: Work, query: Select[Row], sentence: str, code: str) -> Row:
    row = work.session.scalar(query)
    if row is None:
        raise NotFound(sentence, code=code)
    return row


def is_overdue(work: Work) -> ColumnElement[bool]:
    """That an invoice should have been paid by now; also before the day's job has marked it."""
    return and_(Invoice.state.in_(OWED), Invoice.due_date < work.clock.today())


def invoices_page(
    work: Work,
    *,
    customer_id: int | None = None,
    state: str | None = None,
    order: str | None = None,
    overdue: bool | None = None,
    before: int | None = None,
    limit: int,
    lines: bool = True,
    owed: bool = False,
) -> Sequence[Invoice]:
    """Visible invoices, newest key first, below the key ``before``; those not wholly paid where ``owed``. Without
    ``lines``, ``lines_of`` reads those.
    """
    query = visible_invoices(work)
    if owed:
        query = query.where(Invoice.state.in_(OWED), Invoice.outstanding > 0)
    if order is not None:
        query = query.join(Order, Order.id == Invoice.order_id).where(Order.number == order.strip().upper())
    if overdue is not None:
        query = query.where(is_overdue(work) if overdue else not_(is_overdue(work)))
    if state is not None:
        query = query.where(Invoice.state == state)
    return _page(work, query, Invoice, _INVOICE if lines else _LISTED, customer_id, before, limit)


def lines_of(work: Work, invoices: Sequence[Invoice]) -> dict[int, list[DocumentLineOut]]:
    """The lines of as many of these invoices as a page has room for, from the first on, by the invoice's key."""
    if not invoices:
        return {}
    keys = [invoice.id for invoice in invoices]
    counts = {key: count for key, count in work.session.execute(_COUNTS, {"keys": keys})}  # noqa: C416 - rows are no tuples
    keys = with_room(keys, counts)
    found: dict[int, list[DocumentLineOut]] = {key: [] for key in keys}
    rows = work.session.execute(_LINES, {"keys": keys})
    for key, position, sku, name, quantity, quantity_text, price, tax_rate, total in rows:
        found[key].append(
            {
                "position": position,
                "sku": sku,
                "name": name,
                "quantity": quantity,
                "quantity_text": quantity_text,
                "price": stored_price(price),
                "tax_rate": stored_price(tax_rate),
                "total": stored_money(total),
            }
        )
    return found


def payments_page(
    work: Work,
    *,
    customer_id: int | None = None,
    state: str | None = None,
    kind: str | None = None,
    before: int | None = None,
    limit: int,
) -> Sequence[Payment]:
    """Visible payments and refunds, newest key first."""
    query = visible_payments(work)
    if state is not None:
        query = query.where(Payment.state == state)
    if kind is not None:
        query = query.where(Payment.kind == kind)
    return _page(work, query, Payment, _PAYMENT, customer_id, before, limit)


def credit_notes_page(
    work: Work,
    *,
    customer_id: int | None = None,
    order: str | None = None,
    before: int | None = None,
    limit: int,
) -> Sequence[CreditNote]:
    """Visible credit notes, newest key first."""
    query = visible_credit_notes(work)
    if order is not None:
        query = query.join(Order, Order.id == CreditNote.order_id).where(Order.number == order.strip().upper())
    return _page(work, query, CreditNote, _CREDIT_NOTE, customer_id, before, limit)


def _page(
    work: Work,
    query: Select[Any],
    table: type[Invoice | Payment | CreditNote],
    options: Sequence[ORMOption],
    customer_id: int | None,
    before: int | None,
    limit: int,
) -> Sequence[Any]:
    if customer_id is not None:
        query = query.where(table.customer_id == customer_id)
    if before is not None:
        query = query.where(table.id < before)
    return work.session.scalars(query.options(*options).order_by(table.id.desc()).limit(limit)).unique().all()
