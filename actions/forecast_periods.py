"""How far ahead, and by what periods, a forecast is asked for: "by week for the next quarter", "in Q1"."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from actions.language.dates import read_period
from backend.insight.service import Asked

DEFAULT: Final = Asked("M", 6)
USUAL: Final = {"D": 28, "W": 13, "M": 6}  # periods, where only "by week" is said
_DAYS: Final = {"D": 1.0, "W": 7.0, "M": 365.25 / 12}
_IN_A_YEAR: Final = {"D": 365, "W": 52, "M": 12}
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_BY: Final = re.compile(
    r"\b(?:(?P<ly>dai|week|month)ly|(?:by|per|each|every|an?)\s+(?P<unit>day|week|month)s?|(?P<day>day|week|month)\s+by\s+"
    r"(?:day|week|month))\b",
    re.IGNORECASE,
)
_ONE: Final = re.compile(r"\b(?P<which>this|next|following|coming)\s+(?P<unit>week|month|quarter)\b", re.IGNORECASE)
_QUARTER: Final = re.compile(r"\bq(?P<number>[1-4])(?:\s+(?:of\s+)?20\d\d)?\b", re.IGNORECASE)
_UNTIL: Final = re.compile(
    rf"\b(?:until|till|up\s+to|through\s+to|to|by|before)\s+(?:the\s+end\s+of\s+)?(?P<month>{_MONTH})\b", re.IGNORECASE
)
_IN: Final = re.compile(
    rf"\b(?:in|for|during|over|this|next|of)\s+(?P<first>{_MONTH})\b"
    rf"(?:\s*(?:to|and|until|till|-|–|through)\s*(?P<last>{_MONTH})\b)?(?:\s+20\d\d)?",
    re.IGNORECASE,
)
_YEARS: Final = re.compile(
    r"\b(?P<count>\d{1,9}|ten|twenty|fifty|a\s+hundred)\s+(?:years?|yrs?|decades?)\b", re.IGNORECASE
)
_SPAN: Final = re.compile(
    r"\b(?:for|over|in|during|of|within)?\s*(?:the\s+)?(?:(?:next|coming|following|this|last|past|previous)\s+)?"
    r"(?:(?:\d{1,9}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|couple\s+of|few|half)[\s-]+(?:an?\s+)?)?"
    r"(?:days?|weeks?|wks?|fortnights?|months?|mths?|quarters?|years?|yrs?)\b(?:\s+ahead)?"
    r"|\b(?:until|till|up\s+to|to|by|before)\s+(?:christmas|xmas)\b|\b(?:next|for|over)\s+\d{1,3}\s?[dwm]\b",
    re.IGNORECASE,
)
_SIZE: Final = re.compile(r"(?<!next )(?<!for )(?<!over )\b\d{1,3}\s?[dwm]\b", re.IGNORECASE)  # of a product: 25 m
_CHRISTMAS: Final = re.compile(r"\b(?:at|over|for|during|this)\s+(?:christmas|xmas)(?:\s+time)?\b", re.IGNORECASE)
_SEASON: Final = re.compile(
    r"\b(?:in|for|over|during|this|next|coming|through)\s+(?:the\s+)?(?:coming\s+|next\s+)?(?P<season>spring|summer|autumn|winter)"
    r"(?:\s*time)?(?=\s*(?:[?.!,]|$|(?:and|please|then|by|per|months?|season|in|for|versus|vs|against)\b))",
    re.IGNORECASE,
)
_BEGINS: Final = {"spring": "mar", "summer": "jun", "autumn": "sep", "winter": "dec"}
_PATTERNS: Final = (_CHRISTMAS, _SEASON, _BY, _ONE, _QUARTER, _UNTIL, _YEARS, _SPAN, _IN)


@dataclass(frozen=True)
class Read:
    """What was asked for, whether anything was said of it at all, and the words that said it.

    ``by_name``: the kind of period was named for itself ("by day"), not only as a length ("ten days").
    """

    asked: Asked
    said: bool
    words: str
    by_name: bool = False


def read(text: str, today: date, default: Asked = DEFAULT) -> Read:
    """The periods a message asks for; ``default`` where it names none."""
    by = _BY.search(text)
    freq = _freq(by) if by else None
    plain = _BY.sub(" ", text)
    named = _one(plain, today) or _months(plain, today)
    if named is not None and freq == "D":
        return Read(_in_days(named, today), True, " ".join(_words(text)), True)
    found = named or _stretch(plain, today)
    words = " ".join(_words(text))
    if found is None:
        wanted = default if freq is None or freq == default.freq else _in(default, freq, whole=False)
        return Read(wanted, by is not None, words, by is not None)
    return Read(_in(found, freq) if freq else found, True, words, by is not None)


def without(text: str) -> str:
    """A message without the words that say how far ahead."""
    for pattern in _PATTERNS:
        text = pattern.sub(" ", text)
    return " ".join(text.split())


def in_weeks(asked: Asked) -> Asked:
    """The same stretch by week."""
    return _in(asked, "W")


def month_named(text: str, today: date) -> date | None:
    """The first day of the latest month with the name that a message has: in November "September" is this year's."""
    match = re.search(
        rf"\b{_MONTH}\b", re.sub(r"\bmay\s+(?:i|we|you)\b", " ", text, flags=re.IGNORECASE), re.IGNORECASE
    )
    if match is None:
        return None
    month = _MONTHS.index(match.group()[:3].lower()) + 1
    return date(today.year - (month > today.month), month, 1)


