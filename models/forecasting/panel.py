"""The demand panel: a long table `unique_id, ds, y` as one dense array of series by periods.

Rules, each counted in `Panel.exclusions`:
- rows of one series in one period are summed;
- a period all of whose y are missing (null, NaN, infinite) is unknown: it is filled with the last known value before
  it (not with a later one, which would not have been known then) to learn from, and not judged;
- a period whose sum is negative (returns exceed sales) counts as 0: demand cannot be negative;
- rows after the last complete period are left out;
- a series starts with its first sale (first positive period); gaps after that are zeros, up to the panel's end.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
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
    sale to the panel's end (0: never sold). first: number of the period in column 0 (see `periods`). missing: bool
    [n, T], the periods that are filled because they are unknown; None where there is none.
    """

    ids: tuple[str, ...]
    freq: Freq
    first: int
    y: npt.NDArray[np.float32]
    length: npt.NDArray[np.int64]
    exclusions: dict[str, int]
    missing: npt.NDArray[np.bool_] | None = None

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
        return replace(
            self,
            y=self.y[:, :periods],
            length=np.maximum(self.length - dropped, 0),
            missing=None if self.missing is None else self.missing[:, :periods],
        )

    def known(self, start: int, end: int) -> npt.NDArray[np.bool_]:
        """Which values of the columns [start, end) are known, [n, end - start]."""
        if self.missing is None:
            return np.ones((len(self.ids), end - start), dtype=np.bool_)
        return ~self.missing[:, start:end]

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
    finite = pl.col("y").is_finite() & pl.col("y").is_not_null()
    sums = kept.group_by("unique_id", "period").agg(
        pl.col("y").filter(finite).sum().alias("y"), (~finite.any()).alias("missing")
    )
    exclusions = {
        "after_last_complete": rows.height - kept.height,
        "missing_values": kept.filter(~finite).height,
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
    row, column = codes["code"].to_numpy(), codes["period"].to_numpy() - first
    y = np.zeros((len(ids), periods), dtype=np.float32)
    y[row, column] = codes["y"].to_numpy()
    unknown = codes["missing"].to_numpy()
    if not unknown.any():
        return Panel(ids, freq, first, y, lengths(y), exclusions)
    missing = np.zeros(y.shape, dtype=np.bool_)
    missing[row[unknown], column[unknown]] = True
    length = lengths(y)
    return Panel(ids, freq, first, _filled(y, missing, length), length, exclusions, missing)


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
