"""How good an earlier forecast was: what was stored then, what was sold since, and what repeating would have said.

Only what was stored before a period began to be known counts; nothing is worked out afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, select

from backend.catalogue.tables import Product
from backend.insight import scopes
from backend.insight.periods import last_complete_period, next_period
from backend.insight.scopes import Scope
from backend.insight.service import current_run, rows_of
from backend.insight.serving import Served
from backend.insight.tables import ForecastRow, ForecastRun
from backend.work import Work


@dataclass(frozen=True)
class Compared:
    """One product, a period: forecast (mean, in sales units), sold, and repeated, with the 80 % band."""

    product_id: int
    forecast: float
    sold: float
    naive: float
    low: float
    high: float


@dataclass(frozen=True)
class LookBack:
    """An earlier forecast of a period beside what came."""

    scope: Scope
    freq: str
    period: date
    made_at: datetime
    model: str
    rows: tuple[Compared, ...]

    @property
    def forecast(self) -> float:
        """What was expected in all."""
        return sum(row.forecast for row in self.rows)

    @property
    def sold(self) -> float:
        """What was sold in all."""
        return sum(row.sold for row in self.rows)

    @property
    def naive(self) -> float:
        """What repeating the period before would have said in all."""
        return sum(row.naive for row in self.rows)

    @property
    def in_band(self) -> float:
        """The share of products whose sales lay within their 80 % band."""
        return sum(row.low <= row.sold <= row.high for row in self.rows) / len(self.rows)

    def error(self, *, naive: bool = False) -> float | None:
        """The products' absolute errors as a share of what was sold; None where nothing was."""
        off = sum(abs((row.naive if naive else row.forecast) - row.sold) for row in self.rows)
        return off / self.sold if self.sold else None


def look_back(work: Work, scope: Scope, freq: str, period: date) -> LookBack | None:
    """The newest forecast of a period that was stored before it was over, beside the truth; None where there is none.

    ``scope`` is a product, a category or everything. A period that is not over yet gives None.
    """
    current_run(work, freq)  # the permission, and that anything was ever forecast
    today = work.clock.today()
    if period > last_complete_period(today, freq):
        return None
    run = _run_before(work, freq, period)
    if run is None:
        return None
    at = _place(run, period)
    found = rows_of(work, run, scope)
    if at is None or not found:
        return None
    sold, before = (scopes.sold_between(work.session, day, next_period(day, freq)) for day in (period, run.last_period))
    rows = tuple(_compared(one, at, sold, before) for one in found)
    return LookBack(scope, freq, period, run.made_at, run.model, rows)


def _run_before(work: Work, freq: str, period: date) -> ForecastRun | None:
    """The newest run that did not know the period, of those whose rows are kept."""
    return work.session.scalar(
        select(ForecastRun)
        .where(
            ForecastRun.freq == freq,
            ForecastRun.last_period < period,
            exists().where(ForecastRow.run_id == ForecastRun.id),
        )
        .order_by(ForecastRun.last_period.desc(), ForecastRun.id.desc())
        .limit(1)
    )


def _place(run: ForecastRun, period: date) -> int | None:
    start = run.last_period
    for at in range(run.horizon):
        start = next_period(start, run.freq)
        if start == period:
            return at
    return None


def _compared(one: Served, at: int, sold: dict[int, float], before: dict[int, float]) -> Compared:
    key = one.product_id
    return Compared(key, one.mean[at], sold.get(key, 0.0), before.get(key, 0.0), one.low[at], one.high[at])


def names(work: Work, rows: Sequence[Compared]) -> dict[int, Product]:
    """The products of a comparison, by their keys."""
    query = select(Product).where(Product.id.in_([row.product_id for row in rows]))
    return {product.id: product for product in work.session.scalars(query)}
