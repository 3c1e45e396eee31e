"""The states of an order, and the only ways between them."""

from __future__ import annotations

from backend.errors import Conflict

ORDER: dict[str, frozenset[str]] = {
    "placed": frozenset({"on_hold", "in_fulfilment", "completed", "cancelled"}),
    "on_hold": frozenset({"placed", "cancelled"}),
    "in_fulfilment": frozenset({"completed"}),
    "completed": frozenset(),
    "cancelled": frozenset(),
}
OPEN = ("placed", "on_hold", "in_fulfilment")


def moved(current: str, wanted: str) -> str:
    """The wanted state, if it can be reached from the current one in one step; Conflict otherwise."""
    if wanted not in ORDER[current]:
        raise Conflict(
            f"An order that is {current.replace('_', ' ')} can't become {wanted.replace('_', ' ')}.",
            code="illegal_transition",
        )
    return wanted
