"""The items' costs and rules: from a table, from options where the table is silent, and what a shortage costs where
nobody says.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import torch

from models.forecasting.periods import Freq, frequency
from models.order_quantity.simulation.supply import Steps, draw_lead_times, price_breaks, read_steps, read_times
from models.order_quantity.simulation.tables import TableError, column
from models.order_quantity.simulation.terms import Terms

Floats = npt.NDArray[np.float64]

_SKU = ("sku", "unique_id", "item", "product")
_NAMES = {
    "unit_cost": ("unit_cost", "unit_cost_eur"),
    "order_cost": ("order_cost", "order_fixed_cost_eur", "order_fixed_cost"),
    "holding_cost": ("holding_cost", "holding_cost_eur_per_unit_year", "holding_cost_per_unit_year"),
    "shortage_cost": ("shortage_cost", "shortage_cost_eur"),
    "lead_time": ("lead_time", "lead_time_periods", "lead_time_weeks"),
    "min_order_qty": ("min_order_qty", "moq"),
    "order_multiple": ("order_multiple", "multiple"),
    "lead_time_deviation": ("lead_time_deviation", "lead_time_std", "lead_time_sd"),
    "supplier_minimum": ("supplier_minimum", "minimum_order_value", "minimum_value"),
}
_TEXTS = {"lead_times": ("lead_times",), "price_breaks": ("price_breaks",), "supplier": ("supplier", "supplier_code")}
ONE_SUPPLIER = "the supplier"
_YEAR = 365.2425
_LONGEST = 104  # periods of lead time


@dataclass(frozen=True)
class Defaults:
    """What holds for an item where the table says nothing. None: then the item cannot be simulated.

    unit_cost: money. order_cost: money per order. holding_rate: of the unit cost, per year. shortage_cost: money per
    unit short; None: from service_level (see `shortage_for`). lead_time: periods; lead_time_deviation: its standard
    deviation. moq, multiple: units. price_breaks: (from units on, share of the unit cost). supplier_minimum: money.
    """

    unit_cost: float | None = 10.0
    order_cost: float = 10.0
    holding_rate: float = 0.2
    shortage_cost: float | None = None
    service_level: float = 0.95
    lead_time: int = 4
    moq: float = 0.0
    multiple: float = 1.0
    lead_time_deviation: float = 0.0
    price_breaks: Steps = ()
    supplier_minimum: float = 0.0

    def __post_init__(self) -> None:
        numbers = (self.unit_cost or 0, self.order_cost, self.shortage_cost or 0, self.moq, self.multiple)
        if min(numbers) < 0 or self.holding_rate <= 0 or not 0 < self.service_level < 1:
            raise TableError(
                "Costs cannot be negative, the holding rate is above 0 and a service level within 0 and 1."
            )
        if min(self.lead_time_deviation, self.supplier_minimum) < 0 or any(share > 1 for _, share in self.price_breaks):
            raise TableError(
                "A deviation and a minimum are 0 or more, and a price break's share of the cost at most 1."
            )
        if not 0 <= self.lead_time <= _LONGEST:
            raise TableError(f"A lead time is 0 to {_LONGEST} periods.")


@dataclass(frozen=True)
class Items:
    """Terms of the items that can be simulated, their rows among the ids that were asked for, and the reasons for the
    others. suppliers: of the rows. minimums: suppliers' least order values, money, where there are any.
    """

    terms: Terms
    rows: npt.NDArray[np.int64]
    left_out: dict[str, str]
    shortage_assumed: int
    suppliers: tuple[str, ...] = ()
    minimums: dict[str, float] = field(default_factory=dict)


def read_items(
    table: pl.DataFrame | None,
    ids: tuple[str, ...],
    demand: Floats,
    freq: Freq,
    defaults: Defaults,
    review: int,
    seed: int = 0,
) -> Items:
    """Terms for `ids`. demand [n]: mean per period in the past, for the shortage cost and what lower prices are worth;
    seed: of the lead times that are drawn. Raises TableError.
    """
    found, reasons = _columns(table, ids, freq)
    texts = _texts(table, ids)
    observed = [read_times(text) if text else None for text in texts["lead_times"]]
    count = len(ids)
    unit_cost = _filled(found, "unit_cost", np.nan if defaults.unit_cost is None else defaults.unit_cost, count)
    per_year = _YEAR / frequency(freq).days
    values = {
        "unit_cost": unit_cost,
        "order_cost": _filled(found, "order_cost", defaults.order_cost, count),
        "holding_cost": _filled(found, "holding_cost", defaults.holding_rate * unit_cost, count) / per_year,
        "lead_time": _filled(found, "lead_time", defaults.lead_time, count),
        "moq": _filled(found, "min_order_qty", defaults.moq, count),
        "multiple": _filled(found, "order_multiple", defaults.multiple, count),
        "lead_deviation": _filled(found, "lead_time_deviation", defaults.lead_time_deviation, count),
    }
    for at, own in enumerate(observed):
        if own:
            values["lead_time"][at], values["lead_deviation"][at] = round(float(np.mean(own))), float(np.std(own))
    given = found.get("shortage_cost", np.full(len(ids), np.nan))
    if defaults.shortage_cost is not None:
        given = np.where(np.isnan(given), defaults.shortage_cost, given)
    assumed = np.isnan(given)
    values["shortage_cost"] = np.where(
        assumed, shortage_for(values, demand, defaults.service_level, review, per_year), given
    )
    for name, reason in _wrong(values).items():
        for at in reason:
            reasons.setdefault(ids[at], name)
    rows = np.array([at for at, name in enumerate(ids) if name not in reasons], dtype=np.int64)
    floats: dict[str, Any] = {name: torch.tensor(part[rows], dtype=torch.float32) for name, part in values.items()}
    mean, spread = values["lead_time"][rows], values["lead_deviation"][rows]
    steps = [
        read_steps(texts["price_breaks"][at])
        or tuple((units, share * float(unit_cost[at])) for units, share in defaults.price_breaks)
        for at in rows
    ]
    terms = Terms(
        **{
            **floats,
            "lead_time": floats["lead_time"].to(torch.int64),
            "lead_deviation": floats["lead_deviation"] if spread.any() else None,
        },
        lead_times=draw_lead_times(mean, spread, [observed[at] for at in rows], seed),
        breaks=price_breaks(steps, demand[rows]),
    )
    suppliers = tuple(texts["supplier"][at] or ONE_SUPPLIER for at in rows)
    least = _filled(found, "supplier_minimum", defaults.supplier_minimum, count)[rows]
    minimums: dict[str, float] = {}
    for name, value in zip(suppliers, least.tolist(), strict=True):
        minimums[name] = max(minimums.get(name, 0.0), value)
    return Items(
        terms, rows, reasons, int(assumed[rows].sum()), suppliers, {n: value for n, value in minimums.items() if value}
    )


def shortage_for(values: dict[str, Floats], demand: Floats, level: float, review: int, per_year: float) -> Floats:
    """The shortage cost per unit at which it pays to have this share of order cycles without a shortage: holding over a
    cycle, times level / (1 - level) (Silver, Pyke & Thomas 2017, ch. 6). A cycle lasts as long as the economic or the
    smallest order does, at least a review period and at most a year.
    """
    rate, hold = np.maximum(demand, 1e-9), np.maximum(values["holding_cost"], 1e-12)
    order = np.maximum(np.sqrt(2 * values["order_cost"] * rate / hold), values["moq"])
    found: Floats = hold * np.clip(order / rate, review, max(review, per_year)) * level / (1 - level)
    return found


def _columns(table: pl.DataFrame | None, ids: tuple[str, ...], freq: Freq) -> tuple[dict[str, Floats], dict[str, str]]:
    """The table's numbers by id (NaN where silent), and the ids it has no usable row for."""
    if table is None:
        return {}, {}
    sku = column(table, _SKU)
    if sku is None:
        raise TableError(f"The item table lacks the column {' or '.join(_SKU)}.")
    names = table[sku].cast(pl.String).to_list()
    row = {name: at for at, name in enumerate(names)}
    twice = {name for name in row if names.count(name) > 1} if len(row) < len(names) else set()
    reasons = {name: "not in the item table" for name in ids if name not in row}
    reasons |= {name: "more than one row in the item table" for name in ids if name in twice}
    order = np.array([row.get(name, -1) for name in ids])
    found: dict[str, Floats] = {}
    for target, aliases in _NAMES.items():
        have = column(table, aliases)
        if have is None:
            continue
        whole = table[have].cast(pl.Float64, strict=False)
        for at in (table[have].is_not_null() & whole.is_null()).arg_true():
            reasons.setdefault(str(names[at]), f"its {target} is no number")
        values = whole.fill_null(float("nan")).to_numpy()
        if have.lower() == "lead_time_weeks" and freq != "W":
            values = np.ceil(values * 7 / frequency(freq).days)
        found[target] = np.where(order >= 0, values[order], np.nan)
    return found, {name: reason for name, reason in reasons.items() if name in set(ids)}


