"""The states of a purchase order, and the only ways between them."""

from __future__ import annotations

PURCHASE_ORDER: dict[str, frozenset[str]] = {
    "proposed": frozenset({"approved", "cancelled"}),
    "approved": frozenset({"sent", "cancelled"}),
    "sent": frozenset({"part_received", "received", "cancelled"}),
    "part_received": frozenset({"received"}),
    "received": frozenset(),
    "cancelled": frozenset(),
}
