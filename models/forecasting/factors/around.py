"""Factors around a model that knows none: its history at the usual price, its forecast times what is known ahead."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from models.forecasting.backtest import Validation, forecast_alive, outcome_of, validate
from models.forecasting.factors.design import Design
from models.forecasting.factors.effects import Effects, without_effects
from models.forecasting.model import ForecastModel, Grain, to_window
from models.forecasting.panel import Panel

Rows = npt.NDArray[np.bool_]


def as_of(panel: Panel, cutoff: int, steps: int, rows: Rows | None = None) -> Panel:
    """The panel of some series as it was seen at a cutoff, with the `steps` periods after it to judge by."""
    chosen = np.ones(len(panel.ids), dtype=np.bool_) if rows is None else rows
    past, end = panel.until(cutoff), min(panel.periods, cutoff + steps)
    known = np.concatenate([past.known(0, cutoff), panel.known(cutoff, end)], axis=1)
    return replace(
        past,
        ids=tuple(name for name, kept in zip(panel.ids, chosen, strict=True) if kept),
        y=np.concatenate([past.y, panel.sold[:, cutoff:end]], axis=1)[chosen],
        length=np.maximum(panel.length - (panel.periods - end), 0)[chosen],
        missing=~known[chosen],
        judged=panel.sold[:, :end][chosen],
        observed=None,
    )


def at_usual(panel: Panel, design: Design, effects: Effects) -> Panel:
    """The panel with the history of `design` as it would have been at usual prices, off promotion; the rest as is."""
    known = design.history
    plain = without_effects(panel.y[:, :known], effects.logs(panel.ids, design.past))
    return replace(panel, y=np.concatenate([plain, panel.y[:, known:]], axis=1), observed=None)


def validate_with(
    model: ForecastModel, panel: Panel, design: Design, effects: Effects, cutoff: int, steps: int
) -> Validation:
    """All members at one cutoff as `validate` has them, with effects that were learnt before it."""
    known, seen_then = design.at(cutoff, steps), as_of(panel, cutoff, steps)
    seen = validate(model, at_usual(seen_then, known, effects), cutoff, steps)
    past = seen_then.until(cutoff)
    times = _times(past, known, effects, steps)
    return replace(
        seen,
        outcome=outcome_of(seen_then, cutoff, steps),
        means=seen.means * times,
        quantiles=seen.quantiles * times.unsqueeze(-1),
        grain=_grain(model, past),
    )


def forecast_with(
    model: ForecastModel, past: Panel, design: Design, effects: Effects, steps: int
) -> tuple[Tensor, Tensor]:
    """Mean [n, steps] and quantiles [n, steps, 9] for the n series that have sold; design: of the panel `past`."""
    mean, quantiles = forecast_alive(model, at_usual(past, design, effects), steps)
    times = _times(past, design, effects, steps)
    return mean * times, _grain(model, past).apply(quantiles * times.unsqueeze(-1))


def _times(past: Panel, design: Design, effects: Effects, steps: int) -> Tensor:
    """The factors of the periods ahead, [n, steps], of the series that have sold."""
    factor = np.exp(effects.logs(past.ids, design.ahead[:, :steps]).sum(axis=2))
    return torch.from_numpy(factor[past.length > 0].astype(np.float32))


def _grain(model: ForecastModel, past: Panel) -> Grain:
    """What the series that have sold can sell, by what they did sell."""
    alive = past.length > 0
    y, length = torch.from_numpy(past.y[alive]), torch.from_numpy(past.length[alive])
    return Grain.of(to_window(y, length, model.settings.context)[0])
