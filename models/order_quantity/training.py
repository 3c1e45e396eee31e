"""Training the 6-12-1 network on rolling windows of the demand panel.

At every month of every item's past: the inputs are what was known then (this month's demand; forecasts of the next and
the following quarter, from the 12-month mean and, where a year is known, the same months of last year; a drawn stock;
drawn costs). The target is the order that hindsight would have placed: demand of the six months that followed, plus
safety stock, minus stock.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from models.artefacts import Artefact, Promotion, challenge, code_version, write_artefact
from models.forecasting.panel import Panel, PanelError, build_panel
from models.forecasting.threads import one_thread
from models.order_quantity.artefact import KIND, NAME
from models.order_quantity.demand import DEFAULT_CORRELATION
from models.order_quantity.fixed_period_network import (
    CYCLE_MONTHS,
    MOST_MONTHS,
    SAFETY_MONTHS,
    FixedPeriodNetwork,
    NetworkInputs,
    fit_fixed_period,
)

FEWEST_MONTHS = 10
_KNOWN_MONTHS = 3
_MOST_PAIRS = 20_000
_MOST_STOCK_MONTHS = 7.0

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class OrderQuantityReport:
    """The outcome of a training. formula_mse: of the fixed-period formula with the same forecasts, on the same
    held-out items.

    MSE in squared months of demand.
    """

    name: str
    version: str
    promoted: bool
    reason: str
    items: int
    windows: int
    mse_train: float
    mse_test: float
    r2_train: float
    r2_test: float
    formula_mse: float
    error_correlation: float
    seconds: float

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form."""
        return asdict(self)


@one_thread()
def train(
    panel: pl.DataFrame,
    out_dir: Path,
    *,
    seed: int = 0,
    progress: Callable[[str, float], None] | None = None,
    last_complete: date | None = None,
    error_correlation: float | None = None,
) -> OrderQuantityReport:
    """Train and register the order-quantity model at <out_dir>/order-quantity/<version>/.

    panel: long table `unique_id, ds, y`, of any frequency finer than or equal to months. error_correlation: what the
    forecast's training measured (TrainingReport.error_correlation); 0.3 by default. The challenger replaces the
    champion by the rule in `models.artefacts.challenge`, judged by the held-out error on the same data; on new data it
    replaces it. Raises PanelError where there are fewer than ten months or no demand.
    """
    started = time.perf_counter()
    tell = progress or (lambda _stage, _done: None)
    tell("rolling over the past", 0.0)
    data = build_panel(panel, "M", last_complete=last_complete)
    inputs, target, items = rolling_windows(data, seed)
    tell("learning", 0.3)
    fit = fit_fixed_period(inputs, target, items, seed)
    correlation = DEFAULT_CORRELATION if error_correlation is None else error_correlation
    formula = _formula_mse(inputs, target, fit.test)
    metrics = {
        "mse_train": fit.mse_train,
        "mse_test": fit.mse_test,
        "r2_train": fit.r2_train,
        "r2_test": fit.r2_test,
        "formula_mse": formula,
    }
    tell("writing the artefact", 0.9)
    version, metadata = _write(
        Path(out_dir), data, fit.network, metrics, seed, correlation, time.perf_counter() - started
    )
    promotion = _challenge(Path(out_dir), version, metadata, fit.mse_test)
    tell("done", 1.0)
    return OrderQuantityReport(
        name=NAME,
        version=version,
        promoted=promotion.promoted,
        reason=promotion.reason,
        items=len(np.unique(items)),
        windows=len(items),
        **metrics,
        error_correlation=correlation,
        seconds=round(time.perf_counter() - started, 1),
    )


