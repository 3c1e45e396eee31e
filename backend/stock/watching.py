"""Telling that a product has become low, or is back: an event when a line is crossed, none while it stays there."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from backend.catalogue.tables import Product
from backend.events.service import publish
from backend.sales.allocating import Levels, available
from backend.stock.queries import reorder_points
from backend.work import Work


def free(levels: Levels) -> dict[int, int]:
    """What may be promised of each product from its levels."""
    return {product_id: available(rows) for product_id, rows in levels.items()}


def tell(work: Work, before: Mapping[int, int], after: Mapping[int, int]) -> None:
    """Publish ``stock.low`` and ``stock.back`` for products whose available to promise has changed.

    Low: it has fallen to the reorder point or below. Back: there was none, and there is some. One query for the
    reorder points where anything has fallen, and none else.
    """
    fallen = [key for key, now in after.items() if now < before.get(key, 0)]
    back = [key for key, now in after.items() if before.get(key, 0) <= 0 < now]
    points = reorder_points(work.session, fallen) if fallen else {}
    low = [key for key in fallen if key in points and after[key] <= points[key] < before.get(key, 0)]
    if not low and not back:
        return
    names = _products(work, [*low, *back])
    for key in low:
        _publish(work, "stock.low", names[key], after[key], points[key])
    for key in back:
        _publish(work, "stock.back", names[key], after[key], None)


def _products(work: Work, product_ids: list[int]) -> dict[int, tuple[str, str]]:
    rows = work.session.execute(select(Product.id, Product.sku, Product.name).where(Product.id.in_(product_ids)))
    return {key: (sku, name) for key, sku, name in rows}


def _publish(work: Work, kind: str, product: tuple[str, str], available_now: int, point: int | None) -> None:
    payload: dict[str, object] = {"sku": product[0], "name": product[1], "available": available_now}
    if point is not None:
        payload["reorder_point"] = point
    publish(work, kind, "product", product[0], payload)
