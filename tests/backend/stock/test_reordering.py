"""Reorder points: by the forecast where there is one, else by what was sold lately; made once a day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from backend.catalogue.tables import Product
from backend.database import now
from backend.insight.storing import ItemForecast, RunFacts, store_forecasts
from backend.sales.tables import Order
from backend.stock.jobs import set_reorder_points
from backend.stock.reordering import from_forecast
from backend.stock.tables import ReorderPoint
from tests.backend.stock.company import Stock
from tests.backend.world import TODAY, World

FLAT = [[10.0] * 9] * 4
ACTIVE = 6


def points(world: World) -> dict[str, tuple[int, str]]:
    with world.database.read() as session:
        rows = session.execute(select(Product.sku, ReorderPoint.quantity, ReorderPoint.basis).join(Product))
        return {sku: (quantity, basis) for sku, quantity, basis in rows}


def store(world: World, mean: list[float]) -> None:
    quantiles = [[value] * 9 for value in mean]
    item = ItemForecast("10-109", mean, quantiles, {}, {})
    facts = RunFacts(freq="W", model="test", version="1", last_period=TODAY, horizon=4, metrics={})
    with world.database.write() as session:
        store_forecasts(session, facts, [item])


@pytest.mark.parametrize(
    ("mean", "quantiles", "lead", "expected"),
    [
        ([10.0] * 4, FLAT, 10, 20),  # two weeks of a sure demand
        ([10.0] * 4, FLAT, 12, 24),
        ([10.0] * 4, FLAT, 0, 10),  # a week at least
        ([10.0, 30.0], FLAT[:2], 10, 40),
        ([10.0, 10.0], FLAT[:2], 20, 40),  # the forecast ends before the goods come: it goes on like that
        ([0.0] * 4, [[0.0] * 9] * 4, 10, 0),
    ],
)
def test_a_forecast_gives_the_demand_over_the_lead_time(
    mean: list[float], quantiles: list[list[float]], lead: int, expected: int
) -> None:
    assert from_forecast(mean, quantiles, lead) == expected


def test_an_unsure_forecast_adds_a_safety_stock() -> None:
    wide = [[10.0 - 2.563, *[10.0] * 7, 10.0 + 2.563]] * 4  # a standard deviation of 2 a week
    # over four weeks: 40, and 1.645 standard deviations of 2 times the root of 4
    assert from_forecast([10.0] * 4, wide, 20) == 47


def test_without_a_forecast_it_is_what_was_sold_in_the_last_fortnight(world: World) -> None:
    stock = Stock(world)
    old = stock.place(("10-109", 40))
    stock.place(("10-109", 25), ("30-101", 7))
    with world.database.write() as session:
        row = session.scalars(select(Order).where(Order.number == old)).one()
        row.placed_at = row.placed_at - timedelta(days=20)
    assert set_reorder_points(world.database) == ACTIVE
    found = points(world)
    assert (found["10-109"], found["30-101"], found["30-102"]) == ((25, "sales"), (7, "sales"), (0, "sales"))
    assert "11-109" not in found  # discontinued


def test_with_a_forecast_it_is_the_forecast_s(world: World) -> None:
    store(world, [12.0] * 4)
    set_reorder_points(world.database)
    found = points(world)
    assert (found["10-109"], found["30-101"]) == ((24, "forecast"), (0, "sales"))


def test_they_are_made_once_a_day_and_anew_after_a_forecast(small: World) -> None:
    assert set_reorder_points(small.database) == ACTIVE
    assert set_reorder_points(small.database) == 0
    store(small, [12.0] * 4)
    assert set_reorder_points(small.database) == ACTIVE
    assert set_reorder_points(small.database) == 0
    with small.database.write() as session:
        for row in session.scalars(select(ReorderPoint)):
            row.as_of = date(2026, 6, 16)
    assert set_reorder_points(small.database) == ACTIVE


def test_a_product_that_is_new_gets_one_the_same_day(small: World) -> None:
    set_reorder_points(small.database)
    with small.database.write() as session:
        session.scalars(select(Product).where(Product.sku == "11-109")).one().active = True
    assert set_reorder_points(small.database) == ACTIVE + 1
    assert "11-109" in points(small)


def test_one_of_another_day_that_nobody_sells_any_more_goes(small: World) -> None:
    set_reorder_points(small.database)
    with small.database.write() as session:
        session.scalars(select(Product).where(Product.sku == "30-102")).one().active = False
        session.scalars(select(ReorderPoint)).first().made_at = now() - timedelta(days=1)
        session.scalars(select(ReorderPoint)).first().as_of = TODAY - timedelta(days=1)
    assert set_reorder_points(small.database) == ACTIVE - 1
    assert "30-102" not in points(small)
