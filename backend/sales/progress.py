"""The state of an order as a person sees it, derived from its lines, shipments and holds. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from backend.sales.tables import Order, OrderLine, Shipment

LEFT_THE_HOUSE: Final = frozenset({"shipped", "delivered", "lost"})
BEING_PICKED: Final = frozenset({"planned", "picked"})
_HELD: Final = {  # what is said of the first of these that holds an order
    "buyer_limit": "waiting for approval: it is above the buyer's own limit",
    "discount": "waiting for approval of its discount",
    "overdue": "on hold: an invoice is overdue",
    "credit_limit": "on hold: waiting for our accounts team",
}


class Held(Protocol):
    """A hold, and whether it was released."""

    @property
    def reason(self) -> str:
        """Why the order is held."""
        ...

    @property
    def released_at(self) -> datetime | None:
        """When it was let go."""
        ...


@dataclass(frozen=True, slots=True)
class Sums:
    """How much of an order is out of the house, still to go, and of that waiting for stock."""

    shipped: int
    waiting: int
    behind: int


def sums_of(lines: Sequence[OrderLine]) -> Sums:
    """The sums over an order's lines."""
    behind = sum(line.back_ordered for line in lines)
    return Sums(sum(line.shipped for line in lines), behind + sum(line.reserved for line in lines), behind)


def said_state(order: Order) -> str:
    """One short phrase: "on its way", "part shipped, the rest is on back order", …"""
    return said_of(order.state, sums_of(order.lines), order.holds, order.shipments)


def said_of(state: str, sums: Sums, holds: Sequence[Held], shipments: Sequence[Shipment]) -> str:
    """The same where the parts of an order were read apart from it; lines of shipments are read if one was lost."""
    if state == "cancelled":
        return "cancelled"
    if state == "on_hold":
        return _held(holds)
    shipped, waiting, behind = sums.shipped, sums.waiting, sums.behind
    states = {shipment.state for shipment in shipments}
    if shipped and waiting:
        return _partly(states, waiting, behind)
    if shipped:
        return _gone(shipments, states, shipped)
    if "lost" in states:
        return _again(states, waiting, behind)
    if behind == waiting and behind:
        return "on back order"
    first = "being picked" if states & BEING_PICKED or state == "in_fulfilment" else "placed"
    return f"{first}, part of it on back order" if behind else first


def _held(holds: Sequence[Held]) -> str:
    reasons = {hold.reason for hold in holds if hold.released_at is None}
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


def _gone(shipments: Sequence[Shipment], states: AbstractSet[str], shipped: int) -> str:
    if "shipped" in states:
        return "part delivered, the rest is on its way" if "delivered" in states else "on its way"
    if "lost" in states and _credited(shipments, shipped):
        return "delivered, apart from what was lost and credited" if "delivered" in states else "lost and credited"
    return "delivered"


def _credited(shipments: Sequence[Shipment], shipped: int) -> int:
    """How much was lost and not sent again: a replacement leaves the house beyond what counts as shipped."""
    gone = {
        state: sum(line.quantity for shipment in shipments if shipment.state == state for line in shipment.lines)
        for state in LEFT_THE_HOUSE
    }
    replaced = max(0, sum(gone.values()) - shipped)
    return max(0, gone["lost"] - replaced)
