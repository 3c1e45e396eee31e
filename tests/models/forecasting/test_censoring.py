"""Periods with nothing to sell are not periods without demand."""

from __future__ import annotations

import numpy as np

from models.forecasting.censoring import MOSTLY, uncensored


def raised(values: list[float], share: dict[int, float], freq: str = "W") -> tuple[list[float], list[int]]:
    y = np.array([values], dtype=np.float32)
    out = np.zeros_like(y)
    for at, value in share.items():
        out[0, at] = value
    length = np.array([y.shape[1] - int((y[0] > 0).argmax())])
    found, censored = uncensored(y, length, out, freq)
    return found[0].tolist(), np.flatnonzero(censored[0]).tolist()


def test_what_was_expected_stands_for_a_period_without_stock():
    assert raised([10, 20, 10, 20, 0, 0, 16], {4: 1.0, 5: 1.0}) == ([10, 20, 10, 20, 15, 15, 16], [4, 5])


def test_only_the_time_without_stock_is_added_and_never_more_than_was_expected():
    assert raised([10, 10, 10, 10, 3], {4: 0.5}) == ([10, 10, 10, 10, 8], [4])
    assert raised([10, 10, 10, 10, 7], {4: 0.5}) == ([10, 10, 10, 10, 10], [4])


def test_what_sold_as_usual_or_was_in_stock_mostly_is_left():
    assert raised([10, 10, 10, 10, 12, 0], {4: 1.0, 5: MOSTLY - 0.1}) == ([10, 10, 10, 10, 12, 0], [])


def test_whole_units_stay_whole_so_that_a_slow_item_is_left_as_it_is():
    assert raised([1, 0, 0, 0, 0, 0], {5: 1.0}) == ([1, 0, 0, 0, 0, 0], [])
    assert raised([0.5, 0, 0.5, 0, 0], {4: 1.0}) == ([0.5, 0, 0.5, 0, 0.25], [4])


def test_nothing_is_expected_of_an_item_that_has_just_begun():
    assert raised([0, 0, 10, 10, 10, 0], {0: 1.0, 5: 1.0}) == ([0, 0, 10, 10, 10, 0], [])


def test_days_stay_as_they_were_booked():
    assert raised([7.0] * 28 + [0], {28: 1.0}, "D") == ([7.0] * 28 + [0], [])
