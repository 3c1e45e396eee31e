"""Demand tables in files, as others write them."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from models.forecasting.panel import PanelError, build_panel
from models.forecasting.tables import read_demand


def test_csv_with_missing_values_and_ids_that_look_like_numbers(tmp_path: Path):
    file = tmp_path / "demand.csv"
    file.write_text("unique_id,ds,y\n007,2024-01-01,3\n007,2024-02-01,NaN\n007,2024-03-01,\n8,2024-01-01,-2\n")
    table = read_demand(file, "M")
    assert table["unique_id"].to_list() == ["007", "007", "007", "8"]
    assert table["ds"].to_list()[:2] == [date(2024, 1, 1), date(2024, 2, 1)]
    assert table["y"].to_list() == [3, None, None, -2]


@pytest.mark.parametrize(
    "days",
    [
        [datetime(2024, 1, 1, 9), datetime(2024, 1, 8, 9)],
        ["2024-01-01T09:00:00", "2024-01-08 10:00"],
        [date(2024, 1, 1), date(2024, 1, 8)],
    ],
)
def test_moments_text_and_dates_are_days(tmp_path: Path, days: list[object]):
    file = tmp_path / "demand.parquet"
    pl.DataFrame({"unique_id": ["a", "a"], "ds": days, "y": [1, 2]}).write_parquet(file)
    assert read_demand(file, "W")["ds"].to_list() == [date(2024, 1, 1), date(2024, 1, 8)]


@pytest.mark.parametrize("freq", ["D", "W", "M"])
def test_numbered_periods_are_consecutive_periods(tmp_path: Path, freq: str):
    file = tmp_path / "demand.parquet"
    pl.DataFrame({"unique_id": ["a"] * 4, "ds": [1, 2, 3, 5], "y": [1.0, 2, 3, 5]}).write_parquet(file)
    panel = build_panel(read_demand(file, freq), freq)
    assert panel.y.tolist() == [[1, 2, 3, 0, 5]]


def test_unknown_periods_are_filled_with_the_last_known_value_and_known_to_be_unknown():
    table = pl.DataFrame(
        {
            "unique_id": ["a"] * 4,
            "ds": [date(2024, month, 1) for month in (1, 2, 3, 4)],
            "y": [2.0, None, 6.0, float("nan")],
        }
    )
    panel = build_panel(table, "M")
    assert panel.y.tolist() == [[2, 2, 6, 6]]
    assert panel.known(0, 4).tolist() == [[True, False, True, False]]
    assert panel.until(1).known(0, 1).tolist() == [[True]]
    assert panel.exclusions["missing_values"] == 2


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("a.csv", "id,ds,y\n1,2024-01-01,2\n", "lacks the columns unique_id; it has id, ds, y"),
        ("a.csv", "unique_id,ds,y\n1,yesterday,2\n", "1 values of ds are not dates"),
        ("a.csv", "unique_id,ds,y\n1,2024-01-01,many\n", "y must hold numbers"),
        ("a.parquet", "not a table", "cannot be read as a table"),
        ("a.csv", "", "cannot be read as a table"),
    ],
)
def test_a_file_that_is_no_demand_is_refused_with_the_reason(tmp_path: Path, name: str, text: str, sentence: str):
    file = tmp_path / name
    file.write_text(text)
    with pytest.raises(PanelError, match=sentence):
        read_demand(file, "M")


def test_a_file_that_is_not_there(tmp_path: Path):
    with pytest.raises(PanelError, match="There is no file"):
        read_demand(tmp_path / "none.csv", "M")
