"""The exact long-run average cost of any policy of whole orders, on the Markov chain of the states it reaches.

From the empty state all states are found that the policy can come to, its order is tabulated for each, and the average
cost is closed in on by iterating v <- c + P v: the smallest and the largest change of v bound it from both sides. There
is no simulation, and demand is not truncated (see `demand`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from models.order_quantity.lost_sales.demand import leftover_probabilities, period_costs
from models.order_quantity.lost_sales.instances import Instance, LostSalesInputError

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

# states [n, lead_time] (on hand after the receipt, then the orders under way, the next to arrive first) -> orders [n]
Policy = Callable[[Integers], Integers]

_BASE = 1 << 12  # more units than any state holds, in a place of a key
_MOST_STATES = 3_000_000
_MOST_ITERATIONS = 100_000


@dataclass(frozen=True)
class TabulatedPolicy:
    """A policy on the states it reaches from an empty shelf. states: [n, lead_time]; orders: [n], units."""

    states: Integers
    orders: Integers


@dataclass(frozen=True)
class ExactCost:
    """cost: the middle of [low, high], which holds the average cost per period. states: how many are reached."""

    cost: float
    low: float
    high: float
    states: int
    iterations: int


def tabulate(policy: Policy, lead_time: int) -> TabulatedPolicy:
    """Find the states reached from the empty one and the order in each.

    Raises LostSalesInputError for orders that are negative, or states without end.
    """
    frontier = np.zeros((1, lead_time), dtype=np.int64)
    known = _key(frontier)
    states, orders = [], []
    while len(frontier):
        order = np.asarray(policy(frontier), dtype=np.int64)
        if order.shape != (len(frontier),) or (order < 0).any():
            raise LostSalesInputError("A policy gives one order of no less than 0 units for each state.")
        states.append(frontier)
        orders.append(order)
        following = np.unique(_following_keys(frontier, order))
        new = np.setdiff1d(following, known, assume_unique=True)
        known = np.union1d(known, new)
        if len(known) > _MOST_STATES or (len(new) and _state(new, lead_time).max() > _BASE // 2):
            raise LostSalesInputError("The policy reaches too many states to be evaluated exactly.")
        frontier = _state(new, lead_time)
    found, order = np.concatenate(states), np.concatenate(orders)
    ranked = np.argsort(_key(found))
    return TabulatedPolicy(found[ranked], order[ranked])


def exact_cost(instance: Instance, policy: Policy, *, span: float = 1e-5) -> ExactCost:
    """The policy's average cost per period, known to within `span` (money per period)."""
    return cost_of_table(instance, tabulate(policy, instance.lead_time), span=span)


def cost_of_table(instance: Instance, table: TabulatedPolicy, *, span: float = 1e-5) -> ExactCost:
    """The same for a policy that is tabulated already."""
    on_hand = table.states[:, 0]
    cost = period_costs(instance, int(on_hand.max()))[on_hand]
    transition = _transition(instance, table)
    value = np.zeros(len(cost))
    low, high, iterations = -np.inf, np.inf, 0
    while high - low > span and iterations < _MOST_ITERATIONS:
        following = cost + transition @ value
        change = following - value
        low, high = float(change.min()), float(change.max())
        value = following - following[0]
        iterations += 1
    return ExactCost((low + high) / 2, low, high, len(cost), iterations)


def _transition(instance: Instance, table: TabulatedPolicy) -> csr_array:
    on_hand = table.states[:, 0]
    leftover = leftover_probabilities(instance, int(on_hand.max()))
    starts = np.concatenate([[0], np.cumsum(on_hand + 1)])
    columns = np.searchsorted(_key(table.states), _following_keys(table.states, table.orders))
    within = np.arange(starts[-1]) - np.repeat(starts[:-1], on_hand + 1)
    weights = leftover[np.repeat(on_hand, on_hand + 1), within]
    return csr_array((weights, columns, starts), shape=(len(on_hand), len(on_hand)))


def _following_keys(states: Integers, orders: Integers) -> Integers:
    """The keys of all next states, those of a state beside each other by units left, 0 … on hand."""
    on_hand = states[:, 0]
    shifted = np.column_stack([states[:, 1:], orders])  # the first column arrives next
    starts = np.cumsum(on_hand + 1) - (on_hand + 1)
    left = np.arange(int((on_hand + 1).sum())) - np.repeat(starts, on_hand + 1)
    return np.asarray(np.repeat(_key(shifted), on_hand + 1) + left)


def _key(states: Integers) -> Integers:
    """One number per state. The on-hand stock is the last place, so that units left can be added to the key."""
    key = np.zeros(len(states), dtype=np.int64)
    for column in range(states.shape[1] - 1, -1, -1):
        key = key * _BASE + states[:, column]
    return key


def _state(keys: Integers, lead_time: int) -> Integers:
    return np.column_stack([keys // _BASE**place % _BASE for place in range(lead_time)]).astype(np.int64)
