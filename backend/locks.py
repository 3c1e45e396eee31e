"""The only place that locks rows, so that concurrent work never waits in a circle.

Whoever needs several kinds takes them in this order, and within a kind in primary-key order:

    suppliers → customer → stock levels → documents (quote, order, shipment, return, purchase order) → invoices,
    payments, credit notes → number series (taken last, as everybody needs them)

All suppliers are locked by who approves a proposal (``backend/purchasing/candidates.py``), before anything else: of
two buyers who approve the same one at once, the second finds that it has changed.

The stock levels of a product also guard the quantities of the order lines that want it: who changes ``reserved`` or
``back_ordered`` of a line holds its product's levels. SQLite has no row locks; there every writing transaction begins
IMMEDIATE and is alone.

The locks leave the key to be shared (PostgreSQL: FOR NO KEY UPDATE): a foreign key's check takes no part in the order
above, so a row that only refers to a locked one (an event to its customer, an invoice to its order) must not wait.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, TypeVar

from sqlalchemy import bindparam, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.customers.tables import Customer
from backend.database import Base
from backend.stock.tables import StockLevel, Warehouse

Row = TypeVar("Row", bound=Base)
_LEVELS: Final = (  # asked for every order, so it is built once
    select(StockLevel)
    .where(StockLevel.product_id.in_(bindparam("products", expanding=True)))
    .order_by(StockLevel.product_id, StockLevel.warehouse_id)
    .with_for_update(key_share=True)
    .execution_options(populate_existing=True)
)


def lock_customer(session: Session, customer_id: int) -> Customer:
    """The customer's row, locked: what it owes and has on order can't change underneath."""
    return session.scalars(
        select(Customer)
        .where(Customer.id == customer_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()


def lock_levels(session: Session, product_ids: Iterable[int]) -> dict[int, Sequence[StockLevel]]:
    """The stock levels of products, locked until the transaction ends; a product without any has an empty list."""
    wanted = sorted(set(product_ids))
    rows = session.scalars(_LEVELS, {"products": wanted}).all()
    levels: dict[int, list[StockLevel]] = {product_id: [] for product_id in wanted}
    for row in rows:
        levels[row.product_id].append(row)
    return dict(levels)


def lock_level(session: Session, product_id: int, warehouse: Warehouse) -> StockLevel:
    """One product's level in one warehouse, made where there is none; locks all levels of the product."""
    return lock_levels_at(session, [product_id], warehouse)[product_id]


def lock_levels_at(session: Session, product_ids: Iterable[int], warehouse: Warehouse) -> dict[int, StockLevel]:
    """The levels of products in one warehouse, made where there are none; locks all levels of the products."""
    wanted = sorted(set(product_ids))
    _make_levels(session, wanted, warehouse)
    locked = lock_levels(session, wanted)
    return {key: next(level for level in locked[key] if level.warehouse_id == warehouse.id) for key in wanted}


def _make_levels(session: Session, product_ids: Sequence[int], warehouse: Warehouse) -> None:
    """Before any level is locked, in key order: who waits for another's insert holds nothing that a third waits for."""
    there = set(
        session.scalars(
            select(StockLevel.product_id).where(
                StockLevel.product_id.in_(product_ids), StockLevel.warehouse_id == warehouse.id
            )
        )
    )
    for product_id in product_ids:
        if product_id in there:
            continue
        try:
            with session.begin_nested():
                values = {"product_id": product_id, "warehouse_id": warehouse.id, "on_hand": 0, "reserved": 0}
                session.execute(insert(StockLevel).values(values))
        except IntegrityError:  # somebody else has just made it
            continue


def lock(session: Session, row: Row) -> Row:
    """Lock a document's row and read it again, so that what is decided on is what is there."""
    session.refresh(row, with_for_update={"key_share": True, "of": type(row)})  # and nothing that was read with it
    return row


def lock_all(session: Session, rows: Iterable[Row]) -> list[Row]:
    """Lock documents of one kind, in primary-key order."""
    return [lock(session, row) for row in sorted(rows, key=lambda row: getattr(row, "id"))]  # noqa: B009 - every document has one
