"""Goodwill credits: given by those who bill, with a reason; above a limit they wait for a manager.

What is granted is a credit note without lines and without tax, as it takes no sale back. It is set off against what
is owed for the order it names, the rest against the customer's next invoice; it is not paid out.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from backend.billing.access import require_billing
from backend.billing.amounts import pennies, require_amount
from backend.billing.credit_notes import About, issue_amount
from backend.billing.credits import hold_orders
from backend.billing.states import GOODWILL
from backend.billing.tables import Goodwill
from backend.company.service import currency, next_number, record
from backend.customers.tables import Customer
from backend.errors import Conflict, Invalid, NotFound
from backend.events.service import publish
from backend.identity.permissions import Permission
from backend.locks import lock, lock_customer
from backend.sales.tables import Order
from backend.sales.totals import ZERO
from backend.work import Work

COUNTED_TOGETHER: Final = timedelta(days=30)


def ask(work: Work, customer: Customer, amount: Decimal, reason: str, order: Order | None = None) -> Goodwill:
    """Credit an amount as goodwill: at once within the limit of who asks, otherwise it waits for a manager.

    Invalid for no amount of money and without a reason, Conflict (another_customers) for an order of another customer.
    """
    require_billing(work)
    amount, why = require_amount(amount), _reason(reason)
    if order is not None and order.customer_id != customer.id:
        raise Conflict(f"{order.number} is another customer's.", code="another_customers", order=order.number)
    lock_customer(work.session, customer.id)
    found = Goodwill(
        customer_id=customer.id,
        customer=customer,
        order_id=order.id if order else None,
        order=order,
        state="requested",
        amount=amount,
        currency=currency(work.session),
        reason=why,
        asked_by_id=work.principal.user_id,
        asked_at=work.clock.now(),
        version=1,
    )
    if within_limit(work, customer, amount):
        _credit(work, found)
    found.number = next_number(work.session, "goodwill")
    work.session.add(found)
    work.session.flush()
    _tell(work, found, None)
    return found


def grant(work: Work, goodwill: Goodwill) -> Goodwill:
    """Agree to a goodwill credit that waits. NotAllowed but for managers, Conflict where it is decided already."""
    _hold(work, goodwill, "granted")
    _credit(work, goodwill)
    return _decided(work, goodwill)


def refuse(work: Work, goodwill: Goodwill, reason: str) -> Goodwill:
    """Say no to one that waits, with a reason for who asked; likewise."""
    why = _reason(reason)
    _hold(work, goodwill, "refused")
    goodwill.state, goodwill.refusal = GOODWILL.require(goodwill.state, "refused"), why
    goodwill.decided_by_id, goodwill.decided_at = work.principal.user_id, work.clock.now()
    return _decided(work, goodwill)


def by_number(work: Work, number: str) -> Goodwill:
    """One of them; NotFound for who does not bill too: it is no document of the customer's."""
    query = select(Goodwill).where(Goodwill.number == number.strip().upper())
    row = work.session.scalar(query) if work.principal.may(Permission.BILL) else None
    if row is None:
        raise NotFound(f"There is no goodwill credit {number[:30]}.", code="unknown_goodwill")
    return row


def page(
    work: Work, *, customer_id: int | None = None, state: str | None = None, before: int | None = None, limit: int
) -> Sequence[Goodwill]:
    """Goodwill credits, newest first; none for who does not bill."""
    if not work.principal.may(Permission.BILL):
        return []
    query = select(Goodwill).options(
        joinedload(Goodwill.customer),
        joinedload(Goodwill.order),
        joinedload(Goodwill.credit_note),
        joinedload(Goodwill.asked_by),
        joinedload(Goodwill.decided_by),
    )
    if customer_id is not None:
        query = query.where(Goodwill.customer_id == customer_id)
    if state is not None:
        query = query.where(Goodwill.state == state)
    if before is not None:
        query = query.where(Goodwill.id < before)
    return work.session.scalars(query.order_by(Goodwill.id.desc()).limit(limit)).all()


def hold(work: Work, goodwill: Goodwill) -> None:
    """Lock a goodwill credit, so that it is decided once."""
    lock_customer(work.session, goodwill.customer_id)
    lock(work.session, goodwill)


def require_deciding(work: Work) -> None:
    """NotAllowed but for managers."""
    sentence = "A goodwill credit above the limit is granted or refused by our managers."
    work.principal.require(Permission.RELEASE_HOLDS, sentence)


def _hold(work: Work, goodwill: Goodwill, wanted: str) -> None:
    require_deciding(work)
    hold(work, goodwill)
    GOODWILL.require(goodwill.state, wanted)


def within_limit(work: Work, customer: Customer, amount: Decimal) -> bool:
    """Whether it needs no manager's yes. What the same person gave the same customer lately counts too, so that no
    limit is passed in small steps.
    """
    limit = work.principal.goodwill_limit
    if limit is None:
        return True
    given = work.session.scalar(
        select(func.sum(Goodwill.amount)).where(
            Goodwill.customer_id == customer.id,
            Goodwill.state == "granted",
            Goodwill.asked_by_id == work.principal.user_id,
            Goodwill.asked_at > work.clock.now() - COUNTED_TOGETHER,
        )
    )
    return (given or ZERO) + amount <= limit


def _credit(work: Work, goodwill: Goodwill) -> None:
    order = goodwill.order
    invoices = hold_orders(work, [order]) if order else []
    note = issue_amount(work, About(goodwill.customer, goodwill.reason, order), goodwill.amount, invoices)
    goodwill.credit_note_id, goodwill.credit_note = note.id, note
    goodwill.state = GOODWILL.require(goodwill.state, "granted")
    goodwill.decided_by_id, goodwill.decided_at = work.principal.user_id, work.clock.now()


def _decided(work: Work, goodwill: Goodwill) -> Goodwill:
    goodwill.version += 1
    work.session.flush()
    _tell(work, goodwill, "requested")
    return goodwill


def _tell(work: Work, goodwill: Goodwill, before: str | None) -> None:
    after: dict[str, Any] = {
        "state": goodwill.state,
        "amount": pennies(goodwill.amount),
        "reason": goodwill.reason,
        "order": goodwill.order.number if goodwill.order else None,
        "credit_note": goodwill.credit_note.number if goodwill.credit_note else None,
        "refusal": goodwill.refusal,
    }
    kind, number, whose = f"goodwill.{goodwill.state}", goodwill.number, goodwill.customer_id
    earlier = {"state": before} if before else None
    record(work, kind, "goodwill", number, before=earlier, after=after, on_behalf_of=whose)
    publish(
        work, kind, "goodwill", number, {"number": number, "currency": goodwill.currency, **after}, customer_id=whose
    )


def _reason(reason: str) -> str:
    found = reason.strip()[:200]
    if not found:
        raise Invalid("Please say why; the customer reads it.", code="reason_missing")
    return found
