"""Forecasts as time passes: the one place where the simulation meets `models.forecasting`.

A forecaster is asked, for every period of a run, what it expects of the periods that follow, knowing only what lies
before. Ours is fitted again at a few points of the past, so that no policy learns from forecasts that had seen the
answer; from the beginning of the test on it is not fitted again, only given the new demand.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from models.forecasting.distribution import quantile_moments
from models.forecasting.panel import Panel
from models.order_quantity.demand import sum_of_periods
from models.order_quantity.simulation.plain_forecasts import PLAIN, error_variance

OURS = "quartermaster"
Step = Callable[[str, float], None]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Expected:
    """What was expected at each origin; float32 [n, T, h]: the mean and variance of each period ahead. `start`: the
    panel's column of the first origin; an origin knows the columns before it, and its first period ahead is itself.
    """

    name: str
    start: int
    mean: Tensor
    variance: Tensor


@dataclass(frozen=True)
class Outlook:
    """Expected demand over lead time + review (the protection interval) by item and period, float32 [n, T].

    mean, deviation: units. lead: mean over the lead time alone. rate: mean per period.
    """

    name: str
    start: int
    mean: Tensor
    deviation: Tensor
    lead: Tensor
    rate: Tensor

    def since(self, column: int, until: int | None = None) -> Outlook:
        """The part from a panel column on, up to another (excluded)."""
        part = slice(column - self.start, None if until is None else until - self.start)
        columns = (self.mean, self.deviation, self.lead, self.rate)
        return Outlook(self.name, column, *(values[:, part] for values in columns))


def expect_plainly(name: str, panel: Panel, start: int, horizon: int) -> Expected:
    """A baseline's forecasts for every origin from `start` to the panel's end."""
    y = panel.y.astype(np.float64)
    found = PLAIN[name](y)
    variance = error_variance(y, found)
    mean, spread = (torch.from_numpy(part[:, start:-1].astype(np.float32)) for part in (found, variance))
    shape = (-1, -1, horizon)
    return Expected(name, start, mean.unsqueeze(2).expand(shape), spread.unsqueeze(2).expand(shape))


def expect_with_ours(
    panel: Panel,
    fit_at: Sequence[int],
    horizon: int,
    *,
    cadence: int,
    seed: int,
    step: Step,
) -> Expected:
    """Our forecaster's, fitted as of each column in `fit_at` (increasing; the first is the first origin).

    cadence: periods between two forecasts; in between, the last one is read from where it has got to. Raises PanelError
    where there is too little history to fit.
    """
    from models.forecasting.backtest import fit_as_of
    from models.forecasting.fitting import FitSettings

    y = torch.from_numpy(panel.y)
    means, variances = [], []
    ends = [*fit_at[1:], panel.periods]
    for index, (cutoff, end) in enumerate(zip(fit_at, ends, strict=True)):
        past = panel.until(cutoff)
        share = 1 / len(fit_at)

        def told(stage: str, done: float, base: float = index * share, share: float = share) -> None:
            step(stage, base + share * done)

        model = fit_as_of(past, cutoff, horizon + cadence - 1, seed, FitSettings(), told).model
        for origin in range(cutoff, end):
            back = (origin - cutoff) % cadence
            if back == 0:
                known = panel.until(origin)
                last = torch.full((len(y),), known.last)
                mean, quantiles = model.predict(y[:, :origin], torch.from_numpy(known.length), last, model.horizon)
                moments = quantile_moments(quantiles, mean)
            means.append(moments[0][:, back : back + horizon].to(torch.float32))
            variances.append(moments[1][:, back : back + horizon].to(torch.float32))
    return Expected(OURS, fit_at[0], torch.stack(means, dim=1), torch.stack(variances, dim=1))


def error_correlation(expected: Expected, panel: Panel, until: int) -> float:
    """The mean correlation of an item's errors between two periods of one forecast, in [0, 0.9], from the origins whose
    whole horizon lies before the column `until`.
    """
    horizon = expected.mean.shape[2]
    origins = range(expected.start, until - horizon + 1)
    total = own = 0.0
    for origin in origins:
        at = origin - expected.start
        actual = torch.from_numpy(panel.y[:, origin : origin + horizon])
        deviation = expected.variance[:, at].sqrt()
        known = (deviation > 1e-6).all(dim=1)
        z = ((actual - expected.mean[:, at])[known] / deviation[known]).clamp(-4, 4)
        total += float(z.sum(dim=1).square().sum())
        own += float(z.square().sum())
    if horizon < 2 or own <= 0:
        return 0.0
    return min(0.9, max(0.0, (total - own) / ((horizon - 1) * own)))


def outlook(
    expected: Expected, lead_time: Tensor, review: int, correlation: float, spread: Tensor | None = None
) -> Outlook:
    """Demand over each item's protection interval; lead_time: periods, int64 [n]; spread: its standard deviation."""
    found = []
    for at in range(expected.mean.shape[1]):
        mean, variance = expected.mean[:, at], expected.variance[:, at]
        whole = sum_of_periods(mean, variance, lead_time + review, correlation)
        if spread is not None:
            whole = whole.over_varying_time(lead_time + review, spread)
        lead = sum_of_periods(mean, variance, lead_time, correlation)
        found.append(torch.stack([whole.mean, whole.deviation, lead.mean, mean.mean(dim=1)]).to(torch.float32))
    return Outlook(expected.name, expected.start, *torch.stack(found, dim=2))
