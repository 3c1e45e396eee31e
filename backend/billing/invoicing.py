"""Invoicing: what a shipment brings is invoiced at the order's prices, under a number without gaps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from backend.billing import history, setting_off
from backend.billing.access import on_behalf_of, require_billing
from backend.billing.amounts import NOTHING, Amounts, Taxable, breakdown, next_net, pennies, taxes, total
from backend.billing.states import INVOICE
from backend.billing.tables import Invoice, InvoiceLine, Payment, PaymentAllocation
from backend.catalogue.quantities import said_with_packs
from backend.company.service import company, next_number, record
from backend.errors import Conflict
from backend.events.service import publish
from backend.identity.permissions import Permission
from backend.sales.locking import lock_without_stock
from backend.sales.tables import Order, OrderLine, Shipment
from backend.sales.terms import default_address, snapshot
from backend.sales.totals import ZERO
from backend.work import Work

ON_ACCOUNT = "account"


def invoice_shipment(work: Work, shipment: Shipment) -> Invoice | None:
    """Make and issue the invoice of a shipment whose lines count as shipped; None where nothing is left to invoice.

    Prices and tax rates are the order's; delivery comes with the first invoice. What stands to the customer's credit
    is set off against it; for the rest an order that is not on account gets a pending payment. The number is taken
    last. Conflict (already_invoiced) for a second time.
    """
    require_billing(work, besides=Permission.FULFIL)
    order = shipment.order
    lock_without_stock(work, order)
    if work.session.scalar(select(Invoice.id).where(Invoice.shipment_id == shipment.id)) is not None:
        raise Conflict(f"{shipment.number} is invoiced already.", code="already_invoiced")
    wanted = _wanted(shipment)
    if not wanted:
        return None
    invoice = _draft(work, order, shipment, wanted)
    work.session.add(invoice)
    for line, quantity in wanted:
        line.invoiced += quantity
    work.session.flush()
    used = setting_off.hold_credit(work, invoice)  # before the number, which is locked last
    invoice.set_off = [one.said() for one in used]
    _issue(work, invoice)
    setting_off.book(work, invoice, used)
    if order.payment_method != ON_ACCOUNT and invoice.outstanding > 0:
        _expect_payment(work, order, invoice)
    work.session.flush()
    return invoice


def address_of(work: Work, order: Order) -> dict[str, Any] | None:
    """Where an order's invoices go: the customer's invoice address as it is now, otherwise where the goods went."""
    own = snapshot(order.customer, default_address(work, order.customer, kind="invoice"))
    return own or order.delivery_address or snapshot(order.customer, default_address(work, order.customer))


def rounding_of(work: Work) -> str:
    """The company's rule: tax is rounded per "line" or per "document"."""
    row = company(work.session)
    return row.tax_rounding if row else "document"


def _wanted(shipment: Shipment) -> list[tuple[OrderLine, int]]:
    """How much of which line is to be invoiced: never more than has been shipped of it and not been invoiced."""
    packed: dict[int, int] = {}
    for part in shipment.lines:
        packed[part.order_line_id] = packed.get(part.order_line_id, 0) + part.quantity
    found = []
    for line in shipment.order.lines:
        quantity = min(packed.get(line.id, 0), line.shipped - line.invoiced)
        if quantity > 0:
            found.append((line, quantity))
    return found


def _draft(work: Work, order: Order, shipment: Shipment, wanted: Sequence[tuple[OrderLine, int]]) -> Invoice:
    delivery, lines, parts = _charged(work, order, wanted)
    sums = total(parts)
    days = order.customer.payment_days if order.payment_days is None else order.payment_days
    return Invoice(
        customer_id=order.customer_id,
        customer=order.customer,
        order_id=order.id,
        order=order,
        shipment_id=shipment.id,
        shipment=shipment,
        state="draft",
        due_date=work.clock.today() + timedelta(days=days),
        currency=order.currency,
        delivery=delivery,
        tax=sums.tax,
        total=sums.net + sums.tax,
        paid=ZERO,
        credited=ZERO,
        tax_breakdown=breakdown(parts),
        address=address_of(work, order),
        lines=lines,
        version=1,
    )


