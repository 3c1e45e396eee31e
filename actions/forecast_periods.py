"""How far ahead, and by what periods, a forecast is asked for: "by week for the next quarter", "in Q1"."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from actions.language.dates import read_period
from actions.language.until import BEGINS, MONTH, REST, UNTIL, ahead, feast, month_number, read_until
from backend.insight.service import Asked

DEFAULT: Final = Asked("M", 6)
USUAL: Final = {"D": 28, "W": 13, "M": 6}  # periods, where only "by week" is said
_DAYS: Final = {"D": 1.0, "W": 7.0, "M": 365.25 / 12}
_IN_A_YEAR: Final = {"D": 365, "W": 52, "M": 12}
_BY: Final = re.compile(
    r"\b(?:(?P<ly>dai|week|month)ly|(?:by|per|each|every|an?)\s+(?P<unit>day|week|month)s?|(?P<day>day|week|month)\s+by\s+"
    r"(?:day|week|month))\b",
    re.IGNORECASE,
)
_ONE: Final = re.compile(r"\b(?P<which>this|next|following|coming)\s+(?P<unit>week|month|quarter)\b", re.IGNORECASE)
_QUARTER: Final = re.compile(
    r"\b(?:(?:in|for|during|over)\s+)?(?:the\s+)?(?:q\s?(?P<number>[1-4])|quarter\s+(?P<said>[1-4]|one|two|three|four)"
    r"|(?P<which>first|second|third|fourth|1st|2nd|3rd|4th)\s+quarter)\b(?:\s+(?:of\s+)?(?:(?P<year>20\d\d)|(?:next|the|this)\s+year)\b)?",
    re.IGNORECASE,
)
_NUMBERS: Final = {"one": 1, "first": 1, "two": 2, "second": 2, "three": 3, "third": 3, "four": 4, "fourth": 4}
_FROM_TO: Final = re.compile(
    rf"\b(?:(?:in|for|during|over|this|next|of|from|between)\s+)?(?P<first>{MONTH})\b(?:\s+(?P<since>20\d\d))?"
    rf"(?:\s+(?:to|and|until|till|through)\s+|\s{{0,3}}[-–]\s{{0,3}})(?P<last>{MONTH})\b(?:\s+(?P<year>20\d\d))?",
    re.IGNORECASE,
)
_IN: Final = re.compile(
    rf"\b(?:in|for|during|over|this|next|of)\s+(?P<first>{MONTH})\b(?:\s+(?P<year>20\d\d))?"
    r"|\b(?P<bare>january|february|april|june|july|august|september|october|november|december)(?:['’]s)?\b(?:\s+(?P<its>20\d\d))?"
    r"(?=\W{0,3}$|\s+(?:forecast|fcst|outlook|figures|numbers|sales|demand|for|please|instead|then|too)\b)",
    re.IGNORECASE,
)
_YEARS: Final = re.compile(
    r"\b(?P<count>\d{1,9}|ten|twenty|fifty|a\s+hundred)\s+(?:years?|yrs?|decades?)\b", re.IGNORECASE
)
_SPAN: Final = re.compile(
    r"\b(?:for|over|in|during|of|within)?\s*(?:the\s+)?(?:(?:next|coming|following|this|last|past|previous)\s+)?"
    r"(?:(?:\d{1,9}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|couple\s+of|few|half)[\s-]+(?:an?\s+)?)?"
    r"(?:days?|weeks?|wks?|fortnights?|months?|mths?|quarters?|years?|yrs?)\b(?:\s+ahead)?"
    r"|\b(?:next|for|over)\s+\d{1,3}\s?[dwm]\b",
    re.IGNORECASE,
)
_SIZE: Final = re.compile(
    r"(?<!next )(?<!for )(?<!over )(?<![\d.,])\d[\d,.]{0,8}\s?[dwm]\b", re.IGNORECASE
)  # of a product: 25 m, 1000 m
_FEAST: Final = re.compile(
    r"\b(?:at|over|for|during|this|next|in)\s+(?P<feast>christmas|xmas|easter)(?:\s+time)?\b", re.IGNORECASE
)
_EACH: Final = re.compile(
    r"\b(?:for\s+)?(?:each|every)\s+(?:one\s+)?of\s+(?=the\s+(?:next|coming|following)\b)", re.IGNORECASE
)
"""Of each of a number of weeks; the card has one line for each anyway."""
_SEASON: Final = re.compile(
    r"\b(?:in|for|over|during|this|next|coming|through)\s+(?:the\s+)?(?:coming\s+|next\s+)?(?P<season>spring|summer|autumn|winter)"
    r"(?:\s*time)?(?=\s*(?:[?.!,]|$|(?:and|please|then|by|per|months?|season|in|for|versus|vs|against)\b))",
    re.IGNORECASE,
)
_PATTERNS: Final = (_FROM_TO, UNTIL, REST, _FEAST, _SEASON, _BY, _QUARTER, _ONE, _YEARS, _SPAN, _IN)


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
    text = _EACH.sub(" ", text)
    by = _BY.search(text)
    freq = _freq(by) if by else None
    plain = _BY.sub(" ", text)
    named = _from_to(plain, today) or _until(plain, today) or _one(plain, today) or _months(plain, today)
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
    text = _EACH.sub(" ", text)
    for pattern in _PATTERNS:
        text = pattern.sub(" ", text)
    return " ".join(text.split())


def in_other(before: str, words: str, today: date) -> str:
    """The words for a stretch after ``before``: the same one where only other periods are named ("by week")."""
    by = _BY.search(words)
    rest = _BY.sub(" ", words)
    if by is None or read(rest, today).said:
        return words
    return " ".join(f"{_BY.sub(' ', before)} {by.group()}".split())


def in_weeks(asked: Asked) -> Asked:
    """The same stretch by week."""
    return _in(asked, "W")


def month_named(text: str, today: date) -> date | None:
    """The first day of the latest month with the name that a message has: in November "September" is this year's."""
    match = re.search(rf"\b{MONTH}\b", re.sub(r"\bmay\s+(?:i|we|you)\b", " ", text, flags=re.IGNORECASE), re.IGNORECASE)
    if match is None:
        return None
    month = month_number(match.group())
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
    found, text = [], _EACH.sub(" ", text)
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
        return _quarter(quarter, today)
    match = _ONE.search(text)
    if match is None:
        return None
    this, unit = match["which"].lower() == "this", match["unit"].lower()
    if unit == "quarter":
        left = 3 - (today.month - 1) % 3
        return Asked("M", left) if this else Asked("M", 3, left)
    return Asked(unit[0].upper(), 1, 0 if this else 1)


