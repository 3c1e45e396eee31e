"""Prices with quantity breaks, a price group, and promotions; and what an order of a given day paid.

Prices are integers of ten-thousandths of a pound. Today's list is in force since ever as far as the rows go; what an
order of an earlier year paid is that list less three per cent a year.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from backend.demo.catalogue import Item
from backend.demo.people import TRADE_PLUS

TRADE_FACTOR: Final = 0.94
BREAKS: Final = ((1, 0.94), (5, 0.88))
YEARLY_RISE: Final = 0.03


@dataclass(frozen=True)
class Promotion:
    """A lower price for some products between two dates, both included."""

    name: str
    first: date
    last: date
    factor: float
    items: tuple[int, ...]


@dataclass(frozen=True)
class PriceRow:
    """One row of the price table."""

    item: int
    group: str | None
    minimum: int
    price: int
    promotion: Promotion | None = None


# Name, start (month, day), days, factor, group numbers, and every how many-th product of those.
_YEARLY: Final = (
    ("Spring fixings offer", (3, 16), 28, 0.88, (31, 50, 51), 1),
    ("Stainless weeks", (6, 5), 21, 0.90, (11, 34), 2),
    ("Autumn linen weeks", (9, 12), 28, 0.85, (70,), 2),
    ("Christmas ribbon offer", (10, 20), 24, 0.87, (88, 89), 2),
    ("Thread and zip fortnight", (1, 20), 14, 0.85, (80, 82), 2),
)
# Name, days from today to its start, days, factor, group numbers, every how many-th.
_CURRENT: Final = (
    ("Anchor month", -9, 28, 0.88, (52, 53), 1),
    ("Ribbon stock-up", -5, 21, 0.90, (89,), 1),
)
_NEVER: Final = frozenset({"20-104", "10-109"})


def promotions(items: list[Item], first: date, today: date) -> list[Promotion]:
    """Those of the history and the two of today, by start."""
    found: list[Promotion] = []
    for name, (month, day), days, factor, groups, every in _YEARLY:
        for year in range(first.year, today.year + 1):
            start = date(year, month, day)
            last = start + timedelta(days - 1)
            if start > first and last < today:
                found.append(Promotion(f"{name} {year}", start, last, factor, _members(items, groups, every)))
    for name, shift, days, factor, groups, every in _CURRENT:
        start = today + timedelta(shift)
        last = start + timedelta(days - 1)
        found.append(Promotion(f"{name} {today.year}", start, last, factor, _members(items, groups, every)))
    return sorted(found, key=lambda promotion: (promotion.first, promotion.name))


def _members(items: list[Item], groups: tuple[int, ...], every: int) -> tuple[int, ...]:
    of_groups = [i.index for i in items if i.range.group in groups and i.sku not in _NEVER and i.dropped is None]
    return tuple(of_groups[::every])


def price_rows(items: list[Item], offers: list[Promotion]) -> list[PriceRow]:
    """The rows of the price table: breaks at one and five of the largest pack, for everyone and for the trade."""
    rows: list[PriceRow] = []
    for item in items:
        for group, factor in ((None, 1.0), (TRADE_PLUS, TRADE_FACTOR)):
            steps = [(1, 1.0), *((packs * item.pack, discount) for packs, discount in BREAKS)]
            rows += [PriceRow(item.index, group, least, round(item.price * factor * by)) for least, by in steps]
    for offer in offers:
        rows += [PriceRow(index, None, 1, round(items[index].price * offer.factor), offer) for index in offer.items]
    return rows


class PriceBook:
    """Finds the lowest price that applies, as it was on a day."""

    def __init__(self, rows: list[PriceRow], today: date) -> None:
        self._today = today
        self._rows: dict[int, list[PriceRow]] = {}
        for row in rows:
            self._rows.setdefault(row.item, []).append(row)

    def price(self, item: int, group: str | None, quantity: int, day: date) -> tuple[int, str | None]:
        """Price per sales unit in ten-thousandths, and the promotion it comes from, if any."""
        best: tuple[int, str | None] | None = None
        for row in self._rows[item]:
            if row.minimum > quantity or (row.group is not None and row.group != group):
                continue
            offer = row.promotion
            if offer is not None and not offer.first <= day <= offer.last:
                continue
            if best is None or row.price < best[0]:
                best = (row.price, offer.name if offer else None)
        if best is None:
            raise LookupError(f"no price for item {item}")
        return max(1, round(best[0] * self.level(day))), best[1]

    def level(self, day: date) -> float:
        """How high prices and costs stood on a day, against today's."""
        return float((1 - YEARLY_RISE) ** (self._today.year - day.year))


def line_total(price: int, quantity: int) -> int:
    """What a line costs, in ten-thousandths, rounded to the penny, half up (as ``backend.money.line_total``)."""
    return (price * quantity + 50) // 100 * 100
