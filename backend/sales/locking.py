"""Locking an order with all that its quantities depend on, in the order of ``backend.locks``."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from backend.errors import Stale
from backend.locks import lock, lock_levels
from backend.sales.allocating import Levels
from backend.sales.tables import Order, OrderHold, OrderLine, Shipment
from backend.work import Work


def lock_order(work: Work, order: Order, more: Collection[int] = ()) -> Levels:
    """Lock the stock levels of an order's products and of ``more`` (by key), then the order, and read it all again;
    gives the levels.

    What was read before may have changed by then: decide on nothing that is not read afterwards. Stale where a line
    of another product came in while this one waited.
    """
    wanted = work.session.scalars(select(OrderLine.product_id).where(OrderLine.order_id == order.id)).all()
    levels = lock_levels(work.session, [*wanted, *more])
    lock_without_stock(work, order)
    if any(line.product_id not in levels for line in order.lines):
        raise Stale("The order has changed in the meantime. Please try again.")
    return levels


def lock_without_stock(work: Work, order: Order) -> None:
    """Lock an order and read it all again, where neither stock nor what is reserved is going to change."""
    lock(work.session, order)
    read_again(work, [order.id])


def read_again(work: Work, order_ids: Collection[int]) -> None:
    """Bring what the session knows of locked orders' lines, shipments and holds up to what is there."""
    for table in (OrderLine, Shipment, OrderHold):
        query = select(table).where(table.order_id.in_(order_ids))
        work.session.scalars(query.execution_options(populate_existing=True)).all()
