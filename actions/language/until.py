"""Up to when, as people say it: "until the end of March", "to Easter", "between now and the summer", "by year end"."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
MOST_WEEKS: Final = 26  # by which half a year and less is said
BEGINS: Final = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}
UNTIL: Final = re.compile(
    r"\b(?!through\s+(?:the\s+)?(?:spring|summer|autumn|winter)\b)(?:(?:(?:between|from)\s+)?now\s+(?:and|until|till|up\s+to|to)|up\s+until|until|untill|till?|up\s+to(?:\s+and\s+including)?|through(?:\s+to)?|thru|to"
    r"|by|(?P<before>before))"
    r"\s+(?:the\s+)?(?:(?P<part>end|close|start|beginning|middle)\s+of\s+(?:the\s+)?)?(?:"
    rf"(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?)?(?:next\s+|this\s+)?(?P<month>{MONTH})\b(?:\s+(?P<year>20\d\d))?"
    r"|(?P<feast>christmas|xmas|easter|new\s+year)\b(?:['’]?s)?(?:\s+(?:day|eve|sunday))?(?:\s+20\d\d)?"
    r"|(?:next\s+|coming\s+)?(?P<season>spring|summer|autumn|winter)\b"
    r"|next\s+(?P<next>week|month|quarter|year)\b"
    r"|(?(part)(?:this\s+)?(?:(?P<year_of>year)|quarter|month|week)\b|(?:(?P<years>year)|month|week)(?:['’]s)?[\s-]end\b)"
    r"|q(?P<quarter>[1-4])\b(?:\s+(?:of\s+)?(?:20\d\d|next\s+year))?)",
    re.IGNORECASE,
)
REST: Final = re.compile(
    r"\b(?:(?:in|for|over|during|through|throughout)\s+)?(?:the\s+)?(?:rest|remainder|balance)\s+of\s+"
    r"(?:(?:the|this)\s+(?:year|quarter|month|week)|(?P<year>20\d\d))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Until:
    """So many weeks or months from now, the present one included."""

    freq: Literal["W", "M"]
    horizon: int


def easter(year: int) -> date:
    """Easter Sunday, by the Gregorian calendar.

    >>> easter(2027).isoformat()
    '2027-03-28'
    """
    century, rest = divmod(year, 100)
    golden = year % 19
    epact = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def feast(name: str, today: date) -> date:
    """The coming Easter Sunday, Christmas Day or New Year's Day."""
    for year in (today.year, today.year + 1):
        day = easter(year) if name.lower() == "easter" else date(year, 12, 25)
        if name.lower().startswith("new"):
            day = date(year, 1, 1)
        if day >= today:
            return day
    return date(today.year + 2, 1, 1)


def ahead(month: int, today: date, year: int | None = None) -> int:
    """How many months from now a month begins: the coming one of its name, or that of a year; 0 is the present one."""
    if year is not None and year >= today.year:
        return max(0, 12 * (year - today.year) + month - today.month)
    return (month - today.month) % 12


def month_number(name: str) -> int:
    """A month's number by its name: "Sept" is 9."""
    return MONTHS.index(name[:3].lower()) + 1


def read_until(text: str, today: date) -> Until | None:
    """How far ahead a text says it is to go; None where it names no end, or one of this week or month."""
    rest = REST.search(text)
    if rest is not None and rest["year"]:
        return Until("M", ahead(12, today, int(rest["year"])) + 1)
    found = UNTIL.search(text)
    if found is None:
        return None
    if found["month"] and found["day"]:
        return _to_day(found, today)
    if found["feast"]:
        return _weeks(feast(found["feast"], today), today)
    if found["year_of"] or found["years"]:
        return Until("M", 13 - today.month)
    if found["next"]:
        return _to_next(found["next"].lower(), today)
    return _to_months(found, today) if found["month"] or found["season"] or found["quarter"] else None


def _to_day(found: re.Match[str], today: date) -> Until | None:
    year = int(found["year"]) if found["year"] else today.year
    try:
        day = date(year, month_number(found["month"]), int(found["day"]))
        return _weeks(day if day >= today else day.replace(year=day.year + 1), today)
    except ValueError:  # 31 February
        return None


def _weeks(day: date, today: date) -> Until:
    """The weeks up to a day: until a Monday the week before it is the last; months where they are very many."""
    monday = today - timedelta(days=today.weekday())
    weeks = max(1, -(-(day - monday).days // 7))
    return Until("W", weeks) if weeks <= MOST_WEEKS else Until("M", ahead(day.month, today, day.year) + 1)


def _to_next(unit: str, today: date) -> Until:
    if unit == "week":
        return Until("W", 2)
    left = 3 - (today.month - 1) % 3
    return Until("M", {"month": 2, "quarter": left + 3, "year": 25 - today.month}[unit])


def _to_months(found: re.Match[str], today: date) -> Until:
    """Up to a month, a quarter or a season: months to their end, seasons to their beginning, where nothing is said."""
    part = (found["part"] or "").lower()
    open_end = (found["before"] is not None and not part) or part in ("start", "beginning")
    if found["season"]:
        first = ahead(BEGINS[found["season"].lower()], today)
        return Until("M", first + 3 if part in ("end", "close") else max(1, first))
    if found["quarter"]:
        month = 3 * int(found["quarter"])
        return Until("M", max(1, ahead(month, today) + 1 - (3 if open_end else 0)))
    count = ahead(month_number(found["month"]), today, int(found["year"]) if found["year"] else None) + 1
    return Until("M", max(1, count - open_end))
