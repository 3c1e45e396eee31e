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

from models.order_quantity.simulation.supply import PriceBreaks
from models.order_quantity.simulation.terms import Terms


@dataclass(frozen=True)
class Course:
    """How a run goes. review: periods between two chances to order. warm_up: periods at the start that are not counted.
    lost_sales: unmet demand is lost, otherwise it waits. drawn_from: which of the drawn lead times the first period's
    order takes.
    """

    review: int = 1
    warm_up: int = 0
    lost_sales: bool = True
    drawn_from: int = 0


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


# what becomes of the orders [n, s] of all items together, at a review: suppliers' minimums, a budget
Limiter = Callable[[Situation, Tensor], Tensor]


def run(
    demand: Tensor,
    terms: Terms,
    policy: Policy,
    course: Course,
    *,
    lead_times: Tensor | None = None,
    breaks: PriceBreaks | None = None,
    limiter: Limiter | None = None,
) -> Outcome:
    """Simulate demand [n, s, T] under one policy.

    lead_times: int [n, s, T], drawn per order by its period; the items' own where absent (orders may overtake each
    other). limiter: asked in the periods that count. Gradients flow through quantities; lot rules round forwards and
    let the gradient through.
    """
    breaks = terms.breaks if breaks is None else breaks
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
            now = Situation(period, position, on_hand)
            quantity, placed = _placed(policy(now), now, terms, breaks, limiter if counted else None)
            position = position + quantity
            _send(arriving, quantity, period, fixed, _lead_times(terms, lead_times, period, course))
            if counted:
                sums["ordering"] = sums["ordering"] + order_cost * placed
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


def _placed(
    order: Order, now: Situation, terms: Terms, breaks: PriceBreaks | None, limiter: Limiter | None
) -> tuple[Tensor, Tensor]:
    """What is ordered of what a policy wants, and whether anything is, [n, s] each."""
    final, placed = terms.allowed(order.quantity), order.placed
    if breaks is not None:
        final = breaks.raised(final, terms.unit_cost, terms.holding_cost, terms.allowed)
    if limiter is not None:
        final = limiter(now, final)
        placed = (final > 0).to(final.dtype)
    return order.quantity + (final - order.quantity).detach(), placed


def _send(
    arriving: dict[int, Tensor], quantity: Tensor, period: int, fixed: list[int], own: tuple[Tensor, bool]
) -> None:
    """Put an order [n, s] where it arrives; own: lead times [n, s or 1], and whether they vary."""
    lead_times, varies = own
    times = torch.unique(lead_times).tolist() if varies else fixed
    for time in times:
        part = quantity if len(times) == 1 else torch.where(lead_times == time, quantity, 0.0)
        due = period + int(time)
        arriving[due] = arriving[due] + part if due in arriving else part


def _lead_times(terms: Terms, given: Tensor | None, period: int, course: Course) -> tuple[Tensor, bool]:
    """Of the orders of a period, and whether they are others than in the next."""
    if given is not None:
        return given[:, :, period], True
    if terms.lead_times is None:
        return terms.lead_time.unsqueeze(1), False
    at = (course.drawn_from + period) % terms.lead_times.shape[1]
    return terms.lead_times[:, at : at + 1], True


def _above_cost(quantity: Tensor, terms: Terms, breaks: PriceBreaks) -> Tensor:
    """What an order [n, s] costs above the unit cost (below: negative)."""
    return quantity * (breaks.price_at(quantity, terms.unit_cost) - terms.unit_cost.unsqueeze(1))
