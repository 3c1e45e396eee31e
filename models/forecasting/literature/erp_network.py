"""The ERP paper's back-propagation network, for all series at once in one tensor.

One hidden layer of sigmoid neurons and a sigmoid output. For a pattern x with target t, hidden values h and output o:

    λ_out = o (1 - o) (t - o)          error term of the output node
    λ_hid = h (1 - h) w_out λ_out      error terms of the hidden nodes
    w_out += σ λ_out h,  w_hid += σ λ_hid x,  with step size σ

Which factors enter is chosen per series by their correlation with sales. The refinement loop then trains round by
round, admitting the next strongest significant factors each time; a series leaves it when its network agrees with the
validation data by 95 % (1 - WAPE, one step ahead) or no longer improves, and keeps its best round.

Every series has its own network, starts from the same draw, and does not depend on its neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from models.forecasting.literature.correlation import chosen_factors, pearson
from models.forecasting.literature.factors import Factors, calendar_factors, candidate_factors, lagged
from models.forecasting.panel import Panel

NAME = "erp_back_propagation"
AGREED, SETTLED, USED_UP, TOO_SHORT = "agreed", "no longer improved", "rounds used up", "too short"
FEWEST_PATTERNS = 4
_LOW, _HIGH = 0.1, 0.9  # sales are scaled into this, so that a sigmoid need not reach its ends


@dataclass(frozen=True)
class ErpSettings:
    """σ is `step`; `patterns` are learnt from at a time (1: plain stochastic back-propagation)."""

    hidden: int = 10
    step: float = 0.5
    patterns: int = 1
    epochs: int = 20  # of one round
    rounds: int = 10
    patience: int = 2  # rounds without improvement
    agreement: float = 0.95
    admitted: int = 3  # factors of the first round, and how many more each later one may admit
    seed: int = 0


@dataclass
class Weights:
    """Of n networks with F inputs and H hidden nodes: [n, F, H], [n, 1, H], [n, H, 1], [n, 1, 1]."""

    hidden: Tensor
    hidden_bias: Tensor
    out: Tensor
    out_bias: Tensor

    def of(self, which: Tensor) -> Weights:
        """A copy of some networks."""
        return Weights(self.hidden[which], self.hidden_bias[which], self.out[which], self.out_bias[which])

    def put(self, which: Tensor, other: Weights) -> None:
        """Replace some networks."""
        self.hidden[which], self.hidden_bias[which] = other.hidden, other.hidden_bias
        self.out[which], self.out_bias[which] = other.out, other.out_bias


@dataclass
class ErpFit:
    """The networks of n series after refinement, and what became of them.

    entered: bool [n, F]. agreement: [n] on validation data. rounds: [n] trained. stopped: [n] one of AGREED, SETTLED,
    USED_UP, TOO_SHORT. training_error: [n], mean squared error of the scaled sales on the patterns learnt from.
    curve: per epoch the mean over series of the training and the validation error; a series that has stopped keeps its
    last.
    """

    factors: Factors
    weights: Weights
    correlation: npt.NDArray[np.float64]
    entered: Tensor
    agreement: Tensor
    rounds: Tensor
    stopped: npt.NDArray[np.str_]
    training_error: Tensor
    top: Tensor
    learnt: tuple[int, int]
    curve: list[tuple[float, float]] = field(default_factory=list)


def run(weights: Weights, inputs: Tensor) -> tuple[Tensor, Tensor]:
    """Hidden values [n, B, H] and outputs [n, B, 1] for inputs [n, B, F]."""
    hidden = torch.sigmoid(torch.baddbmm(weights.hidden_bias, inputs, weights.hidden))
    return hidden, torch.sigmoid(torch.baddbmm(weights.out_bias, hidden, weights.out))


def update(weights: Weights, inputs: Tensor, target: Tensor, alive: Tensor, step: float) -> None:
    """One step of back-propagation, in place, by the formulas above.

    inputs [n, B, F], target and alive [n, B]; the error terms of several patterns are added up, and those of patterns
    that are not alive are 0.
    """
    hidden, out = run(weights, inputs)
    error_out = out * (1 - out) * (target.unsqueeze(2) - out) * alive.unsqueeze(2)
    error_hidden = hidden * (1 - hidden) * (error_out @ weights.out.transpose(1, 2))
    weights.out.baddbmm_(hidden.transpose(1, 2), error_out, alpha=step)
    weights.out_bias.add_(error_out.sum(dim=1, keepdim=True), alpha=step)
    weights.hidden.baddbmm_(inputs.transpose(1, 2), error_hidden, alpha=step)
    weights.hidden_bias.add_(error_hidden.sum(dim=1, keepdim=True), alpha=step)


@dataclass(frozen=True)
class _Patterns:
    """Inputs [n, T, F], targets [n, T] and which periods are learnt from and validated on, bool [n, T]."""

    inputs: Tensor
    target: Tensor
    learn: Tensor
    validate: Tensor


def fit_erp_network(panel: Panel, horizon: int, settings: ErpSettings | None = None) -> ErpFit:
    """Train a network for each series of a panel; its last `horizon` periods (at most a fifth) are validation data."""
    settings = settings or ErpSettings()
    held = max(1, min(horizon, panel.periods // 5))
    factors = candidate_factors(panel.freq, panel.periods - held)
    patterns, top = _patterns(panel, factors, held)
    r, count = pearson(
        patterns.inputs.transpose(1, 2).numpy(),
        patterns.target.unsqueeze(1).numpy(),
        patterns.learn.unsqueeze(1).numpy(),
    )
    series = len(panel.ids)
    fit = ErpFit(
        factors=factors,
        weights=_drawn(series, len(factors.names), settings),
        correlation=r,
        entered=torch.zeros(r.shape, dtype=torch.bool),
        agreement=torch.full((series,), -torch.inf),
        rounds=torch.zeros(series, dtype=torch.int64),
        stopped=np.full(series, USED_UP, dtype="<U18"),
        training_error=torch.full((series,), torch.nan),
        top=top,
        learnt=(panel.first, panel.last - held),
    )
    enough = patterns.learn.sum(dim=1) >= FEWEST_PATTERNS
    fit.stopped[~enough.numpy()] = TOO_SHORT
    _refine(fit, patterns, count, enough.nonzero().squeeze(1), settings)
    return fit


def _patterns(panel: Panel, factors: Factors, held: int) -> tuple[_Patterns, Tensor]:
    y, length = torch.tensor(panel.y), torch.tensor(panel.length)
    columns = torch.arange(panel.periods)
    top = y[:, : max(1, panel.periods - held)].amax(dim=1, keepdim=True)
    top = torch.where(top > 0, top, 1.0)
    scaled = scale(y, top)
    alive = columns > panel.periods - length.unsqueeze(1)  # from the second period of life on: there is one lag
    validation = columns >= panel.periods - held
    numbers = np.arange(panel.first, panel.last + 1, dtype=np.int64)
    calendar = calendar_factors(numbers, panel.freq, (panel.first, panel.last - held))
    inputs = torch.cat([calendar.expand(len(y), -1, -1), lagged(scaled, factors.lags)], dim=2)
    return _Patterns(inputs, scaled, alive & ~validation, alive & validation), top


def scale(y: Tensor, top: Tensor) -> Tensor:
    """Sales between 0 and the largest learnt from, into 0.1 … 0.9."""
    return _LOW + (_HIGH - _LOW) * y / top


def unscale(value: Tensor, top: Tensor) -> Tensor:
    """Back to units, not below zero."""
    return ((value - _LOW) / (_HIGH - _LOW) * top).clamp(min=0)


def _drawn(series: int, inputs: int, settings: ErpSettings) -> Weights:
    generator = torch.Generator().manual_seed(settings.seed)
    hidden = (torch.rand(1, inputs, settings.hidden, generator=generator) - 0.5).repeat(series, 1, 1)
    out = (torch.rand(1, settings.hidden, 1, generator=generator) - 0.5).repeat(series, 1, 1)
    return Weights(hidden, torch.zeros(series, 1, settings.hidden), out, torch.zeros(series, 1, 1))


def _refine(
    fit: ErpFit, patterns: _Patterns, count: npt.NDArray[np.int64], active: Tensor, settings: ErpSettings
) -> None:
    """The refinement loop over all series; those that stop leave it."""
    generator = torch.Generator().manual_seed(settings.seed + 1)
    now = fit.weights.of(torch.arange(len(fit.top)))
    errors = torch.full((2, len(fit.top)), torch.nan)
    stale = torch.zeros(len(fit.top), dtype=torch.int64)
    for number in range(1, settings.rounds + 1):
        if not len(active):
            break
        entered = torch.tensor(chosen_factors(fit.correlation, count, settings.admitted * number))[active]
        part = _Patterns(
            patterns.inputs[active] * entered.unsqueeze(1),
            patterns.target[active],
            patterns.learn[active],
            patterns.validate[active],
        )
        weights = now.of(active)
        for _ in range(settings.epochs):
            _epoch(weights, part, settings, generator)
            errors[:, active] = torch.stack(_errors(weights, part))
            fit.curve.append((float(errors[0].nanmean()), float(errors[1].nanmean())))
        now.put(active, weights)
        fit.rounds[active] = number
        agreement = _agreement(weights, part, fit.top[active])
        better = agreement > fit.agreement[active] + 1e-3
        kept = active[better]
        fit.weights.put(kept, now.of(kept))
        fit.agreement[kept], fit.entered[kept] = agreement[better], entered[better]
        fit.training_error[kept] = errors[0, kept]
        stale[active] = torch.where(better, 0, stale[active] + 1)
        agreed = fit.agreement[active] >= settings.agreement
        settled = ~agreed & (stale[active] >= settings.patience)
        fit.stopped[active[agreed].numpy()], fit.stopped[active[settled].numpy()] = AGREED, SETTLED
        active = active[~agreed & ~settled]


def _epoch(weights: Weights, part: _Patterns, settings: ErpSettings, generator: torch.Generator) -> None:
    """All patterns once, in an order that is the same for each series."""
    order = torch.randperm(part.target.shape[1], generator=generator)
    for columns in torch.tensor_split(order, -(-len(order) // settings.patterns)):
        alive = part.learn[:, columns]
        if alive.any():
            update(weights, part.inputs[:, columns], part.target[:, columns], alive, settings.step)


def _errors(weights: Weights, part: _Patterns) -> tuple[Tensor, Tensor]:
    """Mean squared error of each series on what it learnt from and on validation data; NaN where there is none."""
    square = (run(weights, part.inputs)[1].squeeze(2) - part.target).square()
    learnt = (square * part.learn).sum(dim=1) / part.learn.sum(dim=1)
    return learnt, (square * part.validate).sum(dim=1) / part.validate.sum(dim=1)


def _agreement(weights: Weights, part: _Patterns, top: Tensor) -> Tensor:
    """1 - WAPE on validation data, [n]; where nothing was sold there, 1 if nothing was forecast, else 0."""
    forecast = unscale(run(weights, part.inputs)[1].squeeze(2), top)
    actual = unscale(part.target, top)
    error = ((forecast - actual).abs() * part.validate).sum(dim=1)
    sold = (actual * part.validate).sum(dim=1)
    return torch.where(sold > 1e-6, 1 - error / sold.clamp(min=1e-9), (error < 1e-6).to(error.dtype))


def forecast_erp_network(fit: ErpFit, panel: Panel, horizon: int) -> Tensor:
    """The `horizon` periods after the panel, [n, horizon], forecasts fed back in as lags.

    panel: the one learnt from. A series too short to learn from gets its last value.
    """
    y = torch.tensor(panel.y)
    numbers = np.arange(panel.last + 1, panel.last + 1 + horizon, dtype=np.int64)
    calendar = calendar_factors(numbers, panel.freq, fit.learnt)
    history = scale(y, fit.top)
    for ahead in range(horizon):
        lags = torch.stack([_value(history, lag) for lag in fit.factors.lags], dim=1)
        inputs = torch.cat([calendar[ahead].expand(len(y), -1), lags], dim=1) * fit.entered
        out = run(fit.weights, inputs.unsqueeze(1))[1].squeeze(2)
        history = torch.cat([history, scale(unscale(out, fit.top), fit.top)], dim=1)
    forecast = unscale(history[:, -horizon:], fit.top)
    short = torch.tensor(fit.stopped == TOO_SHORT).unsqueeze(1)
    return torch.where(short, y[:, -1:], forecast)


def _value(history: Tensor, lag: int) -> Tensor:
    return history[:, -lag] if lag <= history.shape[1] else torch.zeros(len(history))