def _charged(
    work: Work, order: Order, wanted: Sequence[tuple[OrderLine, int]]
) -> tuple[Decimal, list[InvoiceLine], list[tuple[Decimal, Amounts]]]:
    """The delivery charge, the lines, and the (rate, amounts) that the invoice adds up."""
    before = history.invoiced(work, order)
    rounding = rounding_of(work)
    nets = [next_net(line.price, before.lines.get(line.id, NOTHING), quantity) for line, quantity in wanted]
    delivery, rate = max(ZERO, order.delivery - before.delivery.net), _delivery_rate(order)
    by_line = rounding == "line"
    entries = [
        Taxable(line.id if by_line else line.tax_rate, line.tax_rate, net)
        for (line, _), net in zip(wanted, nets, strict=True)
    ]
    charged = Taxable(history.DELIVERY if by_line else rate, rate, delivery)
    *on_lines, on_delivery = taxes([*entries, charged], before.taxed(rounding))
    lines = [
        _line(order_line, quantity, net, tax, position)
        for position, ((order_line, quantity), net, tax) in enumerate(zip(wanted, nets, on_lines, strict=True), start=1)
    ]
    parts = [(line.tax_rate, Amounts(line.quantity, line.total, line.tax)) for line in lines]
    if delivery:
        parts.append((rate, Amounts(net=delivery, tax=on_delivery)))
    return delivery, lines, parts


def _delivery_rate(order: Order) -> Decimal:
    """The highest among the lines that are delivered, as the order's own total has it."""
    going = [line.tax_rate for line in order.lines if line.quantity > line.cancelled]
    return max(going or [line.tax_rate for line in order.lines], default=ZERO)


def _line(line: OrderLine, quantity: int, net: Decimal, tax: Decimal, position: int) -> InvoiceLine:
    product = line.product
    return InvoiceLine(
        order_line_id=line.id,
        position=position,
        sku=product.sku,
        name=product.name[:200],
        quantity=quantity,
        quantity_text=said_with_packs(product, list(product.packs), quantity)[:80],
        price=line.price,
        list_price=line.list_price,
        discount=line.discount,
        tax_rate=line.tax_rate,
        tax=tax,
        total=net,
    )


def _issue(work: Work, invoice: Invoice) -> None:
    """Take the next number; one that comes to nothing is paid at once."""
    number = next_number(work.session, "invoice")
    invoice.number, invoice.state = number, INVOICE.require(invoice.state, "issued")
    invoice.issued_at = work.clock.now()
    work.session.flush()
    facts: Mapping[str, Any] = {
        "order": invoice.order.number,
        "shipment": invoice.shipment.number if invoice.shipment else None,
        "total": pennies(invoice.total),
        "tax": pennies(invoice.tax),
        "currency": invoice.currency,
        "due_date": str(invoice.due_date),
        "set_off": invoice.set_off,
        "lines": [[line.sku, line.quantity, f"{line.price:f}", pennies(line.total)] for line in invoice.lines],
    }
    whose = on_behalf_of(work, invoice.customer_id)
    record(work, "invoice.issued", "invoice", number, after={"state": "issued", **facts}, on_behalf_of=whose)
    publish(work, "invoice.issued", "invoice", number, {"number": number, **facts}, customer_id=invoice.customer_id)
    if not invoice.total:
        invoice.state = INVOICE.require(invoice.state, "paid")


def _expect_payment(work: Work, order: Order, invoice: Invoice) -> None:
    """What is to be paid in another way than on account is a pending payment until it is settled or fails."""
    payment = Payment(
        number=next_number(work.session, "payment"),
        customer_id=order.customer_id,
        kind="payment",
        method=order.payment_method,
        amount=invoice.outstanding,
        currency=invoice.currency,
        state="pending",
        reference=invoice.number,
        created_by_id=work.principal.user_id or None,
        created_at=work.clock.now(),
        allocations=[PaymentAllocation(invoice=invoice, amount=invoice.outstanding)],
        version=1,
    )
    work.session.add(payment)
    after = {"state": "pending", "amount": pennies(payment.amount), "method": payment.method, "invoice": invoice.number}
    whose = on_behalf_of(work, order.customer_id)
    record(work, "payment.expected", "payment", payment.number, after=after, on_behalf_of=whose)
