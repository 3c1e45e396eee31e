"""Webhooks and events, for those who manage webhooks; alerts, for everybody their own."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import JSONResponse

from backend.catalogue import queries as catalogue
from backend.events import alerts, queries, registering
from backend.events.addresses import Allowed
from backend.events.schemas import (
    AlertIn,
    AlertOut,
    AlertsOut,
    DeliveryOut,
    EventOut,
    WebhookChange,
    WebhookIn,
    WebhookOut,
    WebhookSecretOut,
)
from backend.events.tables import AlertSubscription, OutboxEvent, Webhook, WebhookDelivery
from backend.http.asking import Reading
from backend.http.bodies import PLAIN, NothingIn
from backend.http.idempotency import OnlyOnce
from backend.http.pages import OTHERS, Limit, Page, page_of
from backend.http.versions import IfMatch, etag, require_version
from backend.settings import Settings
from backend.work import Work

_webhooks = APIRouter(prefix="/webhooks", tags=["webhooks"])
_events = APIRouter(prefix="/events", tags=["events"])
_alerts = APIRouter(prefix="/alerts", tags=["alerts"])
Before = Annotated[int | None, Query(ge=1, le=2**62)]
Id = Annotated[int, Path(ge=1, le=2**62)]


def _allowed(request: Request) -> Allowed:
    settings: Settings = request.app.state.settings
    return Allowed(http=settings.webhook_allow_http, private=settings.webhook_allow_private)


WhereTo = Annotated[Allowed, Depends(_allowed)]


def _shown(webhook: Webhook) -> WebhookOut:
    return WebhookOut(
        id=webhook.id,
        url=webhook.url,
        kinds=webhook.kinds,
        active=webhook.active,
        created_at=webhook.created_at,
        both_secrets_until=webhook.previous_until,
        version=webhook.version,
    )


def _with_secret(webhook: Webhook) -> WebhookSecretOut:
    return WebhookSecretOut(**_shown(webhook).model_dump(), secret=webhook.secret)


def _delivery(row: WebhookDelivery) -> DeliveryOut:
    return DeliveryOut(
        id=row.id,
        event=row.event_id,
        kind=row.event.kind,
        key=row.event.key,
        state=row.state,
        attempts=row.attempts,
        next_at=row.next_at if row.state == "pending" else None,
        last_status=row.last_status,
        last_error=row.last_error,
        delivered_at=row.delivered_at,
    )


def _locked(work: Work, webhook_id: int, if_match: str | None = None) -> Webhook:
    webhook = queries.locked_webhook(work, webhook_id)
    require_version(webhook.version, if_match)
    return webhook


@_webhooks.get("")
def registered(work: Reading, limit: Limit = OTHERS, after: Before = None) -> Page[WebhookOut]:
    """The webhooks there are, newest first."""
    rows = queries.webhooks(work, before=after, limit=limit + 1)
    return page_of(rows, limit, _shown, lambda webhook: webhook.id)


@_webhooks.post("", status_code=201, response_model=WebhookSecretOut)
def register(body: WebhookIn, once: OnlyOnce, allowed: WhereTo) -> JSONResponse:
    """A new webhook. The secret that its events are signed with is shown now and never again."""

    def change(work: Work) -> WebhookSecretOut:
        return _with_secret(registering.register(work, body.url, body.kinds, allowed))

    return once.run("webhooks.register", body, change, status=201)


@_webhooks.get("/{webhook_id}")
def one(webhook_id: Id, work: Reading, response: Response) -> WebhookOut:
    """One webhook."""
    found = queries.webhook(work, webhook_id)
    response.headers["ETag"] = etag(found.version)
    return _shown(found)


@_webhooks.patch("/{webhook_id}", response_model=WebhookOut)
def alter(
    webhook_id: Id, body: WebhookChange, once: OnlyOnce, allowed: WhereTo, if_match: IfMatch = None
) -> JSONResponse:
    """Change its address or kinds, switch it off or on."""

    def change(work: Work) -> WebhookOut:
        row = _locked(work, webhook_id, if_match)
        return _shown(registering.change(work, row, allowed, **body.model_dump()))

    return once.run(f"webhooks.change {webhook_id}", body, change)


@_webhooks.delete("/{webhook_id}", response_model=WebhookOut)
def remove(webhook_id: Id, once: OnlyOnce, if_match: IfMatch = None) -> JSONResponse:
    """Take a webhook away, with the record of its deliveries; answers with what it was."""

    def change(work: Work) -> WebhookOut:
        row = _locked(work, webhook_id, if_match)
        shown = _shown(row)
        registering.remove(work, row)
        return shown

    return once.run(f"webhooks.remove {webhook_id}", NothingIn(), change)


@_webhooks.post("/{webhook_id}/rotate", response_model=WebhookSecretOut)
def rotate(webhook_id: Id, once: OnlyOnce, if_match: IfMatch = None) -> JSONResponse:
    """A new secret, shown now and never again. For a day the old one signs beside it."""

    def change(work: Work) -> WebhookSecretOut:
        return _with_secret(registering.rotate(work, _locked(work, webhook_id, if_match)))

    return once.run(f"webhooks.rotate {webhook_id}", NothingIn(), change)


@_webhooks.post("/{webhook_id}/ping", status_code=202, response_model=DeliveryOut)
def ping(webhook_id: Id, once: OnlyOnce) -> JSONResponse:
    """Send a `webhook.ping` to this webhook alone; its delivery shows what came of it."""

    def change(work: Work) -> DeliveryOut:
        return _delivery(registering.ping(work, queries.webhook(work, webhook_id)))

    return once.run(f"webhooks.ping {webhook_id}", NothingIn(), change, status=202)


@_webhooks.get("/{webhook_id}/deliveries")
def deliveries(
    webhook_id: Id,
    work: Reading,
    limit: Limit = OTHERS,
    after: Before = None,
    state: Literal["pending", "delivered", "dead"] | None = None,
) -> Page[DeliveryOut]:
    """What a webhook was sent or is to be sent, newest first."""
    rows = queries.deliveries(work, queries.webhook(work, webhook_id), state=state, before=after, limit=limit + 1)
    return page_of(rows, limit, _delivery, lambda row: row.id)


@_webhooks.post("/{webhook_id}/deliveries/{delivery_id}/redeliver", response_model=DeliveryOut)
def redeliver(webhook_id: Id, delivery_id: Id, once: OnlyOnce) -> JSONResponse:
    """Send again what was given up, or what has arrived; what is on its way is left to itself."""

    def change(work: Work) -> DeliveryOut:
        row = queries.delivery(work, queries.webhook(work, webhook_id), delivery_id)
        return _delivery(registering.redeliver(work, row))

    return once.run(f"webhooks.redeliver {webhook_id} {delivery_id}", NothingIn(), change)


def _event(row: tuple[OutboxEvent, str | None]) -> EventOut:
    event, customer = row
    return EventOut(
        id=event.id,
        at=event.at,
        kind=event.kind,
        subject=event.subject,
        key=event.key,
        customer=customer,
        channel=event.channel,
        payload=event.payload,
        attempts=event.attempts,
        published_at=event.published_at,
    )


@_events.get("")
def all_events(
    work: Reading,
    limit: Limit = OTHERS,
    after: Before = None,
    kind: Annotated[str | None, Query(max_length=60, pattern=PLAIN)] = None,
    subject: Annotated[str | None, Query(max_length=40, pattern=PLAIN)] = None,
) -> Page[EventOut]:
    """What happened, newest first; kept for a month."""
    rows = queries.events(work, kind=kind, subject=subject, before=after, limit=limit + 1)
    return page_of(rows, limit, _event, lambda row: row[0].id)


def _alert(alert: AlertSubscription) -> AlertOut:
    product = alert.product
    return AlertOut(
        id=alert.id,
        topic=alert.topic,
        sku=product.sku if product else None,
        name=product.name if product else None,
        created_at=alert.created_at,
    )


@_alerts.get("")
def mine(work: Reading) -> AlertsOut:
    """What you are told of your own accord."""
    return AlertsOut(items=[_alert(alert) for alert in alerts.subscriptions(work)])


@_alerts.post("", status_code=201, response_model=AlertOut)
def follow(body: AlertIn, once: OnlyOnce) -> JSONResponse:
    """Be told in your conversation: of your orders, of a product that is back in stock, of stock that runs low."""

    def change(work: Work) -> AlertOut:
        product = catalogue.by_sku(work.session, body.sku) if body.sku is not None else None
        return _alert(alerts.subscribe(work, body.topic, product))

    return once.run("alerts.follow", body, change, status=201)


@_alerts.delete("/{alert_id}", response_model=AlertOut)
def unfollow(alert_id: Id, once: OnlyOnce) -> JSONResponse:
    """Be told no more; answers with what it was."""

    def change(work: Work) -> AlertOut:
        alert = alerts.by_id(work, alert_id)
        alerts.end(work, alert)
        return _alert(alert)

    return once.run(f"alerts.unfollow {alert_id}", NothingIn(), change)


router = APIRouter(prefix="/api")
for _part in (_webhooks, _events, _alerts):
    router.include_router(_part)
