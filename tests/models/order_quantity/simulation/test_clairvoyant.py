"""What a buyer would pay who knew all demand."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from models.inventory.classical import wagner_whitin
from models.order_quantity.simulation.clairvoyant import clairvoyant
from models.order_quantity.simulation.classical import CLASSICAL, Rules, play
from models.order_quantity.simulation.engine import Course
from models.order_quantity.simulation.forecasts import Outlook
from models.order_quantity.simulation.terms import Terms


def known(demand: np.ndarray, order: float, hold: float, short: float, *, warm_up: int = 0, lost_sales: bool = True):
    full = [np.full(len(demand), value) for value in (order, hold, short)]
    lead = np.zeros(len(demand), dtype=np.int64)
    return clairvoyant(demand, *full, lead, warm_up=warm_up, review=1, lost_sales=lost_sales)


@pytest.mark.parametrize("lost_sales", [True, False])
def test_where_shortage_is_dear_it_is_wagner_whitin(lost_sales: bool):
    demand = np.random.default_rng(0).poisson(4, (5, 12)).astype(float)
    found = known(demand, 20, 1, 1e6, lost_sales=lost_sales)
    assert found.cost.tolist() == pytest.approx([wagner_whitin(row, 20, 1).cost for row in demand])
    assert found.filled.tolist() == demand.sum(axis=1).tolist()
    assert found.shortage.sum() == 0


def test_what_is_not_worth_an_order_is_lost():
    found = known(np.array([[1.0, 0, 0, 1]]), 20, 1, 4)
    assert (found.cost[0], found.shortage[0], found.filled[0]) == (8, 8, 0)


def test_with_back_orders_one_order_serves_what_waited():
    found = known(np.array([[2.0, 2, 0, 0]]), 20, 30, 1, lost_sales=False)
    assert (found.ordering[0], found.shortage[0]) == (0, 2 * 4 + 2 * 3)
    found = known(np.array([[20.0, 20, 0, 0]]), 20, 30, 1, lost_sales=False)
    assert (found.ordering[0], found.shortage[0], found.filled[0]) == (20, 20, 20)


@pytest.mark.parametrize("lost_sales", [True, False])
def test_no_policy_is_cheaper(lost_sales: bool):
    rng = np.random.default_rng(1)
    demand = rng.poisson(3, (20, 40)).astype(float)
    lead = torch.tensor([2] * 10 + [5] * 10)
    terms = Terms(
        *(torch.full((20,), value) for value in (10.0, 8.0, 0.2, 4.0)), lead, torch.zeros(20), torch.zeros(20)
    )
    course = Course(2, 10, lost_sales)
    mean = 3.0 * (lead + 2).float().unsqueeze(1).expand(-1, 40)
    outlook = Outlook("known", 0, mean, mean.sqrt(), mean, torch.full((20, 40), 3.0))
    found = clairvoyant(
        demand[:, 10:],
        *(part.numpy().astype(float) for part in (terms.order_cost, terms.holding_cost, terms.shortage_cost)),
        lead.numpy(),
        warm_up=10,
        review=2,
        lost_sales=lost_sales,
    )
    rules = Rules(outlook, terms, course)
    for policy in CLASSICAL:
        levels = policy.levels(rules, next(iter(policy.choices())))
        cost = play(levels, terms, torch.from_numpy(demand).float(), course).cost[:, 0].numpy()
        assert (found.cost <= cost + 1e-3).all(), policy.name
