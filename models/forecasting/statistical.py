"""The statistical baselines of the library statsforecast, for a dense panel, each with quantiles.

Quantiles are split conformal: the errors of refits at three earlier origins, a third of the horizon apart (four on a
short panel, one of less than four horizons), pooled over the steps, around the point forecast. Against two refits a
whole horizon apart this was the better choice on every data set at hand. Where fewer than six such errors are known,
they are those of an exponential distribution with the point as its mean. On a short panel AutoETS has its own
prediction intervals: their quantile loss was 11 % lower on one monthly set, 8 % higher on another, and at least 20 %
higher on the longer weekly ones.

Median and EmpiricalQuantiles have the empirical quantiles of the last 26 periods since the first sale.

A series on which a method fails gets its last value from that method, so that each of them answers for each series.

StatisticalEnsemble is the median of AutoARIMA, AutoETS, CES and DynamicOptimizedTheta (Petropoulos & Svetunkov, "A
simple combination of univariate models", International Journal of Forecasting 36, 2020). AutoARIMA takes longer than
all the others together, so the ensemble is computed only where it is asked for by name.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

LEVELS = tuple(level / 10 for level in range(1, 10))
ENSEMBLE = ("AutoARIMA", "AutoETS", "CES", "DynamicOptimizedTheta")
STATISTICAL: tuple[str, ...] = (
    "Naive", "SeasonalNaive", "MovingAverage", "SES", "AutoETS", "DynamicOptimizedTheta", "CrostonSBA", "TSB", "ADIDA",
    "IMAPA", "Median", "Zero", "EmpiricalQuantiles", "StatisticalEnsemble",
)  # fmt: skip
# without a season the seasonal naive is the naive
DEFAULT_NAMES: tuple[str, ...] = tuple(
    name for name in STATISTICAL if name not in ("SeasonalNaive", "StatisticalEnsemble")
)
MEAN_PERIODS = 12
EMPIRICAL_PERIODS = 26
TSB_ALPHA = 0.1
SHORT = 4  # horizons
_INTERVALS = (20, 40, 60, 80)  # per cent; with the mean in the middle they are LEVELS
_FEWEST_ERRORS = 6
_FEWEST_PERIODS = 4  # of the panel before an earlier origin

Floats = npt.NDArray[np.float32]
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class StatisticalForecast:
    """One method's forecast of n series: point [n, h], quantiles [n, h, 9] at 0.1 … 0.9, none below zero, and the
    seconds it took, refits for the quantiles included.
    """

    point: Floats
    quantiles: Floats
    seconds: float


def statistical_forecasts(
    y: Floats,
    length: Counts,
    horizon: int,
    names: Sequence[str] = DEFAULT_NAMES,
    *,
    season: int = 1,
    progress: Callable[[str, float], None] | None = None,
    jobs: int = 1,
) -> dict[str, StatisticalForecast]:
    """Forecast the `horizon` periods after a panel with the methods of `names` (see STATISTICAL).

    y: [n, T], free of NaN, zeros before the first sale; length: [n], periods from the first sale on (0: never sold,
    forecast as zero). season: periods of the season that the methods which know one use; 1 for none. jobs: processes.
    Raises ValueError for a name that is not in STATISTICAL.
    """
    unknown = [name for name in names if name not in STATISTICAL]
    if unknown:
        raise ValueError(f"Not a statistical method: {', '.join(unknown)}. They are {', '.join(STATISTICAL)}.")
    import statsforecast.core
    import statsforecast.models  # noqa: F401 - takes seconds, which are not the first method's

    origins = _Origins(y, length, horizon, season, jobs)
    found = {}
    for done, name in enumerate(names):
        if progress:
            progress(name, done / len(names))
        started = time.perf_counter()
        spent = origins.saved
        point, quantiles = _forecast(name, origins)
        # what an earlier method had computed already counts for this one too
        seconds = time.perf_counter() - started + origins.saved - spent
        found[name] = StatisticalForecast(point.astype(np.float32), quantiles.astype(np.float32), seconds)
    if progress:
        progress("baselines", 1.0)
    return found


def _forecast(name: str, origins: _Origins) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    y, length, horizon = origins.y, origins.length, origins.horizon
    if name == "Zero":
        return np.zeros((len(y), horizon)), np.zeros((len(y), horizon, len(LEVELS)))
    if name in ("Median", "EmpiricalQuantiles"):
        periods = MEAN_PERIODS if name == "Median" else EMPIRICAL_PERIODS
        middle = empirical_quantiles(y, length, periods, (0.5,))
        quantiles = empirical_quantiles(y, length, EMPIRICAL_PERIODS, LEVELS)
        return np.repeat(middle, horizon, axis=1), np.repeat(quantiles[:, None], horizon, axis=1)
    point = origins.point(name, 0)
    errors, known = [np.zeros((len(y), 0))], [np.zeros((len(y), 0), dtype=bool)]
    if name == "AutoETS" and y.shape[1] < SHORT * horizon:
        return point, origins.own_quantiles(name)
    step, count = past_origins(horizon, y.shape[1])
    for back in range(step, step * count + 1, step):
        if y.shape[1] - back < _FEWEST_PERIODS:
            break
        errors.append(y[:, -back:][:, :step] - origins.point(name, back)[:, :step])
        known.append(np.repeat((length > back)[:, None], step, axis=1))
    return point, conformal_quantiles(point, np.concatenate(errors, axis=1), np.concatenate(known, axis=1))


def past_origins(horizon: int, periods: int) -> tuple[int, int]:
    """How far apart the earlier origins are whose errors make the quantiles, and how many of them there are."""
    return max(1, round(horizon / 3)), 4 if periods < SHORT * horizon else 3


def conformal_quantiles(
    point: npt.NDArray[Any], errors: npt.NDArray[Any], known: npt.NDArray[np.bool_]
) -> npt.NDArray[Any]:
    """Quantiles [n, h, 9] around a point forecast [n, h] from past errors [n, e], of which `known` [n, e] exist."""
    spread = point[:, :, None] + row_quantiles(errors, known, LEVELS)[:, None]
    exponential = point[:, :, None] * -np.log1p(-np.array(LEVELS))
    enough = known.sum(axis=1) >= _FEWEST_ERRORS
    quantiles: npt.NDArray[Any] = np.maximum(np.where(enough[:, None, None], spread, exponential), 0.0)
    return quantiles


def empirical_quantiles(y: Floats, length: Counts, periods: int, levels: Sequence[float]) -> npt.NDArray[Any]:
    """Quantiles of each series' last `periods` periods since its first sale, [n, len(levels)]; 0 if never sold."""
    recent = y[:, -periods:]
    columns = recent.shape[1]
    return row_quantiles(recent, np.arange(columns) >= columns - length[:, None], levels)