def _quarter(match: re.Match[str], today: date) -> Asked:
    named = (match["number"] or match["said"] or match["which"]).lower()
    first = 3 * (_NUMBERS.get(named) or int(named[0])) - 2
    year = int(match["year"]) if match["year"] else None
    gone = today.month - first if 0 < today.month - first < 3 and year in (None, today.year) else 0
    return Asked("M", 3 - gone, 0 if gone else ahead(first, today, year))


def _from_to(text: str, today: date) -> Asked | None:
    """From one month to another: "from January to March", "Jan-Mar"."""
    match = _FROM_TO.search(text)
    if match is None:
        return None
    year = match["since"] or match["year"]
    first = ahead(month_number(match["first"]), today, int(year) if year else None)
    count = (month_number(match["last"]) - month_number(match["first"])) % 12 + 1
    if match["year"] and not match["since"] and month_number(match["first"]) > month_number(match["last"]):
        first = max(0, first - 12)  # "November to March 2027" begins the year before
    return Asked("M", count, first)


def _until(text: str, today: date) -> Asked | None:
    """From now to what is named: "until the end of March", "between now and Easter"."""
    found = read_until(text, today)
    return Asked(found.freq, found.horizon) if found is not None else None


def _months(text: str, today: date) -> Asked | None:
    """A month or a season by its name: "in December", "this summer", "at Easter"."""
    match = _IN.search(text)
    if match:
        year = match["year"] or match["its"]
        return Asked("M", 1, ahead(month_number(match["first"] or match["bare"]), today, int(year) if year else None))
    season = _SEASON.search(text)
    if season:
        first = ahead(BEGINS[season["season"].lower()], today)
        if first > 9:  # what is left of the season that it is
            return Asked("M", first - 9)
        # as far as is forecast; of a season beyond that, all there is
        return Asked("M", min(3, DEFAULT.horizon - first), first) if first < DEFAULT.horizon else None
    named = _FEAST.search(text)
    return Asked("M", 1, ahead(feast(named["feast"], today).month, today)) if named else None


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
