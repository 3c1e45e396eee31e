"""What of an order has been invoiced and credited so far. The caller holds the order."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from backend.billing.amounts import NOTHING, Amounts
from backend.billing.tables import CreditNote, Invoice
from backend.sales.tables import Order
from backend.sales.totals import ZERO
from backend.work import Work

DELIVERY: Final = "delivery"


@dataclass
class Invoiced:
    """Sums by order line, by tax rate, and of delivery."""

    lines: dict[Hashable, Amounts] = field(default_factory=dict)
    rates: dict[Hashable, Amounts] = field(default_factory=dict)
    delivery: Amounts = NOTHING

    def add(self, line_id: int | None, rate: Decimal, amounts: Amounts) -> None:
        """Count a line in."""
        if line_id is not None:
            self.lines[line_id] = self.lines.get(line_id, NOTHING) + amounts
        self.rates[rate] = self.rates.get(rate, NOTHING) + amounts

    def add_delivery(self, rate: Decimal, amounts: Amounts) -> None:
        """Count a delivery charge in."""
        self.delivery += amounts
        self.rates[rate] = self.rates.get(rate, NOTHING) + amounts

    def taxed(self, rounding: str) -> dict[Hashable, Amounts]:
        """What is rounded together: by rate for the rule "document", by line (and delivery) for "line"."""
        return {**self.lines, DELIVERY: self.delivery} if rounding == "line" else dict(self.rates)


def invoices_of(work: Work, order_ids: Iterable[int]) -> Sequence[Invoice]:
    """The issued invoices of orders with their lines, the oldest first."""
    query = (
        select(Invoice)
        .where(Invoice.order_id.in_(sorted(set(order_ids))), Invoice.state != "draft")
        .order_by(Invoice.id)
        .options(selectinload(Invoice.lines))
    )
    return work.session.scalars(query).all()


def invoiced(work: Work, order: Order) -> Invoiced:
    """What has been invoiced of an order, net of what was taken back otherwise than by a return.

    A lost shipment that is credited and sent again is invoiced again; it must come to the same in the end. What comes
    back by a return was sold all the same.
    """
    found = Invoiced()
    invoices = {invoice.id: invoice for invoice in invoices_of(work, [order.id])}
    for invoice in invoices.values():
        for line in invoice.lines:
            found.add(line.order_line_id, line.tax_rate, Amounts(line.quantity, line.total, line.tax))
        found.add_delivery(delivery_rate(invoice), delivery_of(invoice))
    notes = work.session.scalars(
        select(CreditNote)
        .where(CreditNote.invoice_id.in_(invoices), CreditNote.return_id.is_(None))
        .options(selectinload(CreditNote.lines))
    )
    for note in notes:
        for back in note.lines:
            found.add(back.order_line_id, back.tax_rate, Amounts(-back.quantity, -back.total, -back.tax))
        assert note.invoice_id is not None
        found.add_delivery(delivery_rate(invoices[note.invoice_id]), NOTHING - delivery_of(note))
    return found


def delivery_of(document: Invoice | CreditNote) -> Amounts:
    """The delivery charge of an invoice or a credit note; its tax is what the lines leave of all tax."""
    on_lines = sum((line.tax for line in document.lines), ZERO)
    return Amounts(net=document.delivery, tax=document.tax - on_lines)


def delivery_rate(invoice: Invoice) -> Decimal:
    """Delivery is taxed at the highest rate (``backend.sales.totals``)."""
    return max((Decimal(part["rate"]) for part in invoice.tax_breakdown), default=ZERO)
