"""The worker's jobs here: handing events on, sending webhooks, and clearing away what is long done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final, cast

from sqlalchemy import CursorResult, Delete, Select, delete, exists, select

from backend.database import Database, now
from backend.events.addresses import Allowed
from backend.events.courier import Courier
from backend.events.notifications import NOTIFICATIONS
from backend.events.relay import Relay
from backend.events.tables import InboxEntry, OutboxEvent, Webhook, WebhookDelivery
from backend.events.webhooks import WEBHOOKS, Sender
from backend.settings import settings

CONSUMERS: Final = (NOTIFICATIONS, WEBHOOKS)
KEPT: Final = timedelta(days=30)
AT_ONCE: Final = 1_000  # rows deleted in one transaction, so that nobody waits long for it
MOST_ROUNDS: Final = 20  # of one run of a job


def relay_events(database: Database) -> int:
    """Hand on what is waiting in the outbox. Returns how many events it held."""
    relay = Relay(database, CONSUMERS)
    return _until_nothing_is_left(relay.once)


def send_webhooks(database: Database) -> int:
    """Send the deliveries that are due. Returns how many."""
    chosen = settings()
    allowed = Allowed(http=chosen.webhook_allow_http, private=chosen.webhook_allow_private)
    return _until_nothing_is_left(Sender(database, Courier(allowed)).once)


def _until_nothing_is_left(once: Callable[[], int]) -> int:
    done = 0
    for _ in range(MOST_ROUNDS):
        count = once()
        done += count
        if not count:
            break
    return done


def tidy_events(database: Database) -> int:
    """Delete published events of long ago, with who has handled them and what came of their deliveries.

    A delivery that still waits keeps its event, unless its webhook is switched off.
    """
    old = now() - KEPT
    gone = 0
    while True:
        with database.write() as session:
            event_ids = list(session.scalars(_old_events(old)))
            for statement in _deletions(event_ids):
                gone += cast("CursorResult[Any]", session.execute(statement)).rowcount
        if len(event_ids) < AT_ONCE:
            return gone


def _old_events(old: datetime) -> Select[int]:
    waiting = exists().where(
        WebhookDelivery.event_id == OutboxEvent.id,
        WebhookDelivery.state == "pending",
        WebhookDelivery.webhook_id == Webhook.id,
        Webhook.active,
    )
    return (
        select(OutboxEvent.id)
        .where(OutboxEvent.published_at < old, ~waiting)
        .order_by(OutboxEvent.published_at)
        .limit(AT_ONCE)
    )


def _deletions(event_ids: list[int]) -> list[Delete]:
    return [
        delete(WebhookDelivery).where(WebhookDelivery.event_id.in_(event_ids)),
        delete(InboxEntry).where(InboxEntry.event_id.in_(event_ids)),
        delete(OutboxEvent).where(OutboxEvent.id.in_(event_ids)),
    ]
