"""The served forecast: a non-negative linear combination of network and baselines, learnt on validation windows.

One set of weights for the mean (least scaled squared error) and one for the quantiles (least scaled quantile loss). The
weights sum to one: free sums were measured to chase the level of the validation window (after Christmas, say) and to do
worse than the network alone on the window after it. Since weights are non-negative and each member's quantiles
increase, the combination's do too.

Both problems are shrunk towards the network alone, so that a demo with little validation data does not overfit.
"""

from __future__ import annotations

import torch
from torch import Tensor

from models.forecasting.fitting import quantile_loss

MEMBERS: tuple[str, ...] = ("network", "naive", "seasonal_naive", "moving_average", "ses", "croston_sba", "median")
_MOST_ROWS = 3000
_ITERATIONS = 120
_NEGLIGIBLE = 0.02


def learn_mean_weights(actual: Tensor, means: Tensor, scale: Tensor, shrinkage: float = 0.05) -> Tensor:
    """Weights [M] on the simplex that minimise the scaled squared error. actual [n, h], means [M, n, h], scale [n]
    (root mean square).
    """
    usable = scale.isfinite()
    weight = (1 / scale[usable].clamp(min=1e-6)).unsqueeze(1)
    design = (means[:, usable] * weight).flatten(1).clamp(max=30).to(torch.float64)
    target = (actual[usable] * weight).flatten().clamp(max=30).to(torch.float64)
    prior = torch.zeros(len(means), dtype=torch.float64)
    prior[0] = 1.0
    gram = design @ design.T
    ridge = shrinkage * gram.diagonal().mean().clamp(min=1e-9)
    gram += ridge * torch.eye(len(means), dtype=torch.float64)
    moment = design @ target + ridge * prior
    weights = prior.clone()
    rate = 1 / torch.linalg.eigvalsh(gram)[-1]
    for _ in range(500):  # projected gradient; M is a handful
        weights = project_to_simplex(weights - rate * (gram @ weights - moment))
    return _tidy(weights.to(torch.float32))


def learn_quantile_weights(actual: Tensor, quantiles: Tensor, scale: Tensor, shrinkage: float = 0.05) -> Tensor:
    """Weights [M] on the simplex that minimise the scaled quantile loss. quantiles [M, n, h, 9], scale [n] (mean
    absolute).
    """
    usable = scale.isfinite().nonzero().squeeze(1)
    rows = usable[:: max(1, -(-len(usable) // _MOST_ROWS))]
    inverse = (1 / scale[rows].clamp(min=1e-6)).clamp(max=1e6)
    members = quantiles[:, rows] * inverse.view(1, -1, 1, 1)
    target = actual[rows] * inverse.unsqueeze(1)
    prior = torch.zeros(len(quantiles))
    prior[0] = 1.0
    weights = (prior * 0.9 + 0.1 / len(prior)).requires_grad_(True)
    optimiser = torch.optim.Adam([weights], lr=0.02)
    for iteration in range(_ITERATIONS if len(rows) else 0):
        for group in optimiser.param_groups:
            group["lr"] = 0.02 * (1 - iteration / _ITERATIONS)
        mixed = torch.einsum("m,mnhq->nhq", weights, members)
        loss = quantile_loss(target, mixed).clamp(max=30).mean() + shrinkage * (weights - prior).square().sum()
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        with torch.no_grad():
            weights.copy_(project_to_simplex(weights))
    return _tidy(weights.detach() if len(rows) else prior)


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
