"""Policies that are levels: order when the position is at the reorder point or below, so much, up to a level.

(s, S), (s, Q), base stock and capped base stock are all of this form, with levels that move as forecasts do.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from models.order_quantity.simulation.engine import Order, Policy, Situation


@dataclass(frozen=True)
class Levels:
    """Tensors [n, T], units, by the period of the review; or [n, s, T], by scenario too.

    Ordered is when position <= reorder: up to `up_to`, at most `cap` (None: no cap). batch: where given, whole batches
    instead, as few as lift the position above the reorder point (the (s, Q) rule).
    """

    reorder: Tensor
    up_to: Tensor
    cap: Tensor | None = None
    batch: Tensor | None = None

    def policy(self) -> Policy:
        """For the simulator; exact, without gradients."""

        def order(now: Situation) -> Order:
            reorder = _at(self.reorder, now.period)
            if self.batch is None:
                quantity = _at(self.up_to, now.period) - now.position
            else:
                batch = _at(self.batch, now.period).clamp(min=1e-6)
                quantity = (torch.floor((reorder - now.position).clamp(min=0) / batch) + 1) * batch
            if self.cap is not None:
                quantity = torch.minimum(quantity, _at(self.cap, now.period))
            quantity = torch.where(now.position <= reorder, quantity.clamp(min=0), 0.0)
            return Order(quantity, (quantity > 0).to(quantity.dtype))

        return order


def _at(values: Tensor, period: int) -> Tensor:
    """[n, 1] or [n, s] of one period."""
    return values[:, period : period + 1] if values.dim() == 2 else values[:, :, period]


@dataclass(frozen=True)
class SmoothLevels:
    """(s, S) with a gradient: forwards it decides as `Levels` does; backwards the trigger is a sigmoid over `width`
    [n, 1], units. reorder, up_to: [n, s, T], by scenario.

    The position inside the sigmoid is taken as given: with its gradient, the trigger's slope would be multiplied from
    review to review and grow beyond all bounds.
    """

    reorder: Tensor
    up_to: Tensor
    width: Tensor

    def policy(self) -> Policy:
        """For the simulator."""
        reorders, up_tos = self.reorder.unbind(dim=2), self.up_to.unbind(dim=2)

        def order(now: Situation) -> Order:
            reorder = reorders[now.period]
            need = (up_tos[now.period] - now.position).clamp(min=0)
            soft = torch.sigmoid((reorder - now.position.detach()) / self.width)
            hard = ((now.position <= reorder) & (need > 0)).to(need.dtype)
            placed = hard + soft - soft.detach()
            return Order(need * placed, placed)

        return order
