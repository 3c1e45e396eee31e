"""Writing bulk forecasts and suggestions as rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from backend.catalogue.tables import Product
from backend.customers.tables import Customer
from backend.insight.tables import ForecastRow, ForecastRun, ForecastSeries, Suggestion

BATCH = 500
KEPT_RUNS = {"D": 7, "W": 8, "M": 6}  # of earlier forecasts, by frequency


@dataclass(frozen=True)
class ItemForecast:
    """One product's forecast: see ForecastRow for the meaning of the parts."""

    sku: str
    mean: list[float]
    quantiles: list[list[float]]
    drivers: dict[str, list[float]]
    error: dict[str, float | None]


@dataclass(frozen=True)
class RunFacts:
    """Which model made a bulk forecast, from what."""

    freq: str
    model: str
    version: str
    last_period: date
    horizon: int
    metrics: dict[str, Any]


def store_forecasts(session: Session, facts: RunFacts, items: Iterable[ItemForecast]) -> int:
    """Keep a bulk forecast and make it the current one of its frequency. Returns the number of items.

    Of earlier ones the newest few stay, so that what was said can be held against what came; one that knew as much as
    this gives way to it.
    """
    earlier = select(ForecastRun).where(ForecastRun.freq == facts.freq)
    runs = list(session.scalars(earlier.order_by(ForecastRun.last_period.desc(), ForecastRun.id.desc())))
    kept = [run for run in runs if run.last_period < facts.last_period][: KEPT_RUNS[facts.freq]]
    gone = [run.id for run in runs if run not in kept]
    session.execute(delete(ForecastRow).where(ForecastRow.run_id.in_(gone)))
    session.execute(delete(ForecastSeries).where(ForecastSeries.run_id.in_(gone)))
    session.execute(delete(ForecastRun).where(ForecastRun.id.in_(gone)))
    session.execute(update(ForecastRun).where(ForecastRun.freq == facts.freq).values(current=False))
    run = ForecastRun(**vars(facts), current=True)
    session.add(run)
    session.flush()
    keys = dict(session.execute(select(Product.sku, Product.id)).all())
    rows = [
        {
            "run_id": run.id,
            "product_id": keys[item.sku],
            "mean": item.mean,
            "quantiles": item.quantiles,
            "drivers": item.drivers,
            "error": item.error,
        }
        for item in items
        if item.sku in keys
    ]
    for start in range(0, len(rows), BATCH):
        session.execute(insert(ForecastRow), rows[start : start + BATCH])
    return len(rows)


@dataclass(frozen=True)
class SeriesForecast:
    """The forecast of a sum of products: see ForecastSeries for the meaning of the parts."""

    kind: str
    key: str
    mean: list[float]
    quantiles: list[list[float]]
    drivers: dict[str, list[float]]
    error: dict[str, Any]


def store_series(session: Session, run: ForecastRun, items: Iterable[SeriesForecast]) -> int:
    """Keep the sums of a bulk forecast beside its products; those of earlier runs go. Returns their number."""
    earlier = select(ForecastRun.id).where(ForecastRun.freq == run.freq)
    session.execute(delete(ForecastSeries).where(ForecastSeries.run_id.in_(earlier)))
    rows = [{"run_id": run.id, **vars(item)} for item in items]
    for start in range(0, len(rows), BATCH):
        session.execute(insert(ForecastSeries), rows[start : start + BATCH])
    return len(rows)


@dataclass(frozen=True)
class ItemSuggestion:
    """A product a customer is likely to need."""

    customer: str
    sku: str
    rank: int
    score: float
    quantity: int
    due: date | None
    reason: Mapping[str, Any]


def store_suggestions(session: Session, as_of: date, items: Iterable[ItemSuggestion]) -> int:
    """Replace all suggestions. Returns their number."""
    session.execute(delete(Suggestion))
    products = dict(session.execute(select(Product.sku, Product.id)).all())
    customers = dict(session.execute(select(Customer.code, Customer.id)).all())
    rows = [
        {
            "customer_id": customers[item.customer],
            "product_id": products[item.sku],
            "rank": item.rank,
            "score": item.score,
            "quantity": item.quantity,
            "due_date": item.due,
            "reason": dict(item.reason),
            "as_of": as_of,
        }
        for item in items
        if item.customer in customers and item.sku in products
    ]
    for start in range(0, len(rows), BATCH):
        session.execute(insert(Suggestion), rows[start : start + BATCH])
    return len(rows)
