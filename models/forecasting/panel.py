"""The demand panel: a long table `unique_id, ds, y` as one dense array of series by periods.

Rules, each counted in `Panel.exclusions`:
- rows of one series in one period are summed; a missing y (null, NaN, infinite) counts as 0;
- a period whose sum is negative (returns exceed sales) counts as 0: demand cannot be negative;
- rows after the last complete period are left out;
- a series starts with its first sale (first positive period); gaps after that are zeros, up to the panel's end.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

from models.forecasting.periods import Freq, frequency, number_of, period_number, start_of

MAX_CELLS = 400_000_000  # 1.6 GB as float32


class PanelError(ValueError):
    """The long table cannot be made into a panel; the message says what is wrong with it."""

    code = "bad_panel"


@dataclass(frozen=True)
class Panel:
    """Demand of n series over T consecutive periods.

    ids: n names, sorted. y: float32 [n, T], zeros before the first sale. length: int64 [n], periods from the first
    sale to the panel's end (0: never sold). first: number of the period in column 0 (see `periods`).
    """

    ids: tuple[str, ...]
    freq: Freq
    first: int
    y: npt.NDArray[np.float32]
    length: npt.NDArray[np.int64]
    exclusions: dict[str, int]

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

    def until(self, periods: int) -> Panel:
        """The panel as it was known after its first `periods` columns; the series that had not sold yet keep length
        0.
        """
        dropped = self.periods - periods
        return Panel(
            self.ids, self.freq, self.first, self.y[:, :periods], np.maximum(self.length - dropped, 0), self.exclusions
        )

    def fingerprint(self) -> str:
        """sha256 over ids, calendar and values: equal data, equal fingerprint."""
        digest = hashlib.sha256(f"{self.freq}|{self.first}|{self.y.shape}".encode())
        digest.update("\x00".join(self.ids).encode())
        digest.update(np.ascontiguousarray(self.y).tobytes())
        return digest.hexdigest()


def build_panel(long: pl.DataFrame, freq: Freq, *, last_complete: date | None = None) -> Panel:
    """Make the dense panel of a long table with columns `unique_id`, `ds` (date) and `y` (numeric).

    `last_complete` is any day of the last period that is complete; by default the period of the last row. Raises
    PanelError for missing columns, an empty table or a calendar too long to hold in memory.
    """
    frequency(freq)
    rows = _checked(long)
    numbers = period_number(rows["ds"].to_numpy().astype("datetime64[D]"), freq)
    last = number_of(last_complete, freq) if last_complete else int(numbers.max())
    rows = rows.with_columns(pl.Series("period", numbers))
    kept = rows.filter(pl.col("period") <= last)
    if kept.is_empty():
        raise PanelError(f"No row is dated within or before the last complete period, {start_of(last, freq)}.")
    missing = kept.filter(~pl.col("y").is_finite() | pl.col("y").is_null()).height
    sums = (
        kept.with_columns(pl.when(pl.col("y").is_finite()).then(pl.col("y")).otherwise(0.0).alias("y"))
        .group_by("unique_id", "period")
        .agg(pl.col("y").sum())
    )
    exclusions = {
        "after_last_complete": rows.height - kept.height,
        "missing_as_zero": missing,
        "negative_periods_as_zero": sums.filter(pl.col("y") < 0).height,
    }
    return _dense(sums.with_columns(pl.col("y").clip(lower_bound=0.0)), freq, last, exclusions)


def _checked(long: pl.DataFrame) -> pl.DataFrame:
    absent = {"unique_id", "ds", "y"} - set(long.columns)
    if absent:
        raise PanelError(f"The table lacks the columns {', '.join(sorted(absent))}.")
    try:
        rows = long.select(
            pl.col("unique_id").cast(pl.String), pl.col("ds").cast(pl.Date), pl.col("y").cast(pl.Float64)
        )
    except pl.exceptions.PolarsError as error:
        raise PanelError(f"unique_id must be text, ds a date and y a number: {error}") from error
    if rows.is_empty():
        raise PanelError("The table has no rows.")
    if rows["unique_id"].null_count() or rows["ds"].null_count():
        raise PanelError("unique_id and ds may not be missing.")
    return rows


def _dense(sums: pl.DataFrame, freq: Freq, last: int, exclusions: dict[str, int]) -> Panel:
    ids = tuple(sums["unique_id"].unique().sort().to_list())
    first = int(sums["period"].to_numpy().min())
    periods = last - first + 1
    if periods * len(ids) > MAX_CELLS:
        raise PanelError(f"{len(ids)} series of {periods} periods are more than this machine should hold at once.")
    codes = sums.join(pl.DataFrame({"unique_id": ids, "code": np.arange(len(ids))}), on="unique_id", how="left")
    y = np.zeros((len(ids), periods), dtype=np.float32)
    y[codes["code"].to_numpy(), codes["period"].to_numpy() - first] = codes["y"].to_numpy()
    return Panel(ids, freq, first, y, lengths(y), exclusions)


def lengths(y: npt.NDArray[np.float32]) -> npt.NDArray[np.int64]:
    """Periods from the first positive one to the end, int64 [n]; 0 where there is none. y: [n, T]."""
    sold = y > 0
    return np.where(sold.any(axis=1), y.shape[1] - sold.argmax(axis=1), 0).astype(np.int64)
