"""The served forecast: a non-negative linear combination of network and baselines, learnt on validation windows.

One set of weights for the mean (least root mean squared scaled error of a series) and one for the quantiles (least
scaled quantile loss), each per demand class. The weights sum to one: free sums were measured to chase the level of the
validation window (after Christmas, say) and to do worse than the network alone on the window after it. Since weights
are non-negative and each member's quantiles increase, the combination's do too.

All is shrunk towards the network alone, and each class towards what all series together ask for, so that a demo with
little validation data does not overfit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from models.forecasting.demand_classes import CLASSES
from models.forecasting.fitting import quantile_loss

MEMBERS: tuple[str, ...] = (
    "network", "naive", "seasonal_naive", "moving_average", "ses", "croston_sba", "tsb", "median",
)  # fmt: skip
_MOST_ROWS = 3000
_ITERATIONS = 120
_NEGLIGIBLE = 0.02
_RATE = 0.02
_WORST = 30.0  # a scaled loss is cut there
_STEADY_AT = 300  # series of a class at which its own weights count as much as everybody's

Loss = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Weights:
    """mean, quantiles: [4, M], per demand class in the order of CLASSES and MEMBERS; rows sum to one."""

    mean: Tensor
    quantiles: Tensor

    @staticmethod
    def of_network() -> Weights:
        """The network alone."""
        alone = torch.zeros(len(CLASSES), len(MEMBERS))
        alone[:, 0] = 1.0
        return Weights(alone, alone)

    def of(self, classes: Tensor) -> tuple[Tensor, Tensor]:
        """The weights of series by their class [B]: [B, M] each."""
        return self.mean[classes], self.quantiles[classes]

    def counts(self, member: int) -> bool:
        """Whether a member has weight anywhere."""
        return bool((self.mean[:, member] > 0).any() or (self.quantiles[:, member] > 0).any())

    def to(self, device: torch.device | str) -> Weights:
        """The same on another device."""
        return Weights(self.mean.to(device), self.quantiles.to(device))


@dataclass(frozen=True)
class Window:
    """What weights are learnt from: members' forecasts beside what happened.

    actual [n, h], known bool [n, h], means [M, n, h], quantiles [M, n, h, 9]; absolute, square [n]: scaled errors'
    denominators, NaN where undefined; classes [n].
    """

    actual: Tensor
    known: Tensor
    means: Tensor
    quantiles: Tensor
    absolute: Tensor
    square: Tensor
    classes: Tensor


def learn_weights(windows: list[Window], shrinkage: float = 0.3) -> Weights:
    """The mean of what each window asks for."""
    learnt = [_of_window(window, shrinkage) for window in windows]
    return Weights(
        torch.stack([weights.mean for weights in learnt]).mean(dim=0),
        torch.stack([weights.quantiles for weights in learnt]).mean(dim=0),
    )


def _of_window(window: Window, shrinkage: float) -> Weights:
    usable = window.absolute.isfinite() & window.square.isfinite() & window.known.any(dim=1)
    alone = Weights.of_network().mean[0]
    everybody = usable.nonzero().squeeze(1)
    mean = _least(_squared_loss(window, everybody), alone, shrinkage, len(everybody))
    quantiles = _least(_quantile_loss(window, everybody), alone, shrinkage, len(everybody))
    means, rows_of_quantiles = [], []
    for index in range(len(CLASSES)):
        rows = (usable & (window.classes == index)).nonzero().squeeze(1)
        pull = shrinkage * _STEADY_AT / max(1, len(rows))
        means.append(_least(_squared_loss(window, rows), mean, pull, len(rows)))
        rows_of_quantiles.append(_least(_quantile_loss(window, rows), quantiles, pull, len(rows)))
    return Weights(torch.stack(means), torch.stack(rows_of_quantiles))


def _squared_loss(window: Window, rows: Tensor) -> Loss:
    rows = _thinned(rows)
    members, actual, known = window.means[:, rows], window.actual[rows], window.known[rows]
    steps, scale = known.sum(dim=1).clamp(min=1), window.square[rows].clamp(min=1e-9)

    def loss(weights: Tensor) -> Tensor:
        error = (torch.einsum("m,mnh->nh", weights, members) - actual) * known
        return ((error.square().sum(dim=1) / steps / scale + 1e-6).sqrt()).clamp(max=_WORST).mean()

    return loss


def _quantile_loss(window: Window, rows: Tensor) -> Loss:
    rows = _thinned(rows)
    scale = window.absolute[rows].clamp(min=1e-6)
    members = window.quantiles[:, rows] / scale.view(1, -1, 1, 1)
    actual, known = window.actual[rows] / scale.unsqueeze(1), window.known[rows]

    def loss(weights: Tensor) -> Tensor:
        mixed = torch.einsum("m,mnhq->nhq", weights, members)
        return (quantile_loss(actual, mixed).clamp(max=_WORST) * known).sum() / known.sum().clamp(min=1)

    return loss


def _thinned(rows: Tensor) -> Tensor:
    return rows[:: max(1, -(-len(rows) // _MOST_ROWS))]


def _least(loss: Loss, prior: Tensor, shrinkage: float, rows: int) -> Tensor:
    """Weights [M] on the simplex with the least loss plus shrinkage · distance² from the prior."""
    if rows == 0:
        return prior
    weights = (prior * 0.9 + 0.1 / len(prior)).requires_grad_(True)
    optimiser = torch.optim.Adam([weights], lr=_RATE)
    for iteration in range(_ITERATIONS):
        for group in optimiser.param_groups:
            group["lr"] = _RATE * (1 - iteration / _ITERATIONS)
        total = loss(weights) + shrinkage * (weights - prior).square().sum()
        optimiser.zero_grad()
        total.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        with torch.no_grad():
            weights.copy_(project_to_simplex(weights))
    return _tidy(weights.detach())


def project_to_simplex(weights: Tensor) -> Tensor:
    """The nearest weights [M] that are non-negative and sum to one (Duchi et al. 2008)."""
    ordered = weights.sort(descending=True).values
    excess = ordered.cumsum(dim=0) - 1
    count = torch.arange(1, len(weights) + 1)
    last = int((ordered - excess / count > 0).nonzero().max())
    return (weights - excess[last] / (last + 1)).clamp(min=0)


def _tidy(weights: Tensor) -> Tensor:
    """Negligible weights become zero, so that serving skips those members; their mass goes to the others."""
    kept = torch.where(weights < _NEGLIGIBLE, 0.0, weights)
    return kept / kept.sum()
