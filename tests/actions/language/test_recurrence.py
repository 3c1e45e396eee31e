"""How often, as British customers say it."""

from datetime import date

import pytest

from actions.language.recurrence import read_recurrence
from backend.standing.recurrence import anchored, described, parse

WEDNESDAY = date(2026, 6, 17)


@pytest.mark.parametrize(
    ("text", "rule", "rest"),
    [
        ("24 of these every first Monday", "FREQ=MONTHLY;BYDAY=1MO", "24 of these"),
        ("every Monday and Thursday", "FREQ=WEEKLY;BYDAY=MO,TH", ""),
        ("40 washers each Mon, Wed & Fri please", "FREQ=WEEKLY;BYDAY=MO,WE,FR", "40 washers please"),
        ("every two weeks on Friday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", ""),
        ("every 2 weeks on Fridays", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", ""),
        ("on Friday every two weeks", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", ""),
        ("fortnightly on Fridays", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", ""),
        ("every two Fridays", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", ""),
        ("every other Friday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", ""),
        ("every second Friday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", ""),
        ("every second Friday of the month", "FREQ=MONTHLY;BYDAY=2FR", ""),
        ("every first and third Tuesday", "FREQ=MONTHLY;BYDAY=1TU,3TU", ""),
        ("on the last Friday of each month", "FREQ=MONTHLY;BYDAY=-1FR", ""),
        ("monthly on the first Monday", "FREQ=MONTHLY;BYDAY=1MO", ""),
        ("monthly on the 15th", "FREQ=MONTHLY;BYMONTHDAY=15", ""),
        ("the 1st and 15th of every month", "FREQ=MONTHLY;BYMONTHDAY=1,15", ""),
        ("every 15th", "FREQ=MONTHLY;BYMONTHDAY=15", ""),
        ("12 x 45-103 on the first of every month", "FREQ=MONTHLY;BYMONTHDAY=1", "12 x 45-103"),
        ("at the end of every month", "FREQ=MONTHLY;BYMONTHDAY=-1", ""),
        ("every month on the last day", "FREQ=MONTHLY;BYMONTHDAY=-1", ""),
        ("every three months on the 1st", "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=1", ""),
        ("every quarter", "FREQ=MONTHLY;INTERVAL=3", ""),
        ("once a year", "FREQ=MONTHLY;INTERVAL=12", ""),
        ("every weekday", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", ""),
        ("every working day", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", ""),
        ("on Mondays and Thursdays", "FREQ=WEEKLY;BYDAY=MO,TH", ""),
        ("weekly", "FREQ=WEEKLY", ""),
        ("each month", "FREQ=MONTHLY", ""),
        ("daily", "FREQ=DAILY", ""),
        ("every other day", "FREQ=DAILY;INTERVAL=2", ""),
        ("every couple of weeks", "FREQ=WEEKLY;INTERVAL=2", ""),
        ("30 units each, every Monday", "FREQ=WEEKLY;BYDAY=MO", "30 units each"),
        ("each Tuesday morning: 40 washers", "FREQ=WEEKLY;BYDAY=TU", "40 washers"),
        ("send 24 of 10-109\nevery   first\tMonday\nto Leeds", "FREQ=MONTHLY;BYDAY=1MO", "send 24 of 10-109\nto Leeds"),
        ("5 boxes every other Friday, starting 1 July", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", "5 boxes starting 1 July"),
    ],
)
def test_how_often_is_read_and_the_rest_is_left(text: str, rule: str, rest: str):
    assert read_recurrence(text) == (rule, rest)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "24 of these on Friday",
        "on the last Friday of the month",  # one day, the coming one
        "a week on Monday",
        "10 each",
        "every box of 200",
        "twice a week",  # on which days?
        "twice weekly",
        "every 0 weeks",
        "every 400 days",
        "every sunflower",
        "the first Monday",
    ],
)
def test_what_says_nothing_of_how_often_is_nothing(text: str):
    assert read_recurrence(text) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("every first Monday", "every first Monday of the month"),
        ("every two weeks on Friday", "every two weeks on Friday"),
        ("weekly", "every Wednesday"),
        ("each month", "on the 17th of every month"),
        ("every weekday", "every weekday"),
        ("the 1st and 15th of each month", "on the 1st and 15th of every month"),
        ("on the last Friday of each month", "every last Friday of the month"),
    ],
)
def test_what_is_read_is_said_back_in_plain_words(text: str, said: str):
    found = read_recurrence(text)
    assert found is not None
    assert described(anchored(parse(found[0]), WEDNESDAY)[0]) == said


@pytest.mark.parametrize("text", ["every mon" + " " * 50_000, "every mon," * 5_000, "on the 1st and " * 5_000])
def test_hostile_text_is_read_in_bounded_steps(text: str):
    read_recurrence(text)  # a text that took exponential time would run into the suite's own limit
