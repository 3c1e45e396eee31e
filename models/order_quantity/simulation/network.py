"""Ours: a network that says, per item and period, which views of demand to believe, how safe to be and how much to
order at once. It is trained through the simulator.

Its reorder point is a mixture of the candidates', its batch one of theirs, so that it contains (s, S) and base stock as
special cases, is free of units, and cannot go far astray on little data. With nothing learnt it is the mixture it
started from. Several members are trained side by side on differently weighted items; their levels are averaged.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from models.order_quantity.simulation.candidates import BATCHES, LEVELS, VIEWS, Candidates
from models.order_quantity.simulation.levels import Levels

_SPLIT = (len(VIEWS), len(LEVELS), len(BATCHES))
_SPREAD = 0.1  # of the weight at the start lies on what was not chosen, so that there is a way there


@dataclass(frozen=True)
class Blend:
    """A mixture common to all items: equal parts of some views, at one service level, with one batch factor."""

    views: tuple[str, ...]
    level: float
    batch: float

    def weights(self) -> tuple[Tensor, Tensor, Tensor]:
        """Of views, levels and batches; each sums to 1."""
        views = torch.tensor([float(view in self.views) for view in VIEWS])
        levels = torch.tensor([float(level == self.level) for level in LEVELS])
        batches = torch.tensor([float(batch == self.batch) for batch in BATCHES])
        return views / views.sum(), levels, batches


def blended(candidates: Candidates, weights: tuple[Tensor, Tensor, Tensor]) -> tuple[Tensor, Tensor]:
    """Reorder point and batch [..., n, T] from weights [..., n, T, V], [..., L], [..., B] (or common to all)."""
    views, levels, batches = weights
    by_level = (candidates.reorder * views.unsqueeze(-1)).sum(dim=-2)
    return (by_level * levels).sum(dim=-1), (candidates.batch * batches).sum(dim=-1)


def blend_levels(candidates: Candidates, blend: Blend) -> Levels:
    """The policy of a blend."""
    reorder, batch = blended(candidates, blend.weights())
    return Levels(reorder, reorder + batch)


class PolicyNetwork(nn.Module):
    """x [n, T, F] -> weights of views, levels and batches, each [M, n, T, ...]."""

    centre: Tensor
    spread: Tensor

    def __init__(self, x: Tensor, start: Blend, *, members: int, width: int, seed: int) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        flat = x.flatten(0, 1)
        self.register_buffer("centre", flat.mean(dim=0))
        self.register_buffer("spread", flat.std(dim=0, correction=0).clamp(min=1e-3))
        inputs = x.shape[2]
        self.first = nn.Parameter(torch.randn(members, inputs, width, generator=generator) / math.sqrt(inputs))
        self.first_bias = nn.Parameter(torch.zeros(members, 1, width))
        self.head = nn.Parameter(torch.zeros(members, width, sum(_SPLIT)))
        spread = [(1 - _SPREAD) * part + _SPREAD / len(part) for part in start.weights()]
        self.head_bias = nn.Parameter(torch.cat(spread).log().expand(members, 1, -1).clone())

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Every member's weights."""
        count, periods, _ = x.shape
        members = len(self.first)
        standard = ((x - self.centre) / self.spread).clamp(-4, 4).flatten(0, 1)
        hidden = torch.tanh(torch.baddbmm(self.first_bias, standard.expand(members, -1, -1), self.first))
        out = torch.baddbmm(self.head_bias, hidden, self.head).view(members, count, periods, -1)
        views, levels, batches = (part.softmax(dim=-1) for part in torch.split(out, list(_SPLIT), dim=-1))
        return views, levels, batches


def levels_of(network: PolicyNetwork, x: Tensor, candidates: Candidates) -> Levels:
    """The policy that is used: the members' mean levels."""
    rows = 256  # at a time: the members' mixtures of all items at once would not fit
    reorders, batches = [], []
    with torch.inference_mode():
        for begin in range(0, len(x), rows):
            some = torch.arange(begin, min(begin + rows, len(x)))
            reorder, batch = blended(candidates.rows(some), network(x[some]))
            reorders.append(reorder.mean(dim=0))
            batches.append(batch.mean(dim=0))
    reorder = torch.cat(reorders)
    return Levels(reorder, reorder + torch.cat(batches))
