"""The simulator keeps count of units, and networks learn through it."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from models.order_quantity.lost_sales.chain import exact_cost, tabulate
from models.order_quantity.lost_sales.evaluation import choose
from models.order_quantity.lost_sales.instances import Instance, LostSalesInputError
from models.order_quantity.lost_sales.networks import NetworkBatch, policy_of
from models.order_quantity.lost_sales.policies import base_stock
from models.order_quantity.lost_sales.simulator import empty, problem_of, rollout, step
from models.order_quantity.lost_sales.training import Draw, Training, train_batch
from tests.models.order_quantity.lost_sales.conftest import LITTLE


def test_units_are_conserved_and_arrive_after_the_lead_time(problems: list[Instance]) -> None:
    generator = torch.Generator().manual_seed(3)
    problem, stocks = problem_of(problems), empty(3, 50)
    demand = Draw(problems, generator)(30, 50)
    orders, before = [], stocks.on_hand
    for period in range(30):
        order = torch.randint(0, 9, (3, 50), generator=generator).float()
        stocks, seen = step(problem, stocks, order, demand[period])
        orders.append(order)
        assert (seen.sold + seen.lost == demand[period]).all()
        assert (before - seen.sold == seen.left).all()
        assert seen.left.min() >= 0
        assert seen.lost.min() >= 0
        assert (seen.left * seen.lost == 0).all()
        for place, instance in enumerate(problems):
            received = stocks.on_hand[place] - seen.left[place]
            placed = orders[period + 1 - instance.lead_time][place] if period + 1 >= instance.lead_time else 0
            assert (received == placed).all()
        before = stocks.on_hand


def test_a_period_charges_what_is_left_and_what_is_lost() -> None:
    problem = problem_of([Instance("poisson", 5.0, 9.0, 2.0, 1)])
    stocks, seen = step(problem, empty(1, 2), torch.tensor([[7.0, 7.0]]), torch.tensor([[3.0, 0.0]]))
    assert seen.cost.tolist() == [[27.0, 0.0]]
    _, seen = step(problem, stocks, torch.zeros(1, 2), torch.tensor([[3.0, 10.0]]))
    assert seen.cost.tolist() == [[8.0, 27.0]]


def test_the_simulated_cost_of_base_stock_is_the_exact_one() -> None:
    instance = Instance("geometric", 5.0, 9.0, 1.0, 2)
    draw = Draw([instance], torch.Generator().manual_seed(5))

    def order(on_hand: torch.Tensor, pipeline: tuple[torch.Tensor, ...]) -> torch.Tensor:
        return (22 - on_hand - pipeline[0]).clamp(min=0)

    _, stocks = rollout(problem_of([instance]), order, empty(1, 4000), draw(50, 4000))
    cost, _ = rollout(problem_of([instance]), order, stocks, draw(300, 4000))
    assert cost.item() == pytest.approx(exact_cost(instance, base_stock(22)).cost, rel=3e-3)


def test_a_derivative_reaches_every_order_but_the_unrewarded() -> None:
    instance = Instance("poisson", 5.0, 9.0, 1.0, 2)
    orders = torch.full((10,), 5.0, requires_grad=True)
    periods = iter(range(10))
    demand = Draw([instance], torch.Generator().manual_seed(5))(10, 200)
    cost, _ = rollout(
        problem_of([instance]), lambda on_hand, _: orders[next(periods)].expand_as(on_hand), empty(1, 200), demand, 4
    )
    cost.sum().backward()
    assert orders.grad is not None
    assert (orders.grad[:6] != 0).all()
    assert (orders.grad[6:] == 0).all()


def test_a_tabulated_policy_orders_what_the_network_does(problems: list[Instance], trained: NetworkBatch) -> None:
    for place, instance in enumerate(problems):
        table = tabulate(policy_of(trained, place), instance.lead_time)
        inputs = torch.zeros(4, len(problems), len(table.states))
        inputs[: instance.lead_time, place] = torch.from_numpy(table.states.T.copy()).float()
        orders = trained(inputs[0], list(inputs[1:]))[place]
        assert (torch.floor(orders + 0.5).long().numpy() == table.orders).all()


def test_a_batch_of_networks_learns_what_each_learns_alone(problems: list[Instance], trained: NetworkBatch) -> None:
    for place, instance in enumerate(problems):
        alone = train_batch([instance], LITTLE, seed=1)[-1]
        for one, many in zip(alone.parameters(), trained.parameters(), strict=True):
            torch.testing.assert_close(one[0], many[place], rtol=1e-3, atol=1e-4)


def test_equal_seeds_give_equal_networks(problems: list[Instance], trained: NetworkBatch) -> None:
    again, other = (train_batch(problems, LITTLE, seed=seed)[-1] for seed in (1, 2))
    for first, second, third in zip(trained.parameters(), again.parameters(), other.parameters(), strict=True):
        assert torch.equal(first, second)
        assert not torch.equal(first, third)


def test_the_rounding_that_is_chosen_costs_no_more_than_plain_rounding(
    problems: list[Instance], trained: NetworkBatch
) -> None:
    chosen = choose(problems[0], [trained], 0)
    assert chosen.cost <= chosen.plain_cost == exact_cost(problems[0], policy_of(trained, 0)).cost
    assert chosen.cost == exact_cost(problems[0], policy_of(trained, 0, chosen.threshold)).cost


def test_training_without_an_instance_or_a_step_is_refused(problems: list[Instance]) -> None:
    with pytest.raises(LostSalesInputError):
        train_batch([], LITTLE)
    with pytest.raises(LostSalesInputError):
        train_batch(problems, Training(steps=0))


def test_demand_drawn_has_the_mean_it_should(problems: list[Instance]) -> None:
    drawn = Draw(problems, torch.Generator().manual_seed(2))(100, 2000)
    np.testing.assert_allclose(drawn.mean(dim=(0, 2)), [5.0, 5.0, 2.0], rtol=0.02)
    assert drawn.shape == (100, 3, 2000)
