"""How fast each product sells over time: season, trend, launch, end and promotions, day by day.

The rate is relative: 1 is a product's ordinary pace. Its running sum is a clock that runs faster when demand is high;
customers' purchases are drawn at even intervals on that clock.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from backend.demo.calendar import Calendar
from backend.demo.catalogue import Item
from backend.demo.prices import Promotion

Floats = NDArray[np.float64]

_OUTDOOR: Final = (0.62, 0.72, 1.02, 1.34, 1.48, 1.42, 1.28, 1.10, 0.98, 0.80, 0.66, 0.48)
_BUILDING: Final = (0.82, 0.90, 1.06, 1.14, 1.18, 1.16, 1.10, 1.00, 1.04, 0.98, 0.90, 0.66)
_CLOTH: Final = (0.84, 0.86, 0.94, 0.94, 0.88, 0.80, 0.78, 0.98, 1.32, 1.44, 1.26, 0.96)
_GIFTS: Final = (0.56, 0.84, 0.82, 0.90, 0.96, 0.88, 0.74, 0.86, 1.14, 1.52, 1.78, 1.04)
_EVEN: Final = (0.98, 0.98, 1.02, 1.02, 1.02, 1.00, 0.96, 0.94, 1.04, 1.06, 1.04, 0.92)
_SEASONS: Final = {
    "Bolts": _BUILDING,
    "Screws": _BUILDING,
    "Nuts": _BUILDING,
    "Washers": _BUILDING,
    "Anchors": _OUTDOOR,
    "Rivets": _EVEN,
    "Threaded rod": _EVEN,
    "Linen": _CLOTH,
    "Cotton": _CLOTH,
    "Thread": _CLOTH,
    "Zips": _CLOTH,
    "Buttons": _CLOTH,
    "Ribbon": _GIFTS,
    "Elastic & webbing": _EVEN,
}
# Yearly growth of a group of the price list.
_GROWTH: Final = {
    11: 0.14, 31: 0.10, 35: -0.10, 50: 0.08, 51: 0.12, 60: -0.08,
    70: 0.16, 71: 0.10, 75: -0.15, 83: -0.12, 85: -0.08, 94: 0.15,
}  # fmt: skip
_DECKING: Final = 31
_LAUNCH_RAMP: Final = 120
_END_RAMP: Final = 150
_LIFT: Final = 1.9


def rates(items: list[Item], calendar: Calendar, offers: list[Promotion], rng: np.random.Generator) -> Floats:
    """Relative rate per item (rows) and calendar day (columns)."""
    length = calendar.calendar_days
    ages = np.arange(length, 0, -1, dtype=np.float64)
    years = (np.arange(length) - length / 2) / 365.25
    table = np.empty((len(items), length))
    seasons = {name: _daily(months, calendar) for name, months in {**_SEASONS, "outdoor": _OUTDOOR}.items()}
    for item in items:
        season = seasons["outdoor" if item.range.group == _DECKING else item.range.category]
        growth = _GROWTH.get(item.range.group, 0.02) + rng.normal(0, 0.05)
        strength = rng.uniform(0.75, 1.2)
        row = np.maximum(0.15, 1 + strength * (season - 1)) * (1 + growth) ** years
        if item.launched is not None:
            row *= np.clip((item.launched - ages) / _LAUNCH_RAMP, 0, 1) ** 0.5
        if item.dropped is not None:
            row *= np.clip((ages - item.dropped) / _END_RAMP, 0, 1) ** 0.5
        table[item.index] = row
    for offer in offers:
        first = max(0, (offer.first - calendar.first).days)
        last = min(length, (offer.last - calendar.first).days + 1)
        table[list(offer.items), first:last] *= _LIFT
    return table


def _daily(months: tuple[float, ...], calendar: Calendar) -> Floats:
    """A month's factor stands for its middle; days between are interpolated, around the year."""
    middles = np.array([(month - 0.5) * 365.25 / 12 for month in range(14)])
    values = np.array([months[-1], *months, months[0]])
    days = [(calendar.first + timedelta(n)).timetuple().tm_yday for n in range(calendar.calendar_days)]
    return np.asarray(np.interp(np.array(days, dtype=np.float64), middles, values))
