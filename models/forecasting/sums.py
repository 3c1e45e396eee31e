"""Forecasts of sums of products: who buys (customers, countries, regions, reps), categories, and everything.

The network is global: it forecasts a customer's demand as it does a product's. Every sum is forecast as a series of its
own, which gives its quantiles, and then made to add up with the products' forecasts:
- a category's and the total's mean are the sums of their products' means (bottom-up);
- who buys is forecast in two ways, as a series (`direct`) and as its share in the last year of each product's forecast
  (`shares`). Which of the two is served, or the mean of both, is decided per kind on the held-out window. Then all of a
  kind are multiplied by one factor per step so that they add up to the total. That is weighted least squares with the
  total held, each series' variance taken as proportional to its forecast (min Σ (x - b)² / b with Σ x = T gives
  x = b · T / Σ b): exact, and never below zero. See Wickramasuriya, Athanasopoulos & Hyndman (2019) for the
  family, Athanasopoulos, Ahmed & Hyndman (2009) for forecast proportions.

The quantiles of who buys move with the mean. Those of categories and the total stay as they are, but by day: moved with
the sum of the products they were worse in each of eight back-tests (scaled quantile loss, by up to a fifth). Where
repeating the last period was nearer to somebody's demand on the held-out window, and nearer than nothing, it stands for
them before the factor.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import torch

from models.forecasting.artefact import ForecastArtefact, SumErrors
from models.forecasting.backtest import forecast_alive, outcome_of
from models.forecasting.drivers import decompose
from models.forecasting.metrics import Outcome, score
from models.forecasting.model import ForecastModel
from models.forecasting.panel import Panel, build_panel
from models.forecasting.periods import frequency, start_of

PARTIES = ("customer", "country", "region", "rep")
WHOLES = ("category", "total")
EVERYTHING = "all"  # the total's key
NOBODY = ""  # the key of what belongs to none of a kind; it counts, and is not given out
DIRECT = {"shares": 0.0, "both": 0.5, "direct": 1.0}  # how much of the mean is the series' own forecast
_MOST = 5.0  # times at which quantiles stop to follow a mean that was raised

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class SumForecast:
    """mean [h], quantiles [h, 9], drivers of [h] that add up to the mean; units per period. naive: the last period is
    repeated.
    """

    kind: str
    key: str
    mean: Floats
    quantiles: Floats
    drivers: dict[str, Floats]
    naive: bool


@dataclass(frozen=True)
class SumsVerdict:
    """What the held-out window said: the kinds' figures, what is served of each, and every series' error."""

    figures: dict[str, dict[str, Any]]
    errors: SumErrors


@dataclass(frozen=True)
class _Kind:
    """One kind's series up to an origin, with what they are of the products.

    panel: k series. product, series, part [r]: row by row, which part of a product's forecast is which series'.
    """

    name: str
    panel: Panel
    product: npt.NDArray[np.int64]
    series: npt.NDArray[np.int64]
    part: Floats

    def of_products(self, means: Floats) -> Floats:
        """What the series have of the products' forecasts [n, h]: [k, h]."""
        made = np.zeros((len(self.panel.ids), means.shape[1]))
        np.add.at(made, self.series, self.part[:, None] * means[self.product])
        return made


@dataclass(frozen=True)
class _Made:
    """A kind's forecasts at an origin: direct and of_products [k, h], quantiles [k, h, 9] around direct."""

    direct: Floats
    of_products: Floats
    quantiles: Floats

    def mean(self, weight: float, total: Floats) -> Floats:
        """Both forecasts by the weight of the direct one, adding up to the total [h]."""
        own = adding_up(self.direct, total)
        return adding_up(weight * own + (1 - weight) * adding_up(self.of_products, total), total)

    def around(self, mean: Floats) -> Floats:
        """The quantiles, moved with a mean [k, h]."""
        factor = np.where(self.direct > 0, mean / np.where(self.direct > 0, self.direct, 1.0), 1.0)
        return self.quantiles * np.minimum(factor, _MOST)[..., None]


def adding_up(means: Floats, total: Floats) -> Floats:
    """Non-negative means [k, h] by one factor per step, so that they add up to the total [h]; where there is nothing
    to multiply, all have the same.
    """
    sums = means.sum(axis=0)
    return np.where(sums > 0, means * (total / np.where(sums > 0, sums, 1.0)), total / max(1, len(means)))


