"""What is an outlier, and what only looks like one."""

from __future__ import annotations

import numpy as np
import pytest

from models.forecasting.outliers import FEWEST_SALES, LEAST_SPREAD, LIMIT, outliers

EVEN = [10.0, 8, 12, 9, 11, 10] * 10  # median 10, and closer together than LEAST_SPREAD


def found(values: list[float], season: int = 52) -> list[int]:
    y = np.array([values], dtype=np.float32)
    return np.flatnonzero(outliers(y, np.array([len(values)]), season, 1).found[0]).tolist()


def with_sizes(sizes: dict[int, float], values: list[float] | None = None) -> list[float]:
    return [sizes.get(at, value) for at, value in enumerate(values or EVEN)]


def test_one_size_unlike_all_others_is_damped_to_the_limit_in_whole_units():
    y = np.array([with_sizes({30: 400.0})], dtype=np.float32)
    seen = outliers(y, np.array([y.shape[1]]), 52, 1)
    limit = 10 * np.exp(LIMIT * LEAST_SPREAD)
    assert np.flatnonzero(seen.found[0]).tolist() == [30]
    assert seen.limit[0] == pytest.approx(limit, rel=1e-5)
    assert seen.damped(y)[0, 30] == np.ceil(limit) == 41
    assert np.delete(seen.damped(y), 30, axis=1).tolist() == np.delete(y, 30, axis=1).tolist()
    assert (seen.damped(y + 0.5)[0, 30]) == pytest.approx(limit, rel=1e-5)


def test_a_smaller_size_is_left():
    assert found(with_sizes({30: 40.0})) == []


def test_a_repeated_size_is_how_the_item_sells():
    assert found(with_sizes({20: 400.0, 40: 210.0})) == []
    assert found(with_sizes({20: 400.0, 40: 190.0})) == [20, 40]


def test_what_comes_back_at_the_same_time_of_the_year_is_a_season():
    assert found(with_sizes({3: 90.0, 54: 400.0})) == []
    assert found(with_sizes({3: 90.0, 50: 400.0})) == [3, 50]


def test_lumpy_items_have_no_outliers():
    sizes = [1.0, 0, 0, 6, 0, 0, 2, 0, 0, 30, 0, 0] * 5
    assert found(with_sizes({30: 9000.0}, sizes)) == []
    often = [size for size in sizes if size]  # uneven but sold always: erratic, and held to its own wide spread
    assert found(with_sizes({7: 100_000.0}, often)) == [7]


def test_little_history_says_nothing():
    few = [10.0] * (FEWEST_SALES - 2)
    assert found([*few, 0, 0, 9000.0]) == []
    assert found([*few, 10, 0, 9000.0]) == [FEWEST_SALES]


@pytest.mark.parametrize("shape", [(0, 5), (3, 0), (2, 1)])
def test_panels_of_next_to_nothing(shape: tuple[int, int]):
    y = np.ones(shape, dtype=np.float32)
    seen = outliers(y, np.full(shape[0], shape[1]), 52, 1)
    assert seen.damped(y).tolist() == y.tolist()
