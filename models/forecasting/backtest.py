"""Fitting as of a cutoff, and judging what was fitted on what came after it.

A cutoff is a number of columns: the model may look at the panel's first `cutoff` periods only.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl
import torch
from torch import Tensor

from models.forecasting.baselines import with_errors
from models.forecasting.combination import MEMBERS, learn_mean_weights, learn_quantile_weights
from models.forecasting.fitting import FitSettings, Windows, fit_network, new_network
from models.forecasting.metrics import Metrics, naive_scale, pool, score
from models.forecasting.model import ForecastModel, sells_whole_units, to_window, whole_units
from models.forecasting.monthly_mlp import NAME as MONTHLY_MLP
from models.forecasting.monthly_mlp import forecast_monthly_mlp
from models.forecasting.panel import Panel, PanelError, build_panel
from models.forecasting.periods import Freq, frequency
from models.forecasting.report import OURS
from models.forecasting.threads import one_thread

REFIT_SHARE = 0.4  # of the steps, when recent data is added to a trained network
FEWEST_PERIODS = 10
_BATCH = 4096

Step = Callable[[str, float], None]


@dataclass(frozen=True)
class Validation:
    """Members' forecasts beside what happened, at one cutoff.

    actual [n, h], means [M, n, h], quantiles [M, n, h, 9]; absolute, square [n]: see `naive_scale`; whole: bool [n],
    the series that sell whole units.
    """

    actual: Tensor
    means: Tensor
    quantiles: Tensor
    absolute: Tensor
    square: Tensor
    whole: Tensor


@dataclass(frozen=True)
class Fitted:
    """A model as of a cutoff, and the validation windows from which its combination was learnt."""

    model: ForecastModel
    validation: list[Validation]


def held_out_periods(periods: int, horizon: int, freq: Freq) -> int:
    """How many periods the back-test holds out: a share of the history, at most the horizon. Raises PanelError if too
    few.
    """
    if periods < FEWEST_PERIODS:
        raise PanelError(f"{periods} periods of history are too few to train on; {FEWEST_PERIODS} are needed.")
    return max(1, min(horizon, periods // frequency(freq).share))


def fit_as_of(panel: Panel, cutoff: int, horizon: int, seed: int, settings: FitSettings, step: Step) -> Fitted:
    """Fit on the panel's first `cutoff` periods.

    The network first learns without the last periods, on which the combination's weights are then learnt; then it is
    trained on to the cutoff.
    """
    held_out = held_out_periods(panel.periods, horizon, panel.freq)
    windows = _windows(panel, horizon)
    before = max(2, cutoff - held_out)
    if len(windows.pairs(before)) == 0:
        raise PanelError("No series has enough history before the held-out window to learn from.")
    network = new_network(windows, before, seed)
    fit_network(network, windows, before, settings, seed=seed, progress=lambda done: step("learning", 0.6 * done))
    plain = torch.zeros(len(MEMBERS))
    plain[0] = 1.0
    model = ForecastModel(frequency(panel.freq), horizon, network, plain, plain)
    step("weighing the members", 0.6)
    origins = sorted({before, before + held_out // 2} - {cutoff})
    validation = [validate(model, panel, origin, cutoff - origin) for origin in origins]
    model = reweighed(model, validation)
    refit(model, panel, cutoff, seed + 1, settings, lambda done: step("learning the latest periods", 0.7 + 0.3 * done))
    return Fitted(model, validation)


def refit(
    model: ForecastModel, panel: Panel, cutoff: int, seed: int, settings: FitSettings, progress: Callable[[float], None]
) -> None:
    """Train the model's network on, in place, with the periods up to `cutoff`."""
    windows = _windows(panel, model.horizon)
    fit_network(model.network, windows, cutoff, settings, seed=seed, share=REFIT_SHARE, progress=progress)


def reweighed(model: ForecastModel, validation: Sequence[Validation]) -> ForecastModel:
    """The model with combination weights learnt from these windows, the mean of what each window asks for."""
    mean = [learn_mean_weights(v.actual, v.means, v.square.sqrt()) for v in validation]
    quantile = [learn_quantile_weights(v.actual, v.quantiles, v.absolute) for v in validation]
    weights = torch.stack(mean).mean(dim=0), torch.stack(quantile).mean(dim=0)
    return ForecastModel(model.settings, model.horizon, model.network, *weights)


def validate(model: ForecastModel, panel: Panel, cutoff: int, steps: int) -> Validation:
    """All members at one cutoff, for the series that had sold by then."""
    past = panel.until(cutoff)
    alive = torch.from_numpy(past.length > 0)
    y, length = torch.from_numpy(past.y)[alive], torch.from_numpy(past.length)[alive]
    window, in_window = to_window(y, length, model.settings.context)
    means, quantiles = [], []
    for start in range(0, len(y), _BATCH):
        rows = slice(start, start + _BATCH)
        origin = torch.full_like(in_window[rows], past.last)
        mean, quantile = model.members(window[rows], in_window[rows], origin)
        means.append(mean[:, :, :steps])
        quantiles.append(quantile[:, :, :steps])
    actual = torch.from_numpy(panel.y[:, cutoff : cutoff + steps])[alive]
    absolute, square = naive_scale(y, length)
    whole = sells_whole_units(window)
    return Validation(actual, torch.cat(means, dim=1), torch.cat(quantiles, dim=1), absolute, square, whole)


