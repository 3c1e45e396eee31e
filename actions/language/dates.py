"""Dates and periods as British customers write them; the day comes first: 3/12 is the third of December."""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, Literal

from .numbers import spelled

Freq = Literal["D", "W", "M"]
MOST_DAYS_AHEAD: Final = 3_650
LONGEST_TEXT: Final = 10_000


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of the future: so many days, weeks or months from now."""

    horizon: int
    freq: Freq


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date, where it stands, and whether its form leaves no doubt (a bare "Friday" or "12/12" does)."""

    day: date
    start: int
    end: int
    certain: bool


_MONTH: Final = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_WEEKDAY: Final = (
    r"(?P<weekday>mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday|s)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?"
    r"|sun(?:day)?)"
)
_DAY: Final = r"(?P<day>0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
_COUNT: Final = (
    r"(?P<count>\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|a couple of|a few)"
)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Reader = Callable[[re.Match[str], date], date | None]


def _safe(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _coming(today: date, month: int, day: int) -> date | None:
    """That day of this year, or of the next where it has passed (29 February: the next leap year)."""
    for year in range(today.year, min(today.year + 9, date.max.year)):
        found = _safe(year, month, day)
        if found and found >= today:
            return found
    return None


def _iso(match: re.Match[str], _today: date) -> date | None:
    return _safe(int(match["y"]), int(match["m"]), int(match["d"]))


def _numeric(match: re.Match[str], today: date) -> date | None:
    day, month = int(match["d"]), int(match["m"])
    if not match["y"]:
        return _coming(today, month, day)
    year = int(match["y"])
    return _safe(year + 2000 if year < 100 else year, month, day)


def _month_of(match: re.Match[str]) -> int:
    return _MONTHS.index(match["month"][:3].lower()) + 1


def _day_and_month(match: re.Match[str], today: date) -> date | None:
    if match["year"]:
        return _safe(int(match["year"]), _month_of(match), int(match["day"]))
    return _coming(today, _month_of(match), int(match["day"]))


def _part_of_month(match: re.Match[str], today: date) -> date | None:
    month = _month_of(match)
    year = today.year + (month < today.month)
    return _in_month(match["part"], year, month)


def _in_month(part: str, year: int, month: int) -> date:
    part = part.lower()
    if part.startswith(("mid", "middle")):
        return date(year, month, 15)
    if part.startswith(("start", "beginning", "early")):
        return date(year, month, 1)
    return date(year, month, calendar.monthrange(year, month)[1])


def _part_of_this_month(match: re.Match[str], today: date) -> date | None:
    month, year = today.month, today.year
    if match["which"] and match["which"].lower().strip().startswith(("next", "following")):
        month, year = (month + 1, year) if month < 12 else (1, year + 1)
    found = _in_month(match["part"], year, month)
    return max(found, today)


def _end_of_week(match: re.Match[str], today: date) -> date | None:
    friday = today + timedelta(days=(4 - today.weekday()) % 7)
    return friday + timedelta(days=7) if match["which"] and "next" in match["which"].lower() else friday


def _end_of_year(_match: re.Match[str], today: date) -> date | None:
    return date(today.year, 12, 31)


def _weekday(match: re.Match[str], today: date) -> date | None:
    """The next such day: "Friday" is the coming one; "next Tuesday" next week's; "Friday week" a week later."""
    wanted = _WEEKDAYS.index(match["weekday"][:3].lower())
    ahead = (wanted - today.weekday()) % 7
    which = (match["which"] or "").lower()
    if which.startswith("next"):
        return today + timedelta(days=7 - today.weekday() + wanted)
    if ahead == 0 and not which.startswith("this"):
        ahead = 7
    return today + timedelta(days=ahead + (7 if match["week"] or match["aweek"] else 0))


def _week_start(match: re.Match[str], today: date) -> date | None:
    monday = today + timedelta(days=7 - today.weekday())
    part = (match["part"] or "").lower()
    return monday + timedelta(days=2 if part.startswith("mid") else 4 if part.startswith(("end", "late")) else 0)


def _next_month(_match: re.Match[str], today: date) -> date | None:
    return date(today.year + (today.month == 12), today.month % 12 + 1, 1)


def _relative(match: re.Match[str], today: date) -> date | None:
    count = _count(match["count"])
    unit = match["unit"].lower()
    if unit.startswith("month"):
        month = today.month - 1 + count
        year, month = today.year + month // 12, month % 12 + 1
        return _safe(year, month, min(today.day, calendar.monthrange(year, month)[1])) if year < 9000 else None
    if unit.startswith("working"):
        return _working_days(today, count)
    return today + timedelta(days=count * (14 if unit.startswith("fortnight") else 7 if unit.startswith("week") else 1))


def _working_days(today: date, count: int) -> date:
    day = today
    while count > 0:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def _count(text: str) -> int:
    text = text.lower()
    if text.isdigit():
        return int(text)
    if text in ("a", "an"):
        return 1
    found = spelled(text.split()) or spelled(text.split()[-1:])
    return int(found[0]) if found else 3


def _named(match: re.Match[str], today: date) -> date | None:
    word = re.sub(r"\s+", " ", match["word"].lower())
    days = {
        "today": 0, "tonight": 0, "asap": 0, "tomorrow": 1, "tomorow": 1, "tommorow": 1, "tommorrow": 1, "tmrw": 1,
        "day after tomorrow": 2, "tomorrow week": 8, "today week": 7, "a week today": 7, "a week tomorrow": 8,
        "week today": 7, "week tomorrow": 8,
    }.get(word)  # fmt: skip
    return None if days is None else today + timedelta(days=days)


def _day_of_month(match: re.Match[str], today: date) -> date | None:
    day = int(match["day"])
    for ahead in range(13):
        month = today.month - 1 + ahead
        found = _safe(today.year + month // 12, month % 12 + 1, day)
        if found and found >= today:
            return found
    return None


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[re.Pattern[str], Reader, bool], ...]:
    """Pattern, reader, and whether the form is certain; earlier ones win where two overlap."""
    end = r"(?:end|close|start|beginning|middle|mid)"
    raw: list[tuple[str, Reader, bool]] = [
        (r"(?P<y>20\d\d)-(?P<m>\d\d?)-(?P<d>\d\d?)", _iso, True),
        (r"(?P<d>\d\d?)(?P<sep>[/.])(?P<m>\d\d?)(?P=sep)(?P<y>20\d\d|\d\d)", _numeric, True),
        (r"(?P<d>\d\d?)-(?P<m>\d\d?)-(?P<y>20\d\d)", _numeric, True),
        (rf"(?:{_WEEKDAY}\s+)?(?:the\s+)?{_DAY}\s+(?:of\s+)?{_MONTH}(?:,?\s+(?P<year>20\d\d))?", _day_and_month, True),
        (rf"(?:{_WEEKDAY}\s+)?{_MONTH}\s+(?:the\s+)?{_DAY}(?:,?\s+(?P<year>20\d\d))?(?!\d)", _day_and_month, True),
        (rf"(?:the\s+)?(?P<part>{end}|early|late)(?:\s+of)?[\s-]+{_MONTH}", _part_of_month, True),
        (
            rf"(?:the\s+)?(?P<part>{end})(?:\s+of)?(?P<which>\s+the|\s+this|\s+next|\s+following)?\s+month",
            _part_of_this_month,
            True,
        ),
        (r"(?P<part>month)\s*(?P<which>)[\s-]?end", _part_of_this_month, True),
        (r"(?:the\s+)?(?:end|close)\s+of(?P<which>\s+the|\s+this|\s+next)?\s+week", _end_of_week, True),
        (r"(?:the\s+)?end\s+of\s+(?:the\s+|this\s+)?year", _end_of_year, True),
        (
            r"(?P<word>(?:day\s+after\s+)?tomm?orr?ow(?:\s+week)?|tmrw|a?\s?week\s+(?:today|tomorrow)|today(?:\s+week)?"
            r"|tonight|asap)",
            _named,
            True,
        ),
        (
            rf"(?:(?P<which>next|this(?:\s+coming)?|coming)\s+)?(?P<aweek>a\s+week\s+on\s+)?{_WEEKDAY}"
            r"(?P<week>\s+week)?(?:\s+(?:morning|afternoon|evening))?",
            _weekday,
            False,
        ),
        (
            r"(?:(?P<part>early|mid|middle\s+of|late|end\s+of|start\s+of|beginning\s+of)[\s-]+)?next\s+week",
            _week_start,
            True,
        ),
        (r"(?:early\s+)?next\s+month", _next_month, True),
        (
            rf"(?:in|within)\s+{_COUNT}\s*(?P<unit>working\s+days?|days?|weeks?|fortnights?|months?)(?:'?\s+time)?",
            _relative,
            True,
        ),
        (
            rf"{_COUNT}\s*(?P<unit>days?|weeks?|fortnights?|months?)[\s']*(?:from\s+(?:now|today)|time)",
            _relative,
            True,
        ),
        (r"(?P<d>\d\d?)/(?P<m>\d\d?)(?P<y>)", _numeric, False),
        (r"the\s+(?P<day>\d\d?)(?:st|nd|rd|th)", _day_of_month, False),
    ]  # fmt: skip
    return tuple((re.compile(rf"(?<![\w/.-]){p}(?![\w/-]|\.\d)", re.IGNORECASE), read, sure) for p, read, sure in raw)


def find_dates(text: str, today: date) -> list[FoundDate]:
    """Every date in the text, in order; impossible ones (31/02) are left out, as are those ten years off."""
    found: list[FoundDate] = []
    taken: list[tuple[int, int]] = []
    for pattern, read, certain in _patterns():
        for match in pattern.finditer(text[:LONGEST_TEXT]):
            start, end = match.span()
            if any(start < b and a < end for a, b in taken):
                continue
            taken.append((start, end))
            try:
                day = read(match, today)
            except (OverflowError, ValueError):  # today at the very end of the calendar
                day = None
            if day and abs((day - today).days) <= MOST_DAYS_AHEAD:
                found.append(FoundDate(day, start, end, certain))
    return sorted(found, key=lambda f: f.start)


def read_date(text: str, today: date) -> date | None:
    """The first date in the text; a certain form ("12 December") before a doubtful one ("12/12")."""
    found = find_dates(text, today)
    if not found:
        return None
    return next((f.day for f in found if f.certain), found[0].day)


@lru_cache(maxsize=1)
def _period_pattern() -> re.Pattern[str]:
    count = r"(?P<count>\d{1,9}|[a-z]+(?:[\s-](?:one|two|three|four|five|six|seven|eight|nine|of))?)"
    return re.compile(
        rf"(?:\b{count}[\s-]*)?\b(?P<unit>days?|weeks?|wks?|fortnights?|months?|mths?|quarters?|years?"
        rf"|yrs?)\b",
        re.IGNORECASE,
    )


_IN_UNIT: Final[dict[str, tuple[int, Freq]]] = {
    "d": (1, "D"), "w": (1, "W"), "f": (2, "W"), "m": (1, "M"), "q": (3, "M"), "y": (12, "M"),
}  # fmt: skip
_MOST: Final[dict[Freq, int]] = {"D": 3_650, "W": 520, "M": 120}


def read_period(text: str, today: date) -> Period | None:
    """The stretch of time ahead that is meant: "next six months", "13 weeks", "this year", "until Christmas"."""
    text = text[:LONGEST_TEXT].lower()
    rest = re.search(
        r"\b(?:this|rest of (?:the|this)|remainder of (?:the|this)|end of (?:the|this)) (year|quarter|month|week)\b",
        text,
    )
    if rest:
        return _rest_of(rest[1], today)
    if re.search(r"\b(?:until|till|to|up to) (?:christmas|xmas)\b", text):
        christmas = _coming(today, 12, 25)
        return Period(max(1, -(-(christmas - today).days // 7)), "W") if christmas else None
    if re.search(r"\bhalf (?:a |the )?year\b", text):
        return Period(6, "M")
    for match in re.finditer(r"(?<![\d.,])(\d{1,3})\s?([dwm])\b", text):
        return _period(int(match[1]), match[2])
    for match in _period_pattern().finditer(text):
        count = _period_count(match["count"])
        if count is not None and (
            match["count"] or not re.search(r"\b(?:last|past|previous)\W*$", text[: match.start()])
        ):
            return _period(count, match["unit"][0])
    return None


def _period_count(text: str | None) -> int | None:
    if text is None:
        return 1
    if text.isdigit():
        return int(text)
    if text in ("last", "past", "previous", "this"):
        return None
    if text.startswith("couple"):
        return 2
    words = [w for w in re.split(r"[\s-]", text) if w]
    found = spelled(words) or spelled(words[1:])  # "next six"
    return int(found[0]) if found else 3 if words[-1] in ("few", "several") else 1


def _period(count: int, unit: str) -> Period | None:
    times, freq = _IN_UNIT[unit]
    horizon = count * times
    return Period(horizon, freq) if 0 < horizon <= _MOST[freq] else None


def _rest_of(unit: str, today: date) -> Period:
    """What is left of the current one, the current month or day included."""
    if unit == "year":
        return Period(13 - today.month, "M")
    if unit == "quarter":
        return Period(3 - (today.month - 1) % 3, "M")
    if unit == "month":
        return Period(calendar.monthrange(today.year, today.month)[1] - today.day + 1, "D")
    return Period(7 - today.weekday(), "D")