def judge_sums(model: ForecastModel, products: Panel, bought: pl.DataFrame, held_out: int) -> SumsVerdict:
    """How near sums were on the last `held_out` periods, forecast by a model that did not know them.

    bought: `unique_id, ds, y` and a column per kind of PARTIES and `category`, text; see `forecast_sums`.
    """
    past = products.until(products.periods - held_out)
    means = _product_means(model, past, held_out)
    figures: dict[str, dict[str, Any]] = {}
    keys: list[tuple[str, str]] = []
    errors: list[npt.NDArray[np.float32]] = []
    for kind in _kinds(bought, products):
        cutoff = kind.panel.periods - held_out
        if cutoff < 1:
            continue
        then = _as_of(kind, bought, products, held_out)
        alive = then.panel.length > 0
        made = _made(model, then, means, held_out)
        outcome = outcome_of(kind.panel, cutoff, held_out)
        figures[kind.name], mean = _judged(kind.name, made, means.sum(axis=0), outcome, alive)
        actual = kind.panel.sold[:, cutoff:].astype(np.float64)
        naive = np.repeat(kind.panel.sold[:, cutoff - 1 : cutoff].astype(np.float64), held_out, axis=1)
        found = np.stack([np.abs(mean - actual).mean(axis=1), np.abs(naive - actual).mean(axis=1), actual.mean(axis=1)])
        repeated = _score(outcome, naive[alive], np.repeat(naive[alive][..., None], 9, axis=2))
        figures[kind.name]["naive"] = {metric: repeated[metric] for metric in ("RMSSE", "WAPE")}
        errors.append(np.where(alive, found, np.nan).astype(np.float32))
        keys += [(kind.name, key) for key in kind.panel.ids]
    ours, naive_errors, demand = np.concatenate([np.zeros((3, 0), dtype=np.float32), *errors], axis=1)
    return SumsVerdict(figures, SumErrors(tuple(keys), ours, naive_errors, demand))


def _judged(
    name: str, made: _Made, total: Floats, outcome: Outcome, alive: npt.NDArray[np.bool_]
) -> tuple[dict[str, Any], Floats]:
    """A kind's figures, and the mean that is served."""
    if name in WHOLES:
        means = {"shares": made.of_products, "direct": made.direct}
        chosen, around = "shares", dict.fromkeys(means, made.quantiles)
    else:
        means = {option: made.mean(weight, total) for option, weight in DIRECT.items()}
        chosen, around = "", {option: made.around(mean) for option, mean in means.items()}
    scores = {option: _score(outcome, mean[alive], around[option][alive]) for option, mean in means.items()}
    known = {option: found["RMSSE"] for option, found in scores.items() if np.isfinite(found["RMSSE"])}
    chosen = chosen or min(known, key=lambda option: known[option], default="both")
    kept = ("RMSSE", "WAPE", "SQL", "coverage_80", "calibration")
    figures = {option: {metric: found[metric] for metric in kept} for option, found in scores.items()}
    return {"series": int(alive.sum()), "served": chosen, **figures}, means[chosen]


def _score(outcome: Outcome, mean: Floats, quantiles: Floats) -> dict[str, float]:
    point = torch.from_numpy(mean.astype(np.float32))
    return score(outcome, point, point, torch.from_numpy(quantiles.astype(np.float32)))


def forecast_sums(
    artefact: ForecastArtefact,
    bought: pl.DataFrame,
    means: Mapping[str, Sequence[float]],
    *,
    last_complete: date,
) -> Iterator[SumForecast]:
    """Forecast every customer, country, region, rep, category and the total, so that they add up.

    bought: who bought what, `unique_id, ds, y` and the columns customer, country, region, rep, category; text, ""
    where it belongs to none. means: the products' forecasts over the artefact's horizon as they are answered, by id.
    """
    horizon, model = artefact.model.horizon, artefact.model
    products = build_panel(bought.select("unique_id", "ds", "y"), artefact.freq, last_complete=last_complete)
    nothing = [0.0] * horizon
    of_products = np.array([means.get(name, nothing) for name in products.ids], dtype=np.float64)
    total = of_products.sum(axis=0)
    served = artefact.metadata.get("sums", {})
    for kind in _kinds(bought, products):
        made = _made(model, kind, of_products, horizon)
        naive = np.zeros(len(kind.panel.ids), dtype=np.bool_)
        mean, quantiles = made.of_products, made.quantiles
        if kind.name in PARTIES:
            weight = DIRECT[served.get(kind.name, {}).get("served", "both")]
            mean = made.mean(weight, total)
            last = kind.panel.sold[:, -1:].astype(np.float64)
            naive = artefact.sums.naive_is_better(kind.name, kind.panel.ids) & (last[:, 0] > 0)
            mean = adding_up(np.where(naive[:, None], last, mean), total)
        if kind.name in PARTIES or artefact.freq == "D":  # by day the mean knows on which days we are closed
            quantiles = made.around(mean)
        yield from _given_out(kind, mean, quantiles, naive, model)


