"""Invented demand to pretrain on: what items of a wholesaler can look like, drawn from wide ranges.

Orders arrive at a drifting, seasonal rate and each has a size, so one process gives smooth, erratic, intermittent and
lumpy items alike (compound Poisson, over-dispersed for half of them):

    log rate = level + season of the market · share + own season + drift of the market + random walk + AR(1) + jumps
               + trend - decline - ramp of a launch

Sizes are 1, a fixed lot, gamma distributed or whole packs; some items sell fractions of a unit; rare orders are up to
twenty times as large. Series come in groups that share a market, and begin at any time. No real series was looked at
beyond the statistics that the literature gives of such data.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

_PACKS = (2.0, 5.0, 6.0, 10.0, 12.0, 24.0, 25.0, 50.0, 100.0)
_GROUP = 50  # series of one market
_FEWEST_PERIODS = 3


@dataclass(frozen=True)
class Synthetic:
    """y float32 [n, T] zeros before the first sale; length, group int64 [n]."""

    y: Tensor
    length: Tensor
    group: Tensor


class _Draw:
    """Random numbers from one generator."""

    def __init__(self, generator: torch.Generator) -> None:
        self.generator = generator

    def uniform(self, low: float, high: float, *shape: int) -> Tensor:
        return torch.rand(shape, generator=self.generator) * (high - low) + low

    def log_uniform(self, low: float, high: float, *shape: int) -> Tensor:
        return torch.exp(self.uniform(math.log(low), math.log(high), *shape))

    def normal(self, *shape: int) -> Tensor:
        return torch.randn(shape, generator=self.generator)

    def chance(self, probability: float | Tensor, *shape: int) -> Tensor:
        """1.0 with this probability, else 0.0."""
        return (torch.rand(shape, generator=self.generator) < probability).to(torch.float32)

    def gamma(self, shape: Tensor) -> Tensor:
        return torch._standard_gamma(shape.contiguous(), generator=self.generator)  # noqa: SLF001 - takes a generator


def invent(series: int, periods: int, season: int, generator: torch.Generator) -> Synthetic:
    """About `series` items over `periods` periods, of which `season` make a year; those that hardly sold are left
    out.
    """
    draw = _Draw(generator)
    group = torch.arange(series) // _GROUP
    start = torch.where(draw.chance(0.5, series) > 0, 0.0, draw.uniform(0, 0.9, series) * periods).long()
    time = torch.arange(periods, dtype=torch.float32)
    age = time - start.unsqueeze(1)
    rate = torch.exp(
        (_log_level(draw, series) + _movement(draw, group, time, season) + _life(draw, age, time)).clamp(-9, 9)
    )
    spread = draw.log_uniform(0.3, 50, series, 1)
    noisy = torch.where(draw.chance(0.5, series, 1) > 0, draw.gamma(spread.expand(series, periods)) / spread, 1.0)
    orders = torch.poisson((rate * noisy).clamp(max=1e6), generator=generator)
    y = torch.where(age >= 0, _sizes(draw, orders), 0.0)
    sold = y > 0
    length = torch.where(sold.any(dim=1), periods - sold.to(torch.int8).argmax(dim=1), 0)
    kept = length >= _FEWEST_PERIODS
    return Synthetic(y[kept], length[kept], group[kept])


def _log_level(draw: _Draw, series: int) -> Tensor:
    """log of orders per period, [n, 1]: mostly few, for a quarter many."""
    few, many = draw.log_uniform(0.01, 60, series, 1), draw.log_uniform(1, 2000, series, 1)
    return torch.where(draw.chance(0.25, series, 1) > 0, many, few).log()


def _movement(draw: _Draw, group: Tensor, time: Tensor, season: int) -> Tensor:
    """How the log rate moves around its level, [n, T]."""
    series, periods = len(group), len(time)
    markets = int(group.max()) + 1
    yearly = 52 / season  # drifts are stated per week
    shared = _season(draw, markets, time, season) * draw.chance(0.7, markets, 1) * draw.uniform(0.2, 1.2, markets, 1)
    share = draw.uniform(0, 1.6, series, 1) * draw.chance(0.8, series, 1)
    own = _season(draw, series, time, season) * draw.chance(0.3, series, 1) * draw.uniform(0.2, 1.2, series, 1)
    steps = draw.normal(markets, periods) * draw.uniform(0, 0.04, markets, 1) * math.sqrt(yearly)
    market = draw.normal(markets, 1) * 0.004 * yearly * time + steps.cumsum(dim=1)
    walk = draw.normal(series, periods) * draw.log_uniform(0.008, 0.15, series, 1) * draw.chance(0.55, series, 1)
    rate_of_jumps = draw.uniform(0, 0.03, series, 1) * draw.chance(0.3, series, 1)
    jumps = draw.chance(rate_of_jumps, series, periods) * draw.normal(series, periods) * 0.9
    trend = draw.normal(series, 1) * 0.012 * yearly * draw.chance(0.35, series, 1) * time
    moved = shared[group] * share + own + market[group] * draw.chance(0.7, series, 1) + trend
    moved = moved + (walk + jumps).cumsum(dim=1) + _memory(draw, series, periods)
    return (moved - moved.mean(dim=1, keepdim=True)).clamp(-5, 4)


def _season(draw: _Draw, count: int, time: Tensor, season: int) -> Tensor:
    """Three harmonics of the year, and for half of them a peak with a dip after it; [count, T], log."""
    angle = 2 * math.pi / season * time
    phases, sizes = draw.uniform(0, 2 * math.pi, count, 3), draw.normal(count, 3) * torch.tensor([0.4, 0.25, 0.15])
    waves = torch.zeros(count, len(time))
    for order in range(3):
        waves += sizes[:, order : order + 1] * torch.sin((order + 1) * angle + phases[:, order : order + 1])
    centre, width = draw.uniform(0, season, count, 1), season * draw.uniform(0.02, 0.08, count, 1)
    height = draw.uniform(0, 1.8, count, 1) * draw.chance(0.5, count, 1)
    peak, dip = (_bump(time, centre + shift * width, width, season) for shift in (0.0, 2.2))
    return waves + height * peak - 0.6 * height * dip


def _bump(time: Tensor, centre: Tensor, width: Tensor, season: int) -> Tensor:
    distance = (time - centre) % season
    return torch.exp(-0.5 * (torch.minimum(distance, season - distance) / width).square())


def _memory(draw: _Draw, series: int, periods: int) -> Tensor:
    """AR(1) noise for half of the series, [n, T]."""
    persistence = draw.uniform(0, 0.95, series)
    noise = draw.normal(series, periods) * draw.uniform(0.05, 0.6, series, 1) * draw.chance(0.5, series, 1)
    kept = torch.zeros(series, periods)
    for period in range(1, periods):
        kept[:, period] = persistence * kept[:, period - 1] + noise[:, period] * (1 - persistence.square()).sqrt()
    return kept


def _life(draw: _Draw, age: Tensor, time: Tensor) -> Tensor:
    """Launches that ramp up and items that die, [n, T], log."""
    series = len(age)
    ramp = -1.5 * torch.exp(-age.clamp(min=0) / draw.uniform(1, 12, series, 1)) * draw.chance(0.3, series, 1)
    ramp = ramp * (age[:, :1] < 0)
    end = draw.uniform(0.3, 1, series, 1) * len(time)
    decline = (time - end).clamp(min=0) * draw.uniform(0.02, 0.5, series, 1) * draw.chance(0.12, series, 1)
    return ramp - decline


def _sizes(draw: _Draw, orders: Tensor) -> Tensor:
    """Units sold, from how many orders there were, [n, T]."""
    series, periods = orders.shape
    kind = torch.randint(0, 5, (series, 1), generator=draw.generator)
    mean, variation = draw.log_uniform(1, 60, series, 1), draw.uniform(0.2, 1.8, series, 1)
    total = draw.gamma((orders / variation.square()).clamp(min=1e-3)) * variation.square() * mean
    units = torch.where(orders > 0, total.ceil(), 0.0)
    pack = torch.tensor(_PACKS)[torch.randint(0, len(_PACKS), (series, 1), generator=draw.generator)]
    units = torch.where(kind == 4, (units / pack).ceil() * pack, units)
    units = torch.where(kind == 0, orders, torch.where(kind == 1, orders * mean.round(), units))
    freak = draw.chance(draw.uniform(0, 0.015, series, 1), series, periods) * draw.chance(0.4, series, 1)
    units = units * torch.where(freak > 0, 1 + draw.uniform(1, 20, series, periods), 1.0)
    fractions = draw.chance(0.06, series, 1) > 0
    return torch.where(fractions, units * mean / 7.3, units.round())
