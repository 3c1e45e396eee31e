"""Forecast answers out of rows: sums, shares, the naive one where it is better, and what is borrowed."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
from sqlalchemy import select

from backend.catalogue.tables import Category, Product
from backend.errors import NotAllowed, NotFound, NotSignedIn
from backend.insight import growth, scopes, service, sheets
from backend.insight.looking_back import look_back
from backend.insight.scopes import TOTAL, Kind, Scope
from backend.insight.service import Asked, Outlook
from backend.insight.spreadsheet import spreadsheet
from backend.insight.storing import KEPT_RUNS
from backend.insight.tables import ForecastRun
from backend.papers import links
from backend.settings import Settings
from tests.actions.forecasting import belongs, lay_in, sell
from tests.backend.world import World

SIX = Asked("M", 6)
HOW = Settings(internal_secret="known")
MAY, JUNE_2025 = date(2026, 5, 11), date(2025, 6, 12)


@pytest.fixture
def world(small: World) -> World:
    """The small company on SQLite."""
    return small


def seen(world: World, scope: Scope, asked: Asked = SIX) -> Outlook:
    with world.reading("rep@test") as work:
        return service.outlook(work, scope, asked)


def product(sku: str) -> Scope:
    return Scope(Kind.PRODUCT, sku, sku)


def category(world: World, name: str) -> Scope:
    with world.database.read() as session:
        return scopes.of_category(session.scalars(select(Category).where(Category.name == name)).one())


def test_products_add_up_to_their_category_and_to_the_total(world: World) -> None:
    lay_in(world, {"10-109": 100, "20-104": 40, "45-103": 7})
    bolts = seen(world, category(world, "Bolts"))
    apart = [seen(world, product(sku)) for sku in ("10-109", "20-104")]
    assert bolts.expected == sum(one.expected for one in apart) == 840
    assert seen(world, TOTAL).expected == bolts.expected + seen(world, category(world, "Washers")).expected
    assert sum(bolts.drivers.values()) == pytest.approx(bolts.expected)


def test_buyers_have_their_share_and_all_shares_make_the_total(world: World) -> None:
    lay_in(world, {"10-109": 100})
    belongs(world, "C1", country="Germany", rep="rep@test")
    belongs(world, "C2", country="France", rep="desk@test")
    sell(world, "10-109", [(MAY, 30)], "C1")
    sell(world, "10-109", [(MAY, 10)], "C2")
    parts = [seen(world, Scope(Kind.COUNTRY, name, name)).expected for name in ("Germany", "France")]
    assert parts == [450, 150]
    assert sum(parts) == seen(world, TOTAL).expected
    assert seen(world, Scope(Kind.CUSTOMER, "C2", "")).expected == 150
    assert seen(world, Scope(Kind.REP, "rep@test", "")).expected == 450


def test_a_share_counts_only_what_was_not_cancelled_within_a_year(world: World) -> None:
    lay_in(world, {"10-109": 100})
    belongs(world, "C1", country="Germany")
    sell(world, "10-109", [(date(2025, 4, 1), 500)], "C1")
    sell(world, "10-109", [(MAY, 10)], "C2")
    with pytest.raises(NotFound):
        seen(world, Scope(Kind.COUNTRY, "Germany", "Germany"))


def test_a_buyer_may_be_narrowed_to_a_product(world: World) -> None:
    lay_in(world, {"10-109": 100, "45-103": 8})
    sell(world, "10-109", [(MAY, 10)])
    sell(world, "45-103", [(MAY, 10)])
    ferndale = Scope(Kind.CUSTOMER, "C1", "Ferndale Joinery")
    narrow = scopes.narrowed(ferndale, product("45-103"))
    assert (narrow.title, seen(world, narrow).expected) == ("45-103 for Ferndale Joinery", 48)
    assert [value for _, value in seen(world, narrow).history] == [10]


def test_repeating_the_last_period_is_used_where_it_has_been_better(world: World) -> None:
    better = {"wape": 0.5, "naive_wape": 0.3, "periods": 6}
    lay_in(world, {"10-109": 100, "20-104": 40}, errors={"10-109": better})
    sell(world, "10-109", [(MAY, 70)])
    found = seen(world, product("10-109"))
    assert (found.naive, found.expected, found.drivers) == (1, 420, {"level": 420})
    assert [(step.low, step.median, step.high) for step in found.steps[:1]] == [(20, 70, 120)]
    assert seen(world, category(world, "Bolts")).expected == 420 + 240  # one number for it everywhere


@pytest.mark.parametrize("naive", [1.0, 1.4])
def test_a_forecast_of_nothing_is_never_better(world: World, naive: float) -> None:
    lay_in(world, {"10-109": 100}, errors={"10-109": {"wape": 1.5, "naive_wape": naive, "periods": 6}})
    assert seen(world, product("10-109")).expected == 600


def test_a_last_period_without_sales_is_not_repeated(world: World) -> None:
    lay_in(world, {"10-109": 100}, errors={"10-109": {"wape": 0.9, "naive_wape": 0.8, "periods": 6}})
    assert (seen(world, product("10-109")).naive, seen(world, product("10-109")).expected) == (0, 600)


@pytest.mark.parametrize(
    ("ours", "naive"), [(0.998, 0.996), (0.5, 0.49), (0.30, 0.29), (0.1, 0.094), (1.4, 0.97), (0.3, 0.5)]
)
def test_as_near_is_not_nearer(world: World, ours: float, naive: float) -> None:
    lay_in(world, {"10-109": 100}, errors={"10-109": {"wape": ours, "naive_wape": naive, "periods": 6}})
    sell(world, "10-109", [(MAY, 70)])
    assert (seen(world, product("10-109")).naive, seen(world, product("10-109")).expected) == (0, 600)


@pytest.mark.parametrize(("last", "repeated"), [(8_841, False), (301, False), (300, True), (15, True), (14, False)])
def test_a_last_period_far_from_what_is_usual_is_not_repeated(world: World, last: int, repeated: bool) -> None:
    lay_in(world, {"10-109": 100}, errors={"10-109": {"wape": 0.9, "naive_wape": 0.5, "periods": 6}})
    sell(world, "10-109", [(date(2025, month, 10), 50) for month in range(6, 13)])
    sell(world, "10-109", [(MAY, last)])
    assert seen(world, product("10-109")).expected == (6 * last if repeated else 600)


def test_what_the_item_often_sells_may_be_repeated_whatever_the_model_says(world: World) -> None:
    lay_in(world, {"10-109": 10}, errors={"10-109": {"wape": 0.9, "naive_wape": 0.3, "periods": 6}})
    sell(world, "10-109", [(date(2025 + at // 12, at % 12 + 1, 10), 100) for at in range(5, 16)])
    sell(world, "10-109", [(MAY, 120)])
    assert seen(world, product("10-109")).expected == 720


def test_two_huge_orders_on_hold_are_not_every_weeks_sales(world: World) -> None:
    lay_in(world, {"10-109": 80}, errors={"10-109": {"wape": 0.998, "naive_wape": 0.996, "periods": 13}})
    sell(world, "10-109", [(date(2026, 6, 9), 8_841)], "C1")
    sell(world, "10-109", [(date(2026, 6, 10), 8_841)], "C2")
    found = seen(world, product("10-109"), Asked("W", 13))
    assert (found.naive, found.expected) == (0, 13 * 20)


def test_a_product_without_sales_borrows_from_the_ones_like_it(world: World) -> None:
    lay_in(world, {"30-101": 60, "10-109": 1_000})
    found = seen(world, product("30-102"))
    assert (found.borrowed, found.expected, found.error) == (("Wood screw 4x40 zinc",), 360, {})
    with pytest.raises(NotFound, match="no sales to go by"):
        seen(world, product("70-103"))  # nothing else is sold by the metre


def test_a_sum_is_as_wide_as_it_has_varied_between_its_products_alone_and_together(world: World) -> None:
    lay_in(world, {"10-109": 100, "20-104": 100})
    together = seen(world, category(world, "Bolts")).steps[0]  # no history: as if they moved together
    assert (together.low, together.mean, together.high) == pytest.approx((100, 200, 300))
    months = [date(2025 + at // 12, at % 12 + 1, 10) for at in range(2, 17)]
    sell(world, "10-109", [(month, 200) for month in months])
    apart = seen(world, category(world, "Bolts")).steps[0]  # never varied: as if they had nothing to do with each other
    assert (apart.low, apart.high) == pytest.approx((200 - 50 * 2**0.5, 200 + 50 * 2**0.5))


def test_last_year_stands_under_the_month_it_belongs_to(world: World) -> None:
    lay_in(world, {"10-109": 100})
    sell(world, "10-109", [(JUNE_2025, 80), (MAY, 30)])
    assert seen(world, product("10-109")).last_year is not None
    assert seen(world, product("10-109")).last_year[date(2026, 6, 1)] == 80
    assert seen(world, product("10-109")).last_year[date(2026, 8, 1)] == 0


def test_what_has_gone_by_is_left_out_and_counted(world: World) -> None:
    lay_in(world, {"10-109": 100}, last=date(2026, 2, 1))
    found = seen(world, product("10-109"))
    assert ([step.start.month for step in found.steps], found.behind, found.furthest) == ([6, 7, 8], 3, 3)
    lay_in(world, {"10-109": 100}, last=date(2025, 6, 1))
    with pytest.raises(NotFound, match="has to be forecast again"):
        seen(world, product("10-109"))


def test_no_forecast_at_all_says_how_to_make_one(world: World) -> None:
    with pytest.raises(NotFound, match="quartermaster train forecast"):
        seen(world, TOTAL)


def test_forecasts_are_not_for_customers(world: World) -> None:
    lay_in(world, {"10-109": 100})
    with world.reading("customer@test") as work, pytest.raises(NotAllowed):
        service.outlook(work, TOTAL, SIX)


def test_earlier_forecasts_are_kept_a_few_and_one_a_period(world: World) -> None:
    for month in (1, 2, 2, 3, 4, 5):
        lay_in(world, {"10-109": 100 + month}, last=date(2026, month, 1))
    for year in range(2010, 2020):
        lay_in(world, {"10-109": 1}, last=date(year, 1, 1))
    lay_in(world, {"10-109": 100})
    with world.database.read() as session:
        runs = session.scalars(select(ForecastRun).where(ForecastRun.freq == "M")).all()
    assert len(runs) <= KEPT_RUNS["M"] + 1
    assert [run.last_period for run in runs if run.current] == [date(2026, 5, 1)]
    assert len({run.last_period for run in runs}) == len(runs)


def test_an_earlier_forecast_is_held_against_what_came(world: World) -> None:
    lay_in(world, {"10-109": 100, "20-104": 40}, last=date(2026, 4, 1))
    lay_in(world, {"10-109": 500, "20-104": 500})
    sell(world, "10-109", [(date(2026, 4, 9), 20), (MAY, 80)])
    with world.reading("rep@test") as work:
        found = look_back(work, TOTAL, "M", date(2026, 5, 1))
        assert found is not None
        assert (found.forecast, found.sold, found.naive) == (140, 80, 20)
        assert (found.error(), found.error(naive=True)) == (0.75, 0.75)
        assert found.in_band == 0.5
        assert look_back(work, TOTAL, "M", date(2026, 6, 1)) is None  # not over yet
        assert look_back(work, TOTAL, "M", date(2026, 3, 1)) is None  # nothing kept from before


def test_growth_is_against_the_same_months_a_year_earlier(world: World) -> None:
    lay_in(world, {"10-109": 100, "20-104": 20, "45-103": 50, "30-101": 1})
    summer = [date(2025, month, 10) for month in (5, 6, 7, 8)]
    sell(world, "10-109", [(day, 80) for day in summer])
    sell(world, "20-104", [(day, 100) for day in summer])
    sell(world, "30-101", [(day, 1) for day in summer])
    sell(world, "45-103", [(date(2026, 4, 10), 50)])
    with world.reading("rep@test") as work:
        found = growth.changes(work, TOTAL)
    assert [(row.product.sku, row.ahead, row.before) for row in found.rows] == [
        ("10-109", 300, 240),
        ("20-104", 60, 300),
    ]
    assert (found.a_year_earlier, found.small, found.young) == (True, 1, 1)


def test_the_spreadsheet_has_a_sheet_a_subject_and_is_the_same_each_time(world: World) -> None:
    lay_in(world, {"10-109": 100, "45-103": 7})
    both = [seen(world, product("10-109")), seen(world, category(world, "Washers"))]
    made = spreadsheet(both)
    names = zipfile.ZipFile(io.BytesIO(made.content)).read("xl/workbook.xml").decode()
    assert [name in names for name in ('name="10-109"', 'name="Washers"', 'name="What it rests on"')] == [True] * 3
    assert made.filename == "forecast-10-109-washers.xlsx"
    assert spreadsheet(both).etag == made.etag


def test_a_title_that_no_sheet_may_have_is_made_one(world: World) -> None:
    lay_in(world, {"10-109": 100})
    with world.database.write() as session:
        session.scalars(select(Product).where(Product.sku == "10-109")).one().name = "=1+1 [a]/b: " + "long " * 20
    with world.reading("rep@test") as work:
        found = service.outlook(work, scopes.named(work, Kind.PRODUCT, "10-109"), SIX)
    assert b"<f>1+1" not in zipfile.ZipFile(io.BytesIO(spreadsheet([found, found]).content)).read("xl/workbook.xml")


def test_a_link_is_for_one_person_and_one_spreadsheet(world: World) -> None:
    narrow = scopes.narrowed(Scope(Kind.COUNTRY, "A/B|C:D", ""), product("10-109"))
    wanted = sheets.of([narrow, TOTAL], Asked("W", 8, 2))
    assert sheets.read(wanted.name) == wanted
    principal = world.principal("rep@test")
    token = sheets.link(HOW, principal, wanted).split("?token=")[1]
    assert links.owner(HOW, token, "forecast", wanted.name) == principal.user_id
    for kind, name in (("forecast", "M6+0|total:all"), ("invoice", wanted.name)):
        with pytest.raises(NotSignedIn):
            links.owner(HOW, token, kind, name)


@pytest.mark.parametrize(
    "name",
    ["", "M6", "M6+0|", "X6+0|total:all", "M0+0|total:all", "M6+x|total:all", "M6+0|a:b", "M6+0|total:all:a:b"],
)
def test_a_made_up_spreadsheet_is_not_found(world: World, name: str) -> None:
    lay_in(world, {"10-109": 100})
    with world.reading("rep@test") as work, pytest.raises(NotFound):
        sheets.outlooks(work, sheets.read(name))
