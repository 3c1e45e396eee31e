"""Giving allocations back where less lies in a warehouse than is reserved there: the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from backend.errors import Conflict
from backend.sales.allocating import give_up
from backend.sales.tables import OrderLine, Shipment, ShipmentLine
from backend.stock.tables import Reservation, StockLevel
from backend.work import Work

HELD_BY = ("planned", "picked")


@dataclass(frozen=True)
class GivenBack:
    """How much an order line lost of what was reserved for it, and when the rest is promised now."""

    order: str
    position: int
    quantity: int
    promised_date: date | None


@dataclass(frozen=True)
class Holding:
    """An allocation in a warehouse, the line it is for, and how much of it is in no shipment yet."""

    held: Reservation
    line: OrderLine
    spare: int


def holdings(work: Work, level: StockLevel) -> list[Holding]:
    """What is reserved in a level, the newest first. The level is locked.

    What a planned or picked shipment takes from a line's allocations is taken from the oldest of them.
    """
    rows = work.session.execute(
        select(Reservation, OrderLine)
        .join(OrderLine, OrderLine.id == Reservation.order_line_id)
        .where(
            Reservation.product_id == level.product_id,
            Reservation.warehouse_id == level.warehouse_id,
            Reservation.state == "active",
        )
        .options(joinedload(OrderLine.order))
        .order_by(Reservation.created_at.desc(), Reservation.id.desc())
        .execution_options(populate_existing=True)
    ).all()
    spare: dict[int, int] = {}
    for held, line in rows:
        spare[line.id] = spare.get(line.id, 0) + held.quantity
    for line_id, quantity in _in_shipments(work, level).items():
        spare[line_id] = max(0, spare.get(line_id, 0) - quantity)
    found = []
    for held, line in rows:
        free = min(held.quantity, spare[line.id])
        spare[line.id] -= free
        found.append(Holding(held, line, free))
    return found


def _in_shipments(work: Work, level: StockLevel) -> dict[int, int]:
    rows = work.session.execute(
        select(ShipmentLine.order_line_id, func.sum(ShipmentLine.quantity))
        .join(Shipment, Shipment.id == ShipmentLine.shipment_id)
        .join(OrderLine, OrderLine.id == ShipmentLine.order_line_id)
        .where(
            OrderLine.product_id == level.product_id,
            Shipment.warehouse_id == level.warehouse_id,
            Shipment.state.in_(HELD_BY),
        )
        .group_by(ShipmentLine.order_line_id)
    )
    return {line_id: int(quantity) for line_id, quantity in rows}


def needed(work: Work, level: StockLevel, on_hand: int) -> list[tuple[Holding, int]]:
    """Which allocations have to be given back, and how much of each, so that ``on_hand`` covers the rest.

    Conflict where that is not possible without goods that are in a planned or picked shipment.
    """
    left = level.reserved - on_hand
    if left <= 0:
        return []
    found = []
    for holding in holdings(work, level):
        back = min(left, holding.spare)
        if back:
            found.append((holding, back))
            left -= back
    if left > 0:
        raise _in_the_way(work, level, left)
    return found


def _in_the_way(work: Work, level: StockLevel, missing: int) -> Conflict:
    numbers = work.session.scalars(
        select(Shipment.number)
        .distinct()
        .join(ShipmentLine, ShipmentLine.shipment_id == Shipment.id)
        .join(OrderLine, OrderLine.id == ShipmentLine.order_line_id)
        .where(
            OrderLine.product_id == level.product_id,
            Shipment.warehouse_id == level.warehouse_id,
            Shipment.state.in_(HELD_BY),
        )
        .order_by(Shipment.number)
    ).all()
    sentence = f"{missing:,} of what would be missing is in shipments that are planned or picked: {', '.join(numbers)}."
    return Conflict(f"{sentence} Cancel or change those first.", code="in_shipments", missing=missing)


def give_back(work: Work, level: StockLevel, wanted: Sequence[tuple[Holding, int]]) -> list[OrderLine]:
    """Give parts of allocations back; their lines wait again. Returns the lines. Their orders are locked."""
    lines: dict[int, OrderLine] = {}
    for holding, quantity in wanted:
        give_up(work, holding.held, quantity, level)
        holding.line.reserved -= quantity
        holding.line.back_ordered += quantity
        lines[holding.line.id] = holding.line
    return list(lines.values())
