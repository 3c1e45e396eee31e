"""The whole company in memory, from a seed and a date."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np

from backend.demo.buying import Desk, expectation
from backend.demo.calendar import Calendar
from backend.demo.catalogue import WELL_STOCKED, Item, price_list
from backend.demo.closing import close
from backend.demo.demand import wishes
from backend.demo.hero import hero_items
from backend.demo.people import Buyer, customers
from backend.demo.prices import PriceBook, PriceRow, price_rows, promotions
from backend.demo.simulation import History, Warehouse
from backend.demo.suppliers import Terms, terms

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class DemoCompany:
    """Thornbury Fixings & Fabrics, as generated."""

    seed: int
    calendar: Calendar
    items: list[Item]
    buyers: list[Buyer]
    terms: list[Terms]
    prices: list[PriceRow]
    desk: Desk
    history: History


def generate(seed: int, today: date, progress: Progress) -> DemoCompany:
    """The same company for the same seed and date, whatever the machine."""
    streams = [np.random.default_rng([seed, number]) for number in range(6)]
    calendar = Calendar(today)
    progress("Writing the price list", 0.02)
    items = price_list()
    buyers = customers(streams[0])
    sources = terms(items, streams[1])
    offers = promotions(items, calendar.first, today)
    prices = price_rows(items, offers)
    progress("Asking customers what they want", 0.05)
    wanted = wishes(items, buyers, calendar, offers, streams[2])
    expected = expectation(wanted, items, len(calendar.days), calendar)
    well_stocked = hero_items(items) | {item.index for item in items if item.name in WELL_STOCKED}
    kept = frozenset(well_stocked)
    desk = Desk(items, sources, calendar, expected=expected, well_stocked=kept, rng=streams[3])
    progress("Living through three years", 0.15)
    book = PriceBook(prices, today)
    history = Warehouse(items, buyers, calendar, desk=desk, book=book, rng=streams[4]).run(wanted)
    close(history, buyers, calendar, desk, streams[5])
    return DemoCompany(seed, calendar, items, buyers, sources, prices, desk, history)
