"""Statistical baselines for all series at once, as tensor operations.

Each gives a point forecast [B, H] from a window [B, C] (see `features`); all but the seasonal naive are flat.
An interval is put around it from the method's own past errors on the same series (split conformal: errors at earlier
origins, pooled over steps). A series too short for that is given the quantiles of an exponential distribution.

Sources: Hyndman & Athanasopoulos, Forecasting: Principles and Practice (naive, seasonal naive, mean, SES); Croston
(1972) with the bias correction of Syntetos & Boylan (2005).
"""

from __future__ import annotations

# ruff: noqa: ARG001 - all methods have one signature, whatever they need of it
from collections.abc import Callable

import torch
from torch import Tensor

from models.forecasting.features import recent_mean
from models.forecasting.periods import Frequency
from models.forecasting.quantiles import QUANTILES, masked_quantiles, quantiles_of, validity

Point = Callable[[Tensor, Tensor, Frequency, int], Tensor]

SES_ALPHAS = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 0.9)
CROSTON_ALPHA = 0.1
TSB_ALPHA = 0.1
MEAN_PERIODS = 12
_PAST_ORIGINS = 4
_FEWEST_ERRORS = 8


def naive(window: Tensor, length: Tensor, settings: Frequency, horizon: int) -> Tensor:
    """The last value."""
    return window[:, -1:].expand(-1, horizon)


def seasonal_naive(window: Tensor, length: Tensor, settings: Frequency, horizon: int) -> Tensor:
    """The same period of the last season; the last value where the series is younger than a season."""
    season = settings.short_season
    steps = torch.arange(horizon, device=window.device) % season
    values = window[:, window.shape[1] - season + steps]
    return torch.where((length >= season).unsqueeze(1), values, window[:, -1:])


def moving_average(window: Tensor, length: Tensor, settings: Frequency, horizon: int) -> Tensor:
    """The mean of the last 12 periods."""
    return recent_mean(window, length, MEAN_PERIODS).unsqueeze(1).expand(-1, horizon)


def median(window: Tensor, length: Tensor, settings: Frequency, horizon: int) -> Tensor:
    """The median of the last 12 periods."""
    return masked_quantiles(window, length, MEAN_PERIODS, (0.5,)).expand(-1, horizon)


def ses(window: Tensor, length: Tensor, settings: Frequency, horizon: int) -> Tensor:
    """Simple exponential smoothing; per series the alpha of a grid with the least one-step squared error."""
    alphas = torch.tensor(SES_ALPHAS, device=window.device)
    alive = validity(length, window.shape[1]).to(window.dtype)
    start = window.shape[1] - length.clamp(min=1, max=window.shape[1])
    state = window.gather(1, start.unsqueeze(1)).expand(-1, len(SES_ALPHAS)).clone()
    loss = torch.zeros_like(state)
    for column in range(window.shape[1]):
        error = (window[:, column : column + 1] - state) * alive[:, column : column + 1]
        loss += error.square()
        state += alphas * error
    return state.gather(1, loss.argmin(dim=1, keepdim=True)).expand(-1, horizon)


def croston_sba(window: Tensor, length: Tensor, settings: Frequency, horizon: int) -> Tensor:
    """Croston's sizes over intervals, each smoothed at each sale (alpha 0.1), times 1 - alpha / 2."""
    size = torch.zeros_like(window[:, 0])
    interval = torch.ones_like(size)
    since = torch.ones_like(size)
    started = torch.zeros_like(size, dtype=torch.bool)
    for column in range(window.shape[1]):
        value = window[:, column]
        sold = value > 0
        first = sold & ~started
        size = torch.where(sold, torch.where(first, value, size + CROSTON_ALPHA * (value - size)), size)
        smoothed = interval + CROSTON_ALPHA * (since - interval)
        interval = torch.where(sold & ~first, smoothed, interval)
        started = started | sold
        since = torch.where(sold, 1.0, since + 1)
    return ((1 - CROSTON_ALPHA / 2) * size / interval).unsqueeze(1).expand(-1, horizon)


def tsb(window: Tensor, length: Tensor, settings: Frequency, horizon: int) -> Tensor:
    """Teunter, Syntetos & Babai (2011): the chance of a sale, smoothed every period, times the size, smoothed at each
    sale (both 0.1): an item that stops selling fades.
    """
    size = torch.zeros_like(window[:, 0])
    chance = torch.zeros_like(size)
    alive = validity(length, window.shape[1])
    started = torch.zeros_like(size, dtype=torch.bool)
    for column in range(window.shape[1]):
        value, sold = window[:, column], window[:, column] > 0
        smoothed = chance + TSB_ALPHA * (sold.to(window.dtype) - chance)
        chance = torch.where(alive[:, column], torch.where(started, smoothed, sold.to(window.dtype)), chance)
        size = torch.where(sold, torch.where(started, size + TSB_ALPHA * (value - size), value), size)
        started = started | sold
    return (chance * size).unsqueeze(1).expand(-1, horizon)


BASELINES: dict[str, Point] = {
    "naive": naive,
    "seasonal_naive": seasonal_naive,
    "moving_average": moving_average,
    "ses": ses,
    "croston_sba": croston_sba,
    "tsb": tsb,
    "median": median,
}


def baseline_forecast(
    name: str, window: Tensor, length: Tensor, settings: Frequency, horizon: int
) -> tuple[Tensor, Tensor]:
    """Point forecast [B, H] and quantiles [B, H, 9] of one baseline, not below zero."""
    point = BASELINES[name](window, length, settings, horizon)
    if name == "median":  # the empirical quantiles are this method's own distribution
        quantiles = masked_quantiles(window, length, settings.recent, QUANTILES)
        return point, quantiles.unsqueeze(1).expand(-1, horizon, -1)
    spread = _past_errors(name, window, length, settings, horizon)
    return point, with_errors(point, *spread)


def with_errors(point: Tensor, errors: Tensor, known: Tensor) -> Tensor:
    """Quantiles [B, H, 9] of a point forecast [B, H] from past errors [B, E], of which `known` bool [B, E] exist."""
    levels = torch.tensor(QUANTILES, device=point.device)
    conformal = point.unsqueeze(2) + quantiles_of(errors, known, QUANTILES).unsqueeze(1)
    exponential = point.unsqueeze(2) * -torch.log1p(-levels)
    enough = (known.sum(dim=1) >= _FEWEST_ERRORS).view(-1, 1, 1)
    return torch.where(enough, conformal, exponential).clamp(min=0)


def _past_errors(name: str, window: Tensor, length: Tensor, settings: Frequency, horizon: int) -> tuple[Tensor, Tensor]:
    """Errors of the method at earlier origins of the same window, [B, E], and which of them exist."""
    steps = min(horizon, max(1, settings.recent // 2))
    errors, known = [], []
    for back in range(steps, steps * _PAST_ORIGINS + 1, steps):
        earlier = torch.nn.functional.pad(window[:, :-back], (back, 0))
        age = (length - back).clamp(min=0)
        point = BASELINES[name](earlier, age, settings, steps)
        actual = window[:, -back:][:, :steps]
        errors.append(actual - point)
        known.append((age > 0).unsqueeze(1).expand(-1, steps))
    return torch.cat(errors, dim=1), torch.cat(known, dim=1)
