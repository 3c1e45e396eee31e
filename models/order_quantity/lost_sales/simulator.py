"""A differentiable simulator of the lost-sales problem: thousands of scenarios at once as tensors.

Orders are real numbers while a policy learns, so that the cost of a whole stretch of periods has a derivative by every
order in it: hindsight differentiable policies (Alvo, Russo & Kanoria, Neural inventory control in networks via
hindsight differentiable policy optimization, 2023). All tensors are [groups, scenarios].
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from models.order_quantity.lost_sales.instances import LONGEST_LEAD_TIME, Instance

# stock [G, B] and pipeline [4][G, B] -> orders [G, B], units
Ordering = Callable[[Tensor, Sequence[Tensor]], Tensor]


@dataclass(frozen=True)
class Problem:
    """Costs and lead times of the groups or scenarios, broadcast against [G, B].

    penalty, holding: money per unit. arrival: [4] tensors of 0 and 1; the j-th is 1 where an order placed now arrives
    in j + 1 periods.
    """

    penalty: Tensor
    holding: Tensor
    arrival: tuple[Tensor, ...]


@dataclass(frozen=True)
class Stocks:
    """What is on hand after a period's receipt, and what arrives in 1, 2, 3, 4 periods (the last always 0 before the
    order), units.
    """

    on_hand: Tensor
    pipeline: tuple[Tensor, ...]

    def detached(self) -> Stocks:
        """The same without the history of its derivatives."""
        return Stocks(self.on_hand.detach(), tuple(units.detach() for units in self.pipeline))


@dataclass(frozen=True)
class Period:
    """One period of a trajectory, units, and its cost, money."""

    order: Tensor
    sold: Tensor
    lost: Tensor
    left: Tensor
    cost: Tensor


def problem_of(instances: Sequence[Instance]) -> Problem:
    """A group per instance: tensors [G, 1]."""
    lead = torch.tensor([[instance.lead_time] for instance in instances])
    return Problem(
        torch.tensor([[instance.lost_sale_penalty] for instance in instances]),
        torch.tensor([[instance.holding_cost] for instance in instances]),
        arrivals(lead),
    )


def arrivals(lead_time: Tensor) -> tuple[Tensor, ...]:
    """Lead times, whole periods -> `Problem.arrival`."""
    return tuple((lead_time == periods).to(torch.float32) for periods in range(1, LONGEST_LEAD_TIME + 1))


def empty(groups: int, scenarios: int) -> Stocks:
    """Nothing on hand and nothing under way."""
    none = torch.zeros(groups, scenarios)
    return Stocks(none, (none,) * LONGEST_LEAD_TIME)


def step(problem: Problem, stocks: Stocks, order: Tensor, demand: Tensor) -> tuple[Stocks, Period]:
    """One period: the order is placed, demand comes, costs are charged, and the next period's receipt is put on the
    shelf. demand: [G, B] or [1, B], units.
    """
    pipeline = [units + order * arrives for units, arrives in zip(stocks.pipeline, problem.arrival, strict=True)]
    surplus = stocks.on_hand - demand
    left = (surplus + surplus.abs()) / 2  # of abs the derivative at 0 is 0: half a unit left, half a unit lost
    lost = left - surplus
    cost = problem.holding * left + problem.penalty * lost
    following = Stocks(left + pipeline[0], (*pipeline[1:], torch.zeros_like(left)))
    return following, Period(order, demand - lost, lost, left, cost)


def rollout(
    problem: Problem, ordering: Ordering, stocks: Stocks, demand: Tensor, unrewarded: int = 0
) -> tuple[Tensor, Stocks]:
    """The mean cost per period and scenario, [G], over demand [periods, G, B], and the stocks at the end (detached).

    The orders of the last `unrewarded` periods are taken as given: too little of what they cause is seen, and learning
    from it would favour what costs later.
    """
    total = torch.zeros(())
    periods = len(demand)
    for period in range(periods):
        with torch.set_grad_enabled(torch.is_grad_enabled() and period < periods - unrewarded):
            order = ordering(stocks.on_hand, stocks.pipeline)
        stocks, seen = step(problem, stocks, order, demand[period])
        total = total + seen.cost
    return total.mean(dim=-1) / periods, stocks.detached()
