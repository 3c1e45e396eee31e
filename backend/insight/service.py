"""Forecast answers, made from rows: history, the months ahead, last year, and how far to trust them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from backend.catalogue.tables import Product
from backend.errors import NotFound
from backend.identity.permissions import Permission
from backend.insight import queries
from backend.insight.tables import ForecastRow, ForecastRun
from backend.work import Work

HISTORY = {"D": 90, "W": 78, "M": 24}
SEASON = {"D": 7, "W": 52, "M": 12}
PERIOD = {"D": "day", "W": "week", "M": "month"}


@dataclass(frozen=True)
class Step:
    """A period ahead: the median, the mean, and the bounds of the 80 % band, in sales units."""

    start: date
    median: float
    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Outlook:
    """A forecast with what it rests on."""

    title: str
    freq: str
    history: tuple[tuple[date, float], ...]
    steps: tuple[Step, ...]
    drivers: dict[str, float]
    error: dict[str, Any]
    run: ForecastRun
    products: int


def next_period(start: date, freq: str) -> date:
    """The start of the period after."""
    if freq == "D":
        return start + timedelta(days=1)
    if freq == "W":
        return start + timedelta(days=7)
    return (start.replace(day=1) + timedelta(days=32)).replace(day=1)


def outlook(work: Work, title: str, products: Sequence[Product], freq: str, horizon: int) -> Outlook:
    """The forecast of a product, or of several in sum, over the next ``horizon`` periods (at most the run's).

    The band of a sum adds the bands up, as if all products moved together: the widest it can be.
    NotFound where no forecast has been made for them.
    """
    work.principal.require(Permission.SEE_FORECASTS, "Forecasts are for our sales reps, buyers and managers.")
    run = queries.current_run(work.session, freq)
    if run is None:
        raise NotFound("No forecast has been made yet. Run: quartermaster train forecast", code="no_forecast")
    rows = queries.forecast_rows(work.session, run, [product.id for product in products])
    if not rows:
        raise NotFound(f"There is no forecast for {title} yet; it has no sales to go by.", code="no_forecast")
    horizon = min(horizon, run.horizon)
    steps = _steps(rows, run, horizon)
    return Outlook(
        title=title,
        freq=freq,
        history=_history(work, products, run, freq),
        steps=tuple(steps),
        drivers=_drivers(rows, horizon),
        error=dict(rows[0].error) if len(rows) == 1 else {},
        run=run,
        products=len(rows),
    )


def _steps(rows: Sequence[ForecastRow], run: ForecastRun, horizon: int) -> list[Step]:
    steps, start = [], run.last_period
    for index in range(horizon):
        start = next_period(start, run.freq)
        parts = [row.quantiles[index] for row in rows]
        steps.append(
            Step(
                start=start,
                median=sum(part[4] for part in parts),
                mean=sum(row.mean[index] for row in rows),
                low=sum(part[0] for part in parts),
                high=sum(part[8] for part in parts),
            )
        )
    return steps


def _drivers(rows: Sequence[ForecastRow], horizon: int) -> dict[str, float]:
    names = rows[0].drivers.keys()
    return {name: sum(sum(row.drivers.get(name, [])[:horizon]) for row in rows) for name in names}


def _history(work: Work, products: Sequence[Product], run: ForecastRun, freq: str) -> tuple[tuple[date, float], ...]:
    frame = queries.demand(work.session, freq, work.clock.today(), [product.id for product in products])
    sums: dict[date, float] = {}
    for day, quantity in frame.select("ds", "y").iter_rows():
        sums[day] = sums.get(day, 0.0) + quantity
    if not sums:
        return ()
    start, filled = min(sums), []
    while start <= run.last_period:
        filled.append((start, sums.get(start, 0.0)))
        start = next_period(start, freq)
    return tuple(filled[-HISTORY[freq] :])


def products_of_category(work: Work, category_id: int | None) -> list[Product]:
    """Active products of a category, or all."""
    query = select(Product).where(Product.active)
    if category_id is not None:
        query = query.where(Product.category_id == category_id)
    return list(work.session.scalars(query))
