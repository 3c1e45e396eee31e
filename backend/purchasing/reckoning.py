"""The arithmetic behind a line of a proposal: when stock runs out, what service a quantity buys, what it costs. Pure.

Demand over the protection interval is taken as normal here, with the deviation that the safety stock was made for: near
enough to say what a whole case more or less changes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from statistics import NormalDist
from typing import Final, Literal

from models.inventory import LotRules, PriceBreak, economic_order_quantity, round_order, unit_price

HOLDING_RATE: Final = Decimal("0.2")  # of a unit's cost, for a year on the shelf: assumed
MARGIN_ASSUMED: Final = Decimal("0.4")  # of the cost, lost with a unit that is not there, where no price is known
LOOKED_AHEAD: Final = 366
LONGEST_BATCH: Final = 56  # days of demand: beyond that a batch costs more on the shelf than it saves in orders
YEAR: Final = 365.0
_NORMAL: Final = NormalDist()
_EXACT: Final = 1e-6  # units: what arithmetic in floats may be off by

Urgency = Literal["urgent", "soon", "routine"]


@dataclass(frozen=True)
class Terms:
    """What a supplier asks: cost per unit, steps at which it falls, what may be ordered, and what an order costs."""

    cost: Decimal
    breaks: tuple[PriceBreak, ...]
    rules: LotRules
    order_cost: Decimal

    def cost_at(self, quantity: int) -> Decimal:
        """The cost per unit at a quantity; never more than without the steps."""
        return min(self.cost, unit_price(quantity, self.cost, self.breaks))


@dataclass(frozen=True)
class Need:
    """What a quantity is measured against: demand over the protection interval (mean, safety stock, service level) and
    the inventory position, units; ``margin``: what is lost with a unit that is wanted and not there, money.
    """

    forecast: float
    safety_stock: float
    service_level: float
    position: int
    protection_days: int
    margin: Decimal

    @property
    def deviation(self) -> float:
        """The standard deviation that the safety stock stands for, units."""
        z = _NORMAL.inv_cdf(self.service_level)
        return max(0.0, self.safety_stock / z) if z > 0 else 0.0

    @property
    def yearly(self) -> float:
        """Demand in a year at this rate, units."""
        return self.forecast / max(1, self.protection_days) * YEAR


@dataclass(frozen=True)
class Classical:
    """What the economic order quantity would be, and what a year costs more (or less) with ours, money."""

    quantity: int
    difference: Decimal


@dataclass(frozen=True)
class Batch:
    """What an order is made up to: units ``needed`` without it, units with it; the line's share of an order, money."""

    needed: int
    quantity: int
    share: Decimal


