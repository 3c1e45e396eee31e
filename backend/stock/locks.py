"""The only place that locks stock, in primary-key order, so that concurrent orders never wait in a circle.

SQLite has no row locks; there every writing transaction begins IMMEDIATE and is alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.stock.tables import StockLevel


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
    return {product_id: [row for row in rows if row.product_id == product_id] for product_id in wanted}
