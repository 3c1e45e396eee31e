"""The states of a purchase order, and the only ways between them."""

from __future__ import annotations

from typing import Final

from backend.machines import Machine
from backend.purchasing.tables import PurchaseOrder

PURCHASE_ORDER: Final = Machine(
    "purchase order",
    "purchase_order",
    {
        "proposed": frozenset({"approved", "cancelled"}),
        "approved": frozenset({"sent", "cancelled"}),
        "sent": frozenset({"part_received", "received", "cancelled"}),
        "part_received": frozenset({"received"}),
        "received": frozenset(),
        "cancelled": frozenset(),
    },
)
MACHINES: Final = (PURCHASE_ORDER,)

PURCHASE_ORDER.guard(PurchaseOrder.state)
