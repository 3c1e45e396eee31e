"""Classical order policies in closed form or by a short dynamic programme; plain numbers, no torch.

Sources are named at each. Snyder & Shen, Fundamentals of Supply Chain Theory (2019), has all of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import NormalDist

from models.inventory.policies import economic_order_quantity


@dataclass(frozen=True)
class DiscountedOrder:
    """The best order under all-units discounts. quantity: units. step: the index of its price. cost: money per year,
    purchase included.
    """

    quantity: float
    step: int
    cost: float


def discounted_order_quantity(
    annual_demand: float, order_cost: float, holding_rate: float, breaks: Sequence[tuple[float, float]]
) -> DiscountedOrder:
    """The economic order quantity where `breaks` [(from units, price)] make every unit cheaper (Hadley & Whitin 1963).

    breaks: increasing quantities, the first 0. holding_rate: of the price, per year. Raises ValueError.
    """
    if not breaks or breaks[0][0] != 0 or any(b[0] <= a[0] for a, b in pairwise(breaks)):
        raise ValueError("Price breaks begin at 0 and increase.")
    if annual_demand <= 0 or order_cost < 0 or holding_rate <= 0 or min(price for _, price in breaks) <= 0:
        raise ValueError("Demand, holding rate and prices must be positive, and the order cost not negative.")
    found: list[DiscountedOrder] = []
    for step, (least, price) in enumerate(breaks):
        most = breaks[step + 1][0] if step + 1 < len(breaks) else math.inf
        free = economic_order_quantity(annual_demand, order_cost, holding_rate * price)
        quantity = max(free, least)
        if 0 < quantity < most:
            yearly = price * annual_demand + order_cost * annual_demand / quantity + holding_rate * price * quantity / 2
            found.append(DiscountedOrder(quantity, step, yearly))
    return min(found, key=lambda order: order.cost)


def critical_ratio(shortage_cost: float, holding_cost: float) -> float:
    """The newsvendor's service level p / (p + h). Raises ValueError for costs that are not positive."""
    if shortage_cost <= 0 or holding_cost <= 0:
        raise ValueError("The costs of a shortage and of a unit left over must be positive.")
    return shortage_cost / (shortage_cost + holding_cost)


def newsvendor(shortage_cost: float, holding_cost: float, quantile: Callable[[float], float]) -> float:
    """The stock that costs least for one period of demand, given by its quantile function (Arrow, Harris & Marschak
    1951). Costs: money per unit short and per unit left over.
    """
    return quantile(critical_ratio(shortage_cost, holding_cost))


def normal_demand(mean: float, deviation: float) -> Callable[[float], float]:
    """The quantile function of normal demand; a deviation of 0 is a fixed demand."""
    return NormalDist(mean, deviation).inv_cdf if deviation > 0 else lambda _level: mean


def poisson_demand(mean: float) -> Callable[[float], float]:
    """The quantile function of Poisson demand: the smallest number whose probability of sufficing reaches the level."""

    def quantile(level: float) -> float:
        number, probability = 0, math.exp(-mean)
        total = probability
        while total < level and number < mean + 60 * math.sqrt(mean + 1):
            number += 1
            probability *= mean / number
            total += probability
        return float(number)

    if not 0 <= mean <= 700:
        raise ValueError("Mean demand lies between 0 and 700; above that, normal demand is as good.")
    return quantile


def reorder_point_and_quantity(
    shortage_cost: float, holding_cost: float, order_cost: float, mean: float, deviation: float, lead_time: float
) -> tuple[float, float]:
    """(s, Q) by "EOQ plus safety stock", for normal demand per period: Snyder & Shen, ch. 5. Costs per unit and period.

    Returns the reorder point and the order quantity, units.
    """
    point = newsvendor(shortage_cost, holding_cost, normal_demand(mean * lead_time, deviation * math.sqrt(lead_time)))
    return point, economic_order_quantity(mean, order_cost, holding_cost)


def reorder_point_and_level(
    shortage_cost: float, holding_cost: float, order_cost: float, mean: float, deviation: float
) -> tuple[float, float]:
    """(s, S) by the power approximation of Ehrhardt & Mosier (1984); mean and deviation of lead-time demand.

    Costs per unit and period. Raises ValueError for numbers that are not positive.
    """
    if min(shortage_cost, holding_cost, order_cost, mean, deviation) <= 0:
        raise ValueError("Costs, mean and deviation must be positive.")
    quantity = 1.30 * mean**0.494 * (order_cost / holding_cost) ** 0.506 * (1 + (deviation / mean) ** 2) ** 0.116
    z = math.sqrt(quantity / deviation * holding_cost / shortage_cost)
    point = 0.973 * mean + deviation * (0.183 / z + 1.063 - 2.192 * z)
    return point, point + quantity


@dataclass(frozen=True)
class LotPlan:
    """Order quantities by period, units, and what they cost: ordering, holding and purchase."""

    quantities: tuple[float, ...]
    cost: float


def wagner_whitin(demand: Sequence[float], order_cost: float, holding_cost: float, unit_cost: float = 0.0) -> LotPlan:
    """The cheapest way to meet known demand without shortage (Wagner & Whitin 1958).

    demand: units by period. holding_cost: money per unit carried into the next period. Raises ValueError.
    """
    if min(demand, default=0.0) < 0 or min(order_cost, holding_cost, unit_cost) < 0:
        raise ValueError("Demand and costs cannot be negative.")
    periods = len(demand)
    best, following = [0.0] * (periods + 1), [periods] * periods
    for period in range(periods - 1, -1, -1):
        lot, held, cheapest = 0.0, 0.0, math.inf
        for end in range(period + 1, periods + 1):
            lot += demand[end - 1]
            held += holding_cost * (end - 1 - period) * demand[end - 1]
            cost = (order_cost if lot > 0 else 0.0) + unit_cost * lot + held + best[end]
            if cost < cheapest:
                cheapest, following[period] = cost, end
        best[period] = cheapest
    quantities, period = [0.0] * periods, 0
    while period < periods:
        quantities[period] = sum(demand[period : following[period]])
        period = following[period]
    return LotPlan(tuple(quantities), best[0])


def base_stock_order(level: float, position: float) -> float:
    """Up to the level at every review; both in units."""
    return max(0.0, level - position)


def capped_base_stock_order(level: float, position: float, cap: float) -> float:
    """Up to the level, at most `cap` at once (Xin 2021): for lost sales and long lead times."""
    return min(base_stock_order(level, position), cap)


def reorder_up_to_order(point: float, level: float, position: float) -> float:
    """(s, S): up to the level once the position is at the reorder point or below."""
    return level - position if position <= point else 0.0


def reorder_batches(point: float, quantity: float, position: float) -> float:
    """(s, Q): as few batches as lift the position above the reorder point."""
    if quantity <= 0:
        raise ValueError("A batch must be positive.")
    return (math.floor((point - position) / quantity) + 1) * quantity if position <= point else 0.0
