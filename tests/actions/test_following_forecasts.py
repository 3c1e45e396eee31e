"""Going on from a forecast in a few words: by other periods, of something else, beside another, against last year."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from backend.chat.cards import ForecastCard, Reply
from tests.actions.conversation import Talk
from tests.actions.forecasting import belongs, lay_in, sell
from tests.backend.world import World
from tests.companies import copied

LOST, TOTAL, PRODUCT = "not_understood", "forecast_category_or_total", "forecast_product"


@pytest.fixture
def rep(small_file: Path, tmp_path: Path) -> Iterator[Talk]:
    """A sales rep of the small company with forecasts, and customers in two countries."""
    with copied(small_file, tmp_path) as database:
        world = World(database)
        lay_in(world, {"10-109": 100, "20-104": 40, "45-103": 8, "30-101": 12, "30-102": 5, "70-103": 50})
        belongs(world, "C1", country="Germany", rep="rep@test")
        belongs(world, "C2", country="Netherlands")
        for customer in ("C1", "C2"):
            sell(world, "10-109", [(date(2026, 5, 11), 30), (date(2025, 7, 5), 40)], customer)
            sell(world, "45-103", [(date(2026, 5, 11), 10)], customer)
        yield Talk(world, "rep@test")


def card(reply: Reply) -> ForecastCard:
    assert isinstance(reply.card, ForecastCard), reply.text
    return reply.card


def shown(reply: Reply) -> tuple[str, int]:
    found = card(reply)
    return found.title.removeprefix("Forecast: "), len(found.forecast)


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        ("by month instead", 3),
        ("month by month please", 3),
        ("and by week please", 13),
        ("in august", 1),
        ("the next 4 weeks", 4),
        ("until the end of august?", 3),
        ("and in pieces per week", 13),
        ("can i have it by month", 3),
    ],
)
def test_other_periods_of_the_same(rep: Talk, text: str, periods: int) -> None:
    rep.say("forecast for bolts for the next 13 weeks", TOTAL)
    assert shown(rep.say(text, LOST, 0.2)) == ("Bolts", periods)


def test_there_and_back_keeps_the_stretch(rep: Talk) -> None:
    rep.say("forecast for bolts for the next 13 weeks", TOTAL)
    assert shown(rep.say("by month instead", LOST, 0.2)) == ("Bolts", 3)
    assert shown(rep.say("by week please", LOST, 0.2)) == ("Bolts", 13)


@pytest.mark.parametrize(
    ("text", "skill", "title"),
    [
        ("in Germany", LOST, "Bolts for Germany"),
        ("just for Harper & Sons", LOST, "Bolts for Harper & Sons"),
        ("the Netherlands", "product_search", "Netherlands"),
        ("screws?", "product_search", "Screws"),
        ("washers then", "product_search", "Washers"),
        ("and the washers please", LOST, "Washers"),
        ("coach bolts?", "product_search", "Coach bolt M10x80 zinc"),
    ],
)
def test_something_else_over_the_same_stretch(rep: Talk, text: str, skill: str, title: str) -> None:
    rep.say("forecast for bolts for the next 4 weeks", TOTAL)
    assert shown(rep.say(text, skill, 0.9)) == (title, 4)


def test_another_country_of_the_same_part(rep: Talk) -> None:
    rep.say("forecast for bolts", TOTAL)
    rep.say("in Germany", LOST, 0.2)
    assert shown(rep.say("the Netherlands", LOST, 0.2)) == ("Bolts for Netherlands", 6)
    assert "We have no customers in Belgium" in rep.say("and Belgium?", LOST, 0.2).text


@pytest.mark.parametrize(
    "text",
    ["compare with last year", "how does that compare to last year?", "and against last year", "vs last year please"],
)
def test_against_last_year(rep: Talk, text: str) -> None:
    rep.say("forecast for 10-109 in july", PRODUCT)
    reply = rep.say(text, LOST, 0.2)
    assert reply.text.endswith("A year earlier 80 were sold in the same month, so I expect 25% more.")
    assert shown(reply) == ("Hex bolt M8x40 zinc", 1)


def test_against_last_year_in_one_go(rep: Talk) -> None:
    assert "80 were sold in the same month" in rep.say("10-109 in july compared with last year", PRODUCT).text
    assert "no sales of a year earlier" in rep.say("washers next month vs last year", TOTAL).text


@pytest.mark.parametrize(
    "text", ["put the two next to each other", "compare the two", "both side by side please", "and compare them?"]
)
def test_the_last_two_beside_each_other(rep: Talk, text: str) -> None:
    rep.say("forecast for bolts for the next 4 weeks", TOTAL)
    rep.say("screws?", "product_search")
    found = card(rep.say(text, LOST, 0.2))
    assert (found.name, [other.name for other in found.others], len(found.forecast)) == ("Bolts", ["Screws"], 4)


@pytest.mark.parametrize("text", ["how good was the last one", "and how accurate was your last one?"])
def test_how_good_the_last_one_was(rep: Talk, text: str) -> None:
    rep.say("forecast for washers by week", TOTAL)
    assert "No forecast of the week of 8 Jun 2026 is kept" in rep.say(text, LOST, 0.2).text


@pytest.mark.parametrize("text", ["and the week before", "the week before that?", "and the one before"])
def test_the_forecast_of_the_week_before(rep: Talk, text: str) -> None:
    rep.say("how good was last weeks forecast for washers", LOST, 0.2)
    reply = rep.say(text, "place_order")
    assert (reply.card, "No forecast of the week of 1 Jun 2026 is kept" in reply.text) == (None, True)
    assert "the week of 25 May 2026" in rep.say("and the week before", "repeat_last_order").text


def test_the_week_before_is_of_the_same_product(rep: Talk) -> None:
    lay_in(rep.world, {"10-109": 50, "45-103": 8}, last=date(2026, 3, 1))
    lay_in(rep.world, {"10-109": 100, "45-103": 8})
    asked = rep.say("how accurate was last month's forecast for 10-109", LOST, 0.2).text
    assert "For May 2026 I had forecast about 50 of Hex bolt M8x40 zinc" in asked
    assert "For Apr 2026 I had forecast about 50 of Hex" in rep.say("and the month before", "place_order").text
    assert "about 8 of Flat washer" in rep.say("and for 45-103?", LOST, 0.2).text


def test_what_was_asked_last_wins_over_what_was_spoken_of_before(rep: Talk) -> None:
    rep.say("forecast for blue linen", PRODUCT)
    assert "Which one do you mean" in rep.say("forecast for wood screws", PRODUCT).text
    assert shown(rep.say("and the 4x50 one", LOST, 0.2)) == ("Wood screw 4x50 zinc", 6)
    rep.say("forecast for wood screws", PRODUCT)
    rep.tap("Wood screw 4x40")
    assert shown(rep.say("by week please", LOST, 0.2)) == ("Wood screw 4x40 zinc", 13)


@pytest.mark.parametrize(
    ("text", "skill"), [("stock of 45-103", "stock_check"), ("orders of Harper & Sons", "order_history")]
)
def test_another_question_is_another_question(rep: Talk, text: str, skill: str) -> None:
    rep.say("forecast for bolts", TOTAL)
    reply = rep.say(text, skill)
    assert not isinstance(reply.card, ForecastCard)


def test_an_order_ends_it(rep: Talk) -> None:
    rep.say("forecast for bolts", TOTAL)
    rep.say("60 coach bolts for Harper & Sons", "order_for_customer")
    assert not isinstance(rep.say("by week please", LOST, 0.2).card, ForecastCard)


def test_a_product_for_a_customer_keeps_the_product(rep: Talk) -> None:
    found = rep.say("how many hex bolts 10-109 will we sell to Harper & Sons between now and october", PRODUCT)
    assert shown(found) == ("Hex bolt M8x40 zinc for Harper & Sons", 5)
