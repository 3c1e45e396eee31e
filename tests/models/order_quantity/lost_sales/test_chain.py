"""The exact cost of a policy, and the demand it rests on."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from models.order_quantity.lost_sales.chain import exact_cost, tabulate
from models.order_quantity.lost_sales.demand import (
    cumulative,
    leftover_probabilities,
    period_costs,
    probabilities,
    quantile,
)
from models.order_quantity.lost_sales.instances import Instance, LostSalesInputError
from models.order_quantity.lost_sales.policies import (
    base_stock,
    best_base_stock,
    best_capped_base_stock,
    capped_base_stock,
)

POISSON = Instance("poisson", 5.0, 9.0, 1.0, 2)
GEOMETRIC = Instance("geometric", 5.0, 9.0, 1.0, 2)


def simulated_cost(
    instance: Instance, level: int, rng: np.random.Generator, periods: int = 4000, paths: int = 500
) -> float:
    on_hand, due, total = np.zeros(paths), np.zeros(paths), 0.0
    for period in range(periods):
        order = np.maximum(level - on_hand - due, 0)
        demand = rng.poisson(instance.mean, paths)
        left = np.maximum(on_hand - demand, 0)
        if period >= 100:
            total += np.mean(
                instance.holding_cost * left + instance.lost_sale_penalty * np.maximum(demand - on_hand, 0)
            )
        on_hand, due = left + due, order
    return total / (periods - 100)


def test_base_stock_costs_what_a_long_simulation_measures(rng: np.random.Generator) -> None:
    exact = exact_cost(POISSON, base_stock(18))
    assert exact.high - exact.low <= 1e-5
    assert exact.cost == pytest.approx(simulated_cost(POISSON, 18, rng), rel=2e-3)


def test_without_any_order_every_unit_is_lost() -> None:
    assert exact_cost(POISSON, base_stock(0)).cost == pytest.approx(5.0 * 9.0, abs=1e-5)


def test_a_table_holds_exactly_the_states_that_are_reached() -> None:
    table = tabulate(base_stock(2), 1)  # orders count from the moment they are placed
    assert table.states.tolist() == [[0], [1], [2]]
    assert table.orders.tolist() == [2, 1, 0]


def test_demand_probabilities_are_those_of_scipy() -> None:
    k = np.arange(60)
    np.testing.assert_allclose(probabilities(POISSON, 60), stats.poisson.pmf(k, 5), rtol=1e-9)
    np.testing.assert_allclose(probabilities(GEOMETRIC, 60), stats.geom.pmf(k + 1, 1 / 6), rtol=1e-9)
    between = Instance("negative_binomial", 5.0, 9.0, 1.0, 2, dispersion=2.5)
    np.testing.assert_allclose(probabilities(between, 60), stats.nbinom.pmf(k, 5 / 1.5, 1 / 2.5), rtol=1e-9)


def test_leftovers_and_costs_lose_no_probability_and_no_unit() -> None:
    leftover = leftover_probabilities(GEOMETRIC, 30)
    np.testing.assert_allclose(leftover.sum(axis=1), 1.0, atol=1e-14)
    assert leftover.min() >= 0
    long = np.arange(2000)
    pmf = probabilities(GEOMETRIC, 2000)
    expected = [pmf @ (np.maximum(x - long, 0) + 9 * np.maximum(long - x, 0)) for x in range(31)]
    np.testing.assert_allclose(period_costs(GEOMETRIC, 30), expected, rtol=1e-10)


def test_quantiles_of_sums_are_those_of_scipy() -> None:
    assert quantile(POISSON, 0.9) == stats.poisson.ppf(0.9, 5)
    assert quantile(POISSON, 0.9, 3) == stats.poisson.ppf(0.9, 15)
    assert quantile(GEOMETRIC, 0.975, 5) == stats.nbinom.ppf(0.975, 5, 1 / 6)
    assert 1 - cumulative(GEOMETRIC)[-1] < 1e-7


def test_the_best_of_a_kind_is_no_dearer_than_any_other_of_it() -> None:
    instance = Instance("geometric", 3.0, 4.0, 1.0, 2)
    levels, caps = range(4, 20), range(1, 12)
    best, capped = best_base_stock(instance), best_capped_base_stock(instance)
    assert best.cost == pytest.approx(min(exact_cost(instance, base_stock(level)).cost for level in levels), abs=1e-9)
    all_capped = [exact_cost(instance, capped_base_stock(level, cap)).cost for level in levels for cap in caps]
    assert capped.cost == pytest.approx(min(all_capped), abs=1e-9)


def test_policies_that_cannot_be_are_refused() -> None:
    with pytest.raises(LostSalesInputError, match="no less than 0"):
        exact_cost(POISSON, lambda states: np.full(len(states), -1))
    with pytest.raises(LostSalesInputError, match="too many states"):
        exact_cost(Instance("poisson", 5.0, 9.0, 1.0, 1), lambda states: np.full(len(states), 500))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"demand": "normal"}, "none of them"),
        ({"mean": 0.0}, "mean demand"),
        ({"mean": float("nan")}, "mean demand"),
        ({"lost_sale_penalty": -1.0}, "penalty"),
        ({"holding_cost": 0.0}, "holding cost"),
        ({"lead_time": 0}, "lead time"),
        ({"lead_time": 5}, "lead time"),
        ({"lead_time": 1.5}, "lead time"),
        ({"dispersion": 2.0}, "negative binomial"),
        ({"demand": "negative_binomial", "dispersion": 1.0}, "above 1"),
    ],
)
def test_a_problem_that_cannot_be_is_refused(given: dict[str, object], message: str) -> None:
    with pytest.raises(LostSalesInputError, match=message):
        Instance(
            **{"demand": "poisson", "mean": 5.0, "lost_sale_penalty": 4.0, "holding_cost": 1.0, "lead_time": 1, **given}
        )