def runs_out(
    available: int, coming: Sequence[tuple[date, int]], weekly: Sequence[float], first_week: date, today: date
) -> date | None:
    """The first day on which what is available and what comes in by its date no longer covers the forecast; None within
    a year.

    weekly: units by week from ``first_week`` (a Monday) on; the last weeks' mean goes on after that. What should have
    come by today is not counted: nobody knows when it comes.
    """
    if available <= 0:
        return today
    stock = float(available)
    after = sum(weekly) / len(weekly) if weekly else 0.0
    arrivals: dict[date, int] = {}
    for day, quantity in coming:
        if day > today:
            arrivals[day] = arrivals.get(day, 0) + quantity
    for offset in range(1, LOOKED_AHEAD + 1):
        day = today + timedelta(days=offset)
        week = max(0, (day - first_week).days // 7)
        stock += arrivals.get(day, 0) - (weekly[week] if week < len(weekly) else after) / 7
        if stock < 0:
            return day
    return None


def urgency(out_on: date | None, arrives: date, covered_until: date) -> Urgency:
    """Urgent: it runs out before an order of today arrives. Soon: before an order of the next review would."""
    if out_on is None or out_on > covered_until:
        return "routine"
    return "urgent" if out_on < arrives else "soon"


def service(need: Need, quantity: int) -> float:
    """The chance that nothing runs short over the protection interval with this quantity, 0 to 1."""
    stock = need.position + quantity
    if need.deviation <= 0:
        return 1.0 if stock >= need.forecast else 0.0
    return _NORMAL.cdf((stock - need.forecast) / need.deviation)


def expected_short(need: Need, quantity: int) -> float:
    """Units that are wanted and not there, on average, over the protection interval (the normal loss function)."""
    gap = need.position + quantity - need.forecast
    if need.deviation <= 0:
        return max(0.0, -gap)
    z = gap / need.deviation
    return max(0.0, need.deviation * (_NORMAL.pdf(z) - z * (1 - _NORMAL.cdf(z))))


def expected_cost(need: Need, terms: Terms, quantity: int, batch: Batch | None = None) -> Decimal:
    """What a quantity is expected to cost beyond the goods: units short at their margin, units left after the
    protection interval until they are sold, an order, and what is paid per unit above the best step, money. ``batch``:
    the one that was proposed.
    """
    short = Decimal(str(round(expected_short(need, quantity), 6)))
    best = min([terms.cost, *(step.price for step in terms.breaks)])
    premium = (terms.cost_at(quantity) - best) * quantity
    ordering = terms.order_cost if quantity else Decimal(0)
    held = holding(need, terms, quantity) if batch is None else holding_beside(batch, need, terms, quantity)
    return need.margin * short + held + premium + ordering


def holding(need: Need, terms: Terms, quantity: int) -> Decimal:
    """What it is expected to cost to hold the units left after the protection interval until they are sold, money."""
    left = max(0.0, need.position + quantity - need.forecast + expected_short(need, quantity))
    years = left / need.yearly / 2 if need.yearly > 0 else 1.0
    held = Decimal(str(round(left * (years + need.protection_days / YEAR / 2), 6)))
    return held * terms.cost_at(quantity) * HOLDING_RATE


def holding_beside(batch: Batch, need: Need, terms: Terms, quantity: int) -> Decimal:
    """What it costs to hold a quantity where an economic batch is proposed, money: a batch pays for its own units, and
    as much of its share of an order is lost as it is cut short by.
    """
    if batch.quantity <= batch.needed:
        return holding(need, terms, quantity)
    beyond = max(Decimal(0), holding(need, terms, quantity) - holding(need, terms, batch.quantity))
    missing = batch.quantity - min(max(quantity, batch.needed), batch.quantity)
    lost = batch.share * missing / (batch.quantity - batch.needed)
    return holding(need, terms, min(quantity, batch.needed)) + beyond + lost


def shortage_cost(need: Need, terms: Terms) -> Decimal:
    """What a unit that is wanted and not there is worth, money: its margin, or more where the service level that is
    asked for only pays with more (holding the last unit of safety stock · level / (1 - level), the newsvendor's
    ratio; Silver, Pyke & Thomas 2017, ch. 7).
    """
    years = (need.safety_stock / need.yearly if need.yearly > 0 else 1.0) + need.protection_days / YEAR / 2
    odds = need.service_level / (1 - need.service_level)
    return max(need.margin, terms.cost * HOLDING_RATE * Decimal(str(round(max(0.0, years) * odds, 6))))


def economic(yearly: float, terms: Terms, lines: int) -> float:
    """The economic order quantity of a line, units; ``lines`` share the cost of an order. 0 where nothing is weighed:
    no demand, no cost, or no cost of ordering.
    """
    if yearly <= 0 or terms.cost <= 0 or terms.order_cost <= 0:
        return 0.0
    return economic_order_quantity(yearly, float(terms.order_cost) / max(1, lines), float(terms.cost * HOLDING_RATE))


def batch_of(yearly: float, terms: Terms, lines: int) -> int:
    """What a line is ordered in at least, once it is ordered, units: the economic order quantity, at most what lasts
    LONGEST_BATCH, down to whole lots; 0 where that is less than may be ordered.
    """
    units = int(min(economic(yearly, terms, lines), yearly * LONGEST_BATCH / YEAR) + _EXACT)
    lots = units // terms.rules.step * terms.rules.step
    return lots if lots >= terms.rules.smallest else 0


def classical(need: Need, terms: Terms, quantity: int, lines: int) -> Classical | None:
    """The economic order quantity in whole lots beside ours; ``lines`` share the cost of an order. None where there is
    no demand, no cost or no cost of ordering to weigh.
    """
    order_cost = terms.order_cost / max(1, lines)
    if need.yearly <= 0 or terms.cost <= 0 or order_cost <= 0 or quantity <= 0:
        return None
    found = round_order(economic(need.yearly, terms, lines), terms.rules).quantity

    def yearly(size: int) -> float:
        price = float(terms.cost_at(size))
        stock = size / 2 * price * float(HOLDING_RATE)
        return need.yearly * (price + float(order_cost) / size) + stock

    return Classical(found, Decimal(str(round(yearly(quantity) - yearly(found), 2))))


def whole_parts(exact: Sequence[float], total: int) -> list[int]:
    """The exact parts as whole units, and what is left to ``total`` last, so that all of them add up to it."""
    rounded = [math.floor(part + 0.5) for part in exact]
    return [*rounded, total - sum(rounded)]
