"""When what is short can be promised. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from backend.working_days import add_working_days


@dataclass(frozen=True)
class Promise:
    """How much of a wish is covered from stock, how much waits, and until when (None where all is covered)."""

    reserved: int
    back_ordered: int
    promised_date: date | None


def promise(
    wanted: int,
    available: int,
    receipts: Sequence[tuple[date, int]],
    already_waiting: int,
    today: date,
    lead_time_days: int,
    handling_days: int = 1,
) -> Promise:
    """Cover a wish from what is available, then from receipts not yet spoken for, then from a new purchase.

    ``receipts`` are (date, quantity) soonest first; earlier back orders (``already_waiting``) are served before this
    one, as first-come asks. A receipt that is overdue is expected on the next working day. Lead time and handling are
    in working days.
    """
    reserved = max(0, min(wanted, available))
    short = wanted - reserved
    if short == 0:
        return Promise(reserved, 0, None)
    needed = already_waiting + short
    arrived = 0
    for day, quantity in receipts:
        arrived += quantity
        if arrived >= needed:
            return Promise(reserved, short, add_working_days(max(day, today), handling_days))
    return Promise(reserved, short, add_working_days(today, lead_time_days + handling_days))


def available_by_date(
    available: int,
    receipts: Sequence[tuple[date, int]],
    already_waiting: int,
    today: date,
    handling_days: int = 1,
) -> list[tuple[date, int]]:
    """What may be promised in all from each date on: what is free today, then what receipts leave to who comes next.

    Receipts are read as ``promise`` reads them, and dates on which nothing is added are left out.
    """
    found = [(today, max(0, available))]
    arrived = 0
    for day, quantity in receipts:
        arrived += quantity
        total = max(0, available) + max(0, arrived - already_waiting)
        ready = add_working_days(max(day, today), handling_days)
        if total > found[-1][1]:
            if found[-1][0] == ready:
                found.pop()
            found.append((ready, total))
    return found
