"""Three years in the warehouse, one working day after another.

Each day: goods come in and serve the back orders, returns come in, stock is counted, what is ready is sent, orders are
placed against what is available, and the buyer looks at the suppliers whose turn it is. A customer who meets an empty
shelf goes without, takes what there is, or waits: what is recorded is sales, not demand.
"""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from backend.demo.buying import Desk
from backend.demo.calendar import Calendar, moment
from backend.demo.catalogue import OUT_OF_STOCK, Item
from backend.demo.demand import Wish
from backend.demo.documents import Despatch, Line, Movement, Purchase, Return, Sale
from backend.demo.numbers import order_number, purchase_number, return_number
from backend.demo.people import HARPER, HERO, Buyer
from backend.demo.prices import PriceBook, line_total
from backend.demo.suppliers import SOURCES

LOST, PARTIAL = 0.40, 0.62
PATIENCE: Final = 30
CANCELLED: Final = 0.006
SLOW_PICKING: Final = 0.08
RETURNED: Final = 0.015
WRITE_OFF_AGE: Final = 8
COUNTED_A_DAY: Final = 2
OPENING, RECEIPT, COUNT, RETURNS, ISSUE = 7 * 60, 9 * 60 + 30, 7 * 60 + 45, 11 * 60, 15 * 60 + 40
REASONS: Final = ("wrong item ordered", "too many ordered", "wrong size or colour", "damaged in transit", "faulty")
REASON_CHANCES: Final = (0.30, 0.26, 0.20, 0.16, 0.08)
UNSALEABLE: Final = ("damaged in transit", "faulty")


@dataclass
class History:
    """What three years left behind."""

    sales: list[Sale] = field(default_factory=list)
    purchases: list[Purchase] = field(default_factory=list)
    returns: list[Return] = field(default_factory=list)
    movements: list[Movement] = field(default_factory=list)
    on_hand: list[int] = field(default_factory=list)
    reserved: list[int] = field(default_factory=list)


