"""The global network: one per frequency, for every series and every step of any horizon.

A residual trunk reads the series; a small head reads, for each step, what the trunk says together with what is known of
that step (last year's same period, the distance). So every step is forecast directly, none from another, and one set of
weights serves every horizon. Several members (seeds) are trained as one batch: each linear layer holds one weight per
member and multiplies them together. The members' quantiles are averaged (Vincentization; see `averaging`).

Quantiles cannot cross: the median is free and the others are sums of softplus steps away from it.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn

from models.forecasting.features import Features
from models.forecasting.quantiles import MEDIAN, QUANTILES

_MOST_SPREADS = 5.0  # a standardised input is cut there

# What is added to the last layer, so that an untrained network begins near the recent level.
MEDIAN_START, STEP_START, MEAN_START = 0.7, -1.5, 0.54


@dataclass(frozen=True)
class NetworkSettings:
    """The size of the network. series, steps: inputs per series and per step. width: units of the trunk, of `blocks`
    residual blocks. step_width: units of the head. members: seeds trained as one batch.
    """

    series: int
    steps: int
    width: int = 160
    blocks: int = 2
    step_width: int = 64
    members: int = 3

    def to_dict(self) -> dict[str, int]:
        """For the artefact."""
        return asdict(self)


class MemberLinear(nn.Module):
    """A linear layer per member: [S, B, inputs] -> [S, B, outputs]."""

    def __init__(self, members: int, inputs: int, outputs: int, generator: torch.Generator) -> None:
        super().__init__()
        bound = 1 / math.sqrt(inputs)
        self.weight = nn.Parameter((torch.rand(members, inputs, outputs, generator=generator) * 2 - 1) * bound)
        self.bias = nn.Parameter(torch.zeros(members, 1, outputs))

    def forward(self, x: Tensor) -> Tensor:
        """[S, B, inputs] -> [S, B, outputs]."""
        return torch.baddbmm(self.bias, x, self.weight)


class ResidualBlock(nn.Module):
    """x + W2 gelu(W1 norm(x))."""

    def __init__(self, width: int, members: int, generator: torch.Generator) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.up = MemberLinear(members, width, width, generator)
        self.down = MemberLinear(members, width, width, generator)

    def forward(self, x: Tensor) -> Tensor:
        """[S, B, width] -> [S, B, width]."""
        out: Tensor = x + self.down(nn.functional.gelu(self.up(self.norm(x))))
        return out


class QuantileNetwork(nn.Module):
    """Features -> quantiles [S, B, H, 9] and mean [S, B, H], relative to the series' scale.

    Inputs are standardised with `centre` and `spread` [F] and with those of the steps [K], set before the first step
    of training.
    """

    centre: Tensor
    spread: Tensor
    step_centre: Tensor
    step_spread: Tensor

    def __init__(self, settings: NetworkSettings, seed: int) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        members, width, narrow = settings.members, settings.width, settings.step_width
        self.settings = settings
        self.register_buffer("centre", torch.zeros(settings.series))
        self.register_buffer("spread", torch.ones(settings.series))
        self.register_buffer("step_centre", torch.zeros(settings.steps))
        self.register_buffer("step_spread", torch.ones(settings.steps))
        self.entry = MemberLinear(members, settings.series, width, generator)
        self.trunk = nn.Sequential(*(ResidualBlock(width, members, generator) for _ in range(settings.blocks)))
        self.norm = nn.LayerNorm(width)
        self.series_head = MemberLinear(members, width, narrow, generator)
        self.step_head = MemberLinear(members, settings.steps, narrow, generator)
        self.mixed = ResidualBlock(narrow, members, generator)
        self.last_norm = nn.LayerNorm(narrow)
        self.last = MemberLinear(members, narrow, len(QUANTILES) + 1, generator)

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self.centre.device

    @torch.no_grad()
    def standardise(self, features: Features) -> None:
        """Take centre and spread of the inputs from a sample."""
        steps = features.steps.flatten(0, 1)
        for name, values in (("", features.series), ("step_", steps)):
            getattr(self, f"{name}centre").copy_(values.mean(dim=0))
            getattr(self, f"{name}spread").copy_(values.std(dim=0, correction=0).clamp(min=1e-2))

    def forward(self, features: Features) -> tuple[Tensor, Tensor]:
        """Every member's quantiles [S, B, H, 9], which may be below zero, and mean [S, B, H], which may not."""
        members, (batch, horizon, known) = self.settings.members, features.steps.shape
        x = standardised(features.series, self.centre, self.spread).expand(members, batch, -1)
        series = self.series_head(self.norm(self.trunk(self.entry(x))))
        steps = standardised(features.steps, self.step_centre, self.step_spread).reshape(batch * horizon, known)
        mixed = self.step_head(steps.expand(members, -1, -1)).view(members, batch, horizon, -1) + series.unsqueeze(2)
        hidden = self.mixed(nn.functional.gelu(mixed).view(members, batch * horizon, -1))
        raw = self.last(self.last_norm(hidden)).view(members, batch, horizon, len(QUANTILES) + 1)
        return _ordered(raw[..., :-1]), nn.functional.softplus(raw[..., -1] + MEAN_START)


def standardised(values: Tensor, centre: Tensor, spread: Tensor) -> Tensor:
    """Inputs [..., F] around their centre [F] in multiples of their spread [F], cut at five."""
    return ((values - centre) / spread).clamp(-_MOST_SPREADS, _MOST_SPREADS)


def _ordered(raw: Tensor) -> Tensor:
    """raw [..., 9] -> increasing quantiles around a free median, which starts near the recent level."""
    middle = raw[..., MEDIAN : MEDIAN + 1] + MEDIAN_START
    steps = nn.functional.softplus(raw + STEP_START)
    up = middle + steps[..., MEDIAN + 1 :].cumsum(dim=-1)
    down = middle - steps[..., :MEDIAN].flip(-1).cumsum(dim=-1).flip(-1)
    return torch.cat([down, middle, up], dim=-1)
