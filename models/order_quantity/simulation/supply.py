"""How suppliers deliver and charge beyond one lead time and one price: lead times that vary, price breaks.

Both come from the item table, or from options for all items alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from models.order_quantity.simulation.tables import TableError

Floats = npt.NDArray[np.float64]
Steps = tuple[tuple[float, float], ...]
DRAWN = 400  # lead times per item; a longer run begins again with the first
LONGEST = 104  # periods
_NEVER = float("inf")


@dataclass(frozen=True)
class PriceBreaks:
    """All-units discounts: from `quantity` [n, k] units on (increasing, infinite where there is none), every unit costs
    `price` [n, k]. usage [n]: units per period that are expected to be used; None: nothing is bought for a lower price.
    """

    quantity: Tensor
    price: Tensor
    usage: Tensor | None = None

    def rows(self, chosen: Tensor | slice) -> PriceBreaks:
        """The same for some items."""
        usage = None if self.usage is None else self.usage[chosen]
        return PriceBreaks(self.quantity[chosen], self.price[chosen], usage)

    def price_at(self, quantity: Tensor, unit_cost: Tensor) -> Tensor:
        """The price per unit of orders [n, s]."""
        price = unit_cost.unsqueeze(1).expand_as(quantity)
        for step in range(self.quantity.shape[1]):
            reached = quantity >= self.quantity[:, step : step + 1]
            price = torch.where(reached, self.price[:, step : step + 1], price)
        return price

    def raised(
        self, quantity: Tensor, unit_cost: Tensor, holding: Tensor, allowed: Callable[[Tensor], Tensor]
    ) -> Tensor:
        """Orders [n, s] with what it pays to buy on top of them for a lower price: the units are bought later
        otherwise, at the price of the order as it is, and are held until they are used (`models.inventory.
        choose_quantity`).
        """
        if self.usage is None:
            return quantity
        now = self.price_at(quantity, unit_cost)
        best, least = quantity, torch.zeros_like(quantity)
        for step in range(self.quantity.shape[1]):
            known = torch.isfinite(self.quantity[:, step : step + 1])
            target = allowed(torch.where(known, self.quantity[:, step : step + 1], 0.0)).expand_as(quantity)
            more = target - quantity
            held = holding.unsqueeze(1) * more.square() / self.usage.clamp(min=1e-9).unsqueeze(1) / 2
            cost = target * (self.price_at(target, unit_cost) - now) + held
            better = known & (quantity > 0) & (more > 0) & (cost < least)
            best, least = torch.where(better, target, best), torch.where(better, cost, least)
        return best


def price_breaks(steps: Sequence[Steps], usage: Floats) -> PriceBreaks | None:
    """Items' steps as tensors; None where no item has one."""
    width = max((len(own) for own in steps), default=0)
    if width == 0:
        return None
    quantity, price = np.full((len(steps), width), _NEVER), np.zeros((len(steps), width))
    for row, own in enumerate(steps):
        for at, (units, cost) in enumerate(own):
            quantity[row, at], price[row, at] = units, cost
    tensors = (torch.tensor(part, dtype=torch.float32) for part in (quantity, price, usage))
    return PriceBreaks(*tensors)


def read_steps(text: str) -> Steps:
    """Price breaks as "100:9.50;500:9.00": from 100 units on 9.50 each. Raises TableError."""
    found = []
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*:\s*(\d+(?:\.\d+)?)", part)
        if match is None or float(match[1]) <= 0:
            raise TableError(f"Price breaks read like 100:9.50;500:9.00, not {text!r}.")
        found.append((float(match[1]), float(match[2])))
    return tuple(sorted(found))


def read_times(text: str) -> tuple[float, ...]:
    """Lead times that were observed, as "4 5 9", periods. Raises TableError."""
    parts = re.split(r"[\s;,]+", text.strip())
    if not all(re.fullmatch(r"\d+(?:\.0*)?", part) for part in parts) or max(map(float, parts)) > LONGEST:
        raise TableError(f"Lead times read like 4 5 9, whole periods up to {LONGEST}, not {text!r}.")
    return tuple(float(part) for part in parts)


def draw_lead_times(
    mean: Floats, deviation: Floats, observed: Sequence[tuple[float, ...] | None], seed: int
) -> Tensor | None:
    """Lead times by item and order, int64 [n, DRAWN]: of those observed where they are given, else whole periods of a
    gamma distribution with this mean and standard deviation [n]. None where no item's varies.
    """
    varies = np.array([own is not None and len(set(own)) > 1 for own in observed]) | (deviation > 0)
    if not varies.any():
        return None
    rng = np.random.default_rng(seed)
    found = np.repeat(mean[:, None], DRAWN, axis=1)
    for row in np.flatnonzero(varies).tolist():
        own = observed[row]
        if own is not None:
            found[row] = rng.choice(np.asarray(own), DRAWN)
        elif mean[row] > 0:
            scale = deviation[row] ** 2 / mean[row]
            found[row] = rng.gamma(mean[row] / scale, scale, DRAWN)
    return torch.from_numpy(np.clip(np.rint(found), 0, LONGEST).astype(np.int64))
