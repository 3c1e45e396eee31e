"""The demo customer's habits: a joinery and upholstery workshop that buys bolts and linen, and buys them regularly.

Two orders of the last days are fixed: one delivered last week, one on its way today. Everything else is bought at even
intervals up to a known age, so that several products are due now.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

import numpy as np

from backend.demo.calendar import Calendar
from backend.demo.catalogue import Item

ORDER_WEEKDAYS: Final = (1, 4)
STEADINESS: Final = 45.0
_MOST: Final = 200
_USUAL: Final = 0.75

# Product, quantity, interval in days, and when it was last bought: in the order delivered last week, in the one on its
# way, or that share of the interval ago (above 1: due).
_HABITS: Final[tuple[tuple[str, int, int, Literal["delivered", "on its way"] | float], ...]] = (
    ("Hex bolt M8x40 zinc", 60, 35, 0.72),
    ("Flat washer M8 form A zinc", 250, 42, 0.62),
    ("Linen fabric blue 150 cm", 250, 40, 0.80),
    ("Hex nut M8 zinc", 100, 35, 1.12),
    ("Linen fabric natural 150 cm", 150, 28, 1.22),
    ("Upholstery thread natural nylon 800 m", 6, 45, 1.10),
    ("Wood screw 4x40 countersunk pozi yellow", 400, 26, 1.30),
    ("Jute webbing 50 mm", 50, 38, 1.18),
    ("Calico medium unbleached 160 cm", 200, 34, 1.05),
    ("Coach bolt M10x80 zinc", 40, 42, 0.70),
    ("Cotton drill black 150 cm", 200, 56, 0.55),
    ("Threaded rod M8 x 1 m zinc", 10, 90, 0.60),
    ("Polyester thread navy 1000 m", 10, 70, 0.65),
    ("Linen fabric white 150 cm", 150, 60, 0.50),
    ("Wood screw 5x60 countersunk pozi yellow", 600, 30, "delivered"),
    ("Continuous zip black no. 5", 50, 48, "delivered"),
    ("Linen fabric charcoal 150 cm", 100, 45, "delivered"),
    ("Nyloc nut M8 zinc", 100, 42, "delivered"),
    ("Wood screw 4x50 countersunk pozi yellow", 400, 32, "on its way"),
    ("Sleeve anchor M8x65 zinc", 50, 50, "on its way"),
    ("Upholstery thread black nylon 800 m", 6, 40, "on its way"),
)


@dataclass(frozen=True)
class Purchase:
    """An item bought on a working day (by its number)."""

    day: int
    item: int
    quantity: int


def hero_items(items: list[Item]) -> frozenset[int]:
    """What the demo customer buys; always kept in good stock."""
    names = {name for name, *_ in _HABITS}
    return frozenset(item.index for item in items if item.name in names)


def delivered_day(calendar: Calendar) -> int:
    """When the order delivered last week was placed: it is sent one working day later and arrives after another."""
    monday = calendar.today - timedelta(calendar.today.weekday())
    return calendar.before(monday - timedelta(4)) - 2


def on_its_way_day(calendar: Calendar) -> int:
    """When the order on its way was placed: it was sent on the last working day."""
    return len(calendar.days) - 2


def purchases(items: list[Item], calendar: Calendar, rng: np.random.Generator) -> list[Purchase]:
    """All that the demo customer wanted in three years, counted backwards from its last purchase of each item."""
    by_name = {item.name: item for item in items}
    fixed = {"delivered": delivered_day(calendar), "on its way": on_its_way_day(calendar)}
    before = calendar.days[: fixed["delivered"] - 1]
    allowed = [number for number, day in enumerate(before) if day.weekday() in ORDER_WEEKDAYS]
    found: list[Purchase] = []
    for name, quantity, interval, last in _HABITS:
        item = by_name[name]
        gaps = rng.gamma(STEADINESS, interval / STEADINESS, _MOST)
        ages = np.concatenate([[0], np.cumsum(np.floor(gaps))]).astype(int).tolist()
        usual = rng.random(_MOST + 1) < _USUAL
        if isinstance(last, str):
            end = calendar.day(fixed[last])
            found.append(Purchase(fixed[last], item.index, quantity))
            ages = ages[1:]
        else:
            end = calendar.today - timedelta(round(last * interval))
        for nth, age in enumerate(ages):
            day = _last_order_day(allowed, calendar, end - timedelta(age))
            if day is None:
                break
            amount = quantity if nth == 0 or usual[nth] else item.fit(1.5 * quantity)
            found.append(Purchase(day, item.index, amount))
    return found


def _last_order_day(allowed: list[int], calendar: Calendar, day: date) -> int | None:
    """The last working day on or before a date on which the customer sends orders."""
    place = bisect_right(allowed, calendar.before(day)) - 1
    return allowed[place] if place >= 0 else None
