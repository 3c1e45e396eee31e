"""The optimal policy and its long-run average cost, by relative value iteration on the pipeline state.

State: (x, q_1 … q_{L-1}): on hand after the receipt, then the orders that arrive in 1 … L - 1 periods. The state space
is cut off at the newsvendor's quantities of ratio p / (p + h): orders at that of one period's demand, stock at that of
L + 1 periods' (bounds of the kind of Morton 1969 and Zipkin 2008). That nothing was lost by it is checked: the optimal
orders stay below the cut, and so does the stock of every state they lead to; otherwise it is solved again with wider
bounds. The expectation over demand is a matrix product per value of q_1:

    V(x, q) = c(x) + min_a  sum_w P[x, w] V(w + q_1, q_2 … q_{L-1}, a)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.order_quantity.lost_sales.chain import Policy, tabulate
from models.order_quantity.lost_sales.demand import leftover_probabilities, period_costs, quantile
from models.order_quantity.lost_sales.instances import Instance, LostSalesInputError

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_MOST_STATES = 20_000_000
_MOST_ITERATIONS = 20_000


@dataclass(frozen=True)
class Optimum:
    """cost: the middle of [low, high], which holds the optimal cost per period. orders: [X, A, …, A], the best order in
    each state; it is the optimal policy in the states which that leads to from empty shelves.
    """

    cost: float
    low: float
    high: float
    orders: Integers
    iterations: int

    @property
    def policy(self) -> Policy:
        """The optimal policy."""
        return lambda states: np.asarray(self.orders[tuple(states.T)])


def solve(instance: Instance, *, span: float = 2e-5) -> Optimum:
    """Iterate until the optimal cost is known to within `span` (money per period).

    Raises LostSalesInputError where the states are too many to list.
    """
    most_stock = quantile(instance, instance.critical_ratio, instance.lead_time + 1) + 1
    most_order = quantile(instance, instance.critical_ratio) + 1
    while True:
        if (most_stock + 1) * (most_order + 1) ** (instance.lead_time - 1) > _MOST_STATES:
            raise LostSalesInputError("The problem has too many states to be solved exactly.")
        optimum = _solve_within(instance, most_stock, most_order, span)
        reached = tabulate(optimum.policy, instance.lead_time)
        if reached.orders.max() < most_order and reached.states[:, 0].max() < most_stock:
            return optimum
        most_stock, most_order = 2 * most_stock, 2 * most_order


def _solve_within(instance: Instance, most_stock: int, most_order: int, span: float) -> Optimum:
    leftover = leftover_probabilities(instance, most_stock)
    cost = period_costs(instance, most_stock)
    value: Floats = np.zeros((most_stock + 1, *[most_order + 1] * (instance.lead_time - 1)))
    low, high, iterations = -np.inf, np.inf, 0
    while high - low > span and iterations < _MOST_ITERATIONS:
        best, orders = _improve(value, leftover, most_order)
        following = best + cost.reshape(-1, *[1] * (value.ndim - 1))
        change = following - value
        low, high = float(change.min()), float(change.max())
        value = following - following.flat[0]
        iterations += 1
    return Optimum((low + high) / 2, low, high, orders, iterations)


def _improve(value: Floats, leftover: Floats, most_order: int) -> tuple[Floats, Integers]:
    """The least expected value of the next state over orders, and that order, for each state."""
    stock = len(leftover)
    if value.ndim == 1:  # lead time 1: the order itself is what arrives next
        arrived = np.minimum(np.arange(stock)[:, None] + np.arange(most_order + 1), stock - 1)
        expected = leftover @ value[arrived]
        return expected.min(axis=1), expected.argmin(axis=1)
    best = np.empty_like(value)
    orders = np.empty(value.shape, dtype=np.int64)
    for arriving in range(most_order + 1):
        arrived = value[np.minimum(np.arange(stock) + arriving, stock - 1)]
        expected = (leftover @ arrived.reshape(stock, -1)).reshape(value.shape)
        best[:, arriving] = expected.min(axis=-1)
        orders[:, arriving] = expected.argmin(axis=-1)
    return best, orders
