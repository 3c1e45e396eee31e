"""The warehouse, simulated for all items and scenarios at once; the same code is hard for judging and smooth for
learning.

What happens in a period, in this order: at a review, an order is placed on the inventory position; what was ordered
`lead time` periods ago arrives (with a lead time of 0: what was just ordered); demand takes what is there; what is left
costs holding, what is short costs shortage. The shelves are empty at the start, which the warm-up makes good.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

import torch
from torch import Tensor

from models.order_quantity.simulation.terms import Terms


@dataclass(frozen=True)
class Course:
    """How a run goes. review: periods between two chances to order. warm_up: periods at the start that are not counted.
    lost_sales: unmet demand is lost, otherwise it waits.
    """

    review: int = 1
    warm_up: int = 0
    lost_sales: bool = True


@dataclass(frozen=True)
class Situation:
    """What a policy may look at when it orders; tensors [n, s], units. position = on_hand + on order - back orders."""

    period: int
    position: Tensor
    on_hand: Tensor


@dataclass(frozen=True)
class Order:
    """What a policy wants, before lot rules. quantity [n, s], units; placed [n, s]: 1 where it orders, else 0 (with a
    gradient while it learns).
    """

    quantity: Tensor
    placed: Tensor


Policy = Callable[[Situation], Order]


@dataclass(frozen=True)
class Outcome:
    """Sums over the counted periods, [n, s]: money for holding, ordering, shortage and purchase (what was paid above or
    below the unit cost); units of demand, of demand met at once, and of stock on hand (unit-periods).
    """

    holding: Tensor
    ordering: Tensor
    shortage: Tensor
    purchase: Tensor
    demand: Tensor
    filled: Tensor
    stock: Tensor

    @property
    def cost(self) -> Tensor:
        """Money, [n, s]."""
        return self.holding + self.ordering + self.shortage + self.purchase


@dataclass(frozen=True)
class PriceBreaks:
    """All-units discounts: from `quantity` [n, k] units on (increasing), every unit costs `price` [n, k]."""

    quantity: Tensor
    price: Tensor


def run(
    demand: Tensor,
    terms: Terms,
    policy: Policy,
    course: Course,
    *,
    lead_times: Tensor | None = None,
    breaks: PriceBreaks | None = None,
) -> Outcome:
    """Simulate demand [n, s, T] under one policy.

    lead_times: int [n, s, T], drawn per order by its period; the items' own where absent (orders may overtake each
    other). Gradients flow through quantities; lot rules round forwards and let the gradient through.
    """
    periods = demand.shape[2]
    on_hand = torch.zeros_like(demand[:, :, 0])
    position = on_hand
    zero = torch.zeros((), dtype=demand.dtype)
    arriving: dict[int, Tensor] = {}
    sums: dict[str, Tensor] = {field.name: torch.zeros_like(on_hand) for field in fields(Outcome)}
    fixed = torch.unique(terms.lead_time).tolist()
    order_cost, holding_cost, shortage_cost = (
        cost.unsqueeze(1) for cost in (terms.order_cost, terms.holding_cost, terms.shortage_cost)
    )
    for period in range(periods):
        counted = period >= course.warm_up
        if period % course.review == 0:
            order = policy(Situation(period, position, on_hand))
            quantity = order.quantity + (terms.allowed(order.quantity) - order.quantity).detach()
            position = position + quantity
            _send(arriving, quantity, period, terms, fixed, lead_times)
            if counted:
                sums["ordering"] = sums["ordering"] + order_cost * order.placed
                if breaks is not None:
                    sums["purchase"] = sums["purchase"] + _above_cost(quantity, terms, breaks)
        arrived = arriving.pop(period, None)
        if arrived is not None:
            on_hand = on_hand + arrived
        wanted = demand[:, :, period]
        filled = torch.minimum(on_hand.clamp(min=0), wanted)
        taken = filled if course.lost_sales else wanted
        on_hand, position = on_hand - taken, position - taken
        if counted:
            left = on_hand if course.lost_sales else on_hand.clamp(min=0)
            short = wanted - filled if course.lost_sales else torch.maximum(-on_hand, zero)
            sums["holding"] = torch.addcmul(sums["holding"], holding_cost, left)
            sums["shortage"] = torch.addcmul(sums["shortage"], shortage_cost, short)
            sums["stock"] = sums["stock"] + left
            sums["filled"] = sums["filled"] + filled
    sums["demand"] = demand[:, :, course.warm_up :].sum(dim=2)
    return Outcome(**sums)


def _send(
    arriving: dict[int, Tensor],
    quantity: Tensor,
    period: int,
    terms: Terms,
    fixed: list[int],
    lead_times: Tensor | None,
) -> None:
    """Put an order [n, s] where it arrives."""
    times = fixed if lead_times is None else torch.unique(lead_times[:, :, period]).tolist()
    own = terms.lead_time.unsqueeze(1) if lead_times is None else lead_times[:, :, period]
    for time in times:
        part = quantity if len(times) == 1 else torch.where(own == time, quantity, 0.0)
        due = period + int(time)
        arriving[due] = arriving[due] + part if due in arriving else part


def _above_cost(quantity: Tensor, terms: Terms, breaks: PriceBreaks) -> Tensor:
    """What an order [n, s] costs above the unit cost (below: negative)."""
    price = terms.unit_cost.unsqueeze(1).expand_as(quantity)
    for step in range(breaks.quantity.shape[1]):
        reached = quantity >= breaks.quantity[:, step : step + 1]
        price = torch.where(reached, breaks.price[:, step : step + 1], price)
    return quantity * (price - terms.unit_cost.unsqueeze(1))
