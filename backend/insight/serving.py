"""Products' forecasts as they are answered: the stored rows, or repeating the last period where that has been better.

One rule for every answer, so that what is said of a product adds up to what is said of its category and of the total.
The last period is repeated where both hold:

- repeating was clearly nearer on the periods held out for this product: its error is smaller than the model's by a
  twentieth and a hundredth of demand at least, and clearly smaller than demand itself. (A forecast of nothing always
  has an error as large as demand: by absolute errors it can look better on rare demand, and it would order nothing.)
- the last period was an ordinary one: at most twice what the model's 90 % quantile or the mean of the year before it
  allows, whichever is more, and at least half of what its 10 % quantile or that mean does, whichever is less. A single
  large order, the more so one that is on hold and may never be sent, is not every week's.

Everywhere else the model's forecast stands. Orders on hold do count as demand, here and in what is learnt: somebody
wants the goods, and most are released; those that are cancelled drop out by themselves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.catalogue.tables import Product
from backend.insight import scopes
from backend.insight.periods import next_period
from backend.insight.tables import ForecastRow, ForecastRun, ForecastSeries

LOW, MEDIAN, HIGH = 0, 4, 8  # places of the 10 %, 50 % and 90 % quantiles
CLEARLY: Final = 0.95  # of the model's error, which repeating has to be below to be nearer, and not as near
SEEN: Final = 0.01  # of demand by which it has to be nearer, so that it is in the figures that are shown
FORECASTING_NOTHING: Final = 0.95
FAR: Final = 2.0  # times, or parts, of what is usual; beyond that the last period was an exception
YEAR: Final = {"W": 52, "M": 12}  # periods before the last one whose mean is usual
NAIVE: Final = "naive"


@dataclass(frozen=True)
class Served:
    """A product's or a sum's forecast over the run's horizon, in sales units a period; ``parts`` add up to ``mean``."""

    product_id: int
    mean: tuple[float, ...]
    median: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    parts: Mapping[str, Sequence[float]]
    error: Mapping[str, Any]
    naive: bool = False

    def times(self, share: float) -> Served:
        """A share of it."""
        return replace(
            self,
            mean=tuple(share * one for one in self.mean),
            median=tuple(share * one for one in self.median),
            low=tuple(share * one for one in self.low),
            high=tuple(share * one for one in self.high),
            parts={name: [share * one for one in part] for name, part in self.parts.items()},
        )


def naive_is_better(error: Mapping[str, Any]) -> bool:
    """Whether repeating the last period has been nearer to this product's demand than the model, and of any use."""
    if error.get("uses") == NAIVE:
        return True
    ours, naive = error.get("wape"), error.get("naive_wape")
    if ours is None or naive is None:
        return False
    nearer = naive <= CLEARLY * ours and ours - naive >= SEEN
    return bool(nearer and naive < FORECASTING_NOTHING)


def served(session: Session, run: ForecastRun, rows: Sequence[ForecastRow]) -> list[Served]:
    """The rows as they are answered; what was sold in the run's last period is looked up where it is repeated.

    Forecasts by day are made of those by week as they are answered, so nothing is repeated there again. A last period
    without sales is not repeated: that would be a forecast of nothing.
    """
    better = set()
    if run.freq != "D":
        better = {row.product_id for row in rows if naive_is_better(row.error) and row.error.get("uses") != NAIVE}
    last, usual = _last_and_usual(session, run) if better else ({}, {})
    return [
        _repeated(row, last[row.product_id])
        if row.product_id in better and _is_ordinary(row, last.get(row.product_id, 0.0), usual.get(row.product_id, 0.0))
        else as_stored(row, row.product_id)
        for row in rows
    ]


def _last_and_usual(session: Session, run: ForecastRun) -> tuple[dict[int, float], dict[int, float]]:
    """What was sold of each product in the run's last period, and in a period of the year before it on average."""
    last = scopes.sold_between(session, run.last_period, next_period(run.last_period, run.freq))
    since = run.last_period - timedelta(days=365)
    usual = scopes.sold_between(session, since, run.last_period)
    return last, {key: sold / YEAR[run.freq] for key, sold in usual.items()}


def _is_ordinary(row: ForecastRow, last: float, usual: float) -> bool:
    """Whether a last period may be repeated: something was sold, and neither far more nor far less than is usual."""
    first = row.quantiles[0]
    return last > 0 and min(first[LOW], usual) / FAR <= last <= FAR * max(first[HIGH], usual)


def means_by_sku(session: Session, run: ForecastRun) -> dict[str, tuple[float, ...]]:
    """The means, as they are answered, of the products on sale, which sums are made of; by SKU."""
    query = select(ForecastRow).join(Product, ForecastRow.product_id == Product.id)
    rows = session.scalars(query.where(ForecastRow.run_id == run.id, Product.active)).all()
    names = dict(session.execute(select(Product.id, Product.sku)).all())
    return {names[one.product_id]: one.mean for one in served(session, run, rows)}


def as_stored(row: ForecastRow | ForecastSeries, product_id: int = 0) -> Served:
    """A row as it was stored, of a product or of a sum."""
    return Served(
        product_id=product_id,
        mean=tuple(row.mean),
        median=tuple(step[MEDIAN] for step in row.quantiles),
        low=tuple(max(0.0, step[LOW]) for step in row.quantiles),
        high=tuple(step[HIGH] for step in row.quantiles),
        parts=_whole(row.drivers, row.mean),
        error=row.error,
        naive=row.error.get("uses") == NAIVE,
    )


def _repeated(row: ForecastRow, last: float) -> Served:
    """The last period's demand in every period ahead, with a band as wide as the model's."""
    flat = (last,) * len(row.mean)
    return Served(
        product_id=row.product_id,
        mean=flat,
        median=flat,
        low=tuple(max(0.0, last - (step[MEDIAN] - step[LOW])) for step in row.quantiles),
        high=tuple(last + (step[HIGH] - step[MEDIAN]) for step in row.quantiles),
        parts={"level": flat},
        error=row.error,
        naive=True,
    )


def _whole(parts: Mapping[str, Sequence[float]], mean: Sequence[float]) -> Mapping[str, Sequence[float]]:
    """The parts, with what they leave open as one more where they don't add up to the mean."""
    rest = [value - sum(part[at] for part in parts.values()) for at, value in enumerate(mean)]
    if all(abs(one) <= max(0.01, 0.005 * abs(value)) for one, value in zip(rest, mean, strict=True)):
        return parts
    return {**parts, "other": rest} if parts else {"level": list(mean)}
