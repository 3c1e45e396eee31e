"""Forecasts by day: they add up to the week's, spread as all sales are."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from models.forecasting import spread_over_days, weekday_shares

SUNDAY = date(2026, 6, 14)
WEDNESDAY = date(2026, 6, 17)


def daily(start: date, days: int, mean: float = 9.0, name: str = "A") -> pl.DataFrame:
    rows = [(name, start + timedelta(days=at), at + 1, mean, mean, 0.0, 0.0, mean) for at in range(days)]
    columns = ["unique_id", "ds", "step", "mean", "level", "trend", "season", "q50"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def weekly(*means: float) -> pl.DataFrame:
    rows = [("A", date(2026, 6, 15) + timedelta(weeks=at), mean, 0.7 * mean, 0.07) for at, mean in enumerate(means)]
    return pl.DataFrame(rows, schema=["unique_id", "ds", "mean", "level", "trend"], orient="row")


def test_a_week_is_spread_as_the_last_twelve_weeks_sales_were() -> None:
    days = [SUNDAY - timedelta(days=back) for back in range(84)]
    sold = pl.DataFrame({"ds": days, "y": [0.0 if day.weekday() >= 5 else 1.0 + day.weekday() for day in days]})
    long_ago = pl.DataFrame({"ds": [SUNDAY - timedelta(days=84)], "y": [1e6]})
    shares = weekday_shares(pl.concat([sold, long_ago]), SUNDAY)
    assert shares.tolist() == pytest.approx([1 / 15, 2 / 15, 3 / 15, 4 / 15, 5 / 15, 0, 0])


def test_without_sales_every_day_is_alike() -> None:
    assert weekday_shares(pl.DataFrame(schema={"ds": pl.Date, "y": pl.Float64}), SUNDAY).tolist() == [1 / 7] * 7


def test_days_add_up_to_their_week_and_parts_to_their_day() -> None:
    shares = weekday_shares(pl.DataFrame({"ds": [SUNDAY, SUNDAY - timedelta(days=1)], "y": [3.0, 1.0]}), SUNDAY)
    found = spread_over_days(daily(date(2026, 6, 15), 14), weekly(70.0, 140.0), shares)
    assert found["mean"].to_list() == [0.0] * 5 + [17.5, 52.5] + [0.0] * 5 + [35.0, 105.0]
    assert found["level"].to_list() == pytest.approx([7.0] * 7 + [14.0] * 7)
    assert (found["level"] + found["trend"] + found["season"]).to_list() == pytest.approx(found["mean"].to_list())
    assert found["q50"].to_list() == [9.0] * 14
    assert found.columns == daily(SUNDAY, 1).columns


def test_what_no_week_knows_stays_as_it_is() -> None:
    table = pl.concat([daily(WEDNESDAY, 14), daily(WEDNESDAY, 14, name="B")])
    found = spread_over_days(table, weekly(70.0), weekday_shares(table.clear().rename({"mean": "y"}), SUNDAY))
    assert found.filter(unique_id="A")["mean"].to_list() == pytest.approx([10.0] * 5 + [9.0] * 9)
    assert found.filter(unique_id="B").equals(table.filter(unique_id="B"))
