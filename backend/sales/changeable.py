"""What may still be changed of an order in its state, and what is possible instead where it may not.

Placed and held orders may be changed in everything. Once parts are being picked or have left, only lines that are in no
shipment, and what concerns the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from backend.errors import Conflict, Invalid
from backend.sales.changes import KEEP, Changes
from backend.sales.tables import Order, OrderLine

LEFT: Final = ("shipped", "delivered", "lost")


def ordered(line: OrderLine) -> int:
    """How much is ordered of a line, net of what is cancelled."""
    return line.quantity - line.cancelled


def line_at(order: Order, position: int) -> OrderLine:
    """The line at a position; Invalid for one that is not there, Conflict for one that was taken out."""
    line = next((line for line in order.lines if line.position == position), None)
    if line is None:
        raise Invalid(f"{order.number} has no line {position}.", code="unknown_line", position=position)
    if not ordered(line):
        raise Conflict(
            f"Line {position} of {order.number} ({line.product.name}) was cancelled. You can add the product again.",
            code="line_cancelled",
            position=position,
        )
    return line


def require_changeable(order: Order, changes: Changes, planned: Mapping[int, int]) -> None:
    """Conflict, with what is possible instead, where the order is too far on its way for one of the changes.

    ``planned`` is how much of which line (by key) is in shipments that have not left.
    """
    if order.state == "completed":
        raise Conflict(
            f"{order.number} has been delivered, so it can't be changed. You can return or exchange its lines, or "
            "repeat it as a new order.",
            code="order_completed",
        )
    if order.state == "cancelled":
        raise Conflict(
            f"{order.number} was cancelled, so it can't be changed. You can repeat it as a new order.",
            code="order_cancelled",
        )
    for position in sorted({*changes.quantities, *changes.swaps}):
        _require_untouched(order, line_at(order, position), planned)
    for position in sorted(changes.cancel):
        require_open(order, line_at(order, position), planned)
    _require_movable(order, changes)


def open_of(line: OrderLine, planned: Mapping[int, int]) -> int:
    """How much of a line is in no shipment yet, and can be taken off."""
    return line.reserved + line.back_ordered - planned.get(line.id, 0)


def require_open(order: Order, line: OrderLine, planned: Mapping[int, int]) -> None:
    """Conflict where nothing of a line can be cancelled any more."""
    if open_of(line, planned) <= 0:
        raise Conflict(
            f"All of line {line.position} of {order.number} ({line.product.name}) is being picked or has been sent, so "
            "it can't be cancelled. You can return it once it is delivered.",
            code="line_not_open",
            position=line.position,
        )


def _require_untouched(order: Order, line: OrderLine, planned: Mapping[int, int]) -> None:
    rest = " What is still open of it can be cancelled." if open_of(line, planned) > 0 else ""
    where = f"Line {line.position} of {order.number} ({line.product.name})"
    if line.shipped:
        sentence = f"{where} has been sent, at least in part, so it can't be changed. You can return or exchange it."
        raise Conflict(sentence + rest, code="line_shipped", position=line.position)
    if planned.get(line.id):
        raise Conflict(
            f"{where} is being picked, so it can't be changed. You can return or exchange it once it is delivered, or "
            f"order more of it.{rest}",
            code="line_in_shipment",
            position=line.position,
        )


def _require_movable(order: Order, changes: Changes) -> None:
    states = {shipment.state for shipment in order.shipments}
    if changes.address is not None and states & {"picked", *LEFT}:
        raise Conflict(
            f"Part of {order.number} is packed or has been sent, so its address can't be changed any more. You can "
            "cancel what is still open and order it anew to the other address.",
            code="address_fixed",
        )
    if changes.requested_date is not KEEP and "picked" in states:
        raise Conflict(
            f"{order.number} is packed already, so its date can't be changed. The order desk can stop the shipment.",
            code="date_fixed",
        )
    pays = changes.payment_method is not None or changes.payment_days is not None
    if pays and any(line.shipped for line in order.lines):
        raise Conflict(
            f"Part of {order.number} has been invoiced, so how it is paid can't be changed any more. Please talk to us "
            "about the invoice.",
            code="payment_fixed",
        )
