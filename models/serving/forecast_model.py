"""The served forecast: raw histories in, mean, quantiles and drivers out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from models.forecasting.artefact import ForecastArtefact, artefact_name, load_champion
from models.forecasting.model import MOST_STEPS
from models.forecasting.panel import lengths
from models.forecasting.periods import Freq, frequency, period_number, period_start
from models.forecasting.prediction import forecast_arrays
from models.forecasting.quantiles import QUANTILES
from models.serving.protocol import Array, InferenceError, InferRequest, TensorSpec, TooLarge
from models.serving.served import Work

MOST_SERIES = 20_000
MOST_FORECASTS = 1_000_000  # series x steps in one request
_FIRST_DAY, _LAST_DAY = np.datetime64("1900-01-01"), np.datetime64("2200-01-01")


class ForecastServed:
    """forecast-D, forecast-W, forecast-M.

    Inputs: y [n, T] demand per period, zeros on the left where a series is shorter; negative values count as 0. length
    [n] periods from the first sale to the last column (by default the first positive one decides). last [n] ISO date
    in the last period. Parameter horizon: periods.
    """

    platform: str = "pytorch"
    inputs: tuple[TensorSpec, ...] = (
        TensorSpec("y", "FP32", (-1, -1)),
        TensorSpec("length", "INT32", (-1,), required=False),
        TensorSpec("last", "BYTES", (-1,)),
    )
    outputs: tuple[TensorSpec, ...] = (
        TensorSpec("mean", "FP64", (-1, -1)),
        TensorSpec("quantiles", "FP64", (-1, -1, len(QUANTILES))),
        TensorSpec("level", "FP64", (-1, -1)),
        TensorSpec("trend", "FP64", (-1, -1)),
        TensorSpec("season", "FP64", (-1, -1)),
        TensorSpec("first", "BYTES", (-1,)),
    )

    def __init__(self, freq: Freq) -> None:
        self.freq = freq
        self.name = artefact_name(freq)

    def load(self, root: Path) -> ForecastArtefact:
        """The champion, on the GPU where there is one."""
        artefact = load_champion(root, self.freq)
        return replace(artefact, model=artefact.model.to("cuda" if torch.cuda.is_available() else "cpu"))

    def read(self, request: InferRequest) -> Work:
        """y is cut or padded to the context the model looks at, so that requests can be batched."""
        y, last = request.inputs["y"].astype(np.float32), request.inputs["last"]
        if y.shape[0] == 0 or y.shape[1] == 0:
            raise InferenceError("y must hold at least one series and one period.")
        if len(y) > MOST_SERIES:
            raise TooLarge(f"At most {MOST_SERIES:,} series per request.")
        if last.shape != (len(y),):
            raise InferenceError(f"last must hold one date per series, {len(y)} in all.")
        y = np.clip(y, 0, None)
        if not bool(np.isfinite(y).all()):
            raise InferenceError("The data of y must fit FP32.")
        length = request.inputs.get("length")
        length = lengths(y) if length is None else length.astype(np.int64)
        if length.shape != (len(y),) or bool(((length < 0) | (length > y.shape[1])).any()):
            raise InferenceError("length must hold one number per series, from 0 to the number of columns of y.")
        horizon = self._horizon(request, len(y))
        context = frequency(self.freq).context
        window = y[:, -context:]
        window = np.pad(window, ((0, 0), (context - window.shape[1], 0)))
        arrays = {"y": window, "length": np.minimum(length, context), "origin": self._origins(last)}
        return Work(arrays, horizon, len(y))

    def run(self, loaded: ForecastArtefact, arrays: Mapping[str, Array], options: Any) -> dict[str, Array]:
        """All outputs; `first` is the ISO date on which the first forecast period starts."""
        origin = arrays["origin"]
        mean, quantiles, parts = forecast_arrays(loaded.model, arrays["y"], arrays["length"], origin, int(options))
        first = period_start(origin + 1, self.freq).astype(str).astype(object)
        drivers = {"level": np.array(parts.level), "trend": parts.trend, "season": parts.season}
        return {"mean": mean, "quantiles": quantiles, **drivers, "first": first}

    def parameters(self, loaded: ForecastArtefact) -> dict[str, Any]:
        """The quantiles' levels, the frequency and the horizon that was trained (longer ones are rough)."""
        return {"quantile_levels": list(QUANTILES), "freq": self.freq, "trained_horizon": loaded.model.horizon}

    def _horizon(self, request: InferRequest, series: int) -> int:
        horizon = request.parameters.get("horizon", frequency(self.freq).horizon)
        if not isinstance(horizon, int) or isinstance(horizon, bool) or not 1 <= horizon <= MOST_STEPS:
            raise InferenceError(f"The parameter horizon must be a whole number from 1 to {MOST_STEPS}.")
        if math.prod((series, horizon)) > MOST_FORECASTS:
            raise TooLarge(f"At most {MOST_FORECASTS:,} forecasts (series x horizon) per request.")
        return horizon

    def _origins(self, last: Array) -> Array:
        try:
            days = np.array([str(day) for day in last], dtype="datetime64[D]")
        except ValueError:
            raise InferenceError("last must hold ISO dates such as 2026-11-16.") from None
        if bool((np.isnat(days) | (days < _FIRST_DAY) | (days > _LAST_DAY)).any()):
            raise InferenceError("last must hold dates between 1900 and 2200.")
        return period_number(days, self.freq)
