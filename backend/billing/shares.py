"""What of order lines can still be credited, and taking credits from it. The caller holds the order."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select

from backend.billing.amounts import NOTHING, Amounts, credit
from backend.billing.tables import CreditNoteLine, Invoice, InvoiceLine
from backend.catalogue.quantities import said
from backend.catalogue.tables import Product
from backend.errors import Conflict
from backend.money import line_total, rounded
from backend.sales.tables import OrderLine
from backend.work import Work


@dataclass
class Share:
    """A part of an order line that can be credited: a line of an invoice, or what left before there were invoices."""

    order_line: OrderLine
    invoice: Invoice | None
    invoice_line: InvoiceLine | None
    whole: Amounts
    credited: Amounts

    @property
    def left(self) -> int:
        """How much of it has not been credited."""
        return self.whole.quantity - self.credited.quantity


def shares(work: Work, order_lines: Sequence[OrderLine], invoices: Sequence[Invoice]) -> list[Share]:
    """What can be credited of order lines, what was invoiced first at the front."""
    wanted = {line.id: line for line in order_lines}
    back = _credited(work, wanted)
    found = [
        Share(wanted[line.order_line_id], invoice, line, _whole(line), back.get((line.order_line_id, line.id), NOTHING))
        for invoice in invoices
        for line in invoice.lines
        if line.order_line_id in wanted
    ]
    for key, line in wanted.items():
        uninvoiced, before = line.shipped - line.invoiced, back.get((key, None), NOTHING)
        if uninvoiced > before.quantity:
            net = line_total(line.price, uninvoiced)
            whole = Amounts(uninvoiced, net, rounded(net * line.tax_rate))
            found.append(Share(line, None, None, whole, before))
    return found


def _whole(line: InvoiceLine) -> Amounts:
    return Amounts(line.quantity, line.total, line.tax)


def _credited(work: Work, order_line_ids: Collection[int]) -> dict[tuple[int | None, int | None], Amounts]:
    """By order line and the invoice line that was credited."""
    rows = work.session.execute(
        select(
            CreditNoteLine.order_line_id,
            CreditNoteLine.invoice_line_id,
            func.sum(CreditNoteLine.quantity),
            func.sum(CreditNoteLine.total),
            func.sum(CreditNoteLine.tax),
        )
        .where(CreditNoteLine.order_line_id.in_(order_line_ids))
        .group_by(CreditNoteLine.order_line_id, CreditNoteLine.invoice_line_id)
    )
    return {(line, billed): Amounts(int(quantity), net, tax) for line, billed, quantity, net, tax in rows}


@dataclass(frozen=True)
class Part:
    """What is credited of one thing; ``product`` None is the delivery charge."""

    product: Product | None
    price: Decimal
    rate: Decimal
    amounts: Amounts
    order_line_id: int | None = None
    invoice_line_id: int | None = None
    invoice: Invoice | None = None


def take(possible: Sequence[Share], line: OrderLine, quantity: int) -> list[Part]:
    """Credit so much of an order line from its shares, which count it as credited then. Conflict for more."""
    parts, left = [], quantity
    for share in possible:
        now = min(left, share.left) if share.order_line.id == line.id else 0
        if now <= 0:
            continue
        rate = share.invoice_line.tax_rate if share.invoice_line else line.tax_rate
        price = share.invoice_line.price if share.invoice_line else line.price
        amounts = credit(share.whole, share.credited, now, price, rate)
        share.credited += amounts
        billed = share.invoice_line.id if share.invoice_line else None
        parts.append(Part(line.product, price, rate, amounts, line.id, billed, share.invoice))
        left -= now
    if left:
        raise Conflict(
            f"Of {line.product.name} {said(line.product, quantity - left)} can be credited, "
            f"not {said(line.product, quantity)}: no more was invoiced, or the rest is credited already.",
            code="more_than_invoiced",
            sku=line.product.sku,
            left=quantity - left,
        )
    return parts
