"""The fixed-period 6-12-1 network of the literature, as a labelled suggestion beside the classical policy's.

Six inputs (current monthly demand, demand of the next three months, demand of the three months after the ordering
cycle, stock, purchase price per unit, procurement cost per order), twelve hidden tansig neurons, one linear output:
the order quantity for a lead time of 60 working days (about three months) and a review every three months. Min–max
scaling to [0, 1]; full-batch gradient descent with momentum and an adaptive step; 79 % of the items to train on, 21 %
to test.

Different from the literature, which has one product: quantities are divided by the item's expected monthly demand, so
that one network serves all items, and the safety stock of 100 units becomes half a month's demand. Prices enter as
logarithms.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

HIDDEN = 12
SAFETY_MONTHS = 0.5
MOST_MONTHS = (
    24.0  # of demand in one order; what hindsight asks for beyond it is a freak and would rule the squared error
)
CYCLE_MONTHS = 6  # lead time of three months, and three until the next order arrives
TRAIN_SHARE = 0.79
_EPOCHS = 600
_MOMENTUM = 0.9
_FASTER, _SLOWER, _WORSE = 1.05, 0.7, 1.04  # the adaptive step as in Hagan & Demuth, Neural Network Design

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class NetworkInputs:
    """Six arrays [n]: demands and stock in units, unit_cost and order_cost in money. stock is the inventory
    position.
    """

    current: Floats
    next_quarter: Floats
    quarter_after: Floats
    stock: Floats
    unit_cost: Floats
    order_cost: Floats

    @property
    def monthly(self) -> Floats:
        """Expected demand per month over the cycle, the item's unit of measure; [n]."""
        return (self.next_quarter + self.quarter_after) / CYCLE_MONTHS

    def relative(self) -> Tensor:
        """The inputs of the network before scaling, float32 [n, 6]."""
        unit = np.maximum(self.monthly, 1e-9)
        demands = [values / unit for values in (self.current, self.next_quarter, self.quarter_after, self.stock)]
        money = [np.log1p(np.maximum(values, 0)) for values in (self.unit_cost, self.order_cost)]
        return torch.from_numpy(np.stack([*demands, *money], axis=1).astype(np.float32))


@dataclass(frozen=True)
class FixedPeriodNetwork:
    """low, high: [7], the ranges of the six inputs and of the output. Weights: [6, 12], [12], [12, 1], [1]."""

    low: Tensor
    high: Tensor
    layers: tuple[Tensor, Tensor, Tensor, Tensor]

    def suggest(self, inputs: NetworkInputs) -> Floats:
        """Order quantities in units before rounding, [n], not negative; 0 for items without expected demand.

        Inputs outside the range of the training are clipped to it, since tansig neurons cannot extrapolate; a position
        above that range therefore gets 0 by rule.
        """
        relative = inputs.relative()
        scaled = _scale(relative, self.low[:6], self.high[:6]).clamp(0, 1)
        months = _run(self.layers, scaled).squeeze(1) * (self.high[6] - self.low[6]) + self.low[6]
        quantity = months.clamp(min=0).numpy().astype(np.float64) * inputs.monthly
        enough = relative[:, 3].numpy() >= float(self.high[3])
        return np.where((inputs.monthly > 0) & ~enough, quantity, 0.0)

    def tensors(self) -> dict[str, npt.NDArray[Any]]:
        """For the artefact."""
        names = ("hidden.weight", "hidden.bias", "output.weight", "output.bias")
        named = dict(zip(names, self.layers, strict=True)) | {"low": self.low, "high": self.high}
        return {name: tensor.numpy() for name, tensor in named.items()}

    @staticmethod
    def from_tensors(tensors: dict[str, npt.NDArray[Any]]) -> FixedPeriodNetwork:
        """The reverse of `tensors`. Raises KeyError or ValueError where they do not fit."""
        hidden, bias, output, offset = (
            torch.from_numpy(tensors[name]) for name in ("hidden.weight", "hidden.bias", "output.weight", "output.bias")
        )
        if (
            hidden.shape != (6, HIDDEN)
            or bias.shape != (HIDDEN,)
            or output.shape != (HIDDEN, 1)
            or offset.shape != (1,)
        ):
            raise ValueError("the weights are not those of a 6-12-1 network")
        return FixedPeriodNetwork(
            torch.from_numpy(tensors["low"]), torch.from_numpy(tensors["high"]), (hidden, bias, output, offset)
        )


