"""What tests of the outbox share: writing events, letting leases end, reading what came of it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select, update

from backend.chat.tables import Conversation, Message
from backend.company.service import record
from backend.company.tables import AuditEvent
from backend.database import Database, now
from backend.events.relay import Consumer, Relay
from backend.events.service import publish
from backend.events.tables import OutboxEvent, WebhookDelivery
from backend.events.webhooks import WEBHOOKS
from backend.identity.tables import User
from backend.work import Work
from tests.backend.world import World


def happen(world: World, count: int = 1, kind: str = "purchase_order.sent", email: str = "buyer@test") -> list[int]:
    """So many events, each in a transaction of its own; their keys."""
    found = []
    for number in range(count):
        with world.writing(email) as work:
            publish(work, kind, kind.partition(".")[0], f"PO-{number}", {"number": f"PO-{number}"})
            work.session.flush()
            found.append(work.session.scalars(select(func.max(OutboxEvent.id))).one())
    return found


def noting(name: str, kinds: frozenset[str] | None = None) -> Consumer:
    """A consumer whose effect is an audit event."""

    def handle(work: Work, event: OutboxEvent) -> None:
        record(work, f"heard.{name}", "event", str(event.id))

    return Consumer(name, handle, kinds)


def heard(database: Database, name: str) -> list[int]:
    """The events that a noting consumer heard of, in that order."""
    with database.read() as session:
        query = select(AuditEvent.subject_key).where(AuditEvent.kind == f"heard.{name}").order_by(AuditEvent.id)
        return [int(key) for key in session.scalars(query)]


def audited(database: Database, kind: str) -> list[AuditEvent]:
    with database.read() as session:
        return list(session.scalars(select(AuditEvent).where(AuditEvent.kind == kind).order_by(AuditEvent.id)))


def event(database: Database, event_id: int) -> OutboxEvent:
    with database.read() as session:
        return session.get_one(OutboxEvent, event_id)


def unpublished(database: Database) -> list[int]:
    with database.read() as session:
        query = select(OutboxEvent.id).where(OutboxEvent.published_at.is_(None)).order_by(OutboxEvent.id)
        return list(session.scalars(query))


def let_leases_end(database: Database) -> None:
    """The time that a lease or a pause lasts goes by."""
    past = now() - timedelta(seconds=1)
    with database.write() as session:
        for table in (OutboxEvent, WebhookDelivery):
            session.execute(update(table).where(table.leased_until.is_not(None)).values(leased_until=past))


def drain(database: Database, *consumers: Consumer) -> None:
    """Hand on everything; to the webhooks where no consumers are named."""
    relay = Relay(database, consumers or (WEBHOOKS,))
    while relay.once():
        pass


def said_to(world: World, email: str) -> list[str]:
    """What stands in somebody's conversation, the oldest first."""
    with world.database.read() as session:
        rows = session.scalars(
            select(Message)
            .join(Conversation, Conversation.id == Message.conversation_id)
            .join(User, User.id == Conversation.user_id)
            .where(User.email == email)
            .order_by(Message.id)
        )
        return [row.body["text"] for row in rows]