class Warehouse:
    """The state of stock and open documents while the days go by."""

    def __init__(
        self,
        items: list[Item],
        buyers: list[Buyer],
        calendar: Calendar,
        *,
        desk: Desk,
        book: PriceBook,
        rng: np.random.Generator,
    ) -> None:
        self._items, self._buyers, self._calendar = items, buyers, calendar
        self._desk, self._book, self._rng = desk, book, rng
        self._days = len(calendar.days)
        self.history = History(on_hand=[0] * len(items), reserved=[0] * len(items))
        self._on_order = [0] * len(items)
        self._waiting: dict[int, deque[tuple[Sale, Line]]] = defaultdict(deque)
        self._ready: dict[int, list[tuple[Sale, Line, int]]] = defaultdict(list)
        self._coming: dict[int, list[Purchase]] = defaultdict(list)
        self._planned: dict[int, list[Purchase]] = defaultdict(list)
        self._returning: dict[int, list[Return]] = defaultdict(list)
        self._lines = 0
        names = {item.name: item.index for item in items}
        self._emptied = [names[name] for name in OUT_OF_STOCK]
        self._write_off_day = self._days - WRITE_OFF_AGE

    def run(self, wishes: list[Wish]) -> History:
        """Live through all days; the wishes are in the order of their days."""
        self._open()
        by_day: dict[int, list[Wish]] = defaultdict(list)
        for wish in wishes:
            by_day[wish.day].append(wish)
        for day in range(self._days):
            self._count(day)
            self._receive(day)
            self._take_back(day)
            if day == self._write_off_day:
                self._write_off(day)
            self._send(day)
            self._place_all(day, by_day[day])
            self._give_up_waiting(day)
            self._buy(day)
        return self.history

    def _open(self) -> None:
        """Stock of what is sold from the start; a first purchase of what is launched later."""
        for item in self._items:
            birth = self._desk.birth(item.index)
            if birth == 0:
                self._move(item.index, self._desk.opening(item.index, 0), "opening", 0, OPENING)
                continue
            ordered = max(0, birth - self._desk.terms[item.index].source.lead - 3)
            self._planned[ordered].append(self._desk.urgent(item.index, birth, max(ordered + 1, birth - 2)))
            self._planned[ordered][-1].day = ordered

    def _move(
        self,
        item: int,
        quantity: int,
        kind: str,
        day: int,
        minute: int,
        *,
        document: str | None = None,
        why: str | None = None,
    ) -> None:
        if quantity == 0:
            return
        at = moment(self._calendar.day(day), minute)
        self.history.on_hand[item] += quantity
        self.history.movements.append(Movement(item, quantity, kind, document, why, at))

    def _free(self, item: int) -> int:
        return self.history.on_hand[item] - self.history.reserved[item]

    def _count(self, day: int) -> None:
        """A rolling stock count of a few products a day; small differences, never into what is reserved."""
        for item in self._rng.integers(0, len(self._items), COUNTED_A_DAY).tolist():
            found = int(self._rng.choice((-3, -1, 0, 0, 1, 2))) * self._items[item].range.multiple
            if item in self._emptied or self._free(item) < 40 * abs(found) or self._free(item) == 0:
                continue
            self._move(item, found, "count", day, COUNT, why="Rolling stock count")

    def _receive(self, day: int) -> None:
        for purchase in self._coming.pop(day, []):
            for line in purchase.lines:
                if line.arrives != day:
                    continue
                if line.item in self._emptied and self._write_off_day <= day:
                    self._postpone(purchase)
                    line.arrives = purchase.arrives
                    continue
                line.received = line.quantity
                self._on_order[line.item] -= line.quantity
                self._move(line.item, line.quantity, "receipt", day, RECEIPT, document=purchase_number(purchase.id))
                self._serve(line.item, day)

    def _postpone(self, purchase: Purchase) -> None:
        """The rest of the order comes in the days after today."""
        purchase.arrives = self._days + 3 + (purchase.id % 4)
        purchase.expected = self._calendar.day(purchase.arrives)

    def _serve(self, item: int, day: int) -> None:
        """What came in goes to those who wait longest, and out with today's parcels."""
        queue = self._waiting[item]
        while queue and self._free(item) > 0:
            sale, line = queue[0]
            taken = min(self._free(item), line.back_ordered)
            line.back_ordered -= taken
            self._reserve(sale, line, taken, day)
            if line.back_ordered == 0:
                queue.popleft()

    def _reserve(self, sale: Sale, line: Line, quantity: int, ready: int) -> None:
        line.reserved += quantity
        self.history.reserved[line.item] += quantity
        self._ready[max(ready, sale.ready)].append((sale, line, quantity))

    def _take_back(self, day: int) -> None:
        for back in self._returning.pop(day, []):
            age = self._days - day
            back.id = len(self.history.returns) + 1
            back.state = "settled" if age > 8 else "received" if age > 3 else "approved" if age > 1 else "requested"
            self.history.returns.append(back)
            if back.state not in ("settled", "received"):
                continue
            back.line.returned += back.quantity
            item, number = back.line.item, return_number(back.id)
            self._move(item, back.quantity, "return", day, RETURNS, document=number, why=back.reason)
            if back.reason in UNSALEABLE:
                self._move(item, -back.quantity, "adjustment", day, RETURNS, document=number, why="Scrapped on return")

    def _send(self, day: int) -> None:
        despatches: dict[int, Despatch] = {}
        for sale, line, quantity in self._ready.pop(day, []):
            if sale.id not in despatches:
                far = self._buyers[sale.buyer].region == "Europe"
                despatches[sale.id] = Despatch(sale, day, day + (3 if far else 1))
                sale.despatches.append(despatches[sale.id])
            despatches[sale.id].parts.append((line, quantity))
            line.reserved -= quantity
            line.shipped += quantity
            self.history.reserved[line.item] -= quantity
            self._move(line.item, -quantity, "issue", day, ISSUE, document=order_number(sale.id))
            self._maybe_returned(sale, line, quantity, day)

    def _maybe_returned(self, sale: Sale, line: Line, quantity: int, day: int) -> None:
        if self._rng.random() >= RETURNED:
            return
        back = day + int(self._rng.integers(4, 19))
        late = line.item in self._emptied and back >= self._write_off_day
        if back >= self._days or late or any(waiting.line is line for waiting in self._returning[back]):
            return
        part = quantity if self._rng.random() < 0.5 else self._items[line.item].fit(quantity * 0.3)
        reason = str(self._rng.choice(REASONS, p=REASON_CHANCES))
        self._returning[back].append(Return(sale, line, back, min(part, quantity), reason))

    def _write_off(self, day: int) -> None:
        """Water gets into a bay: what is free there is lost, and ordered again at once."""
        for nth, item in enumerate(self._emptied):
            self._move(item, -self._free(item), "adjustment", day, RETURNS + 30, why="Water damage in bay 14")
            self._order(self._desk.urgent(item, day, self._days + 4 + 2 * nth))

    def _place_all(self, day: int, wishes: list[Wish]) -> None:
        minutes = np.sort(self._rng.integers(8 * 60, 17 * 60, len(wishes))).tolist()
        for wish, minute in zip(wishes, minutes, strict=True):
            self._place(day, minute, wish)

    def _place(self, day: int, minute: int, wish: Wish) -> None:
        buyer = self._buyers[wish.buyer]
        known = buyer.name in (HERO, HARPER)
        slow = not known and self._rng.random() < SLOW_PICKING
        sale = Sale(
            len(self.history.sales) + 1, wish.buyer, day, moment(self._calendar.day(day), minute), day + 1 + slow
        )
        sale.cancelled = not known and bool(self._rng.random() < CANCELLED)
        for item, quantity in wish.lines:
            self._add_line(sale, buyer, item, quantity)
        if sale.lines:
            self.history.sales.append(sale)

    def _add_line(self, sale: Sale, buyer: Buyer, item: int, wanted: int) -> None:
        free = self._free(item)
        quantity = wanted
        if free < wanted and not sale.cancelled and buyer.name != HERO:
            patience = self._rng.random()
            if patience < PARTIAL:
                multiple = self._items[item].range.multiple
                quantity = 0 if patience < LOST else free // multiple * multiple
                if quantity < self._items[item].range.moq:
                    return
        day = self._calendar.day(sale.day)
        price, promotion = self._book.price(item, buyer.price_group, quantity, day)
        self._lines += 1
        line = Line(self._lines, item, quantity, price, line_total(price, quantity), promotion)
        sale.lines.append(line)
        if sale.cancelled:
            line.cancelled = quantity
            return
        taken = min(free, quantity)
        if taken:
            self._reserve(sale, line, taken, sale.ready)
        if taken < quantity:
            self._back_order(sale, line, quantity - taken)

    def _back_order(self, sale: Sale, line: Line, quantity: int) -> None:
        line.back_ordered = quantity
        line.waiting_since = sale.day
        source = self._desk.terms[line.item].source
        line.promised = self._calendar.day(sale.day + source.lead + source.review)
        self._waiting[line.item].append((sale, line))

    def _give_up_waiting(self, day: int) -> None:
        for queue in self._waiting.values():
            while queue and day - queue[0][1].waiting_since >= PATIENCE:
                _, line = queue.popleft()
                line.cancelled += line.back_ordered
                line.back_ordered = 0

    def _buy(self, day: int) -> None:
        for purchase in self._planned.pop(day, []):
            self._order(purchase)
        due = [source for source in SOURCES if self._desk.is_review(source, day)]
        if not due:
            return
        level = self.history
        position = np.array(level.on_hand) - np.array(level.reserved) + np.array(self._on_order)
        for item, queue in self._waiting.items():
            position[item] -= sum(line.back_ordered for _, line in queue)
        for source in due:
            reviewed = self._desk.review(source, day, position)
            if reviewed is not None:
                self._order(reviewed)

    def _order(self, purchase: Purchase) -> None:
        self.history.purchases.append(purchase)
        purchase.id = len(self.history.purchases)
        for line in purchase.lines:
            self._on_order[line.item] += line.quantity
        self._coming[purchase.arrives].append(purchase)
