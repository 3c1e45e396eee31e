"""What there is to tell of credit asked back as money: that it waits to our people, what became of it to theirs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import select

from backend.billing.refunds import ON_ACCOUNT
from backend.billing.tables import Payment
from backend.events import texts
from backend.events.news_item import News, Read
from backend.events.tables import OutboxEvent
from backend.events.texts import clause
from backend.identity.permissions import Permission
from backend.identity.tables import User
from backend.money import shown
from backend.work import Work


def _refund_of(work: Work, number: str) -> Payment | None:
    return work.session.scalar(select(Payment).where(Payment.number == number, Payment.kind == "refund"))


def _facts(refund: Payment) -> dict[str, str]:
    return {
        "number": refund.number,
        "amount": shown(refund.amount, refund.currency),
        "customer": refund.customer.name,
        "method": texts.AS_AGREED if refund.method == ON_ACCOUNT else refund.method,
    }


def _asked_by(work: Work, refund: Payment) -> frozenset[int]:
    """Of the customer's people, who asked for the money, or for the return that it is for."""
    note = refund.credit_note
    back = note.sales_return.requested_by_id if note is not None and note.sales_return is not None else None
    asked = [key for key in (refund.created_by_id, back) if key is not None]
    theirs = select(User.id).where(User.id.in_(asked), User.customer_id == refund.customer_id)
    return frozenset(work.session.scalars(theirs))


def _requested(work: Work, event: OutboxEvent) -> News | None:
    """To who may pay it out, while it waits."""
    refund = _refund_of(work, event.key)
    if refund is None or refund.state != "pending":
        return None
    by = work.session.get(User, refund.created_by_id) if refund.created_by_id is not None else None
    who = by.name if by is not None else refund.customer.name
    text = texts.REFUND_REQUESTED.format(who=who, **_facts(refund))
    return News(None, text, refund.customer, may_act=Permission.BILL)


def _gone_out(work: Work, event: OutboxEvent) -> News | None:
    refund = _refund_of(work, event.key)
    if refund is None or refund.state != "settled":
        return None
    return News(texts.REFUND_GONE.format(**_facts(refund)), None, refund.customer, _asked_by(work, refund))


def _ended(work: Work, event: OutboxEvent) -> News | None:
    """Refused by ours, which the customer's people hear, or withdrawn by theirs, which ours need to hear as well."""
    refund = _refund_of(work, event.key)
    if refund is None or refund.state != "failed":
        return None
    facts, asked = _facts(refund), _asked_by(work, refund)
    if not refund.withdrawn:
        own = texts.REFUND_REFUSED.format(reason=clause(refund.failure), **facts)
        return News(own, None, refund.customer, asked)
    own, ours = texts.REFUND_WITHDRAWN_YOURS.format(**facts), texts.REFUND_WITHDRAWN.format(**facts)
    return News(own, ours, refund.customer, asked, may_act=Permission.BILL)


READERS: Final[Mapping[str, Read]] = {
    "payment.refund_requested": _requested,
    "payment.refunded": _gone_out,
    "payment.failed": _ended,
}
