"""The served order quantity: forecast quantiles, stock and terms in, the quantity and all its parts out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from models.forecasting.periods import FREQUENCIES, Freq
from models.order_quantity import OrderDecisions, OrderInputs, OrderQuantityArtefact, decide, load_champion
from models.order_quantity.artefact import NAME
from models.serving.protocol import Array, InferenceError, InferRequest, TensorSpec, TooLarge
from models.serving.served import Work

MOST_ITEMS = 50_000

_DEFAULTS: dict[str, float] = {
    "reserved": 0,
    "on_order": 0,
    "moq": 0,
    "multiple": 1,
    "service_level": 0.95,
    "unit_cost": 0.0,
    "order_cost": 0.0,
    "lead_time_deviation": 0.0,
}
_INTEGERS = ("on_hand", "reserved", "on_order", "lead_time_days", "review_days", "moq", "multiple")
_NUMBERS = ("service_level", "unit_cost", "order_cost", "lead_time_deviation")
_BOOLEAN = ("extrapolated",)
_WHOLE = ("quantity", "network_quantity", "position", "protection_days")


@dataclass(frozen=True)
class OrderOptions:
    """The parameters that all rows of a request share."""

    freq: Freq
    as_of: date
    holidays: tuple[date, ...]
    horizon: int


def _output(name: str) -> TensorSpec:
    datatype = "INT64" if name in _WHOLE else "BOOL" if name in _BOOLEAN else "FP64"
    return TensorSpec(name, datatype, (-1,))


class OrderQuantityServed:
    """order-quantity.

    Inputs, n items: mean [n, h] and quantiles [n, h, 9] of the forecast; on_hand, reserved, on_order, moq, multiple:
    units; lead_time_days and lead_time_deviation: working days; review_days: calendar days; service_level; unit_cost,
    order_cost: money. Parameters:
    freq ('D', 'W' or 'M') of the forecast, as_of (ISO date of the order), holidays (ISO dates separated by commas,
    optional).
    Outputs: the fields of OrderDecisions; a cover that never ends (no demand) is -1 days.
    """

    name: str = NAME
    platform: str = "pytorch"
    inputs: tuple[TensorSpec, ...] = (
        TensorSpec("mean", "FP64", (-1, -1)),
        TensorSpec("quantiles", "FP64", (-1, -1, 9)),
        *(TensorSpec(name, "INT64", (-1,), required=name not in _DEFAULTS) for name in _INTEGERS),
        *(TensorSpec(name, "FP64", (-1,), required=False) for name in _NUMBERS),
    )
    outputs: tuple[TensorSpec, ...] = tuple(_output(field.name) for field in fields(OrderDecisions))

    def load(self, root: Path) -> OrderQuantityArtefact:
        """The champion; this arithmetic stays on the CPU."""
        return load_champion(root)

    def read(self, request: InferRequest) -> Work:
        """Shapes and parameters; `decide` checks the ranges."""
        rows, horizon = request.inputs["mean"].shape
        if rows > MOST_ITEMS:
            raise TooLarge(f"At most {MOST_ITEMS:,} items per request.")
        if rows == 0:
            raise InferenceError("mean must hold at least one item.")
        arrays: dict[str, Array] = {name: request.inputs[name].astype(np.float64) for name in ("mean", "quantiles")}
        for name in (*_INTEGERS, *_NUMBERS):
            kind = np.int64 if name in _INTEGERS else np.float64
            given = request.inputs.get(name)
            arrays[name] = (
                np.full(rows, _DEFAULTS.get(name, 0), dtype=kind) if given is None else _exact(name, given, kind)
            )
        wrong = [name for name, values in arrays.items() if len(values) != rows]
        if wrong:
            raise InferenceError(f"{', '.join(wrong)} must hold as many rows as mean, {rows}.")
        if arrays["quantiles"].shape != (rows, horizon, 9):
            raise InferenceError("quantiles must be [n, h, 9] for a mean of [n, h].")
        return Work(arrays, _options(request.parameters, horizon), rows)

    def run(self, loaded: OrderQuantityArtefact, arrays: Mapping[str, Array], options: Any) -> dict[str, Array]:
        """All parts of each decision."""
        inputs = OrderInputs(freq=options.freq, as_of=options.as_of, holidays=options.holidays, **arrays)
        decisions = decide(inputs, loaded)
        outputs: dict[str, Array] = {field.name: getattr(decisions, field.name) for field in fields(decisions)}
        for name in ("cover_days", "cover_days_after"):
            outputs[name] = np.nan_to_num(outputs[name], nan=-1.0)
        return outputs

    def parameters(self, loaded: OrderQuantityArtefact) -> dict[str, Any]:
        """The correlation of forecast errors that the safety stock is computed with."""
        return {"error_correlation": loaded.correlation}


def _exact(name: str, values: Array, kind: type[np.generic]) -> Array:
    converted = values.astype(kind)
    if kind is np.int64 and not bool((converted == values).all()):
        raise InferenceError(f"{name} must hold whole numbers.")
    return converted


def _options(parameters: Mapping[str, Any], horizon: int) -> OrderOptions:
    freq = parameters.get("freq")
    if freq not in FREQUENCIES:
        raise InferenceError("The parameter freq must be D, W or M: the frequency of the forecast.")
    days = [_day("as_of", parameters.get("as_of"))]
    days += [_day("holidays", day.strip()) for day in str(parameters.get("holidays", "")).split(",") if day.strip()]
    return OrderOptions(freq, days[0], tuple(sorted(set(days[1:]))), horizon)


def _day(name: str, value: Any) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise InferenceError(f"The parameter {name} must be an ISO date such as 2026-11-16.") from None