@dataclass(frozen=True)
class Fit:
    """A trained network and its errors; MSE in squared months of demand, R² without unit, on both sides of the split.

    test: bool [N], the pairs held out.
    """

    network: FixedPeriodNetwork
    mse_train: float
    mse_test: float
    r2_train: float
    r2_test: float
    test: npt.NDArray[np.bool_]


def fit_fixed_period(
    inputs: NetworkInputs, target: Floats, items: npt.NDArray[np.int64], seed: int, hidden: int = HIDDEN
) -> Fit:
    """Train on pairs of inputs and hindsight order quantities, both [N]; `items` [N] says whose pair it is.

    Whole items are held out: pairs of one item overlap in time and would leak.
    """
    x = inputs.relative()
    y = torch.from_numpy((target / np.maximum(inputs.monthly, 1e-9)).astype(np.float32)).unsqueeze(1)
    rng = np.random.default_rng(seed)
    order = rng.permutation(np.unique(items))
    chosen = order[: max(1, round(TRAIN_SHARE * len(order)))]
    train = torch.from_numpy(np.isin(items, chosen))
    both = torch.cat([x, y], dim=1)[train]
    # the 1st and 99th percentile instead of the extremes: one freak order would press all others together
    low, high = torch.quantile(both, 0.01, dim=0), torch.quantile(both, 0.99, dim=0)
    high = torch.where(high > low, high, low + 1)
    scaled = _scale(torch.cat([x, y], dim=1), low, high).clamp(0, 1)
    layers = _descend(scaled[train, :6], scaled[train, 6:], seed, hidden)
    network = FixedPeriodNetwork(low, high, layers)
    predicted = _run(layers, scaled[:, :6]) * (high[6] - low[6]) + low[6]
    test = ~train if bool((~train).any()) else train
    return Fit(network, *_errors(predicted, y, train, test), test.numpy())


def _errors(predicted: Tensor, y: Tensor, train: Tensor, test: Tensor) -> tuple[float, float, float, float]:
    results = []
    for rows in (train, test):
        mse = float((predicted[rows] - y[rows]).square().mean())
        spread = float((y[rows] - y[rows].mean()).square().mean())
        results.append((mse, 1 - mse / spread if spread > 0 else 0.0))
    return results[0][0], results[1][0], results[0][1], results[1][1]


def _descend(x: Tensor, y: Tensor, seed: int, hidden: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Full-batch gradient descent with momentum; the step grows while the error falls and shrinks when it jumps."""
    generator = torch.Generator().manual_seed(seed)
    layers = [
        torch.randn(6, hidden, generator=generator) * 0.7,
        torch.randn(hidden, generator=generator) * 0.3,
        torch.randn(hidden, 1, generator=generator) * 0.3,
        torch.zeros(1),
    ]
    velocity = [torch.zeros_like(layer) for layer in layers]
    step, before = 0.05, float("inf")
    kept = [layer.clone() for layer in layers]
    for _ in range(_EPOCHS):
        for layer in layers:
            layer.requires_grad_(True)
        loss = (_run(layers, x) - y).square().mean()
        gradients = torch.autograd.grad(loss, layers)
        now = float(loss.detach())
        if now > before * _WORSE:  # take the step back and go slower
            layers, velocity = [layer.clone() for layer in kept], [torch.zeros_like(v) for v in velocity]
            step *= _SLOWER
            continue
        step = min(step * _FASTER, 2.0) if now < before else step
        before = now
        kept = [layer.detach().clone() for layer in layers]
        velocity = [_MOMENTUM * v - step * g for v, g in zip(velocity, gradients, strict=True)]
        layers = [(layer.detach() + v) for layer, v in zip(layers, velocity, strict=True)]
    return kept[0], kept[1], kept[2], kept[3]


def _run(layers: list[Tensor] | tuple[Tensor, ...], x: Tensor) -> Tensor:
    """x [N, 6] -> [N, 1]."""
    return torch.tanh(x @ layers[0] + layers[1]) @ layers[2] + layers[3]


def _scale(values: Tensor, low: Tensor, high: Tensor) -> Tensor:
    return (values - low) / (high - low)
