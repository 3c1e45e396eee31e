"""Forecasts in chat: of what is named, by the periods named; beside each other; looking back; growth; unhappy paths."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from actions import forecast_answer, forecast_periods
from backend.chat.cards import ForecastCard, ReorderCard, Reply, TableCard
from backend.insight.service import Asked
from backend.insight.storing import ItemSuggestion, store_suggestions
from backend.settings import Settings
from tests.actions.conversation import Talk
from tests.actions.forecasting import belongs, lay_in, lay_in_by_day, lay_in_sum, sell
from tests.backend.world import TODAY, World
from tests.companies import copied

MAY = date(2026, 5, 11)
TOTAL = "forecast_category_or_total"


@pytest.fixture(scope="module")
def furnished(small_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small company with forecasts and some sales, made once."""
    folder = tmp_path_factory.mktemp("forecasts")
    with copied(small_file, folder) as database:
        world = World(database)
        lay_in(world, {"10-109": 100, "20-104": 40, "45-103": 8, "30-101": 12, "70-103": 50})
        belongs(world, "C1", country="Germany", rep="rep@test")
        belongs(world, "C2", country="Ireland")
        sell(world, "10-109", [(MAY, 30)], "C1")
        sell(world, "10-109", [(MAY, 10)], "C2")
        sell(world, "45-103", [(MAY, 10)], "C2")
    return folder / "copy.db"


@pytest.fixture
def world(furnished: Path, tmp_path: Path) -> Iterator[World]:
    """A copy of that company."""
    with copied(furnished, tmp_path) as database:
        yield World(database)


@pytest.fixture
def rep(world: World, monkeypatch: pytest.MonkeyPatch) -> Talk:
    """A sales rep's conversation, where links can be signed."""
    monkeypatch.setattr(forecast_answer, "settings", lambda: Settings(internal_secret="known"))
    return Talk(world, "rep@test")


def card(reply: Reply) -> ForecastCard:
    assert isinstance(reply.card, ForecastCard), reply.text
    return reply.card


@pytest.mark.parametrize(
    ("text", "skill", "title", "total"),
    [
        ("forecast for M8x40 hex bolts", "forecast_product", "Hex bolt M8x40 zinc", "600"),
        ("forecast for bolts", TOTAL, "Bolts", "840"),
        ("bolts forecast please", "forecast_product", "Bolts", "840"),
        ("forecast for M8x40 hex bolts", TOTAL, "Hex bolt M8x40 zinc", "600"),
        ("forecast for Germany by month", TOTAL, "Germany", "450 sales units"),
        ("what will the Irish customers buy", TOTAL, "Ireland", "198 sales units"),
        ("my customers' forecast", TOTAL, "the customers of Rep", "450 sales units"),
        ("forecast for my patch", "forecast_product", "the customers of Rep", "450 sales units"),
        ("forecast for Harper & Sons", "forecast_customer", "Harper & Sons", "198 sales units"),
        ("forecast for Harper & Sons", TOTAL, "Harper & Sons", "198 sales units"),
        ("total forecast", TOTAL, "all products", "1,260 sales units"),
        ("how's the whole business shaping up for spring", TOTAL, "all products", "1,260 sales units"),
        ("forecast for 10-109 in Germany", TOTAL, "Hex bolt M8x40 zinc for Germany", "450"),
        ("how many washers will Harper & Sons take", "forecast_customer", "Washers for Harper & Sons", "48"),
        ("forecast for blue linen", "forecast_product", "Linen fabric blue 150 cm", "30 m"),
    ],
)
def test_whatever_is_named_is_forecast(rep: Talk, text: str, skill: str, title: str, total: str) -> None:
    rep.say(text, skill)
    found = card(rep.last[0])
    assert (found.title, found.total) == (f"Forecast: {title}", total)


@pytest.mark.parametrize(
    ("text", "freq", "horizon", "skip"),
    [
        ("forecast", "M", 6, 0),
        ("weekly total for 12 weeks", "W", 12, 0),
        ("by week", "W", 13, 0),
        ("by week for the next six months", "W", 26, 0),
        ("next month", "M", 1, 1),
        ("this month", "M", 1, 0),
        ("next week", "W", 1, 1),
        ("over the next quarter", "M", 3, 1),
        ("in Q4", "M", 3, 4),
        ("in August and September", "M", 2, 2),
        ("until October", "M", 5, 0),
        ("for the next 3 months", "M", 3, 0),
        ("the next 10 years", "M", 120, 0),
        ("the next 50000 years", "M", 12_000, 0),
        ("by day for the next two weeks", "D", 14, 0),
        ("by day for next week", "D", 7, 5),
        ("by day for this week", "D", 5, 0),
        ("by day next month", "D", 31, 14),
        ("how many rolls of 25 m ribbon", "M", 6, 0),
        ("Linen fabric 150 cm", "M", 6, 0),
    ],
)
def test_periods_are_read_as_the_calendar_has_them(text: str, freq: str, horizon: int, skip: int) -> None:
    read = forecast_periods.read(text, TODAY)
    assert read.asked == Asked(freq, horizon, skip)
    assert forecast_periods.read(f"zips {read.words}", TODAY).asked == read.asked  # said again it means the same


