"""The state of an order as a person sees it, derived from its lines, shipments and holds. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Final, Protocol

from backend.sales.tables import Order

LEFT_THE_HOUSE: Final = frozenset({"shipped", "delivered", "lost"})
BEING_PICKED: Final = frozenset({"planned", "picked"})
_HELD: Final = {  # what is said of the first of these that holds an order
    "buyer_limit": "waiting for approval: it is above the buyer's own limit",
    "discount": "waiting for approval of its discount",
    "overdue": "on hold: an invoice is overdue",
    "credit_limit": "on hold: waiting for our accounts team",
}


class LineAsListed(Protocol):
    """What an order's line comes to, be it an object or a row of a list."""

    @property
    def reserved(self) -> int:
        """Promised from stock."""
        ...

    @property
    def back_ordered(self) -> int:
        """Waiting for stock."""
        ...

    @property
    def shipped(self) -> int:
        """Out of the house."""
        ...


def said_state(order: Order, listed: Sequence[LineAsListed] | None = None) -> str:
    """One short phrase: "on its way", "part shipped, the rest is on back order", …; ``listed`` where the lines are read
    apart from the order.
    """
    lines: Sequence[LineAsListed] = order.lines if listed is None else listed
    if order.state == "cancelled":
        return "cancelled"
    if order.state == "on_hold":
        return _held(order)
    shipped = sum(line.shipped for line in lines)
    waiting = sum(line.reserved + line.back_ordered for line in lines)
    behind = sum(line.back_ordered for line in lines)
    states = {shipment.state for shipment in order.shipments}
    if shipped and waiting:
        return _partly(states, waiting, behind)
    if shipped:
        return _gone(order, states, shipped)
    if "lost" in states:
        return _again(states, waiting, behind)
    if behind == waiting and behind:
        return "on back order"
    first = "being picked" if states & BEING_PICKED or order.state == "in_fulfilment" else "placed"
    return f"{first}, part of it on back order" if behind else first


def _held(order: Order) -> str:
    reasons = {hold.reason for hold in order.holds if hold.released_at is None}
    return next((said for reason, said in _HELD.items() if reason in reasons), "on hold")


def _partly(states: AbstractSet[str], waiting: int, behind: int) -> str:
    if states & BEING_PICKED:
        return "part shipped, more is being picked"
    return "part shipped, the rest is on back order" if behind == waiting else "part shipped"


def _again(states: AbstractSet[str], waiting: int, behind: int) -> str:
    """Nothing that was shipped counts as shipped any more: all of it was lost and is sent again."""
    if states & BEING_PICKED:
        return "lost on its way, the replacement is being picked"
    return "lost on its way, the replacement is on back order" if behind == waiting else "lost on its way, sent again"


def _gone(order: Order, states: AbstractSet[str], shipped: int) -> str:
    if "shipped" in states:
        return "part delivered, the rest is on its way" if "delivered" in states else "on its way"
    if _credited(order, shipped):
        return "delivered, apart from what was lost and credited" if "delivered" in states else "lost and credited"
    return "delivered"


def _credited(order: Order, shipped: int) -> int:
    """How much was lost and not sent again: a replacement leaves the house beyond what counts as shipped."""
    gone = {
        state: sum(line.quantity for shipment in order.shipments if shipment.state == state for line in shipment.lines)
        for state in LEFT_THE_HOUSE
    }
    replaced = max(0, sum(gone.values()) - shipped)
    return max(0, gone["lost"] - replaced)
