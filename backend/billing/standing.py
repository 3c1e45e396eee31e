"""Where an invoice stands after money has moved: its state follows from its figures and the day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from backend.billing.access import on_behalf_of
from backend.billing.amounts import pennies
from backend.billing.states import INVOICE, OWED
from backend.billing.tables import Invoice
from backend.company.service import record
from backend.errors import Conflict
from backend.events.service import publish
from backend.money import shown
from backend.work import Work


def state_of(total: Decimal, paid: Decimal, credited: Decimal, due_date: date | None, today: date) -> str:
    """The state an issued invoice is in."""
    if paid + credited >= total:
        return "credited" if total and credited == total else "paid"
    if due_date is not None and due_date < today:
        return "overdue"
    return "part_paid" if paid else "issued"


@dataclass(frozen=True)
class Move:
    """Money onto an invoice, or (below zero) off it again."""

    invoice: Invoice
    paid: Decimal = Decimal(0)
    credited: Decimal = Decimal(0)


def move(work: Work, moves: Iterable[Move]) -> None:
    """Change what is paid and credited of invoices that are locked, and bring their states up to it."""
    for one in moves:
        before = figures(one.invoice)
        one.invoice.paid += one.paid
        one.invoice.credited += one.credited
        _follow(work, one.invoice, before)


def follow_the_day(work: Work, invoice: Invoice) -> bool:
    """Bring the state of a locked invoice up to what day it is; whether that changed it."""
    before = figures(invoice)
    if _state(invoice, work.clock.today()) == invoice.state:
        return False
    _follow(work, invoice, before)
    return True


def figures(invoice: Invoice) -> dict[str, str]:
    """What of an invoice changes, for the record."""
    return {"state": invoice.state, "paid": pennies(invoice.paid), "credited": pennies(invoice.credited)}


def _state(invoice: Invoice, today: date) -> str:
    """Credit from elsewhere that was set off when it was issued pays it; it does not take it back."""
    elsewhere = invoice.set_off_notes
    paid, credited = invoice.paid + elsewhere, invoice.credited - elsewhere
    return state_of(invoice.total, paid, credited, invoice.due_date, today)


def _follow(work: Work, invoice: Invoice, before: dict[str, str]) -> None:
    assert invoice.number is not None, "drafts are not paid"
    state = _state(invoice, work.clock.today())
    if state != before["state"]:
        invoice.state = INVOICE.require(invoice.state, state)
    invoice.version += 1
    kind = f"invoice.{state}" if state != before["state"] else "invoice.changed"
    whose = on_behalf_of(work, invoice.customer_id)
    record(work, kind, "invoice", invoice.number, before=before, after=figures(invoice), on_behalf_of=whose)
    if state != before["state"] and state in ("paid", "overdue"):
        payload = {
            "number": invoice.number,
            "order": invoice.order.number,
            "total": pennies(invoice.total),
            "outstanding": pennies(invoice.outstanding),
            "due_date": str(invoice.due_date) if invoice.due_date else None,
        }
        publish(work, f"invoice.{state}", "invoice", invoice.number, payload, customer_id=invoice.customer_id)


def require_owed(invoice: Invoice, amount: Decimal) -> None:
    """Conflict unless so much of a locked invoice is still to be paid."""
    if invoice.state not in OWED or amount > invoice.outstanding:
        left = shown(invoice.outstanding if invoice.state in OWED else Decimal(0), invoice.currency)
        raise Conflict(
            f"Of {invoice.number} {left} is still to be paid, not {shown(amount, invoice.currency)}.",
            code="more_than_owed",
            invoice=invoice.number,
        )
