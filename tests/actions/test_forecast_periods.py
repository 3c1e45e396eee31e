"""How far ahead a forecast is to go, in the words of those who ask."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from actions import forecast_periods
from actions.language.until import easter
from backend.chat.cards import ForecastCard, Reply
from backend.insight.service import Asked
from tests.actions.conversation import Talk
from tests.actions.forecasting import lay_in
from tests.backend.world import World
from tests.companies import copied

NOVEMBER = date(2026, 11, 23)


@pytest.fixture
def rep(small_file: Path, tmp_path: Path) -> Iterator[Talk]:
    """A sales rep of the small company, in June 2026, with forecasts."""
    with copied(small_file, tmp_path) as database:
        world = World(database)
        lay_in(world, {"10-109": 100, "20-104": 40, "45-103": 8, "30-101": 12, "70-103": 50})
        yield Talk(world, "rep@test")


def card(reply: Reply) -> ForecastCard:
    assert isinstance(reply.card, ForecastCard), reply.text
    return reply.card


@pytest.mark.parametrize(
    ("text", "freq", "horizon", "skip"),
    [
        ("forecast for linen until the end of march", "M", 5, 0),
        ("until end of january", "M", 3, 0),
        ("how many zips will we sell to the end of february", "M", 4, 0),
        ("up to and including March", "M", 5, 0),
        ("before March", "M", 4, 0),
        ("until March 2027", "M", 5, 0),
        ("by week until march", "W", 22, 0),
        ("quarter 1 forecast for thread", "M", 3, 2),
        ("for the first quarter", "M", 3, 2),
        ("fcst linen Q1 2027", "M", 3, 2),
        ("the 2nd quarter of next year", "M", 3, 5),
        ("Q4", "M", 2, 0),
        ("Q1 2028", "M", 3, 14),
        ("in the rest of the year", "M", 2, 0),
        ("for the remainder of 2026", "M", 2, 0),
        ("to the end of the year", "M", 2, 0),
        ("by year end", "M", 2, 0),
        ("until the end of the quarter", "M", 2, 0),
        ("to the end of next month", "M", 2, 0),
        ("until Easter", "W", 18, 0),
        ("between now and Easter", "W", 18, 0),
        ("from now to easter sunday", "W", 18, 0),
        ("until Christmas", "W", 5, 0),
        ("between now and the 15th of January", "W", 8, 0),
        ("until summer", "M", 7, 0),
        ("at Easter", "M", 1, 4),
        ("polyester thread white 1000 m for the next 4 weeks", "W", 4, 0),
        ("thread 2,500m over the next 8 weeks", "W", 8, 0),
        ("for each of the next 4 weeks", "W", 4, 0),
        ("in december", "M", 1, 1),
        ("december forecast", "M", 1, 1),
        ("from January to March", "M", 3, 2),
        ("jan-mar", "M", 3, 2),
        ("november to march 2027", "M", 5, 0),
    ],
)
def test_periods_are_read_as_they_are_meant(text: str, freq: str, horizon: int, skip: int) -> None:
    read = forecast_periods.read(text, NOVEMBER)
    assert read.asked == Asked(freq, horizon, skip)
    assert forecast_periods.read(f"zips {read.words}", NOVEMBER).asked == read.asked  # said again it means the same


@pytest.mark.parametrize(
    "text",
    [
        "linen until the end of march",
        "linen in the rest of the year",
        "linen to the end of the year",
        "quarter 1 linen",
        "linen between now and Easter",
        "linen for each of the next 4 weeks",
        "linen in december",
        "linen for the first quarter",
    ],
)
def test_no_word_of_the_period_is_taken_for_a_product(text: str) -> None:
    assert forecast_periods.without(text) == "linen"


@pytest.mark.parametrize("year_and_day", [(2026, 4, 5), (2027, 3, 28), (2028, 4, 16), (2030, 4, 21), (2038, 4, 25)])
def test_easter_is_when_the_calendar_has_it(year_and_day: tuple[int, int, int]) -> None:
    assert easter(year_and_day[0]) == date(*year_and_day)


@pytest.mark.parametrize(
    ("text", "title", "first", "count"),
    [
        ("fcst washers Q3 2026", "Washers", "2026-07", 3),
        ("forecast for bolts in the rest of the year", "Bolts", "2026-06", 6),
        ("forecast for blue linen until the end of august", "Linen fabric blue 150 cm", "2026-06", 3),
        ("washers for each of the next 4 weeks", "Washers", "2026-06-15", 4),
        ("forecast for the 8 mm washer 45-103 for the next 4 weeks", "Flat washer M8 form A zinc", "2026-06-15", 4),
        ("third quarter forecast for screws", "Screws", "2026-07", 3),
        ("washers between now and the end of september", "Washers", "2026-06", 4),
    ],
)
def test_the_answer_is_of_that_period(rep: Talk, text: str, title: str, first: str, count: int) -> None:
    found = card(rep.say(text, "forecast_product"))
    assert (found.title, found.forecast[0].period, len(found.forecast)) == (f"Forecast: {title}", first, count)


def test_what_is_further_than_is_forecast_is_said_to_be(rep: Talk) -> None:
    text = rep.say("forecast for washers in march", "forecast_product").text
    assert "further ahead than I forecast: 6 months, the last of which begins on 1 Nov 2026" in text
