"""The shared network at work: whole orders for many items at once, or as the policy of one problem."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
import torch

from models.forecasting.threads import one_thread
from models.order_quantity.lost_sales.chain import Policy
from models.order_quantity.lost_sales.instances import LONGEST_LEAD_TIME, Instance, LostSalesInputError
from models.order_quantity.lost_sales.shared import Conditions, SharedNetwork
from models.order_quantity.lost_sales.shared_training import (
    LEAST_MEAN,
    LEAST_PENALTY_RATIO,
    MOST_MEAN,
    MOST_PENALTY_RATIO,
)

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]

_AT_ONCE = 65_536  # items in one pass: what the hidden layers of that many hold stays in a processor's cache


@dataclass(frozen=True)
class Items:
    """n items whose unmet demand is lost. on_hand: [n], units, today's receipt counted. on_order: [n, 3], units that
    arrive in one, two and three periods; 0 at and after the lead time. lead_time: [n], 1 to 4 periods.
    mean, deviation: [n], of a period's demand, units. lost_sale_penalty, holding_cost: [n], money per unit.
    """

    on_hand: Integers
    on_order: Integers
    lead_time: Integers
    mean: Floats
    deviation: Floats
    lost_sale_penalty: Floats
    holding_cost: Floats

    def __post_init__(self) -> None:
        count = len(self.on_hand)
        for field in fields(self):
            shape = (count, LONGEST_LEAD_TIME - 1) if field.name == "on_order" else (count,)
            values = np.asarray(getattr(self, field.name))
            if values.shape != shape:
                raise LostSalesInputError(f"{field.name} has the shape {values.shape} and should have {shape}.")
            if not np.isfinite(values).all() or (values < 0).any():
                raise LostSalesInputError(f"{field.name} holds a number that is negative or none at all.")
        for name in ("mean", "lost_sale_penalty", "holding_cost"):
            if (getattr(self, name) <= 0).any():
                raise LostSalesInputError(f"{name} is to be above 0 for every item.")
        if not np.isin(self.lead_time, range(1, LONGEST_LEAD_TIME + 1)).all():
            raise LostSalesInputError(f"Lead times are 1 to {LONGEST_LEAD_TIME} whole periods.")
        if (np.asarray(self.on_order) * (np.arange(1, LONGEST_LEAD_TIME) >= np.asarray(self.lead_time)[:, None])).any():
            raise LostSalesInputError("Nothing on order can arrive as late as an order placed now.")


@dataclass(frozen=True)
class Suggestions:
    """orders: [n], units. covered: [n], whether the item lies in the ranges that the network was trained on."""

    orders: Integers
    covered: Booleans


def suggest(network: SharedNetwork, items: Items) -> Suggestions:
    """Order quantities for all items. Demand is described by its mean and deviation alone; less variable than Poisson
    counts as Poisson, more variable than geometric as geometric, and neither is covered.
    """
    dispersion = items.deviation**2 / items.mean
    ratio = items.lost_sale_penalty / items.holding_cost
    known = np.clip(dispersion, 1.0, 1 + items.mean)
    covered = (items.mean >= LEAST_MEAN) & (items.mean <= MOST_MEAN)
    covered &= (ratio >= LEAST_PENALTY_RATIO) & (ratio <= MOST_PENALTY_RATIO)
    covered &= np.isclose(known, dispersion, rtol=0.05)
    orders = np.empty(len(items.on_hand), dtype=np.int64)
    for start in range(0, len(orders), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        conditions = Conditions(
            _tensor(items.mean[part]),
            _tensor(known[part]),
            _tensor(ratio[part]),
            torch.from_numpy(np.asarray(items.lead_time[part])),
        )
        state = np.column_stack([items.on_hand[part], items.on_order[part]])
        orders[part] = _orders(network, conditions, state)
    return Suggestions(orders, covered)


def policy_for(network: SharedNetwork, instance: Instance) -> Policy:
    """The network as the policy of one problem."""

    def order(states: Integers) -> Integers:
        one = Conditions.of([instance])
        count = len(states)
        conditions = Conditions(
            one.mean.expand(count), one.dispersion.expand(count), one.penalty_ratio.expand(count),
            one.lead_time.expand(count),
        )  # fmt: skip
        padded = np.zeros((count, LONGEST_LEAD_TIME), dtype=np.int64)
        padded[:, : states.shape[1]] = states
        return _orders(network, conditions, padded)

    return order


@one_thread()
@torch.no_grad()
def _orders(network: SharedNetwork, conditions: Conditions, state: Integers) -> Integers:
    units = _tensor(state)
    orders = network(conditions, conditions.features(), units[:, 0], [units[:, place] for place in range(1, 4)])
    return np.asarray(torch.floor(orders + 0.5).long().numpy())


def _tensor(values: npt.NDArray[np.generic]) -> torch.Tensor:
    return torch.from_numpy(np.asarray(values, dtype=np.float32))
