"""When a standing order comes round: recurrence rules as iCalendar writes them (RFC 5545, section 3.3.10). Pure.

Of that grammar an order desk needs FREQ=DAILY, WEEKLY or MONTHLY with INTERVAL, BYDAY and BYMONTHDAY; anything else is
refused. Dates come from python-dateutil's ``rrule``. As the RFC has it, a month without the day (the 31st) is left out.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Final

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, rrule, weekday

from backend.errors import Invalid

LONGEST: Final = 120
_FREQUENCIES: Final = {"DAILY": DAILY, "WEEKLY": WEEKLY, "MONTHLY": MONTHLY}
_MOST: Final = {"DAILY": 365, "WEEKLY": 52, "MONTHLY": 24}
_DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_NAMES: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DAY: Final = re.compile(r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)")
_MONTH_DAY: Final = re.compile(r"\+?(-?(?:[1-9]|[12][0-9]|3[01]))")
_INTERVAL: Final = re.compile(r"[1-9][0-9]{0,2}")
_ORDINALS: Final = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"}
_COUNTS: Final = ("", "", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_UNITS: Final = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month"}


@dataclass(frozen=True)
class Rule:
    """``days`` are (which of the month, weekday from Monday = 0); which is 0 for every one, -1 for the last.

    ``month_days`` count from the end of the month where they are negative. ``str()`` is the rule in one fixed form.
    """

    frequency: str
    interval: int = 1
    days: tuple[tuple[int, int], ...] = ()
    month_days: tuple[int, ...] = ()

    def __str__(self) -> str:
        parts = [f"FREQ={self.frequency}"]
        if self.interval > 1:
            parts.append(f"INTERVAL={self.interval}")
        if self.days:
            parts.append("BYDAY=" + ",".join(f"{which or ''}{_DAYS[day]}" for which, day in self.days))
        if self.month_days:
            parts.append("BYMONTHDAY=" + ",".join(map(str, self.month_days)))
        return ";".join(parts)


def parse(text: str) -> Rule:
    """A rule from its text; Invalid with a sentence that says what is wrong."""
    parts = _parts(text)
    frequency = parts.get("FREQ", "")
    if frequency not in _FREQUENCIES:
        raise _wrong("FREQ is DAILY, WEEKLY or MONTHLY.")
    written = parts.get("INTERVAL", "1")
    if not _INTERVAL.fullmatch(written) or int(written) > _MOST[frequency]:
        raise _wrong(f"INTERVAL is 1 to {_MOST[frequency]} with FREQ={frequency}.")
    rule = Rule(
        frequency,
        int(written),
        _days(parts["BYDAY"]) if "BYDAY" in parts else (),
        _month_days(parts["BYMONTHDAY"]) if "BYMONTHDAY" in parts else (),
    )
    return _simplest(_checked(rule))


def _parts(text: str) -> dict[str, str]:
    if len(text) > LONGEST:
        raise _wrong(f"It has at most {LONGEST} characters.")
    parts: dict[str, str] = {}
    for part in text.strip().upper().removeprefix("RRULE:").rstrip(";").split(";"):
        name, _, value = part.partition("=")
        if name not in ("FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY") or name in parts:
            raise _wrong("It is made of FREQ, INTERVAL, BYDAY and BYMONTHDAY, each once.")
        parts[name] = value
    return parts


def _days(text: str) -> tuple[tuple[int, int], ...]:
    found = [_DAY.fullmatch(part) for part in text.split(",")]
    days = {(int(match[1] or 0), _DAYS.index(match[2])) for match in found if match}
    if None in found:
        raise _wrong(
            "BYDAY names days as MO, TU, WE, TH, FR, SA, SU, with 1MO the first Monday and -1FR the last Friday."
        )
    return tuple(sorted(days, key=lambda day: (day[0] < 0, *day)))


def _month_days(text: str) -> tuple[int, ...]:
    found = [_MONTH_DAY.fullmatch(part) for part in text.split(",")]
    if None in found:
        raise _wrong("BYMONTHDAY counts from 1 to 31, or from -1 (the last day) back to -31.")
    return tuple(sorted({int(match[1]) for match in found if match}, key=lambda day: (day < 0, day)))


def _checked(rule: Rule) -> Rule:
    which = {bool(which) for which, _ in rule.days}
    if rule.days and rule.month_days:
        raise _wrong("It has BYDAY or BYMONTHDAY, not both.")
    if which == {True, False}:
        raise _wrong("Either every day in BYDAY has a number (1MO) or none has.")
    if True in which and rule.frequency != "MONTHLY":
        raise _wrong("Only FREQ=MONTHLY numbers its days (1MO).")
    if rule.frequency == "WEEKLY" and rule.month_days:
        raise _wrong("FREQ=WEEKLY has no BYMONTHDAY.")
    if rule.interval > 1 and rule.frequency == "DAILY" and (rule.days or rule.month_days):
        raise _wrong("FREQ=DAILY has an INTERVAL or days, not both.")
    if rule.interval > 1 and rule.frequency == "MONTHLY" and False in which:
        raise _wrong("With an INTERVAL, FREQ=MONTHLY says which of the days is meant (1MO).")
    return rule


def _simplest(rule: Rule) -> Rule:
    """Rules that mean the same are written the same."""
    if rule.frequency == "DAILY" and rule.month_days:
        return replace(rule, frequency="MONTHLY")
    if rule.days and not any(which for which, _ in rule.days):
        every_day = len(rule.days) == len(_DAYS) and rule.interval == 1
        return Rule("DAILY") if every_day else replace(rule, frequency="WEEKLY")
    return rule


def _wrong(why: str) -> Invalid:
    return Invalid(f"I can't read that rule. {why}", code="invalid_rule")


def anchored(rule: Rule, day: date) -> tuple[Rule, date]:
    """The rule with the days it left to its beginning, and its first date on or after ``day``.

    "Every month" from the 31st means every last day; "every two weeks on Friday" begins on the first Friday there is.
    """
    if rule.frequency == "WEEKLY" and not rule.days:
        rule = replace(rule, days=((0, day.weekday()),))
    if rule.frequency == "MONTHLY" and not rule.days and not rule.month_days:
        last = monthrange(day.year, day.month)[1]
        rule = replace(rule, month_days=(-1 if day.day == last and last > 28 else day.day,))
    first = next_date(replace(rule, interval=1), day, day, inclusive=True)
    if first is None:
        raise _wrong("It has no date that ever comes.")
    return rule, first


def next_date(rule: Rule, begins: date, after: date, *, inclusive: bool = False) -> date | None:
    """The next date after a day (or on it, where ``inclusive``), intervals being counted from ``begins``."""
    series = rrule(
        _FREQUENCIES[rule.frequency],
        dtstart=datetime.combine(begins, time()),
        interval=rule.interval,
        byweekday=[weekday(day, which or None) for which, day in rule.days] or None,
        bymonthday=list(rule.month_days) or None,
    )
    found = series.after(datetime.combine(after, time()), inc=inclusive)
    return found.date() if found else None


def described(rule: Rule | str) -> str:
    """A rule as people say it: "every first Monday of the month", "every two weeks on Friday"."""
    rule = parse(rule) if isinstance(rule, str) else rule
    unit = _UNITS[rule.frequency]
    often = f"every {unit}" if rule.interval == 1 else f"every {_count(rule.interval)} {unit}s"
    if rule.month_days:
        days = "the " + _joined([_month_day(day) for day in rule.month_days])
        return f"on {days} of every month" if rule.interval == 1 else f"{often} on {days}"
    if not rule.days:
        return often
    if rule.frequency == "MONTHLY":
        days = _numbered(rule.days)
        return f"every {days} of the month" if rule.interval == 1 else f"{often} on the {days}"
    days = "weekday" if [day for _, day in rule.days] == [0, 1, 2, 3, 4] else _joined([_NAMES[d] for _, d in rule.days])
    if rule.interval == 1:
        return f"every {days}"
    return f"{often} on {'weekdays' if days == 'weekday' else days}"


def _count(number: int) -> str:
    return _COUNTS[number] if number < len(_COUNTS) else str(number)


def _numbered(days: Sequence[tuple[int, int]]) -> str:
    """The days of a month: "first and third Monday", "first Monday and second Tuesday"."""
    if len({day for _, day in days}) == 1:
        return f"{_joined([_which(which) for which, _ in days])} {_NAMES[days[0][1]]}"
    return _joined([f"{_which(which)} {_NAMES[day]}" for which, day in days])


def _which(number: int) -> str:
    return _ORDINALS.get(number) or f"{_ORDINALS[-number]} to last"


def _month_day(day: int) -> str:
    if day < 0:
        return "last day" if day == -1 else f"{_th(-day)} day from the end"
    return _th(day)


def _th(number: int) -> str:
    ending = "th" if 10 < number < 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _joined(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
