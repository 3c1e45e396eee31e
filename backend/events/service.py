"""Publishing: an event is written in the transaction of what it tells of, or not at all."""

from __future__ import annotations

from typing import Any, Final, cast

from sqlalchemy import JSON, Table, bindparam, insert, text

from backend.company.service import record
from backend.database import Moment, now
from backend.events.tables import OutboxEvent
from backend.work import Work

KINDS: Final = (
    "order.placed",
    "order.held",
    "order.released",
    "order.changed",
    "order.cancelled",
    "order.completed",
    "shipment.shipped",
    "shipment.delivered",
    "shipment.lost",
    "invoice.issued",
    "invoice.paid",
    "invoice.overdue",
    "credit_note.issued",
    "goodwill.requested",
    "goodwill.granted",
    "goodwill.refused",
    "payment.settled",
    "payment.failed",
    "payment.refunded",
    "payment.refund_requested",
    "quote.sent",
    "quote.accepted",
    "quote.declined",
    "quote.expired",
    "inquiry.opened",
    "inquiry.answered",
    "return.requested",
    "return.approved",
    "return.rejected",
    "return.received",
    "return.settled",
    "purchase_order.proposed",
    "purchase_order.approved",
    "purchase_order.sent",
    "purchase_order.received",
    "purchase_order.cancelled",
    "replenishment.proposed",
    "budget.changed",
    "standing_order.placed",
    "standing_order.failed",
    "stock.low",
    "stock.back",
    "forecast.drifted",
)
_PUBLISH: Final = insert(cast("Table", OutboxEvent.__table__))
_BOTH: Final = text(
    """
    WITH noted AS (
        INSERT INTO audit_event (at, user_id, on_behalf_of_id, kind, subject, subject_key, after)
        VALUES (:at, :user_id, :on_behalf_of, :kind, :subject, :key, :after)
    )
    INSERT INTO outbox_event (at, kind, subject, key, customer_id, user_id, channel, payload, attempts)
    VALUES (:at, :kind, :subject, :key, :customer_id, :user_id, :channel, :payload, 0)
    """
).bindparams(bindparam("after", type_=JSON), bindparam("payload", type_=JSON), bindparam("at", type_=Moment))
"""PostgreSQL: an audit event and what is told of it, in one round trip."""


def publish(
    work: Work, kind: str, subject: str, key: str, payload: dict[str, Any], *, customer_id: int | None = None
) -> None:
    """Write an event into the running transaction; the worker brings it to whoever wants to hear of it."""
    assert kind in KINDS, kind
    values = {
        "kind": kind,
        "subject": subject,
        "key": key,
        "payload": payload,
        "customer_id": customer_id,
        "user_id": work.principal.user_id or None,
        "channel": work.channel,
    }
    work.session.connection().execute(_PUBLISH, values)


def record_and_publish(
    work: Work,
    kind: str,
    subject: str,
    key: str,
    after: dict[str, Any],
    payload: dict[str, Any],
    *,
    on_behalf_of: int | None,
    customer_id: int | None,
) -> None:
    """Write the audit event of something new, and the event that tells of it."""
    if work.session.get_bind().dialect.name != "postgresql":
        record(work, kind, subject, key, after=after, on_behalf_of=on_behalf_of)
        publish(work, kind, subject, key, payload, customer_id=customer_id)
        return
    assert kind in KINDS, kind
    values = {
        "at": now(),
        "user_id": work.principal.user_id or None,
        "on_behalf_of": on_behalf_of,
        "kind": kind,
        "subject": subject,
        "key": key,
        "after": after,
        "customer_id": customer_id,
        "channel": work.channel,
        "payload": payload,
    }
    work.session.connection().execute(_BOTH, values)
