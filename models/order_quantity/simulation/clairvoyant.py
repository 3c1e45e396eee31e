"""What a buyer would pay who knew all demand: the least cost of any policy under the same rules.

Per item the lot-sizing problem of Wagner & Whitin (1958) with lost sales (Aksen, Altinkemer & Chand 2003) or back
orders (Zangwill 1969): an order arrives only when there is nothing left, so a shortest path over arrivals finds the
least cost. Orders of the warm-up are free, as they are for the policies. Without minimum and multiple it is exact; with
them it is a lower bound, since it may order what the rules forbid.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
_PARTS = ("ordering", "holding", "shortage", "filled", "stock")


@dataclass(frozen=True)
class Hindsight:
    """Per item, [n], over the counted periods: money, units of demand met at once, unit-periods of stock."""

    ordering: Floats
    holding: Floats
    shortage: Floats
    filled: Floats
    stock: Floats

    @property
    def cost(self) -> Floats:
        """Money, [n]."""
        return self.ordering + self.holding + self.shortage


def clairvoyant(
    demand: Floats,
    order_cost: Floats,
    holding_cost: Floats,
    shortage_cost: Floats,
    lead_time: npt.NDArray[np.int64],
    *,
    warm_up: int,
    review: int,
    lost_sales: bool,
) -> Hindsight:
    """demand [n, T] of the counted periods, which follow `warm_up` periods; costs [n] (see Terms)."""
    count, periods = demand.shape
    arrival = np.arange(periods)[None, :] + warm_up - lead_time[:, None]  # when it must have been ordered
    possible = (arrival >= 0) & (arrival % review == 0)
    price = np.where(arrival < warm_up, 0.0, order_cost[:, None])
    state = {name: np.zeros((count, periods + 1)) for name in _PARTS}
    cost = np.zeros((count, periods + 1))
    for end in range(1, periods + 1):
        parts = _without(demand, shortage_cost, state, end, lost_sales)
        best = parts["ordering"] + parts["holding"] + parts["shortage"]
        for first, at in _lots(end, lost_sales):
            lot = _lot(demand, holding_cost, shortage_cost, (first, at, end), lost_sales)
            total = cost[:, first] + price[:, at] + lot["holding"] + lot["shortage"]
            better = possible[:, at] & (total < best)
            best = np.where(better, total, best)
            lot["ordering"] = price[:, at]
            for name in _PARTS:
                parts[name] = np.where(better, state[name][:, first] + lot[name], parts[name])
        cost[:, end] = best
        for name in _PARTS:
            state[name][:, end] = parts[name]
    return Hindsight(**{name: values[:, -1] for name, values in state.items()})


def _lots(end: int, lost_sales: bool) -> list[tuple[int, int]]:
    """(first period served, arrival) of the lots that serve demand up to `end`."""
    if lost_sales:
        return [(at, at) for at in range(end)]
    return [(first, at) for at in range(end) for first in range(at + 1)]


def _without(
    demand: Floats, shortage_cost: Floats, state: dict[str, Floats], end: int, lost_sales: bool
) -> dict[str, Floats]:
    """The period before `end` is not served at all: lost, or waiting until the end of all."""
    waits = 1 if lost_sales else demand.shape[1] - end + 1
    parts = {name: values[:, end - 1].copy() for name, values in state.items()}
    parts["shortage"] = parts["shortage"] + shortage_cost * demand[:, end - 1] * waits
    return parts


def _lot(
    demand: Floats, holding_cost: Floats, shortage_cost: Floats, span: tuple[int, int, int], lost_sales: bool
) -> dict[str, Floats]:
    """What serving periods first…end - 1 from what arrives in `at` costs; units that are cheaper lost are lost."""
    first, at, end = span
    wait = np.arange(end - at)
    ahead = demand[:, at:end]
    held = np.ones_like(ahead, dtype=bool)
    if lost_sales:
        held = holding_cost[:, None] * wait <= shortage_cost[:, None]
    stock = (ahead * wait * held).sum(axis=1)
    late = (demand[:, first:at] * np.arange(at - first, 0, -1)).sum(axis=1)
    lost = (ahead * ~held).sum(axis=1)
    return {
        "holding": holding_cost * stock,
        "shortage": shortage_cost * (late + lost),
        "filled": (ahead * held).sum(axis=1),
        "stock": stock,
    }