def row_quantiles(values: npt.NDArray[Any], known: npt.NDArray[np.bool_], levels: Sequence[float]) -> npt.NDArray[Any]:
    """Quantiles (linear interpolation) of each row's known values, [n, len(levels)]; 0 where none is known."""
    if values.shape[1] == 0:
        return np.zeros((len(values), len(levels)))
    ordered = np.sort(np.where(known, values, np.inf).astype(np.float64), axis=1)
    last = np.maximum(known.sum(axis=1, keepdims=True) - 1, 0)
    position = np.array(levels) * last
    low = np.floor(position).astype(np.int64)
    below = np.take_along_axis(ordered, low, axis=1)
    above = np.take_along_axis(ordered, np.minimum(low + 1, last), axis=1)
    with np.errstate(invalid="ignore"):
        mixed = below + (above - below) * (position - low)
    return np.where(known.any(axis=1, keepdims=True), mixed, 0.0)


class _Origins:
    """Point forecasts of a panel from its end and from earlier origins; each method runs once per origin."""

    def __init__(self, y: Floats, length: Counts, horizon: int, season: int, jobs: int) -> None:
        self.y, self.length, self.horizon, self.season, self.jobs = y, length, horizon, season, jobs
        self.saved = 0.0  # seconds of results that were there already
        self._points: dict[tuple[str, int], tuple[npt.NDArray[Any], float]] = {}
        self._tables: dict[int, pl.DataFrame] = {}

    def point(self, name: str, back: int) -> npt.NDArray[Any]:
        """Forecast from `back` periods before the end, [n, h], not below zero."""
        if (name, back) in self._points:
            point, seconds = self._points[name, back]
            self.saved += seconds
            return point
        started, saved = time.perf_counter(), self.saved
        if name == "StatisticalEnsemble":
            point = np.median([self.point(member, back) for member in ENSEMBLE], axis=0)
        else:
            point = self._run(name, back)
        self._points[name, back] = point, time.perf_counter() - started + self.saved - saved
        return point

    def own_quantiles(self, name: str) -> npt.NDArray[Any]:
        """The library's prediction intervals at the panel's end as quantiles [n, h, 9], not below zero."""
        point = self.point(name, 0)
        quantiles = conformal_quantiles(point, np.zeros((len(point), 0)), np.zeros((len(point), 0), dtype=bool))
        alive = np.flatnonzero(self.length)
        if len(alive):
            frame = self._library(name, 0, list(_INTERVALS))
            columns = [f"{name}-lo-{level}" for level in reversed(_INTERVALS)] + [name]
            columns += [f"{name}-hi-{level}" for level in _INTERVALS]
            values = frame.select(columns).to_numpy().reshape(-1, self.horizon, len(LEVELS))
            known = np.isfinite(values).all(axis=(1, 2))
            quantiles[alive[known]] = np.maximum(values[known], 0.0)
        return quantiles

    def _run(self, name: str, back: int) -> npt.NDArray[Any]:
        past, age = self._past(back)
        point = np.zeros((len(past), self.horizon))
        alive = np.flatnonzero(age)
        if not len(alive):
            return point
        values = self._library(name, back)[name].to_numpy().reshape(-1, self.horizon).astype(np.float64)
        substitute = past[alive, -1:] if name != "MovingAverage" else _life_mean(past, age)[alive]
        point[alive] = np.where(np.isfinite(values).all(axis=1, keepdims=True), values, substitute)
        return np.maximum(point, 0.0)

    def _past(self, back: int) -> tuple[Floats, Counts]:
        return self.y[:, : self.y.shape[1] - back], np.maximum(self.length - back, 0)

    def _library(self, name: str, back: int, level: list[int] | None = None) -> pl.DataFrame:
        """What the library says of the series that had sold by then, in the panel's order."""
        from statsforecast import StatsForecast
        from statsforecast.models import Naive

        if back not in self._tables:
            self._tables[back] = _long(*self._past(back))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            library = StatsForecast(
                models=[_method(name, self.season)], freq=1, n_jobs=self.jobs, fallback_model=Naive(alias=name)
            )
            frame: pl.DataFrame = library.forecast(df=self._tables[back], h=self.horizon, level=level)
        return frame


