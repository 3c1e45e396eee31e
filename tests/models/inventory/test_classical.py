"""The classical formulas agree with the textbook's library."""

from __future__ import annotations

import math

import pytest
from stockpyl import eoq, newsvendor, rq, ss
from stockpyl import wagner_whitin as lots

from models.inventory import classical
from models.inventory.policies import economic_order_quantity


@pytest.mark.parametrize(("demand", "order", "holding"), [(1300, 8, 0.225), (50, 5, 2), (1e5, 120, 0.03)])
def test_the_economic_order_quantity(demand: float, order: float, holding: float):
    assert economic_order_quantity(demand, order, holding) == pytest.approx(
        eoq.economic_order_quantity(order, holding, demand)[0], rel=1e-6
    )


@pytest.mark.parametrize(
    ("demand", "order", "rate", "breaks"),
    [
        (1300, 8, 0.3, [(0, 0.75), (400, 0.72), (800, 0.68)]),
        (100_000, 100, 0.1, [(0, 5.0), (250, 4.9), (500, 4.7)]),
        (20, 50, 0.2, [(0, 10.0), (1000, 9.99)]),
        (500, 10, 0.25, [(0, 2.0)]),
    ],
)
def test_quantity_discounts(demand: float, order: float, rate: float, breaks: list[tuple[float, float]]):
    found = classical.discounted_order_quantity(demand, order, rate, breaks)
    starts, prices = [start for start, _ in breaks], [price for _, price in breaks]
    quantity, region, cost = eoq.economic_order_quantity_with_all_units_discounts(order, rate, demand, starts, prices)
    assert (found.quantity, found.cost) == (pytest.approx(quantity, rel=1e-6), pytest.approx(cost, rel=1e-6))
    assert found.step == region


def test_price_breaks_that_do_not_increase_are_refused():
    with pytest.raises(ValueError, match="begin at 0"):
        classical.discounted_order_quantity(10, 1, 0.2, [(5, 1.0)])
    with pytest.raises(ValueError, match="positive"):
        classical.discounted_order_quantity(0, 1, 0.2, [(0, 1.0)])


@pytest.mark.parametrize(("short", "over", "mean", "deviation"), [(0.7, 0.18, 50, 8), (9, 1, 10, 3), (1, 4, 100, 20)])
def test_the_newsvendor_with_normal_demand(short: float, over: float, mean: float, deviation: float):
    found = classical.newsvendor(short, over, classical.normal_demand(mean, deviation))
    assert found == pytest.approx(newsvendor.newsvendor_normal(over, short, mean, deviation)[0], rel=1e-6)


@pytest.mark.parametrize(("short", "over", "mean"), [(0.7, 0.18, 50), (9, 1, 0.4), (1, 4, 3)])
def test_the_newsvendor_with_poisson_demand(short: float, over: float, mean: float):
    found = classical.newsvendor(short, over, classical.poisson_demand(mean))
    assert found == newsvendor.newsvendor_poisson(over, short, mean)[0]


def test_a_newsvendor_of_any_demand_takes_its_quantile():
    assert classical.newsvendor(3, 1, lambda level: -math.log(1 - level)) == pytest.approx(math.log(4))
    with pytest.raises(ValueError, match="positive"):
        classical.critical_ratio(0, 1)


def test_reorder_point_and_batch():
    found = classical.reorder_point_and_quantity(7.5, 0.225, 8, 1300, 150, 1 / 12)
    assert found == pytest.approx(rq.r_q_eoqss_approximation(0.225, 7.5, 8, 1300, 150, 1 / 12), rel=1e-6)


def test_reorder_point_and_level():
    found = classical.reorder_point_and_level(0.70, 0.18, 2.5, 50, 8)
    assert found == pytest.approx(ss.s_s_power_approximation(0.18, 0.70, 2.5, 50, 8), rel=1e-6)


@pytest.mark.parametrize("demand", [[90, 120, 80, 70], [5, 1, 1, 40, 3, 3, 25, 1], [10]])
def test_wagner_whitin(demand: list[float]):
    quantities, cost, _, _ = lots.wagner_whitin(len(demand), 2, 100, demand, 3)
    found = classical.wagner_whitin(demand, 100, 2, 3)
    assert found.cost == pytest.approx(cost, rel=1e-6)
    assert list(found.quantities) == pytest.approx(list(quantities[1:]))


def test_no_demand_needs_no_order():
    assert classical.wagner_whitin([0, 0, 0], 100, 2) == classical.LotPlan((0, 0, 0), 0)
    with pytest.raises(ValueError, match="negative"):
        classical.wagner_whitin([1, -1], 100, 2)


def test_orders_of_the_policies():
    assert classical.base_stock_order(20, 12) == 8
    assert classical.base_stock_order(20, 25) == 0
    assert classical.capped_base_stock_order(20, 12, 5) == 5
    assert (classical.reorder_up_to_order(10, 30, 10), classical.reorder_up_to_order(10, 30, 11)) == (20, 0)
    assert (classical.reorder_batches(10, 8, 10), classical.reorder_batches(10, 8, -7)) == (8, 24)
