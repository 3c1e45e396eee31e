"""The statistical baselines: the library's own figures, and an answer for every series however short or odd."""

from __future__ import annotations

import numpy as np
import pytest
from statsforecast import models

from models.forecasting.panel import lengths
from models.forecasting.statistical import (
    DEFAULT_NAMES,
    LEVELS,
    STATISTICAL,
    conformal_quantiles,
    empirical_quantiles,
    past_origins,
    row_quantiles,
    statistical_forecasts,
)

HORIZON = 4


def panel(periods: int = 40, series: int = 5) -> np.ndarray:
    rng = np.random.default_rng(3)
    y = rng.poisson(2.0, (series, periods)).astype(np.float32)
    y[:, 0] = 1
    return y


def odd_series(periods: int) -> np.ndarray:
    """Never sold; sold in the last period only; constant; sold once long ago; very large."""
    y = np.zeros((5, periods), dtype=np.float32)
    y[1, -1] = 4
    y[2] = 5
    y[3, 0] = 7
    y[4] = np.arange(1, periods + 1) * 1e6
    return y


DIRECT = {
    "Naive": models.Naive(),
    "SeasonalNaive": models.SeasonalNaive(season_length=7),
    "MovingAverage": models.WindowAverage(window_size=12),
    "SES": models.SimpleExponentialSmoothingOptimized(),
    "AutoETS": models.AutoETS(season_length=7),
    "DynamicOptimizedTheta": models.DynamicOptimizedTheta(season_length=7),
    "CrostonSBA": models.CrostonSBA(),
    "TSB": models.TSB(alpha_d=0.1, alpha_p=0.1),
    "ADIDA": models.ADIDA(),
    "IMAPA": models.IMAPA(),
}


def test_each_method_is_the_library_s():
    y = panel()
    found = statistical_forecasts(y, lengths(y), HORIZON, tuple(DIRECT), season=7)
    for name, model in DIRECT.items():
        expected = [np.maximum(model.forecast(y=row.astype(np.float64), h=HORIZON)["mean"], 0) for row in y]
        np.testing.assert_allclose(found[name].point, expected, rtol=1e-5, err_msg=name)


def test_only_the_life_of_a_series_counts():
    y = panel()
    late = np.concatenate([np.zeros((5, 20), dtype=np.float32), y], axis=1)
    now = statistical_forecasts(y, lengths(y), HORIZON, ("AutoETS", "CrostonSBA", "EmpiricalQuantiles"))
    after_zeros = statistical_forecasts(late, lengths(late), HORIZON, tuple(now))
    for name in now:
        np.testing.assert_array_equal(now[name].point, after_zeros[name].point)


@pytest.mark.parametrize("periods", [1, 2, 5, 13, 30])
def test_no_series_is_too_short_or_too_odd(periods: int):
    y = odd_series(periods)
    found = statistical_forecasts(y, lengths(y), HORIZON, [name for name in STATISTICAL if name != STATISTICAL[-1]])
    for name, forecast in found.items():
        assert forecast.point.shape == (5, HORIZON), name
        assert forecast.quantiles.shape == (5, HORIZON, 9), name
        assert np.isfinite(forecast.point).all(), name
        assert np.isfinite(forecast.quantiles).all(), name
        assert (forecast.point >= 0).all(), name
        assert (np.diff(forecast.quantiles, axis=2) >= 0).all(), name
        assert not forecast.point[0].any(), name  # never sold
        assert not forecast.quantiles[0].any(), name
    assert found["Naive"].point[2].tolist() == [5.0] * HORIZON


def test_the_ensemble_is_the_median_of_its_four_members():
    y = np.concatenate([panel(series=1), odd_series(40)[1:3]])
    found = statistical_forecasts(y, lengths(y), 2, ("StatisticalEnsemble", "AutoETS", "DynamicOptimizedTheta"))
    members = [models.AutoARIMA(), models.AutoETS(), models.AutoCES(), models.DynamicOptimizedTheta()]
    four = [np.maximum(model.forecast(y=y[0].astype(np.float64), h=2)["mean"], 0) for model in members]
    np.testing.assert_allclose(found["StatisticalEnsemble"].point[0], np.median(four, axis=0), rtol=1e-5)
    assert found["StatisticalEnsemble"].point[1:].tolist() == [[4.0, 4.0], [5.0, 5.0]]
    # a member asked for by name beside the ensemble is reported with the time it took, though it ran once
    assert found["AutoETS"].seconds > 0


