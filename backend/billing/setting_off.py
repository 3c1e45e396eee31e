"""Setting a customer's credit off against a new invoice: the oldest open credit first, as far as it goes.

Credit is what credit notes leave and what payments left over. What has been asked back (a refund that is on its way)
is no credit any more. The company may have it done by hand instead (``Company.set_off_credit``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select, type_coerce

from backend.billing.access import on_behalf_of
from backend.billing.amounts import pennies
from backend.billing.standing import Move, move
from backend.billing.tables import CreditNote, Invoice, Payment, PaymentAllocation
from backend.company.service import company, record
from backend.database import Amount
from backend.locks import lock_all
from backend.work import Work


@dataclass(frozen=True)
class Used:
    """How much of a payment or a credit note goes towards an invoice."""

    source: Payment | CreditNote
    amount: Decimal

    def said(self) -> dict[str, str]:
        """As the invoice keeps it."""
        kind = "payment" if isinstance(self.source, Payment) else "credit_note"
        return {"kind": kind, "number": self.source.number, "amount": pennies(self.amount)}


def hold_credit(work: Work, invoice: Invoice) -> list[Used]:
    """What of the customer's credit pays an invoice that is about to be issued, the oldest first; held from here on."""
    row = company(work.session)
    if (row is not None and not row.set_off_credit) or not invoice.total:
        return []
    money = lock_all(work.session, spare_payments(work, invoice.customer_id))
    notes = lock_all(work.session, open_notes(work, invoice.customer_id))
    found: list[tuple[datetime, int, Payment | CreditNote, Decimal]] = []
    found += [(one.settled_at or one.created_at, one.id, one, one.unallocated) for one in money]
    found += [(one.issued_at, one.id, one, one.left) for one in notes]
    used, owed = [], invoice.total
    for _, _, source, left in sorted(found, key=lambda each: (each[0], each[1], isinstance(each[2], CreditNote))):
        part = min(left, owed)
        if part > 0:
            used.append(Used(source, part))
            owed -= part
    return used


def book(work: Work, invoice: Invoice, used: Sequence[Used]) -> None:
    """Count what was held towards an invoice that has its number now."""
    for one in used:
        if isinstance(one.source, Payment):
            _pay(work, one.source, invoice, one.amount)
        else:
            _credit(work, one.source, invoice, one.amount)


def _pay(work: Work, payment: Payment, invoice: Invoice, amount: Decimal) -> None:
    before = {str(part.invoice.number): pennies(part.amount) for part in payment.allocations}
    payment.allocations.append(PaymentAllocation(invoice=invoice, amount=amount))
    payment.version += 1
    move(work, [Move(invoice, paid=amount)])
    after = {"paid": {**before, str(invoice.number): pennies(amount)}, "at_issue": True}
    whose = on_behalf_of(work, payment.customer_id)
    record(
        work, "payment.allocated", "payment", payment.number, before={"paid": before}, after=after, on_behalf_of=whose
    )


def _credit(work: Work, note: CreditNote, invoice: Invoice, amount: Decimal) -> None:
    before = {"applied": pennies(note.applied)}
    note.applied += amount
    note.version += 1
    move(work, [Move(invoice, credited=amount)])
    after = {"applied": pennies(note.applied), "invoices": {str(invoice.number): pennies(amount)}, "at_issue": True}
    whose = on_behalf_of(work, note.customer_id)
    record(work, "credit_note.applied", "credit_note", note.number, before=before, after=after, on_behalf_of=whose)


def spare_payments(work: Work, customer_id: int) -> Sequence[Payment]:
    """Money that came in and pays nothing yet, all or in part."""
    allocated = (
        select(func.coalesce(func.sum(PaymentAllocation.amount), 0))
        .where(PaymentAllocation.payment_id == Payment.id)
        .scalar_subquery()
    )
    spare = type_coerce(Payment.amount - Payment.given_back - allocated, Amount)
    query = select(Payment).where(
        Payment.customer_id == customer_id, Payment.kind == "payment", Payment.state == "settled", spare > 0
    )
    return work.session.scalars(query).all()


def open_notes(work: Work, customer_id: int) -> Sequence[CreditNote]:
    """Credit notes that stand to the customer's credit, all or in part."""
    return work.session.scalars(
        select(CreditNote).where(CreditNote.customer_id == customer_id, CreditNote.left > 0)
    ).all()
