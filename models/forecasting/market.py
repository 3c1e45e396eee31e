"""The market: how all series together moved, so that one series need not learn a season from its own noise alone.

The market's value in a period is the mean of √demand over the series that were on sale: roots keep a few large items
from being all of it. It is known for the periods of a panel, and read only up to an origin.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from models.forecasting.periods import Frequency

_LIMIT = 2.0  # of a logarithmic ratio
_SMALL = 1e-6
_LATELY = {"D": 4, "W": 4, "M": 2}  # periods of the momentum's numerator


@dataclass(frozen=True)
class Market:
    """groups markets side by side (real data has one). totals: float32 [G, P + 1], sums of the values before each
    column. start: int64 [G], the first column with a sale. first: number of the period in column 0.
    group: int64 [B] of each series, or None where there is one market.
    """

    totals: Tensor
    start: Tensor
    first: int
    group: Tensor | None = None

    @staticmethod
    def of(y: Tensor, length: Tensor, first: int, group: Tensor | None = None, end: Tensor | None = None) -> Market:
        """y [n, T] zeros before the first sale and from `end` [n] on, length [n]; group [n] from 0."""
        periods = y.shape[1]
        member = torch.zeros(len(y), dtype=torch.int64, device=y.device) if group is None else group
        count = int(member.max()) + 1 if len(member) else 1
        begin = periods - length
        column = torch.arange(periods, device=y.device)
        until = column < (begin + length if end is None else end).unsqueeze(1)
        on_sale = ((column >= begin.unsqueeze(1)) & until).to(y.dtype)
        series = torch.zeros(count, periods, device=y.device).index_add_(0, member, on_sale)
        roots = torch.zeros(count, periods, device=y.device).index_add_(0, member, y.sqrt())
        value = roots / series.clamp(min=1)
        start = torch.full((count,), periods, device=y.device).scatter_reduce(0, member, begin, "amin")
        return Market(torch.nn.functional.pad(value.cumsum(dim=1), (1, 0)), start, first, group)

    @staticmethod
    def unknown(device: torch.device | None = None) -> Market:
        """A market of which nothing is known."""
        return Market(torch.zeros(1, 1, device=device), torch.zeros(1, dtype=torch.int64, device=device), 0)

    @property
    def periods(self) -> int:
        """How many periods are known."""
        return self.totals.shape[1] - 1

    def until(self, periods: int) -> Market:
        """The market as it was known after its first `periods` columns."""
        return Market(self.totals[:, : periods + 1], self.start.clamp(max=periods), self.first, self.group)

    def of_series(self, series: Tensor) -> Market:
        """The same market for a batch of series, int64 [B]."""
        return self if self.group is None else Market(self.totals, self.start, self.first, self.group[series])

    def to(self, device: torch.device | str) -> Market:
        """The same on another device."""
        group = None if self.group is None else self.group.to(device)
        return Market(self.totals.to(device), self.start.to(device), self.first, group)

    def momentum(self, origin: Tensor, settings: Frequency) -> Tensor:
        """log of the last weeks' mean over the recent mean, [B]; 0 where the market is not known up to the origin."""
        column, group = self._place(origin)
        lately = self._mean(group, column - _LATELY[settings.freq] + 1, column + 1)
        begin = torch.maximum(column - settings.recent + 1, self.start[group])
        recent = self._mean(group, begin, column + 1)
        ratio = torch.log((lately + _SMALL) / (recent + _SMALL)).clamp(-_LIMIT, _LIMIT)
        return torch.where((column >= 0) & (column < self.periods), ratio, 0.0)

    def last_year(self, origin: Tensor, horizon: int, settings: Frequency) -> tuple[Tensor, Tensor]:
        """log of the market at each target's place last year over its mean before the origin's, and whether it is
        known (1.0 or 0.0); [B, horizon] each.
        """
        column, group = self._place(origin)
        season = settings.season
        ahead = torch.arange(horizon, device=column.device) % season
        places, groups = column.unsqueeze(1) - season + 1 + ahead, group.unsqueeze(1)
        before = self._mean(group, column - season - settings.short + 1, column - season + 1).unsqueeze(1)
        then = self._mean(groups, places - settings.smoothing, places + settings.smoothing + 1)
        known = (places - self.start[groups] >= settings.short) & (places < self.periods)
        ratio = torch.log((then + _SMALL) / (before + _SMALL)).clamp(-_LIMIT, _LIMIT)
        return torch.where(known, ratio, 0.0), known.to(ratio.dtype)

    def _place(self, origin: Tensor) -> tuple[Tensor, Tensor]:
        group = torch.zeros_like(origin) if self.group is None else self.group
        return origin - self.first, group

    def _mean(self, group: Tensor, begin: Tensor, end: Tensor) -> Tensor:
        """The mean value over columns [begin, end), cut to what is known."""
        low, high = begin.clamp(min=0, max=self.periods), end.clamp(min=0, max=self.periods)
        return (self.totals[group, high] - self.totals[group, low]) / (high - low).clamp(min=1)
