"""Reading returns, and what has become of their money; authorization is in the query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import joinedload, lazyload, load_only, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from backend.billing.tables import CreditNote, Invoice, InvoiceLine, Payment, PaymentAllocation
from backend.catalogue.tables import Product
from backend.company.service import currency
from backend.customers.tables import Customer
from backend.errors import NotFound
from backend.identity.permissions import Permission
from backend.returns.money import ReturnMoney, moneys, notes_of
from backend.sales.tables import Order, OrderLine, SalesReturn, SalesReturnLine, Shipment, ShipmentLine
from backend.sales.totals import ZERO
from backend.stock.queries import main_warehouse
from backend.stock.tables import Warehouse
from backend.work import Work
from backend.working_days import add_working_days

SETTLED_WITHIN: Final = 5  # working days, once the goods are here
WAITING_FOR: Final = {"requested": "approval", "approved": "goods", "received": "settlement"}
_LINES = selectinload(SalesReturn.lines)
_EXCHANGE = selectinload(SalesReturn.exchange_order).selectinload(Order.lines)
_WHOLE = (  # no outer joins: a return is locked as it was loaded
    selectinload(SalesReturn.customer),
    selectinload(SalesReturn.order),
    _EXCHANGE,
    _LINES.joinedload(SalesReturnLine.product),
    _LINES.joinedload(SalesReturnLine.exchange_product),
    _LINES.joinedload(SalesReturnLine.order_line),
)
_NAMED = (load_only(Product.sku, Product.name, Product.options), lazyload(Product.category))
_CREDITED = (  # what it takes to say what is credited of an order's line
    OrderLine.order_id,
    OrderLine.position,
    OrderLine.product_id,
    OrderLine.price,
    OrderLine.tax_rate,
    OrderLine.quantity,
    OrderLine.shipped,
    OrderLine.invoiced,
)
_LISTED = (
    joinedload(SalesReturn.customer).load_only(Customer.code, Customer.name),
    joinedload(SalesReturn.order).load_only(Order.number, Order.payment_method),
    _EXCHANGE,
)
_LISTED_LINES: Final = (  # put together here, which takes half the time of having it done
    select(SalesReturnLine, Product, OrderLine)
    .join(Product, Product.id == SalesReturnLine.product_id)
    .outerjoin(OrderLine, OrderLine.id == SalesReturnLine.order_line_id)
    .where(SalesReturnLine.return_id.in_(bindparam("keys", expanding=True)))
    .options(
        *_NAMED,
        load_only(*_CREDITED),
        selectinload(SalesReturnLine.exchange_product).options(*_NAMED),  # most have none
    )
    .order_by(SalesReturnLine.id)
)


def visible(work: Work) -> Select[SalesReturn]:
    """The returns the principal may see: their own company's, or all with the permission, or none."""
    query = select(SalesReturn)
    if work.principal.may(Permission.SEE_ALL_ORDERS):
        return query
    return query.where(SalesReturn.customer_id == (work.principal.customer_id or -1))


def by_number(work: Work, number: str) -> SalesReturn:
    """A visible return with its lines; NotFound for an unknown one and for another customer's alike."""
    wanted = number.strip().upper()
    found = None
    if wanted.isprintable():  # PostgreSQL takes no NUL
        found = work.session.scalar(visible(work).where(SalesReturn.number == wanted).options(*_WHOLE))
    if found is None:
        raise NotFound(f"I can't find a return {number[:30]} of yours.", code="unknown_return")
    return found


def page(
    work: Work,
    *,
    customer_id: int | None = None,
    order_id: int | None = None,
    state: str | None = None,
    before: int | None = None,
    limit: int,
) -> Sequence[SalesReturn]:
    """Visible returns, newest key first, below the key ``before``."""
    query = visible(work).options(*_LISTED).order_by(SalesReturn.id.desc()).limit(limit)
    if customer_id is not None:
        query = query.where(SalesReturn.customer_id == customer_id)
    if order_id is not None:
        query = query.where(SalesReturn.order_id == order_id)
    if state is not None:
        query = query.where(SalesReturn.state == state)
    if before is not None:
        query = query.where(SalesReturn.id < before)
    found = work.session.scalars(query).all()
    _give_lines(work, found)
    return found


def _give_lines(work: Work, returns: Sequence[SalesReturn]) -> None:
    lines: dict[int, list[SalesReturnLine]] = {row.id: [] for row in returns}
    for line, product, sold in work.session.execute(_LISTED_LINES, {"keys": list(lines)}) if lines else ():
        set_committed_value(line, "product", product)
        set_committed_value(line, "order_line", sold)
        lines[line.return_id].append(line)
    for row in returns:
        set_committed_value(row, "lines", lines[row.id])


@dataclass(frozen=True)
class RefundStatus:
    """What has become of the money of a return, in facts a sentence is made of.

    ``amount`` (with tax) is what is credited, or will be if all comes that was announced; of it ``refunded`` went back
    by ``method``, ``applied`` was set off against invoices and ``on_account`` stands to the customer's credit.
    ``waiting_for``: approval, goods, settlement, or None where nothing more is to come; ``by`` is the day by which we
    settle, once the goods are here.
    """

    number: str
    state: str
    status: str
    resolution: str
    currency: str
    amount: Decimal
    refunded: Decimal
    applied: Decimal
    on_account: Decimal
    method: str
    waiting_for: str | None
    by: date | None
    settled_at: datetime | None
    credit_note: str | None
    payment: str | None
    payment_state: str | None


