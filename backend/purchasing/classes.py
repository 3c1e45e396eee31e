"""ABC and XYZ: how much of the year's consumption a product is, and how steadily it sells.

Source: Silver, Pyke & Thomas, Inventory and Production Management (2017), section 3.2. A: the products that make up the
first 80 % of what a year's demand costs us; B: the next 15 %; C: the rest. X, Y, Z: the weekly demand of the last 52
weeks varies (standard deviation over mean) by less than 0.5, less than 1, or more.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy import func, select

from backend.company.days import business_day
from backend.sales.tables import Order, OrderLine
from backend.work import Work

WEEKS: Final = 52
A_SHARE: Final = Decimal("0.80")
B_SHARE: Final = Decimal("0.95")
X_VARIES: Final = 0.5
Y_VARIES: Final = 1.0
NOTHING_SOLD: Final = "CZ"


@dataclass(frozen=True)
class Sold:
    """What was sold of a product in the last 52 weeks: units, the spread by week, and the last day of a sale."""

    units: int
    variation: float
    last: date


def sold(work: Work) -> dict[int, Sold]:
    """Sales of the last 52 weeks by product; those that had none are left out."""
    today = work.clock.today()
    since = today - timedelta(days=7 * WEEKS)
    day = business_day(Order.placed_at)
    rows = work.session.execute(
        select(OrderLine.product_id, day, func.sum(OrderLine.quantity - OrderLine.cancelled))
        .join(Order, OrderLine.order_id == Order.id)
        .where(Order.placed_at >= work.clock.start_of(since), Order.state != "cancelled")
        .group_by(OrderLine.product_id, day)
    )
    weeks: dict[int, list[int]] = {}
    last: dict[int, date] = {}
    for key, on, quantity in rows:
        if quantity > 0:
            own = weeks.setdefault(key, [0] * WEEKS)
            own[min(WEEKS - 1, max(0, (on - since).days // 7))] += int(quantity)
            last[key] = max(on, last.get(key, on))
    return {key: Sold(sum(own), variation(own), last[key]) for key, own in weeks.items()}


def variation(weeks: Iterable[int]) -> float:
    """Standard deviation over mean; infinite where nothing was sold."""
    values = list(weeks)
    mean = sum(values) / len(values)
    if mean <= 0:
        return math.inf
    return math.sqrt(sum((value - mean) ** 2 for value in values) / len(values)) / mean


def classes(known: Mapping[int, Sold], costs: Mapping[int, Decimal]) -> dict[int, str]:
    """The class of every product that has a cost, such as "AX"."""
    worth = {key: costs[key] * known[key].units for key in costs if key in known}
    whole, so_far = sum(worth.values(), Decimal(0)), Decimal(0)
    found = dict.fromkeys(costs, NOTHING_SOLD)
    for key in sorted(worth, key=lambda key: (-worth[key], key)):
        letter = "A" if so_far < whole * A_SHARE else "B" if so_far < whole * B_SHARE else "C"
        varies = known[key].variation
        found[key] = letter + ("X" if varies < X_VARIES else "Y" if varies < Y_VARIES else "Z")
        so_far += worth[key]
    return found
