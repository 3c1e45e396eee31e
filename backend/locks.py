"""The only place that locks rows, so that concurrent work never waits in a circle.

Whoever needs several kinds takes them in this order, and within a kind in primary-key order:

    customer → stock levels → documents (quote, order, shipment, return, purchase order) → invoices, payments, credit
    notes → number series (taken last, as everybody needs them)

The stock levels of a product also guard the quantities of the order lines that want it: who changes ``reserved`` or
``back_ordered`` of a line holds its product's levels. SQLite has no row locks; there every writing transaction begins
IMMEDIATE and is alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.customers.tables import Customer
from backend.database import Base
from backend.stock.tables import StockLevel, Warehouse

Row = TypeVar("Row", bound=Base)


def lock_customer(session: Session, customer_id: int) -> Customer:
    """The customer's row, locked: what it owes and has on order can't change underneath."""
    return session.scalars(
        select(Customer).where(Customer.id == customer_id).with_for_update().execution_options(populate_existing=True)
    ).one()


def lock_levels(session: Session, product_ids: Iterable[int]) -> dict[int, Sequence[StockLevel]]:
    """The stock levels of products, locked until the transaction ends; a product without any has an empty list."""
    wanted = sorted(set(product_ids))
    rows = session.scalars(
        select(StockLevel)
        .where(StockLevel.product_id.in_(wanted))
        .order_by(StockLevel.product_id, StockLevel.warehouse_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    levels: dict[int, list[StockLevel]] = {product_id: [] for product_id in wanted}
    for row in rows:
        levels[row.product_id].append(row)
    return dict(levels)


def lock_level(session: Session, product_id: int, warehouse: Warehouse) -> StockLevel:
    """One product's level in one warehouse, made where there is none; locks all levels of the product."""
    for level in lock_levels(session, [product_id])[product_id]:
        if level.warehouse_id == warehouse.id:
            return level
    level = StockLevel(product_id=product_id, warehouse_id=warehouse.id, on_hand=0, reserved=0)
    session.add(level)
    session.flush()
    return level


def lock(session: Session, row: Row) -> Row:
    """Lock a document's row and read it again, so that what is decided on is what is there."""
    session.refresh(row, with_for_update=True)
    return row


def lock_all(session: Session, rows: Iterable[Row]) -> list[Row]:
    """Lock documents of one kind, in primary-key order."""
    return [lock(session, row) for row in sorted(rows, key=lambda row: getattr(row, "id"))]  # noqa: B009 - every document has one
