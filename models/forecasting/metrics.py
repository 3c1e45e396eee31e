"""How good forecasts are, per series and over a panel.

Sources: MASE and RMSSE as in Hyndman & Koehler (2006) and the M5 competition; scaled quantile loss as in fev and
GIFT-Eval. Denominators use the history from the first sale to the cutoff; series where that is zero or undefined are
left out of MASE, RMSSE and SQL and counted as `unscored`.

Missing values are not judged. MASE and WAPE judge the median (a baseline's point), RMSSE, bias and total_WAPE the mean
(a baseline's point). On intermittent demand MASE alone rewards forecasting nothing: read all of them together.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from models.forecasting.fitting import quantile_loss
from models.forecasting.quantiles import QUANTILES

Metrics = dict[str, float]


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


@dataclass(frozen=True)
class Outcome:
    """What happened at one cutoff, for the series that can be judged.

    actual [n, h]; known bool [n, h], the values that are not missing; absolute, square [n]: `naive_scale` of the
    histories.
    """

    actual: Tensor
    known: Tensor
    absolute: Tensor
    square: Tensor


def score(outcome: Outcome, middle: Tensor, mean: Tensor, quantiles: Tensor) -> Metrics:
    """The metrics of one method at one cutoff. middle (median), mean: [n, h]; quantiles: [n, h, 9]."""
    actual, known = outcome.actual, outcome.known
    steps = known.sum(dim=1)
    count = steps.clamp(min=1)
    error, mean_error = (actual - middle) * known, (mean - actual) * known
    sold = (actual * known).sum().clamp(min=1e-9)
    inside = (actual >= quantiles[..., 0]) & (actual <= quantiles[..., -1])
    scored = outcome.absolute.isfinite() & (steps > 0)
    loss = (quantile_loss(actual, quantiles) * known).sum(dim=1) / count
    return {
        "MASE": _mean((error.abs().sum(dim=1) / count / outcome.absolute)[scored]),
        "RMSSE": _mean((mean_error.square().sum(dim=1) / count / outcome.square).sqrt()[scored]),
        "WAPE": float(error.abs().sum() / sold),
        "bias": float(mean_error.sum() / sold),
        "SQL": _mean((loss / outcome.absolute)[scored]),
        "coverage_80": _mean(inside[known].to(torch.float32)),
        "calibration": calibration(actual[known], quantiles[known]),
        "total_WAPE": float(mean_error.sum(dim=1).abs().sum() / sold),
        "unscored": float((~scored).sum()),
    }


def calibration(actual: Tensor, quantiles: Tensor) -> float:
    """How far the probability integral transform is from uniform: the largest |P(u <= d) - d| over the nine deciles.

    actual [N], quantiles [N, 9] increasing. The transform is randomised where the forecast has an atom, which demand
    has at zero: u is uniform between F(y-) and F(y), and its expectation is taken instead of a draw (Czado, Gneiting &
    Held 2009). Of an atom's ends only the deciles around them are known; each is taken half-way, and F(0-) is zero.
    """
    if not len(actual):
        return float("nan")
    value = actual.unsqueeze(1)
    below, upto = (quantiles < value).sum(dim=1), (quantiles <= value).sum(dim=1)
    atom = upto > below
    low = torch.where(atom, (below + 0.5) / 10, below / 10)
    low = torch.where((actual <= 0) & (below == 0), 0.0, low)
    high = torch.where(atom, (upto + 0.5) / 10, (below + 1) / 10)
    levels = torch.tensor(QUANTILES, device=actual.device)
    reached = ((levels - low.unsqueeze(1)) / (high - low).clamp(min=1e-9).unsqueeze(1)).clamp(0, 1)
    return float((reached.mean(dim=0) - levels).abs().max())


def pool(per_cutoff: list[Metrics]) -> Metrics:
    """The mean over cutoffs of each metric, leaving out undefined values; `unscored` is summed."""
    pooled: Metrics = {}
    for key in per_cutoff[0]:
        values = [metrics[key] for metrics in per_cutoff if metrics[key] == metrics[key]]
        pooled[key] = float("nan") if not values else sum(values) / (1 if key == "unscored" else len(values))
    return pooled


def _mean(values: Tensor) -> float:
    return float(values.mean()) if values.numel() else float("nan")
