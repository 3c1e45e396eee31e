"""Stretches of time ahead."""

from __future__ import annotations

from datetime import date

import pytest

from actions.language.ahead import is_ahead, read_ahead

WEDNESDAY = date(2026, 6, 17)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("what ships today", 17, 17),
        ("anything going out tomorrow?", 18, 18),
        ("due out this week", 17, 21),
        ("due next week", 22, 28),
        ("what leaves on Friday", 19, 19),
        ("by Friday", 17, 19),
        ("before Friday", 17, 18),
        ("before the weekend", 17, 19),
        ("by the end of the week", 17, 19),
        ("in the next three days", 17, 20),
        ("this month", 17, 30),
    ],
)
def test_from_today_on(text: str, first: int, last: int) -> None:
    assert read_ahead(text, WEDNESDAY) == (date(2026, 6, first), date(2026, 6, last))


def test_the_next_month_whole() -> None:
    assert read_ahead("next month", date(2026, 12, 5)) == (date(2027, 1, 1), date(2027, 1, 31))


def test_on_a_sunday_this_week_is_about_to_begin() -> None:
    assert read_ahead("this week", date(2026, 6, 21)) == (date(2026, 6, 21), date(2026, 6, 28))


def test_nothing_ahead_is_named() -> None:
    assert read_ahead("what's going out?", WEDNESDAY) is None


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("next week", date(2026, 6, 22), date(2026, 6, 28)),
        ("the week after", date(2026, 6, 29), date(2026, 7, 5)),
        ("the month after next?", date(2026, 8, 1), date(2026, 8, 31)),
        ("on Thursday", date(2026, 6, 18), date(2026, 6, 18)),
        ("tomorrow then", date(2026, 6, 18), date(2026, 6, 18)),
    ],
)
def test_a_stretch_is_all_that_is_named(text: str, first: date, last: date) -> None:
    assert is_ahead(text, WEDNESDAY)
    assert read_ahead(text, WEDNESDAY) == (first, last)


@pytest.mark.parametrize("text", ["next week in Brighton", "to Harper tomorrow", "next", "the blue ones", "last week"])
def test_something_else_is_named(text: str) -> None:
    assert not is_ahead(text, WEDNESDAY)
