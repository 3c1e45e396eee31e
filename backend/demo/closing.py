"""The last evening: what is picked, what is on hold, which dates customers and buyers have been promised."""

from __future__ import annotations

from collections import defaultdict, deque
from datetime import date
from typing import Final

import numpy as np

from backend.demo.buying import Desk
from backend.demo.calendar import Calendar
from backend.demo.documents import Despatch, Line, Sale
from backend.demo.people import HARPER, HERO, Buyer
from backend.demo.simulation import History

PICKED: Final = 0.4
HANDLING: Final = 1


def close(history: History, buyers: list[Buyer], calendar: Calendar, desk: Desk, rng: np.random.Generator) -> None:
    """Bring the open documents into the state they have this morning."""
    days = len(calendar.days)
    _tell_new_dates(history, calendar)
    _promise(history, calendar, desk)
    last = [sale for sale in history.sales[-200:] if sale.day == days - 1 and not sale.cancelled]
    strangers = [sale for sale in last if buyers[sale.buyer].name not in (HARPER, HERO)]
    if strangers:
        strangers[-1].on_hold = True
    for sale in last:
        parts = [(line, line.reserved) for line in sale.lines if line.reserved]
        if parts and not sale.on_hold and not sale.despatches and rng.random() < PICKED:
            sale.despatches.append(Despatch(sale, days, days + 1, picked=True, parts=parts))


def _tell_new_dates(history: History, calendar: Calendar) -> None:
    """A supplier who is late has told us when the goods will come."""
    for purchase in history.purchases:
        if purchase.state != "received" and purchase.expected <= calendar.today:
            purchase.expected = calendar.day(max(purchase.arrives, len(calendar.days) + 1))


def _promise(history: History, calendar: Calendar, desk: Desk) -> None:
    """Who waits longest is promised what comes first; who is not covered, an order placed today."""
    coming: dict[int, deque[tuple[date, int]]] = defaultdict(deque)
    for purchase in sorted(history.purchases, key=lambda purchase: (purchase.expected, purchase.id)):
        for line in purchase.lines:
            if not line.received:
                coming[line.item].append((purchase.expected, line.quantity))
    for waiting in _waiting(history.sales):
        received = _covered(coming[waiting.item], waiting.back_ordered)
        lead = desk.terms[waiting.item].source.lead
        number = len(calendar.days) + lead if received is None else calendar.number(received)
        waiting.promised = calendar.day(number + HANDLING)


def _covered(coming: deque[tuple[date, int]], needed: int) -> date | None:
    """The day by which all that is needed has come in; takes it out of what is coming."""
    while coming:
        when, quantity = coming[0]
        if quantity > needed:
            coming[0] = (when, quantity - needed)
            return when
        coming.popleft()
        needed -= quantity
        if needed == 0:
            return when
    return None


def _waiting(sales: list[Sale]) -> list[Line]:
    return [line for sale in sales for line in sale.lines if line.back_ordered]
