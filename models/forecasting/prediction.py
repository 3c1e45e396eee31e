"""Forecasting with a trained model: every series of a long table in batches, with the parts that add up to the mean."""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl
import torch

from models.forecasting.artefact import ForecastArtefact
from models.forecasting.drivers import Drivers, decompose, with_factors
from models.forecasting.factors.design import FACTORS, build_design
from models.forecasting.factors.effects import without_effects
from models.forecasting.model import ForecastModel, Grain, to_window
from models.forecasting.panel import Panel, PanelError, build_panel
from models.forecasting.periods import period_start
from models.forecasting.quantiles import QUANTILES
from models.forecasting.threads import side_by_side

QUANTILE_COLUMNS: tuple[str, ...] = tuple(f"q{round(100 * level)}" for level in QUANTILES)
BATCH = 1280  # series at once: enough that calls cost nothing, few enough that every core has its share
BATCH_ON_GPU = 8192

Floats = npt.NDArray[np.float64]


def forecast(
    artefact: ForecastArtefact,
    panel: pl.DataFrame,
    horizon: int | None = None,
    *,
    last_complete: date | None = None,
    factors: pl.DataFrame | None = None,
    batch: int | None = None,
) -> pl.DataFrame:
    """Forecast every series of a long table `unique_id, ds, y`, known to the model from its training or not.

    Returns one row per series and future period, sorted: `unique_id` str; `ds` date, the period's first day; `step`
    1…horizon; `mean`, `q10` … `q90` units in the period, not negative, increasing; `level`, `trend`, `season`, which
    sum exactly to `mean` (see `drivers`). factors: what is known of prices and promotions, past and to come (see
    `factors.design`); with it the effects that the model has learnt and trusts are applied, and those of `price`,
    `promotion` and `holiday` that are trusted are parts as well. horizon: periods, by default the trained one; a longer
    one is rough (see ForecastModel.predict). Raises PanelError and HorizonError.
    """
    data = build_panel(panel, artefact.freq, last_complete=last_complete, cleaned=True, netted=True)
    steps = artefact.model.horizon if horizon is None else horizon
    origins = np.full(len(data.ids), data.last, dtype=np.int64)
    if factors is not None and artefact.effects is not None and artefact.effects.used:
        mean, quantiles, parts = _with_factors(artefact, data, factors, steps, batch)
    else:
        mean, quantiles, parts = forecast_arrays(artefact.model, data.y, data.length, origins, steps, batch=batch)
    days = period_start(data.last + 1 + np.arange(steps), data.freq)
    columns: dict[str, object] = {
        "unique_id": np.repeat(np.array(data.ids, dtype=object), steps),
        "ds": np.tile(days, len(data.ids)),
        "step": np.tile(np.arange(1, steps + 1, dtype=np.int32), len(data.ids)),
        "mean": mean.ravel(),
    }
    columns |= {name: quantiles[..., index].ravel() for index, name in enumerate(QUANTILE_COLUMNS)}
    columns |= {name: values.ravel() for name, values in parts.by_name().items()}
    return pl.DataFrame(columns, schema_overrides={"unique_id": pl.String, "ds": pl.Date})


def _with_factors(
    artefact: ForecastArtefact, data: Panel, factors: pl.DataFrame, steps: int, batch: int | None
) -> tuple[Floats, Floats, Drivers]:
    """The forecast at usual prices, times the effects of what is known ahead."""
    effects, model = artefact.effects, artefact.model
    assert effects is not None
    design = build_design(factors, data, steps, effects.calendar)
    plain = without_effects(data.y, effects.logs(data.ids, design.past))
    origins = np.full(len(data.ids), data.last, dtype=np.int64)
    _, quantiles, parts = forecast_arrays(model, plain, data.length, origins, steps, batch=batch)
    logs = effects.logs(data.ids, design.ahead)
    used = [at for at, trust in enumerate(effects.trust) if trust > 0]
    parts = with_factors(parts, [FACTORS[at] for at in used], logs[..., used])
    window, _ = to_window(torch.from_numpy(data.y), torch.from_numpy(data.length), model.settings.context)
    moved = torch.from_numpy((quantiles * np.exp(logs.sum(axis=2))[..., None]).astype(np.float32))
    return parts.total, Grain.of(window).apply(moved).numpy().astype(np.float64), parts


def forecast_arrays(
    model: ForecastModel,
    y: npt.NDArray[np.float32],
    length: npt.NDArray[np.int64],
    origin: npt.NDArray[np.int64],
    horizon: int,
    *,
    batch: int | None = None,
) -> tuple[Floats, Floats, Drivers]:
    """The same for arrays: y [n, T] zeros before the first sale, length [n], origin [n] (numbers of the last periods).

    Returns mean [n, horizon], quantiles [n, horizon, 9] and the drivers, float64. Raises PanelError for shapes that do
    not fit.
    """
    if y.ndim != 2 or y.shape[1] == 0 or length.shape != (len(y),) or origin.shape != (len(y),):
        raise PanelError("y must be [n, T] with T > 0, and length and origin [n].")
    device = torch.device(model.device)
    at_once = batch or (BATCH_ON_GPU if device.type == "cuda" else BATCH)

    def forecast_from(start: int) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        rows = slice(start, start + at_once)
        history, life, last = (
            torch.from_numpy(np.ascontiguousarray(part[rows])).to(device) for part in (y, length, origin)
        )
        mean, quantiles = model.predict(history, life, last, horizon)
        return mean.cpu().numpy(), quantiles.cpu().numpy()

    starts = range(0, len(y), at_once)
    found = [forecast_from(start) for start in starts] if device.type == "cuda" else side_by_side(forecast_from, starts)
    means = np.concatenate([np.zeros((0, horizon), np.float32), *(mean for mean, _ in found)])
    quantiles = np.concatenate([np.zeros((0, horizon, len(QUANTILES))), *(quantile for _, quantile in found)])
    parts = decompose(y, length, means, model.settings)
    return parts.total, quantiles, parts
