"""The states of a webhook delivery, and the only ways between them."""

from __future__ import annotations

from typing import Final

from backend.events.tables import WebhookDelivery
from backend.machines import Machine

DELIVERY: Final = Machine(
    "delivery to a webhook",
    "webhook_delivery",
    {
        "pending": frozenset({"delivered", "dead"}),
        "delivered": frozenset({"pending"}),
        "dead": frozenset({"pending"}),
    },
)
MACHINES: Final = (DELIVERY,)

DELIVERY.guard(WebhookDelivery.state)
