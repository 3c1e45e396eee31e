"""Fitting the global network on (series, origin) pairs of a panel up to a limit.

Loss of a pair, a sum of four terms, all relative to the series' own error of a naive forecast, so that every series
counts alike:
- the quantile loss over 0.1…0.9: what SQL judges;
- the root of the mean squared error of the mean over the horizon: what RMSSE judges;
- the error of the mean's sum over the horizon, where larger series count more (by the root of their size): what an
  order quantity needs, and what keeps the whole unbiased;
- the Poisson deviance of the mean, a little: it is consistent for the mean and steadies the start.

Targets after the limit are masked, so late origins teach their first steps only and nothing leaks.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from models.forecasting.features import Features, build_features
from models.forecasting.market import Market
from models.forecasting.network import QuantileNetwork
from models.forecasting.periods import Frequency
from models.forecasting.quantiles import QUANTILES

Progress = Callable[[str, float], None]

FEWEST_KNOWN = 2  # periods of history before an origin may teach
_FEWEST_TARGETS = 4  # steps known before a pair teaches its root mean squared error
_MOST_RATIO = 50.0  # an actual this many times the recent level is cut: a freak would rule the loss


@dataclass(frozen=True)
class FitSettings:
    """How long and how fast to learn, and how the terms of the loss count.

    steps: by default as many as there is to learn from, one for every 600 pairs, within 100…300. tune: whether the
    network learns at all; otherwise it is served alone, as it was pretrained. squared: with 1.0 the RMSSE was
    0.8 % higher and nothing else lower.
    """

    batch: int = 384
    steps: int | None = None
    learning_rate: float = 1e-3
    weight_decay: float = 0.05
    squared: float = 4.0
    total: float = 0.5
    deviance: float = 0.05
    tune: bool = True

    def for_pairs(self, pairs: int) -> FitSettings:
        """The same with its number of steps."""
        return self if self.steps else replace(self, steps=min(300, max(100, pairs // 600)))


class Windows:
    """The windows of a panel: cuts a batch of histories and targets out of y [n, T] at given origins.

    y is padded on the left with zeros so that every origin has a whole context. group [n]: which market each series
    belongs to (one, by default). end [n]: the column from which on a series is not on sale any more; by default none.
    """

    def __init__(
        self,
        y: Tensor,
        length: Tensor,
        first: int,
        settings: Frequency,
        horizon: int,
        group: Tensor | None = None,
        end: Tensor | None = None,
    ) -> None:
        self.settings, self.horizon, self.first = settings, horizon, first
        self.periods = y.shape[1]
        self.y = torch.nn.functional.pad(y, (settings.context, horizon))
        self.length = length
        self.end = torch.full_like(length, self.periods) if end is None else end
        self.market = Market.of(y, length, first, group, self.end)
        change = torch.nn.functional.pad((y[:, 1:] - y[:, :-1]).abs(), (1, 0))
        alive = torch.arange(self.periods, device=y.device) > self.periods - length.unsqueeze(1)
        self.changes = (change * alive).cumsum(dim=1)  # sum of |Δy| since the first sale, by column
        self.squares = (change.square() * alive).cumsum(dim=1)
        self.factors: Tensor | None = None

    def multiplied(self, factors: Tensor) -> Windows:
        """The same windows with targets times factors [T, H], by the column of their origin and the step."""
        windows = copy.copy(self)
        windows.factors = factors
        return windows

    def pairs(self, limit: int) -> Tensor:
        """All (series, column of the origin) pairs with some history and at least one target before `limit`, [P, 2]."""
        column = torch.arange(max(0, limit - 1), device=self.y.device)
        age = column - (self.periods - self.length).unsqueeze(1) + 1
        return ((age >= FEWEST_KNOWN) & (column < self.end.unsqueeze(1) - 1)).nonzero()

    def history(self, series: Tensor, column: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """window [B, C], length [B] and the origin's period number [B]."""
        context = self.settings.context
        offsets = torch.arange(1, context + 1, device=self.y.device)
        window = self.y[series.unsqueeze(1), column.unsqueeze(1) + offsets]
        length = (column - (self.periods - self.length[series]) + 1).clamp(min=0)
        return window, length, column + self.first

    def targets(self, series: Tensor, column: Tensor, limit: int) -> tuple[Tensor, Tensor]:
        """The next `horizon` values [B, H] and which of them lie before `limit` and the end, bool [B, H]."""
        steps = torch.arange(1, self.horizon + 1, device=self.y.device)
        columns = column.unsqueeze(1) + steps
        known = columns < self.end[series].unsqueeze(1).clamp(max=limit)
        target = self.y[series.unsqueeze(1), columns + self.settings.context]
        return target if self.factors is None else target * self.factors[column], known

    def naive_error(self, series: Tensor, column: Tensor) -> tuple[Tensor, Tensor]:
        """mean |Δy| and the root of mean Δy² from the first sale up to the origin, [B] each; 0 for constants."""
        age = (column - (self.periods - self.length[series])).clamp(min=1)
        return self.changes[series, column] / age, (self.squares[series, column] / age).sqrt()

    def weight(self, series: Tensor, column: Tensor, scale: Tensor) -> Tensor:
        """How much a pair with this recent level [B] counts in the loss, [B]: its level over its naive error."""
        absolute, _ = self.naive_error(series, column)
        return (scale / absolute.clamp(min=1e-6)).clamp(0.05, 5.0) * ((absolute > 0) & (scale > 0))

    def features(self, series: Tensor, column: Tensor) -> Features:
        """Features of a batch of (series, origin) pairs."""
        window, length, origin = self.history(series, column)
        market = self.market.of_series(series)
        return build_features(window, length, origin, self.settings, self.horizon, market)


