"""The baselines, on series short enough to check by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from models.forecasting.baselines import BASELINES, baseline_forecast
from models.forecasting.distribution import error_correlation, quantile_moments
from models.forecasting.metrics import Outcome, calibration, naive_scale, score
from models.forecasting.model import to_window
from models.forecasting.monthly_mlp import forecast_monthly_mlp
from models.forecasting.periods import frequency
from models.forecasting.quantiles import QUANTILES, masked_quantiles

MONTHS = frequency("M")


def point(name: str, values: list[float]) -> list[float]:
    y = torch.tensor([values])
    window, length = to_window(y, torch.tensor([len(values)]), MONTHS.context)
    return [round(value, 4) for value in BASELINES[name](window, length, MONTHS, 3)[0].tolist()]


def test_naive_and_means():
    assert point("naive", [1, 2, 7]) == [7, 7, 7]
    assert point("moving_average", [1, 2, 6]) == [3, 3, 3]
    assert point("median", [1, 2, 6]) == [2, 2, 2]
    assert point("moving_average", [100, *[3.0] * 12]) == [3, 3, 3]


def test_seasonal_naive_repeats_last_year_and_falls_back_to_naive():
    year = [float(month) for month in range(1, 13)]
    assert point("seasonal_naive", year) == [1, 2, 3]
    assert point("seasonal_naive", year[:5]) == [5, 5, 5]


def test_ses_finds_the_alpha_that_fits():
    assert point("ses", [5.0] * 10) == [5, 5, 5]
    step = [1.0] * 10 + [9.0] * 10
    assert point("ses", step)[0] == pytest.approx(9, abs=0.2)


def test_croston_sba_is_size_over_interval_with_the_correction():
    assert point("croston_sba", [4, 0, 4, 0, 4, 0, 4, 0, 4, 0, 4] * 3)[0] < 4 * 0.95
    assert point("croston_sba", [6.0] * 8) == [round(6 * 0.95, 4)] * 3
    assert point("croston_sba", [0.0, 0.0]) == [0, 0, 0]


@pytest.mark.parametrize("name", BASELINES)
def test_intervals_are_ordered_and_not_negative(name: str):
    rng = np.random.default_rng(1)
    y = torch.from_numpy(rng.poisson(2, (5, 40)).astype(np.float32))
    window, length = to_window(y, torch.tensor([40, 40, 7, 1, 0]), MONTHS.context)
    _, quantiles = baseline_forecast(name, window, length, MONTHS, 6)
    assert quantiles.shape == (5, 6, 9)
    assert bool((quantiles >= 0).all())
    assert bool((quantiles.diff(dim=-1) >= 0).all())


def test_masked_quantiles_agree_with_numpy():
    values = torch.tensor([[9.0, 1.0, 5.0, 3.0, 2.0]])
    found = masked_quantiles(values, torch.tensor([4]), 4, QUANTILES)[0]
    assert found.tolist() == pytest.approx(np.quantile([1, 5, 3, 2], QUANTILES).tolist())


def test_monthly_mlp_learns_and_a_series_does_not_depend_on_its_neighbours():
    y = torch.tensor([[2.0, 8.0] * 12, [5.0] * 24, [0.0] * 24])
    length = torch.tensor([24, 24, 0])
    together = forecast_monthly_mlp(y, length, 4)
    assert torch.allclose(together[:1], forecast_monthly_mlp(y[:1], length[:1], 4), atol=1e-4)
    assert together[0, 0] < together[0, 1]
    assert together[1].tolist() == pytest.approx([5] * 4, abs=0.5)
    assert together[2].tolist() == [0, 0, 0, 0]


def test_metrics_by_hand():
    history, length = torch.tensor([[0.0, 2.0, 4.0, 8.0], [0.0, 0.0, 3.0, 3.0]]), torch.tensor([3, 2])
    scale = naive_scale(history, length)
    assert scale[0].tolist()[0] == pytest.approx(3)
    assert torch.isnan(scale[0][1])
    actual = torch.tensor([[6.0, 10.0], [3.0, 3.0]])
    flat = torch.full((2, 2), 7.0)
    everything = torch.ones(2, 2, dtype=torch.bool)
    found = score(Outcome(actual, everything, *scale), flat, flat, flat.unsqueeze(2).expand(-1, -1, 9))
    assert found["MASE"] == pytest.approx(2 / 3)
    assert found["SQL"] == pytest.approx(2 / 3, abs=0.3)
    assert found["WAPE"] == pytest.approx(12 / 22)
    assert found["bias"] == pytest.approx((28 - 22) / 22)
    assert found["total_WAPE"] == pytest.approx((2 + 8) / 22)
    assert found["unscored"] == 1


def test_missing_values_are_not_judged():
    actual, known = torch.tensor([[6.0, 999.0]]), torch.tensor([[True, False]])
    scale = torch.tensor([2.0]), torch.tensor([4.0])
    flat = torch.full((1, 2), 7.0)
    found = score(Outcome(actual, known, *scale), flat, flat, flat.unsqueeze(2).expand(-1, -1, 9))
    assert found["MASE"] == pytest.approx(0.5)
    assert found["bias"] == pytest.approx(1 / 6)


def test_calibration_of_an_exact_a_wide_and_an_atomic_forecast():
    rng = np.random.default_rng(3)
    levels = torch.tensor(QUANTILES)
    uniform = torch.from_numpy(rng.random(20_000).astype(np.float32))
    assert calibration(uniform, levels.expand(20_000, 9)) < 0.01
    assert calibration(uniform, (0.5 + 3 * (levels - 0.5)).expand(20_000, 9)) == pytest.approx(0.3, abs=0.01)
    mostly_zero = torch.from_numpy((rng.random(20_000) > 0.85).astype(np.float32))
    assert calibration(mostly_zero, torch.tensor([0.0] * 8 + [1.0]).expand(20_000, 9)) < 0.03
    assert calibration(mostly_zero, torch.ones(20_000, 9)) > 0.5
    assert np.isnan(calibration(torch.zeros(0), torch.zeros(0, 9)))


def test_tsb_fades_when_an_item_stops_selling():
    sold = point("tsb", [4.0] * 10)
    assert sold == [4, 4, 4]
    assert point("tsb", [4.0] * 10 + [0.0] * 10)[0] == pytest.approx(4 * 0.9**10, abs=1e-3)


def test_moments_of_a_known_distribution():
    levels = torch.tensor(QUANTILES, dtype=torch.float64)
    exponential = -torch.log1p(-levels) * 10
    mean, variance = quantile_moments(exponential.unsqueeze(0), torch.tensor([10.0]))
    assert float(mean) == pytest.approx(10, rel=1e-6)
    assert float(variance) == pytest.approx(100, rel=0.1)


def test_a_mean_above_the_quantiles_widens_the_tail():
    mean, variance = quantile_moments(torch.zeros(1, 9), torch.tensor([0.5]))
    assert float(mean) == pytest.approx(0.5)
    assert float(variance) == pytest.approx(0.1 * 2 * 25 - 0.25)


def test_error_correlation_of_independent_and_common_errors():
    rng = np.random.default_rng(0)
    quantiles = torch.from_numpy(100 + 20 * np.array([-1.28, -0.84, -0.52, -0.25, 0, 0.25, 0.52, 0.84, 1.28]))
    spread = quantiles.expand(2000, 6, 9)
    mean = torch.full((2000, 6), 100.0)
    independent = torch.from_numpy(rng.normal(100, 20, (2000, 6)))
    common = torch.from_numpy(rng.normal(100, 20, (2000, 1))).expand(-1, 6)
    assert error_correlation(independent, mean, spread) < 0.05
    assert error_correlation(common, mean, spread) == 0.9
