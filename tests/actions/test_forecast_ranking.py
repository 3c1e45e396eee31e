"""Regions, countries and categories beside each other, and whether one thing grows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from backend.chat.cards import ForecastCard, Reply, TableCard
from tests.actions.conversation import Talk
from tests.actions.forecasting import belongs, lay_in, sell
from tests.backend.world import World
from tests.companies import copied

LOST, TOTAL = "not_understood", "forecast_category_or_total"


@pytest.fixture
def rep(small_file: Path, tmp_path: Path) -> Iterator[Talk]:
    """A sales rep; bolts grow and washers fade on the summer before, and so do the countries that buy them."""
    with copied(small_file, tmp_path) as database:
        world = World(database)
        lay_in(world, {"10-109": 100, "45-103": 8})
        belongs(world, "C1", country="Germany")
        belongs(world, "C2", country="Ireland")
        sell(world, "10-109", [(date(2025, month, 10), 50) for month in (6, 7, 8)] + [(date(2026, 5, 11), 40)], "C1")
        sell(world, "45-103", [(date(2025, month, 10), 20) for month in (6, 7, 8)] + [(date(2026, 5, 11), 10)], "C2")
        yield Talk(world, "rep@test")


def rows(reply: Reply) -> list[list[str]]:
    assert isinstance(reply.card, TableCard), reply.text
    return [[str(cell) for cell in row] for row in reply.card.rows]


@pytest.mark.parametrize(
    ("text", "skill", "said", "first"),
    [
        ("which country is strongest", TOTAL, "Germany is the strongest of our countries", "Germany"),
        ("which country will buy most next quarter", LOST, "Germany is the strongest of our countries", "Germany"),
        ("which countries are growing", "top_movers", "Germany grows most of our countries", "Germany"),
        ("which markets are shrinking?", LOST, "Ireland falls most of our countries", "Ireland"),
        ("which categories are growing", "top_movers", "Bolts grows most of our categories", "Bolts"),
        ("which category is weakest", "slow_movers", "Washers is the weakest of our categories", "Washers"),
        ("what categories will fall", LOST, "Washers falls most of our categories", "Washers"),
    ],
)
def test_what_is_asked_for_is_ranked(rep: Talk, text: str, skill: str, said: str, first: str) -> None:
    reply = rep.say(text, skill)
    assert (said in reply.text, rows(reply)[0][0]) == (True, first)


def test_each_has_what_is_expected_and_what_was_a_year_earlier(rep: Talk) -> None:
    assert rows(rep.say("which categories are growing", "top_movers")) == [["Bolts", "300", "150", "+100%"]]


def test_products_are_still_ranked_where_products_are_asked_for(rep: Talk) -> None:
    assert "The products I expect to grow most" in rep.say("which products will grow most?", "top_movers").text


@pytest.mark.parametrize(
    ("text", "skill", "title", "said"),
    [
        ("are bolts growing or shrinking", LOST, "Bolts", "150 were sold in the same months, so I expect 100% more"),
        ("is 45-103 declining?", "product_search", "Flat washer M8 form A zinc", "so I expect 60% less"),
        ("is Germany growing", LOST, "Germany", "so I expect 100% more"),
        ("are washers up or down on last year", LOST, "Washers", "so I expect 60% less"),
    ],
)
def test_whether_one_thing_grows(rep: Talk, text: str, skill: str, title: str, said: str) -> None:
    reply = rep.say(text, skill, 0.3)
    assert isinstance(reply.card, ForecastCard)
    assert (reply.card.title, said in reply.text) == (f"Forecast: {title}", True)


@pytest.mark.parametrize(
    "text", ["compare Harper and Ferndale next quarter", "Harper vs Ferndale in the third quarter"]
)
def test_customers_are_compared_by_part_of_their_names(rep: Talk, text: str) -> None:
    found = rep.say(text, TOTAL).card
    assert isinstance(found, ForecastCard)
    assert (found.name, [other.name for other in found.others]) == ("Harper & Sons", ["Ferndale Joinery"])


def test_what_goes_to_a_customer_keeps_the_category(rep: Talk) -> None:
    text = rep.say("how many washers will go to Harper & Sons between now and October", TOTAL).text
    assert "of Washers for Harper & Sons from Jun 2026 to Oct 2026" in text
