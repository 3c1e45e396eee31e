"""Stretches of time ahead, as people name them: "today", "this week", "by Friday", "in the next three days"."""

import calendar
import re
from datetime import date, timedelta
from typing import Final

from .dates import find_dates, read_period

_WEEK: Final = re.compile(r"\b(?P<which>this|the|next|following)\s+(?:coming\s+)?(?P<unit>week|month)\b", re.IGNORECASE)
_WEEKEND: Final = re.compile(r"\bbefore\s+the\s+weekend\b|\bend\s+of\s+(?:the\s+|this\s+)?week\b", re.IGNORECASE)
_COMING: Final = re.compile(r"\b(?:next|coming)\s+(?:\w+\s+){1,3}?(?:days?|weeks?|months?)\b", re.IGNORECASE)
_UNTIL: Final = re.compile(r"\b(?:by|until|till|up\s+to|between\s+now\s+and)\s+(?:the\s+)?$", re.IGNORECASE)
_BEFORE: Final = re.compile(r"\bbefore\s+(?:the\s+)?$", re.IGNORECASE)
_SATURDAY: Final = 5
_IN_DAYS: Final = {"D": 1, "W": 7, "M": 30}


def read_ahead(text: str, today: date) -> tuple[date, date] | None:
    """The first and the last day of the stretch from today on that a text names; None where it names none.

    >>> [day.isoformat() for day in read_ahead("what goes out this week?", date(2026, 6, 17))]
    ['2026-06-17', '2026-06-21']
    """
    if _WEEKEND.search(text):
        return today, today + timedelta(days=(4 - today.weekday()) % 7)
    named = _WEEK.search(text)
    if named is not None:
        later = named["which"].lower() in ("next", "following")
        return _week(today, later=later) if named["unit"].lower() == "week" else _month(today, later=later)
    coming = _COMING.search(text)
    period = read_period(coming[0], today) if coming is not None else None
    if period is not None:
        return today, today + timedelta(days=period.horizon * _IN_DAYS[period.freq])
    days = [found for found in find_dates(text, today) if found.day >= today]
    if not days:
        return None
    day, lead = days[0].day, text[: days[0].start]
    if _BEFORE.search(lead):
        return today, max(today, day - timedelta(days=1))
    return (today if _UNTIL.search(lead) else day), day


def _week(today: date, *, later: bool) -> tuple[date, date]:
    """What is left of the week; at a weekend "this week" is the one that is about to begin."""
    if not later and today.weekday() >= _SATURDAY:
        return today, today + timedelta(days=13 - today.weekday())
    sunday = today + timedelta(days=6 - today.weekday())
    return (sunday + timedelta(days=1), sunday + timedelta(days=7)) if later else (today, sunday)


def _month(today: date, *, later: bool) -> tuple[date, date]:
    last = today.replace(day=calendar.monthrange(today.year, today.month)[1])
    if not later:
        return today, last
    first = last + timedelta(days=1)
    return first, first.replace(day=calendar.monthrange(first.year, first.month)[1])
