"""Stretches of time that are over; today is Wednesday, 17 June 2026."""

from __future__ import annotations

from datetime import date

import pytest

from actions.language.spans import is_span, read_span

TODAY = date(2026, 6, 17)


def day(month: int, number: int, year: int = 2026) -> date:
    return date(year, month, number)


@pytest.mark.parametrize(
    ("text", "since", "until", "before", "before_until"),
    [
        ("how did they do last month", day(5, 1), day(6, 1), day(4, 1), day(5, 1)),
        ("last month compared to the month before", day(5, 1), day(6, 1), day(4, 1), day(5, 1)),
        ("last month against a year ago", day(5, 1), day(6, 1), day(5, 1, 2025), day(6, 1, 2025)),
        ("this month", day(6, 1), day(6, 18), day(5, 1), day(5, 18)),
        ("last quarter", day(1, 1), day(4, 1), day(10, 1, 2025), day(1, 1)),
        ("this quarter", day(4, 1), day(6, 18), day(1, 1), day(3, 20)),
        ("this year", day(1, 1), day(6, 18), day(1, 1, 2025), day(6, 18, 2025)),
        ("last year", day(1, 1, 2025), day(1, 1), day(1, 1, 2024), day(1, 1, 2025)),
        ("last week", day(6, 8), day(6, 15), day(6, 1), day(6, 8)),
        ("the last 30 days", day(5, 19), day(6, 18), day(4, 19), day(5, 19)),
        ("over the past couple of months", day(4, 18), day(6, 18), day(2, 16), day(4, 18)),
        ("in the last six weeks", day(5, 7), day(6, 18), day(3, 26), day(5, 7)),
        ("over the last year", day(6, 18, 2025), day(6, 18), day(6, 18, 2024), day(6, 18, 2025)),
        ("in the past month", day(5, 18), day(6, 18), day(4, 17), day(5, 18)),
        ("over the last week", day(6, 11), day(6, 18), day(6, 4), day(6, 11)),
        ("how did linen sell in May", day(5, 1), day(6, 1), day(4, 1), day(5, 1)),
        ("what did we sell in December", day(12, 1, 2025), day(1, 1), day(11, 1, 2025), day(12, 1, 2025)),
        ("sales in june", day(6, 1), day(6, 18), day(5, 15), day(6, 1)),
        ("sales in March 2025", day(3, 1, 2025), day(4, 1, 2025), day(2, 1, 2025), day(3, 1, 2025)),
        ("sales during Q1", day(1, 1), day(4, 1), day(10, 1, 2025), day(1, 1)),
        ("sales since April", day(4, 1), day(6, 18), day(1, 13), day(4, 1)),
        ("who buys most", day(3, 20), day(6, 18), day(12, 20, 2025), day(3, 20)),
    ],
)
def test_what_a_stretch_is_and_what_it_is_held_against(
    text: str, since: date, until: date, before: date, before_until: date
) -> None:
    span = read_span(text, TODAY)
    assert (span.since, span.until, span.before, span.before_until) == (since, until, before, before_until)


@pytest.mark.parametrize("today", [date(2024, 2, 29), date(1, 1, 1), date(9998, 12, 31), date(2026, 1, 1)])
def test_every_day_has_its_stretches(today: date) -> None:
    for text in ("last month", "this year", "last quarter", "the last 99 years", "last week"):
        span = read_span(text, today) if today.year > 1 or text == "this year" else None
        assert span is None or span.since <= span.until


@pytest.mark.parametrize("text", ["who is down on last year", "less than last year", "how do we compare to last year"])
def test_on_last_year_is_this_year_so_far_beside_the_same_days(text: str):
    span = read_span(text, date(2026, 6, 17))
    assert (span.since, span.until) == (date(2026, 1, 1), date(2026, 6, 18))
    assert (span.before, span.before_until) == (date(2025, 1, 1), date(2025, 6, 18))


def test_a_month_on_last_year_is_that_month_a_year_before():
    span = read_span("last month against last year", date(2026, 6, 17))
    assert (span.since, span.before, span.before_until) == (date(2026, 5, 1), date(2025, 5, 1), date(2025, 6, 1))


@pytest.mark.parametrize(
    "text",
    ["the last six months", "over the last year", "this year so far", "last quarter then?", "in June", "in Q1 2026?"],
)
def test_a_span_is_all_that_is_named(text: str):
    assert is_span(text)


@pytest.mark.parametrize(
    "text", ["Harper last year", "next month", "the blue ones", "the last one", "last", "in stock"]
)
def test_something_else_is_named(text: str):
    assert not is_span(text)
