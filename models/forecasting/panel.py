"""The demand panel: a long table `unique_id, ds, y` as one dense array of series by periods.

Rules, each counted in `Panel.exclusions`:
- rows of one series in one period are summed;
- a period all of whose y are missing (null, NaN, infinite) is unknown: it is filled with the last known value before
  it (not with a later one, which would not have been known then) to learn from, and not judged;
- a period whose sum is negative (returns exceed sales) counts as 0: demand cannot be negative;
- rows after the last complete period are left out;
- a series starts with its first sale (first positive period); gaps after that are zeros, up to the panel's end.

A table out of a business can say more, in columns that may be absent:
- `reverses` (date): of a row with negative y, the day of the sale that came back; `ds` is the day on which it did. It
  is taken off that sale, and where `reverses` is null off nothing.
- `out_of_stock` (0…1): for how much of its period the item could not be had (see `censoring`).
- `on_sale` (bool): false from the period on in which an item is no longer sold. What follows is not judged, and no
  demand is learnt from it.

With `cleaned` every model sees outliers damped (see `outliers`). With `netted` a negative period of a table without
`reverses` is taken off the latest earlier ones of its series (see `netting`). All of it is as it was known: a panel
`until` a cutoff is made again from what had been booked by then, so that neither a later return nor a later sale
changes what a model sees.

What is judged, and the scale that errors are judged on, is never filled for want of stock and never damped, and is net
of all returns that are netted. `backtest` of a file does not net: there a negative period counts as 0, to learn from
and to judge, as in anybody else's reckoning of the same file; `train` nets.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

from models.forecasting.censoring import uncensored
from models.forecasting.netting import Reversals, matched
from models.forecasting.outliers import outliers
from models.forecasting.periods import Freq, frequency, number_of, period_number, start_of

MAX_CELLS = 400_000_000  # 1.6 GB as float32

Demand = npt.NDArray[np.float32]
Marks = npt.NDArray[np.bool_]


class PanelError(ValueError):
    """The long table cannot be made into a panel; the message says what is wrong with it."""

    code = "bad_panel"


@dataclass(frozen=True)
class Observed:
    """What was booked, of which a panel is made as it was known at one time.

    booked: [n, T], not below zero; missing: which periods of it are unknown; length: [n] periods since the first sale.
    reversals: returns by the sale that they reverse. out_of_stock: [n, T], shares of the periods. off_sale: the periods
    after an item's end. damp: whether outliers are.
    """

    booked: Demand
    length: npt.NDArray[np.int64]
    missing: Marks | None
    reversals: Reversals | None
    out_of_stock: Demand | None
    off_sale: Marks | None
    damp: bool

    @property
    def plain(self) -> bool:
        """Whether there is nothing to clean: what is booked is what is seen, whatever the time."""
        return not self.damp and self.reversals is None and self.out_of_stock is None and self.off_sale is None

    @property
    def net(self) -> Demand:
        """What was booked less what is known to have come back."""
        return self.booked if self.reversals is None else self.reversals.taken_off(self.booked)

    def until(self, periods: int) -> Observed:
        """What was known after the first `periods` columns."""
        return replace(
            self,
            booked=self.booked[:, :periods],
            length=np.maximum(self.length - (self.booked.shape[1] - periods), 0),
            missing=None if self.missing is None else self.missing[:, :periods],
            reversals=None if self.reversals is None else self.reversals.until(periods),
            out_of_stock=None if self.out_of_stock is None else self.out_of_stock[:, :periods],
            off_sale=None if self.off_sale is None else self.off_sale[:, :periods],
        )

    def cleaned(self, freq: Freq) -> tuple[Demand, Marks | None, dict[str, int]]:
        """What the models see, which periods of it are not judged, and what was done, counted."""
        settings, counts = frequency(freq), {}
        y, unjudged = self.net, np.zeros(self.booked.shape, dtype=np.bool_)
        if self.damp:
            found = outliers(y, self.length, settings.season, max(1, settings.smoothing))
            y = found.damped(y)
            counts["outliers_damped"] = int(found.found.sum())
        if self.missing is not None:
            y, unjudged = _filled(y, self.missing, self.length), unjudged | self.missing
        if self.out_of_stock is not None:
            y, censored = uncensored(y, self.length, self.out_of_stock, freq)
            counts["censored_periods"] = int(censored.sum())
            unjudged |= censored
        if self.off_sale is not None:
            counts["periods_off_sale"] = int(self.off_sale.sum())
            counts["series_off_sale"] = int(self.off_sale.any(axis=1).sum())
            unjudged |= self.off_sale
        return y, unjudged if unjudged.any() else None, counts


@dataclass(frozen=True)
class Panel:
    """Demand of n series over T consecutive periods.

    ids: n names, sorted. y: float32 [n, T], what is learnt from, zeros before the first sale. length: int64 [n],
    periods from the first sale to the panel's end (0: never sold). first: number of the period in column 0 (see
    `periods`). missing: bool [n, T], the periods that are not judged, because they are unknown, censored or after the
    item's end; None where there is none. judged: float32 [n, T], what is judged; None where that is y. observed: what
    y is made of; None where nothing was cleaned.
    """

    ids: tuple[str, ...]
    freq: Freq
    first: int
    y: Demand
    length: npt.NDArray[np.int64]
    exclusions: dict[str, int]
    missing: Marks | None = None
    judged: Demand | None = None
    observed: Observed | None = None

    @property
    def periods(self) -> int:
        """How many periods the panel spans."""
        return int(self.y.shape[1])

    @property
    def last(self) -> int:
        """The number of the last period."""
        return self.first + self.periods - 1

    @property
    def last_start(self) -> date:
        """The first day of the last period."""
        return start_of(self.last, self.freq)

    @property
    def sold(self) -> Demand:
        """What is judged, [n, T]: demand without what was done to it for learning."""
        return self.y if self.judged is None else self.judged

    @property
    def end(self) -> npt.NDArray[np.int64]:
        """The column from which on each series is not on sale any more, [n]; the panel's end where it is."""
        off = None if self.observed is None else self.observed.off_sale
        if off is None:
            return np.full(len(self.ids), self.periods, dtype=np.int64)
        return np.where(off.any(axis=1), off.argmax(axis=1), self.periods).astype(np.int64)

    def until(self, periods: int) -> Panel:
        """The panel as it was known after its first `periods` columns; the series that had not sold yet keep length
        0.
        """
        length = np.maximum(self.length - (self.periods - periods), 0)
        judged = None if self.judged is None else self.judged[:, :periods]
        if self.observed is None:
            missing = None if self.missing is None else self.missing[:, :periods]
            return replace(self, y=self.y[:, :periods], length=length, missing=missing, judged=judged)
        seen = self.observed.until(periods)
        y, unjudged, _ = seen.cleaned(self.freq)
        return replace(self, y=y, length=length, missing=unjudged, judged=judged, observed=seen)

    def known(self, start: int, end: int) -> Marks:
        """Which values of the columns [start, end) are judged, [n, end - start]."""
        if self.missing is None:
            return np.ones((len(self.ids), end - start), dtype=np.bool_)
        return ~self.missing[:, start:end]

    def fingerprint(self) -> str:
        """sha256 over ids, calendar and values: equal data, equal fingerprint."""
        digest = hashlib.sha256(f"{self.freq}|{self.first}|{self.y.shape}".encode())
        digest.update("\x00".join(self.ids).encode())
        digest.update(np.ascontiguousarray(self.y).tobytes())
        for more in (self.missing, self.judged):
            digest.update(b"-" if more is None else np.ascontiguousarray(more).tobytes())
        if self.observed is not None and self.observed.reversals is not None:
            digest.update(self.observed.reversals.known.tobytes())
        return digest.hexdigest()


