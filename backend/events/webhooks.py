"""Webhooks: events for other systems, posted until they are taken or given up.

A consumer of the outbox writes one delivery per webhook that wants an event. The sender leases deliveries that are due,
posts them with no transaction open, and writes down what came of it. A sender killed in between leaves its lease, and
the delivery is posted again when that is over: a receiver may get an event twice, under the same ``webhook-id``.
"""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from backend.company.service import record
from backend.customers.tables import Customer
from backend.database import Database, now
from backend.events.courier import Courier, Letter, Outcome
from backend.events.relay import Consumer
from backend.events.states import DELIVERY
from backend.events.tables import OutboxEvent, Webhook, WebhookDelivery
from backend.identity.permissions import SYSTEM
from backend.locks import lock
from backend.work import Work, writing

log = logging.getLogger(__name__)
AT_ONCE: Final = 10  # deliveries of one webhook, so that a slow one holds up nobody else
LEASE: Final = timedelta(minutes=2)  # well above the longest a courier takes
MOST_ATTEMPTS: Final = 8
FIRST_PAUSE: Final = timedelta(seconds=30)
LONGEST_PAUSE: Final = timedelta(hours=12)
GONE: Final = 410


def enqueue(work: Work, event: OutboxEvent) -> None:
    """One delivery for each active webhook that wants events of this kind."""
    for webhook in work.session.scalars(select(Webhook).where(Webhook.active).order_by(Webhook.id)):
        if not webhook.kinds or event.kind in webhook.kinds:
            work.session.add(WebhookDelivery(webhook_id=webhook.id, event_id=event.id))


WEBHOOKS: Final = Consumer("webhooks", enqueue)


def body_of(event: OutboxEvent, customer: str | None) -> bytes:
    """What is posted: ``{id, type, timestamp, data}``; ``data`` is the event's own with whose and what it is of."""
    data = {**event.payload, "subject": event.subject, "key": event.key, "customer": customer}
    at = event.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    content: dict[str, Any] = {"id": message_id(event), "type": event.kind, "timestamp": at, "data": data}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def message_id(event: OutboxEvent) -> str:
    """The ``webhook-id``: the same at every attempt, so that a receiver knows what it has had."""
    return f"evt_{event.id}"


def secrets_in_force(webhook: Webhook, moment: datetime) -> list[str]:
    """The secrets that sign now, the newest first."""
    if webhook.previous_secret is not None and webhook.previous_until is not None and webhook.previous_until > moment:
        return [webhook.secret, webhook.previous_secret]
    return [webhook.secret]


@dataclass(frozen=True)
class Parcel:
    """A delivery that is ours for a while; ``attempts`` tells this lease from a later one."""

    delivery_id: int
    attempts: int
    letter: Letter


