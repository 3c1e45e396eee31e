"""Payments: money that comes in, the invoices it pays, and money that fails to come.

Whoever changes what a payment pays holds its customer, then the invoices in key order, then the payment
(``backend.locks``), so that what is paid and credited never comes to more than was invoiced.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from backend.billing.access import on_behalf_of, require_billing
from backend.billing.amounts import pennies, require_amount
from backend.billing.refunds import asked_by_customer, refund, require_refunding
from backend.billing.standing import Move, move, require_owed
from backend.billing.states import OWED, PAYMENT
from backend.billing.tables import WITHDRAWN, Invoice, Payment, PaymentAllocation
from backend.company.service import currency, next_number, record
from backend.customers.tables import Customer
from backend.errors import Conflict, Invalid
from backend.events.service import publish
from backend.locks import lock, lock_all, lock_customer
from backend.money import shown
from backend.sales.totals import ZERO
from backend.work import Work

__all__ = ["allocate", "fail", "hold", "record_payment", "refund", "settle", "withdraw", "withdraw_all"]


def record_payment(
    work: Work,
    customer: Customer,
    amount: Decimal,
    method: str,
    reference: str | None = None,
    invoices: Sequence[Invoice] | None = None,
) -> Payment:
    """Record money that came in: it pays the named invoices in their order, or what is due first.

    What is over stays on the payment as the customer's credit. Invalid for no amount of money, Conflict for an invoice
    that is not the customer's or not owed.
    """
    require_billing(work)
    amount = require_amount(amount)
    way = _method(method)
    lock_customer(work.session, customer.id)
    chosen = _chosen(work, customer, invoices)
    payment = Payment(
        customer_id=customer.id,
        customer=customer,
        kind="payment",
        method=way,
        amount=amount,
        currency=currency(work.session),
        state="pending",
        reference=_short(reference, 80),
        created_by_id=work.principal.user_id or None,
        created_at=work.clock.now(),
        allocations=_spread(amount, chosen),
        version=1,
    )
    _pay(work, payment)
    payment.number = next_number(work.session, "payment")
    work.session.add(payment)
    _tell_settled(work, payment, None)
    work.session.flush()
    return payment


def _chosen(work: Work, customer: Customer, invoices: Sequence[Invoice] | None) -> list[Invoice]:
    """The invoices that money is to pay, in the order in which it does, locked."""
    if not invoices:
        found = list(_owed(work, customer))
        lock_all(work.session, found)
        return found
    named = list(dict.fromkeys(invoices))
    lock_all(work.session, named)
    for invoice in named:
        _require_of(customer.id, invoice)
        require_owed(invoice, ZERO)
    return named


def _owed(work: Work, customer: Customer) -> Sequence[Invoice]:
    """What a customer owes, what is due first at the front."""
    query = select(Invoice).where(Invoice.customer_id == customer.id, Invoice.state.in_(OWED))
    return work.session.scalars(query.order_by(Invoice.due_date, Invoice.id)).all()


def _spread(amount: Decimal, invoices: Iterable[Invoice]) -> list[PaymentAllocation]:
    found, left = [], amount
    for invoice in invoices:
        part = min(left, invoice.outstanding) if invoice.state in OWED else ZERO
        if part > 0:
            found.append(PaymentAllocation(invoice=invoice, invoice_id=invoice.id, amount=part))
            left -= part
    return found


def hold(work: Work, payment: Payment, invoices: Iterable[Invoice] = ()) -> None:
    """Lock a payment with all that settling, failing or allocating it to some invoices touches."""
    lock_customer(work.session, payment.customer_id)
    pays = select(PaymentAllocation.invoice_id).where(PaymentAllocation.payment_id == payment.id)
    touched = {invoice.id: invoice for invoice in invoices}
    touched |= {one.id: one for one in work.session.scalars(select(Invoice).where(Invoice.id.in_(pays)))}
    lock_all(work.session, touched.values())
    original = payment.refund_of
    lock_all(work.session, [payment, *([original] if original else [])])
    if payment.credit_note is not None:
        lock(work.session, payment.credit_note)


def settle(work: Work, payment: Payment) -> Payment:
    """Say that a pending payment has come in, or that a pending refund has arrived.

    A payment pays what it was meant to pay as far as that is still owed; what is over is the customer's credit.
    """
    require_billing(work)
    hold(work, payment)
    PAYMENT.require(payment.state, "settled")
    payment.version += 1
    if payment.kind == "refund":
        _settle_refund(work, payment)
    else:
        for part in list(payment.allocations):
            part.amount = min(part.amount, part.invoice.outstanding if part.invoice.state in OWED else ZERO)
            if not part.amount:
                payment.allocations.remove(part)
        _pay(work, payment)
        _tell_settled(work, payment, "pending")
    work.session.flush()
    return payment


def _pay(work: Work, payment: Payment) -> None:
    move(work, [Move(part.invoice, paid=part.amount) for part in _in_order(payment.allocations)])
    payment.state = PAYMENT.require(payment.state, "settled")
    payment.settled_at = work.clock.now()


def _settle_refund(work: Work, refund: Payment) -> None:
    """The money is back at the customer's; a payment that has gone back whole is refunded."""
    refund.state, refund.settled_at = PAYMENT.require(refund.state, "settled"), work.clock.now()
    note = refund.credit_note.number if refund.credit_note else None
    after = {"state": "settled", "amount": pennies(refund.amount), "method": refund.method, "credit_note": note}
    _record(work, "payment.refunded", refund, {"state": "pending"}, after)
    payload = {"number": refund.number, "currency": refund.currency, **after}
    publish(work, "payment.refunded", "payment", refund.number, payload, customer_id=refund.customer_id)
    original = refund.refund_of
    if original is None or original.state != "settled":
        return
    work.session.flush()
    back = work.session.scalars(
        select(Payment.amount).where(Payment.refund_of_id == original.id, Payment.state == "settled")
    )
    if sum(back, ZERO) >= original.amount:
        original.state = PAYMENT.require(original.state, "refunded")
        original.version += 1
        _record(work, "payment.refunded", original, {"state": "settled"}, {"state": "refunded"})