def build_panel(
    long: pl.DataFrame, freq: Freq, *, last_complete: date | None = None, cleaned: bool = False, netted: bool = False
) -> Panel:
    """Make the dense panel of a long table with columns `unique_id`, `ds` (date) and `y` (numeric), and those others
    that the module's text names.

    `last_complete` is any day of the last period that is complete; by default the period of the last row. `cleaned` and
    `netted` are told of there as well. Raises PanelError for missing columns, an empty table or a calendar too long to
    hold in memory.
    """
    frequency(freq)
    rows = _checked(long)
    rows = rows.with_columns(
        pl.Series("period", _numbers(rows["ds"], freq)), pl.Series("reversed", _numbers(rows["reverses"], freq))
    )
    last = number_of(last_complete, freq) if last_complete else int(rows["period"].to_numpy().max())
    kept = rows.filter(pl.col("period") <= last)
    if kept.is_empty():
        raise PanelError(f"No row is dated within or before the last complete period, {start_of(last, freq)}.")
    names_sales = "reverses" in long.columns
    back = kept.filter(pl.col("y") < 0) if names_sales else kept.clear()
    booked = kept.filter((pl.col("y") < 0).fill_null(value=False).not_()) if names_sales else kept
    sums = booked.group_by("unique_id", "period").agg(
        pl.col("y").filter(_FINITE).sum().alias("y"),
        (~_FINITE.any()).alias("missing"),
        pl.col("out_of_stock").max(),
        pl.col("on_sale").all(),
    )
    exclusions = {
        "after_last_complete": rows.height - kept.height,
        "missing_values": booked.filter(~_FINITE).height,
        "negative_periods_as_zero": sums.filter(pl.col("y") < 0).height,
    }
    return _dense(sums, back if names_sales else None, freq, last, exclusions, damp=cleaned, netted=netted)


