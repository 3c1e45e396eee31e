"""How the company's buyer has been ordering: periodic review, reorder point, order-up-to level.

A product is ordered when its inventory position (on hand less reserved and back ordered, plus on order) is at or under
the demand expected over lead time plus review period plus safety stock; then up to that level plus eight weeks' demand.
Expectations are exponentially smoothed, so seasons and promotions come as a surprise; and until a few months ago many
products had no safety stock to speak of. So some run out, now and then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from backend.demo.calendar import Calendar
from backend.demo.catalogue import Item
from backend.demo.demand import Wish
from backend.demo.documents import Purchase, PurchaseLine
from backend.demo.seasons import Floats
from backend.demo.suppliers import Source, Terms

SMOOTHING: Final = 0.02
FIRST_LOOK: Final = 60
CYCLE: Final = 40
SERVICE: Final = 1.65
WELL_STOCKED: Final = 3.4
CARELESS: Final = -0.3
CAREFUL_SINCE: Final = 70
CARELESS_SHARE: Final = 0.4
LAST_REVIEW_AGE: Final = 10
STOP_BEFORE_DROPPED: Final = 45
_DELAYS: Final = (-1, 0, 0, 0, 0, 1, 1, 2, 4)
_DELAYS_OVERSEAS: Final = (-4, -2, 0, 0, 1, 3, 5, 9, 14)


@dataclass(frozen=True)
class Expectation:
    """Smoothed demand per working day and its spread, per day (rows) and item (columns)."""

    mean: Floats
    spread: Floats


def expectation(wishes: list[Wish], items: list[Item], days: int, calendar: Calendar) -> Expectation:
    """What the buyer thinks each product sells a day, on each working day."""
    wanted = np.zeros((days, len(items)))
    for wish in wishes:
        for item, quantity in wish.lines:
            wanted[wish.day, item] += quantity
    mean = np.empty_like(wanted)
    spread = np.empty_like(wanted)
    births = [_birth(item, calendar) for item in items]
    level = np.array([wanted[birth : birth + FIRST_LOOK, n].mean() for n, birth in enumerate(births)])
    square = np.array([wanted[birth : birth + FIRST_LOOK, n].var() for n, birth in enumerate(births)])
    alive_from = np.array(births)
    for day in range(days):
        error = wanted[day] - level
        alive = day >= alive_from
        square = np.where(alive, (1 - SMOOTHING) * square + SMOOTHING * error**2, square)
        level = np.where(alive, level + SMOOTHING * error, level)
        mean[day], spread[day] = level, np.sqrt(square)
    return Expectation(mean, spread)


def _birth(item: Item, calendar: Calendar) -> int:
    """The working day on which a product came in."""
    if item.launched is None:
        return 0
    first = calendar.calendar_days - item.launched
    return int(np.searchsorted([calendar.offset(n) for n in range(len(calendar.days))], first))


class Desk:
    """Decides what to buy, and from which day on goods arrive."""

    def __init__(
        self,
        items: list[Item],
        terms: list[Terms],
        calendar: Calendar,
        *,
        expected: Expectation,
        well_stocked: frozenset[int],
        rng: np.random.Generator,
    ) -> None:
        self._items = items
        self._calendar = calendar
        self._expected = expected
        self._rng = rng
        self.days = len(calendar.days)
        self.terms = {term.item.index: term for term in terms if term.preferred}
        self._births = [_birth(item, calendar) for item in items]
        self._of_source: dict[int, NDArray[np.int64]] = {}
        for source in {term.source for term in self.terms.values()}:
            own = [item.index for item in items if self.terms[item.index].source is source]
            self._of_source[source.index] = np.array(own)
        careless = rng.random(len(items)) < CARELESS_SHARE
        self._service_now = np.full(len(items), SERVICE)
        self._service_now[list(well_stocked)] = WELL_STOCKED
        self._service_then = np.where(careless, CARELESS, self._service_now)
        self._service_then[list(well_stocked)] = WELL_STOCKED
        self._times = np.array([self.terms[i.index].source.lead + self.terms[i.index].source.review for i in items])

    def birth(self, item: int) -> int:
        """The working day on which a product came in."""
        return self._births[item]

    def reorder_points(self, day: int) -> Floats:
        """Expected demand over lead time plus review period, plus safety stock, per item."""
        mean, spread = self._expected.mean[day], self._expected.spread[day]
        service = self._service_now if day > self.days - CAREFUL_SINCE else self._service_then
        return np.asarray(mean * self._times + service * spread * np.sqrt(self._times))

    def opening(self, item: int, day: int) -> int:
        """Stock to start with: the order-up-to level, in whole packs."""
        term = self.terms[item]
        level = self.reorder_points(day)[item] + CYCLE / 2 * self._expected.mean[day, item]
        return max(term.multiple, round(float(level) / term.multiple) * term.multiple)

    def is_review(self, source: Source, day: int) -> bool:
        """Whether the supplier's products are looked at; last a week before the end, so that work is left."""
        since_last = self.days - LAST_REVIEW_AGE - source.index % 3 - day
        return since_last >= 0 and since_last % source.review == 0

    def review(self, source: Source, day: int, position: NDArray[np.int64]) -> Purchase | None:
        """A purchase order for what is at or under its reorder point, if it is worth one."""
        points = self.reorder_points(day)
        wanted: list[tuple[int, int]] = []
        for number in self._of_source[source.index]:
            item = int(number)
            if position[item] > points[item] or not self._is_sold(self._items[item], day):
                continue
            upto = points[item] + CYCLE * self._expected.mean[day, item]
            wanted.append((item, self._lot(item, float(upto - position[item]))))
        purchase = self._purchase(source, day, wanted)
        total = sum(line.quantity * line.cost for line in purchase.lines)
        return purchase if total >= source.minimum * 10_000 else None

    def urgent(self, item: int, day: int, arrives: int) -> Purchase:
        """An order for one item that arrives on a given day."""
        source = self.terms[item].source
        quantity = self._lot(item, float(self.reorder_points(day)[item] + CYCLE * self._expected.mean[day, item]))
        purchase = self._purchase(source, day, [(item, quantity)])
        purchase.arrives = purchase.lines[0].arrives = arrives
        purchase.expected = self._calendar.day(arrives)
        return purchase

    def _is_sold(self, item: Item, day: int) -> bool:
        if day < self._births[item.index]:
            return False
        if item.dropped is None:
            return True
        return self._calendar.calendar_days - self._calendar.offset(day) > item.dropped + STOP_BEFORE_DROPPED

    def _lot(self, item: int, wanted: float) -> int:
        term = self.terms[item]
        packs = -(-max(wanted, term.moq) // term.multiple)
        return int(packs) * term.multiple

    def _purchase(self, source: Source, day: int, wanted: list[tuple[int, int]]) -> Purchase:
        delays = _DELAYS_OVERSEAS if source.lead >= 60 else _DELAYS
        arrives = day + max(2, source.lead + int(self._rng.choice(delays)))
        expected = self._calendar.day(day + source.lead)
        purchase = Purchase(source, day, arrives, expected)
        level = (1 - 0.03) ** (self._calendar.today.year - self._calendar.day(day).year)
        for item, quantity in wanted:
            cost = max(1, round(self.terms[item].cost_of(quantity) * level))
            purchase.lines.append(PurchaseLine(item, quantity, cost, arrives))
        return purchase
