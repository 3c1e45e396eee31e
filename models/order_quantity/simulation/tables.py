"""Reading demand and item tables as people have them: csv or parquet, several names for a column, weeks by label.

What cannot be used is not dropped silently: every item left out is named with its reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from models.forecasting.panel import MAX_CELLS, Panel, lengths
from models.forecasting.periods import Freq, period_number

_NAMES = {
    "unique_id": ("unique_id", "sku", "item", "product"),
    "ds": ("ds", "date", "week", "month", "day", "period"),
    "y": ("y", "demand", "quantity", "qty", "sales"),
}
_WEEK = re.compile(r"^(\d{4})-?W(\d{1,2})$")
_MONTH = re.compile(r"^(\d{4})-(\d{1,2})$")
_COUNT = re.compile(r"^-?\d+$")
_A_MONDAY = 1566  # the number of a week in January 2000, from which periods without a date are counted


class TableError(ValueError):
    """A table cannot be used; the message says why."""

    code = "bad_table"


@dataclass(frozen=True)
class Demand:
    """A demand table as a panel, the items that cannot be simulated with the reason, and rows that name no item or no
    period.
    """

    panel: Panel
    left_out: dict[str, str]
    rows_without_name: int
    negative_as_zero: int


def read_table(path: Path) -> pl.DataFrame:
    """A csv or parquet file. Raises TableError."""
    if not path.is_file():
        raise TableError(f"There is no file {path}.")
    try:
        if path.suffix.lower() in {".parquet", ".pq"}:
            return pl.read_parquet(path)
        return pl.read_csv(path, infer_schema_length=None)
    except (pl.exceptions.PolarsError, OSError, UnicodeDecodeError) as error:
        raise TableError(f"{path.name} is neither a csv nor a parquet table: {error}") from error


def column(table: pl.DataFrame, names: tuple[str, ...]) -> str | None:
    """The first of these names that the table has, whatever the case."""
    have = {name.strip().lower(): name for name in table.columns}
    return next((have[name] for name in names if name in have), None)


def read_demand(table: pl.DataFrame, freq: Freq) -> Demand:
    """The long table as a panel. Rows of one item in one period are summed; a sum below zero counts as zero.

    ds: dates, whole numbers, or labels like 2012-W01 (in a file whose years have at most 52 weeks, every year has 52)
    and 2012-05. Raises TableError.
    """
    found = {name: column(table, names) for name, names in _NAMES.items()}
    absent = [f"{name} (or {', '.join(_NAMES[name][1:])})" for name, have in found.items() if have is None]
    if absent:
        raise TableError(f"The demand table lacks the column {'; '.join(absent)}.")
    rows = table.select(
        pl.col(str(found["unique_id"])).cast(pl.String).alias("unique_id"),
        pl.col(str(found["ds"])).alias("ds"),
        pl.col(str(found["y"])).cast(pl.Float64, strict=False).alias("y"),
    )
    named = rows.filter(pl.col("unique_id").is_not_null() & pl.col("ds").is_not_null())
    if named.is_empty():
        raise TableError("The demand table has no rows.")
    named = named.with_columns(pl.Series("period", _numbers(named["ds"], freq)))
    bad = named.filter(pl.col("y").is_null() | ~pl.col("y").is_finite())["unique_id"].unique().to_list()
    left_out = {str(item): "a demand that is missing or no number" for item in bad}
    kept = named.filter(~pl.col("unique_id").is_in(bad))
    if kept.is_empty():
        raise TableError("No item has demand that can be read.")
    sums = kept.group_by("unique_id", "period").agg(pl.col("y").sum())
    negative = sums.filter(pl.col("y") < 0).height
    return Demand(_panel(sums, freq), left_out, rows.height - named.height, negative)


def _panel(sums: pl.DataFrame, freq: Freq) -> Panel:
    ids = tuple(sums["unique_id"].unique().sort().to_list())
    period = sums["period"].to_numpy()
    first, last = int(period.min()), int(period.max())
    if (last - first + 1) * len(ids) > MAX_CELLS:
        raise TableError(f"{len(ids)} items of {last - first + 1} periods are more than can be held at once.")
    row = {name: index for index, name in enumerate(ids)}
    y = np.zeros((len(ids), last - first + 1), dtype=np.float32)
    rows = np.array([row[name] for name in sums["unique_id"]], dtype=np.int64)
    y[rows, period - first] = np.maximum(sums["y"].to_numpy(), 0)
    return Panel(ids, freq, first, y, lengths(y), {})


def _numbers(ds: pl.Series, freq: Freq) -> npt.NDArray[np.int64]:
    """The number of each row's period."""
    if ds.dtype == pl.Date or isinstance(ds.dtype, pl.Datetime):
        return period_number(ds.cast(pl.Date).to_numpy().astype("datetime64[D]"), freq)
    if ds.dtype.is_integer():
        return _counted(ds.to_numpy().astype(np.int64))
    labels = ds.cast(pl.String).str.strip_chars()
    unique = labels.unique().to_list()
    known = _labels(unique, freq)
    return np.array([known[label] for label in labels], dtype=np.int64)


def _counted(numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    counted: npt.NDArray[np.int64] = numbers - numbers.min() + _A_MONDAY
    return counted


def _labels(unique: list[str], freq: Freq) -> dict[str, int]:
    weeks = [_WEEK.match(label) for label in unique]
    if all(weeks):
        pairs = [(int(match[1]), int(match[2])) for match in weeks if match]
        if max(week for _, week in pairs) <= 52:
            numbers = np.array([year * 52 + week - 1 for year, week in pairs])
            return dict(zip(unique, _counted(numbers).tolist(), strict=True))
        days = [np.datetime64(_monday(year, week), "D") for year, week in pairs]
        return dict(zip(unique, period_number(np.array(days), freq).tolist(), strict=True))
    if all(_COUNT.match(label) for label in unique):
        return dict(zip(unique, _counted(np.array([int(label) for label in unique])).tolist(), strict=True))
    try:
        days = [np.datetime64(f"{label}-01" if _MONTH.match(label) else label[:10], "D") for label in unique]
    except ValueError as error:
        raise TableError(f"A period is neither a date nor a number nor a label like 2012-W01: {error}") from error
    return dict(zip(unique, period_number(np.array(days), freq).tolist(), strict=True))


def _monday(year: int, week: int) -> str:
    return date.fromisocalendar(year, week, 1).isoformat()
