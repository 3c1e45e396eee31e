"""The market, and features that look at it, on panels short enough to reckon by hand."""

from __future__ import annotations

import math

import pytest
import torch

from models.forecasting.features import build_features
from models.forecasting.market import Market
from models.forecasting.periods import frequency

MONTHS = frequency("M")


def season_of(periods: int) -> torch.Tensor:
    """Demand of 100, and of 400 every twelfth month."""
    y = torch.full((3, periods), 100.0)
    y[:, 11::12] = 400.0
    return y


def test_the_market_is_the_mean_root_of_the_series_on_sale():
    y = torch.tensor([[4.0, 16.0, 0.0], [0.0, 0.0, 9.0]])
    market = Market.of(y, torch.tensor([3, 1]), 100)
    assert market.totals[0].tolist() == pytest.approx([0, 2, 6, 7.5])
    assert market.start.tolist() == [0]
    assert market.periods == 3
    assert market.until(2).periods == 2


def test_last_years_peak_is_seen_at_the_step_it_belongs_to():
    market = Market.of(season_of(36), torch.full((3,), 36), 500)
    growth, known = market.last_year(torch.tensor([500 + 35, 500 + 29]), 12, MONTHS)
    assert known.tolist() == [[1.0] * 12] * 2
    # the base before the peak: six months, one of them the peak's for the first origin
    assert growth[1].argmax() == 5
    assert float(growth[1, 5]) == pytest.approx(math.log(2), abs=1e-3)
    assert growth[0].argmax() == 11


def test_nothing_is_known_before_a_year_has_passed_or_after_the_market_ends():
    market = Market.of(season_of(12), torch.full((3,), 12), 0)
    assert market.last_year(torch.tensor([11]), 6, MONTHS)[1].sum() == 0
    assert market.momentum(torch.tensor([40]), MONTHS).tolist() == [0.0]
    assert Market.unknown().last_year(torch.tensor([11]), 6, MONTHS)[0].abs().sum() == 0


def test_groups_have_markets_of_their_own():
    y = torch.cat([torch.full((2, 24), 1.0), torch.full((2, 24), 9.0)])
    market = Market.of(y, torch.full((4,), 24), 0, torch.tensor([0, 0, 1, 1]))
    assert market.totals[:, -1].tolist() == pytest.approx([24, 72])
    assert market.of_series(torch.tensor([3, 0])).group is not None


def test_features_do_not_depend_on_the_size_nor_on_the_date():
    y = torch.tensor([[float(value % 7) for value in range(36)]])
    length, market = torch.tensor([36]), Market.unknown()
    small = build_features(y, length, torch.tensor([600]), MONTHS, 6, market)
    large = build_features(y * 1000, length, torch.tensor([605]), MONTHS, 6, market)
    assert torch.allclose(small.steps, large.steps, atol=1e-5)
    differing = (small.series - large.series).abs().squeeze(0) > 1e-4
    assert int(differing.sum()) == 1  # the logarithm of the scale alone


def test_a_series_that_never_sold_has_features_that_are_finite():
    nothing = build_features(
        torch.zeros(2, 36), torch.tensor([0, 36]), torch.tensor([5, 5]), MONTHS, 6, Market.unknown()
    )
    assert bool(torch.isfinite(nothing.series).all())
    assert bool(torch.isfinite(nothing.steps).all())
    assert nothing.scale.tolist() == [0, 0]
