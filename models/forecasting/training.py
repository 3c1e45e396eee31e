"""Training one frequency: back-test on the last window, refit on everything, write the artefact, challenge the
champion.

The data is used in three steps. With T periods of which the last e are held out:
1. the pretrained network is tuned on periods before T - 2e; the combination's weights are learnt on T - 2e … T - e; the
   network is tuned again on all before T - e;
2. all of it is judged on T - e … T, which nothing has seen: these are the figures that are reported;
3. for serving, the weights are learnt again with the held-out window added, and the network is tuned on all of it.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import torch
from torch import Tensor

from models.artefacts import Artefact, Promotion, challenge, code_version, write_artefact
from models.forecasting.artefact import (
    KIND,
    SERIES,
    SeriesErrors,
    artefact_name,
    model_settings,
    parse,
    tensors_of,
)
from models.forecasting.backtest import (
    Fitted,
    Validation,
    fit_as_of,
    held_out_periods,
    judge,
    retuned,
    reweighed,
    served,
    validate,
)
from models.forecasting.baselines import with_errors
from models.forecasting.combination import MEMBERS
from models.forecasting.demand_classes import CLASSES
from models.forecasting.distribution import error_correlation
from models.forecasting.fitting import FEWEST_KNOWN, FitSettings, Progress
from models.forecasting.metrics import Metrics, Outcome, score
from models.forecasting.model import ForecastModel
from models.forecasting.monthly_mlp import NAME as MONTHLY_MLP
from models.forecasting.monthly_mlp import forecast_monthly_mlp
from models.forecasting.panel import Panel, PanelError, build_panel
from models.forecasting.periods import Freq, frequency, start_of
from models.forecasting.quantiles import MEDIAN
from models.forecasting.report import OURS, TrainingReport, jsonable
from models.forecasting.threads import one_thread


@dataclass(frozen=True)
class Verdict:
    """The back-test on the held-out window."""

    held_out: int
    metrics: dict[str, Metrics]
    errors: SeriesErrors
    correlation: float
    seen: Validation


@one_thread()
def train(
    panel: pl.DataFrame,
    freq: Freq,
    out_dir: Path,
    *,
    seed: int = 0,
    progress: Progress | None = None,
    horizon: int | None = None,
    last_complete: date | None = None,
    fit_settings: FitSettings | None = None,
) -> TrainingReport:
    """Train, back-test and register the model of one frequency.

    panel: long table `unique_id, ds, y` (see `panel` for the rules). out_dir: the artefacts' root; the version is
    written to <out_dir>/forecast-<freq>/<version>/. last_complete: a day of the last complete period. progress: called
    with what is being done and the share done, 0…1. horizon: periods, by default 28 days, 26 weeks or 6 months.

    The challenger replaces the champion by the rule in `models.artefacts.challenge`, judged by the scaled quantile
    loss of the held-out window. The same data and seed give the same version. Raises
    PanelError.
    """
    started = time.perf_counter()
    tell = progress or (lambda _stage, _done: None)
    tell("building the demand panel", 0.0)
    data = build_panel(panel, freq, last_complete=last_complete)
    steps = horizon or frequency(freq).horizon
    settings = fit_settings or FitSettings()
    held_out = held_out_periods(data.periods, steps, freq)
    if not (data.until(data.periods - held_out).length >= FEWEST_KNOWN).any():
        raise PanelError("No series has enough history before the held-out window to learn from.")
    fitted = fit_as_of(
        data.until(data.periods - held_out),
        data.periods - held_out,
        steps,
        seed,
        settings,
        lambda stage, done: tell(stage, 0.7 * done),
    )
    tell("back-testing on the held-out window", 0.7)
    verdict = _judged(fitted, data, held_out)
    final = retuned(
        reweighed(fitted.model, [*fitted.validation, verdict.seen]),
        data, seed + 2, settings, lambda done: tell("learning from all data", 0.72 + 0.26 * done),
    )  # fmt: skip
    tell("writing the artefact", 0.98)
    run = {"seconds": round(time.perf_counter() - started, 1)}
    metadata = _metadata(data, final, verdict, seed, settings)
    name = artefact_name(freq)
    version = write_artefact(
        Path(out_dir),
        name,
        kind=KIND,
        tensors=tensors_of(final, verdict.errors),
        metadata=metadata,
        run=run,
        documents={SERIES: list(data.ids)},
    )
    promotion = _challenge(Path(out_dir), name, version, metadata, data, verdict)
    tell("done", 1.0)
    return _report(data, final, verdict, promotion, name, time.perf_counter() - started)


def _judged(fitted: Fitted, data: Panel, held_out: int) -> Verdict:
    cutoff = data.periods - held_out
    past = data.until(cutoff)
    alive = past.length > 0
    seen = validate(fitted.model, data, cutoff, held_out)
    actual = seen.outcome.actual
    mean, quantiles = served(fitted.model, seen)
    columns = {}
    naive = seen.means[MEMBERS.index("naive")]
    for key, values in (
        ("ours", (quantiles[..., MEDIAN] - actual).abs()),
        ("naive", (naive - actual).abs()),
        ("demand", actual),
    ):
        column = np.full(len(data.ids), np.nan, dtype=np.float32)
        column[alive] = values.mean(dim=1).numpy()
        columns[key] = column
    metrics = judge(fitted.model, seen)
    if data.freq == "M":
        history = torch.from_numpy(past.y[alive]), torch.from_numpy(past.length[alive])
        metrics[MONTHLY_MLP] = _judged_monthly_mlp(seen.outcome, *history)
    return Verdict(
        held_out,
        metrics,
        SeriesErrors(data.ids, **columns),
        error_correlation(actual, mean, quantiles),
        seen,
    )


def _judged_monthly_mlp(outcome: Outcome, y: Tensor, length: Tensor) -> Metrics:
    """The 3-15-1 network of the literature, with its errors on the window before as its interval."""
    steps = outcome.actual.shape[1]
    point = forecast_monthly_mlp(y, length, steps)
    earlier_steps = max(1, min(steps, y.shape[1] // 3))
    age = (length - earlier_steps).clamp(min=0)
    earlier = forecast_monthly_mlp(y[:, :-earlier_steps], age, earlier_steps)
    known = (age > 0).unsqueeze(1).expand(-1, earlier_steps)
    return score(outcome, point, point, with_errors(point, y[:, -earlier_steps:] - earlier, known))


def _metadata(data: Panel, model: ForecastModel, verdict: Verdict, seed: int, settings: FitSettings) -> dict[str, Any]:
    cutoff = data.periods - verdict.held_out
    document = {
        "freq": data.freq,
        "code_version": code_version(Path(__file__).parent),
        "seed": seed,
        "settings": model_settings(model) | {"fit": asdict(settings), "frequency": asdict(model.settings)},
        "data": {
            "fingerprint": data.fingerprint(),
            "series": len(data.ids),
            "periods": data.periods,
            "first": start_of(data.first, data.freq).isoformat(),
            "last": data.last_start.isoformat(),
            "exclusions": data.exclusions,
        },
        "metrics": verdict.metrics,
        "backtest": {
            "cutoff": start_of(data.first + cutoff - 1, data.freq).isoformat(),
            "held_out": verdict.held_out,
            "error_correlation": verdict.correlation,
        },
    }
    return dict(jsonable(document))


def _challenge(
    root: Path, name: str, version: str, metadata: dict[str, Any], data: Panel, verdict: Verdict
) -> Promotion:
    loss = verdict.metrics[OURS]["SQL"]

    def champion_loss(champion: Artefact) -> float | None:
        theirs = champion.metadata
        model = parse(champion).model
        same_data = theirs["data"]["fingerprint"] == metadata["data"]["fingerprint"]
        if same_data and theirs["backtest"]["held_out"] == verdict.held_out:
            recorded = theirs["metrics"][OURS]["SQL"]
            return None if recorded is None else float(recorded)
        if date.fromisoformat(theirs["data"]["last"]) > date.fromisoformat(metadata["backtest"]["cutoff"]):
            return None  # it was trained on part of the held-out window
        if model.horizon < verdict.held_out:
            return None
        seen = validate(model, data, data.periods - verdict.held_out, verdict.held_out)
        return judge(model, seen)[OURS]["SQL"]

    return challenge(root, name, version, kind=KIND, loss=loss, champion_loss=champion_loss)


def _report(
    data: Panel, model: ForecastModel, verdict: Verdict, promotion: Promotion, name: str, seconds: float
) -> TrainingReport:
    errors = verdict.errors
    known = np.isfinite(errors.ours)
    return TrainingReport(
        name=name,
        version=promotion.version,
        promoted=promotion.promoted,
        reason=promotion.reason,
        freq=data.freq,
        series=len(data.ids),
        periods=data.periods,
        horizon=model.horizon,
        held_out=verdict.held_out,
        cutoff=start_of(data.last - verdict.held_out, data.freq),
        metrics=verdict.metrics,
        mean_weights=_by_class(model.weights.mean),
        quantile_weights=_by_class(model.weights.quantiles),
        error_correlation=verdict.correlation,
        series_better_than_naive=float((errors.ours[known] <= errors.naive[known]).mean()) if known.any() else 0.0,
        exclusions=data.exclusions,
        seconds=round(seconds, 1),
    )


def _by_class(weights: Tensor) -> dict[str, dict[str, float]]:
    """Weights [4, M] by demand class and member."""
    rows = zip(CLASSES, weights.tolist(), strict=True)
    return {name: dict(zip(MEMBERS, row, strict=True)) for name, row in rows}
