"""subscribe_alerts, unsubscribe_alerts: what a person wants to be told without asking."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from actions import texts
from actions.context import Context
from actions.drafts import Draft, Tap
from actions.registry import command, skill
from actions.showing import listed
from actions.subjects import subjects
from backend.catalogue import queries as catalogue
from backend.catalogue.tables import Product
from backend.events import alerts
from backend.events.tables import AlertSubscription
from backend.identity.permissions import Permission

MOST_CHOICES: Final = 5
_ORDERS: Final = re.compile(
    r"\b(?:orders?|deliver(?:y|ies)|despatch|dispatch|ships?|shipped|shipments?|updates?)\b", re.IGNORECASE
)
_LOW: Final = re.compile(r"\b(?:low|running\s+out|runs?\s+out|reorder\s+point)\b", re.IGNORECASE)
_BACK: Final = re.compile(r"\b(?:back\s+in|in\s+stock|available|comes?\s+in|restock(?:ed)?|arrives?)\b", re.IGNORECASE)
_AROUND: Final = re.compile(
    r"\b(?:tell|let|warn|alert|notify|remind|ping|message)\s+(?:me|us)(?:\s+know)?\b|\b(?:when|once|if|as\s+soon\s+as|about|alerts?\s+(?:on|for))\b"
    r"|\b(?:runs?|running|is|are|gets?|goes?|comes?)\s+(?:low|out|back\s+in(?:\s+stock)?|in\s+stock|available)\b|\bin\s+stock\b",
    re.IGNORECASE,
)
_ALL: Final = re.compile(r"\b(?:all|every(?:thing)?|any)\b", re.IGNORECASE)


def _topic(context: Context) -> str | None:
    if _LOW.search(context.text):
        return "stock_low" if context.work.principal.may(Permission.SEE_STOCK_FIGURES) else "back_in_stock"
    if _BACK.search(context.text):
        return "back_in_stock"
    return "orders" if _ORDERS.search(context.text) else None


def _products(context: Context, topic: str | None) -> list[Product]:
    """The product that is meant, or those that may be."""
    if topic == "orders":
        return []
    found, sure = subjects(replace(context, text=_AROUND.sub(" ", context.text)))
    return found[:1] if sure else found[:MOST_CHOICES]


@skill("subscribe_alerts")
def subscribe(context: Context) -> list[Draft]:
    """Tell them from now on."""
    topic = _topic(context)
    found = _products(context, topic)
    if topic is None:
        topic = "back_in_stock" if found else "orders"
    if len(found) > 1:
        taps = tuple(Tap(product.name, "alert.subscribe", {"topic": topic, "sku": product.sku}) for product in found)
        return [Draft(texts.ALERT_WHICH, taps=taps)]
    if topic == "back_in_stock" and not found:
        return [Draft(texts.ALERT_WHICH)]
    return [_subscribed(context, topic, found[0] if found else None)]


def _subscribed(context: Context, topic: str, product: Product | None) -> Draft:
    alerts.subscribe(context.work, topic, product)
    return Draft(texts.ALERTS[topic].format(name=product.name if product else texts.ANY_PRODUCT))


@command("alert.subscribe")
def chosen(context: Context, arguments: Mapping[str, Any], _shown_hash: str | None) -> list[Draft]:
    """A tap on one of the products that may be meant."""
    product = catalogue.by_sku(context.work.session, arguments["sku"])
    return [_subscribed(context, arguments["topic"], product)]


@skill("unsubscribe_alerts")
def unsubscribe(context: Context) -> list[Draft]:
    """No more of it, or of any."""
    mine = alerts.subscriptions(context.work)
    if not mine:
        return [Draft(texts.NO_ALERTS)]
    topic = _topic(context)
    keys = {product.id for product in _products(context, topic)}
    ending = [
        alert for alert in mine if (topic is None or alert.topic == topic) and (not keys or alert.product_id in keys)
    ]
    if topic is None and not keys and not _ALL.search(context.text) and len(mine) > 1:
        return [Draft(texts.ALERTS_YOU_HAVE.format(alerts=listed(_said(alert) for alert in mine)))]
    for alert in ending:
        alerts.end(context.work, alert)
    return [Draft(texts.ALERTS_ENDED.format(count=len(ending)) if ending else texts.NO_SUCH_ALERT)]


def _said(alert: AlertSubscription) -> str:
    return texts.ALERT_NAMES[alert.topic].format(name=alert.product.name if alert.product else texts.ANY_PRODUCT)