def fail(work: Work, payment: Payment, reason: str) -> Payment:
    """Say that a payment did not come in, or bounced: what it paid is owed again.

    A refund that fails is the customer's credit again. Conflict (refund_settled) for a refund that has arrived.
    """
    require_billing(work)
    why = _short(reason, 200)
    if why is None:
        raise Invalid("Please say why the payment failed.", code="reason_missing")
    hold(work, payment)
    if payment.kind == "refund" and payment.state == "settled":
        sentence = "This refund has arrived. If the money came back, record it as a payment."
        raise Conflict(sentence, code="refund_settled")
    return _failed(work, payment, why)


def withdraw(work: Work, payment: Payment) -> Payment:
    """Keep as credit what was asked back, while it still waits to go out.

    Only what the customer's own people asked for: what our people began may be on its way already. Conflict
    (not_a_refund, not_requested, refund_withdrawn, refund_decided) otherwise, NotAllowed as for asking.
    """
    require_refunding(work, payment.customer_id)
    hold(work, payment)
    if payment.kind != "refund":
        raise Conflict(f"{payment.number} is no refund.", code="not_a_refund")
    if payment.withdrawn:
        raise Conflict(f"{payment.number} is withdrawn already; it is credit again.", code="refund_withdrawn")
    if payment.state != "pending":
        what = "was refused, so it is credit again" if payment.state == "failed" else "has gone out already"
        sentence = f"{payment.number} {what}. There is nothing to withdraw."
        raise Conflict(sentence, code="refund_decided", state=payment.state)
    if not asked_by_customer(work, payment):
        sentence = f"{payment.number} was begun by our people. Only our order desk can stop it."
        raise Conflict(sentence, code="not_requested")
    return _failed(work, payment, WITHDRAWN)


def withdraw_all(work: Work, refunds: Sequence[Payment]) -> list[Payment]:
    """Withdraw several requests, or none of them where one can't be: then the transaction is not to be committed."""
    for customer_id in sorted({one.customer_id for one in refunds}):
        lock_customer(work.session, customer_id)
    touched = {one.id: one for refund in refunds for one in (refund, refund.refund_of) if one is not None}
    lock_all(work.session, touched.values())
    lock_all(work.session, {one.credit_note.id: one.credit_note for one in refunds if one.credit_note}.values())
    return [withdraw(work, one) for one in refunds]


