"""Working days: Monday to Friday without the holidays given."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import cast

import numpy as np


def add_working_days(start: date, days: int, holidays: Iterable[date] = ()) -> date:
    """The day on which something ordered on `start` with `days` >= 0 working days of lead time arrives.

    A start on a day off counts as the next working day. Raises ValueError for a negative number of days.
    """
    if days < 0:
        raise ValueError("A lead time cannot be negative.")
    arrival = np.busday_offset(_day(start), days, roll="forward", holidays=_days(holidays))
    return cast(date, arrival.item())


def calendar_days(start: date, working_days: int, holidays: Iterable[date] = ()) -> int:
    """Calendar days from `start` until `working_days` later."""
    return (add_working_days(start, working_days, holidays) - start).days


def working_days_between(start: date, end: date, holidays: Iterable[date] = ()) -> int:
    """Working days from `start` (included) to `end` (excluded); negative where the end is earlier."""
    return int(np.busday_count(_day(start), _day(end), holidays=_days(holidays)))


def _day(value: date) -> np.datetime64:
    return np.datetime64(value, "D")


def _days(values: Iterable[date]) -> list[np.datetime64]:
    return [_day(value) for value in values]
