"""Classical inventory formulas. Source: Silver, Pyke & Thomas, Inventory and Production Management (2017), ch. 4–6."""

from __future__ import annotations

import math
from statistics import NormalDist


def economic_order_quantity(annual_demand: float, order_cost: float, holding_cost: float) -> float:
    """The quantity with the least ordering and holding cost: sqrt(2 D K / h) (Harris 1913).

    annual_demand: units per year. order_cost: money per order. holding_cost: money per unit and year. Returns units, 0
    without demand. Raises ValueError for a negative input or a holding cost of 0.
    """
    if annual_demand < 0 or order_cost < 0:
        raise ValueError("Demand and order cost cannot be negative.")
    if holding_cost <= 0:
        raise ValueError("The holding cost must be positive: without one the best order is infinite.")
    return math.sqrt(2 * annual_demand * order_cost / holding_cost)


def normal_quantile(service_level: float) -> float:
    """The standard normal quantile (the safety factor z). service_level in (0, 1); raises ValueError otherwise."""
    if not 0 < service_level < 1:
        raise ValueError("A cycle service level lies between 0 and 1, both excluded.")
    return NormalDist().inv_cdf(service_level)


def safety_stock(
    service_level: float,
    demand_deviation: float,
    lead_time: float,
    *,
    mean_demand: float = 0.0,
    lead_time_deviation: float = 0.0,
) -> float:
    """z · sqrt(L σ_d² + d² σ_L²): stock against demand that varies, over a lead time that varies too.

    demand_deviation, mean_demand: units per period. lead_time, lead_time_deviation: periods (add the review period to
    the lead time for a policy that orders only at reviews). Returns units; negative below a service level of one half.
    """
    if demand_deviation < 0 or lead_time < 0 or lead_time_deviation < 0:
        raise ValueError("Deviations and lead time cannot be negative.")
    variance = lead_time * demand_deviation**2 + (mean_demand * lead_time_deviation) ** 2
    return normal_quantile(service_level) * math.sqrt(variance)


def reorder_point(mean_demand: float, lead_time: float, safety: float) -> float:
    """Order when the inventory position falls to d L + safety stock. Demand per period, lead time in periods."""
    return mean_demand * lead_time + safety


def order_up_to_level(mean_demand: float, lead_time: float, review_period: float, safety: float) -> float:
    """Periodic review: order up to d (L + R) + safety stock. Lead time and review period in periods."""
    return mean_demand * (lead_time + review_period) + safety


def inventory_position(on_hand: int, reserved: int, on_order: int) -> int:
    """What future demand can count on: on hand - reserved + on order. Units; negative when more is promised than is
    there.
    """
    return on_hand - reserved + on_order


def days_of_cover(stock: float, daily_demand: float) -> float | None:
    """How many days the stock lasts. None without demand (it lasts for ever); 0 when there is no stock."""
    if daily_demand <= 0:
        return None
    return max(0.0, stock) / daily_demand