def _texts(table: pl.DataFrame | None, ids: tuple[str, ...]) -> dict[str, list[str]]:
    """The table's texts by id, empty where silent."""
    empty = {target: [""] * len(ids) for target in _TEXTS}
    sku = None if table is None else column(table, _SKU)
    if table is None or sku is None:
        return empty
    names = table[sku].cast(pl.String).to_list()
    for target, aliases in _TEXTS.items():
        have = column(table, aliases)
        if have is not None:
            own = dict(zip(names, table[have].cast(pl.String).fill_null("").to_list(), strict=True))
            empty[target] = [own.get(name, "") for name in ids]
    return empty


def _filled(found: dict[str, Floats], name: str, default: float | Floats, count: int) -> Floats:
    whole = np.broadcast_to(np.asarray(default, dtype=np.float64), (count,)).copy()
    return np.where(np.isnan(found[name]), whole, found[name]) if name in found else whole


def _wrong(values: dict[str, Floats]) -> dict[str, list[int]]:
    """Which items cannot be simulated, by reason."""
    lead = values["lead_time"]
    checks = {
        "no unit cost": np.isnan(values["unit_cost"]),
        "a unit cost or holding cost that is not above 0": ~(values["unit_cost"] > 0) | ~(values["holding_cost"] > 0),
        "a negative cost": (values["order_cost"] < 0) | (values["shortage_cost"] < 0),
        f"a lead time that is no whole number from 0 to {_LONGEST}": ~((lead >= 0) & (lead <= _LONGEST))
        | (lead != np.floor(lead)),
        "a minimum order or multiple below 0": (values["moq"] < 0) | (values["multiple"] < 0),
        "a lead time that varies by less than 0": values["lead_deviation"] < 0,
        "a number that is not finite": ~np.isfinite(np.stack(list(values.values()))).all(axis=0),
    }
    return {reason: np.flatnonzero(wrong).tolist() for reason, wrong in checks.items()}
