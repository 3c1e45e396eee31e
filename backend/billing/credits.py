"""Credit notes: goods that came back, shipments that were lost, invoices that were wrong.

Each takes back what was invoiced, line by line at the price that was paid, and never more than that in all. It is set
off against what is owed for the order first; what is left stands to the customer's credit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from sqlalchemy import func, select

from backend.billing.access import on_behalf_of, require_billing
from backend.billing.amounts import Amounts, pennies, require_amount
from backend.billing.credit_notes import About, issue, said_amounts, set_off
from backend.billing.history import delivery_of, delivery_rate, invoices_of
from backend.billing.shares import Part, Share, shares, take
from backend.billing.standing import require_owed
from backend.billing.tables import CreditNote, Invoice
from backend.company.service import record
from backend.errors import Conflict, Invalid
from backend.identity.permissions import Permission
from backend.locks import lock, lock_all
from backend.money import line_total, shown
from backend.sales.locking import lock_without_stock
from backend.sales.tables import Order, SalesReturn, SalesReturnLine, Shipment
from backend.sales.totals import ZERO
from backend.work import Work


def credit_return(work: Work, sales_return: SalesReturn) -> CreditNote:
    """Credit what came back: each line at the price and tax it was invoiced at, what was invoiced first at the front.

    Conflict (already_credited, more_than_invoiced) where that was done before or is more than was sold.
    """
    require_billing(work, besides=Permission.HANDLE_RETURNS)
    came = [line for line in sales_return.lines if line.quantity]
    sold = {line.order_line.id: line.order_line for line in came if line.order_line}
    orders = {line.order.id: line.order for line in sold.values()}
    invoices = hold_orders(work, orders.values())
    if work.session.scalar(select(CreditNote.id).where(CreditNote.return_id == sales_return.id)) is not None:
        raise Conflict(f"{sales_return.number} is credited already.", code="already_credited")
    possible = shares(work, list(sold.values()), invoices)
    parts = []
    for line in came:
        parts += _of_return(line, possible)
    if not parts:
        raise Conflict(f"Nothing of {sales_return.number} came back.", code="nothing_to_credit")
    order = sales_return.order or (next(iter(orders.values())) if len(orders) == 1 else None)
    reason = sales_return.reason or f"Return {sales_return.number}"
    about = About(sales_return.customer, reason, order, sales_return)
    return issue(work, about, parts, invoices)


def credit_shipment(work: Work, shipment: Shipment, reason: str) -> CreditNote:
    """Credit all that is left of a shipment, such as a lost one: its invoice with its delivery charge.

    One that left before there were invoices here is credited at the order's prices.
    """
    require_billing(work, besides=Permission.FULFIL)
    order = shipment.order
    invoices = hold_orders(work, [order])
    invoice = next((one for one in invoices if one.shipment_id == shipment.id), None)
    if invoice is not None:
        return _credit_whole(work, invoice, _reason(reason), invoices)
    packed = [part.order_line for part in shipment.lines]
    possible = [share for share in shares(work, packed, []) if share.invoice is None]
    parts = []
    for line in shipment.lines:
        quantity = min(line.quantity, sum(one.left for one in possible if one.order_line.id == line.order_line_id))
        if quantity:
            parts += take(possible, line.order_line, quantity)
    if not parts:
        raise Conflict(f"Nothing of {shipment.number} is left to credit.", code="nothing_to_credit")
    return issue(work, About(order.customer, _reason(reason), order), parts, invoices)


def credit_invoice(work: Work, invoice: Invoice, reason: str, lines: Mapping[int, int] | None = None) -> CreditNote:
    """Credit all that is left of an invoice, or quantities by line position (then without its delivery charge).

    Invalid for a line it does not have, Conflict (more_than_invoiced, nothing_to_credit) for more than is left.
    """
    require_billing(work)
    why = _reason(reason)
    invoices = hold(work, invoice)
    if lines is None:
        return _credit_whole(work, invoice, why, invoices)
    if not lines:
        raise Invalid("Say which lines are credited, or leave them out for all of them.", code="no_lines")
    possible = _shares_of(work, invoice)
    known = {share.invoice_line.position: share for share in possible if share.invoice_line}
    parts = []
    for position, quantity in sorted(lines.items()):
        if position not in known:
            raise Invalid(f"{invoice.number} has no line {position}.", code="unknown_line", position=position)
        if quantity < 1:
            raise Invalid(f"Line {position}: at least 1.", code="quantity_too_small", position=position)
        parts += take([known[position]], known[position].order_line, quantity)
    about = About(invoice.customer, why, invoice.order, invoice=invoice)
    return issue(work, about, parts, invoices)


def apply(work: Work, credit_note: CreditNote, amounts: Mapping[Invoice, Decimal]) -> CreditNote:
    """Set off what is left of a credit note against invoices. Conflict for more than is left, or than is owed."""
    require_billing(work)
    if not amounts:
        raise Invalid("Say which invoices it is set off against, and how much of each.", code="no_lines")
    wanted = {invoice: require_amount(amount) for invoice, amount in amounts.items()}
    hold_for(work, credit_note, wanted)
    if sum(wanted.values(), ZERO) > credit_note.left:
        left = shown(credit_note.left, credit_note.currency)
        raise Conflict(f"Only {left} of {credit_note.number} is left.", code="more_than_left")
    for invoice, amount in wanted.items():
        if invoice.customer_id != credit_note.customer_id:
            raise Conflict(f"{invoice.number} is another customer's.", code="another_customers", invoice=invoice.number)
        require_owed(invoice, amount)
    before = {"applied": pennies(credit_note.applied)}
    set_off(work, credit_note, wanted)
    credit_note.version += 1
    after = {"applied": pennies(credit_note.applied), "invoices": said_amounts(wanted)}
    number, whose = credit_note.number, on_behalf_of(work, credit_note.customer_id)
    record(work, "credit_note.applied", "credit_note", number, before=before, after=after, on_behalf_of=whose)
    work.session.flush()
    return credit_note


def hold_for(work: Work, credit_note: CreditNote, invoices: Iterable[Invoice]) -> None:
    """Lock a credit note with the invoices it is to be set off against."""
    lock_all(work.session, invoices)
    lock(work.session, credit_note)


def hold(work: Work, invoice: Invoice) -> Sequence[Invoice]:
    """Lock an invoice with all that crediting it touches: its order, and the invoices of that."""
    return hold_orders(work, [invoice.order])


def hold_orders(work: Work, orders: Iterable[Order]) -> Sequence[Invoice]:
    """One credit of an order at a time. The orders' invoices, locked and read again."""
    found = sorted(orders, key=lambda order: order.id)
    for order in found:
        lock_without_stock(work, order)
    return lock_all(work.session, invoices_of(work, [order.id for order in found]))