def _failed(work: Work, payment: Payment, why: str) -> Payment:
    """A payment that is held has failed: what it paid is owed again, what it gave back is credit again."""
    before = payment.state
    payment.state = PAYMENT.require(before, "failed")
    payment.failure = why
    payment.version += 1
    if payment.kind == "refund" and payment.credit_note is not None:
        payment.credit_note.refunded -= payment.amount
        payment.credit_note.version += 1
    elif payment.kind == "refund" and payment.refund_of is not None:
        payment.refund_of.given_back -= payment.amount
        payment.refund_of.version += 1
    if before == "settled":
        move(work, [Move(part.invoice, paid=-part.amount) for part in _in_order(payment.allocations)])
    facts = {"amount": pennies(payment.amount), "paid": _paid(payment)}
    payment.allocations.clear()
    after = {"state": "failed", "reason": why}
    _record(work, "payment.failed", payment, {"state": before, **facts}, after)
    payload = {"number": payment.number, "kind": payment.kind, "method": payment.method, **facts, **after}
    publish(work, "payment.failed", "payment", payment.number, payload, customer_id=payment.customer_id)
    work.session.flush()
    return payment


def allocate(work: Work, payment: Payment, amounts: Mapping[Invoice, Decimal]) -> Payment:
    """Pay invoices from what is left of a settled payment. Conflict for more than is left, or than is owed."""
    require_billing(work)
    if not amounts:
        raise Invalid("Say which invoices it pays, and how much of each.", code="no_lines")
    wanted = {invoice: require_amount(amount) for invoice, amount in amounts.items()}
    hold(work, payment, wanted)
    if payment.kind != "payment" or payment.state != "settled":
        raise Conflict(f"{payment.number} is not money that came in.", code="not_settled", state=payment.state)
    if sum(wanted.values(), ZERO) > payment.unallocated:
        left = shown(payment.unallocated, payment.currency)
        raise Conflict(f"Only {left} of {payment.number} is left.", code="more_than_left")
    for invoice, amount in wanted.items():
        _require_of(payment.customer_id, invoice)
        require_owed(invoice, amount)
    before = _paid(payment)
    parts = {part.invoice_id: part for part in payment.allocations}
    for invoice, amount in wanted.items():
        if invoice.id in parts:
            parts[invoice.id].amount += amount
        else:
            payment.allocations.append(PaymentAllocation(invoice=invoice, amount=amount))
    move(work, [Move(invoice, paid=wanted[invoice]) for invoice in sorted(wanted, key=lambda one: one.id)])
    payment.version += 1
    _record(work, "payment.allocated", payment, {"paid": before}, {"paid": _paid(payment)})
    work.session.flush()
    return payment


def _require_of(customer_id: int, invoice: Invoice) -> None:
    if invoice.customer_id != customer_id:
        raise Conflict(f"{invoice.number} is another customer's.", code="another_customers", invoice=invoice.number)


def _method(method: str) -> str:
    found = _short(method, 60)
    if found is None:
        raise Invalid("Say how it was paid.", code="method_missing")
    return found


def _short(text: str | None, most: int) -> str | None:
    return (text.strip()[:most] or None) if text else None


def _in_order(parts: Iterable[PaymentAllocation]) -> list[PaymentAllocation]:
    return sorted(parts, key=lambda part: part.invoice.id)


def _paid(payment: Payment) -> dict[str, str]:
    return {str(part.invoice.number): pennies(part.amount) for part in payment.allocations}


def _record(
    work: Work, kind: str, payment: Payment, before: Mapping[str, Any] | None, after: Mapping[str, Any]
) -> None:
    whose = on_behalf_of(work, payment.customer_id)
    earlier = dict(before) if before else None
    record(work, kind, "payment", payment.number, before=earlier, after=dict(after), on_behalf_of=whose)


def _tell_settled(work: Work, payment: Payment, before: str | None) -> None:
    after = {
        "state": "settled",
        "amount": pennies(payment.amount),
        "method": payment.method,
        "reference": payment.reference,
        "paid": _paid(payment),
    }
    earlier = {"state": before} if before else None
    _record(work, "payment.settled", payment, earlier, after)
    payload = {"number": payment.number, "currency": payment.currency, **after}
    publish(work, "payment.settled", "payment", payment.number, payload, customer_id=payment.customer_id)
