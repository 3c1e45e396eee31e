"""The members' mean forecast as it is served: what `QuantileNetwork` computes, without what only learning needs.

The same numbers in single precision, up to rounding, in half the time and less. Nearly all of it is spent on the steps,
where a batch has horizon times as many rows as series. So:

- series go through in blocks, and every block is written over the one before it. Fresh memory for each intermediate
  tensor cost a third of the time: the system hands out such pages zeroed, one by one;
- a layer norm before a linear layer is folded into that layer's weights, but for the division by the spread of the row:
      linear(norm(x)) = x / spread(x) · (I - 11ᵀ/n) diag(gain) W + (shift · W + bias)
  (Ba, Kiros & Hinton 2016, Layer Normalization: norm(x) = gain · (x - mean(x)) / spread(x) + shift);
- biases and residuals are where the products are added to, and no passes of their own;
- the last layer is computed transposed, [10, rows]: with ten columns its product took as long as one with 64 and more;
- members are averaged before quantiles are summed up from their steps, which is the same: sums are linear.

Products in bfloat16, on a processor that has them, were less than a tenth faster again and moved one quantile in 500 by
a unit.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from models.forecasting.features import Features
from models.forecasting.network import (
    MEAN_START,
    MEDIAN_START,
    STEP_START,
    MemberLinear,
    QuantileNetwork,
    standardised,
)
from models.forecasting.quantiles import MEDIAN, QUANTILES

_ROWS = 3328  # of a block, 128 series 26 steps ahead: its tensors stay in a processor's cache
_MEAN = len(QUANTILES)  # the row after the quantiles'


@torch.no_grad()
def averaged(network: QuantileNetwork, features: Features) -> tuple[Tensor, Tensor]:
    """The members' mean forecast in units, not below zero: quantiles [B, H, 9], increasing, and mean [B, H]."""
    members, (batch, horizon, known) = network.settings.members, features.steps.shape
    at_once = batch if features.steps.is_cuda else max(1, _ROWS // horizon)
    layers = _Layers.of(network)
    series = standardised(features.series, network.centre, network.spread)
    steps = standardised(features.steps, network.step_centre, network.step_spread).reshape(-1, known)
    rows = min(batch, at_once) * horizon
    room = steps.new_empty(3, members * rows * network.settings.step_width)
    quantiles, mean = steps.new_empty(batch, horizon, len(QUANTILES)), steps.new_empty(batch, horizon)
    for start in range(0, batch, at_once):
        block = slice(start, min(batch, start + at_once))
        told = _of_series(network, series[block])
        found = _relative(layers, _of_steps(layers, told, steps[block.start * horizon : block.stop * horizon], room))
        units = found.view(-1, len(told[0]), horizon) * features.scale[block].view(1, -1, 1)
        quantiles[block] = units[:_MEAN].permute(1, 2, 0)
        mean[block] = units[_MEAN]
    return quantiles, mean


@dataclass(frozen=True)
class _Layers:
    """The layers of the steps. up, up_bias: those of the residual block with its norm folded in, [S, w, w], [S, 1, w].
    last, last_bias: the same of the last layer, transposed, [S, 10, w], [S, 10, 1].
    """

    step_head: MemberLinear
    up: Tensor
    up_bias: Tensor
    down: MemberLinear
    last: Tensor
    last_bias: Tensor
    eps: float

    @staticmethod
    def of(network: QuantileNetwork) -> _Layers:
        """From a network as it is now."""
        up, up_bias = _with_norm(network.mixed.norm, network.mixed.up)
        last, last_bias = _with_norm(network.last_norm, network.last)
        begin = torch.full_like(last_bias[0], STEP_START)
        begin[:, MEDIAN], begin[:, _MEAN] = MEDIAN_START, MEAN_START
        turned = last.transpose(1, 2).contiguous(), (last_bias + begin).transpose(1, 2).contiguous()
        return _Layers(network.step_head, up, up_bias, network.mixed.down, *turned, network.last_norm.eps)


def _with_norm(norm: nn.LayerNorm, linear: MemberLinear) -> tuple[Tensor, Tensor]:
    """Weight [S, inputs, outputs] and bias [S, 1, outputs] of a linear layer after a norm, for rows divided by their
    spread.
    """
    weight = norm.weight.view(-1, 1) * linear.weight
    return weight - weight.mean(dim=1, keepdim=True), linear.bias + norm.bias.view(1, 1, -1) @ linear.weight


def _of_series(network: QuantileNetwork, series: Tensor) -> Tensor:
    """What the trunk says of standardised series [b, F], with the bias of the steps' layer: [S, b, w]."""
    x = series.expand(network.settings.members, -1, -1)
    told: Tensor = network.series_head(network.norm(network.trunk(network.entry(x))))
    return told.add_(network.step_head.bias)


def _of_steps(layers: _Layers, told: Tensor, steps: Tensor, room: Tensor) -> Tensor:
    """The rows before the last norm, [S, n, w], from the trunk's [S, b, w] and standardised steps [n, K]; n = b · H.

    room [3, …]: what the result and two intermediate ones are written to.
    """
    members, series, width = told.shape
    rows = len(steps)
    hidden, scaled, inner = room[:, : members * rows * width].view(3, members, rows, width).unbind()
    hidden.view(members, series, -1, width).copy_(told.unsqueeze(2))
    torch.ops.aten.gelu_(hidden.baddbmm_(steps.expand(members, -1, -1), layers.step_head.weight))
    torch.mul(hidden, _over_spread(hidden, layers.eps), out=scaled)
    torch.ops.aten.gelu_(torch.baddbmm(layers.up_bias, scaled, layers.up, out=inner))
    return hidden.add_(layers.down.bias).baddbmm_(inner, layers.down.weight)


def _relative(layers: _Layers, hidden: Tensor) -> Tensor:
    """Nine quantiles and the mean relative to the series' scale, averaged over members and not below zero, [10, n]."""
    raw = torch.bmm(layers.last, hidden.transpose(1, 2))
    raw *= _over_spread(hidden, layers.eps).transpose(1, 2)
    raw += layers.last_bias
    found = nn.functional.softplus(raw).mean(dim=0)
    found[MEDIAN] = raw[:, MEDIAN].mean(dim=0)
    for above in range(MEDIAN + 1, _MEAN):
        found[above] += found[above - 1]
    for below in range(MEDIAN - 1, -1, -1):
        torch.sub(found[below + 1], found[below], out=found[below])
    return found.clamp_(min=0)


def _over_spread(x: Tensor, eps: float) -> Tensor:
    """1 / spread of each row, [S, n, w] -> [S, n, 1], as a layer norm takes it."""
    square: Tensor = torch.linalg.vector_norm(x, dim=-1, keepdim=True).square_().div_(x.shape[-1])
    return square.sub_(x.mean(dim=-1, keepdim=True).square_()).clamp_(min=0).add_(eps).rsqrt_()
