"""Allocating stock to order lines and giving it back. The caller holds the products' levels (``backend.locks``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import insert, select, text
from sqlalchemy.orm.attributes import set_committed_value

from backend.database import now
from backend.sales.tables import OrderLine
from backend.stock.tables import Reservation, StockLevel
from backend.work import Work

Levels = Mapping[int, Sequence[StockLevel]]
_RESERVE: Final = text(
    """
    WITH wanted AS (
        SELECT * FROM unnest(
            CAST(:order_line_id AS bigint[]), CAST(:product_id AS bigint[]),
            CAST(:warehouse_id AS bigint[]), CAST(:quantity AS integer[])
        ) AS wanted (order_line_id, product_id, warehouse_id, quantity)
    ), kept AS (
        INSERT INTO reservation (order_line_id, product_id, warehouse_id, quantity, state, created_at, expires_at)
        SELECT order_line_id, product_id, warehouse_id, quantity, 'active', :created_at, :expires_at FROM wanted
    )
    UPDATE stock_level SET reserved = reserved + taken.quantity
    FROM (SELECT product_id, warehouse_id, sum(quantity) AS quantity FROM wanted GROUP BY 1, 2) AS taken
    WHERE stock_level.product_id = taken.product_id AND stock_level.warehouse_id = taken.warehouse_id
    """
)
"""PostgreSQL: all allocations and their levels in one round trip instead of two for each line."""


def available(levels: Sequence[StockLevel]) -> int:
    """What may be promised from some levels of one product."""
    return sum(level.on_hand - level.reserved for level in levels)


def reserve(
    work: Work, line: OrderLine, wanted: int, levels: Sequence[StockLevel], *, expires_at: datetime | None = None
) -> int:
    """Reserve up to ``wanted`` for a line that has its key; from one warehouse where one can cover all of it.

    Returns how much was reserved. The line's own figures are the caller's.
    """
    return reserve_all(work, [(line, wanted)], {line.product_id: levels}, expires_at=expires_at)[0]


def reserve_all(
    work: Work, wanted: Sequence[tuple[OrderLine, int]], levels: Levels, *, expires_at: datetime | None = None
) -> list[int]:
    """Reserve up to so much for each line, in one statement; how much was reserved, in the order of the lines."""
    rows: list[dict[str, Any]] = []
    work.session.flush()
    taken = []
    for line, quantity in wanted:
        parts = allot(quantity, levels[line.product_id])
        taken.append(sum(part.quantity for part in parts))
        own = {"order_line_id": line.id, "product_id": line.product_id, "expires_at": expires_at}
        rows += [{**own, **part._asdict()} for part in parts]
    if not rows:
        return taken
    if work.session.get_bind().dialect.name != "postgresql":
        work.session.execute(insert(Reservation), rows)
        return taken
    for line, _ in wanted:
        for level in levels[line.product_id]:
            set_committed_value(level, "reserved", level.reserved)  # the statement writes it
    columns = {
        name: [row[name] for row in rows] for name in ("order_line_id", "product_id", "warehouse_id", "quantity")
    }
    work.session.execute(_RESERVE, {**columns, "created_at": now(), "expires_at": expires_at})
    return taken


class Part(NamedTuple):
    """So many sales units from a warehouse."""

    warehouse_id: int
    quantity: int


def allot(wanted: int, levels: Sequence[StockLevel]) -> list[Part]:
    """Take up to ``wanted`` from a product's levels; from one warehouse where one can cover all of it."""
    parts = []
    for level in sorted(levels, key=lambda level: (level.on_hand - level.reserved < wanted, level.warehouse_id)):
        taken = min(wanted, level.on_hand - level.reserved)
        if taken > 0:
            level.reserved += taken
            wanted -= taken
            parts.append(Part(level.warehouse_id, taken))
    return parts


def allocations(work: Work, line: OrderLine) -> Sequence[Reservation]:
    """What is reserved for a line now, the newest first."""
    return work.session.scalars(
        select(Reservation)
        .where(Reservation.order_line_id == line.id, Reservation.state == "active")
        .order_by(Reservation.created_at.desc(), Reservation.id.desc())
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
        give_up(work, held, back, by_warehouse[held.warehouse_id], state=state)
        left -= back
    return quantity - left


def give_up(work: Work, held: Reservation, quantity: int, level: StockLevel, *, state: str = "released") -> None:
    """End an allocation of which ``quantity`` goes back to its level; the rest of it is a new, smaller one."""
    level.reserved -= quantity
    held.state = state
    if quantity < held.quantity:
        work.session.add(
            Reservation(
                order_line_id=held.order_line_id,
                product_id=held.product_id,
                warehouse_id=held.warehouse_id,
                quantity=held.quantity - quantity,
                created_at=held.created_at,
                expires_at=held.expires_at,
            )
        )
