"""The global network: one residual multi-layer perceptron per frequency, for every series and every step of the
horizon.

Direct multi-horizon: one pass gives all steps. Several members (seeds) are trained as one batch: each linear layer
holds one weight per member and multiplies them together. The members' quantiles are averaged (Vincentization).

Quantiles cannot cross: the median is free and the others are sums of softplus steps away from it.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn

QUANTILES: tuple[float, ...] = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
_MEDIAN = QUANTILES.index(0.5)


@dataclass(frozen=True)
class NetworkSettings:
    """The size of the network. width: units per layer. blocks: residual blocks. members: seeds trained as one batch."""

    inputs: int
    horizon: int
    width: int = 128
    blocks: int = 2
    members: int = 2
    dropout: float = 0.0

    def to_dict(self) -> dict[str, float]:
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

    def __init__(self, settings: NetworkSettings, generator: torch.Generator) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(settings.width)
        self.up = MemberLinear(settings.members, settings.width, settings.width, generator)
        self.down = MemberLinear(settings.members, settings.width, settings.width, generator)
        self.dropout = nn.Dropout(settings.dropout)

    def forward(self, x: Tensor) -> Tensor:
        """[S, B, width] -> [S, B, width]."""
        hidden = nn.functional.gelu(self.up(self.norm(x)))
        out: Tensor = x + self.down(self.dropout(hidden))
        return out


class QuantileNetwork(nn.Module):
    """x [B, F] -> quantiles [S, B, H, 9] and mean [S, B, H], relative to the series' scale.

    Inputs are standardised with `centre` and `spread` [F], set from the training data before the first step.
    """

    centre: Tensor
    spread: Tensor

    def __init__(self, settings: NetworkSettings, seed: int) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        self.settings = settings
        self.register_buffer("centre", torch.zeros(settings.inputs))
        self.register_buffer("spread", torch.ones(settings.inputs))
        self.entry = MemberLinear(settings.members, settings.inputs, settings.width, generator)
        self.trunk = nn.Sequential(*(ResidualBlock(settings, generator) for _ in range(settings.blocks)))
        self.norm = nn.LayerNorm(settings.width)
        outputs = settings.horizon * (len(QUANTILES) + 1)
        self.head = MemberLinear(settings.members, settings.width, outputs, generator)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Every member's quantiles [S, B, H, 9], which may be below zero, and mean [S, B, H], which may not."""
        standard = ((x - self.centre) / self.spread).clamp(-6, 6)
        hidden = self.entry(standard.expand(self.settings.members, *standard.shape))
        raw = self.head(self.norm(self.trunk(hidden)))
        raw = raw.view(self.settings.members, x.shape[0], self.settings.horizon, len(QUANTILES) + 1)
        return _ordered(raw[..., :-1]), nn.functional.softplus(raw[..., -1] + 0.54)

    def averaged(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The members' mean forecast, not below zero: quantiles [B, H, 9] and mean [B, H]."""
        quantiles, mean = self(x)
        return quantiles.mean(dim=0).clamp(min=0), mean.mean(dim=0)


def _ordered(raw: Tensor) -> Tensor:
    """raw [..., 9] -> increasing quantiles around a free median, which starts near the recent level."""
    middle = raw[..., _MEDIAN : _MEDIAN + 1] + 0.7
    steps = nn.functional.softplus(raw - 1.5)
    up = middle + steps[..., _MEDIAN + 1 :].cumsum(dim=-1)
    down = middle - steps[..., :_MEDIAN].flip(-1).cumsum(dim=-1).flip(-1)
    return torch.cat([down, middle, up], dim=-1)
