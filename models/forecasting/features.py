"""Features of a series at an origin, from its raw history, for a batch of series at once.

Everything is relative to the series' recent level (`scale`), so that one network serves items that sell 1 or 10,000 a
week, and nothing depends on the calendar's date: what a season does is seen in the same periods of last year, of this
series and of the market. So a network can be pretrained on series that never existed. Ratios enter as log(1 + r):
demand ratios have heavy tails. Periods before the first sale count as the series' mean, so that a long history looks
like a short one with more in it.

A *window* is float32 [B, C]: the last C periods up to and including the origin, zeros before the first sale. `length`
int64 [B] counts the periods from the first sale on; `origin` int64 [B] is the number of the window's last period.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from models.forecasting.market import Market
from models.forecasting.periods import Frequency
from models.forecasting.quantiles import QUANTILES, masked_quantiles, validity

_QUARTILES = (0.25, 0.5, 0.75)
_DECAYS = (0.03, 0.08, 0.2, 0.4)  # of the exponential means
_TINY = 1e-9


@dataclass(frozen=True)
class Features:
    """series: float32 [B, F]. steps: float32 [B, H, K]. scale: float32 [B], units per period; 0 where nothing was
    sold in the window.
    """

    series: Tensor
    steps: Tensor
    scale: Tensor


def build_features(
    window: Tensor, length: Tensor, origin: Tensor, settings: Frequency, horizon: int, market: Market
) -> Features:
    """Features for the `horizon` periods after the origin; F and K depend on `settings` only."""
    scale = level(window, length, settings)
    relative = window / scale.clamp(min=_TINY).unsqueeze(1)
    life = length.clamp(min=1, max=window.shape[1]).to(window.dtype)
    mean = relative.sum(dim=1) / life
    filled = torch.where(validity(length, window.shape[1]), relative, mean.unsqueeze(1))
    parts = [
        torch.log1p(filled[:, -settings.lags :]),
        *(torch.log1p(recent_mean(relative, length, size)).unsqueeze(1) for size in settings.windows),
        _shape(window, relative, filled, length, scale, settings),
        *_spreads(relative, length, settings),
        *_exponential_means(relative, life),
        market.momentum(origin, settings).unsqueeze(1),
    ]
    return Features(torch.cat(parts, dim=1), _steps(filled, length, origin, settings, horizon, market), scale)


def recent_mean(window: Tensor, length: Tensor, periods: int) -> Tensor:
    """Mean of the last `periods` periods since the first sale, [B]."""
    counted = length.clamp(min=1, max=min(periods, window.shape[1])).to(window.dtype)
    return window[:, -periods:].sum(dim=1) / counted


def level(window: Tensor, length: Tensor, settings: Frequency) -> Tensor:
    """The recent level, [B]: mostly the last half year; a little of everything, so that a pause does not make it
    vanish.
    """
    everything = recent_mean(window, length, window.shape[1])
    return 0.8 * recent_mean(window, length, settings.recent) + 0.2 * everything


def _shape(
    window: Tensor, relative: Tensor, filled: Tensor, length: Tensor, scale: Tensor, settings: Frequency
) -> Tensor:
    """Size, age, intermittency, time since the last sale, spread and memory, [B, 12]."""
    context = window.shape[1]
    alive = validity(length, context)
    life = length.clamp(min=1, max=context).to(window.dtype)
    sold = window > 0
    sales = sold.sum(dim=1).clamp(min=1)
    since = torch.where(sold.any(dim=1), sold.flip(1).to(torch.int8).argmax(dim=1).to(window.dtype), life)
    centred = torch.where(alive, relative - (relative.sum(dim=1) / life).unsqueeze(1), 0.0)
    logs = torch.log1p(filled)
    logs = torch.where(alive, logs - logs.mean(dim=1, keepdim=True), 0.0)
    memory = (logs[:, 1:] * logs[:, :-1]).sum(dim=1) / logs.square().sum(dim=1).clamp(min=1e-6)
    recent = torch.arange(context, device=window.device) >= context - settings.recent
    size = relative.sum(dim=1) / sales
    size_spread = (((relative - size.unsqueeze(1)) * sold).square().sum(dim=1) / sales).sqrt()
    columns = [
        torch.log(scale + 0.01),
        torch.log1p(life),
        (sold & recent).sum(dim=1) / life.clamp(max=settings.recent),
        sold.sum(dim=1) / life,
        torch.log1p(since),
        torch.log1p((centred.square().sum(dim=1) / life).sqrt()),
        torch.log1p(relative.amax(dim=1)),
        (window == window.round()).all(dim=1).to(window.dtype),
        torch.log1p(size),
        torch.log1p(size_spread),
        memory,
        torch.log1p(sales.to(window.dtype)),
    ]
    return torch.stack(columns, dim=1)


def _spreads(relative: Tensor, length: Tensor, settings: Frequency) -> list[Tensor]:
    """Empirical quantiles of the recent past, of everything and of the last weeks."""
    context = relative.shape[1]
    return [
        torch.log1p(masked_quantiles(relative, length, settings.recent, QUANTILES)),
        torch.log1p(masked_quantiles(relative, length, context, QUANTILES)),
        torch.log1p(masked_quantiles(relative, length, settings.short, _QUARTILES)),
    ]


def _exponential_means(relative: Tensor, life: Tensor) -> list[Tensor]:
    """Exponentially weighted means of demand and of the share of periods with a sale, [B, 4] each."""
    age = torch.arange(relative.shape[1] - 1, -1, -1, dtype=relative.dtype, device=relative.device)
    weights = torch.stack([decay * (1 - decay) ** age for decay in _DECAYS], dim=1)
    seen = torch.stack([1 - (1 - decay) ** life for decay in _DECAYS], dim=1).clamp(min=1e-3)
    sold = (relative > 0).to(relative.dtype)
    return [torch.log1p((relative @ weights) / seen), (sold @ weights) / seen]


def _steps(filled: Tensor, length: Tensor, origin: Tensor, settings: Frequency, horizon: int, market: Market) -> Tensor:
    """What is known of each target period: last year's same period, of the series and of the market; the distance."""
    season, context = settings.season, filled.shape[1]
    ahead = torch.arange(horizon, device=filled.device)
    columns = context - season + ahead % season
    near, wide = (_around(filled, columns, reach) for reach in (settings.smoothing, settings.wide))
    before = filled[:, max(0, context - season - settings.short) : context - season].mean(dim=1, keepdim=True)
    known = (length.unsqueeze(1) - (season - ahead % season) >= 0).to(filled.dtype)
    growth, market_known = market.last_year(origin, horizon, settings)
    distance = (ahead + 1).clamp(max=settings.reach).to(filled.dtype).expand(len(filled), horizon)
    columns_of_steps = [
        torch.log1p(near),
        torch.log1p(wide),
        (torch.log1p(wide) - torch.log1p(before)) * known,
        known,
        growth,
        market_known,
        torch.log(distance),
        distance / 13,
    ]
    if settings.freq == "D":
        columns_of_steps += _same_weekday(filled, ahead)
    return torch.stack(columns_of_steps, dim=2)


def _around(filled: Tensor, columns: Tensor, reach: int) -> Tensor:
    """The mean of the columns within `reach` of each, [B, H]."""
    total = torch.zeros(len(filled), len(columns), device=filled.device, dtype=filled.dtype)
    for shift in range(-reach, reach + 1):
        total += filled[:, (columns + shift).clamp(max=filled.shape[1] - 1)]
    return total / (2 * reach + 1)


def _same_weekday(filled: Tensor, ahead: Tensor) -> list[Tensor]:
    """The same weekday last week, in the last 4 and in the last 12 weeks, [B, H] each."""
    column = filled.shape[1] - 7 + ahead % 7
    weeks = torch.stack([filled[:, column - 7 * back] for back in range(12)])
    return [torch.log1p(weeks[:4].mean(dim=0)), torch.log1p(weeks.mean(dim=0)), torch.log1p(weeks[0])]
