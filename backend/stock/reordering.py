"""Reorder points: at or below how much available to promise a product is low.

With a weekly forecast: the demand expected over the supplier's lead time and a safety stock against the forecast's own
spread (Silver, Pyke & Thomas 2017, ch. 6; ``models.inventory.policies``). Without one: what was sold in the last days,
14 unless the settings say otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, delete, exists, func, insert, select

from backend.catalogue.tables import Product
from backend.database import now
from backend.insight.queries import current_run
from backend.insight.tables import ForecastRow
from backend.purchasing.replenishment import SERVICE_LEVEL
from backend.sales.covering import measured_lead_times
from backend.sales.tables import Order, OrderLine
from backend.settings import settings
from backend.stock.tables import ReorderPoint
from backend.work import Work
from models.inventory import reorder_point, safety_stock

WORKING_DAYS: Final = 5
Q10, Q90 = 0, 8
DEVIATIONS: Final = 2.563  # standard deviations of a normal distribution between its 10 % and its 90 % quantile


def from_forecast(
    mean: Sequence[float], quantiles: Sequence[Sequence[float]], lead_time_days: int, deviation: float = 0.0
) -> int:
    """The reorder point by a weekly forecast; lead time and its standard deviation in working days. Pure."""
    weeks = max(1.0, lead_time_days / WORKING_DAYS)
    ahead = min(len(mean), math.ceil(weeks))
    expected = sum(mean[:ahead]) / ahead
    spread = sum(max(0.0, step[Q90] - step[Q10]) for step in quantiles[:ahead]) / ahead / DEVIATIONS
    safety = safety_stock(
        SERVICE_LEVEL, spread, weeks, mean_demand=expected, lead_time_deviation=deviation / WORKING_DAYS
    )
    return max(0, math.ceil(reorder_point(expected, weeks, safety)))


def due(work: Work) -> bool:
    """Whether a product on sale has no reorder point of today, or a newer forecast has been made."""
    current = [ReorderPoint.product_id == Product.id, ReorderPoint.as_of == work.clock.today()]
    run = current_run(work.session, "W")
    newer: list[ColumnElement[bool]] = [] if run is None else [ReorderPoint.made_at >= run.made_at]
    there = exists().where(*current, *newer)
    return work.session.scalar(select(Product.id).where(Product.active, ~there).limit(1)) is not None


def set_points(work: Work) -> int:
    """Make the reorder points of every product on sale anew; returns their number."""
    products = work.session.scalars(select(Product.id).where(Product.active)).all()
    leads, expected, sold = measured_lead_times(work, products), _forecasts(work), _sold(work)
    rows: list[dict[str, Any]] = []
    for key in products:
        forecast = expected.get(key)
        lead = leads[key]
        quantity = from_forecast(*forecast, lead.days, lead.deviation) if forecast else sold.get(key, 0)
        basis = "forecast" if forecast else "sales"
        rows.append({"product_id": key, "quantity": quantity, "basis": basis, "as_of": work.clock.today()})
    work.session.execute(delete(ReorderPoint))
    made_at = now()
    if rows:
        work.session.execute(insert(ReorderPoint), [{**row, "made_at": made_at} for row in rows])
    return len(rows)


def _forecasts(work: Work) -> Mapping[int, tuple[list[float], list[list[float]]]]:
    run = current_run(work.session, "W")
    if run is None:
        return {}
    rows = work.session.execute(
        select(ForecastRow.product_id, ForecastRow.mean, ForecastRow.quantiles).where(ForecastRow.run_id == run.id)
    )
    return {key: (mean, quantiles) for key, mean, quantiles in rows if mean}


def _sold(work: Work) -> dict[int, int]:
    since = work.clock.start_of(work.clock.today() - timedelta(days=settings().low_stock_days))
    rows = work.session.execute(
        select(OrderLine.product_id, func.sum(OrderLine.quantity - OrderLine.cancelled))
        .join(Order)
        .where(Order.placed_at >= since, Order.state != "cancelled")
        .group_by(OrderLine.product_id)
    )
    return {key: int(quantity) for key, quantity in rows}
