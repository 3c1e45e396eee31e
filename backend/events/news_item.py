"""One thing to tell of an event, and whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from backend.catalogue.tables import Product
from backend.customers.tables import Customer
from backend.events.tables import OutboxEvent
from backend.identity.permissions import Permission
from backend.work import Work


@dataclass(frozen=True)
class News:
    """``own`` is said to the customer's people and ``ours`` to our own; None where they need not hear of it.

    ``concerned`` hear of it in any case; besides them those who follow ``topic``, of the customer, of the product. Of
    our own people who follow orders those hear of it who look after the customer, or have ``may_act``.
    """

    own: str | None
    ours: str | None
    customer: Customer | None = None
    concerned: frozenset[int] = frozenset()
    topic: str | None = "orders"
    product: Product | None = None
    may_act: Permission | None = None


Read = Callable[[Work, OutboxEvent], News | None]