def judge(model: ForecastModel, seen: Validation, season: int, history: tuple[Tensor, Tensor]) -> dict[str, Metrics]:
    """Metrics of ours, of the network alone and of each baseline on one window. history: y [n, T] and length [n]."""
    scale = naive_scale(*history, season)
    everyone = torch.ones(len(seen.actual), dtype=torch.bool)
    mean, quantiles = served(model, seen)
    results = {OURS: score(seen.actual, quantiles[..., 4], mean, quantiles, scale, everyone)}
    for index, name in enumerate(MEMBERS):
        member_mean, member_quantiles = seen.means[index], seen.quantiles[index]
        middle = member_quantiles[..., 4] if name == "network" else member_mean  # a baseline is judged by its point
        results[name] = score(seen.actual, middle, member_mean, member_quantiles, scale, everyone)
    if model.settings.freq == "M":
        results[MONTHLY_MLP] = _judge_monthly_mlp(seen, scale, history)
    return results


def served(model: ForecastModel, seen: Validation) -> tuple[Tensor, Tensor]:
    """The combination's mean [n, h] and quantiles [n, h, 9] on a validation window."""
    mean = torch.einsum("m,mnh->nh", model.mean_weights, seen.means)
    quantiles = torch.einsum("m,mnhq->nhq", model.quantile_weights, seen.quantiles)
    return mean, whole_units(quantiles, seen.whole)


@one_thread()
def backtest(
    long: pl.DataFrame,
    freq: Freq,
    horizon: int,
    *,
    cutoffs: int | Sequence[int] = 3,
    season: int = 1,
    seed: int = 0,
    last_complete: date | None = None,
    fit_settings: FitSettings | None = None,
    progress: Step | None = None,
) -> dict[str, Metrics]:
    """Rolling-origin back-test of our procedure and the baselines: metrics by model name, means over the cutoffs.

    long: columns unique_id, ds, y. cutoffs: how many (horizon apart, the last one `horizon` before the end), or the
    numbers of periods known at each. season: m of MASE, RMSSE and SQL. Every cutoff trains its own model on earlier
    data only. `seconds` is the time for training and forecasting all series, of the whole procedure.
    """
    panel = build_panel(long, freq, last_complete=last_complete)
    points = list(cutoffs) if not isinstance(cutoffs, int) else _cutoffs(panel.periods, horizon, cutoffs)
    if not points or min(points) < FEWEST_PERIODS or max(points) + horizon > panel.periods:
        raise PanelError(f"{panel.periods} periods do not hold these cutoffs with a horizon of {horizon}.")
    results: dict[str, list[Metrics]] = {}
    for index, cutoff in enumerate(points):
        started = time.perf_counter()
        report = _share_of(progress, f"cutoff {cutoff}", index / len(points), 1 / len(points))
        past = panel.until(cutoff)
        fitted = fit_as_of(past, cutoff, horizon, seed, fit_settings or FitSettings(), report)
        seconds = time.perf_counter() - started
        seen = validate(fitted.model, panel, cutoff, horizon)
        alive = past.length > 0
        history = torch.from_numpy(past.y[alive]), torch.from_numpy(past.length[alive])
        for name, metrics in judge(fitted.model, seen, season, history).items():
            timed = {**metrics, "seconds": seconds} if name == OURS else metrics
            results.setdefault(name, []).append(timed)
    return {name: pool(per_cutoff) for name, per_cutoff in results.items()}


def _judge_monthly_mlp(seen: Validation, scale: tuple[Tensor, Tensor], history: tuple[Tensor, Tensor]) -> Metrics:
    """The 3-15-1 network, with its errors on the window before as its interval."""
    y, length = history
    steps = seen.actual.shape[1]
    point = forecast_monthly_mlp(y, length, steps)
    earlier_steps = max(1, min(steps, y.shape[1] // 3))
    age = (length - earlier_steps).clamp(min=0)
    earlier = forecast_monthly_mlp(y[:, :-earlier_steps], age, earlier_steps)
    known = (age > 0).unsqueeze(1).expand(-1, earlier_steps)
    quantiles = with_errors(point, y[:, -earlier_steps:] - earlier, known)
    return score(seen.actual, point, point, quantiles, scale, torch.ones(len(y), dtype=torch.bool))


def _cutoffs(periods: int, horizon: int, count: int) -> list[int]:
    return [periods - horizon * back for back in range(count, 0, -1)]


def _windows(panel: Panel, horizon: int) -> Windows:
    y, length = torch.from_numpy(panel.y), torch.from_numpy(panel.length)
    return Windows(y, length, panel.first, frequency(panel.freq), horizon)


def _share_of(progress: Step | None, label: str, start: float, share: float) -> Step:
    def report(stage: str, done: float) -> None:
        if progress:
            progress(f"{label}: {stage}", start + share * done)

    return report