def test_the_answer_is_a_sentence_with_its_parts_and_its_error(rep: Talk) -> None:
    reply = rep.say("forecast for 10-109 next month", "forecast_product")
    assert (
        reply.text == "I expect about 100 of Hex bolt M8x40 zinc in Jul 2026, between 50 and 150 with 80 % confidence."
    )
    found = card(reply)
    assert found.drivers == ["level: 80", "trend: 10", "season: 10"]
    assert found.accuracy == (
        "On 6 held-out months this forecast was off by 25% of demand; repeating the last month by 40%."
    )
    assert found.notes == ["From sales up to May 2026."]
    assert [(point.period, point.low, point.value, point.high) for point in found.forecast] == [
        ("2026-07", 50, 100, 150)
    ]
    (sheet,) = reply.attachments
    assert sheet.url.startswith("/api/forecast-sheets/M1%2B1%7Cproduct%3A10-109.xlsx?token=")


def test_rounded_parts_still_add_up() -> None:
    parts = forecast_answer._rounded([3.4, 3.6, -0.9, 1.9], 8)
    assert (sum(parts), parts) == (8, [3, 4, -1, 2])


def test_a_share_says_that_it_is_one(rep: Talk) -> None:
    assert (
        card(rep.say("forecast for Germany", TOTAL))
        .notes[0]
        .startswith("Germany: the share of each product's forecast")
    )


def test_who_has_a_forecast_of_its_own_says_so_with_its_own_error(rep: Talk) -> None:
    lay_in_sum(rep.world, "country", "Germany", 90, {"wape": 0.2, "naive_wape": 0.5, "periods": 6})
    reply = rep.say("forecast for Germany by month", TOTAL)
    assert reply.text.startswith("I expect about 540 sales units for Germany from Jun 2026 to Nov 2026 (6 months), ")
    assert card(reply).notes[0].startswith("Germany: forecast as a series of its own and from its share of each ")
    assert card(reply).accuracy == (
        "On 6 held-out months this forecast was off by 20% of demand; repeating the last month by 50%."
    )


def test_who_is_forecast_by_repeating_the_last_month_is_told_so(rep: Talk) -> None:
    error = {"wape": 0.5, "naive_wape": 0.2, "periods": 6, "uses": "naive"}
    lay_in_sum(rep.world, "country", "Germany", 90, error)
    text = rep.say("forecast for Germany by month", TOTAL).text
    assert (
        "For Germany repeating the last month has been nearer than the model (off by 20% of demand against 50%" in text
    )


def test_a_sum_that_repeating_would_have_been_nearer_to_stays_and_says_so(rep: Talk) -> None:
    lay_in_sum(rep.world, "total", "all", 210, {"wape": 0.5, "naive_wape": 0.2, "periods": 6})
    reply = rep.say("forecast for everything by month", TOTAL)
    assert "Repeating the last month was nearer on the held-out months (off by 20% of demand against 50%)" in reply.text
    assert any(note.startswith("The range is that of the sum as a series of its own") for note in card(reply).notes)


def test_days_are_answered_by_day(rep: Talk) -> None:
    lay_in_by_day(rep.world, {"10-109": 4})
    reply = rep.say("forecast for 10-109 by day for next week", "forecast_product")
    assert reply.text.startswith("I expect about 28 of Hex bolt M8x40 zinc from 22 Jun 2026 to 28 Jun 2026 (7 days), ")
    assert [point.period for point in card(reply).forecast][::6] == ["2026-06-22", "2026-06-28"]


def test_days_further_than_they_are_forecast_are_weeks(rep: Talk) -> None:
    lay_in_by_day(rep.world, {"10-109": 4})
    text = rep.say("forecast for 10-109 by day in August", "forecast_product").text
    assert "By day I forecast 28 days ahead, so this is by week." in text
    text = rep.say("forecast for 10-109 by day for the next two months", "forecast_product").text
    assert text.startswith("I expect about 112 of Hex bolt M8x40 zinc from 17 Jun 2026 to 14 Jul 2026 (28 days)")
    assert "You asked for 61 days; I forecast 28 days ahead at most." in text


