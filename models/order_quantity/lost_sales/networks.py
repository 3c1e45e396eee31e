"""Policy networks: from stock and pipeline to an order. A batch of them, one per instance, side by side."""

from __future__ import annotations

import math
from collections.abc import Sequence
from copy import deepcopy

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from models.forecasting.threads import one_thread
from models.order_quantity.lost_sales.chain import Policy
from models.order_quantity.lost_sales.instances import LONGEST_LEAD_TIME

Integers = npt.NDArray[np.int64]


class NetworkBatch(nn.Module):
    """G networks of the same shape with weights of their own: inputs -> hidden -> hidden -> order.

    Inputs are the on-hand stock and the orders that arrive in the next three periods, by mean demand. One matrix
    product computes a layer of all of them. They begin with the same weights.
    """

    def __init__(self, scale: Tensor, hidden: int, generator: torch.Generator) -> None:
        """scale: [G], mean demand per period, units."""
        super().__init__()
        groups, inputs = len(scale), LONGEST_LEAD_TIME
        self.register_buffer("scale", scale.reshape(-1, 1))
        self.first = nn.Parameter(_initial(groups, inputs, hidden, generator))
        self.first_bias = nn.Parameter(torch.zeros(groups, 1, hidden))
        self.second = nn.Parameter(_initial(groups, hidden, hidden, generator))
        self.second_bias = nn.Parameter(torch.zeros(groups, 1, hidden))
        self.last = nn.Parameter(_initial(groups, hidden, 1, generator) * 0.1)
        self.direct = nn.Parameter(torch.zeros(groups, inputs, 1))
        self.last_bias = nn.Parameter(torch.ones(groups, 1, 1))

    scale: Tensor

    def forward(self, on_hand: Tensor, pipeline: Sequence[Tensor]) -> Tensor:
        """on_hand [G, B], pipeline [4][G, B], units -> orders [G, B], units, not yet whole."""
        inputs = torch.stack([on_hand, *pipeline[: LONGEST_LEAD_TIME - 1]], dim=-1) / self.scale.unsqueeze(-1) - 1
        hidden = functional.silu(torch.baddbmm(self.first_bias, inputs, self.first))
        hidden = functional.silu(torch.baddbmm(self.second_bias, hidden, self.second))
        direct = torch.baddbmm(self.last_bias, inputs, self.direct)
        orders: Tensor = functional.softplus(torch.baddbmm(direct, hidden, self.last).squeeze(-1) * self.scale)
        return orders


def _initial(groups: int, inputs: int, outputs: int, generator: torch.Generator) -> Tensor:
    return (torch.randn(1, inputs, outputs, generator=generator) / math.sqrt(inputs)).repeat(groups, 1, 1)


def policy_of(network: NetworkBatch, place: int, threshold: float = 0.5) -> Policy:
    """The network at `place` of the batch as a policy of whole orders: order z is rounded up where its fraction is at
    least 1 - threshold.
    """
    one = deepcopy(network).requires_grad_(False)
    for name, weights in list(one.named_parameters()):
        setattr(one, name, nn.Parameter(weights[place : place + 1].clone(), requires_grad=False))
    one.scale = network.scale[place : place + 1]

    def order(states: Integers) -> Integers:
        padded = torch.zeros(LONGEST_LEAD_TIME, 1, len(states))
        padded[: states.shape[1], 0] = torch.from_numpy(states.T.copy()).float()
        with one_thread():
            orders = one(padded[0], list(padded[1:]))[0]
        return np.asarray(torch.floor(orders + threshold).long().numpy())

    return order
