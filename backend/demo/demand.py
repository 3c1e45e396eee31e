"""What customers wanted, day by day, before anybody looked at the stock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from backend.demo import hero
from backend.demo.calendar import Calendar
from backend.demo.catalogue import Item
from backend.demo.habits import Habit, repertoires
from backend.demo.people import HERO, Buyer
from backend.demo.prices import Promotion
from backend.demo.seasons import Floats, rates

LINES_AN_ORDER: Final = 4.0
_AMOUNTS: Final = (1.0, 0.5, 1.5, 2.0)
_AMOUNT_CHANCES: Final = (0.70, 0.10, 0.12, 0.08)
_ALONG: Final = 0.85


@dataclass(slots=True)
class Wish:
    """What one customer would order on one working day: pairs of item and quantity."""

    day: int
    buyer: int
    lines: list[tuple[int, int]]


@dataclass(frozen=True)
class Market:
    """What is for sale, and each item's clock: the running sum of its relative rate (items by calendar days)."""

    items: list[Item]
    calendar: Calendar
    clocks: Floats


Baskets = dict[tuple[int, int], dict[int, int]]
"""Item to quantity, by working day and customer."""


def wishes(
    items: list[Item], buyers: list[Buyer], calendar: Calendar, offers: list[Promotion], rng: np.random.Generator
) -> list[Wish]:
    """Every customer's orders as they would be were everything in stock, by day and customer."""
    market = Market(items, calendar, np.cumsum(rates(items, calendar, offers, rng), axis=1))
    baskets: Baskets = {}
    for buyer, habits in zip(buyers, repertoires(items, buyers, rng), strict=True):
        if buyer.name == HERO:
            for bought in hero.purchases(items, calendar, rng):
                _add(baskets, bought.day, buyer.index, bought.item, bought.quantity)
        else:
            _fill(baskets, buyer, habits, market, rng)
    return [Wish(day, buyer, list(basket.items())) for (day, buyer), basket in sorted(baskets.items())]


def _fill(
    baskets: Baskets,
    buyer: Buyer,
    habits: list[Habit],
    market: Market,
    rng: np.random.Generator,
) -> None:
    items, calendar, clocks = market.items, market.calendar, market.clocks
    order_days, offsets = _order_days(habits, calendar, rng)
    first = 0 if buyer.since is None else calendar.calendar_days - buyer.since
    last = calendar.calendar_days if buyer.until is None else calendar.calendar_days - buyer.until
    for habit in habits:
        times = _times(habit, clocks[habit.item], rng)
        places = np.searchsorted(offsets, times)
        amounts = rng.choice(_AMOUNTS, len(times), p=_AMOUNT_CHANCES)
        together = rng.random(len(times)) < _ALONG
        item = items[habit.item]
        for time, place, amount, along in zip(times, places, amounts, together, strict=True):
            if place >= len(order_days) or not first <= time < last:
                continue
            day = order_days[place]
            _add(baskets, day, buyer.index, habit.item, _quantity(item, habit.quantity, amount))
            if along:
                for other, quantity in habit.along:
                    if clocks[other, time] > clocks[other, max(0, time - 1)]:
                        _add(baskets, day, buyer.index, other, _quantity(items[other], quantity, amount))


def _quantity(item: Item, usual: int, amount: float) -> int:
    return usual if amount == 1.0 else item.fit(usual * float(amount))


def _times(habit: Habit, clock: Floats, rng: np.random.Generator) -> NDArray[np.int64]:
    """Calendar days on which the item falls due: even gaps, with noise, on the item's own clock."""
    total = float(clock[-1])
    count = int(total / habit.interval * 1.6) + 12
    gaps = rng.gamma(habit.steadiness, habit.interval / habit.steadiness, count)
    gaps[0] = rng.uniform(0, habit.interval)
    due = np.cumsum(gaps)
    return np.searchsorted(clock, due[due < total])


def _order_days(
    habits: list[Habit], calendar: Calendar, rng: np.random.Generator
) -> tuple[list[int], NDArray[np.int64]]:
    """Working days on which the customer sends orders, such that an order has a handful of lines."""
    lines_a_day = sum((1 + len(habit.along) * _ALONG) / habit.interval for habit in habits) * 7 / 5
    gap = float(np.clip(LINES_AN_ORDER / lines_a_day, 1.0, 15.0))
    length = len(calendar.days)
    gaps = np.maximum(1, np.rint(rng.gamma(8.0, gap / 8.0, length))).astype(np.int64)
    numbers = np.cumsum(gaps) - int(rng.integers(1, gaps[0] + 1))
    numbers = numbers[(numbers >= 0) & (numbers < length)]
    offsets = np.array([calendar.offset(int(number)) for number in numbers], dtype=np.int64)
    return [int(number) for number in numbers], offsets


def _add(baskets: Baskets, day: int, buyer: int, item: int, quantity: int) -> None:
    basket = baskets.setdefault((day, buyer), {})
    basket[item] = basket.get(item, 0) + quantity