def _in_days(asked: Asked, today: date) -> Asked:
    """The days of weeks or months of the calendar, today the first: "by day for next week" begins on its Monday."""
    if asked.freq == "W":
        monday = today - timedelta(days=today.weekday())
        start, end = (monday + timedelta(weeks=count) for count in (asked.skip, asked.skip + asked.horizon))
    else:
        start, end = (_month_after(today, count) for count in (asked.skip, asked.skip + asked.horizon))
    start = max(start, today)
    return Asked("D", (end - start).days, (start - today).days)


def _month_after(day: date, count: int) -> date:
    months = 12 * day.year + day.month - 1 + count
    return date(months // 12, months % 12 + 1, 1)


def _words(text: str) -> list[str]:
    """The words that say it, in such an order that they read the same again."""
    found = []
    for pattern in _PATTERNS:
        found += [match.group().strip() for match in pattern.finditer(text)]
        text = pattern.sub(" ", text)
    return found


def _freq(match: re.Match[str]) -> str:
    return (match["ly"] or match["unit"] or match["day"])[0].upper()


def _one(text: str, today: date) -> Asked | None:
    """A single week, month or quarter of the calendar: "next month" is the one after this."""
    quarter = _QUARTER.search(text)
    if quarter:
        first = 3 * int(quarter["number"]) - 2
        ahead = (first - today.month) % 12
        gone = (today.month - first) if 0 < today.month - first < 3 else 0
        return Asked("M", 3 - gone, 0 if gone else ahead)
    match = _ONE.search(text)
    if match is None:
        return None
    this, unit = match["which"].lower() == "this", match["unit"].lower()
    if unit == "quarter":
        left = 3 - (today.month - 1) % 3
        return Asked("M", left) if this else Asked("M", 3, left)
    return Asked(unit[0].upper(), 1, 0 if this else 1)


def _months(text: str, today: date) -> Asked | None:
    """Months by their names: "in December", "from January to March", "until March"."""
    match = _IN.search(text)
    if match:
        first = _ahead(match["first"], today)
        last = _ahead(match["last"], today) if match["last"] else first
        return Asked("M", last - first + 1 if last >= first else last + 13 - first, first)
    season = _SEASON.search(text)
    if season:
        first = _ahead(_BEGINS[season["season"].lower()], today)
        if first > 9:  # what is left of the season that it is
            return Asked("M", first - 9)
        # as far as is forecast; of a season beyond that, all there is
        return Asked("M", min(3, DEFAULT.horizon - first), first) if first < DEFAULT.horizon else None
    if _CHRISTMAS.search(text):
        return Asked("M", 1, _ahead("dec", today))
    match = _UNTIL.search(text)
    return Asked("M", _ahead(match["month"], today) + 1) if match else None


def _ahead(month: str, today: date) -> int:
    return (_MONTHS.index(month[:3].lower()) + 1 - today.month) % 12


def _stretch(text: str, today: date) -> Asked | None:
    period = read_period(_SIZE.sub(" ", text), today)
    if period is not None:
        return Asked(period.freq, period.horizon)
    years = _YEARS.search(text)
    if years is None:
        return None
    count = int(years["count"]) if years["count"].isdigit() else 10
    return Asked("M", 12 * min(count, 1_000))


def _in(asked: Asked, freq: str, *, whole: bool = True) -> Asked:
    """The same stretch in other periods; the usual number of them where none was named."""
    if not whole:
        return Asked(freq, USUAL[freq])
    if asked.freq == freq:
        return asked
    if (asked.freq, freq) in (("M", "W"), ("M", "D"), ("W", "D")):
        ratio = _IN_A_YEAR[freq] / _IN_A_YEAR[asked.freq]
        return Asked(freq, max(1, round(asked.horizon * ratio)), round(asked.skip * ratio))
    ratio = _DAYS[asked.freq] / _DAYS[freq]
    return Asked(freq, max(1, math.ceil(asked.horizon * ratio)), round(asked.skip * ratio))
