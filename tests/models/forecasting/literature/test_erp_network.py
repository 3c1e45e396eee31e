"""The ERP paper's network: its update formulas, its refinement loop, and that a batch is nothing but its series."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch

from models.forecasting.literature.erp_network import (
    AGREED,
    SETTLED,
    TOO_SHORT,
    USED_UP,
    ErpSettings,
    Weights,
    fit_erp_network,
    forecast_erp_network,
    run,
    scale,
    unscale,
    update,
)
from models.forecasting.literature.factors import calendar_factors, candidate_factors, lagged
from models.forecasting.panel import Panel, lengths
from models.forecasting.periods import Freq, number_of, period_start

QUICK = ErpSettings(epochs=5, rounds=3)


def panel(y: np.ndarray, freq: Freq = "M") -> Panel:
    values = y.astype(np.float32)
    first = number_of(period_start(np.array([600]), "M")[0].item(), freq)  # January 2020
    return Panel(tuple(f"s{row}" for row in range(len(y))), freq, first, values, lengths(values), {})


def seasons(series: int = 3, periods: int = 36) -> np.ndarray:
    rng = np.random.default_rng(0)
    month = np.arange(periods) % 12
    return np.stack([20 + 5 * row + 10 * (month >= 6) + rng.poisson(2, periods) for row in range(series)])


def test_the_update_formulas_are_the_gradient_of_half_the_squared_error():
    torch.manual_seed(2)
    shapes = ((2, 3, 4), (2, 1, 4), (2, 4, 1), (2, 1, 1))
    weights = Weights(*(torch.randn(shape, dtype=torch.float64) for shape in shapes))
    tracked = Weights(*(getattr(weights, f.name).clone().requires_grad_() for f in dataclasses.fields(Weights)))
    inputs, target = torch.randn(2, 5, 3, dtype=torch.float64), torch.rand(2, 5, dtype=torch.float64)
    alive = torch.tensor([[True] * 5, [True, False, True, False, False]])
    error = (run(tracked, inputs)[1].squeeze(2) - target) * alive
    (error.square().sum() / 2).backward()
    update(weights, inputs, target, alive, step=0.3)
    for each in dataclasses.fields(Weights):
        before = getattr(tracked, each.name)
        torch.testing.assert_close(getattr(weights, each.name), (before - 0.3 * before.grad).detach())


@pytest.mark.parametrize("patterns", [1, 7])
def test_a_series_does_not_depend_on_its_neighbours(patterns: int):
    y = seasons()
    y[1, :20] = 0
    settings = dataclasses.replace(QUICK, patterns=patterns)
    together = fit_erp_network(panel(y), 6, settings)
    forecasts = forecast_erp_network(together, panel(y), 6)
    for row in range(3):
        alone = fit_erp_network(panel(y[row : row + 1]), 6, settings)
        assert alone.entered[0].tolist() == together.entered[row].tolist()
        torch.testing.assert_close(forecast_erp_network(alone, panel(y[row : row + 1]), 6)[0], forecasts[row])


def test_twice_is_the_same():
    first, second = (
        forecast_erp_network(fit_erp_network(panel(seasons()), 6, QUICK), panel(seasons()), 6) for _ in "12"
    )
    assert torch.equal(first, second)


def test_refinement_stops_at_the_agreement_asked_for():
    fit = fit_erp_network(panel(np.full((1, 36), 10.0)), 6, ErpSettings(epochs=100, rounds=50))
    assert fit.stopped.tolist() == [AGREED]
    assert fit.agreement[0] >= 0.95
    assert fit.rounds[0] < 50
    assert len(fit.curve) == 100 * fit.rounds[0]


def test_refinement_stops_when_it_no_longer_improves():
    noise = np.random.default_rng(4).integers(0, 100, (1, 36)).astype(float)
    fit = fit_erp_network(panel(noise), 6, ErpSettings(epochs=1, rounds=200))
    assert fit.stopped.tolist() == [SETTLED]
    assert fit.rounds[0] < 200


def test_refinement_stops_when_its_rounds_are_used_up():
    fit = fit_erp_network(panel(seasons(1)), 6, ErpSettings(epochs=1, rounds=1))
    assert (fit.stopped.tolist(), fit.rounds.tolist()) == ([USED_UP], [1])


def test_the_factor_that_goes_with_sales_enters():
    y = np.zeros((1, 48))
    y[0] = 10 + 10 * ((np.arange(48) % 12) // 3)  # sales by the quarter
    fit = fit_erp_network(panel(y), 6, dataclasses.replace(QUICK, admitted=1, rounds=1))
    entered = [name for name, enters in zip(fit.factors.names, fit.entered[0], strict=True) if enters]
    assert entered in (["quarter"], ["sales_12_before"])  # either says it all


def test_nothing_after_the_validation_data_is_learnt_from():
    y = seasons(1)
    other = y.copy()
    other[0, -6:] += 50  # the validation data only
    a, b = (fit_erp_network(panel(each), 6, dataclasses.replace(QUICK, rounds=1)) for each in (y, other))
    torch.testing.assert_close(a.weights.hidden, b.weights.hidden)
    np.testing.assert_array_equal(a.correlation, b.correlation)


def test_odd_series_get_an_answer():
    y = np.zeros((4, 24))
    y[1, -1], y[2], y[3, -3:] = 7, 5, [1, 2, 3]
    fit = fit_erp_network(panel(y), 6, QUICK)
    forecast = forecast_erp_network(fit, panel(y), 6)
    assert [fit.stopped[row] for row in (0, 1, 3)] == [TOO_SHORT] * 3
    assert forecast[[0, 1, 3]].tolist() == [[0.0] * 6, [7.0] * 6, [3.0] * 6]
    assert forecast.isfinite().all()


@pytest.mark.parametrize("periods", [1, 2, 4])
def test_a_panel_too_short_for_any_network(periods: int):
    y = np.arange(1.0, periods + 1).reshape(1, -1)
    fit = fit_erp_network(panel(y), 6, QUICK)
    assert fit.curve == []
    assert forecast_erp_network(fit, panel(y), 2).tolist() == [[periods, periods]]


def test_it_learns_a_season_that_the_last_value_misses():
    y = seasons(20, 48)
    known, actual = y[:, :42], torch.tensor(y[:, 42:], dtype=torch.float32)
    forecast = forecast_erp_network(fit_erp_network(panel(known), 6, ErpSettings(rounds=5)), panel(known), 6)
    naive = torch.tensor(known[:, -1:], dtype=torch.float32)
    assert (forecast - actual).abs().mean() < 0.7 * (naive - actual).abs().mean()


def test_scaling_and_back():
    y, top = torch.tensor([[0.0, 5.0, 10.0]]), torch.tensor([[10.0]])
    assert scale(y, top).tolist() == [[pytest.approx(0.1), pytest.approx(0.5), pytest.approx(0.9)]]
    torch.testing.assert_close(unscale(scale(y, top), top), y)
    assert unscale(torch.tensor([[0.0]]), top).tolist() == [[0.0]]


def test_calendar_factors_fit_the_frequency():
    assert candidate_factors("M", 18).names == (
        "month", "quarter", "year", "sales_1_before", "sales_2_before", "sales_3_before",
    )  # fmt: skip
    assert candidate_factors("W", 104).names[-1] == "sales_52_before"
    assert candidate_factors("D", 100).calendar == ("weekday", "weekend", "day", "week", "month", "quarter", "year")
    october = number_of(period_start(np.array([621]), "M")[0].item(), "M")  # 2021
    found = calendar_factors(np.array([october]), "M", (600, 624))  # 2020 to 2022
    assert found[0].tolist() == [pytest.approx(9 / 11), 1.0, 0.5]
    sunday = calendar_factors(np.array([3]), "D", (0, 10))[0]  # 1970-01-04
    assert sunday[:3].tolist() == [1.0, 1.0, pytest.approx(0.1)]


def test_lags_look_back_and_no_further_than_the_panel():
    assert lagged(torch.tensor([[1.0, 2.0, 3.0]]), (1, 2)).tolist() == [[[0, 0], [1, 0], [2, 1]]]