def _of_return(line: SalesReturnLine, possible: Sequence[Share]) -> list[Part]:
    """Goods of an order that is not known are credited at the price agreed, without tax."""
    if line.order_line is not None:
        return take(possible, line.order_line, line.quantity)
    amounts = Amounts(line.quantity, line_total(line.price, line.quantity))
    return [Part(line.product, line.price, ZERO, amounts)]


def _shares_of(work: Work, invoice: Invoice) -> list[Share]:
    billed = {line.order_line_id for line in invoice.lines}
    sold = [line for line in invoice.order.lines if line.id in billed]
    return [share for share in shares(work, sold, [invoice]) if share.invoice is not None]


def _credit_whole(work: Work, invoice: Invoice, reason: str, invoices: Sequence[Invoice]) -> CreditNote:
    parts = []
    possible = _shares_of(work, invoice)
    for share in possible:
        if share.left:
            parts += take([share], share.order_line, share.left)
    delivery = _delivery_left(work, invoice)
    if delivery.net:
        rate = delivery_rate(invoice)
        parts.append(Part(None, delivery.net, rate, delivery, invoice=invoice))
    if not parts:
        raise Conflict(f"{invoice.number} is credited already.", code="nothing_to_credit")
    return issue(work, About(invoice.customer, reason, invoice.order, invoice=invoice), parts, invoices)


def _delivery_left(work: Work, invoice: Invoice) -> Amounts:
    """The delivery charge goes back whole or not at all."""
    back = work.session.scalar(select(func.sum(CreditNote.delivery)).where(CreditNote.invoice_id == invoice.id))
    return Amounts() if back else delivery_of(invoice)


def _reason(reason: str) -> str:
    found = reason.strip()[:200]
    if not found:
        raise Invalid("Please say why it is credited; the customer reads it.", code="reason_missing")
    return found
