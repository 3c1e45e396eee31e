"""Training a network per instance, all of them at once, through the differentiable simulator."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Generic, TypeVar

import torch
from torch import Tensor, nn

from models.forecasting.threads import one_thread
from models.order_quantity.lost_sales.demand import cumulative
from models.order_quantity.lost_sales.instances import Instance, LostSalesInputError
from models.order_quantity.lost_sales.networks import NetworkBatch
from models.order_quantity.lost_sales.simulator import empty, problem_of, rollout

Progress = Callable[[float], None]
Network = TypeVar("Network", bound=nn.Module)


@dataclass(frozen=True)
class Training:
    """steps: of gradient descent. scenarios: per instance and step. periods: of which the orders of the last
    `unrewarded` teach nothing (see `simulator.rollout`). Scenarios go on from one step to the next, so only the first
    begins with empty shelves. averaging: how slowly the averaged weights, which are the result, follow. snapshots:
    shares of the steps after which the averaged weights are kept.
    """

    steps: int
    hidden: int = 32
    scenarios: int = 128
    periods: int = 40
    unrewarded: int = 12
    rate: float = 1e-2
    averaging: float = 0.98
    snapshots: tuple[float, ...] = (0.8, 1.0)


@one_thread()
def train_batch(
    instances: Sequence[Instance], settings: Training, *, seed: int = 0, progress: Progress | None = None
) -> list[NetworkBatch]:
    """The snapshots, the last one at the end, each a batch of a network per instance.

    A network learns the same, whatever other instances are in the batch: all begin with the same weights, see the same
    uniform numbers turned into their own demand, and have their own step sizes.
    """
    if not instances or settings.steps < 1:
        raise LostSalesInputError("Training needs an instance and a step.")
    generator = torch.Generator().manual_seed(seed)
    network = NetworkBatch(torch.tensor([instance.mean for instance in instances]), settings.hidden, generator)
    average = WeightAverage(network, settings.averaging)
    problem, draw = problem_of(instances), Draw(instances, generator)
    optimiser = torch.optim.Adam(network.parameters(), lr=settings.rate, betas=(0.9, 0.99))
    stocks = empty(len(instances), settings.scenarios)
    kept: list[NetworkBatch] = []
    moments = {max(1, round(share * settings.steps)) for share in settings.snapshots} | {settings.steps}
    worth = torch.tensor([_rough_cost(instance) for instance in instances])
    for step in range(settings.steps):
        set_rate(optimiser, settings.rate, step / settings.steps)
        demand = draw(settings.periods, settings.scenarios)
        cost, stocks = rollout(problem, network, stocks, demand, settings.unrewarded)
        optimiser.zero_grad()
        (cost / worth).sum().backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        average.update(step)
        if step + 1 in moments:
            kept.append(average.network())
        if progress:
            progress((step + 1) / settings.steps)
    return kept


class Draw:
    """Demand of all instances from one set of uniform numbers, by inversion: [periods, G, scenarios], units."""

    def __init__(self, instances: Sequence[Instance], generator: torch.Generator) -> None:
        keys = [(instance.demand, instance.mean, instance.dispersion) for instance in instances]
        kinds = list(dict.fromkeys(keys))
        self._tables = [torch.from_numpy(cumulative(instances[keys.index(kind)])).float() for kind in kinds]
        self._kind = torch.tensor([kinds.index(key) for key in keys])
        self._generator = generator

    def __call__(self, periods: int, scenarios: int) -> Tensor:
        """See the class."""
        uniform = torch.rand(periods, scenarios, generator=self._generator)
        drawn = [torch.searchsorted(table, uniform, right=True).float() for table in self._tables]
        return torch.stack(drawn, dim=1)[:, self._kind]


class WeightAverage(Generic[Network]):
    """The moving average of a network's weights, which is less noisy than the last ones."""

    def __init__(self, network: Network, slowness: float) -> None:
        self._network, self._slowness = network, slowness
        self.weights = [weights.detach().clone() for weights in network.parameters()]

    @torch.no_grad()
    def update(self, step: int) -> None:
        """Follow the network after `step`, faster in the beginning."""
        share = 1 - min(self._slowness, step / (step + 10))
        for mine, theirs in zip(self.weights, self._network.parameters(), strict=True):
            mine.lerp_(theirs, share)

    @torch.no_grad()
    def network(self) -> Network:
        """A copy of the network with the averaged weights."""
        copy = deepcopy(self._network)
        for theirs, mine in zip(copy.parameters(), self.weights, strict=True):
            theirs.copy_(mine)
        return copy.requires_grad_(False)


def set_rate(optimiser: torch.optim.Optimizer, highest: float, done: float) -> None:
    """A cosine from the highest rate down to a thousandth of it."""
    for group in optimiser.param_groups:
        group["lr"] = highest * (0.0005 + 0.9995 * (1 + math.cos(math.pi * done)) / 2)


def _rough_cost(instance: Instance) -> float:
    """About what a period costs, so that no instance's rate is far off; a formula, not an optimum."""
    deviation = math.sqrt(instance.mean * instance.variance_to_mean)
    return instance.holding_cost * deviation * math.log1p(instance.lost_sale_penalty / instance.holding_cost)