def test_the_conversation_goes_on(rep: Talk) -> None:
    rep.say("forecast for Germany", TOTAL)
    by_week = card(rep.say("and by week?", "not_understood", 0.2))
    assert (by_week.title, len(by_week.forecast)) == ("Forecast: Germany", 13)
    other = card(rep.say("what about Ireland?", "not_understood", 0.2))
    assert (other.title, len(other.forecast)) == ("Forecast: Ireland", 13)
    month = card(rep.say("and for next month?", "not_understood", 0.2))
    assert (month.title, [point.period for point in month.forecast]) == ("Forecast: Ireland", ["2026-07"])
    assert card(rep.say("how will it do in August", TOTAL)).title == "Forecast: Ireland"


def suggest(world: World) -> None:
    """Washers that Harper is likely to need."""
    reason = {"times": 7, "interval_days": 30.2, "last_bought": "2026-05-15"}
    with world.database.write() as session:
        store_suggestions(session, TODAY, [ItemSuggestion("C2", "45-103", 1, 0.8, 20, date(2026, 6, 20), reason)])


def test_a_customer_with_products_quantities_and_what_to_offer(rep: Talk) -> None:
    suggest(rep.world)
    rep.say("what will Harper & Sons buy for the next 2 months", "forecast_customer")
    forecast, table, offer = (reply.card for reply in rep.last)
    assert isinstance(forecast, ForecastCard)
    assert isinstance(table, TableCard)
    assert table.rows == [
        ["10-109", "Hex bolt M8x40 zinc", "50", "10", ""],
        ["45-103", "Flat washer M8 form A zinc", "16", "10", "20 Jun 2026"],
    ]
    assert isinstance(offer, ReorderCard)


@pytest.mark.parametrize(
    ("text", "skill"),
    [
        ("how sure are you?", "explain"),
        ("how reliable is that?", "explain"),
        ("and how far off have you been so far?", "not_understood"),
        ("can we rely on those numbers", "not_understood"),
        ("why?", "explain"),
    ],
)
def test_how_sure_is_about_the_forecast_where_needs_were_shown_after_it(rep: Talk, text: str, skill: str) -> None:
    suggest(rep.world)
    rep.say("what will Harper & Sons buy next month", "forecast_customer")
    assert isinstance(rep.last[-1].card, ReorderCard)
    told = rep.say(text, skill).text
    assert "off by 25% of demand" in told
    assert "repeating the last month by 40%" in told
    assert "the reason stands beside each" in told


def test_who_will_want_a_product(rep: Talk) -> None:
    with rep.world.database.write() as session:
        store_suggestions(session, TODAY, [ItemSuggestion("C2", "45-103", 1, 0.8, 20, date(2026, 6, 20), {})])
    found = rep.say("which customers will want 45-103", "forecast_customer").card
    assert isinstance(found, TableCard)
    assert found.rows == [["C2", "Harper & Sons", "Flat washer M8 form A zinc", "20", "20 Jun 2026"]]
    assert "No customer" in rep.say("who will buy 20-104", "forecast_customer").text


@pytest.mark.parametrize(
    "text", ["compare 10-109 and 20-104", "10-109 vs 20-104", "compare 10-109 with 20-104 by month"]
)
def test_two_are_laid_beside_each_other(rep: Talk, text: str) -> None:
    reply = rep.say(text, "not_understood", 0.2)
    found = card(reply)
    assert (
        "about 600 of Hex bolt M8x40 zinc and 240 of Coach bolt M10x80 zinc: Hex bolt M8x40 zinc 150% more"
        in reply.text
    )
    assert (found.name, [other.name for other in found.others]) == ("Hex bolt M8x40 zinc", ["Coach bolt M10x80 zinc"])
    assert len(found.others[0].forecast) == 6
    assert len(card(rep.say("and by week?", "not_understood", 0.2)).others[0].forecast) == 13


def test_a_name_with_and_in_it_is_compared_whole(rep: Talk) -> None:
    assert card(rep.say("compare Harper & Sons and Germany", TOTAL)).title == "Harper & Sons and Germany"


def test_prices_are_not_compared_as_forecasts(rep: Talk) -> None:
    assert rep.say("compare the prices of 10-109 and 20-104", "price_check").card is None


def test_last_months_forecast_is_held_against_what_came(rep: Talk) -> None:
    question = "how good was last month's forecast?"
    assert "No forecast of May 2026 is kept" in rep.say(question, "not_understood", 0.2).text
    lay_in(rep.world, {"10-109": 50, "45-103": 8}, last=date(2026, 4, 1))
    lay_in(rep.world, {"10-109": 100, "45-103": 8})
    text = rep.say(question, "not_understood", 0.2).text
    assert (
        "For May 2026 I had forecast about 58 sales units of all products; 50 sales units were sold, so it was 16% too"
        in text
    )
    assert "off by 24% of demand; repeating the month before would have been off by 100%" in text
    one = rep.say("how accurate was last month's forecast for 10-109", "not_understood", 0.2).text
    assert "about 50 of Hex bolt M8x40 zinc; 40 were sold, so it was 25% too high" in one
    assert "not over yet" in rep.say("was this month's forecast right?", "not_understood", 0.2).text