class Sender:
    """Sends what is due. ``chance`` gives numbers from 0 to 1 for the jitter, ``clock`` the time."""

    def __init__(
        self,
        database: Database,
        courier: Courier,
        *,
        clock: Callable[[], datetime] = now,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._database = database
        self._courier = courier
        self._clock = clock
        self._chance = chance

    def once(self) -> int:
        """Take what is due, send it side by side, write down what came of it. Returns how many it was."""
        parcels = self.take()
        if not parcels:
            return 0
        outcomes = self._courier.send_all([parcel.letter for parcel in parcels], self._clock())
        for parcel, outcome in zip(parcels, outcomes, strict=True):
            self._settle(parcel, outcome)
        return len(parcels)

    def take(self) -> list[Parcel]:
        """Lease what is due, a few of each webhook."""
        moment = self._clock()
        due = (
            WebhookDelivery.state == "pending",
            WebhookDelivery.next_at <= moment,
            or_(WebhookDelivery.leased_until.is_(None), WebhookDelivery.leased_until <= moment),
        )
        waiting = select(WebhookDelivery.webhook_id).where(*due).distinct()
        wanted = select(Webhook).where(Webhook.active, Webhook.id.in_(waiting)).order_by(Webhook.id)
        with self._database.read() as session:  # mostly there is nothing, and then nobody's writing is held up
            if session.scalar(wanted.limit(1)) is None:
                return []
        parcels: list[Parcel] = []
        with self._database.write() as session:
            for webhook in session.scalars(wanted).all():
                rows = session.scalars(
                    select(WebhookDelivery)
                    .where(*due, WebhookDelivery.webhook_id == webhook.id)
                    .order_by(WebhookDelivery.next_at, WebhookDelivery.id)
                    .limit(AT_ONCE)
                    .with_for_update(skip_locked=True)
                ).all()
                parcels += [self._leased(session, webhook, row, moment) for row in rows]
        return parcels

    def _leased(self, session: Session, webhook: Webhook, row: WebhookDelivery, moment: datetime) -> Parcel:
        row.leased_until = moment + LEASE
        row.attempts += 1
        event = row.event
        customer = session.get(Customer, event.customer_id) if event.customer_id is not None else None
        body = body_of(event, customer.code if customer else None)
        letter = Letter(webhook.url, message_id(event), body, secrets_in_force(webhook, moment))
        return Parcel(row.id, row.attempts, letter)

    def _settle(self, parcel: Parcel, outcome: Outcome) -> None:
        """Write down what came of it, unless somebody else has the delivery by now."""
        moment = self._clock()
        with writing(self._database, SYSTEM, "worker") as work:
            if outcome.status == GONE:  # a webhook is locked before its deliveries
                self._lock_webhook_of(work, parcel)
            row = work.session.scalar(
                select(WebhookDelivery)
                .where(WebhookDelivery.id == parcel.delivery_id, WebhookDelivery.attempts == parcel.attempts)
                .options(joinedload(WebhookDelivery.webhook))
                .with_for_update(of=WebhookDelivery)
            )
            if row is None or row.state != "pending":
                return
            row.leased_until, row.last_status, row.last_error = None, outcome.status, outcome.problem
            if outcome.taken:
                row.state, row.delivered_at = DELIVERY.require(row.state, "delivered"), moment
            elif outcome.status == GONE or parcel.attempts >= MOST_ATTEMPTS:
                self._give_up(work, row, outcome)
            else:
                pause = pause_after(parcel.attempts, self._chance())
                row.next_at = moment + max(pause, min(outcome.retry_after or pause, LONGEST_PAUSE))

    def _lock_webhook_of(self, work: Work, parcel: Parcel) -> None:
        of_delivery = select(WebhookDelivery.webhook_id).where(WebhookDelivery.id == parcel.delivery_id)
        webhook = work.session.scalar(select(Webhook).where(Webhook.id.in_(of_delivery)))
        if webhook is not None:
            lock(work.session, webhook)

    def _give_up(self, work: Work, row: WebhookDelivery, outcome: Outcome) -> None:
        row.state = DELIVERY.require(row.state, "dead")
        log.warning("delivery %s to webhook %s is given up: %s", row.id, row.webhook_id, outcome.problem)
        after = {"event": row.event_id, "attempts": row.attempts, "problem": outcome.problem}
        record(work, "webhook.delivery_given_up", "webhook", str(row.webhook_id), after=after)
        if outcome.status == GONE and row.webhook.active:  # the specification's way of saying: send me no more
            row.webhook.active = False
            row.webhook.version += 1
            key = str(row.webhook_id)
            record(work, "webhook.gone", "webhook", key, before={"active": True}, after={"active": False})


def pause_after(attempts: int, chance: float) -> timedelta:
    """How long to wait after so many tries: 30 s, 2 min, 8 min … at most 12 hours, a fifth more or less by chance.

    Eight tries take a day. A receiver that is busy may ask for longer (``Retry-After``), within the same bound.
    """
    return min(LONGEST_PAUSE, FIRST_PAUSE * float(4 ** min(attempts - 1, 20))) * (0.8 + 0.4 * chance)
