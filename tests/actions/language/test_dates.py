"""British dates, seen from Friday 21 November 2025."""

from datetime import date
from typing import Any

import pytest

from actions.language.dates import Period, read_date, read_period


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("tomorrow", date(2025, 11, 22)),
        ("by Friday", date(2025, 11, 28)),
        ("this Friday", date(2025, 11, 21)),
        ("by Friday week", date(2025, 12, 5)),
        ("next Tuesday", date(2025, 11, 25)),
        ("a week on Monday", date(2025, 12, 1)),
        ("tomorrow week", date(2025, 11, 29)),
        ("the day after tomorrow", date(2025, 11, 23)),
        ("in two weeks", date(2025, 12, 5)),
        ("in a fortnight", date(2025, 12, 5)),
        ("in 10 working days", date(2025, 12, 5)),
        ("end of month", date(2025, 11, 30)),
        ("by the end of next month", date(2025, 12, 31)),
        ("mid-December", date(2025, 12, 15)),
        ("next week", date(2025, 11, 24)),
        ("12/12", date(2025, 12, 12)),
        ("3/12", date(2025, 12, 3)),
        ("3/2", date(2026, 2, 3)),
        ("12th December", date(2025, 12, 12)),
        ("Tuesday 2nd of December", date(2025, 12, 2)),
        ("Dec 5", date(2025, 12, 5)),
        ("1 March 2026", date(2026, 3, 1)),
        ("2025-12-01", date(2025, 12, 1)),
        ("01.12.2025", date(2025, 12, 1)),
        ("1/12/25", date(2025, 12, 1)),
        ("the 28th", date(2025, 11, 28)),
        ("the 3rd", date(2025, 12, 3)),
        ("31/02", None),
        ("10-12 bolts", None),
        ("M8x40, 20-104", None),
        ("soon", None),
    ],
)
def test_dates(text: str, day: Any, today: date):
    assert read_date(text, today) == day


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("forecast for the next six months", Period(6, "M")),
        ("next quarter", Period(3, "M")),
        ("13 weeks", Period(13, "W")),
        ("90 days", Period(90, "D")),
        ("this year", Period(2, "M")),
        ("next month", Period(1, "M")),
        ("a fortnight", Period(2, "W")),
        ("half a year", Period(6, "M")),
        ("the next couple of months", Period(2, "M")),
        ("next 26 weeks", Period(26, "W")),
        ("twenty four months", Period(24, "M")),
        ("next year", Period(12, "M")),
        ("rest of the month", Period(10, "D")),
        ("until Christmas", Period(5, "W")),
        ("last month", None),
        ("0 weeks", None),
        ("99999 days", None),
        ("bolts", None),
    ],
)
def test_periods(text: str, period: Any, today: date):
    assert read_period(text, today) == period


@pytest.mark.parametrize("text", ["in 900 months", "1/1", "next month", "the 31st", "a week on Monday", "29 February"])
@pytest.mark.parametrize("day", [date.min, date(2024, 2, 29), date(2025, 12, 31), date.max])
def test_the_ends_of_the_calendar_do_no_harm(text: str, day: Any):
    read_date(text, day)
    read_period(text, day)
