"""Stretches of time ahead."""

from __future__ import annotations

from datetime import date

import pytest

from actions.language.ahead import read_ahead

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
