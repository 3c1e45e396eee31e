"""Fitting the global network on every (series, origin) pair of a panel up to a limit.

Loss, per pair and step: the quantile loss over 0.1…0.9 plus the Poisson deviance of the mean (consistent for the mean,
and less shaken by rare large orders than squared error). Both are taken relative to the series' scale; the quantile
loss is then weighted by scale / naive error, so that the sum is the scaled quantile loss by which forecasts are judged.

Targets after the limit are masked, so late origins teach their first steps only and nothing leaks.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from models.forecasting.features import Features, build_features
from models.forecasting.network import QUANTILES, NetworkSettings, QuantileNetwork
from models.forecasting.periods import Frequency

Progress = Callable[[str, float], None]

_FEWEST_KNOWN = 2  # periods of history before an origin may teach


@dataclass(frozen=True)
class FitSettings:
    """How long and how fast to learn. `passes` over the pairs, bounded in steps of `batch` pairs."""

    batch: int = 384
    passes: float = 4.0
    fewest_steps: int = 200
    most_steps: int = 900
    learning_rate: float = 2e-3
    weight_decay: float = 0.05
    mean_weight: float = 0.15

    def steps(self, pairs: int) -> int:
        """Steps for this many pairs."""
        return int(min(self.most_steps, max(self.fewest_steps, self.passes * pairs / self.batch)))


class Windows:
    """The windows of a panel: cuts a batch of histories and targets out of y [n, T] at given origins.

    y is padded on the left with zeros so that every origin has a whole context.
    """

    def __init__(self, y: Tensor, length: Tensor, first: int, settings: Frequency, horizon: int) -> None:
        self.settings, self.horizon, self.first = settings, horizon, first
        self.periods = y.shape[1]
        self.y = torch.nn.functional.pad(y, (settings.context, horizon))
        self.length = length
        change = torch.nn.functional.pad((y[:, 1:] - y[:, :-1]).abs(), (1, 0))
        alive = torch.arange(self.periods, device=y.device) > self.periods - length.unsqueeze(1)
        self.changes = (change * alive).cumsum(dim=1)  # sum of |Δy| since the first sale, by column

    def pairs(self, limit: int) -> Tensor:
        """All (series, column of the origin) pairs with some history and at least one target before `limit`, [P, 2]."""
        column = torch.arange(max(0, limit - 1), device=self.y.device)
        age = column - (self.periods - self.length).unsqueeze(1) + 1
        return (age >= _FEWEST_KNOWN).nonzero()

    def history(self, series: Tensor, column: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """window [B, C], length [B] and the origin's period number [B]."""
        context = self.settings.context
        offsets = torch.arange(1, context + 1, device=self.y.device)
        window = self.y[series.unsqueeze(1), column.unsqueeze(1) + offsets]
        length = (column - (self.periods - self.length[series]) + 1).clamp(min=0)
        return window, length, column + self.first

    def targets(self, series: Tensor, column: Tensor, limit: int) -> tuple[Tensor, Tensor]:
        """The next `horizon` values [B, H] and which of them lie before `limit`, bool [B, H]."""
        steps = torch.arange(1, self.horizon + 1, device=self.y.device)
        columns = column.unsqueeze(1) + steps
        return self.y[series.unsqueeze(1), columns + self.settings.context], columns < limit

    def naive_error(self, series: Tensor, column: Tensor) -> Tensor:
        """mean |Δy| from the first sale up to the origin, [B]; 0 for constants."""
        age = (column - (self.periods - self.length[series])).clamp(min=1)
        return self.changes[series, column] / age


def features_of(windows: Windows, series: Tensor, column: Tensor) -> Features:
    """Features of a batch of (series, origin) pairs."""
    window, length, origin = windows.history(series, column)
    return build_features(window, length, origin, windows.settings, windows.horizon)


def new_network(
    windows: Windows, limit: int, seed: int, *, width: int = 128, blocks: int = 2, members: int = 2
) -> QuantileNetwork:
    """An untrained network whose inputs are standardised on a sample of the pairs before `limit`."""
    generator = torch.Generator().manual_seed(seed)
    pairs = windows.pairs(limit)
    chosen = pairs[torch.randint(len(pairs), (min(4096, len(pairs)),), generator=generator)]
    x = features_of(windows, chosen[:, 0], chosen[:, 1]).x
    network = QuantileNetwork(
        NetworkSettings(inputs=x.shape[1], horizon=windows.horizon, width=width, blocks=blocks, members=members), seed
    )
    network.centre.copy_(x.mean(dim=0))
    network.spread.copy_(x.std(dim=0, correction=0).clamp(min=1e-3))
    return network.to(windows.y.device)


def fit_network(
    network: QuantileNetwork,
    windows: Windows,
    limit: int,
    settings: FitSettings,
    *,
    seed: int,
    share: float = 1.0,
    progress: Callable[[float], None] | None = None,
) -> float:
    """Train in place on all pairs before `limit`; `share` scales the number of steps (a refit needs fewer).

    Returns the mean training loss of the last tenth of the steps.
    """
    pairs = windows.pairs(limit)
    steps = max(1, int(settings.steps(len(pairs)) * share))
    # dropout draws from torch's global generator; it is seeded here and restored after
    with torch.random.fork_rng(devices=[windows.y.device] if windows.y.is_cuda else []):
        torch.manual_seed(seed)
        generator = torch.Generator().manual_seed(seed)
        optimiser = torch.optim.AdamW(
            network.parameters(), lr=settings.learning_rate, weight_decay=settings.weight_decay
        )
        network.train()
        losses = []
        for step in range(steps):
            for group in optimiser.param_groups:
                group["lr"] = settings.learning_rate * share**0.5 * _pace(step / steps)
            drawn = torch.randint(len(pairs), (settings.batch,), generator=generator)
            chosen = pairs[drawn.to(pairs.device)]
            loss = pair_loss(network, windows, chosen[:, 0], chosen[:, 1], limit, settings.mean_weight)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            losses.append(loss.detach())
            if progress and step % 50 == 0:
                progress(step / steps)
    network.eval()
    return float(torch.stack(losses[-max(1, steps // 10) :]).mean())


def pair_loss(
    network: QuantileNetwork, windows: Windows, series: Tensor, column: Tensor, limit: int, mean_weight: float
) -> Tensor:
    """The training loss of a batch of pairs, a scalar."""
    features = features_of(windows, series, column)
    target, known = windows.targets(series, column, limit)
    scale = features.scale.clamp(min=1e-6).unsqueeze(1)
    relative = (target / scale).clamp(max=50)
    quantiles, mean = network(features.x)
    naive_error = windows.naive_error(series, column).clamp(min=1e-6)
    weight = (scale.squeeze(1) / naive_error).clamp(0.05, 5.0).unsqueeze(1) * known * (features.scale > 0).unsqueeze(1)
    total = weight.sum().clamp(min=1.0)
    pinball = (quantile_loss(relative, quantiles) * weight).sum() / total
    deviance = mean - relative * torch.log(mean + 1e-6)
    loss: Tensor = pinball + mean_weight * (deviance * weight).sum() / total
    return loss


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
