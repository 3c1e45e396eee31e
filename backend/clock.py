"""The business clock: what day the company lives in.

A historical data set can be lived in as on its last day, so whatever asks "what day is it" asks this clock. The
system clock stays the measure of expiries, leases, limits and audit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

DEFAULT_ZONE: Final = "Europe/London"


@dataclass(frozen=True)
class BusinessClock:
    """``fixed`` is the date to live in; None follows the system clock."""

    zone: str = DEFAULT_ZONE
    fixed: date | None = None

    def today(self) -> date:
        """The business date."""
        return self.fixed or datetime.now(ZoneInfo(self.zone)).date()

    def now(self) -> datetime:
        """A UTC time on the business date, with the system's time of day where the date is fixed."""
        current = datetime.now(ZoneInfo(self.zone))
        if self.fixed is None:
            return current.astimezone(UTC)
        return datetime.combine(self.fixed, current.timetz()).astimezone(UTC)

    def at_noon(self, day: date) -> datetime:
        """Noon of a day in the company's zone, as UTC."""
        return datetime.combine(day, time(12), ZoneInfo(self.zone)).astimezone(UTC)

    def start_of(self, day: date) -> datetime:
        """The first moment of a day in the company's zone, as UTC."""
        return datetime.combine(day, time(0), ZoneInfo(self.zone)).astimezone(UTC)

    def date_of(self, moment: datetime) -> date:
        """The date a moment falls on in the company's zone."""
        return moment.astimezone(ZoneInfo(self.zone)).date()


def local_day(moment: str | None, zone: str) -> str | None:
    """The date, as text, of a UTC time that is kept as text (SQLite's) in a zone; None of None."""
    return None if moment is None else _day_of_minute(moment[:16], zone)


@lru_cache(maxsize=1 << 17)
def _day_of_minute(minute: str, zone: str) -> str:
    """Zones are whole minutes off, so that the seconds don't matter; the same minutes come again and again."""
    return datetime.fromisoformat(minute).replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date().isoformat()
