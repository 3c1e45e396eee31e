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
from dataclasses import asdict, dataclass, field, replace
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
    SUMS,
    SeriesErrors,
    artefact_name,
    model_settings,
    parse,
    tensors_of,
    tensors_of_sums,
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
from models.forecasting.card import write_card
from models.forecasting.combination import MEMBERS
from models.forecasting.data_report import data_report
from models.forecasting.demand_classes import CLASSES
from models.forecasting.distribution import error_correlation
from models.forecasting.factors.around import validate_with
from models.forecasting.factors.effects import Effects
from models.forecasting.factors.layer import KnownFactors, Layer
from models.forecasting.fitting import FEWEST_KNOWN, FitSettings, Progress
from models.forecasting.metrics import Metrics, Outcome, score
from models.forecasting.model import ForecastModel
from models.forecasting.monthly_mlp import NAME as MONTHLY_MLP
from models.forecasting.monthly_mlp import forecast_monthly_mlp
from models.forecasting.panel import Panel, PanelError, build_panel
from models.forecasting.periods import Freq, frequency, start_of
from models.forecasting.quantiles import MEDIAN
from models.forecasting.report import OURS, TrainingReport, jsonable
from models.forecasting.sums import judge_sums
from models.forecasting.threads import one_thread


@dataclass(frozen=True)
class Verdict:
    """The back-test on the held-out window."""

    held_out: int
    metrics: dict[str, Metrics]
    errors: SeriesErrors
    correlation: float
    seen: Validation
    without_factors: Metrics = field(default_factory=dict)


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
    bought: pl.DataFrame | None = None,
    factors: KnownFactors | None = None,
) -> TrainingReport:
    """Train, back-test and register the model of one frequency.

    panel: long table `unique_id, ds, y` (see `panel` for the rules). out_dir: the artefacts' root; the version is
    written to <out_dir>/forecast-<freq>/<version>/. last_complete: a day of the last complete period. progress: called
    with what is being done and the share done, 0…1. horizon: periods, by default 28 days, 26 weeks or 6 months.
    bought: who bought what, so that sums of products are judged as well (see `sums`). factors: prices, promotions and
    holidays; what they did is learnt, and used as far as earlier windows speak for it (see `factors`).

    The challenger replaces the champion by the rule in `models.artefacts.challenge`, judged by the scaled quantile
    loss of the held-out window. The same data and seed give the same version. Raises
    PanelError.
    """
    started = time.perf_counter()
    tell = progress or (lambda _stage, _done: None)
    tell("building the demand panel", 0.0)
    data = build_panel(panel, freq, last_complete=last_complete, cleaned=True, netted=True)
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
    cutoff = data.periods - held_out
    layer = None if factors is None else Layer.of(factors, data, steps)
    then = None if layer is None else layer.learnt(fitted.model, cutoff, held_out)[0]
    verdict = _judged(fitted, data, held_out, layer, then)
    final = retuned(
        reweighed(fitted.model, [*fitted.validation, verdict.seen] if settings.tune else []),
        data, seed + 2, settings, lambda done: tell("learning from all data", 0.72 + 0.26 * done),
    )  # fmt: skip
    tell("writing the artefact", 0.98)
    run = {"seconds": round(time.perf_counter() - started, 1)}
    metadata = _metadata(data, final, verdict, seed, settings)
    effects = None
    if layer is not None:
        effects, chosen = layer.learnt(fitted.model, data.periods, held_out)
        metadata["factors"] = jsonable(layer.document(effects, chosen) | {"held_out": verdict.without_factors})
    documents: dict[str, Any] = {SERIES: list(data.ids)}
    tensors = tensors_of(final, verdict.errors)
    if bought is not None:
        sums = judge_sums(fitted.model, data, bought, held_out)
        metadata["sums"] = jsonable(sums.figures)
        documents[SUMS] = [list(key) for key in sums.errors.keys]
        tensors |= tensors_of_sums(sums.errors)
    if effects is not None:
        tensors |= effects.to_tensors()
    name = artefact_name(freq)
    version = write_artefact(
        Path(out_dir),
        name,
        kind=KIND,
        tensors=tensors,
        metadata=metadata,
        run=run,
        documents=documents,
    )
    write_card(Path(out_dir) / name / version, metadata, name)
    promotion = _challenge(Path(out_dir), name, version, metadata, data, verdict, layer)
    tell("done", 1.0)
    report = _report(data, final, verdict, promotion, name, time.perf_counter() - started)
    return replace(report, sums=metadata.get("sums", {}), factors=metadata.get("factors", {}))


