"""Refunds: what stands to a customer's credit goes back the way it came."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from sqlalchemy import func, select

from backend.billing.access import on_behalf_of, require_billing
from backend.billing.amounts import pennies, require_amount
from backend.billing.tables import CreditNote, Goodwill, Invoice, Payment, PaymentAllocation
from backend.company.service import next_number, record
from backend.errors import Conflict
from backend.events.service import publish
from backend.identity.permissions import Permission
from backend.identity.tables import User
from backend.locks import lock, lock_all
from backend.money import shown
from backend.sales.totals import ZERO
from backend.work import Work

ON_ACCOUNT: Final = "account"
_CAME_IN: Final = ("settled", "refunded")


def refund(work: Work, credit_note: CreditNote, method: str | None = None, amount: Decimal | None = None) -> Payment:
    """Give a customer back what a credit note still leaves, or a part of it, as pending payments of kind refund.

    It goes back to the payments of the credit note's order, at most as much as each of them paid of it; the first
    refund is returned, the others are among ``credit_note.refunds``. ``method``: only to payments of this method; None
    and "account" mean whatever they were. What was never paid in money (or bounced) is not refunded: it stays as
    credit. Conflict (more_than_left, nothing_to_refund, another_method) where less or nothing is left, or where it was
    paid in another way, and for goodwill. The customer's own people may ask for it too: what they ask for waits, like
    any refund, until our people say that it has gone out.
    """
    require_refunding(work, credit_note.customer_id)
    wanted = None if amount is None else require_amount(amount)
    paid_by = hold(work, credit_note)
    if work.session.scalar(select(Goodwill.id).where(Goodwill.credit_note_id == credit_note.id)) is not None:
        sentence = "A goodwill credit is not paid out: it is set off against the next invoice."
        raise Conflict(sentence, code="nothing_to_refund")
    wanted = credit_note.left if wanted is None else wanted
    if not 0 < wanted <= credit_note.left:
        left = shown(credit_note.left, credit_note.currency)
        raise Conflict(f"{left} of {credit_note.number} is left to refund.", code="more_than_left")
    parts = list(_parts(work, credit_note, paid_by, method, wanted))
    made = [_refund(work, credit_note, original, way, part) for original, way, part in parts]
    credit_note.version += 1
    work.session.flush()
    return made[0]


def refund_spare(work: Work, payment: Payment, amount: Decimal | None = None) -> Payment:
    """Give back what a payment left over, or a part of it, as a pending payment of kind refund.

    Conflict (more_than_left) for more than is left. Who may is as for credit notes.
    """
    require_refunding(work, payment.customer_id)
    wanted = None if amount is None else require_amount(amount)
    lock(work.session, payment)
    left = payment.unallocated if payment.state == "settled" else ZERO
    wanted = left if wanted is None else wanted
    if not 0 < wanted <= left:
        raise Conflict(f"{shown(left, payment.currency)} of {payment.number} is left to refund.", code="more_than_left")
    payment.given_back += wanted
    payment.version += 1
    made = _begin(work, payment, payment.method, wanted)
    work.session.flush()
    return made


def require_refunding(work: Work, customer_id: int) -> None:
    """NotAllowed but for who keeps our books, who handles returns, and the customer's own people who may order."""
    own = work.principal.customer_id == customer_id and work.principal.may(Permission.ORDER)
    if not own:
        require_billing(work, besides=Permission.HANDLE_RETURNS)


def asked_by_customer(work: Work, refund: Payment) -> bool:
    """Whether a refund is what the customer's own people asked for, and not what ours began."""
    by = work.session.get(User, refund.created_by_id) if refund.created_by_id is not None else None
    return by is not None and by.customer_id == refund.customer_id


def hold(work: Work, credit_note: CreditNote) -> list[Payment]:
    """Lock a credit note with what it can be refunded to: the payments of its order that came in."""
    paid_by = [one for one in lock_all(work.session, payments_of(work, credit_note)) if one.state in _CAME_IN]
    lock(work.session, credit_note)
    return paid_by


