"""What is known of factors, laid beside a panel; tables that are wrong in every way."""

from __future__ import annotations

import math
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from models.forecasting.factors.calendar import working_time
from models.forecasting.factors.design import PRICE, PROMOTION, build_design
from models.forecasting.panel import Panel, PanelError
from models.forecasting.periods import number_of
from tests.models.worlds import MONDAY


def panel(weeks: int = 4) -> Panel:
    y = np.ones((2, weeks), dtype=np.float32)
    return Panel(("a", "b"), "W", number_of(MONDAY, "W"), y, np.full(2, weeks), {})


def table(rows: list[tuple[str, int, float | None, float | None]]) -> pl.DataFrame:
    days = [(name, MONDAY + timedelta(weeks=week), price, share) for name, week, price, share in rows]
    schema = {"unique_id": pl.String, "ds": pl.Date, "price": pl.Float64, "promotion": pl.Float64}
    return pl.DataFrame(days, schema=schema, orient="row")


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        (pl.DataFrame({"ds": [MONDAY]}), "lacks the columns unique_id"),
        (pl.DataFrame({"unique_id": ["a"], "ds": [MONDAY], "price": ["dear"]}), "must be numbers"),
        (pl.DataFrame({"unique_id": ["a"], "ds": [None]}, schema_overrides={"ds": pl.Date}), "may not be missing"),
    ],
)
def test_a_table_that_can_not_be_read_is_refused(bad: pl.DataFrame, sentence: str) -> None:
    with pytest.raises(PanelError, match=sentence):
        build_design(bad, panel(), 2)


def test_a_country_without_known_holidays_is_refused() -> None:
    with pytest.raises(PanelError, match="not known"):
        build_design(None, panel(), 2, "XX")


def test_prices_that_are_none_count_as_the_last_known_one() -> None:
    rows = [
        ("a", 0, 10.0, None),
        ("a", 1, 0.0, None),
        ("a", 2, -3.0, None),
        ("a", 3, math.nan, None),
        ("a", 4, 5.0, None),
    ]
    found = build_design(table(rows), panel(), 2)
    assert np.exp(found.values[0, :, PRICE]) == pytest.approx([1, 1, 1, 1, 0.5, 0.5])
    assert found.usual[0] == pytest.approx(10)
    assert found.exclusions["prices_unusable"] == 3


def test_before_the_first_known_price_it_holds_and_without_any_there_is_none() -> None:
    found = build_design(table([("a", 2, 4.0, None), ("a", 3, 4.0, None)]), panel(), 1)
    assert (found.values[:, :, PRICE] == 0).all()
    assert found.usual[0] == pytest.approx(4)
    assert math.isnan(found.usual[1])


def test_shares_of_promotion_are_cut_to_what_they_can_be() -> None:
    rows = [("b", 0, None, 1.7), ("b", 1, None, -1.0), ("b", 2, None, math.inf), ("b", 3, None, 0.5)]
    found = build_design(table(rows), panel(), 2)
    assert found.values[1, :, PROMOTION].tolist() == [1, 0, 0, 0.5, 0, 0]
    assert found.exclusions["promotions_cut"] == 2


def test_rows_of_one_period_count_by_their_mean_and_others_are_left_out() -> None:
    rows = [("a", 0, 1.0, 0.0), ("a", 0, 3.0, 1.0), ("z", 0, 1.0, 0.0), ("a", -1, 9.0, 0.0), ("a", 6, 9.0, 0.0)]
    found = build_design(table(rows), panel(), 2)
    assert found.usual[0] == pytest.approx(2)
    assert found.values[0, 0, PROMOTION] == 0.5
    assert found.exclusions["factors_elsewhere"] == 3


def test_an_earlier_cutoff_knows_of_promotions_ahead_and_of_no_other_price() -> None:
    rows = [("a", 0, 10.0, 0.0), ("a", 1, 8.0, 1.0), ("a", 2, 5.0, 0.0), ("a", 3, 4.0, 1.0)]
    found = build_design(table(rows), panel(), 2).at(2, 2)
    assert found.past.shape == found.ahead.shape == (2, 2, 3)
    assert np.exp(found.ahead[0, :, PRICE] - found.past[0, 0, PRICE]) == pytest.approx([1, 0.4])
    assert found.ahead[0, :, PROMOTION].tolist() == [0, 1]


def test_working_time_is_that_of_the_country() -> None:
    christmas = number_of(date(2023, 12, 25), "W")
    assert working_time("GB-ENG", "W", christmas - 1, 3) == pytest.approx([0, -0.4, -0.2])
    days = working_time("GB", "D", number_of(date(2023, 12, 24), "D"), 3)
    assert days.tolist() == [0, -1, -1]
    may, june = working_time("GB-ENG", "M", number_of(date(2023, 5, 1), "M"), 2)
    assert (round(may * 21.74 + 21.74), round(june * 21.74 + 21.74)) == (20, 22)


def test_days_off_may_be_given_instead_of_a_country() -> None:
    assert working_time([MONDAY], "W", number_of(MONDAY, "W"), 2) == pytest.approx([-0.2, 0])
    assert working_time(None, "W", 0, 2).tolist() == [0, 0]
