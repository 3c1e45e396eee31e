"""Work side by side on torch's cores, and nothing of it left behind."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch

from models.forecasting.combination import Weights
from models.forecasting.market import Market
from models.forecasting.model import ForecastModel
from models.forecasting.panel import lengths
from models.forecasting.periods import frequency
from models.forecasting.prediction import forecast_arrays
from models.forecasting.pretrained import pretrained
from models.forecasting.threads import one_thread, side_by_side


@pytest.fixture
def two_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def seen(number: int) -> tuple[int, int, bool]:
    return number, torch.get_num_threads(), threading.current_thread() is threading.main_thread()


def in_a_new_thread() -> int:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(torch.get_num_threads).result()


@pytest.mark.usefixtures("two_threads")
def test_every_item_has_a_core_alone_and_results_keep_their_order():
    assert side_by_side(seen, range(7)) == [(number, 1, False) for number in range(7)]
    assert (torch.get_num_threads(), in_a_new_thread()) == (2, 2)


@pytest.mark.usefixtures("two_threads")
def test_a_single_item_has_all_cores():
    assert side_by_side(seen, [4]) == [(4, 2, True)]
    assert side_by_side(seen, []) == []


def test_on_one_thread_nothing_runs_beside_the_caller():
    with one_thread():
        assert side_by_side(seen, range(3)) == [(number, 1, True) for number in range(3)]


@pytest.mark.usefixtures("two_threads")
def test_what_fails_is_raised_and_the_cores_are_given_back():
    with pytest.raises(ZeroDivisionError):
        side_by_side(lambda number: 1 // number, [1, 0, 2])
    assert (torch.get_num_threads(), in_a_new_thread()) == (2, 2)


@pytest.mark.usefixtures("two_threads")
def test_a_thread_that_can_not_be_started_leaves_nobody_waiting(monkeypatch: pytest.MonkeyPatch):
    begin, started = threading.Thread.start, []

    def start(thread: threading.Thread) -> None:
        if started:
            raise RuntimeError("can't start new thread")
        started.append(thread)
        begin(thread)

    monkeypatch.setattr(threading.Thread, "start", start)
    with pytest.raises(RuntimeError, match="can't start"):
        side_by_side(seen, range(3))
    monkeypatch.undo()
    assert not started[0].is_alive()
    assert (torch.get_num_threads(), in_a_new_thread()) == (2, 2)


@pytest.mark.usefixtures("two_threads")
def test_forecasts_in_batches_side_by_side_are_those_of_one_thread():
    weeks = np.random.default_rng(5).poisson(20, (300, 112)).astype(np.float32)
    model = ForecastModel(frequency("W"), 26, pretrained("W"), Weights.of_network(), Market.unknown())
    given = weeks, lengths(weeks), np.full(300, 2_900, dtype=np.int64)
    mean, quantiles, _ = forecast_arrays(model, *given, 26, batch=64)
    with one_thread():
        alone, alone_quantiles, _ = forecast_arrays(model, *given, 26, batch=64)
    np.testing.assert_array_equal(mean, alone)
    np.testing.assert_array_equal(quantiles, alone_quantiles)