def payments_of(work: Work, note: CreditNote) -> list[Payment]:
    """The payments of the order's invoices that came in."""
    if note.order_id is None:
        return []
    pays = (
        select(PaymentAllocation.payment_id)
        .join(Invoice, Invoice.id == PaymentAllocation.invoice_id)
        .where(Invoice.order_id == note.order_id)
    )
    query = select(Payment).where(Payment.id.in_(pays), Payment.kind == "payment")
    return list(work.session.scalars(query.where(Payment.state.in_(_CAME_IN)).order_by(Payment.id)))


def _parts(
    work: Work, note: CreditNote, paid_by: Sequence[Payment], method: str | None, wanted: Decimal
) -> Iterator[tuple[Payment | None, str, Decimal]]:
    """Which payment gives back how much; the one that can give most comes first.

    Goods that left before there were invoices here were paid elsewhere: their credit goes back as it was agreed.
    """
    named = None if method in (None, ON_ACCOUNT) else method
    can = {payment: _refundable(work, note, payment) for payment in paid_by}
    can = {payment: most for payment, most in can.items() if most > 0}
    if not can and _was_invoiced(work, note):
        sentence = "Nothing that was paid for this order is left to go back; the rest stays as credit."
        raise Conflict(sentence, code="nothing_to_refund")
    if not can:
        agreed = note.order.payment_method if note.order else ON_ACCOUNT
        yield None, (named if named and work.principal.may(Permission.BILL) else agreed), wanted
        return
    if named is not None and named not in {payment.method for payment in paid_by}:
        ways = " and ".join(sorted({payment.method for payment in can}))
        raise Conflict(f"It was paid by {ways}, and goes back the same way.", code="another_method")
    same = {payment: most for payment, most in can.items() if named in (None, payment.method)} or can
    for payment in sorted(same, key=lambda one: (-same[one], one.id)):
        part = min(wanted, same[payment])
        if part > 0:
            yield payment, payment.method, part
            wanted -= part


def _was_invoiced(work: Work, note: CreditNote) -> bool:
    found = select(Invoice.id).where(Invoice.order_id == note.order_id, Invoice.state != "draft").limit(1)
    return note.order_id is not None and work.session.scalar(found) is not None


def _refundable(work: Work, note: CreditNote, payment: Payment) -> Decimal:
    """What a payment paid of the credit note's order, less what of that has gone back or is about to."""
    paid = work.session.scalar(
        select(func.sum(PaymentAllocation.amount))
        .join(Invoice, Invoice.id == PaymentAllocation.invoice_id)
        .where(PaymentAllocation.payment_id == payment.id, Invoice.order_id == note.order_id)
    )
    back = work.session.scalar(
        select(func.sum(Payment.amount))
        .join(CreditNote, CreditNote.id == Payment.credit_note_id)
        .where(Payment.refund_of_id == payment.id, Payment.state != "failed", CreditNote.order_id == note.order_id)
    )
    return max(ZERO, (paid or ZERO) - (back or ZERO))


def _refund(work: Work, note: CreditNote, original: Payment | None, method: str, amount: Decimal) -> Payment:
    note.refunded += amount
    return _begin(work, original, method, amount, note)


def _begin(
    work: Work, original: Payment | None, method: str, amount: Decimal, note: CreditNote | None = None
) -> Payment:
    source = note if note is not None else original
    assert source is not None, "money goes back for something"
    made = Payment(
        number=next_number(work.session, "payment"),
        customer_id=source.customer_id,
        customer=source.customer,
        kind="refund",
        method=method,
        amount=amount,
        currency=source.currency,
        state="pending",
        reference=source.number,
        refund_of=original,
        credit_note=note,
        created_by_id=work.principal.user_id or None,
        created_at=work.clock.now(),
        version=1,
    )
    work.session.add(made)
    after = {
        "state": "pending",
        "amount": pennies(amount),
        "method": method,
        "credit_note": note.number if note else None,
        "refund_of": original.number if original else None,
    }
    whose = on_behalf_of(work, made.customer_id)
    record(work, "payment.refund_begun", "payment", made.number, after=after, on_behalf_of=whose)
    if whose is None:
        payload = {"number": made.number, "currency": made.currency, **after}
        publish(work, "payment.refund_requested", "payment", made.number, payload, customer_id=made.customer_id)
    return made
