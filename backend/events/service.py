"""Publishing: an event is written in the transaction of what it tells of, or not at all."""

from __future__ import annotations

from typing import Any, Final, cast

from sqlalchemy import Table, insert

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
    "standing_order.placed",
    "standing_order.failed",
    "stock.low",
    "stock.back",
    "forecast.drifted",
)
_PUBLISH: Final = insert(cast("Table", OutboxEvent.__table__))


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
