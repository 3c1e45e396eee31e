"""Cancelling an order with a reason: all of it, single lines, or what is still open of one that has left in part."""

from __future__ import annotations

from collections.abc import Collection

from backend.errors import Conflict, Invalid
from backend.sales import carts, service
from backend.sales.changeable import line_at, open_of, ordered
from backend.sales.changes import Changes
from backend.sales.changing import change, locked
from backend.sales.planning import planned
from backend.sales.tables import Order
from backend.work import Work


def cancel(work: Work, order: Order, reason: str, positions: Collection[int] | None = None) -> Order:
    """Cancel an order, or lines of it by position. Conflict, with what is possible instead, where it is too late."""
    if positions is not None:
        return cancel_lines(work, order, positions, reason)
    carts.require_for(work, order.customer)
    locked(work, order)
    _require_whole(work, order)
    return service.cancel_order(work, order, _said(reason))


def cancel_lines(work: Work, order: Order, positions: Collection[int], reason: str) -> Order:
    """Cancel what is still open of lines; the order itself where nothing else is left of it.

    The rest keeps its prices; delivery follows the goods until a part has left.
    """
    reason = _said(reason)
    if not positions:
        raise Invalid("Say which lines are to be cancelled.", code="no_lines")
    carts.require_for(work, order.customer)
    locked(work, order)
    parts = planned(work, order)
    named = {line_at(order, position).id for position in positions} if order.state not in _ENDED else set()
    rest = [line for line in order.lines if ordered(line) and line.id not in named]
    if named and not rest and not parts and not any(line.shipped for line in order.lines):
        return service.cancel_order(work, order, reason)
    return change(work, order, Changes(cancel=frozenset(positions)), reason=reason)


def cancel_rest(work: Work, order: Order, reason: str) -> Order:
    """Cancel all that is in no shipment yet: of an order of which nothing has left, or is about to, the whole."""
    carts.require_for(work, order.customer)
    locked(work, order)
    parts = planned(work, order)
    still_open = [line.position for line in order.lines if open_of(line, parts) > 0]
    if not still_open:
        raise Conflict(
            f"Nothing of {order.number} is open any more. You can return what was delivered.", code="nothing_open"
        )
    return cancel_lines(work, order, still_open, reason)


_ENDED = ("completed", "cancelled")


def _said(reason: str) -> str:
    reason = " ".join(reason.split())
    if not reason:
        raise Invalid("Please say why it is cancelled.", code="reason_missing")
    return reason[:200]


def _require_whole(work: Work, order: Order) -> None:
    if order.state == "cancelled":
        raise Conflict(f"{order.number} is cancelled already.", code="order_cancelled")
    if order.state == "completed":
        raise Conflict(
            f"{order.number} has been delivered, so it can't be cancelled. You can return its lines.",
            code="order_completed",
        )
    if any(line.shipped for line in order.lines) or planned(work, order):
        still_open = any(open_of(line, planned(work, order)) > 0 for line in order.lines)
        rest = " You can cancel the lines that are still open." if still_open else ""
        raise Conflict(
            f"Part of {order.number} is being picked or has been sent, so it can't be cancelled as a whole.{rest} What "
            "has been delivered can be returned.",
            code="shipped",
        )
