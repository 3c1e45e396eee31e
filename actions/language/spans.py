"""Stretches of time that are over, as people name them: "last month", "this year", "the last 90 days"."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from .numbers import spelled

DAYS: Final = 90  # where none is named
LATELY: Final = "over the last 90 days"
_NAMED: Final = re.compile(r"\b(?P<which>last|previous|this)\s+(?P<unit>week|month|quarter|year)\b", re.IGNORECASE)
_ROLLING: Final = re.compile(
    r"\b(?:last|past|previous)\s+(?P<count>\d{1,3}|couple\s+of|few|[a-z]+)\s+(?P<unit>day|week|month|quarter|year)s\b",
    re.IGNORECASE,
)
_THE_LAST: Final = re.compile(
    r"\b(?:(?:over|in|during|within)\s+the\s+last|(?:the|this)\s+past)\s+(?P<unit>week|month|quarter|year)\b",
    re.IGNORECASE,
)
"""Up to today, unlike "last year", which is the calendar's."""
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_CALENDAR: Final = re.compile(
    rf"\b(?P<how>in|during|over|for|of|since|from)\s+(?:last\s+)?(?:(?P<month>{_MONTH})|q(?P<quarter>[1-4]))\b(?:\s+(?:of\s+)?(?P<year>20\d\d))?",
    re.IGNORECASE,
)
"""A month or a quarter of the calendar, the latest that has begun: "in May", "during Q1", "since March 2025"."""
_DATES: Final = re.compile(r"\bfrom\s+(?P<first>\d{4}-\d\d-\d\d)\s+to\s+(?P<last>\d{4}-\d\d-\d\d)\b", re.IGNORECASE)
_THE_ONE_BEFORE: Final = re.compile(
    r"^\W*(?:(?:and|or|so|but|ok|okay|what\s+about|how\s+about|what\s+was\s+(?:it\s+)?|in|for|over|during|versus|vs\.?|against|compared?\s+(?:with|to))\b\W*)*"
    r"(?:(?:the\s+)?(?:(?:one|week|month|quarter|year|time|period)s?\s+)?before(?:\s+(?:that|this|it))?|(?:the\s+)?(?:previous|prior|preceding)"
    r"\s+(?:one|week|month|quarter|year|period))\W*$",
    re.IGNORECASE,
)
_HALF: Final = re.compile(
    r"\b(?:(?P<half>first|1st|second|2nd|last|latter)\s+half\s+of\s+(?:the\s+|this\s+)?(?P<when>last\s+year|year|20\d\d)"
    r"|h(?P<number>[12])\b(?:\s+(?:of\s+)?(?P<year>20\d\d))?)",
    re.IGNORECASE,
)
_ONLY: Final = re.compile(
    r"^\W*(?:for|over|in|during|within|of)?\s*(?:the\s+|all\s+of\s+)?(?:(?:last|past|previous)\s+(?:(?:\d{1,3}|couple\s+of|few|[a-z]+)\s+)?"
    r"(?:days?|weeks?|months?|quarters?|years?)|this\s+(?:week|month|quarter|year)(?:\s+so\s+far)?)"
    r"(?:\s+(?:instead|then|please|as\s+well|too))*\W*$",
    re.IGNORECASE,
)
_A_YEAR_EARLIER: Final = re.compile(
    r"\b(?:a\s+year\s+ago|year\s+on\s+year|(?:same\s+\w+|against|with|to|than|on|vs\.?|versus)\s+(?:a\s+)?last\s+year|last\s+year'?s"
    r"|year\s+before|a\s+year\s+earlier)\b",
    re.IGNORECASE,
)
_ON_LAST_YEAR: Final = re.compile(
    r"\b(?:against|compared?\s+(?:with|to)|than|on|vs\.?|versus)\s+(?:the\s+)?last\s+year\b", re.IGNORECASE
)
_BARE: Final = re.compile(rf"^\W*(?:last\s+)?(?:{_MONTH}|q[1-4])(?:\s+(?:of\s+)?20\d\d)?(?=\W*$)", re.IGNORECASE)
_PASSING: Final = re.compile(r"\b(?:instead|then|please|as\s+well|too|just|all|and)\b", re.IGNORECASE)
_MONTHS_IN: Final = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `since` to before `until`, and the stretch that it is held against, from `before` to `before_until`."""

    since: date
    until: date
    before: date
    before_until: date


def names_span(text: str) -> bool:
    """Whether a text names a span; one that does not is read as the last 90 days."""
    return any(pattern.search(text) for pattern in (_DATES, _HALF, _NAMED, _ROLLING, _THE_LAST, _CALENDAR))


def span_words(text: str) -> str:
    """The words by which a text names its span; nothing where it names none."""
    text = _ON_LAST_YEAR.sub(" ", text)
    found = (pattern.search(text) for pattern in (_DATES, _HALF, _CALENDAR, _THE_LAST, _ROLLING, _NAMED))
    return next((match[0] for match in found if match), "")


def is_the_one_before(text: str) -> bool:
    """Whether a text only asks for the stretch before: "and the month before?", "what about the previous one"."""
    return _THE_ONE_BEFORE.match(text) is not None


def words_of(since: date, until: date) -> str:
    """Words that ``read_span`` reads as these days, from ``since`` to before ``until``."""
    return f"from {since.isoformat()} to {(until - timedelta(days=1)).isoformat()}"


def without_span(text: str) -> str:
    """A text without the spans that it names, and what they are held against: "linen in May" -> "linen"."""
    for pattern in (_DATES, _HALF, _ON_LAST_YEAR, _A_YEAR_EARLIER, _CALENDAR, _THE_LAST, _ROLLING, _NAMED):
        text = pattern.sub(" ", text)
    return text


def with_in(text: str) -> str:
    """A month or quarter that stands alone, as one that a sentence can go on with: "June?" -> "in June?"."""
    return f"in {text.strip()}" if _BARE.match(text) else text


def is_span(text: str) -> bool:
    """Whether a span is all that a text names: "the last six months", "this year so far"."""
    whole = _CALENDAR.search(text)
    only = whole is not None and not re.search(r"\w", _PASSING.sub(" ", text.replace(whole[0], " ")))
    return only or (names_span(text) and _ONLY.match(text) is not None)


def read_span(text: str, today: date) -> Span:
    """The span that a text names, beside the one of the same length before it, or a year before it where it says so.

    Of what is not over yet ("this month") the days so far count, beside as many of the one before.
    """
    if _ON_LAST_YEAR.search(text):
        rest = _ON_LAST_YEAR.sub(" ", text)
        named_none = _NAMED.search(rest) is None and _ROLLING.search(rest) is None
        since, until = _stretch("this year" if named_none else rest, today)
        return Span(since, until, _months_on(since, -12), _months_on(until, -12))
    since, until = _stretch(text, today)
    named = _NAMED.search(text)
    if _A_YEAR_EARLIER.search(_NAMED.sub(" ", text, count=1)) or (named and named["unit"].lower() == "year"):
        return Span(since, until, _months_on(since, -12), _months_on(until, -12))
    if named and named["unit"].lower() in _MONTHS_IN and not _ROLLING.search(text):
        before = _months_on(since, -_MONTHS_IN[named["unit"].lower()])
        whole = until.day == 1
        return Span(since, until, before, since if whole else min(since, before + (until - since)))
    whole_months = _months_from_first(since, until)
    if whole_months and (_dates(text) is not None or _HALF.search(text)):
        return Span(since, until, _months_on(since, -whole_months), since)
    dated = _CALENDAR.search(text)
    if dated is not None and since.day == until.day == 1:
        return Span(since, until, _months_on(since, -(3 if dated["quarter"] else 1)), since)
    return Span(since, until, since - (until - since), since)


def _dates(text: str) -> tuple[date, date] | None:
    found = _DATES.search(text)
    if found is None:
        return None
    try:
        first, last = date.fromisoformat(found["first"]), date.fromisoformat(found["last"])
    except ValueError:
        return None
    return (first, last + timedelta(days=1)) if first <= last < date(9998, 1, 1) else None


def _half(named: re.Match[str], today: date) -> tuple[date, date]:
    """Half a year, up to today where it is not over; the latest that has begun where no year is named."""
    second = named["number"] == "2" or (named["half"] or "").lower() in ("second", "2nd", "last", "latter")
    when = (named["when"] or named["year"] or "").lower()
    year = int(when) if when.isdigit() else today.year - when.startswith("last")
    since = date(year, 7 if second else 1, 1)
    if since > today:
        since = date(today.year - 1 if second else today.year, since.month, 1)
    return since, min(today + timedelta(days=1), _months_on(since, 6))


def _months_from_first(since: date, until: date) -> int:
    """How many whole months of the calendar a span is; 0 where it is none."""
    return (until.year - since.year) * 12 + until.month - since.month if since.day == until.day == 1 else 0


def _fixed(text: str, today: date) -> tuple[date, date] | None:
    """What is named by dates, as half a year, or as a month or quarter of the calendar."""
    dates = _dates(text)
    if dates is not None:
        return dates
    half = _HALF.search(text)
    if half is not None:
        return _half(half, today)
    dated = _CALENDAR.search(text)
    return _on_the_calendar(dated, today) if dated is not None else None


def _stretch(text: str, today: date) -> tuple[date, date]:
    tomorrow = today + timedelta(days=1)
    fixed = _fixed(text, today)
    if fixed is not None:
        return fixed
    rolling = _ROLLING.search(text)
    if rolling and (count := _count(rolling["count"])):
        unit = rolling["unit"].lower()
        days = {"day": 1, "week": 7}.get(unit)
        since = tomorrow - timedelta(days=days * count) if days else _months_on(tomorrow, -_MONTHS_IN[unit] * count)
        return since, tomorrow
    the_last = _THE_LAST.search(text)
    if the_last:
        unit = the_last["unit"].lower()
        return (tomorrow - timedelta(days=7) if unit == "week" else _months_on(tomorrow, -_MONTHS_IN[unit])), tomorrow
    named = _NAMED.search(text)
    if named is None:
        return tomorrow - timedelta(days=DAYS), tomorrow
    first = _first_of(named["unit"].lower(), today)
    if named["which"].lower() == "this":
        return first, tomorrow
    if named["unit"].lower() == "week":
        return first - timedelta(days=7), first
    return _months_on(first, -_MONTHS_IN[named["unit"].lower()]), first


def _on_the_calendar(named: re.Match[str], today: date) -> tuple[date, date]:
    """A month or a quarter, up to today where it is not over; since its beginning where it is said so."""
    tomorrow = today + timedelta(days=1)
    length = 3 if named["quarter"] else 1
    month = 3 * int(named["quarter"]) - 2 if named["quarter"] else _MONTHS.index(named["month"].lower()[:3]) + 1
    since = date(int(named["year"] or today.year), month, 1)
    if since > today:
        since = date(today.year - (month > today.month), month, 1)
    ongoing = named["how"].lower() in ("since", "from")
    return since, tomorrow if ongoing else min(tomorrow, _months_on(since, length))


def _count(text: str) -> int | None:
    lower = text.lower()
    if lower.isdigit():
        return int(lower) or None
    if lower.startswith("couple"):
        return 2
    if lower == "few":
        return 3
    found = spelled([lower])
    return int(found[0]) if found else None


def _first_of(unit: str, today: date) -> date:
    if unit == "week":
        return today - timedelta(days=today.weekday())
    if unit == "month":
        return today.replace(day=1)
    return today.replace(month=1 if unit == "year" else 3 * ((today.month - 1) // 3) + 1, day=1)


def _months_on(day: date, months: int) -> date:
    """The same day some months later or earlier, or the month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9998:
        return day
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
