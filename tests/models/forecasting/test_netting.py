"""Returns are taken off what they reverse."""

from __future__ import annotations

import numpy as np
import pytest

from models.forecasting.netting import Reversals, matched, taken_from


@pytest.mark.parametrize(
    ("left", "wanted", "found"),
    [
        ([], 3, []),
        ([0, 0], 3, []),
        ([5, 9, 2], 3, [(1, 3)]),  # the latest that has enough, not the latest
        ([5, 9, 2], 12, [(2, 2), (1, 9), (0, 1)]),  # none has: the latest together
        ([1, 2], 9, [(1, 2), (0, 1)]),
    ],
)
def test_a_return_is_of_the_latest_sale_with_enough_left(left: list[int], wanted: int, found: list[tuple[int, int]]):
    assert taken_from(np.array(left, dtype=np.float64), wanted) == found


def test_no_sale_comes_back_more_than_once_and_none_before_it_was_made():
    sold = np.array([[4, 0, 0, 6, 0], [0, 3, 0, 0, 0]], dtype=np.float32)
    row, column, quantity = np.array([0, 0, 0, 1]), np.array([1, 2, 4, 0]), np.array([3.0, 3.0, 2.0, 1.0])
    found, unmatched = matched(sold, row, column, quantity)
    pieces = list(zip(*(part.tolist() for part in (found.row, found.column, found.known, found.quantity)), strict=True))
    assert pieces == [(0, 0, 1, 3.0), (0, 0, 2, 1.0), (0, 3, 4, 2.0)]
    assert unmatched.tolist() == [1, 3]
    assert found.taken_off(sold).tolist() == [[0, 0, 0, 4, 0], [0, 3, 0, 0, 0]]


def test_only_what_has_come_back_by_then_is_taken_off():
    sold = np.array([[4, 0, 6]], dtype=np.float32)
    found = Reversals.of([(0, 0, 1, 3.0), (0, 0, 2, 1.0)])
    assert found.until(2).taken_off(sold[:, :2]).tolist() == [[1, 0]]
    assert found.until(1).taken_off(sold[:, :1]).tolist() == [[4]]
    assert len(found.until(0)) == 0