_FINITE = pl.col("y").is_finite() & pl.col("y").is_not_null()
_MORE = {"reverses": pl.Date, "out_of_stock": pl.Float64, "on_sale": pl.Boolean}


def _checked(long: pl.DataFrame) -> pl.DataFrame:
    absent = {"unique_id", "ds", "y"} - set(long.columns)
    if absent:
        raise PanelError(f"The table lacks the columns {', '.join(sorted(absent))}.")
    more = [
        (pl.col(name) if name in long.columns else pl.lit(None)).cast(kind).alias(name) for name, kind in _MORE.items()
    ]
    try:
        rows = long.select(
            pl.col("unique_id").cast(pl.String), pl.col("ds").cast(pl.Date), pl.col("y").cast(pl.Float64), *more
        )
    except pl.exceptions.PolarsError as error:
        raise PanelError(f"unique_id must be text, ds a date and y a number: {error}") from error
    if rows.is_empty():
        raise PanelError("The table has no rows.")
    if rows["unique_id"].null_count() or rows["ds"].null_count():
        raise PanelError("unique_id and ds may not be missing.")
    return rows


def _numbers(days: pl.Series, freq: Freq) -> npt.NDArray[np.int64]:
    """The period of each day; of a missing one a number without meaning."""
    return period_number(days.to_numpy().astype("datetime64[D]"), freq)


def _dense(
    sums: pl.DataFrame,
    back: pl.DataFrame | None,
    freq: Freq,
    last: int,
    exclusions: dict[str, int],
    *,
    damp: bool,
    netted: bool,
) -> Panel:
    """The panel of periods' sums, and of returns that name their sale where the table has such."""
    ids = tuple(sums["unique_id"].unique().sort().to_list())
    if not ids:
        raise PanelError("The table has returns only, and no sale.")
    first = int(sums["period"].to_numpy().min())
    periods = last - first + 1
    if periods * len(ids) > MAX_CELLS:
        raise PanelError(f"{len(ids)} series of {periods} periods are more than this machine should hold at once.")
    place = pl.DataFrame({"unique_id": ids, "code": np.arange(len(ids))})
    sums = sums.join(place, on="unique_id", how="left")
    row, column = sums["code"].to_numpy(), sums["period"].to_numpy() - first
    net = np.zeros((len(ids), periods), dtype=np.float32)
    net[row, column] = sums["y"].to_numpy()
    booked, reversals = net.clip(min=0), None
    if back is not None:
        reversals, counts = _named(back.join(place, on="unique_id", how="left"), booked.shape, first)
        exclusions = exclusions | counts
    elif netted and (net < 0).any():
        reversals, counts = _unnamed(net, booked)
        exclusions = exclusions | counts
    missing = _marked(booked.shape, row, column, sums["missing"].to_numpy())
    ended = _marked(booked.shape, row, column, ~sums["on_sale"].fill_null(value=True).to_numpy())
    off_sale = None if ended is None else _after(ended, booked)
    share = _shares(booked.shape, row, column, sums["out_of_stock"])
    observed = Observed(booked, lengths(booked), missing, reversals, share, off_sale, damp)
    return _panel(ids, freq, first, observed, exclusions)


