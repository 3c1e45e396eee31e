"""One network for every item: told the costs, the lead time and the demand, it orders for all of them.

What it sees is in units of the item's own demand: how far each partial sum of stock and pipeline lies from the demand
until then, in standard deviations. So items that differ only in scale look nearly the same to it, and costs enter as
their ratio alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.order_quantity.lost_sales.instances import LONGEST_LEAD_TIME, Instance

_STATE_FEATURES = 2 * LONGEST_LEAD_TIME
_CONDITION_FEATURES = LONGEST_LEAD_TIME + 5


@dataclass(frozen=True)
class Conditions:
    """What the network is told of n items, tensors [n]: units per period, variance over mean, money, whole periods."""

    mean: Tensor
    dispersion: Tensor
    penalty_ratio: Tensor
    lead_time: Tensor

    @property
    def deviation(self) -> Tensor:
        """Standard deviation of a period's demand, units."""
        return (self.mean * self.dispersion).sqrt()

    def features(self) -> Tensor:
        """[n, 9]: what does not change with the stock."""
        ratio = self.penalty_ratio / (1 + self.penalty_ratio)
        safety = math.sqrt(2) * torch.erfinv(2 * ratio - 1)  # the newsvendor's factor under normal demand
        leads = [(self.lead_time == periods).to(self.mean.dtype) for periods in range(1, LONGEST_LEAD_TIME + 1)]
        logs = [self.penalty_ratio.log() - 2, self.mean.log() - 1.5, self.dispersion.log() - 1]
        return torch.stack([*leads, *logs, safety - 1.5, self.deviation / self.mean], dim=-1)

    @staticmethod
    def of(instances: Sequence[Instance]) -> Conditions:
        """The same of instances."""
        return Conditions(
            torch.tensor([instance.mean for instance in instances]),
            torch.tensor([instance.variance_to_mean for instance in instances]),
            torch.tensor([instance.lost_sale_penalty / instance.holding_cost for instance in instances]),
            torch.tensor([instance.lead_time for instance in instances]),
        )


class SharedNetwork(nn.Module):
    """State and conditions -> hidden -> hidden -> order in units, not yet whole."""

    def __init__(self, hidden: int = 64, generator: torch.Generator | None = None) -> None:
        super().__init__()
        inputs = _STATE_FEATURES + _CONDITION_FEATURES
        self.first = nn.Linear(inputs, hidden)
        self.second = nn.Linear(hidden, hidden)
        self.last = nn.Linear(hidden, 1)
        self.direct = nn.Linear(inputs, 1)
        for layer, gain in ((self.first, 1.0), (self.second, 1.0), (self.last, 0.1), (self.direct, 0.1)):
            nn.init.normal_(layer.weight, std=gain * layer.in_features**-0.5, generator=generator)
            nn.init.zeros_(layer.bias)

    def forward(self, items: Conditions, fixed: Tensor, on_hand: Tensor, pipeline: Sequence[Tensor]) -> Tensor:
        """on_hand [n], pipeline [3 or more][n], units; fixed: items.features() -> orders [n], units."""
        inputs = torch.cat([_state_features(items, on_hand, pipeline), fixed], dim=-1)
        hidden = functional.silu(self.second(functional.silu(self.first(inputs))))
        order = (self.last(hidden) + self.direct(inputs)).squeeze(-1)
        return functional.softplus(items.mean + items.deviation * order)


def _state_features(items: Conditions, on_hand: Tensor, pipeline: Sequence[Tensor]) -> Tensor:
    """[n, 8]: partial sums, and single receipts, against demand; 0 where the lead time is shorter."""
    deviation, position = items.deviation, on_hand
    sums, receipts = [], []
    for periods in range(1, LONGEST_LEAD_TIME + 1):
        if periods > 1:
            position = position + pipeline[periods - 2]
        under_way = items.lead_time >= periods
        arriving = on_hand if periods == 1 else pipeline[periods - 2]
        sums.append((position - periods * items.mean) / (deviation * math.sqrt(periods)) * under_way)
        receipts.append((arriving / items.mean - 1) * under_way)
    return torch.stack([*sums, *receipts], dim=-1)
