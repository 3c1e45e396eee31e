"""Demand tables in files: csv or parquet with the columns unique_id, ds, y."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from models.forecasting.panel import PanelError
from models.forecasting.periods import Freq, period_start

_EMPTY = ("", "NA", "NaN", "nan", "null", "None")


def read_demand(path: Path, freq: Freq) -> pl.DataFrame:
    """A long table `unique_id: str, ds: date, y: float` from a csv or parquet file.

    ds may hold dates, moments, text that begins with an ISO date, or whole numbers, which then count the periods of
    `freq`. y may be missing. Raises PanelError with what is wrong with the file.
    """
    if not path.is_file():
        raise PanelError(f"There is no file {path}.")
    table = _read(path)
    absent = [name for name in ("unique_id", "ds", "y") if name not in table.columns]
    if absent:
        raise PanelError(f"{path.name} lacks the columns {', '.join(absent)}; it has {', '.join(table.columns)}.")
    days = _days(table["ds"], freq)
    lost = days.null_count() - table["ds"].null_count()
    if lost:
        raise PanelError(f"{path.name}: {lost} values of ds are not dates, such as 2026-11-16.")
    try:
        y = table["y"].cast(pl.Float64)
    except pl.exceptions.PolarsError as error:
        raise PanelError(f"{path.name}: y must hold numbers: {error}") from error
    return pl.DataFrame({"unique_id": table["unique_id"].cast(pl.String), "ds": days, "y": y})


def _read(path: Path) -> pl.DataFrame:
    try:
        if path.suffix.lower() in {".parquet", ".pq"}:
            return pl.read_parquet(path)
        return pl.read_csv(path, null_values=list(_EMPTY), schema_overrides={"unique_id": pl.String})
    except (pl.exceptions.PolarsError, OSError, UnicodeDecodeError) as error:
        raise PanelError(f"{path.name} cannot be read as a table: {error}") from error


def _days(values: pl.Series, freq: Freq) -> pl.Series:
    if values.dtype.is_temporal():
        return values.cast(pl.Date)
    if values.dtype.is_integer():
        first = {"D": 10957, "W": 1566, "M": 360}[freq]  # the period that holds 2000-01-01 or follows it
        numbers = values.to_numpy().astype("int64") - int(values.min() or 0) + first  # type: ignore[arg-type]
        return pl.Series("ds", period_start(numbers, freq)).cast(pl.Date)
    if values.dtype == pl.String:
        return values.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
    return pl.Series("ds", [None] * len(values), dtype=pl.Date)