def test_median_and_empirical_quantiles():
    y = np.zeros((1, 40), dtype=np.float32)
    y[0, 10:] = np.arange(30)
    found = statistical_forecasts(y, lengths(y), 2, ("Median", "EmpiricalQuantiles", "Zero"))
    assert found["Median"].point.tolist() == [[23.5, 23.5]]  # of 18 … 29
    assert found["EmpiricalQuantiles"].point.tolist() == [[16.5, 16.5]]  # of 4 … 29
    np.testing.assert_allclose(found["Median"].quantiles[0, 1], np.quantile(np.arange(4, 30), LEVELS), rtol=1e-6)
    np.testing.assert_array_equal(found["Median"].quantiles, found["EmpiricalQuantiles"].quantiles)
    assert not found["Zero"].quantiles.any()


def test_a_season_without_a_year_of_history_is_the_last_value():
    y = np.array([[1, 2, 3, 4]], dtype=np.float32)
    assert statistical_forecasts(y, lengths(y), 2, ("SeasonalNaive",), season=3)["SeasonalNaive"].point.tolist() == [
        [2.0, 3.0]
    ]
    assert statistical_forecasts(y, lengths(y), 2, ("SeasonalNaive",), season=12)["SeasonalNaive"].point.tolist() == [
        [4.0, 4.0]
    ]


def test_conformal_quantiles_are_the_point_plus_the_quantiles_of_past_errors():
    y = np.ones((1, 30), dtype=np.float32) * 10
    y[0, -6:-4] = 12  # refits six, four and two periods back forecast 10, 12 and 10: wrong by +2, -2 and 0, twice each
    forecast = statistical_forecasts(y, lengths(y), 6, ("Naive",))["Naive"]
    expected = 10 + np.quantile([2.0, 2.0, -2.0, -2.0, 0.0, 0.0], LEVELS)
    np.testing.assert_allclose(forecast.quantiles[0, 0], expected)


def test_earlier_origins_are_nearer_and_more_where_history_is_short():
    assert past_origins(13, 78) == (4, 3)
    assert past_origins(6, 12) == (2, 4)
    assert past_origins(1, 3) == (1, 4)


def test_on_a_short_panel_autoets_has_its_own_intervals():
    y = panel(periods=15)
    own = models.AutoETS().forecast(y=y[0].astype(np.float64), h=HORIZON, level=[80])
    forecast = statistical_forecasts(y, lengths(y), HORIZON, ("AutoETS",))["AutoETS"]
    np.testing.assert_allclose(forecast.quantiles[0, :, 8], own["hi-80"], rtol=1e-6)
    np.testing.assert_allclose(forecast.quantiles[0, :, 0], np.maximum(own["lo-80"], 0), rtol=1e-6)


def test_too_few_errors_give_exponential_quantiles():
    point = np.array([[3.0]])
    found = conformal_quantiles(point, np.ones((1, 5)), np.ones((1, 5), dtype=bool))
    np.testing.assert_allclose(found[0, 0], -3 * np.log1p(-np.array(LEVELS)))


def test_row_quantiles_skip_what_is_not_known():
    values = np.array([[9.0, 1.0, 2.0, 3.0], [1.0, 1.0, 1.0, 1.0]])
    known = np.array([[False, True, True, True], [False] * 4])
    assert row_quantiles(values, known, (0.25, 0.5)).tolist() == [[1.5, 2.0], [0.0, 0.0]]
    assert empirical_quantiles(np.zeros((2, 0), dtype=np.float32), np.zeros(2, dtype=np.int64), 3, (0.5,)).tolist() == [
        [0.0],
        [0.0],
    ]


def test_an_unknown_name_is_refused_before_anything_runs():
    y = panel()
    with pytest.raises(ValueError, match="Not a statistical method: Prophet"):
        statistical_forecasts(y, lengths(y), HORIZON, ("Naive", "Prophet"))


def test_defaults_leave_out_the_slow_ensemble_and_what_needs_a_season():
    assert set(STATISTICAL) - set(DEFAULT_NAMES) == {"SeasonalNaive", "StatisticalEnsemble"}


def test_progress_names_each_method():
    y = panel()
    heard: list[tuple[str, float]] = []
    statistical_forecasts(
        y, lengths(y), HORIZON, ("Zero", "Naive"), progress=lambda name, share: heard.append((name, share))
    )
    assert heard == [("Zero", 0.0), ("Naive", 0.5), ("baselines", 1.0)]
