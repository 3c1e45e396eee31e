"""The exact gap of policies to the optimum, and which rounding of a network costs least."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import product
from typing import Any

from models.order_quantity.lost_sales.chain import Policy, exact_cost
from models.order_quantity.lost_sales.instances import Instance, LostSalesInputError, held_out_instances
from models.order_quantity.lost_sales.networks import NetworkBatch, policy_of
from models.order_quantity.lost_sales.shared import SharedNetwork
from models.order_quantity.lost_sales.suggestion import policy_for
from models.order_quantity.lost_sales.value_iteration import solve

THRESHOLDS = (0.5, 0.4, 0.6, 0.35, 0.65)


@dataclass(frozen=True)
class Gap:
    """What a policy costs per period in one problem, and by which share of the optimal cost that is more."""

    instance: Instance
    optimal_cost: float
    cost: float

    @property
    def gap(self) -> float:
        """A fraction: 0.001 is a tenth of a per cent."""
        return self.cost / self.optimal_cost - 1

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form."""
        described = {name: value for name, value in asdict(self.instance).items() if value is not None}
        return {**described, "optimal_cost": self.optimal_cost, "cost": self.cost, "gap": self.gap}


@dataclass(frozen=True)
class ChosenNetwork:
    """The cheapest way to make whole orders of an instance's network. plain_cost: of the last weights, rounded to the
    nearest unit.
    """

    cost: float
    plain_cost: float
    snapshot: int
    threshold: float


def choose(instance: Instance, snapshots: Sequence[NetworkBatch], place: int) -> ChosenNetwork:
    """Among the snapshots and rounding thresholds the one with the least exact cost. It looks at the cost of policies
    under the known demand distribution, never at the optimum.
    """
    costs = {
        (snapshot, threshold): _cost(instance, policy_of(snapshots[snapshot], place, threshold))
        for snapshot, threshold in product(range(len(snapshots)), THRESHOLDS)
    }
    least = min(costs, key=lambda candidate: costs[candidate])
    _check(costs[least])
    return ChosenNetwork(costs[least], costs[len(snapshots) - 1, 0.5], *least)


def held_out_gaps(network: SharedNetwork) -> list[Gap]:
    """The shared network on penalties and means that it was not trained on."""
    return shared_gaps(network, [(instance, solve(instance).cost) for instance in held_out_instances()])


def shared_gaps(network: SharedNetwork, optima: Sequence[tuple[Instance, float]]) -> list[Gap]:
    """The shared network in problems whose optimal cost is known."""
    costs = [_cost(instance, policy_for(network, instance)) for instance, _ in optima]
    _check(max(costs))
    return [Gap(instance, best, cost) for (instance, best), cost in zip(optima, costs, strict=True)]


def mean_and_max(gaps: Sequence[Gap]) -> dict[str, float]:
    """{"mean_gap", "max_gap"}, fractions."""
    return {
        "mean_gap": sum(gap.gap for gap in gaps) / len(gaps),
        "max_gap": max(gap.gap for gap in gaps),
    }


def _check(cost: float) -> None:
    if math.isinf(cost):
        raise LostSalesInputError("The network was trained for too short a time: it orders without end.")


def _cost(instance: Instance, policy: Policy) -> float:
    try:
        return exact_cost(instance, policy).cost
    except LostSalesInputError:  # stock without end: a network that has hardly learned
        return math.inf
