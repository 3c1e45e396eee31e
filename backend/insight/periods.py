"""Days, weeks from Monday and calendar months: where each begins, and which one was over last."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

EVERY: Final = {"D": "1d", "W": "1w", "M": "1mo"}  # each frequency as polars cuts it


def period_start(day: date, freq: str) -> date:
    """The first day of the period a day falls in: itself, its Monday, the first of its month."""
    if freq == "W":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if freq == "M" else day


def next_period(start: date, freq: str) -> date:
    """The start of the period after."""
    if freq == "D":
        return start + timedelta(days=1)
    if freq == "W":
        return start + timedelta(days=7)
    return (start.replace(day=1) + timedelta(days=32)).replace(day=1)


def last_complete_period(today: date, freq: str) -> date:
    """Start of the last period that has ended before today."""
    return period_start(period_start(today, freq) - timedelta(days=1), freq)