def refund_status(work: Work, sales_return: SalesReturn) -> RefundStatus:
    """What has become of the money of a return."""
    return refund_statuses(work, [sales_return])[0]


def refund_statuses(work: Work, returns: Sequence[SalesReturn]) -> list[RefundStatus]:
    """The same for several returns, in a handful of queries."""
    return [status for status, _ in statuses_and_money(work, returns)]


def statuses_and_money(work: Work, returns: Sequence[SalesReturn]) -> list[tuple[RefundStatus, ReturnMoney]]:
    """What has become of the money of returns, and what they come to."""
    notes = notes_of(work, returns)
    of_notes = Payment.credit_note_id.in_([note.id for note in notes.values()])
    paid_back = select(Payment).where(of_notes, Payment.kind == "refund").order_by(Payment.id)
    refunds = {payment.credit_note_id: payment for payment in work.session.scalars(paid_back)} if notes else {}
    of_return = {row.id: refunds[note.id] for row in returns if (note := notes.get(row.id)) and note.id in refunds}
    asked = original_methods(work, [row for row in returns if row.resolution == "refund" and row.id not in of_return])
    found = []
    for row, sums in zip(returns, moneys(work, returns, notes), strict=True):
        refund = of_return.get(row.id)
        method = refund.method if refund and row.resolution == "refund" else asked.get(row.id, "account")
        found.append((_status(work, row, sums, notes.get(row.id), refund, method), sums))
    return found


def _status(
    work: Work,
    sales_return: SalesReturn,
    sums: ReturnMoney,
    note: CreditNote | None,
    refund: Payment | None,
    method: str,
) -> RefundStatus:
    received = sales_return.state == "received" and sales_return.returned_at is not None
    expected = ZERO if sales_return.state == "rejected" else sums.credit.total
    return RefundStatus(
        number=sales_return.number,
        state=sales_return.state,
        status=said_state(sales_return, refund),
        resolution=sales_return.resolution,
        currency=note.currency if note else currency(work.session),
        amount=note.total if note else expected,
        refunded=note.refunded if note else ZERO,
        applied=note.applied if note else ZERO,
        on_account=note.left if note else ZERO,
        method=method,
        waiting_for=WAITING_FOR.get(sales_return.state),
        by=_by(work, sales_return) if received else None,
        settled_at=sales_return.settled_at,
        credit_note=note.number if note else None,
        payment=refund.number if refund else None,
        payment_state=refund.state if refund else None,
    )


def _by(work: Work, sales_return: SalesReturn) -> date:
    assert sales_return.returned_at is not None, "it is here"
    return add_working_days(work.clock.date_of(sales_return.returned_at), SETTLED_WITHIN)


def said_state(sales_return: SalesReturn, refund: Payment | None = None) -> str:
    """One short phrase: "approved, waiting for the goods", "refunded", …"""
    if sales_return.state == "requested":
        return "waiting for our approval"
    if sales_return.state == "approved":
        ordered = sales_return.exchange_order is not None
        return f"approved, {'the replacement is ordered, ' if ordered else ''}waiting for the goods"
    if sales_return.state == "received":
        return "the goods are here, the credit is being made out"
    if sales_return.state == "rejected":
        return "rejected"
    if sales_return.resolution == "exchange":
        return "exchanged"
    if refund is None or refund.withdrawn:
        return "credited"
    return {"settled": "refunded", "failed": "the refund failed"}.get(refund.state, "the refund is on its way")


def original_methods(work: Work, returns: Sequence[SalesReturn]) -> dict[int, str]:
    """How the returned goods were paid, by the return's key; what was not paid yet, as its order was to be."""
    whose = {line.order_line_id: row.id for row in returns for line in row.lines if line.order_line_id is not None}
    paid: dict[int, str] = {}
    if whose:
        payments = (
            select(InvoiceLine.order_line_id, Payment.method)
            .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
            .join(PaymentAllocation, PaymentAllocation.invoice_id == Invoice.id)
            .join(Payment, Payment.id == PaymentAllocation.payment_id)
            .where(InvoiceLine.order_line_id.in_(whose), Payment.kind == "payment", Payment.state == "settled")
            .order_by(Payment.id)
        )
        paid = {whose[line_id]: method for line_id, method in work.session.execute(payments) if line_id is not None}
    return {row.id: paid.get(row.id) or _agreed_method(row) for row in returns}


def _agreed_method(sales_return: SalesReturn) -> str:
    order = sales_return.order or next((line.order_line.order for line in sales_return.lines if line.order_line), None)
    return order.payment_method if order else "account"


def shipped_from(work: Work, sales_return: SalesReturn) -> Warehouse:
    """The warehouse that last sent such goods to the customer, where that is known; otherwise the main one."""
    sold = [line.order_line for line in sales_return.lines if line.order_line is not None]
    sender = work.session.scalar(
        select(Warehouse)
        .join(Shipment, Shipment.warehouse_id == Warehouse.id)
        .join(ShipmentLine, ShipmentLine.shipment_id == Shipment.id)
        .where(
            Shipment.order_id.in_({line.order_id for line in sold}),
            ShipmentLine.order_line_id.in_([line.id for line in sold]),
            Shipment.state == "delivered",
        )
        .order_by(Shipment.id.desc())
        .limit(1)
    )
    return sender or main_warehouse(work.session)
