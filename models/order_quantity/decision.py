"""How much to order: an order-up-to level from the forecast, the inventory position, packs and MOQ, and all the parts.

    quantity = forecast + safety stock - on hand + reserved - on order + surplus + rounding          (exactly)

forecast: mean demand over lead time plus review period. safety stock: order-up-to level - forecast; the level is the
quantile, at the service level, of that interval's demand. surplus: what the position exceeds the level by (nothing is
ordered then). rounding: what whole units, order multiple and MOQ add.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import torch
from torch import Tensor

from models.forecasting.distribution import quantile_moments
from models.forecasting.drivers import on_grid
from models.forecasting.periods import Freq, frequency
from models.order_quantity.artefact import OrderQuantityArtefact
from models.order_quantity.demand import DEFAULT_CORRELATION, sum_of_periods
from models.order_quantity.fixed_period_network import NetworkInputs

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

MOST_UNITS = 10**12  # a larger number is a mistake, and would not be exact as a float
_BLOCK = 512  # items whose quantiles are looked at together
_WEEK, _WORKING_WEEK = 7, 5  # days


class OrderInputError(ValueError):
    """An input of the order decision is out of range; the message names it."""

    code = "bad_order_input"


@dataclass(frozen=True)
class OrderInputs:
    """What the decision needs, for n items.

    mean [n, h], quantiles [n, h, 9]: the forecast by period of `freq`, units. on_hand, reserved, on_order: integers
    [n], units.
    lead_time_days: integers [n], working days. review_days: [n], calendar days until the next chance to order.
    moq, multiple: integers [n], units. service_level: [n] in (0, 1), cycle service level. unit_cost, order_cost: [n],
    money, for the network only. as_of: the day of the order. holidays: days off besides Saturdays and Sundays.
    lead_time_deviation: standard deviation of the lead time, [n], working days; None: it is always the same.
    """

    freq: Freq
    as_of: date
    mean: Floats
    quantiles: Floats
    on_hand: Integers
    reserved: Integers
    on_order: Integers
    lead_time_days: Integers
    review_days: Integers
    moq: Integers
    multiple: Integers
    service_level: Floats
    unit_cost: Floats
    order_cost: Floats
    holidays: tuple[date, ...] = ()
    lead_time_deviation: Floats | None = None

    @property
    def lead_time_spread(self) -> Floats:
        """The standard deviation of the lead time in calendar days, [n]."""
        known = self.lead_time_deviation
        return np.zeros(len(self.on_hand)) if known is None else known * _WEEK / _WORKING_WEEK


@dataclass(frozen=True)
class OrderDecisions:
    """All parts of each decision, arrays [n]. Units unless said otherwise.

    network_quantity: what the 6-12-1 network of the literature suggests, after the same rounding; -1 without a trained
    network. cover_days, cover_days_after: calendar days that on hand - reserved, and the position with the order, last
    at the forecast rate; NaN without demand. protection_days: lead time plus review, calendar days. extrapolated: the
    forecast was shorter than that. expected_demand_low / _high: the 80 % interval of demand over the protection
    interval.
    """

    quantity: Integers
    network_quantity: Integers
    forecast: Floats
    safety_stock: Floats
    order_up_to: Floats
    position: Integers
    raw_need: Floats
    surplus: Floats
    rounding: Floats
    cover_days: Floats
    cover_days_after: Floats
    protection_days: Integers
    lead_time_demand: Floats
    expected_demand_low: Floats
    expected_demand_high: Floats
    extrapolated: npt.NDArray[np.bool_]

    def to_frame(self, ids: Iterable[str]) -> pl.DataFrame:
        """One row per item: `unique_id` and a column per part."""
        columns: dict[str, Any] = {field.name: getattr(self, field.name) for field in fields(self)}
        return pl.DataFrame({"unique_id": list(ids)} | columns)


def decide(inputs: OrderInputs, artefact: OrderQuantityArtefact | None = None) -> OrderDecisions:
    """Order quantities for n items. Raises OrderInputError. Without an artefact the classical policy decides alone."""
    check(inputs)
    correlation = artefact.correlation if artefact else DEFAULT_CORRELATION
    lead_days = lead_time_in_days(inputs)
    protection_days = lead_days + inputs.review_days
    moments = _moments(inputs)
    demand = sum_of_periods(*moments, _periods(inputs, protection_days), correlation)
    demand = demand.over_varying_time(_periods(inputs, protection_days), _periods(inputs, inputs.lead_time_spread))
    level = torch.from_numpy(inputs.service_level)
    forecast = on_grid(demand.mean.numpy())
    order_up_to = on_grid(demand.quantile(level).numpy())
    position = inputs.on_hand - inputs.reserved + inputs.on_order
    raw_need = np.maximum(order_up_to - position, 0.0)
    quantity = round_orders(raw_need, inputs.moq, inputs.multiple)
    daily = forecast / np.maximum(protection_days, 1)
    tenth = torch.full_like(level, 0.1)
    return OrderDecisions(
        quantity=quantity,
        network_quantity=_network_quantity(inputs, artefact),
        forecast=forecast,
        safety_stock=order_up_to - forecast,
        order_up_to=order_up_to,
        position=position,
        raw_need=raw_need,
        surplus=np.maximum(position - order_up_to, 0.0),
        rounding=quantity.astype(np.float64) - raw_need,
        cover_days=_cover(inputs.on_hand - inputs.reserved, daily),
        cover_days_after=_cover(position + quantity, daily),
        protection_days=protection_days,
        lead_time_demand=sum_of_periods(*moments, _periods(inputs, lead_days), correlation).mean.numpy(),
        expected_demand_low=demand.quantile(tenth).numpy(),
        expected_demand_high=demand.quantile(1 - tenth).numpy(),
        extrapolated=demand.extrapolated.numpy(),
    )


def round_orders(need: Floats, moq: Integers, multiple: Integers) -> Integers:
    """`models.inventory.round_order` for arrays: the smallest allowed quantity that covers each need; 0 stays 0."""
    whole = np.ceil(np.maximum(need, 0)).astype(np.int64)
    covered = -(-np.maximum(whole, moq) // multiple) * multiple
    return np.where(whole > 0, covered, 0)


def lead_time_in_days(inputs: OrderInputs) -> Integers:
    """Calendar days from the order to its arrival, [n]."""
    start = np.datetime64(inputs.as_of, "D")
    holidays = [np.datetime64(day, "D") for day in inputs.holidays]
    arrival = np.busday_offset(start, inputs.lead_time_days, roll="forward", holidays=holidays)
    return (arrival - start).astype(np.int64)


def network_inputs(inputs: OrderInputs) -> NetworkInputs:
    """The six inputs of the 6-12-1 network from a forecast at any frequency (months counted as 365.25 / 12 days)."""
    mean = torch.from_numpy(inputs.mean)
    days = [np.full(len(inputs.on_hand), months * frequency("M").days) for months in (1, 3, 6)]
    until = [sum_of_periods(mean, torch.zeros_like(mean), _periods(inputs, span), 0.0).mean.numpy() for span in days]
    return NetworkInputs(
        current=until[0],
        next_quarter=until[1],
        quarter_after=until[2] - until[1],
        stock=(inputs.on_hand - inputs.reserved + inputs.on_order).astype(np.float64),
        unit_cost=inputs.unit_cost,
        order_cost=inputs.order_cost,
    )


def check(inputs: OrderInputs) -> None:
    """Raise OrderInputError for shapes that do not fit and values out of range."""
    count = len(inputs.mean)
    if inputs.mean.ndim != 2 or inputs.mean.shape[1] == 0 or inputs.quantiles.shape != (*inputs.mean.shape, 9):
        raise OrderInputError("mean must be [n, h] with h > 0, and quantiles [n, h, 9].")
    limits: dict[str, tuple[float, float]] = {
        "on_hand": (-MOST_UNITS, MOST_UNITS),
        "reserved": (0, MOST_UNITS),
        "on_order": (0, MOST_UNITS),
        "lead_time_days": (0, 1000),
        "lead_time_deviation": (0, 1000),
        "review_days": (0, 1000),
        "moq": (0, MOST_UNITS),
        "multiple": (1, MOST_UNITS),
        "service_level": (0.01, 0.9999),
        "unit_cost": (0, MOST_UNITS),
        "order_cost": (0, MOST_UNITS),
    }
    for name, (low, high) in limits.items():
        values = getattr(inputs, name) if name != "lead_time_deviation" else inputs.lead_time_spread
        if values.shape != (count,):
            raise OrderInputError(f"{name} must hold one value per item, {count} in all.")
        if not bool(((values >= low) & (values <= high)).all()):
            raise OrderInputError(f"{name} must lie between {low:g} and {high:g}.")
    for name in ("mean", "quantiles"):
        values = getattr(inputs, name)
        if not bool((np.isfinite(values) & (values >= 0) & (values <= MOST_UNITS)).all()):
            raise OrderInputError(f"{name} must be finite and not negative.")


def _network_quantity(inputs: OrderInputs, artefact: OrderQuantityArtefact | None) -> Integers:
    if artefact is None:
        return np.full(len(inputs.on_hand), -1, dtype=np.int64)
    return round_orders(artefact.network.suggest(network_inputs(inputs)), inputs.moq, inputs.multiple)


def _moments(inputs: OrderInputs) -> tuple[Tensor, Tensor]:
    """Mean and variance [n, h] of each period's demand, in blocks that stay in the processor's cache: three times as
    fast as all at once.
    """
    mean, quantiles = torch.from_numpy(inputs.mean), torch.from_numpy(inputs.quantiles)
    rows = [slice(start, start + _BLOCK) for start in range(0, len(mean), _BLOCK)]
    blocks = [quantile_moments(quantiles[block], mean[block]) for block in rows]
    if not blocks:
        return mean, mean
    return torch.cat([pair[0] for pair in blocks]), torch.cat([pair[1] for pair in blocks])


def _periods(inputs: OrderInputs, days: Integers | Floats) -> Tensor:
    """Calendar days as periods of the forecast, float64 [n]."""
    return torch.from_numpy(np.asarray(days, dtype=np.float64) / frequency(inputs.freq).days)


def _cover(stock: Integers, daily: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(daily > 0, np.maximum(stock, 0) / daily, np.nan)
