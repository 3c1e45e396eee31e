"""Order entry's last step: the rows of a new order, what is allocated to its lines, and the levels it is taken from.

The caller holds the products' levels (``backend.locks``). On PostgreSQL all of it is one statement: one round trip, and
no unit of work that sorts dozens of objects to find out in which order they are written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final, cast

from sqlalchemy import ARRAY, Column, Table, TextClause, bindparam, text
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.orm import DeclarativeBase, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from backend.database import now
from backend.sales.allocating import Levels, allot, reserve_all
from backend.sales.tables import Order, OrderLine
from backend.work import Work

_HEAD: Final = [column for column in cast("Table", Order.__table__).columns if column.name != "id"]
_LINE: Final = [
    column for column in cast("Table", OrderLine.__table__).columns if column.name not in {"id", "order_id"}
]


def enter(work: Work, order: Order, levels: Levels, *, expires_at: datetime | None = None) -> Order:
    """Write an order with its lines and allocate what they have as reserved; ``expires_at`` ends the allocations."""
    session = work.session
    if session.get_bind().dialect.name != "postgresql":
        session.add(order)
        session.flush()
        reserve_all(work, [(line, line.reserved) for line in order.lines], levels, expires_at=expires_at)
        return order
    session.flush()
    lines, holds = list(order.lines), list(order.holds)
    values = _values(order, lines, levels) | {"created_at": now(), "expires_at": expires_at}
    keys = {position: (key, order_id) for position, key, order_id in session.connection().execute(_statement(), values)}
    for row in [level for rows in levels.values() for level in rows]:
        set_committed_value(row, "reserved", row.reserved)  # the statement has written it
    for line in lines:
        line.id, line.order_id = keys[line.position]
        make_transient_to_detached(line)
    order.id = lines[0].order_id
    set_committed_value(order, "holds", [])
    make_transient_to_detached(order)
    session.add(order)
    if holds:
        order.holds = holds
        session.flush()
    return order


@cache
def _statement() -> TextClause:
    """Made when it is first used: before all tables are known, a foreign key has no type."""
    types = {column: column.type.compile(PGDialect()) for column in (*_HEAD, *_LINE)}  # type: ignore[no-untyped-call]
    head, line = (", ".join(column.name for column in columns) for columns in (_HEAD, _LINE))
    return text(
        f"""
        WITH placed AS (
            INSERT INTO sales_order ({head})
            VALUES ({", ".join(f"CAST(:{column.name} AS {types[column]})" for column in _HEAD)})
            RETURNING id
        ), line AS (
            INSERT INTO sales_order_line (order_id, {line})
            SELECT placed.id, wanted.* FROM placed, unnest(
                {", ".join(f"CAST(:line_{column.name} AS {types[column]}[])" for column in _LINE)}
            ) AS wanted
            RETURNING id, order_id, position, product_id
        ), taken AS (
            SELECT line.id, line.product_id, part.warehouse_id, part.quantity
            FROM line JOIN unnest(
                CAST(:part_position AS integer[]), CAST(:part_warehouse_id AS bigint[]),
                CAST(:part_quantity AS integer[])
            ) AS part (position, warehouse_id, quantity) ON part.position = line.position
        ), kept AS (
            INSERT INTO reservation (order_line_id, product_id, warehouse_id, quantity, state, created_at, expires_at)
            SELECT id, product_id, warehouse_id, quantity, 'active', :created_at, :expires_at FROM taken
        ), less AS (
            UPDATE stock_level SET reserved = reserved + part.quantity
            FROM (SELECT product_id, warehouse_id, sum(quantity) AS quantity FROM taken GROUP BY 1, 2) AS part
            WHERE stock_level.product_id = part.product_id AND stock_level.warehouse_id = part.warehouse_id
        )
        SELECT position, id, order_id FROM line
        """  # noqa: S608 - the names are those of our own columns
    ).bindparams(
        *(bindparam(column.name, type_=column.type) for column in _HEAD),
        *(bindparam(f"line_{column.name}", type_=ARRAY(column.type)) for column in _LINE),
    )


def _values(order: Order, lines: Sequence[OrderLine], levels: Levels) -> dict[str, Any]:
    """What the statement is given. The levels lose what the lines have as reserved."""
    rows = [_row(line, _LINE) for line in lines]
    parts = [
        (line.position, part.warehouse_id, part.quantity)
        for line in lines
        for part in allot(line.reserved, levels[line.product_id])
    ]
    return {
        **_row(order, _HEAD),
        **{f"line_{column.name}": [row[column.name] for row in rows] for column in _LINE},
        "part_position": [position for position, _, _ in parts],
        "part_warehouse_id": [warehouse_id for _, warehouse_id, _ in parts],
        "part_quantity": [quantity for _, _, quantity in parts],
    }


def _row(new: DeclarativeBase, columns: Sequence[Column[Any]]) -> Mapping[str, Any]:
    """A new object's values by column; it gets the defaults for what it was made without."""
    there = new.__dict__
    for column in columns:
        if column.name not in there:
            default = column.default.arg if isinstance(column.default, ScalarElementColumnDefault) else None
            set_committed_value(new, column.name, default)
    return there
