"""Forecasts of several methods side by side, and their linear combination.

The ERP paper forecasts the next six months by combining models linearly. The weights here are not negative and are
learnt by least squares on a window of their own, over all series at once, each scaled by its largest sale.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from models.forecasting.metrics import Outcome, naive_scale, score
from models.forecasting.panel import Panel
from models.forecasting.periods import Freq, frequency
from models.forecasting.statistical import statistical_forecasts

BASELINES = ("Naive", "SeasonalNaive", "MovingAverage", "SES", "CrostonSBA", "Median", "Zero")
COMBINED = ("Naive", "SeasonalNaive", "MovingAverage", "SES", "CrostonSBA")  # with the network
COMBINATION = "LinearCombination"
SIX_MONTHS: dict[Freq, int] = {"D": 182, "W": 26, "M": 6}
_FEWEST_PERIODS = 4

Points = dict[str, npt.NDArray[np.float32]]
Network = Callable[[Panel, int], npt.NDArray[np.float32]]


def baseline_points(panel: Panel, horizon: int) -> Points:
    """The baselines' point forecasts of the periods after the panel, [n, horizon] each."""
    season = frequency(panel.freq).short_season
    found = statistical_forecasts(panel.y, panel.length, horizon, BASELINES, season=season)
    return {name: forecast.point for name, forecast in found.items()}


def combined(points: Mapping[str, npt.NDArray[Any]], weights: Mapping[str, float]) -> npt.NDArray[np.float32]:
    """The linear combination, [n, h]."""
    total: npt.NDArray[Any] = sum(weight * points[name] for name, weight in weights.items())  # type: ignore[assignment]
    return total.astype(np.float32)


def equal_weights(names: tuple[str, ...]) -> dict[str, float]:
    """Where there is too little history to learn them from."""
    return dict.fromkeys(names, 1 / len(names))


def combination_weights(
    actual: npt.NDArray[Any], points: Mapping[str, npt.NDArray[Any]], top: npt.NDArray[Any], names: tuple[str, ...]
) -> dict[str, float]:
    """Non-negative least squares of actual sales [n, h] on the methods' forecasts, both over `top` [n, 1].

    Equal where no combination is better than nothing.
    """
    from scipy.optimize import nnls

    inputs = np.stack([(points[name] / top).ravel() for name in names], axis=1).astype(np.float64)
    found, _ = nnls(inputs, (actual / top).ravel().astype(np.float64))
    if not found.any():
        return equal_weights(names)
    return {name: float(weight) for name, weight in zip(names, found, strict=True)}


def largest(panel: Panel) -> npt.NDArray[np.float32]:
    """Each series' largest sale, [n, 1]; 1 where nothing was sold."""
    top: npt.NDArray[np.float32] = panel.y.max(axis=1, keepdims=True)
    return np.where(top > 0, top, 1).astype(np.float32)


@dataclass(frozen=True)
class Judged:
    """What was known at a cutoff, what came after it, and what each method had said.

    actual: [n, h]; known: bool [n, h], the values that are not missing and of series that had sold before the cutoff.
    weights: of the combination as judged (learnt before the cutoff).
    """

    seen: Panel
    actual: npt.NDArray[np.float32]
    known: npt.NDArray[np.bool_]
    points: Points
    weights: dict[str, float]


def judge(panel: Panel, horizon: int, network: Network, name: str) -> Judged:
    """Hold out the last `horizon` periods; the combination's weights come from the `horizon` periods before them."""
    members = (*COMBINED, name)
    seen = panel.until(panel.periods - horizon)
    weights = equal_weights(members)
    if seen.periods - horizon >= _FEWEST_PERIODS:
        earlier = seen.until(seen.periods - horizon)
        points = baseline_points(earlier, horizon) | {name: network(earlier, horizon)}
        weights = combination_weights(seen.y[:, -horizon:], points, largest(earlier), members)
    points = baseline_points(seen, horizon) | {name: network(seen, horizon)}
    points[COMBINATION] = combined(points, weights)
    known = panel.known(seen.periods, panel.periods) & (seen.length > 0)[:, None]
    return Judged(seen, panel.y[:, -horizon:], known, points, weights)


def held_out_errors(judged: Judged) -> dict[str, dict[str, float]]:
    """Per method the error on the held-out periods: mean squared error of the sales over each series' largest sale
    before the cutoff (as a network's training error is counted), MASE (m = 1), RMSSE, WAPE, bias and total_WAPE.
    """
    seen = judged.seen
    scale = naive_scale(torch.tensor(seen.y), torch.tensor(seen.length))
    outcome = Outcome(torch.tensor(judged.actual), torch.tensor(judged.known), *scale)
    top = largest(seen)
    found = {}
    for name, values in judged.points.items():
        point = torch.tensor(values)
        metrics = score(outcome, point, point, point.unsqueeze(2).expand(-1, -1, 9))
        scaled = ((values - judged.actual) / top)[judged.known]
        kept = {metric: metrics[metric] for metric in ("MASE", "RMSSE", "WAPE", "bias", "total_WAPE")}
        found[name] = {"held_out_error": float(np.square(scaled).mean()) if len(scaled) else float("nan"), **kept}
    return found
