"""What may be ordered: minimum order quantity, order multiple and packs, and which price break is worth reaching.

Integers and Decimal only: the result is exact. A quantity may be ordered if it is 0, or at least the minimum and a
multiple of the step; the step is the least common multiple of the order multiple and the pack.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class LotRules:
    """moq: units (0 or 1: none). multiple, pack: units per step and per pack (1: none)."""

    moq: int = 0
    multiple: int = 1
    pack: int = 1

    def __post_init__(self) -> None:
        if self.moq < 0 or self.multiple < 1 or self.pack < 1:
            raise ValueError("The minimum order quantity must be 0 or more; order multiple and pack must be 1 or more.")

    @property
    def step(self) -> int:
        """Units by which an order can grow."""
        return math.lcm(self.multiple, self.pack)

    @property
    def smallest(self) -> int:
        """The smallest order that is not 0."""
        return self.round_up(max(1, self.moq))

    def round_up(self, quantity: int) -> int:
        """The next multiple of the step."""
        return -(-quantity // self.step) * self.step

    def allows(self, quantity: int) -> bool:
        """Whether exactly this many units may be ordered."""
        return quantity == 0 or (quantity >= self.moq and quantity > 0 and quantity % self.step == 0)


@dataclass(frozen=True)
class Rounded:
    """quantity: what to order, units. added: units that rounding added to the need (need rounded up to a whole
    unit).
    """

    quantity: int
    added: int


@dataclass(frozen=True)
class PriceBreak:
    """From `quantity` units on, every unit costs `price`."""

    quantity: int
    price: Decimal


@dataclass(frozen=True)
class Offer:
    """A quantity at its price. extra_holding: what it costs to hold the units above the need until they are used."""

    quantity: int
    price: Decimal
    purchase: Decimal
    extra_holding: Decimal

    @property
    def cost(self) -> Decimal:
        """What decides between offers, for the units that are needed: see `choose_quantity`."""
        return self.purchase + self.extra_holding


def round_order(need: float, rules: LotRules) -> Rounded:
    """The smallest quantity that may be ordered and covers `need` units; 0 or a negative need stays 0.

    Raises ValueError for a need that is not a finite number.
    """
    if not math.isfinite(need):
        raise ValueError("The need must be a finite number.")
    whole = math.ceil(need)
    if whole <= 0:
        return Rounded(0, 0)
    quantity = max(rules.smallest, rules.round_up(whole))
    return Rounded(quantity, quantity - whole)


def unit_price(quantity: int, price: Decimal, breaks: Sequence[PriceBreak] = ()) -> Decimal:
    """The price per unit at this quantity: that of the largest break that it reaches, else `price`."""
    reached = [step for step in breaks if quantity >= step.quantity]
    return max(reached, key=lambda step: step.quantity).price if reached else price


def choose_quantity(
    need: float,
    rules: LotRules,
    price: Decimal,
    breaks: Sequence[PriceBreak] = (),
    *,
    holding_rate: Decimal = Decimal("0.2"),
    annual_demand: float = 0.0,
) -> Offer:
    """The quantity that covers `need` at the least cost, all-units discounts considered.

    Candidates are the rounded need and, for each break above it, the smallest allowed quantity that reaches it
    (all-units cost is piecewise linear, so no other quantity can be better). Units beyond the rounded need are not
    lost: they save buying them later at the price the rounded need would get, and cost holding_rate x price x the half
    of the time until they are used. Without demand nothing extra is worth buying. Ties go to the smaller quantity. A
    need of 0 stays 0.
    """
    base = round_order(need, rules).quantity
    base_price = unit_price(base, price, breaks)
    best = Offer(base, base_price, base * base_price, Decimal(0))
    if base == 0 or annual_demand <= 0:
        return best
    yearly = Decimal(str(annual_demand))
    for step in sorted(breaks, key=lambda item: item.quantity):
        quantity = rules.round_up(max(step.quantity, rules.smallest))
        if quantity <= base:
            continue
        reached = unit_price(quantity, price, breaks)
        extra = quantity - base
        holding = holding_rate * reached * extra * (Decimal(extra) / yearly) / 2
        saved_later = extra * base_price
        offer = Offer(quantity, reached, quantity * reached - saved_later, holding)
        if offer.cost < best.cost:
            best = offer
    return Offer(best.quantity, best.price, best.quantity * best.price, best.extra_holding)