def _panel(ids: tuple[str, ...], freq: Freq, first: int, observed: Observed, exclusions: dict[str, int]) -> Panel:
    y, unjudged, counts = observed.cleaned(freq)
    exclusions = exclusions | counts
    if observed.plain:
        return Panel(ids, freq, first, y, observed.length, exclusions, unjudged)
    if observed.missing is not None:
        exclusions["missing_periods"] = int(observed.missing.sum())
    exclusions["series_never_sold"] = int((observed.length == 0).sum())
    judged = observed.net
    if observed.missing is not None:
        judged = _filled(judged, observed.missing, observed.length)
    return Panel(ids, freq, first, y, observed.length, exclusions, unjudged, judged, observed)


def _named(back: pl.DataFrame, shape: tuple[int, int], first: int) -> tuple[Reversals, dict[str, int]]:
    """Returns of which it is said which sale they reverse; those of which it is not, or whose sale is not there."""
    found = back.filter(pl.col("reverses").is_not_null() & pl.col("code").is_not_null() & (pl.col("reversed") >= first))
    row, column, known = (found[name].to_numpy().astype(np.int64) for name in ("code", "reversed", "period"))
    reversals = Reversals(row, column - first, np.maximum(known, column) - first, -found["y"].to_numpy())
    kept = reversals.column < shape[1]
    counts = {"returns_netted": int(kept.sum()), "returns_without_sale": back.height - int(kept.sum())}
    return reversals.until(shape[1]), counts


def _unnamed(net: Demand, booked: Demand) -> tuple[Reversals, dict[str, int]]:
    row, column = np.nonzero(net < 0)
    reversals, unmatched = matched(booked, row, column, -net[row, column].astype(np.float64))
    return reversals, {"returns_netted": len(row) - len(unmatched), "returns_without_sale": len(unmatched)}


def _marked(
    shape: tuple[int, int], row: npt.NDArray[np.int64], column: npt.NDArray[np.int64], chosen: Marks
) -> Marks | None:
    """The chosen places, bool of that shape; None where there is none."""
    if not chosen.any():
        return None
    marks = np.zeros(shape, dtype=np.bool_)
    marks[row[chosen], column[chosen]] = True
    return marks


def _shares(
    shape: tuple[int, int], row: npt.NDArray[np.int64], column: npt.NDArray[np.int64], values: pl.Series
) -> Demand | None:
    """The values at their places, zero elsewhere; None where there is none."""
    if values.null_count() == len(values):
        return None
    share = np.zeros(shape, dtype=np.float32)
    share[row, column] = values.fill_null(0.0).to_numpy()
    return share


def _after(ended: Marks, booked: Demand) -> Marks:
    """The periods from the first mark after the last sale on: what is sold is on sale."""
    unsold = np.cumsum(booked[:, ::-1], axis=1)[:, ::-1] <= 0
    after: Marks = np.logical_or.accumulate(ended & unsold, axis=1)
    return after


def _filled(
    y: npt.NDArray[np.float32], missing: npt.NDArray[np.bool_], length: npt.NDArray[np.int64]
) -> npt.NDArray[np.float32]:
    """y with its unknown periods at the last known value before them; zero before the first sale."""
    columns = np.arange(y.shape[1])
    born = columns >= y.shape[1] - length[:, None]
    source = np.maximum.accumulate(np.where(missing, 0, columns), axis=1)
    return np.where(missing & born, np.take_along_axis(y, source, axis=1), y).astype(np.float32)


def lengths(y: npt.NDArray[np.float32]) -> npt.NDArray[np.int64]:
    """Periods from the first positive one to the end, int64 [n]; 0 where there is none. y: [n, T]."""
    sold = y > 0
    return np.where(sold.any(axis=1), y.shape[1] - sold.argmax(axis=1), 0).astype(np.int64)
