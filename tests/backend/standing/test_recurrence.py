"""Recurrence rules: what is taken, the dates they give, how they are said."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.errors import Invalid
from backend.standing.recurrence import Rule, anchored, described, next_date, parse

WEDNESDAY = date(2026, 6, 17)


def dates(text: str, begins: date = WEDNESDAY, count: int = 4) -> list[str]:
    rule, day = anchored(parse(text), begins)
    found = [day]
    while len(found) < count:
        following = next_date(rule, day, found[-1])
        assert following is not None
        found.append(following)
    return [f"{one:%d.%m.%y}" for one in found]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=MONTHLY;BYDAY=1MO", ["06.07.26", "03.08.26", "07.09.26", "05.10.26"]),
        ("FREQ=MONTHLY;BYDAY=-1FR", ["26.06.26", "31.07.26", "28.08.26", "25.09.26"]),
        ("FREQ=WEEKLY;BYDAY=MO,TH", ["18.06.26", "22.06.26", "25.06.26", "29.06.26"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", ["19.06.26", "03.07.26", "17.07.26", "31.07.26"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", ["22.06.26", "06.07.26", "20.07.26", "03.08.26"]),
        ("FREQ=WEEKLY", ["17.06.26", "24.06.26", "01.07.26", "08.07.26"]),
        ("FREQ=MONTHLY", ["17.06.26", "17.07.26", "17.08.26", "17.09.26"]),
        ("FREQ=MONTHLY;BYMONTHDAY=31", ["31.07.26", "31.08.26", "31.10.26", "31.12.26"]),
        ("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=1,15", ["01.07.26", "15.07.26", "01.10.26", "15.10.26"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", ["30.06.26", "31.07.26", "31.08.26", "30.09.26"]),
        ("FREQ=DAILY;INTERVAL=10", ["17.06.26", "27.06.26", "07.07.26", "17.07.26"]),
        ("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", ["17.06.26", "18.06.26", "19.06.26", "22.06.26"]),
    ],
)
def test_the_dates_of_a_rule(rule: str, expected: list[str]) -> None:
    assert dates(rule) == expected


def test_every_month_from_the_last_day_of_one_means_every_last_day() -> None:
    assert dates("FREQ=MONTHLY", date(2027, 1, 31)) == ["31.01.27", "28.02.27", "31.03.27", "30.04.27"]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("FREQ=DAILY", "every day"),
        ("FREQ=DAILY;INTERVAL=2", "every two days"),
        ("FREQ=DAILY;INTERVAL=45", "every 45 days"),
        ("FREQ=WEEKLY;BYDAY=MO", "every Monday"),
        ("FREQ=WEEKLY;BYDAY=FR,MO,WE", "every Monday, Wednesday and Friday"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "every weekday"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU", "every day"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", "every two weeks on Friday"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TU,WE,TH,FR", "every two weeks on weekdays"),
        ("FREQ=WEEKLY", "every week"),
        ("FREQ=MONTHLY;BYDAY=1MO", "every first Monday of the month"),
        ("FREQ=MONTHLY;BYDAY=+1MO,3MO", "every first and third Monday of the month"),
        ("FREQ=MONTHLY;BYDAY=1MO,-1FR", "every first Monday and last Friday of the month"),
        ("FREQ=MONTHLY;BYDAY=-2FR", "every second to last Friday of the month"),
        ("FREQ=MONTHLY;BYDAY=MO", "every Monday"),
        ("FREQ=MONTHLY;INTERVAL=3;BYDAY=1MO", "every three months on the first Monday"),
        ("FREQ=MONTHLY;BYMONTHDAY=15,1", "on the 1st and 15th of every month"),
        ("FREQ=MONTHLY;BYMONTHDAY=2,3,11,22", "on the 2nd, 3rd, 11th and 22nd of every month"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "on the last day of every month"),
        ("FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=-3", "every two months on the 3rd day from the end"),
    ],
)
def test_a_rule_in_words(rule: str, said: str) -> None:
    assert described(rule) == said


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "every Monday",
        "FREQ=YEARLY",
        "FREQ=HOURLY",
        "INTERVAL=2",
        "FREQ=DAILY;FREQ=WEEKLY",
        "FREQ=DAILY;COUNT=3",
        "FREQ=DAILY;UNTIL=20270101",
        "FREQ=MONTHLY;BYSETPOS=1;BYDAY=MO",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=-1",
        "FREQ=DAILY;INTERVAL=366",
        "FREQ=WEEKLY;INTERVAL=53",
        "FREQ=WEEKLY;BYDAY=",
        "FREQ=WEEKLY;BYDAY=1MO",
        "FREQ=WEEKLY;BYMONTHDAY=1",
        "FREQ=MONTHLY;BYDAY=6MO",
        "FREQ=MONTHLY;BYDAY=1MO,TU",
        "FREQ=MONTHLY;BYDAY=1XX",
        "FREQ=MONTHLY;BYMONTHDAY=0",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=MONTHLY;BYMONTHDAY=١",
        "FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=1",
        "FREQ=MONTHLY;INTERVAL=2;BYDAY=MO",
        "FREQ=DAILY;INTERVAL=2;BYDAY=MO",
        "FREQ=DAILY;" + "X" * 200,
    ],
)
def test_what_an_order_desk_does_not_need_is_refused(rule: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse(rule)
    assert caught.value.code == "invalid_rule"


MONTHLY = st.builds(
    Rule,
    st.just("MONTHLY"),
    st.integers(1, 24),
    month_days=st.sets(st.integers(-31, 31).filter(bool), min_size=1, max_size=4).map(tuple),
)
NUMBERED = st.builds(
    Rule,
    st.just("MONTHLY"),
    st.integers(1, 24),
    st.sets(st.tuples(st.sampled_from([1, 2, 3, 4, 5, -1, -2]), st.integers(0, 6)), min_size=1, max_size=4).map(tuple),
)
WEEKLY = st.builds(
    Rule,
    st.just("WEEKLY"),
    st.integers(1, 52),
    st.sets(st.integers(0, 6), max_size=7).map(lambda days: tuple((0, day) for day in days)),
)
DAILY = st.builds(Rule, st.just("DAILY"), st.integers(1, 365))


@given(st.one_of(MONTHLY, NUMBERED, WEEKLY, DAILY), st.dates(date(2020, 1, 1), date(2040, 12, 31)))
def test_every_rule_is_kept_said_and_comes_round(rule: Rule, begins: date) -> None:
    full, first = anchored(parse(str(rule)), begins)
    assert parse(str(full)) == full
    assert described(full).startswith(("every ", "on the "))
    second = next_date(full, first, first)
    assert second is not None
    for earlier, later in pairwise((begins, first, second)):
        assert earlier <= later
    assert first < second
    assert next_date(full, first, first, inclusive=True) == first
