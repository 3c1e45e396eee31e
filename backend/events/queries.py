"""Reading webhooks, their deliveries and the events; for those who manage webhooks."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from backend.customers.tables import Customer
from backend.errors import NotFound
from backend.events.registering import require
from backend.events.tables import OutboxEvent, Webhook, WebhookDelivery
from backend.work import Work


def webhooks(work: Work, *, before: int | None, limit: int) -> Sequence[Webhook]:
    """Every webhook, the newest first."""
    require(work)
    query = select(Webhook).order_by(Webhook.id.desc()).limit(limit)
    if before is not None:
        query = query.where(Webhook.id < before)
    return work.session.scalars(query).all()


def webhook(work: Work, webhook_id: int) -> Webhook:
    """One webhook; NotFound where there is none."""
    require(work)
    found = work.session.get(Webhook, webhook_id)
    if found is None:
        raise NotFound("There is no such webhook.", code="unknown_webhook")
    return found


def locked_webhook(work: Work, webhook_id: int) -> Webhook:
    """The same, locked; unlike documents a webhook may be gone by the time the lock is ours."""
    require(work)
    found = work.session.scalar(select(Webhook).where(Webhook.id == webhook_id).with_for_update())
    if found is None:
        raise NotFound("There is no such webhook.", code="unknown_webhook")
    return found


def deliveries(
    work: Work, hook: Webhook, *, state: str | None, before: int | None, limit: int
) -> Sequence[WebhookDelivery]:
    """What a webhook was sent or is to be sent, the newest first."""
    query = (
        select(WebhookDelivery)
        .where(WebhookDelivery.webhook_id == hook.id)
        .options(joinedload(WebhookDelivery.event))
        .order_by(WebhookDelivery.id.desc())
        .limit(limit)
    )
    if state is not None:
        query = query.where(WebhookDelivery.state == state)
    if before is not None:
        query = query.where(WebhookDelivery.id < before)
    return work.session.scalars(query).all()


def delivery(work: Work, hook: Webhook, delivery_id: int) -> WebhookDelivery:
    """One delivery of a webhook; NotFound otherwise."""
    found = work.session.get(WebhookDelivery, delivery_id)
    if found is None or found.webhook_id != hook.id:
        raise NotFound("There is no such delivery of this webhook.", code="unknown_delivery")
    return found


def events(
    work: Work, *, kind: str | None, subject: str | None, before: int | None, limit: int
) -> Sequence[tuple[OutboxEvent, str | None]]:
    """Events with the code of whose they are, the newest first."""
    require(work)
    query = (
        select(OutboxEvent, Customer.code)
        .outerjoin(Customer, Customer.id == OutboxEvent.customer_id)
        .order_by(OutboxEvent.id.desc())
        .limit(limit)
    )
    if kind is not None:
        query = query.where(OutboxEvent.kind == kind)
    if subject is not None:
        query = query.where(OutboxEvent.subject == subject)
    if before is not None:
        query = query.where(OutboxEvent.id < before)
    return [(event, code) for event, code in work.session.execute(query)]
