"""How much of the effects forecasts use: chosen on past windows, by factor, free to be nothing.

At each cutoff the effects are learnt from what came before it only. A share of a factor's effect is taken where it
makes neither the scaled quantile loss nor the root mean squared scaled error of the series that it touches worse, and
their mean better by at least `GAIN`; so on these windows what is served is never worse for the factors.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.forecasting.backtest import outcome_of
from models.forecasting.factors.around import as_of, forecast_with
from models.forecasting.factors.design import FACTORS, HOLIDAY, PRICE, PROMOTION, Design
from models.forecasting.factors.effects import Effects
from models.forecasting.factors.learning import learn_effects
from models.forecasting.metrics import score
from models.forecasting.model import ForecastModel
from models.forecasting.panel import Panel
from models.forecasting.quantiles import MEDIAN

SHARES = (1.0, 0.67, 0.33)
GAIN = 0.005  # of the losses of the series touched: less is chance
_ORDER = (PROMOTION, PRICE, HOLIDAY)
_TOUCHED = 0.02  # of demand, in one period at least
_FEWEST = 5  # series touched
_JUDGED = ("SQL", "RMSSE")

Trust = tuple[float, ...]


@dataclass(frozen=True)
class Chosen:
    """The trust by factor; and by factor that touched enough series, how many, and their losses with what was trusted
    before it and with what was chosen, by measure.
    """

    trust: Trust
    touched: dict[str, int]
    without: dict[str, dict[str, float]]
    with_factor: dict[str, dict[str, float]]


@dataclass(frozen=True)
class _Window:
    """A cutoff with what was known at it; `panel` ends with what came after."""

    panel: Panel
    past: Panel
    design: Design
    effects: Effects
    steps: int

    def touched_by(self, factor: int) -> _Window | None:
        """The series whose demand a factor moves, in the past or ahead; None where they are too few to judge by."""
        logs = np.abs(self.effects.logs(self.panel.ids, self.design.values)[..., factor])
        rows = (logs.max(axis=1, initial=0.0) > _TOUCHED) & (self.past.length > 0)
        if rows.sum() < _FEWEST:
            return None
        chosen = as_of(self.panel, self.past.periods, self.steps, rows)
        past = chosen.until(self.past.periods)
        return _Window(chosen, past, self.design.of(rows), self.effects.of(rows), self.steps)


def choose_trust(
    model: ForecastModel,
    panel: Panel,
    design: Design,
    cutoffs: Sequence[tuple[int, int]],
    groups: npt.NDArray[np.int64] | None = None,
) -> Chosen:
    """The trust that earlier cutoffs (with the periods judged after each) speak for."""
    windows = [_window(panel, design, cutoff, steps, groups) for cutoff, steps in cutoffs]
    chosen = Chosen((0.0,) * len(FACTORS), {}, {}, {})
    for factor in _ORDER:
        found = [one for one in (each.touched_by(factor) for each in windows) if one is not None]
        if not found:
            continue
        name, trust = FACTORS[factor], chosen.trust
        without = best = _losses(model, found, trust)
        for share in SHARES:
            tried = tuple(share if at == factor else value for at, value in enumerate(chosen.trust))
            losses = _losses(model, found, tried)
            if _better(losses, best):
                trust, best = tried, losses
        chosen = Chosen(
            trust,
            chosen.touched | {name: sum(len(one.panel.ids) for one in found)},
            chosen.without | {name: without},
            chosen.with_factor | {name: best},
        )
    return chosen


def _window(panel: Panel, design: Design, cutoff: int, steps: int, groups: npt.NDArray[np.int64] | None) -> _Window:
    """What was known at a cutoff, with the effects learnt from it."""
    seen, known = as_of(panel, cutoff, steps), design.at(cutoff, steps)
    past = seen.until(cutoff)
    return _Window(seen, past, known, learn_effects(past, known, groups=groups), steps)


def _losses(model: ForecastModel, windows: Sequence[_Window], trust: Trust) -> dict[str, float]:
    """The mean over windows of each measure."""
    found = []
    for one in windows:
        mean, quantiles = forecast_with(model, one.past, one.design, one.effects.trusted(trust), one.steps)
        outcome = outcome_of(one.panel, one.past.periods, one.steps)
        figures = score(outcome, quantiles[..., MEDIAN], mean, quantiles)
        found.append({name: figures[name] for name in _JUDGED})
    return {name: float(np.mean([one[name] for one in found])) for name in _JUDGED}


def _better(found: dict[str, float], best: dict[str, float]) -> bool:
    """Whether neither measure is worse and their mean better by enough. Undefined measures are never better."""
    ratios = [found[name] / best[name] if best[name] > 0 else math.nan for name in _JUDGED]
    return all(ratio <= 1 for ratio in ratios) and sum(ratios) / len(ratios) <= 1 - GAIN
