"""Working days: neither weekends nor the bank holidays of England.

Working days are numbered; day 0 is the first one of the history, ``len(calendar.days)`` is the first one on or after
``today``.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from backend.working_days import is_working_day

YEARS: Final = 3
YEARS_AHEAD: Final = 2
ZONE: Final = ZoneInfo("Europe/London")


class Calendar:
    """The history's working days, from three years before ``today`` to yesterday, and those that follow."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.first = _years_before(today, YEARS)
        until = (today - self.first).days + 365 * YEARS_AHEAD
        every = [self.first + timedelta(n) for n in range(until)]
        self._open = [day for day in every if is_working_day(day)]
        self.length = bisect_left(self._open, today)
        self.days = self._open[: self.length]
        self.calendar_days = (today - self.first).days

    def day(self, number: int) -> date:
        """The date of a working day; those on or after ``today`` count too."""
        return self._open[number]

    def number(self, day: date) -> int:
        """The number of the first working day on or after a date."""
        return bisect_left(self._open, day)

    def before(self, day: date) -> int:
        """The number of the last working day on or before a date."""
        return bisect_left(self._open, day + timedelta(1)) - 1

    def offset(self, number: int) -> int:
        """Calendar days from the first date of the history to a working day."""
        return (self._open[number] - self.first).days


def moment(day: date, minute: int) -> datetime:
    """A minute of a day in the company's zone, as UTC."""
    local = datetime.combine(day, time(minute // 60, minute % 60), ZONE)
    return local.astimezone(UTC)


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
