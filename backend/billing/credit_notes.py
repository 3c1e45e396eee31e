"""Making out a credit note, and setting it off against what is owed. The caller holds the order and its invoices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from backend.billing.access import on_behalf_of
from backend.billing.amounts import breakdown, pennies, total
from backend.billing.invoicing import address_of
from backend.billing.shares import Part
from backend.billing.standing import Move, move
from backend.billing.states import OWED
from backend.billing.tables import CreditNote, CreditNoteLine, Invoice
from backend.catalogue.quantities import said
from backend.company.service import currency, next_number, record
from backend.customers.tables import Customer
from backend.events.service import publish
from backend.sales.tables import Order, SalesReturn
from backend.sales.terms import default_address, snapshot
from backend.sales.totals import ZERO
from backend.work import Work


@dataclass(frozen=True)
class About:
    """Whose credit it is, and what for."""

    customer: Customer
    reason: str
    order: Order | None = None
    sales_return: SalesReturn | None = None
    invoice: Invoice | None = None


def issue(work: Work, about: About, parts: Sequence[Part], invoices: Iterable[Invoice]) -> CreditNote:
    """Make out a credit note, set off against what is owed on the invoices; the number is taken last."""
    entries = [(part.rate, part.amounts) for part in parts]
    sums = total(entries)
    note = _blank(work, about, sums.net + sums.tax)
    note.invoice = about.invoice or _only_invoice(parts)
    note.delivery = sum((part.amounts.net for part in parts if part.product is None), ZERO)
    note.tax = sums.tax
    note.tax_breakdown = breakdown(entries)
    note.lines = [_line(part, position) for position, part in enumerate(_goods(parts), start=1)]
    return _issue(work, note, _owed(note.total, about.invoice, invoices))


def issue_amount(work: Work, about: About, amount: Decimal, invoices: Iterable[Invoice]) -> CreditNote:
    """A credit note over an amount that takes nothing back and so has neither lines nor tax, set off likewise."""
    note = _blank(work, about, amount)
    return _issue(work, note, _owed(amount, None, invoices))


def _blank(work: Work, about: About, amount: Decimal) -> CreditNote:
    return CreditNote(
        customer_id=about.customer.id,
        customer=about.customer,
        order_id=about.order.id if about.order else None,
        order=about.order,
        return_id=about.sales_return.id if about.sales_return else None,
        sales_return=about.sales_return,
        reason=about.reason[:200],
        issued_at=work.clock.now(),
        currency=currency(work.session),
        delivery=ZERO,
        tax=ZERO,
        total=amount,
        applied=ZERO,
        refunded=ZERO,
        tax_breakdown=[],
        address=_address(work, about),
        version=1,
    )


def _issue(work: Work, note: CreditNote, applied: Mapping[Invoice, Decimal]) -> CreditNote:
    set_off(work, note, applied)
    note.number = next_number(work.session, "credit_note")
    work.session.add(note)
    _tell(work, note, applied)
    work.session.flush()
    return note


def set_off(work: Work, note: CreditNote, amounts: Mapping[Invoice, Decimal]) -> None:
    """Count so much of a credit note towards each invoice."""
    in_order = sorted(amounts, key=lambda invoice: invoice.id)
    move(work, [Move(invoice, credited=amounts[invoice]) for invoice in in_order])
    note.applied += sum(amounts.values(), ZERO)


def said_amounts(amounts: Mapping[Invoice, Decimal]) -> dict[str, str]:
    """How much goes to which invoice, for the record."""
    return {str(invoice.number): pennies(amount) for invoice, amount in amounts.items()}


def _owed(amount: Decimal, first: Invoice | None, invoices: Iterable[Invoice]) -> dict[Invoice, Decimal]:
    """The invoice that is credited comes first, then what is due first."""
    found: dict[Invoice, Decimal] = {}
    for invoice in sorted(invoices, key=lambda one: (one is not first, one.due_date or date.max, one.id)):
        part = min(amount, invoice.outstanding) if invoice.state in OWED else ZERO
        if part > 0:
            found[invoice] = part
            amount -= part
    return found


def _only_invoice(parts: Sequence[Part]) -> Invoice | None:
    """The one invoice that all of it was on."""
    found = {part.invoice for part in parts}
    return found.pop() if len(found) == 1 else None


def _address(work: Work, about: About) -> dict[str, Any] | None:
    if about.order is not None:
        return address_of(work, about.order)
    own = default_address(work, about.customer, kind="invoice") or default_address(work, about.customer)
    return snapshot(about.customer, own)


def _goods(parts: Sequence[Part]) -> Sequence[Part]:
    return [part for part in parts if part.product is not None]


def _line(part: Part, position: int) -> CreditNoteLine:
    assert part.product is not None
    return CreditNoteLine(
        order_line_id=part.order_line_id,
        invoice_line_id=part.invoice_line_id,
        position=position,
        sku=part.product.sku,
        name=part.product.name[:200],
        quantity=part.amounts.quantity,
        quantity_text=said(part.product, part.amounts.quantity)[:80],
        price=part.price,
        tax_rate=part.rate,
        tax=part.amounts.tax,
        total=part.amounts.net,
    )


def _tell(work: Work, note: CreditNote, applied: Mapping[Invoice, Decimal]) -> None:
    facts = {
        "order": note.order.number if note.order else None,
        "invoice": note.invoice.number if note.invoice else None,
        "return": note.sales_return.number if note.sales_return else None,
        "reason": note.reason,
        "total": pennies(note.total),
        "tax": pennies(note.tax),
        "currency": note.currency,
        "applied": said_amounts(applied),
        "left": pennies(note.left),
        "lines": [[line.sku, line.quantity, f"{line.price:f}", pennies(line.total)] for line in note.lines],
    }
    whose = on_behalf_of(work, note.customer_id)
    record(work, "credit_note.issued", "credit_note", note.number, after=facts, on_behalf_of=whose)
    payload = {"number": note.number, **facts}
    publish(work, "credit_note.issued", "credit_note", note.number, payload, customer_id=note.customer_id)