def _judged(
    fitted: Fitted, data: Panel, held_out: int, layer: Layer | None = None, effects: Effects | None = None
) -> Verdict:
    cutoff = data.periods - held_out
    past = data.until(cutoff)
    alive = past.length > 0
    seen = validate(fitted.model, data, cutoff, held_out)
    actual = seen.outcome.actual
    metrics = judge(fitted.model, seen)
    without = {}
    mean, quantiles = served(fitted.model, seen)
    if layer is not None and effects is not None and effects.used:
        without = metrics[OURS]
        moved = validate_with(fitted.model, data, layer.design, effects, cutoff, held_out)
        mean, quantiles = served(fitted.model, moved)
        metrics[OURS] = score(seen.outcome, quantiles[..., MEDIAN], mean, quantiles)
    columns, known = {}, seen.outcome.known
    naive = seen.means[MEMBERS.index("naive")]
    for key, values in (
        ("ours", (quantiles[..., MEDIAN] - actual).abs()),
        ("naive", (naive - actual).abs()),
        ("demand", actual),
    ):
        column = np.full(len(data.ids), np.nan, dtype=np.float32)
        column[alive] = ((values * known).sum(dim=1) / known.sum(dim=1)).numpy()  # NaN where nothing is judged
        columns[key] = column
    if data.freq == "M":
        history = torch.from_numpy(past.y[alive]), torch.from_numpy(past.length[alive])
        metrics[MONTHLY_MLP] = _judged_monthly_mlp(seen.outcome, *history)
    return Verdict(
        held_out,
        metrics,
        SeriesErrors(data.ids, **columns),
        error_correlation(actual, mean, quantiles),
        seen,
        without,
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
            **data_report(data),
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
    root: Path,
    name: str,
    version: str,
    metadata: dict[str, Any],
    data: Panel,
    verdict: Verdict,
    layer: Layer | None = None,
) -> Promotion:
    loss = verdict.metrics[OURS]["SQL"]

    def champion_loss(champion: Artefact) -> float | None:
        theirs = champion.metadata
        parsed = parse(champion)
        model, effects = parsed.model, parsed.effects
        same_data = theirs["data"]["fingerprint"] == metadata["data"]["fingerprint"]
        if same_data and theirs["backtest"]["held_out"] == verdict.held_out:
            recorded = theirs["metrics"][OURS]["SQL"]
            return None if recorded is None else float(recorded)
        if date.fromisoformat(theirs["data"]["last"]) > date.fromisoformat(metadata["backtest"]["cutoff"]):
            return None  # it was trained on part of the held-out window
        if model.horizon < verdict.held_out:
            return None
        cutoff = data.periods - verdict.held_out
        if layer is not None and effects is not None and effects.used:
            seen = validate_with(model, data, layer.design, effects, cutoff, verdict.held_out)
        else:
            seen = validate(model, data, cutoff, verdict.held_out)
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
        data=data_report(data),
        seconds=round(seconds, 1),
    )


def _by_class(weights: Tensor) -> dict[str, dict[str, float]]:
    """Weights [4, M] by demand class and member."""
    rows = zip(CLASSES, weights.tolist(), strict=True)
    return {name: dict(zip(MEMBERS, row, strict=True)) for name, row in rows}
