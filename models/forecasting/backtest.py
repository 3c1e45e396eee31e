"""Fitting as of a cutoff, and judging what was fitted on what came after it.

A cutoff is a number of columns: the model may look at the panel's first `cutoff` periods only.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import polars as pl
import torch
from torch import Tensor

from models.forecasting.combination import MEMBERS, Weights, Window, learn_weights
from models.forecasting.common_error import steadied
from models.forecasting.demand_classes import demand_class
from models.forecasting.fitting import FitSettings, Windows, fit_network
from models.forecasting.metrics import Metrics, Outcome, naive_scale, pool, score
from models.forecasting.model import ForecastModel, Grain, to_window
from models.forecasting.network import QuantileNetwork
from models.forecasting.panel import Panel, PanelError, build_panel
from models.forecasting.periods import Freq, frequency
from models.forecasting.pretrained import blended, pretrained
from models.forecasting.quantiles import MEDIAN
from models.forecasting.report import OURS
from models.forecasting.statistical import DEFAULT_NAMES, statistical_forecasts
from models.forecasting.threads import one_thread

FEWEST_PERIODS = 10  # of history to train on
TRUST = 0.75  # in what the own data taught, against what was known before (see `pretrained.blended`)
_FEWEST_PAIRS = 200  # with fewer the network is served as it was pretrained
_FEWEST_JUDGED = 30  # series with a scale, below which the members are not weighed
_BATCH = 4096

Step = Callable[[str, float], None]


@dataclass(frozen=True)
class Validation:
    """Members' forecasts beside what happened, at one cutoff, for the series that had sold by then.

    outcome: [n, h]; means [M, n, h], quantiles [M, n, h, 9]; classes int64 [n].
    """

    outcome: Outcome
    means: Tensor
    quantiles: Tensor
    classes: Tensor
    grain: Grain

    def window(self) -> Window:
        """What weights are learnt from."""
        seen = self.outcome
        return Window(
            seen.actual, seen.known, self.means, self.quantiles, seen.absolute, seen.square, self.classes
        )  # fmt: skip


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

    The pretrained network is first tuned without the last periods, on which the combination's weights are learnt; then
    it is tuned again with them. With next to no history, or where nothing is to be tuned, it is taken as it is.
    """
    held_out = max(1, min(horizon, cutoff // frequency(panel.freq).share))
    before = cutoff - held_out
    windows = _windows(panel.until(cutoff), horizon)
    plain = ForecastModel(
        frequency(panel.freq), horizon, pretrained(panel.freq), Weights.of_network(), windows.market.until(cutoff)
    )
    validation: list[Validation] = []
    if settings.tune and before >= 2 and len(windows.pairs(before)) >= _FEWEST_PAIRS:
        earlier = tuned(plain, windows, before, seed, settings, lambda done: step("learning", 0.45 * done))
        earlier = replace(earlier, market=windows.market.until(before))
        step("weighing the members", 0.45)
        origins = sorted({before, before + held_out // 2} - {cutoff})
        found = [validate(earlier, panel, origin, cutoff - origin) for origin in origins]
        validation = [seen for seen in found if int(seen.outcome.absolute.isfinite().sum()) >= _FEWEST_JUDGED]
    model = reweighed(plain, validation)
    return Fitted(
        tuned(model, windows, cutoff, seed + 1, settings, lambda done: step("learning", 0.55 + 0.45 * done)), validation
    )


def tuned(
    model: ForecastModel,
    windows: Windows,
    limit: int,
    seed: int,
    settings: FitSettings,
    progress: Callable[[float], None] | None = None,
) -> ForecastModel:
    """The model with the pretrained network tuned on what lies before `limit`, less what happened to all series there,
    and blended with what it was.
    """
    if not settings.tune or len(windows.pairs(limit)) < _FEWEST_PAIRS:
        return model
    network: QuantileNetwork = pretrained(model.settings.freq)
    steady = steadied(network, windows, limit, seed)
    fit_network(network, steady, limit, settings, seed=seed, progress=progress)
    return replace(model, network=blended(pretrained(model.settings.freq), network, TRUST))


def retuned(
    model: ForecastModel, panel: Panel, seed: int, settings: FitSettings, progress: Callable[[float], None]
) -> ForecastModel:
    """The model tuned on the whole panel, with its market."""
    windows = _windows(panel, model.horizon)
    return replace(tuned(model, windows, panel.periods, seed, settings, progress), market=windows.market)


def reweighed(model: ForecastModel, validation: Sequence[Validation]) -> ForecastModel:
    """The model with combination weights learnt from these windows, the mean of what each window asks for."""
    if not validation:
        return model
    return replace(model, weights=learn_weights([seen.window() for seen in validation]))


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
        mean, quantile = model.members(window[rows], in_window[rows], origin, steps)
        means.append(mean)
        quantiles.append(quantile)
    if not means:
        raise PanelError("No series had sold anything before the cutoff.")
    outcome = outcome_of(panel, cutoff, steps)
    classes = demand_class(window, in_window)
    return Validation(outcome, torch.cat(means, dim=1), torch.cat(quantiles, dim=1), classes, Grain.of(window))


def outcome_of(panel: Panel, cutoff: int, steps: int, season: int = 1) -> Outcome:
    """What happened in the `steps` periods after a cutoff, to the series that had sold by then."""
    past = panel.until(cutoff)
    alive = past.length > 0
    before, actual = past.sold[alive], panel.sold[alive, cutoff : cutoff + steps]
    scale = naive_scale(torch.from_numpy(before), torch.from_numpy(past.length[alive]), season)
    known = panel.known(cutoff, cutoff + steps)[alive]
    return Outcome(torch.from_numpy(actual), torch.from_numpy(known), *scale)


def judge(model: ForecastModel, seen: Validation) -> dict[str, Metrics]:
    """Metrics of ours, of the network alone and of each baseline on one window."""
    mean, quantiles = served(model, seen)
    results = {OURS: score(seen.outcome, quantiles[..., MEDIAN], mean, quantiles)}
    for index, name in enumerate(MEMBERS):
        member_mean, member_quantiles = seen.means[index], seen.quantiles[index]
        # a baseline is judged by its point
        middle = member_quantiles[..., MEDIAN] if name == "network" else member_mean
        results[name] = score(seen.outcome, middle, member_mean, member_quantiles)
    return results


def served(model: ForecastModel, seen: Validation) -> tuple[Tensor, Tensor]:
    """The combination's mean [n, h] and quantiles [n, h, 9] on a validation window."""
    of_mean, of_quantiles = model.weights.of(seen.classes)
    mean = torch.einsum("nm,mnh->nh", of_mean, seen.means)
    quantiles = torch.einsum("nm,mnhq->nhq", of_quantiles, seen.quantiles)
    return mean, seen.grain.apply(quantiles)


@one_thread()
def backtest(
    long: pl.DataFrame,
    freq: Freq,
    horizon: int,
    *,
    cutoffs: int | Sequence[int] = 3,
    season: int = 1,
    models: Sequence[str] | None = None,
    seed: int = 0,
    fit_settings: FitSettings | None = None,
    progress: Step | None = None,
) -> dict[str, Metrics]:
    """Rolling-origin back-test of our procedure and the baselines: metrics by model name, means over the cutoffs.

    long: columns unique_id, ds, y. cutoffs: how many (horizon apart, the last one `horizon` before the end; fewer where
    the history is short), or the numbers of periods known at each. season: m of MASE, RMSSE and SQL and of the seasonal
    baselines. models: names out of ours and `statistical.STATISTICAL`; by default ours and the default baselines. Every
    cutoff trains its own model on earlier data only. `seconds` is the time for training and forecasting all series,
    summed over the cutoffs. Raises PanelError.
    """
    panel = build_panel(long, freq, cleaned=True)
    points = list(cutoffs) if not isinstance(cutoffs, int) else _cutoffs(panel.periods, horizon, cutoffs)
    if not points or min(points) < 1 or max(points) + horizon > panel.periods:
        raise PanelError(f"{panel.periods} periods do not hold these cutoffs with a horizon of {horizon}.")
    names = [OURS, *DEFAULT_NAMES] if models is None else list(models)
    results: dict[str, list[Metrics]] = {name: [] for name in names}
    for index, cutoff in enumerate(points):
        tell = _share_of(progress, f"cutoff {cutoff}", index / len(points), 1 / len(points))
        for name, metrics in _at(panel, cutoff, horizon, season, names, seed, fit_settings or FitSettings(), tell):
            results[name].append(metrics)
    return {name: pool(per_cutoff) for name, per_cutoff in results.items()}


def _at(
    panel: Panel,
    cutoff: int,
    horizon: int,
    season: int,
    names: Sequence[str],
    seed: int,
    settings: FitSettings,
    tell: Step,
) -> list[tuple[str, Metrics]]:
    """Every model's metrics at one cutoff."""
    past = panel.until(cutoff)
    if not (past.length > 0).any():
        raise PanelError(f"No series had sold anything in the first {cutoff} periods.")
    outcome = outcome_of(panel, cutoff, horizon, season)
    found: list[tuple[str, Metrics]] = []
    ours = OURS in names
    if ours:
        started = time.perf_counter()
        fitted = fit_as_of(
            past, cutoff, horizon, seed, settings, lambda stage, done: tell(f"{OURS}, {stage}", done / 2)
        )
        mean, quantiles = forecast_alive(fitted.model, past, horizon)
        taken = time.perf_counter() - started
        found.append((OURS, score(outcome, quantiles[..., MEDIAN], mean, quantiles) | {"seconds": taken}))
    others = [name for name in names if name != OURS]
    alive = past.length > 0
    rest = 0.5 if ours else 0.0
    forecasts = statistical_forecasts(
        past.y[alive], past.length[alive], horizon, others, season=season,
        progress=lambda stage, done: tell(stage, rest + (1 - rest) * done),
    )  # fmt: skip
    for name in others:
        theirs = forecasts[name]
        point, quantiles = torch.from_numpy(theirs.point), torch.from_numpy(theirs.quantiles)
        found.append((name, score(outcome, point, point, quantiles) | {"seconds": theirs.seconds}))
    return found


def forecast_alive(model: ForecastModel, past: Panel, horizon: int) -> tuple[Tensor, Tensor]:
    """Mean [n, horizon] and quantiles [n, horizon, 9] for the n series that have sold."""
    alive = past.length > 0
    y, length = torch.from_numpy(past.y[alive]), torch.from_numpy(past.length[alive])
    pairs = [
        model.predict(y[start : start + _BATCH], length[start : start + _BATCH],
                      torch.full_like(length[start : start + _BATCH], past.last), horizon)
        for start in range(0, len(y), _BATCH)
    ]  # fmt: skip
    return torch.cat([mean for mean, _ in pairs]), torch.cat([quantiles for _, quantiles in pairs])


def _cutoffs(periods: int, horizon: int, count: int) -> list[int]:
    wanted = [periods - horizon * back for back in range(count, 0, -1)]
    return [cutoff for cutoff in wanted if cutoff >= 1]


def _windows(panel: Panel, horizon: int) -> Windows:
    y, length, end = torch.from_numpy(panel.y), torch.from_numpy(panel.length), torch.from_numpy(panel.end)
    return Windows(y, length, panel.first, frequency(panel.freq), horizon, end=end)


def _share_of(progress: Step | None, label: str, start: float, share: float) -> Step:
    def report(stage: str, done: float) -> None:
        if progress:
            progress(f"{label}: {stage}", start + share * done)

    return report