def rolling_windows(
    data: Panel, seed: int, safety: float | None = None
) -> tuple[NetworkInputs, Floats, npt.NDArray[np.int64]]:
    """Inputs, hindsight order quantities (units, [N]) and the item of each pair, drawn from all windows of a monthly
    panel. safety: units of safety stock in what hindsight orders; by default half a month's demand.
    """
    if data.periods < FEWEST_MONTHS:
        raise PanelError(f"{data.periods} months of history are too few; {FEWEST_MONTHS} are needed.")
    rng = np.random.default_rng(seed)
    y = data.y.astype(np.float64)
    item, month = np.nonzero(_usable(data))
    if len(item) > _MOST_PAIRS:
        drawn = np.sort(rng.choice(len(item), _MOST_PAIRS, replace=False))
        item, month = item[drawn], month[drawn]
    cumulated = np.pad(y.cumsum(axis=1), ((0, 0), (1, 0)))
    first = data.periods - data.length
    start = np.maximum(first[item], month - 11)
    mean = (cumulated[item, month + 1] - cumulated[item, start]) / (month + 1 - start)
    after, later = (quarter_forecast(cumulated, item, month, mean, first, quarter) for quarter in (0, 1))
    actual = cumulated[item, month + 1 + CYCLE_MONTHS] - cumulated[item, month + 1]
    monthly = (after + later) / CYCLE_MONTHS
    sells = monthly > 0
    item, month = item[sells], month[sells]
    after, later, actual, monthly = (values[sells] for values in (after, later, actual, monthly))
    if len(item) == 0:
        raise PanelError("No item has demand to learn order quantities from.")
    stock = rng.uniform(0, _MOST_STOCK_MONTHS, len(item)) * monthly
    unit_cost, order_cost = (np.exp(rng.uniform(low, high, len(item))) for low, high in ((-1, 5), (1, 5)))
    kept = SAFETY_MONTHS * monthly if safety is None else safety
    target = np.clip(actual + kept - stock, 0, MOST_MONTHS * monthly)
    return NetworkInputs(y[item, month], after, later, stock, unit_cost, order_cost), target, item


def _usable(data: Panel) -> npt.NDArray[np.bool_]:
    """Months [n, T] with three known before and the six that the order covers after."""
    month = np.arange(data.periods)
    known = month - (data.periods - data.length)[:, None] + 1 >= _KNOWN_MONTHS
    return known & (month + CYCLE_MONTHS < data.periods)


def quarter_forecast(
    cumulated: Floats,
    item: npt.NDArray[np.int64],
    month: npt.NDArray[np.int64],
    mean: Floats,
    first: npt.NDArray[np.int64],
    quarter: int,
) -> Floats:
    """Demand of a quarter after `month` as it could be foreseen then: the mean, halfway to the same quarter last
    year.
    """
    start = month + 1 + 3 * quarter - 12
    known = (start >= first[item]) & (start >= 0)
    begin = np.maximum(start, 0)
    last_year = cumulated[item, begin + 3] - cumulated[item, begin]
    return np.where(known, (3 * mean + last_year) / 2, 3 * mean)


def _formula_mse(inputs: NetworkInputs, target: Floats, held_out: npt.NDArray[np.bool_]) -> float:
    """What forecast + safety stock - stock, without a network, would have been wrong by."""
    expected = inputs.next_quarter + inputs.quarter_after + SAFETY_MONTHS * inputs.monthly - inputs.stock
    error = (np.clip(expected, 0, MOST_MONTHS * inputs.monthly) - target) / inputs.monthly
    return float(np.mean(error[held_out] ** 2))


def _write(
    root: Path,
    data: Panel,
    network: FixedPeriodNetwork,
    metrics: dict[str, float],
    seed: int,
    correlation: float,
    seconds: float,
) -> tuple[str, dict[str, Any]]:
    metadata: dict[str, Any] = {
        "code_version": code_version(Path(__file__).parent),
        "seed": seed,
        "settings": {"error_correlation": correlation, "hidden": 12, "safety_months": SAFETY_MONTHS},
        "data": {
            "fingerprint": data.fingerprint(),
            "series": len(data.ids),
            "periods": data.periods,
            "last": data.last_start.isoformat(),
        },
        "metrics": metrics,
    }
    run = {"seconds": round(seconds, 1)}
    version = write_artefact(root, NAME, kind=KIND, tensors=network.tensors(), metadata=metadata, run=run)
    return version, metadata


def _challenge(root: Path, version: str, metadata: dict[str, Any], loss: float) -> Promotion:
    def champion_loss(champion: Artefact) -> float | None:
        theirs = champion.metadata
        comparable = (
            theirs["data"]["fingerprint"] == metadata["data"]["fingerprint"]
            and theirs["settings"] == metadata["settings"]
            and theirs["seed"] == metadata["seed"]  # the seed draws the stocks and the held-out items
        )
        return float(theirs["metrics"]["mse_test"]) if comparable else None

    return challenge(root, NAME, version, kind=KIND, loss=loss, champion_loss=champion_loss)
