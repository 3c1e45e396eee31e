"""Factors known in advance, laid beside a demand panel.

Rules, each counted in `Design.exclusions`:
- a price that is missing, not finite, zero or negative is not known: the last known one before it holds, before the
  first one the first one;
- a share of promotion that is missing is none; one outside 0…1 is cut to it;
- rows of series that the panel does not have, and of periods outside it and its horizon, are left out.
Several rows of one series in one period (days of a week, for instance) count by their mean.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from models.forecasting.factors.calendar import Calendar, working_time
from models.forecasting.panel import Panel, PanelError
from models.forecasting.periods import frequency, period_number

FACTORS: tuple[str, ...] = ("price", "promotion", "holiday")
PRICE, PROMOTION, HOLIDAY = range(3)

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Design:
    """Factors of n series over T periods of history and H to come.

    values: float64 [n, T + H, 3]: log(price / usual price), share of the period on promotion 0…1, working time against
    the usual, less one. usual: [n], the median price of the recent past, NaN where none is known. history: T.
    exclusions: what was left out or changed.
    """

    values: Floats
    usual: Floats
    history: int
    exclusions: dict[str, int]

    @property
    def past(self) -> Floats:
        """Those of the history, [n, T, 3]."""
        return self.values[:, : self.history]

    @property
    def ahead(self) -> Floats:
        """Those of the periods to come, [n, H, 3]."""
        return self.values[:, self.history :]

    def at(self, cutoff: int, steps: int) -> Design:
        """What was known at an earlier cutoff of it and of `steps` after it.

        Promotions are planned, and so are their prices; that another price would change is not taken as known: the last
        one off promotion holds. (What was charged later would tell who bought.)
        """
        values = self.values[:, : cutoff + steps].copy()
        plain = values[:, :cutoff, PROMOTION] <= 0
        last = np.where(plain.any(axis=1), cutoff - 1 - plain[:, ::-1].argmax(axis=1), cutoff - 1)
        held = values[np.arange(len(values)), last, PRICE][:, None]
        ahead = values[:, cutoff:]
        ahead[..., PRICE] = np.where(ahead[..., PROMOTION] > 0, ahead[..., PRICE], held)
        return replace(self, values=values, history=cutoff)

    def of(self, rows: npt.NDArray[np.bool_]) -> Design:
        """That of some series."""
        return replace(self, values=self.values[rows], usual=self.usual[rows])


def build_design(table: pl.DataFrame | None, panel: Panel, steps: int, calendar: Calendar | None = None) -> Design:
    """The design of a long table `unique_id`, `ds` and any of `price` (net, per unit) and `promotion` (0…1).

    `ds` is any day of a period; periods up to `steps` after the panel may be given. A price that is not given for a
    period to come is the last one; a promotion that is not given is none. Raises PanelError for a table that can't be
    read and for an unknown country.
    """
    periods = panel.periods + steps
    shape = (len(panel.ids), periods)
    given = np.full(shape, np.nan), np.full(shape, np.nan)
    exclusions: dict[str, int] = {}
    if table is not None and not table.is_empty():
        given, exclusions = _laid(_checked(table), panel, periods)
    price, usual = _relative(given[PRICE], panel)
    promotion = np.clip(np.nan_to_num(given[PROMOTION], nan=0.0), 0.0, 1.0)
    working = np.broadcast_to(working_time(calendar, panel.freq, panel.first, periods), shape)
    return Design(np.stack([price, promotion, working], axis=2), usual, panel.periods, exclusions)


def _checked(table: pl.DataFrame) -> pl.DataFrame:
    absent = {"unique_id", "ds"} - set(table.columns)
    if absent:
        raise PanelError(f"The table of factors lacks the columns {', '.join(sorted(absent))}.")
    wanted = [
        (pl.col(name) if name in table.columns else pl.lit(None)).cast(pl.Float64).alias(name)
        for name in FACTORS[:HOLIDAY]
    ]
    try:
        rows = table.select(pl.col("unique_id").cast(pl.String), pl.col("ds").cast(pl.Date), *wanted)
    except pl.exceptions.PolarsError as error:
        raise PanelError(f"price and promotion must be numbers, ds a date: {error}") from error
    if rows["unique_id"].null_count() or rows["ds"].null_count():
        raise PanelError("unique_id and ds of factors may not be missing.")
    return rows


def _laid(rows: pl.DataFrame, panel: Panel, periods: int) -> tuple[tuple[Floats, Floats], dict[str, int]]:
    """Price and promotion [n, periods] as given, NaN where nothing is known."""
    column = period_number(rows["ds"].to_numpy().astype("datetime64[D]"), panel.freq) - panel.first
    codes = pl.DataFrame(
        {"unique_id": panel.ids, "code": np.arange(len(panel.ids))}, schema_overrides={"code": pl.Int64}
    )
    rows = rows.with_columns(pl.Series("column", column)).join(codes, on="unique_id", how="left", maintain_order="left")
    inside = pl.col("code").is_not_null() & (pl.col("column") >= 0) & (pl.col("column") < periods)
    kept = rows.filter(inside)
    sane = pl.col("price").is_finite() & (pl.col("price") > 0)
    shares = pl.col("promotion").is_finite()
    exclusions = {
        "factors_elsewhere": rows.height - kept.height,
        "prices_unusable": kept.filter(pl.col("price").is_not_null() & ~sane).height,
        "promotions_cut": kept.filter(shares & ~pl.col("promotion").is_between(0, 1)).height,
    }
    sums = kept.group_by("code", "column").agg(
        pl.col("price").filter(sane).mean(), pl.col("promotion").filter(shares).clip(0, 1).mean()
    )
    place = sums["code"].to_numpy(), sums["column"].to_numpy()
    found = []
    for name in ("price", "promotion"):
        values = np.full((len(panel.ids), periods), np.nan)
        values[place] = sums[name].cast(pl.Float64).to_numpy()
        found.append(values)
    return (found[0], found[1]), exclusions


def _relative(price: Floats, panel: Panel) -> tuple[Floats, Floats]:
    """log(price / usual) [n, P], zeros where no price is known; usual [n]."""
    if not len(price):
        return np.zeros(price.shape), np.full(0, np.nan)
    logs = np.log(_carried(price))
    known = np.isfinite(logs[:, 0])
    recent = logs[:, max(0, panel.periods - frequency(panel.freq).recent) : panel.periods]
    usual = np.full(len(price), np.nan)
    usual[known] = np.median(recent[known], axis=1)
    return np.where(known[:, None], logs - usual[:, None], 0.0), np.exp(usual)


def _carried(price: Floats) -> Floats:
    """Gaps at the last known price before them, those at the beginning at the first."""
    known = np.isfinite(price)
    columns = np.arange(price.shape[1])
    source = np.maximum.accumulate(np.where(known, columns, -1), axis=1)
    source = np.where(source < 0, known.argmax(axis=1)[:, None], source)
    return np.take_along_axis(price, source, axis=1)
