"""Features of a series at an origin, from its raw history, for a batch of series at once.

Everything is relative to the series' recent level (`scale`), so that one network serves items that sell 1 or 10,000 a
week. Ratios enter as log(1 + r): demand ratios have heavy tails.

A *window* is float32 [B, C]: the last C periods up to and including the origin, zeros before the first sale. `length`
int64 [B] counts the periods from the first sale on; `origin` int64 [B] is the number of the window's last period.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from models.forecasting.periods import Frequency

_MONDAY = 3  # 1970-01-01 was a Thursday


@dataclass(frozen=True)
class Features:
    """x: float32 [B, F]. scale: float32 [B], units per period; 0 where nothing was sold in the window."""

    x: Tensor
    scale: Tensor


def validity(length: Tensor, context: int) -> Tensor:
    """Which periods of the window belong to the series' life, bool [B, C]."""
    return torch.arange(context, device=length.device) >= context - length.clamp(max=context).unsqueeze(1)


def recent_mean(window: Tensor, length: Tensor, periods: int) -> Tensor:
    """Mean of the last `periods` periods since the first sale, [B]."""
    counted = length.clamp(min=1, max=periods).to(window.dtype)
    return window[:, -periods:].sum(dim=1) / counted


def level(window: Tensor, length: Tensor, settings: Frequency) -> Tensor:
    """The recent level, [B]: mostly the last half year; a little of everything, so that a pause does not make it
    vanish.
    """
    everything = recent_mean(window, length, window.shape[1])
    return 0.8 * recent_mean(window, length, settings.recent) + 0.2 * everything


def build_features(window: Tensor, length: Tensor, origin: Tensor, settings: Frequency, horizon: int) -> Features:
    """Features for forecasting the `horizon` periods after the origin; F depends on `settings` and `horizon` only."""
    scale = level(window, length, settings)
    relative = window / scale.clamp(min=1e-9).unsqueeze(1)
    parts = [
        torch.log1p(relative[:, -settings.lags :]),
        *_recent_ratios(relative, length, settings),
        _same_season(relative, length, settings, horizon),
        _shape(window, relative, length, scale, settings),
        _calendar(origin, settings),
    ]
    return Features(torch.cat(parts, dim=1), scale)


def _recent_ratios(relative: Tensor, length: Tensor, settings: Frequency) -> list[Tensor]:
    return [torch.log1p(recent_mean(relative, length, size)).unsqueeze(1) for size in settings.windows]


def _same_season(relative: Tensor, length: Tensor, settings: Frequency, horizon: int) -> Tensor:
    """Demand one year before each target period, demand one year before the origin, and whether a year is known."""
    context = relative.shape[1]
    reach = settings.smoothing
    steps = torch.arange(horizon, device=relative.device) % settings.season
    columns = context - settings.season + steps  # a year before the target
    values = torch.zeros(relative.shape[0], horizon, device=relative.device, dtype=relative.dtype)
    for shift in range(-reach, reach + 1):
        values += relative[:, (columns + shift).clamp(max=context - 1)]
    values /= 2 * reach + 1
    year_ago = context - settings.season
    before = relative[:, max(0, year_ago - settings.recent // 2) : year_ago].mean(dim=1, keepdim=True)
    known = (length.unsqueeze(1) / settings.season).clamp(max=1.0)
    return torch.cat([torch.log1p(values), torch.log1p(before), known], dim=1)


def _shape(window: Tensor, relative: Tensor, length: Tensor, scale: Tensor, settings: Frequency) -> Tensor:
    """Size, age, intermittency, time since the last sale and spread."""
    context = window.shape[1]
    alive = validity(length, context)
    life = length.clamp(min=1, max=context).to(window.dtype)
    sold = window > 0
    since = torch.where(sold.any(dim=1), sold.flip(1).to(torch.int8).argmax(dim=1).to(window.dtype), life)
    centred = torch.where(alive, relative - (relative.sum(dim=1) / life).unsqueeze(1), 0.0)
    spread = (centred.square().sum(dim=1) / life).sqrt()
    recent = torch.arange(context, device=window.device) >= context - settings.recent
    columns = [
        torch.log(scale + 0.01),
        torch.log1p(life),
        (length < settings.recent).to(window.dtype),
        (sold & recent).sum(dim=1) / life.clamp(max=settings.recent),
        sold.sum(dim=1) / life,
        torch.log1p(since),
        torch.log1p(spread),
        torch.log1p(relative.amax(dim=1)),
    ]
    return torch.stack(columns, dim=1)


def _calendar(origin: Tensor, settings: Frequency) -> Tensor:
    """Where in the year, and for days where in the week, the origin lies."""
    year = origin.to(torch.float64) * settings.days / 365.2425
    phase = 2 * torch.pi * (year - year.floor())
    waves = [wave(k * phase).to(torch.float32) for k in (1, 2, 3) for wave in (torch.sin, torch.cos)]
    columns = torch.stack(waves, dim=1)
    if settings.freq != "D":
        return columns
    weekday = torch.nn.functional.one_hot((origin + _MONDAY) % 7, 7).to(torch.float32)
    return torch.cat([columns, weekday], dim=1)
