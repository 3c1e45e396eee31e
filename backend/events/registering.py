"""Webhooks as our people manage them: where they go, what they want, their secrets, and sending again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import delete, func, select

from backend.company.service import record
from backend.database import now
from backend.errors import Conflict, Invalid
from backend.events import signing
from backend.events.addresses import Allowed, check_url
from backend.events.service import KINDS
from backend.events.states import DELIVERY
from backend.events.tables import OutboxEvent, Webhook, WebhookDelivery
from backend.identity.permissions import Permission
from backend.locks import lock
from backend.work import Work

MOST_WEBHOOKS: Final = 50
BOTH_SECRETS_FOR: Final = timedelta(days=1)
PING: Final = "webhook.ping"


def register(work: Work, url: str, kinds: Sequence[str], allowed: Allowed) -> Webhook:
    """A new webhook with a secret of its own; no kinds mean all. Invalid for an address or kind that can't be."""
    require(work)
    check_url(url, allowed)
    if (work.session.scalar(select(func.count(Webhook.id))) or 0) >= MOST_WEBHOOKS:
        raise Conflict(f"There are {MOST_WEBHOOKS} webhooks already; remove one first.", code="too_many_webhooks")
    webhook = Webhook(
        url=url, kinds=_checked(kinds), secret=signing.new_secret(), created_by_id=work.principal.user_id, active=True
    )
    work.session.add(webhook)
    work.session.flush()
    record(work, "webhook.registered", "webhook", str(webhook.id), after=_facts(webhook))
    return webhook


def change(
    work: Work,
    webhook: Webhook,
    allowed: Allowed,
    *,
    url: str | None = None,
    kinds: Sequence[str] | None = None,
    active: bool | None = None,
) -> Webhook:
    """Change what is given. While a webhook is switched off nothing is kept for it; what waited goes on waiting."""
    require(work)
    before = _facts(webhook)
    if url is not None:
        check_url(url, allowed)
        webhook.url = url
    if kinds is not None:
        webhook.kinds = _checked(kinds)
    if active is not None:
        webhook.active = active
    _tell_changed(work, webhook, "webhook.changed", before)
    return webhook


def rotate(work: Work, webhook: Webhook) -> Webhook:
    """A new secret; the old one signs beside it for a day, so that the other system can change over in peace."""
    require(work)
    webhook.previous_secret, webhook.previous_until = webhook.secret, now() + BOTH_SECRETS_FOR
    webhook.secret = signing.new_secret()
    _tell_changed(work, webhook, "webhook.secret_rotated", _facts(webhook))
    return webhook


def remove(work: Work, webhook: Webhook) -> None:
    """Take a webhook away, with the record of what it was sent."""
    require(work)
    work.session.execute(delete(WebhookDelivery).where(WebhookDelivery.webhook_id == webhook.id))
    work.session.delete(webhook)
    record(work, "webhook.removed", "webhook", str(webhook.id), before=_facts(webhook))
    work.session.flush()


def redeliver(work: Work, delivery: WebhookDelivery) -> WebhookDelivery:
    """Send again, from the first try, what was given up or has arrived. Conflict for what is on its way.

    It goes out under the ``webhook-id`` it had, so that who has it already knows.
    """
    require(work)
    lock(work.session, delivery)
    before = {"state": delivery.state, "attempts": delivery.attempts}
    delivery.state = DELIVERY.require(delivery.state, "pending")
    delivery.attempts, delivery.next_at, delivery.leased_until, delivery.delivered_at = 0, now(), None, None
    after = {"delivery": delivery.id, "event": delivery.event_id}
    record(work, "webhook.redelivered", "webhook", str(delivery.webhook_id), before=before, after=after)
    work.session.flush()
    return delivery


def ping(work: Work, webhook: Webhook) -> WebhookDelivery:
    """Send this webhook alone an event that tells nothing. Conflict while it is switched off."""
    require(work)
    if not webhook.active:
        raise Conflict("This webhook is switched off. Switch it on first.", code="webhook_inactive")
    event = OutboxEvent(
        kind=PING,
        subject="webhook",
        key=str(webhook.id),
        payload={"webhook": webhook.id},
        user_id=work.principal.user_id or None,
        channel=work.channel,
        published_at=now(),  # for nobody else
    )
    work.session.add(event)
    work.session.flush()
    delivery = WebhookDelivery(webhook_id=webhook.id, event_id=event.id, event=event)
    work.session.add(delivery)
    work.session.flush()
    return delivery


def require(work: Work) -> None:
    """NotAllowed without the permission."""
    work.principal.require(Permission.MANAGE_WEBHOOKS, "Webhooks are managed by our managers.")


def _checked(kinds: Sequence[str]) -> list[str]:
    unknown = sorted(set(kinds) - set(KINDS))
    if unknown:
        raise Invalid(f"There are no events of the kind {unknown[0][:60]}.", code="unknown_event_kind")
    return sorted(set(kinds))


def _facts(webhook: Webhook) -> dict[str, Any]:
    """What the audit trail keeps; never a secret."""
    return {"url": webhook.url, "kinds": webhook.kinds, "active": webhook.active}


def _tell_changed(work: Work, webhook: Webhook, kind: str, before: dict[str, Any]) -> None:
    webhook.version += 1
    record(work, kind, "webhook", str(webhook.id), before=before, after=_facts(webhook))
    work.session.flush()
