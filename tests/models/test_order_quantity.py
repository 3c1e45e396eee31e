"""Order quantities and the parts that explain them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from models import order_quantity
from models.artefacts import ArtefactMissing
from models.forecasting import PanelError
from models.inventory import LotRules, round_order
from models.order_quantity import OrderInputError, OrderInputs, decide, gamma_quantile, protection_demand
from models.order_quantity.decision import round_orders
from models.order_quantity.fixed_period_network import NetworkInputs
from tests.models.worlds import weekly_panel

SPREAD = np.array([0.3, 0.5, 0.7, 0.85, 1.0, 1.15, 1.35, 1.6, 2.0])


def inputs(count: int = 1, **given: Any) -> OrderInputs:
    """Items that sell 10 a week, 26 weeks forecast, lead time of 10 working days, review every 4 weeks."""
    mean = np.full((count, 26), 10.0)
    whole = {
        "on_hand": 0,
        "reserved": 0,
        "on_order": 0,
        "lead_time_days": 10,
        "review_days": 28,
        "moq": 0,
        "multiple": 1,
    }
    numbers = {"service_level": 0.95, "unit_cost": 2.0, "order_cost": 30.0}
    arrays: dict[str, Any] = {name: np.full(count, value, dtype=np.int64) for name, value in whole.items()}
    arrays |= {name: np.full(count, value) for name, value in numbers.items()}
    arrays |= {"mean": mean, "quantiles": mean[..., None] * SPREAD, "freq": "W", "as_of": date(2026, 11, 16)}
    for name, value in given.items():
        arrays[name] = np.array(value) if isinstance(value, list) else value
    return OrderInputs(**arrays)


def test_the_parts_add_up_to_the_quantity():
    found = decide(
        inputs(4, on_hand=[0, 15, 40, 500], reserved=[0, 5, 0, 0], on_order=[0, 20, 0, 0], multiple=[1, 12, 5, 1])
    )
    total = found.forecast + found.safety_stock - found.position + found.surplus + found.rounding
    assert (total == found.quantity).all()
    assert found.quantity[3] == 0
    assert found.surplus[3] > 0
    assert (found.quantity % [1, 12, 5, 1] == 0).all()


def test_the_forecast_covers_lead_time_and_review():
    found = decide(inputs())
    assert found.protection_days.tolist() == [14 + 28]
    assert found.forecast[0] == pytest.approx(60, rel=0.01)
    assert found.lead_time_demand[0] == pytest.approx(20, rel=0.01)
    assert found.cover_days[0] == 0
    assert found.cover_days_after[0] == pytest.approx(found.quantity[0] / found.forecast[0] * 42)
    assert found.expected_demand_low[0] < found.forecast[0] < found.expected_demand_high[0]
    assert not found.extrapolated[0]


def test_a_lead_time_that_varies_asks_for_more_safety_stock():
    sure, unsure = decide(inputs()), decide(inputs(lead_time_deviation=[5.0]))
    assert unsure.forecast[0] == sure.forecast[0]
    assert unsure.protection_days[0] == sure.protection_days[0]
    assert unsure.safety_stock[0] > sure.safety_stock[0]
    with pytest.raises(OrderInputError, match="lead_time_deviation"):
        decide(inputs(lead_time_deviation=[-1.0]))


def test_holidays_lengthen_the_lead_time():
    christmas = tuple(date(2026, 11, day) for day in (17, 18, 19, 20, 23))
    assert decide(inputs(holidays=christmas)).protection_days[0] == 14 + 7 + 28


def test_a_higher_service_level_holds_more_and_more_stock_orders_less():
    found = decide(inputs(3, service_level=[0.8, 0.95, 0.99]))
    assert (np.diff(found.order_up_to) > 0).all()
    assert (found.safety_stock > 0).all()
    stocked = decide(inputs(3, on_hand=[0, 30, 60]))
    assert (np.diff(stocked.quantity) < 0).all()


def test_a_forecast_too_short_is_extended_and_says_so():
    found = decide(inputs(lead_time_days=[120], review_days=[91]))
    assert found.extrapolated[0]
    assert found.forecast[0] == pytest.approx(10 * (168 + 91) / 7, rel=0.01)


def test_an_item_without_demand_is_not_ordered_unless_promised():
    nothing = {"mean": np.zeros((1, 26)), "quantiles": np.zeros((1, 26, 9))}
    found = decide(inputs(**nothing))
    assert found.quantity[0] == 0
    assert np.isnan(found.cover_days[0])
    promised = decide(inputs(**nothing, reserved=[7], moq=[10]))
    assert promised.quantity[0] == 10


@given(st.lists(st.tuples(st.floats(-100, 1e6), st.integers(0, 500), st.integers(1, 60)), min_size=1, max_size=20))
def test_rounding_arrays_agrees_with_the_plain_arithmetic(rows: list[tuple[float, int, int]]):
    needs, moqs, multiples = (np.array(column) for column in zip(*rows, strict=True))
    found = round_orders(needs.astype(float), moqs, multiples)
    expected = [round_order(need, LotRules(moq, multiple)).quantity for need, moq, multiple in rows]
    assert found.tolist() == expected


@pytest.mark.parametrize(("correlation", "levels"), [(0.0, (0.5, 0.9, 0.95, 0.99)), (0.4, (0.9, 0.95))])
def test_the_sum_of_periods_agrees_with_simulation(correlation: float, levels: tuple[float, ...]):
    """With a common shock that is itself very skewed, a gamma of the sum is still right where service levels lie."""
    rng = np.random.default_rng(0)
    periods, copies, shape, scale = 8, 200_000, 2.0, 5.0
    common = rng.gamma(max(shape * correlation, 1e-9), scale, (copies, 1))
    demand = common + rng.gamma(shape * (1 - correlation), scale, (copies, periods))
    quantiles = np.quantile(demand[:, 0], np.arange(1, 10) / 10)
    spread = torch.from_numpy(np.tile(quantiles, (1, periods, 1)))
    mean = torch.full((1, periods), shape * scale)
    found = protection_demand(mean, spread, torch.tensor([float(periods)]), correlation)
    total = demand.sum(axis=1)
    assert float(found.mean) == pytest.approx(total.mean(), rel=0.01)
    assert float(found.deviation) == pytest.approx(total.std(), rel=0.05)
    for level in levels:
        assert float(found.quantile(torch.tensor([level]))) == pytest.approx(np.quantile(total, level), rel=0.04)


def test_gamma_quantiles_of_known_distributions():
    level = torch.tensor([0.5, 0.95, 0.9, 0.5], dtype=torch.float64)
    mean = torch.tensor([10.0, 10.0, 0.0, 5.0], dtype=torch.float64)
    deviation = torch.tensor([10.0, 10.0, 0.0, 0.0], dtype=torch.float64)
    expected = [10 * np.log(2), -10 * np.log(0.05), 0, 5]
    assert gamma_quantile(level, mean, deviation).tolist() == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"multiple": [0]}, "multiple must lie between 1"),
        ({"service_level": [1.0]}, "service_level"),
        ({"reserved": [-1]}, "reserved"),
        ({"lead_time_days": [-1]}, "lead_time_days"),
        ({"on_hand": [1, 2]}, "one value per item"),
        ({"mean": np.full((1, 26), np.nan)}, "mean must be finite"),
        ({"quantiles": np.zeros((1, 25, 9))}, "quantiles"),
    ],
)
def test_inputs_out_of_range_are_refused(wrong: dict[str, Any], sentence: str):
    with pytest.raises(OrderInputError, match=sentence):
        decide(inputs(**wrong))


def test_the_network_stands_beside_the_policy(artefacts: Path):
    artefact = order_quantity.load_champion(artefacts)
    found = decide(inputs(2, on_hand=[0, 10_000], multiple=[6, 6]), artefact)
    assert found.network_quantity[0] > 0
    assert found.network_quantity[0] % 6 == 0
    assert found.network_quantity[1] == 0
    assert decide(inputs()).network_quantity.tolist() == [-1]


def test_training_is_deterministic_and_reports_both_sides_of_the_split(
    artefacts: Path, panel: pl.DataFrame, tmp_path: Path
):
    report = order_quantity.train(panel, tmp_path, error_correlation=0.4)
    again = order_quantity.train(panel, tmp_path, error_correlation=0.4)
    assert again.version == report.version
    assert report.r2_train > 0.5
    assert report.mse_test > 0
    assert order_quantity.load_champion(tmp_path).correlation == 0.4
    assert order_quantity.load_champion(tmp_path).version != order_quantity.load_champion(artefacts).version


def test_too_little_to_learn_from(tmp_path: Path):
    with pytest.raises(PanelError, match="months of history"):
        order_quantity.train(weekly_panel(weeks=20), tmp_path)
    with pytest.raises(ArtefactMissing):
        order_quantity.load_champion(tmp_path)


def test_the_network_scales_with_the_item(artefacts: Path):
    network = order_quantity.load_champion(artefacts).network
    small = NetworkInputs(*(np.array([value]) for value in (10.0, 30.0, 30.0, 20.0, 2.0, 30.0)))
    demands = {name: getattr(small, name) * 100 for name in ("current", "next_quarter", "quarter_after", "stock")}
    assert network.suggest(replace(small, **demands))[0] == pytest.approx(100 * network.suggest(small)[0], rel=1e-4)
