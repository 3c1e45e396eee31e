"""Invoices, payments and credit notes as the API shows them."""

from __future__ import annotations

from collections.abc import Sequence

from backend.billing.schemas import (
    AllocationOut,
    CreditNoteOut,
    DocumentLineOut,
    GoodwillOut,
    InvoiceOut,
    PaymentOut,
    SetOffOut,
    TaxOut,
)
from backend.billing.tables import CreditNote, CreditNoteLine, Goodwill, Invoice, InvoiceLine, Payment
from backend.http.bodies import money_text, price_text


def shown_invoice(row: Invoice, lines: list[DocumentLineOut] | None = None) -> InvoiceOut:
    """An issued invoice; ``lines`` where they were read apart from it."""
    assert row.number is not None
    assert row.issued_at is not None
    return InvoiceOut(
        number=row.number,
        state=row.state,
        customer=row.customer.code,
        order=row.order.number,
        shipment=row.shipment.number if row.shipment else None,
        issued_at=row.issued_at,
        due_date=row.due_date,
        currency=row.currency,
        lines=_lines(row.lines) if lines is None else lines,
        goods=row.goods,
        delivery=row.delivery,
        tax=row.tax,
        tax_breakdown=[TaxOut.model_validate(part) for part in row.tax_breakdown],
        set_off=[SetOffOut.model_validate(part) for part in row.set_off],
        total=row.total,
        paid=row.paid,
        credited=row.credited,
        outstanding=row.outstanding,
        address=row.address,
        version=row.version,
    )


def shown_payment(row: Payment) -> PaymentOut:
    """A payment or a refund."""
    return PaymentOut(
        number=row.number,
        kind=row.kind,
        state=row.state,
        customer=row.customer.code,
        method=row.method,
        amount=row.amount,
        currency=row.currency,
        reference=row.reference,
        failure=row.failure,
        refund_of=row.refund_of.number if row.refund_of else None,
        credit_note=row.credit_note.number if row.credit_note else None,
        created_at=row.created_at,
        settled_at=row.settled_at,
        allocations=[AllocationOut(invoice=part.invoice.number or "", amount=part.amount) for part in row.allocations],
        unallocated=row.unallocated,
        version=row.version,
    )


def shown_credit_note(row: CreditNote) -> CreditNoteOut:
    """A credit note."""
    return CreditNoteOut(
        number=row.number,
        customer=row.customer.code,
        order=row.order.number if row.order else None,
        invoice=row.invoice.number if row.invoice else None,
        sales_return=row.sales_return.number if row.sales_return else None,
        reason=row.reason,
        issued_at=row.issued_at,
        currency=row.currency,
        lines=_lines(row.lines),
        goods=row.goods,
        delivery=row.delivery,
        tax=row.tax,
        tax_breakdown=[TaxOut.model_validate(part) for part in row.tax_breakdown],
        total=row.total,
        applied=row.applied,
        refunded=row.refunded,
        left=row.left,
        refunds=[payment.number for payment in row.refunds],
        address=row.address,
        version=row.version,
    )


def shown_goodwill(row: Goodwill) -> GoodwillOut:
    """A goodwill credit."""
    return GoodwillOut(
        number=row.number,
        state=row.state,
        customer=row.customer.code,
        order=row.order.number if row.order else None,
        amount=row.amount,
        currency=row.currency,
        reason=row.reason,
        credit_note=row.credit_note.number if row.credit_note else None,
        refusal=row.refusal,
        asked_by=row.asked_by.name,
        asked_at=row.asked_at,
        decided_by=row.decided_by.name if row.decided_by else None,
        decided_at=row.decided_at,
        version=row.version,
    )


def _lines(rows: Sequence[InvoiceLine | CreditNoteLine]) -> list[DocumentLineOut]:
    return [
        DocumentLineOut(
            position=row.position,
            sku=row.sku,
            name=row.name,
            quantity=row.quantity,
            quantity_text=row.quantity_text,
            price=price_text(row.price),
            tax_rate=price_text(row.tax_rate),
            total=money_text(row.total),
        )
        for row in rows
    ]
