"""What of an order can go into a shipment: reserved in a warehouse, and in no other shipment that has not left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import func, select

from backend.errors import Conflict, Invalid
from backend.sales.tables import Order, OrderLine, Shipment, ShipmentLine
from backend.stock.tables import Reservation, Warehouse
from backend.work import Work

NOT_GONE: Final = ("planned", "picked")
Quantities = dict[int, int]  # by the key of an order line


def planned(work: Work, order: Order) -> Quantities:
    """How much of each line is in shipments that have not left yet: it can't be taken off the order before they are
    cancelled.
    """
    found: Quantities = {}
    for (_, line_id), quantity in _in_shipments(work, order).items():
        found[line_id] = found.get(line_id, 0) + quantity
    return found


def plannable(work: Work, order: Order) -> dict[int, Quantities]:
    """How much of which line can be planned, by the key of the warehouse where it is reserved."""
    rows = work.session.execute(
        select(Reservation.warehouse_id, Reservation.order_line_id, func.sum(Reservation.quantity))
        .join(OrderLine, OrderLine.id == Reservation.order_line_id)
        .where(OrderLine.order_id == order.id, Reservation.state == "active")
        .group_by(Reservation.warehouse_id, Reservation.order_line_id)
        .order_by(Reservation.warehouse_id)
    )
    taken = _in_shipments(work, order)
    found: dict[int, Quantities] = {}
    for warehouse_id, line_id, reserved in rows:
        left = int(reserved) - taken.get((warehouse_id, line_id), 0)
        if left > 0:
            found.setdefault(warehouse_id, {})[line_id] = left
    return found


def _in_shipments(work: Work, order: Order) -> dict[tuple[int | None, int], int]:
    rows = work.session.execute(
        select(Shipment.warehouse_id, ShipmentLine.order_line_id, func.sum(ShipmentLine.quantity))
        .join(ShipmentLine, ShipmentLine.shipment_id == Shipment.id)
        .where(Shipment.order_id == order.id, Shipment.state.in_(NOT_GONE))
        .group_by(Shipment.warehouse_id, ShipmentLine.order_line_id)
    )
    return {(warehouse_id, line_id): int(quantity) for warehouse_id, line_id, quantity in rows}


def chosen(
    work: Work, order: Order, lines: Mapping[int, int] | None, warehouse: Warehouse | None
) -> tuple[int, Quantities]:
    """The warehouse a shipment leaves from and how much of which line it takes.

    ``lines`` are quantities by line position; None takes all there is in the warehouse, by default the one that has
    most. Chosen lines come from the first warehouse that has all of them. Conflict where there is too little.
    """
    possible = plannable(work, order)
    if warehouse is not None:
        possible = {key: parts for key, parts in possible.items() if key == warehouse.id}
    if lines is None:
        if not possible:
            raise _nothing(warehouse)
        return max(possible.items(), key=lambda item: sum(item[1].values()))
    wanted = _by_line(order, lines)
    for warehouse_id, parts in possible.items():
        if all(parts.get(key, 0) >= quantity for key, quantity in wanted.items()):
            return warehouse_id, wanted
    raise _too_little(order, wanted, possible)


def _by_line(order: Order, lines: Mapping[int, int]) -> Quantities:
    if not lines:
        raise Invalid("Say which lines the shipment takes, or leave them out for all of them.", code="no_lines")
    known = {line.position: line.id for line in order.lines}
    for position, quantity in lines.items():
        if position not in known:
            raise Invalid(f"{order.number} has no line {position}.", code="unknown_line", position=position)
        if quantity < 1:
            raise Invalid(f"Line {position}: at least 1.", code="quantity_too_small", position=position)
    return {known[position]: quantity for position, quantity in lines.items()}


def _nothing(warehouse: Warehouse | None) -> Conflict:
    where = f" in {warehouse.name}" if warehouse else ""
    sentence = f"Nothing of this order is reserved{where} that is not in a shipment already."
    return Conflict(sentence, code="nothing_to_ship")


def _too_little(order: Order, wanted: Quantities, possible: Mapping[int, Quantities]) -> Conflict:
    """Which line is short; or that no single warehouse has all of it."""
    for line in order.lines:
        most = max((parts.get(line.id, 0) for parts in possible.values()), default=0)
        if wanted.get(line.id, 0) > most:
            return Conflict(
                f"Line {line.position} ({line.product.name}): {wanted[line.id]} is asked for, and {most} is reserved "
                "in one warehouse and in no shipment yet.",
                code="not_reserved",
                position=line.position,
                available=most,
            )
    sentence = "No warehouse has all of these lines. A shipment leaves from one warehouse: please plan one for each."
    return Conflict(sentence, code="not_in_one_warehouse")
