"""Forecasting every series at once with a trained artefact, beside exponential smoothing looped over the series."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from models.forecasting import load_champion, train
from models.forecasting.baselines import SES_ALPHAS
from models.forecasting.model import ForecastModel
from models.forecasting.panel import lengths
from models.forecasting.prediction import forecast_arrays
from tests.benchmarks.figures import Figure, progress
from tests.models.worlds import QUICK, weekly_panel

SERIES = 5_000
WEEKS = 112
HORIZON = 26
LOOPED = 100

Array = npt.NDArray[np.float32]


def trained(root: Path) -> ForecastModel:
    """A small artefact, trained for seconds: its size is that of a served one, its quality does not matter here."""
    train(weekly_panel(series=60, weeks=150), "W", root, fit_settings=QUICK, horizon=HORIZON)
    return load_champion(root, "W").model


def demand(series: int) -> Array:
    """Poisson demand at all levels, with a season."""
    rng = np.random.default_rng(5)
    level = np.exp(rng.uniform(-1, 4, series))[:, None]
    return rng.poisson(level * (1 + 0.5 * np.sin(2 * np.pi * np.arange(WEEKS) / 52))).astype(np.float32)


def smoothed(y: Array) -> Array:
    """The peer: one series; the alpha of the grid with the least squared one-step error."""
    best, forecast = np.inf, y[-1]
    for alpha in SES_ALPHAS:
        state, loss = y[0], 0.0
        for value in y[1:]:
            error = value - state
            loss += error * error
            state += alpha * error
        if loss < best:
            best, forecast = loss, state
    return np.full(HORIZON, forecast, dtype=np.float32)


def rate(model: ForecastModel, y: Array) -> float:
    """Series a second, with quantiles and the parts of the mean; the first run does not count."""
    length, origin = lengths(y), np.full(len(y), 2_900, dtype=np.int64)
    forecast_arrays(model, y[:256], length[:256], origin[:256], HORIZON)
    started = time.perf_counter()
    forecast_arrays(model, y, length, origin, HORIZON)
    return len(y) / (time.perf_counter() - started)


def main() -> None:
    """One core, two, and the GPU where there is one."""
    progress("training a small artefact")
    with tempfile.TemporaryDirectory(prefix="qm-bench-") as folder:
        model = trained(Path(folder))
    y = demand(SERIES)
    torch.set_num_threads(1)
    progress(f"forecasting {SERIES:,} series")
    started = time.perf_counter()
    for row in y[:LOOPED]:
        smoothed(row)
    looped = LOOPED / (time.perf_counter() - started)
    what = f"weekly forecasts, 9 quantiles, {HORIZON} weeks ahead, {SERIES:,} series"
    Figure(f"{what}, one core", rate(model, y), "series/s", "higher", looped, "looped SES, point forecast only").tell()
    torch.set_num_threads(2)
    Figure(f"{what}, two cores", rate(model, y), "series/s", "higher", 20_000.0, "the bound set").tell()
    if torch.cuda.is_available():
        on_gpu = rate(model.to("cuda"), np.tile(y, (10, 1)))
        what = f"{what} tenfold, {torch.cuda.get_device_name()}"
        Figure(what, on_gpu, "series/s", "higher", looped, "looped SES on one core").tell()


if __name__ == "__main__":
    main()