def _long(past: Floats, age: Counts) -> pl.DataFrame:
    """The lives of the series that have sold, as the library's long table; ids are row numbers, sorted."""
    rows, columns = np.nonzero(np.arange(past.shape[1]) >= past.shape[1] - age[:, None])
    return pl.DataFrame({"unique_id": rows, "ds": columns, "y": past[rows, columns].astype(np.float64)})


def _life_mean(past: Floats, age: Counts) -> npt.NDArray[Any]:
    """The library's moving average wants a full window; a younger series has the mean of its life, [n, 1]."""
    total: npt.NDArray[Any] = past.sum(axis=1, keepdims=True, dtype=np.float64)
    return total / np.maximum(age, 1)[:, None]


def _method(name: str, season: int) -> Any:
    """The library's model; those with a smoothing to choose choose it by their own optimiser."""
    from statsforecast import models

    makers: dict[str, Callable[[], Any]] = {
        "Naive": lambda: models.Naive(alias=name),
        "SeasonalNaive": lambda: models.SeasonalNaive(season_length=season, alias=name),
        "MovingAverage": lambda: models.WindowAverage(window_size=MEAN_PERIODS, alias=name),
        "SES": lambda: models.SimpleExponentialSmoothingOptimized(alias=name),
        "AutoETS": lambda: models.AutoETS(season_length=season, alias=name),
        "DynamicOptimizedTheta": lambda: models.DynamicOptimizedTheta(season_length=season, alias=name),
        "CrostonSBA": lambda: models.CrostonSBA(alias=name),
        "TSB": lambda: models.TSB(alpha_d=TSB_ALPHA, alpha_p=TSB_ALPHA, alias=name),
        "ADIDA": lambda: models.ADIDA(alias=name),
        "IMAPA": lambda: models.IMAPA(alias=name),
        "AutoARIMA": lambda: models.AutoARIMA(season_length=season, alias=name),
        "CES": lambda: models.AutoCES(season_length=season, alias=name),
    }
    return makers[name]()
