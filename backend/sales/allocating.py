"""Allocating stock to order lines and giving it back. The caller holds the products' levels (``backend.locks``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from backend.sales.tables import OrderLine
from backend.stock.tables import Reservation, StockLevel
from backend.work import Work

Levels = Mapping[int, Sequence[StockLevel]]


def available(levels: Sequence[StockLevel]) -> int:
    """What may be promised from some levels of one product."""
    return sum(level.on_hand - level.reserved for level in levels)


def reserve(
    work: Work, line: OrderLine, wanted: int, levels: Sequence[StockLevel], *, expires_at: datetime | None = None
) -> int:
    """Reserve up to ``wanted`` for a line that has its key; from one warehouse where one can cover all of it.

    Returns how much was reserved. The line's own figures are the caller's.
    """
    taken_in_all = 0
    for level in sorted(levels, key=lambda level: (level.on_hand - level.reserved < wanted, level.warehouse_id)):
        taken = min(wanted - taken_in_all, level.on_hand - level.reserved)
        if taken <= 0:
            continue
        level.reserved += taken
        taken_in_all += taken
        work.session.add(
            Reservation(
                order_line_id=line.id,
                product_id=line.product_id,
                warehouse_id=level.warehouse_id,
                quantity=taken,
                expires_at=expires_at,
            )
        )
    return taken_in_all


def allocations(work: Work, line: OrderLine) -> Sequence[Reservation]:
    """What is reserved for a line now, the newest first."""
    return work.session.scalars(
        select(Reservation)
        .where(Reservation.order_line_id == line.id, Reservation.state == "active")
        .order_by(Reservation.id.desc())
    ).all()


def release(
    work: Work, line: OrderLine, quantity: int, levels: Sequence[StockLevel], *, state: str = "released"
) -> int:
    """Give back up to ``quantity`` of what is reserved for a line, the newest allocation first; returns how much.

    A part of an allocation is given back by ending it and opening a smaller one. The line's own figures are the
    caller's.
    """
    by_warehouse = {level.warehouse_id: level for level in levels}
    left = quantity
    for held in allocations(work, line):
        if left <= 0:
            break
        back = min(left, held.quantity)
        by_warehouse[held.warehouse_id].reserved -= back
        held.state = state
        if back < held.quantity:
            work.session.add(
                Reservation(
                    order_line_id=line.id,
                    product_id=line.product_id,
                    warehouse_id=held.warehouse_id,
                    quantity=held.quantity - back,
                    expires_at=held.expires_at,
                )
            )
        left -= back
    return quantity - left