def _given_out(
    kind: _Kind, mean: Floats, quantiles: Floats, naive: npt.NDArray[np.bool_], model: ForecastModel
) -> Iterator[SumForecast]:
    panel = kind.panel
    parts = decompose(panel.y, panel.length, mean, model.settings)
    for at, key in enumerate(panel.ids):
        if key != NOBODY:
            drivers = {"level": parts.level[at], "trend": parts.trend[at], "season": parts.season[at]}
            yield SumForecast(kind.name, key, mean[at], quantiles[at], drivers, bool(naive[at]))


def _kinds(bought: pl.DataFrame, products: Panel) -> Iterator[_Kind]:
    """Each kind's series up to the products' last period, of the kinds that the table has."""
    for name in (*PARTIES, *WHOLES):
        if name != "total" and name not in bought.columns:
            continue
        named = _named(bought, name)
        long = named.select(pl.col("key").alias("unique_id"), "ds", "y")
        panel = build_panel(long, products.freq, last_complete=products.last_start, cleaned=True)
        yield _parts(name, panel, named, products)


def _named(bought: pl.DataFrame, name: str) -> pl.DataFrame:
    """Columns unique_id, key, ds, y."""
    key = pl.lit(EVERYTHING) if name == "total" else pl.col(name).fill_null(NOBODY)
    return bought.select("unique_id", key.alias("key"), "ds", "y")


def _as_of(kind: _Kind, bought: pl.DataFrame, products: Panel, dropped: int) -> _Kind:
    """The kind as it was known `dropped` periods before the end."""
    past = kind.panel.until(kind.panel.periods - dropped)
    return _parts(kind.name, past, _named(bought, kind.name), products)


def _parts(name: str, panel: Panel, named: pl.DataFrame, products: Panel) -> _Kind:
    """Which part of each product the series are: of a whole all of it, of who buys its share in the year before."""
    rows = named.filter(
        pl.col("ds") < start_of(panel.last + 1, panel.freq), pl.col("unique_id").is_in(list(products.ids))
    )
    if name in PARTIES:
        rows = rows.filter(pl.col("ds") >= start_of(panel.last + 1 - frequency(panel.freq).season, panel.freq))
    sums = rows.group_by("unique_id", "key").agg(pl.col("y").sum()).filter(pl.col("y") > 0).sort("unique_id", "key")
    product = np.searchsorted(np.array(products.ids, dtype=object), sums["unique_id"].to_numpy().astype(object))
    series = np.searchsorted(np.array(panel.ids, dtype=object), sums["key"].to_numpy().astype(object))
    part = np.ones(len(sums))
    if name in PARTIES:
        amounts = sums["y"].to_numpy().astype(np.float64)
        part = amounts / np.bincount(product, amounts, len(products.ids))[product]
    return _Kind(name, panel, product, series, part)


def _made(model: ForecastModel, kind: _Kind, means: Floats, horizon: int) -> _Made:
    """Forecasts of a kind from its panel's end on."""
    count, alive = len(kind.panel.ids), kind.panel.length > 0
    direct, quantiles = np.zeros((count, horizon)), np.zeros((count, horizon, 9))
    mean, spread = forecast_alive(model, kind.panel, horizon)
    direct[alive], quantiles[alive] = mean.numpy(), spread.numpy()
    return _Made(direct, kind.of_products(means), quantiles)


def _product_means(model: ForecastModel, past: Panel, horizon: int) -> Floats:
    means = np.zeros((len(past.ids), horizon))
    means[past.length > 0] = forecast_alive(model, past, horizon)[0].numpy()
    return means
