"""A customer's credit given back as money: the oldest first, each the way it came, as far as money may go back."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import select

from backend.billing.amounts import require_amount
from backend.billing.refunds import payments_of, refund, refund_spare, require_refunding
from backend.billing.setting_off import open_notes, spare_payments
from backend.billing.tables import CreditNote, Payment
from backend.customers.tables import Customer
from backend.errors import Conflict
from backend.locks import lock_all, lock_customer
from backend.money import shown
from backend.sales.totals import ZERO
from backend.work import Work

Source = Payment | CreditNote


def give_back(
    work: Work, customer: Customer, amount: Decimal | None = None, only: Source | None = None
) -> list[Payment]:
    """Refund a customer's credit, or an amount of it (``only``: of one document), as pending payments of kind refund.

    Goodwill and what was never paid in money stay as credit. Conflict (nothing_to_refund) where nothing can go back,
    (more_than_left) where less can than is asked for: then the transaction is not to be committed.
    """
    require_refunding(work, customer.id)
    wanted = None if amount is None else require_amount(amount)
    made: list[Payment] = []
    for source in _held(work, customer, only):
        rest = None if wanted is None else wanted - _sum(made)
        if rest is None or rest > 0:
            made += _from(work, source, rest)
    total = _sum(made)
    if not made:
        raise Conflict(f"{customer.name} has no credit that can be paid out.", code="nothing_to_refund")
    if wanted is not None and total < wanted:
        sentence = f"{shown(total, made[0].currency)} can be paid out, not {shown(wanted, made[0].currency)}."
        raise Conflict(sentence, code="more_than_left")
    return made


def _sum(made: Sequence[Payment]) -> Decimal:
    return sum((one.amount for one in made), ZERO)


def _held(work: Work, customer: Customer, only: Source | None) -> list[Source]:
    """What makes up the credit, locked with the payments it goes back to, the oldest first."""
    lock_customer(work.session, customer.id)
    notes = [one for one in open_notes(work, customer.id) if only is None or one is only]
    spare = [one for one in spare_payments(work, customer.id) if only is None or one is only]
    came = {one.id: one for one in [*spare, *(payment for note in notes for payment in payments_of(work, note))]}
    lock_all(work.session, came.values())
    lock_all(work.session, notes)
    found: list[Source] = [*spare, *notes]
    return sorted(found, key=_age)


def _age(source: Source) -> tuple[object, int, bool]:
    if isinstance(source, CreditNote):
        return source.issued_at, source.id, True
    return source.settled_at or source.created_at, source.id, False


def _from(work: Work, source: Source, most: Decimal | None) -> list[Payment]:
    """The refunds of one document, none where nothing of it goes back as money."""
    if isinstance(source, Payment):
        return [refund_spare(work, source, source.unallocated if most is None else min(source.unallocated, most))]
    before = select(Payment.id).where(Payment.credit_note_id == source.id)
    known = set(work.session.scalars(before))
    try:
        refund(work, source, amount=source.left if most is None else min(source.left, most))
    except Conflict:
        return []
    rows = select(Payment).where(Payment.credit_note_id == source.id, Payment.id.not_in(known)).order_by(Payment.id)
    return list(work.session.scalars(rows))
