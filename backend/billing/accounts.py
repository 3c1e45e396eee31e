"""What a customer owes and has to its credit: the balance, and the statement that leads to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import accumulate
from typing import Final

from sqlalchemy import ColumnElement, and_, func, select, true, type_coerce
from sqlalchemy.orm import InstrumentedAttribute

from backend.billing.access import sees_all
from backend.billing.states import OWED
from backend.billing.tables import CreditNote, Invoice, Payment, PaymentAllocation
from backend.company.service import currency
from backend.customers.tables import Customer
from backend.database import Amount
from backend.errors import Invalid, NotFound
from backend.sales import checking
from backend.sales.totals import ZERO
from backend.work import Work

MOST_ENTRIES: Final = 2_000
_CAME_IN: Final = ("settled", "refunded")


@dataclass(frozen=True)
class Balance:
    """``outstanding`` on invoices, of it ``overdue``; ``credit`` is what we owe: payments over and credit notes.

    ``exposure`` is what is owed and on order without an invoice yet, which ``limit`` (None: no bound) is held against.
    """

    currency: str
    outstanding: Decimal
    overdue: Decimal
    credit: Decimal
    limit: Decimal | None
    exposure: Decimal


@dataclass(frozen=True)
class Entry:
    """One line of a statement: an invoice, payment, refund or credit note; ``amount`` below zero lessens the debt.

    ``balance`` is what is owed after it; below zero it is the customer's credit. ``set_off`` is how much of an invoice
    was paid from credit when it was issued, which moves nothing on the account; None for what is no invoice.
    """

    day: date
    kind: str
    number: str
    amount: Decimal
    balance: Decimal
    set_off: Decimal | None = None


@dataclass(frozen=True)
class Statement:
    """What happened on an account since a day; ``closing`` is what is outstanding less what is credit."""

    currency: str
    since: date
    opening: Decimal
    entries: tuple[Entry, ...]
    closing: Decimal


def balance(work: Work, customer: Customer) -> Balance:
    """What a customer owes and has to its credit now; NotFound for a customer that is not the principal's to see."""
    _require_visible(work, customer)
    outstanding = work.session.scalar(
        select(func.sum(Invoice.outstanding)).where(Invoice.customer_id == customer.id, Invoice.state.in_(OWED))
    )
    return Balance(
        currency=currency(work.session),
        outstanding=outstanding or ZERO,
        overdue=checking.overdue(work, customer),
        credit=_credit(work, customer),
        limit=customer.credit_limit,
        exposure=checking.exposure(work, customer),
    )


def _credit(work: Work, customer: Customer) -> Decimal:
    """What payments leave over and what credit notes leave."""
    came_in = and_(Payment.customer_id == customer.id, Payment.kind == "payment", Payment.state.in_(_CAME_IN))
    paid = work.session.scalar(
        select(func.sum(type_coerce(Payment.amount - Payment.given_back, Amount))).where(came_in)
    )
    allocated = work.session.scalar(
        select(func.sum(PaymentAllocation.amount))
        .join(Payment, Payment.id == PaymentAllocation.payment_id)
        .where(came_in)
    )
    left = work.session.scalar(select(func.sum(CreditNote.left)).where(CreditNote.customer_id == customer.id))
    return (paid or ZERO) - (allocated or ZERO) + (left or ZERO)


def statement(work: Work, customer: Customer, since: date) -> Statement:
    """What was invoiced, paid, refunded and credited since a day, with what was owed before and after each.

    A payment counts from the day it came in, one that failed not at all; a refund from the day it was begun, as it is
    no credit any more then. Invalid where it would be longer than anybody reads.
    """
    _require_visible(work, customer)
    start = work.clock.start_of(since)
    opening = sum((_sum_before(work, customer, source, start) for source in _sources()), ZERO)
    rows = sorted(row for source in _sources() for row in _since(work, customer, source, start))
    if len(rows) > MOST_ENTRIES:
        sentence = f"That statement has more than {MOST_ENTRIES:,} entries. Please ask for a later day."
        raise Invalid(sentence, code="statement_too_long")
    used = _set_off(work, [row.number for row in rows if row.kind == "invoice"])
    balances = list(accumulate((row.amount for row in rows), initial=opening))
    entries = tuple(
        Entry(work.clock.date_of(row.at), row.kind, row.number, row.amount, after, used.get(row.number))
        for row, after in zip(rows, balances[1:], strict=True)
    )
    return Statement(currency(work.session), since, opening, entries, balances[-1])


def _set_off(work: Work, numbers: Sequence[str]) -> dict[str, Decimal]:
    found = work.session.scalars(select(Invoice).where(Invoice.number.in_(numbers))) if numbers else ()
    return {str(invoice.number): invoice.set_off_total for invoice in found}


@dataclass(frozen=True)
class _Source:
    """A kind of document, its columns, which of its rows count, and whether they add to the debt."""

    kind: str
    number: InstrumentedAttribute[str] | InstrumentedAttribute[str | None]
    customer_id: InstrumentedAttribute[int]
    at: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]
    amount: InstrumentedAttribute[Decimal]
    counts: ColumnElement[bool]
    adds: bool


def _sources() -> tuple[_Source, ...]:
    notes, sums = CreditNote.customer_id, CreditNote.total
    came_in = and_(Payment.kind == "payment", Payment.state.in_(_CAME_IN))
    went_back = and_(Payment.kind == "refund", Payment.state != "failed")
    return (
        _Source(
            "invoice",
            Invoice.number,
            Invoice.customer_id,
            Invoice.issued_at,
            Invoice.total,
            Invoice.state != "draft",
            adds=True,
        ),
        _Source("credit_note", CreditNote.number, notes, CreditNote.issued_at, sums, true(), adds=False),
        _Source(
            "payment", Payment.number, Payment.customer_id, Payment.settled_at, Payment.amount, came_in, adds=False
        ),
        _Source(
            "refund", Payment.number, Payment.customer_id, Payment.created_at, Payment.amount, went_back, adds=True
        ),
    )


@dataclass(frozen=True, order=True)
class _Row:
    at: datetime
    kind: str
    number: str
    amount: Decimal


def _sum_before(work: Work, customer: Customer, source: _Source, start: datetime) -> Decimal:
    query = select(func.sum(source.amount)).where(source.customer_id == customer.id, source.counts, source.at < start)
    found = work.session.scalar(query) or ZERO
    return found if source.adds else -found


def _since(work: Work, customer: Customer, source: _Source, start: datetime) -> Iterator[_Row]:
    query = (
        select(source.at, source.number, source.amount)
        .where(source.customer_id == customer.id, source.counts, source.at >= start)
        .limit(MOST_ENTRIES + 1)
    )
    for at, number, amount in work.session.execute(query):
        assert at is not None, "what counts has happened"
        assert number is not None, "and has a number"
        yield _Row(at, source.kind, number, amount if source.adds else -amount)


def _require_visible(work: Work, customer: Customer) -> None:
    if not sees_all(work) and work.principal.customer_id != customer.id:
        raise NotFound(f"There is no customer {customer.code}.", code="unknown_customer")