def fit_network(
    network: QuantileNetwork,
    windows: Windows,
    limit: int,
    settings: FitSettings,
    *,
    seed: int,
    progress: Callable[[float], None] | None = None,
) -> float:
    """Train in place on all pairs before `limit`.

    Returns the mean training loss of the last tenth of the steps. Raises ValueError where there is no pair.
    """
    pairs = windows.pairs(limit)
    if len(pairs) == 0:
        raise ValueError("There is no history to learn from before the limit.")
    generator = torch.Generator().manual_seed(seed)

    def draw(_step: int) -> tuple[Windows, Tensor, int]:
        drawn = torch.randint(len(pairs), (settings.batch,), generator=generator)
        return windows, pairs[drawn.to(pairs.device)], limit

    return descend(network, draw, settings.for_pairs(len(pairs)), progress)


def descend(
    network: QuantileNetwork,
    draw: Callable[[int], tuple[Windows, Tensor, int]],
    settings: FitSettings,
    progress: Callable[[float], None] | None = None,
) -> float:
    """Train in place on what `draw` gives at each step: windows, pairs [B, 2] and the limit of their targets."""
    optimiser = torch.optim.AdamW(network.parameters(), lr=settings.learning_rate, weight_decay=settings.weight_decay)
    network.train()
    losses = []
    steps = settings.steps or 1
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = settings.learning_rate * _pace(step / steps)
        windows, chosen, limit = draw(step)
        loss = pair_loss(network, windows, chosen[:, 0], chosen[:, 1], limit, settings)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        losses.append(loss.detach())
        if progress and step % 20 == 0:
            progress(step / steps)
    network.eval()
    return float(torch.stack(losses[-max(1, len(losses) // 10) :]).mean())


def pair_loss(
    network: QuantileNetwork, windows: Windows, series: Tensor, column: Tensor, limit: int, settings: FitSettings
) -> Tensor:
    """The training loss of a batch of pairs, a scalar; its terms are in the module's text."""
    features = windows.features(series, column)
    target, known = windows.targets(series, column, limit)
    scale = features.scale.clamp(min=1e-6).unsqueeze(1)
    relative = (target / scale).clamp(max=_MOST_RATIO)
    quantiles, mean = network(features)
    absolute, square = windows.naive_error(series, column)
    usable = ((absolute > 0) & (features.scale > 0)).to(relative.dtype)
    size = scale.squeeze(1)
    weight = windows.weight(series, column, features.scale).unsqueeze(1) * known
    weights = weight.sum().clamp(min=1.0)
    loss: Tensor = (quantile_loss(relative, quantiles) * weight).sum() / weights
    deviance = (mean - relative * torch.log(mean + 1e-6)).mean(dim=0)
    loss = loss + settings.deviance * (deviance * weight).sum() / weights
    error, steps = (mean - relative) * known, known.sum(dim=1)
    enough = (steps >= min(known.shape[1], _FEWEST_TARGETS)) * usable
    rmse = (error.square().sum(dim=2) / steps.clamp(min=1) + 1e-4).sqrt() * (size / square.clamp(min=1e-6)).clamp(
        0.02, 5
    )
    loss = loss + settings.squared * (rmse.mean(dim=0) * enough).sum() / enough.sum().clamp(min=1)
    importance = size.sqrt() * usable
    importance = importance / importance.mean().clamp(min=1e-9)
    sums = (error.sum(dim=2) / steps.clamp(min=1)).abs().mean(dim=0)
    everything: Tensor = loss + settings.total * (sums * importance).mean()
    return everything


def quantile_loss(actual: Tensor, quantiles: Tensor) -> Tensor:
    """Twice the pinball loss, averaged over 0.1…0.9, [B, H].

    actual [B, H]; quantiles [B, H, 9], or [S, B, H, 9] for the mean over members.
    """
    levels = torch.tensor(QUANTILES, device=actual.device)
    error: Tensor = actual.unsqueeze(-1) - quantiles
    loss: Tensor = 2 * torch.maximum(levels * error, (levels - 1) * error).mean(dim=-1)
    return loss.mean(dim=0) if loss.dim() > actual.dim() else loss


def _pace(done: float) -> float:
    """Learning rate over the course of the training: a short warm-up, then a cosine."""
    warm_up = 0.05
    if done < warm_up:
        return (done + 0.002) / (warm_up + 0.002)
    return 0.5 * (1 + math.cos(math.pi * (done - warm_up) / (1 - warm_up)))
