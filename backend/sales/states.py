"""The states of orders, shipments, returns and standing orders, and the only ways between them."""

from __future__ import annotations

from typing import Final

from backend.machines import Machine
from backend.sales.tables import Order, SalesReturn, Shipment, StandingOrder

ORDER: Final = Machine(
    "order",
    "sales_order",
    {
        "placed": frozenset({"on_hold", "in_fulfilment", "completed", "cancelled"}),
        "on_hold": frozenset({"placed", "cancelled"}),
        "in_fulfilment": frozenset({"placed", "completed"}),
        "completed": frozenset(),
        "cancelled": frozenset(),
    },
)
SHIPMENT: Final = Machine(
    "shipment",
    "shipment",
    {
        "planned": frozenset({"picked", "cancelled"}),
        "picked": frozenset({"shipped", "cancelled"}),
        "shipped": frozenset({"delivered", "lost"}),
        "delivered": frozenset(),
        "lost": frozenset({"delivered"}),
        "cancelled": frozenset(),
    },
)
RETURN: Final = Machine(
    "return",
    "sales_return",
    {
        "requested": frozenset({"approved", "rejected"}),
        "approved": frozenset({"received", "rejected"}),
        "received": frozenset({"settled"}),
        "settled": frozenset(),
        "rejected": frozenset(),
    },
)
STANDING_ORDER: Final = Machine(
    "standing order",
    "standing_order",
    {
        "active": frozenset({"paused", "ended"}),
        "paused": frozenset({"active", "ended"}),
        "ended": frozenset(),
    },
)
MACHINES: Final = (ORDER, SHIPMENT, RETURN, STANDING_ORDER)
OPEN: Final = ("placed", "on_hold", "in_fulfilment")

ORDER.guard(Order.state)
SHIPMENT.guard(Shipment.state)
RETURN.guard(SalesReturn.state)
STANDING_ORDER.guard(StandingOrder.state)
