"""How good forecasts are, per series and over a panel.

Sources: MASE and RMSSE as in Hyndman & Koehler (2006) and the M5 competition; scaled quantile loss as in fev and
GIFT-Eval. Denominators use the history from the first sale to the cutoff; series where that is zero or undefined are
left out of MASE, RMSSE and SQL and counted as `unscored`.

MASE and WAPE judge the median (a baseline's point), RMSSE, bias and total_WAPE the mean (a baseline's point). On
intermittent demand MASE alone rewards forecasting nothing: read all of them together.
"""

from __future__ import annotations

import torch
from torch import Tensor

from models.forecasting.fitting import quantile_loss
from models.forecasting.network import QUANTILES

Metrics = dict[str, float]

_MEDIAN = QUANTILES.index(0.5)


def naive_scale(history: Tensor, length: Tensor, season: int = 1) -> tuple[Tensor, Tensor]:
    """mean |Δ_m y| and mean (Δ_m y)² of each history from its first sale on, [n] each; NaN where undefined or zero.

    history: [n, T] zeros before the first sale; length: [n].
    """
    periods = history.shape[1]
    if periods <= season:
        nothing = torch.full(length.shape, torch.nan)
        return nothing, nothing
    change = history[:, season:] - history[:, :-season]
    alive = torch.arange(season, periods) >= periods - length.unsqueeze(1) + season
    count = alive.sum(dim=1).to(torch.float32)
    absolute = (change.abs() * alive).sum(dim=1) / count
    square = (change.square() * alive).sum(dim=1) / count
    return absolute.where(absolute > 0, torch.nan), square.where(square > 0, torch.nan)


def score(
    actual: Tensor, middle: Tensor, mean: Tensor, quantiles: Tensor, scale: tuple[Tensor, Tensor], known: Tensor
) -> Metrics:
    """The metrics of one method at one cutoff.

    actual, middle (median), mean: [n, h]; quantiles: [n, h, 9]; scale: `naive_scale` of the histories; known: bool
    [n], the series that had sold before the cutoff (the others cannot be forecast by any method and are left out).
    """
    absolute, square = scale
    error, sold = actual - middle, actual[known].sum().clamp(min=1e-9)
    mean_error = mean - actual
    inside = (actual >= quantiles[..., 0]) & (actual <= quantiles[..., -1])
    scored = known & absolute.isfinite()
    return {
        "MASE": _mean((error.abs().mean(dim=1) / absolute)[scored]),
        "RMSSE": _mean((mean_error.square().mean(dim=1) / square).sqrt()[scored]),
        "WAPE": float(error[known].abs().sum() / sold),
        "bias": float(mean_error[known].sum() / sold),
        "SQL": _mean((quantile_loss(actual, quantiles).mean(dim=1) / absolute)[scored]),
        "coverage_80": _mean(inside[known].to(torch.float32)),
        "total_WAPE": float(mean_error[known].sum(dim=1).abs().sum() / sold),
        "unscored": float((~scored).sum()),
    }


def pool(per_cutoff: list[Metrics]) -> Metrics:
    """The mean over cutoffs of each metric, leaving out undefined values; `unscored` is summed."""
    pooled: Metrics = {}
    for key in per_cutoff[0]:
        values = [metrics[key] for metrics in per_cutoff if metrics[key] == metrics[key]]
        pooled[key] = float("nan") if not values else sum(values) / (1 if key == "unscored" else len(values))
    return pooled


def _mean(values: Tensor) -> float:
    return float(values.mean()) if values.numel() else float("nan")
