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
_ONLY: Final = re.compile(
    r"^\W*(?:for|in|on|by|over|during|within|before)?\s{0,3}(?:(?:today|tonight|tomm?orr?ow|tmrw)|(?:the\s+|this\s+|next\s+|following\s+|coming\s+){1,2}"
    r"(?:(?:\w+\s+){0,2}(?:days?|weeks?|months?|weekend)|(?:mon|tues|wednes|thurs|fri|satur|sun)day)|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|the\s+(?:week|month)\s+after(?:\s+(?:that|next))?|(?:the\s+)?(?:weekend|end\s+of\s+(?:the|this)\s+week))"
    r"(?:\s+(?:instead|then|please|as\s+well|too))*\W*$",
    re.IGNORECASE,
)
_AFTER: Final = re.compile(r"\bthe\s+(?P<unit>week|month)\s+after\b", re.IGNORECASE)
_SATURDAY: Final = 5
_IN_DAYS: Final = {"D": 1, "W": 7, "M": 30}


def read_ahead(text: str, today: date) -> tuple[date, date] | None:
    """The first and the last day of the stretch from today on that a text names; None where it names none.

    >>> [day.isoformat() for day in read_ahead("what goes out this week?", date(2026, 6, 17))]
    ['2026-06-17', '2026-06-21']
    """
    after = _AFTER.search(text)
    if after is not None:
        return _after_next(today, after["unit"].lower())
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


def is_ahead(text: str, today: date) -> bool:
    """Whether a stretch ahead is all that a text names: "next week", "the week after", "on Thursday"."""
    return _ONLY.match(text) is not None and read_ahead(text, today) is not None


def _after_next(today: date, unit: str) -> tuple[date, date]:
    """The week after next, or the month."""
    if unit == "week":
        first, last = _week(today, later=True)
        return first + timedelta(days=7), last + timedelta(days=7)
    return _month(_month(today, later=True)[0], later=True)


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
