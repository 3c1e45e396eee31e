"""Alerts: what a person wants to be told. Each has only their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select

from backend.catalogue.tables import Product
from backend.company.service import record
from backend.database import now
from backend.errors import Conflict, Invalid, NotAllowed, NotFound
from backend.events.tables import AlertSubscription
from backend.identity.permissions import Permission
from backend.work import Work

TOPICS: Final[dict[str, tuple[Permission, ...]]] = {  # topic → permissions of which one is needed
    "orders": (Permission.SEE_OWN_ORDERS, Permission.SEE_ALL_ORDERS),
    "back_in_stock": (Permission.ORDER, Permission.ORDER_FOR_CUSTOMER, Permission.SEE_STOCK_FIGURES),
    "stock_low": (Permission.SEE_STOCK_FIGURES,),
}
MOST_ALERTS: Final = 200


def subscribe(work: Work, topic: str, product: Product | None = None) -> AlertSubscription:
    """Tell the principal of a topic from now on; what they follow already stays as it is.

    ``orders`` are those of the principal's company (for reps: of the customers they look after; for the rest of our
    people: what waits for them), ``back_in_stock`` is told once and needs a product, ``stock_low`` may name one.
    """
    _check(work, topic, product)
    mine = subscriptions(work)
    for alert in mine:
        if (alert.topic, alert.product_id) == (topic, product.id if product else None):
            return alert
    if len(mine) >= MOST_ALERTS:
        raise Conflict(f"You follow {MOST_ALERTS} things already; end an alert first.", code="too_many_alerts")
    alert = AlertSubscription(
        user_id=work.principal.user_id,
        topic=topic,
        product_id=product.id if product else None,
        product=product,
        active=True,
        created_at=now(),
    )
    work.session.add(alert)
    work.session.flush()
    record(work, "alert.begun", "alert", str(alert.id), after=_facts(alert))
    return alert


def unsubscribe(work: Work, topic: str, product: Product | None = None) -> int:
    """End the principal's alerts on a topic, of one product where it is given. Returns how many there were."""
    wanted = [
        alert
        for alert in subscriptions(work)
        if alert.topic == topic and (product is None or alert.product_id == product.id)
    ]
    for alert in wanted:
        end(work, alert)
    return len(wanted)


def end(work: Work, alert: AlertSubscription) -> None:
    """End one alert."""
    alert.active = False
    record(work, "alert.ended", "alert", str(alert.id), before=_facts(alert))
    work.session.flush()


def subscriptions(work: Work) -> Sequence[AlertSubscription]:
    """What the principal follows, the oldest first."""
    return work.session.scalars(
        select(AlertSubscription)
        .where(AlertSubscription.user_id == work.principal.user_id, AlertSubscription.active)
        .order_by(AlertSubscription.id)
    ).all()


def by_id(work: Work, alert_id: int) -> AlertSubscription:
    """One of the principal's own alerts; NotFound otherwise."""
    for alert in subscriptions(work):
        if alert.id == alert_id:
            return alert
    raise NotFound("There is no such alert of yours.", code="unknown_alert")


def _check(work: Work, topic: str, product: Product | None) -> None:
    if topic not in TOPICS:
        raise Invalid(f"Alerts are about {', '.join(TOPICS)}.", code="unknown_topic")
    if not any(work.principal.may(permission) for permission in TOPICS[topic]):
        raise NotAllowed("You may not follow that with this sign-in.")
    if topic == "orders" and product is not None:
        raise Invalid("Alerts on orders are about all orders, not about a product.", code="product_not_wanted")
    if topic == "back_in_stock" and product is None:
        raise Invalid("Say which product you are waiting for.", code="product_missing")


def _facts(alert: AlertSubscription) -> dict[str, object]:
    return {"topic": alert.topic, "product": alert.product.sku if alert.product else None}
