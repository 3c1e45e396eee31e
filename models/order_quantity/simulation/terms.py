"""What ordering, holding and running out cost, and what may be ordered: one row per item, as tensors."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import torch
from torch import Tensor

from models.order_quantity.simulation.supply import PriceBreaks

_CLOSE = 1e-4  # of a lot: what arithmetic in float32 may be off by


@dataclass(frozen=True)
class Terms:
    """Tensors [n]; lead_time int64, the others float32.

    unit_cost: money per unit. order_cost: money per order. holding_cost: money per unit and period. shortage_cost:
    money per unit short (with back orders: per unit and period that it waits). lead_time: periods. moq, multiple: units
    (0: none). Where they are given: lead_times int64 [n, D], how long the orders take, one after the other, around
    lead_time; lead_deviation [n]: their standard deviation, periods; breaks: lower prices for larger orders.
    """

    unit_cost: Tensor
    order_cost: Tensor
    holding_cost: Tensor
    shortage_cost: Tensor
    lead_time: Tensor
    moq: Tensor
    multiple: Tensor
    lead_deviation: Tensor | None = None
    lead_times: Tensor | None = None
    breaks: PriceBreaks | None = None

    def __len__(self) -> int:
        return len(self.unit_cost)

    def rows(self, chosen: Tensor | slice) -> Terms:
        """The same for some items."""
        given: dict[str, Any] = {field.name: getattr(self, field.name) for field in fields(self)}
        chosen_rows: dict[str, Any] = {
            name: None if part is None else _of(part, chosen) for name, part in given.items()
        }
        return Terms(**chosen_rows)

    def with_shortage(self, factor: float) -> Terms:
        """The same with every shortage costing `factor` times as much."""
        return replace(self, shortage_cost=self.shortage_cost * factor)

    @property
    def longest(self) -> int:
        """The longest lead time, periods."""
        drawn = self.lead_time if self.lead_times is None else self.lead_times
        return max(int(self.lead_time.max()), int(drawn.max()))

    @property
    def smallest(self) -> Tensor:
        """The smallest order that is not 0, [n]; 0 where any quantity may be ordered."""
        return torch.maximum(self._up(self.moq), self.multiple)

    def allowed(self, need: Tensor) -> Tensor:
        """The smallest quantity [n, ...] that may be ordered and covers each need; 0 or a negative need stays 0."""
        shape = (-1,) + (1,) * (need.dim() - 1)
        smallest, multiple = self.smallest.view(shape), self.multiple.view(shape)
        step = torch.where(multiple > 0, multiple, 1.0)
        stepped = torch.where(multiple > 0, torch.ceil(need / step - _CLOSE) * step, need)
        return torch.where(need > 0, torch.maximum(stepped, smallest), 0.0)

    def _up(self, quantity: Tensor) -> Tensor:
        step = torch.where(self.multiple > 0, self.multiple, 1.0)
        return torch.where(self.multiple > 0, torch.ceil(quantity / step - _CLOSE) * step, quantity)


def _of(part: Tensor | PriceBreaks, chosen: Tensor | slice) -> Tensor | PriceBreaks:
    return part.rows(chosen) if isinstance(part, PriceBreaks) else part[chosen]