def test_what_grows_and_what_is_dying(rep: Talk) -> None:
    for sku, quantity in (("10-109", 80), ("20-104", 100), ("45-103", 9)):
        sell(rep.world, sku, [(date(2025, month, 10), quantity) for month in (5, 6, 7, 8)])
    grow = rep.say("which products will grow most?", "top_movers")
    assert isinstance(grow.card, TableCard)
    assert grow.card.rows == [["10-109", "Hex bolt M8x40 zinc", "300", "240", "+25%"]]
    assert "from Jun 2026 to Aug 2026 (3 months), against the same months a year earlier" in grow.text
    fade = rep.say("which products are dying?", "slow_movers").card
    assert isinstance(fade, TableCard)
    assert [row[0] for row in fade.rows] == ["20-104"]
    assert "Left out" in rep.say("why?", "explain").text


def test_where_repeating_the_past_is_better_it_is_said_and_used(rep: Talk) -> None:
    lay_in(rep.world, {"10-109": 100}, errors={"10-109": {"wape": 0.5, "naive_wape": 0.3, "periods": 6}})
    reply = rep.say("forecast for 10-109 for the next 2 months", "forecast_product")
    assert "about 80 of" in reply.text
    assert "repeating the last month has been nearer than the model (off by 30% of demand against 50%)" in reply.text
    assert card(reply).drivers == ["level: 80"]


def test_a_new_product_says_from_whom_it_borrows(rep: Talk) -> None:
    reply = rep.say("forecast for 30-102", "forecast_product")
    assert (
        "Wood screw 4x50 zinc has no sales yet, so this is the mean of 1 products like it: Wood screw 4x40"
        in reply.text
    )


@pytest.mark.parametrize(
    ("text", "skill", "said"),
    [
        (
            "forecast for bananas",
            "forecast_product",
            "I know no product, category, customer or country called “bananas”",
        ),
        ("forecast for the unicorns category", TOTAL, "called “unicorns”"),
        ("forecast for Spain", TOTAL, "We have no customers in Spain"),
        ("forecast for Castle Joiners", "forecast_customer", "called “Castle Joiners”"),
        ("forecast for the next 10 years", TOTAL, "You asked for 120 months; I forecast 6 months ahead at most."),
        ("daily forecast for 10-109", "forecast_product", "I have no forecast by day, so this is by week."),
        ("expected turnover", TOTAL, "I forecast quantities, not money."),
        ("compare", TOTAL, "Which two should I compare?"),
    ],
)
def test_what_can_not_be_is_said(rep: Talk, text: str, skill: str, said: str) -> None:
    assert said in rep.say(text, skill).text


def test_forecasts_that_are_behind_say_as_of_when(rep: Talk) -> None:
    with rep.world.database.write() as session:
        from sqlalchemy import text

        session.execute(text("DELETE FROM forecast_row"))
        session.execute(text("DELETE FROM forecast_run"))
    assert "No forecast has been made yet" in rep.say("forecast for 10-109", "forecast_product").text
    lay_in(rep.world, {"10-109": 100}, last=date(2026, 2, 1))
    said = rep.say("forecast for 10-109", "forecast_product").text
    assert "These forecasts know the sales up to Feb 2026 only: 3 months ended since." in said


@pytest.mark.parametrize("skill", ["forecast_product", TOTAL, "forecast_customer", "top_movers"])
def test_customers_are_kindly_told_that_it_is_not_for_them(world: World, skill: str) -> None:
    reply = Talk(world).say("what will Harper & Sons buy next quarter", skill)
    assert (reply.card, "I can help you to" in reply.text) == (None, True)


def test_a_buyer_sees_forecasts_but_no_customers(world: World) -> None:
    buyer = Talk(world, "buyer@test")
    assert card(buyer.say("forecast for Germany", TOTAL)).total == "450 sales units"
    assert "Customers are for" in buyer.say("forecast for Harper & Sons", "forecast_customer").text


def test_a_customer_is_found_by_part_of_the_name_whatever_the_forecast_was_taken_for(rep: Talk) -> None:
    reply = rep.say("give me a forecast for harper for the summer", "forecast_category_or_total")
    assert "Harper & Sons" in reply.text
    assert "from Jun 2026 to Aug 2026" in reply.text
