"""Training the shared network on items drawn from whole ranges of costs, lead times and demand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from models.forecasting.threads import one_thread
from models.order_quantity.lost_sales.instances import (
    HELD_OUT_MEANS,
    HELD_OUT_PENALTY_RATIOS,
    LONGEST_LEAD_TIME,
    LostSalesInputError,
)
from models.order_quantity.lost_sales.shared import Conditions, SharedNetwork
from models.order_quantity.lost_sales.simulator import Ordering, Problem, Stocks, arrivals, empty, rollout
from models.order_quantity.lost_sales.training import WeightAverage, set_rate

Floats = npt.NDArray[np.float64]
Progress = Callable[[float], None]

LEAST_MEAN, MOST_MEAN = 1.0, 30.0  # units per period
LEAST_PENALTY_RATIO, MOST_PENALTY_RATIO = 2.0, 80.0  # lost-sale penalty over holding cost
HELD_OUT_MARGIN = 0.1  # no training item is within 10 % of a held-out value


@dataclass(frozen=True)
class SharedTraining:
    """As `training.Training`. renewed: the share of scenarios that become another item, with empty shelves, at each
    step.
    """

    steps: int
    hidden: int = 64
    scenarios: int = 1024
    periods: int = 40
    unrewarded: int = 12
    rate: float = 5e-3
    averaging: float = 0.98
    renewed: float = 0.1


@one_thread()
def train_shared(settings: SharedTraining, *, seed: int = 0, progress: Progress | None = None) -> SharedNetwork:
    """The averaged network after the last step. The same seed gives the same network."""
    if settings.steps < 1:
        raise LostSalesInputError("Training needs a step.")
    generator = torch.Generator().manual_seed(seed)
    rng = np.random.default_rng(seed)
    network = SharedNetwork(settings.hidden, generator)
    average = WeightAverage(network, settings.averaging)
    optimiser = torch.optim.Adam(network.parameters(), lr=settings.rate, betas=(0.9, 0.99))
    items, stocks = draw_items(settings.scenarios, rng), empty(1, settings.scenarios)
    for step in range(settings.steps):
        set_rate(optimiser, settings.rate, step / settings.steps)
        items, stocks = _renew(items, stocks, settings.renewed, rng)
        demand = draw_demand(items, settings.periods, rng)
        cost, stocks = rollout(_problem(items), _ordering(network, items), stocks, demand, settings.unrewarded)
        optimiser.zero_grad()
        cost.sum().backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        average.update(step)
        if progress:
            progress((step + 1) / settings.steps)
    return average.network()


def draw_items(count: int, rng: np.random.Generator) -> Conditions:
    """Items: a third with Poisson demand, a third geometric, a third negative binomial between them."""
    mean = _between(LEAST_MEAN, MOST_MEAN, HELD_OUT_MEANS, count, rng)
    penalty = _between(LEAST_PENALTY_RATIO, MOST_PENALTY_RATIO, HELD_OUT_PENALTY_RATIOS, count, rng)
    family = rng.integers(0, 3, count)
    between = np.choose(family, [0.0, 1.0, rng.uniform(size=count)])
    lead_time = rng.integers(1, LONGEST_LEAD_TIME + 1, count)
    return Conditions(_tensor(mean), _tensor((1 + mean) ** between), _tensor(penalty), torch.from_numpy(lead_time))


def draw_demand(items: Conditions, periods: int, rng: np.random.Generator) -> Tensor:
    """[periods, 1, n] units: Poisson with a rate that is gamma distributed where variance exceeds the mean."""
    mean, excess = items.mean.double().numpy(), items.dispersion.double().numpy() - 1
    varies = excess > 1e-6
    shape = np.where(varies, mean / np.where(varies, excess, 1.0), 1.0)
    rate = np.where(varies, rng.standard_gamma(shape, (periods, len(mean))) * excess, mean)
    return _tensor(rng.poisson(rate)).unsqueeze(1)


def _between(least: float, most: float, held_out: tuple[float, ...], count: int, rng: np.random.Generator) -> Floats:
    """Log-uniform between the two, none within the margin of a held-out value."""
    found = np.empty(0)
    while len(found) < count:
        drawn = np.exp(rng.uniform(np.log(least), np.log(most), count))
        near = np.abs(drawn[:, None] / np.asarray(held_out) - 1) < HELD_OUT_MARGIN
        found = np.concatenate([found, drawn[~near.any(axis=1)]])
    return found[:count]


def _renew(items: Conditions, stocks: Stocks, share: float, rng: np.random.Generator) -> tuple[Conditions, Stocks]:
    count = len(items.mean)
    renewed = torch.from_numpy(rng.uniform(size=count) < share)
    fresh = draw_items(count, rng)
    mixed = Conditions(
        torch.where(renewed, fresh.mean, items.mean),
        torch.where(renewed, fresh.dispersion, items.dispersion),
        torch.where(renewed, fresh.penalty_ratio, items.penalty_ratio),
        torch.where(renewed, fresh.lead_time, items.lead_time),
    )
    keeps = (~renewed).float()
    return mixed, Stocks(stocks.on_hand * keeps, tuple(units * keeps for units in stocks.pipeline))


def _problem(items: Conditions) -> Problem:
    """Costs in units of a rough cost per period, so that every item counts about the same."""
    worth = items.deviation * torch.log1p(items.penalty_ratio)
    return Problem(items.penalty_ratio / worth, 1 / worth, arrivals(items.lead_time))


def _ordering(network: SharedNetwork, items: Conditions) -> Ordering:
    fixed = items.features()

    def order(on_hand: Tensor, pipeline: Sequence[Tensor]) -> Tensor:
        orders: Tensor = network(items, fixed, on_hand[0], [units[0] for units in pipeline]).unsqueeze(0)
        return orders

    return order


def _tensor(values: npt.NDArray[np.generic]) -> Tensor:
    return torch.from_numpy(np.asarray(values, dtype=np.float32))
