"""Classical policies, and the best of each kind by exact cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from models.order_quantity.lost_sales.chain import Policy, exact_cost
from models.order_quantity.lost_sales.demand import quantile
from models.order_quantity.lost_sales.instances import Instance

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class BestPolicy:
    """level: the order-up-to level, units. cap: the largest order, None without one. cost: exact, per period."""

    cost: float
    level: int
    cap: int | None


def base_stock(level: int) -> Policy:
    """Order up to `level`, stock and orders under way counted."""

    def order(states: Integers) -> Integers:
        return np.asarray(np.maximum(level - states.sum(axis=1), 0))

    return order


def capped_base_stock(level: int, cap: int) -> Policy:
    """Order up to `level`, but never more than `cap` (Xin 2021)."""

    def order(states: Integers) -> Integers:
        return np.asarray(np.clip(level - states.sum(axis=1), 0, cap))

    return order


def best_base_stock(instance: Instance) -> BestPolicy:
    """The cheapest level. The cost is convex in it (Janakiraman & Roundy 2004), so the search stops at a rise."""
    cost, level = _descend(lambda level: exact_cost(instance, base_stock(level)).cost, _newsvendor_level(instance))
    return BestPolicy(cost, level, None)


def best_capped_base_stock(instance: Instance) -> BestPolicy:
    """The cheapest level and cap: the best level for each cap from half the mean demand upwards, until two caps in a
    row cost more than the best one.
    """
    best = BestPolicy(np.inf, 0, None)
    level, worse = _newsvendor_level(instance), 0
    for cap in range(max(1, int(instance.mean / 2)), quantile(instance, instance.critical_ratio) + 2):
        cost, level = _descend(partial(_capped_cost, instance, cap), level)
        worse = worse + 1 if cost > best.cost else 0
        if cost < best.cost:
            best = BestPolicy(cost, level, cap)
        if worse == 2:
            break
    return best


def _capped_cost(instance: Instance, cap: int, level: int) -> float:
    return exact_cost(instance, capped_base_stock(level, cap)).cost


def _newsvendor_level(instance: Instance) -> int:
    """Where to begin: the best level if unmet demand were back-ordered, which is above the one for lost sales."""
    return quantile(instance, instance.critical_ratio, instance.lead_time + 1)


def _descend(cost_of: Callable[[int], float], start: int) -> tuple[float, int]:
    """The least cost and its level: in strides of four from `start`, down or up, and then by single units."""
    known = {start: cost_of(start)}
    best = start
    for stride in (4, 1):
        for direction in (-stride, stride):
            while (tried := best + direction) >= 0:
                if tried not in known:
                    known[tried] = cost_of(tried)
                if known[tried] >= known[best]:
                    break
                best = tried
    return known[best], best
