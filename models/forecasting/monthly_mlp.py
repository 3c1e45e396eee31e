"""The monthly 3-15-1 network of the literature, as a labelled baseline: one small network per series, all in one
tensor.

Three lags, 15 hidden sigmoid neurons, one linear output, 40 epochs of full-batch training; min–max scaling to [0, 1]
per series; several steps ahead by feeding forecasts back in. A loop over 1,000 such networks was measured 64–78 times
slower than the batch.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

NAME = "monthly_mlp_3_15_1"
LAGS = 3
HIDDEN = 15
EPOCHS = 40
_LEARNING_RATE = 0.05

Watch = Callable[[Tensor], None]  # told each epoch's training error of every series, [n], of the scaled sales


def forecast_monthly_mlp(y: Tensor, length: Tensor, horizon: int, seed: int = 0, watch: Watch | None = None) -> Tensor:
    """Train on y [n, T] (zeros before the first sale; `length` [n] periods of life) and forecast the next steps, [n,
    horizon].

    A series with less than five periods of life gets its last value: there are no two windows to learn from.
    """
    top = y.amax(dim=1, keepdim=True).clamp(min=1e-9)
    scaled = y / top  # demand starts at zero, so the minimum is zero
    if y.shape[1] < LAGS + 2:
        return y[:, -1:].expand(-1, horizon)
    inputs, target = scaled.unfold(1, LAGS, 1)[:, :-1], scaled[:, LAGS:]
    alive = torch.arange(LAGS, y.shape[1]) >= y.shape[1] - length.unsqueeze(1) + LAGS
    layers = _train(inputs, target, alive, seed, watch)
    window, steps = scaled[:, -LAGS:], []
    for _ in range(horizon):
        value = _run(layers, window.unsqueeze(1)).clamp(0, 2)
        steps.append(value)
        window = torch.cat([window[:, 1:], value], dim=1)
    forecast = torch.cat(steps, dim=1) * top
    return torch.where((length >= LAGS + 2).unsqueeze(1), forecast, y[:, -1:])


def _train(inputs: Tensor, target: Tensor, alive: Tensor, seed: int, watch: Watch | None) -> list[Tensor]:
    """The layers of n networks: weights [n, 3, 15] and [n, 15, 1], biases [n, 1, 15] and [n, 1, 1]."""
    generator = torch.Generator().manual_seed(seed)
    series = len(inputs)
    # every series starts from the same draw, so that a series' forecast does not depend on its neighbours
    layers = [
        (torch.randn(1, LAGS, HIDDEN, generator=generator) * 0.5).repeat(series, 1, 1),
        (torch.randn(1, 1, HIDDEN, generator=generator) * 0.5).repeat(series, 1, 1),
        (torch.randn(1, HIDDEN, 1, generator=generator) * 0.25).repeat(series, 1, 1),
        torch.zeros(series, 1, 1),
    ]
    for layer in layers:
        layer.requires_grad_(True)
    optimiser = torch.optim.Adam(layers, lr=_LEARNING_RATE)
    count = alive.sum(dim=1).clamp(min=1)
    for _ in range(EPOCHS):
        error = (_run(layers, inputs) - target) * alive
        squares = error.square().sum(dim=1) / count
        if watch:
            watch(squares.detach())
        loss = squares.sum()  # a sum, so that each network has its own gradient
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    return [layer.detach() for layer in layers]


def _run(layers: list[Tensor], inputs: Tensor) -> Tensor:
    """inputs [n, R, 3] -> outputs [n, R]."""
    hidden = torch.sigmoid(torch.baddbmm(layers[1], inputs, layers[0]))
    return torch.baddbmm(layers[3], hidden, layers[2]).squeeze(2)
