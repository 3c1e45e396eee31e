"""Forecasts held against what came: who is told, and when nobody is."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from backend.catalogue.tables import Product
from backend.events.news import news_of
from backend.events.tables import OutboxEvent
from backend.identity.tables import Role, User
from backend.insight.jobs import FRESH, KIND, _taken, take_drifts, watch_forecasts
from backend.insight.storing import RunFacts, store_forecasts
from tests.actions.forecasting import HORIZON, item, sell
from tests.backend.world import World

BEFORE, LAST = date(2026, 6, 1), date(2026, 6, 8)  # the world lives on Wednesday 17 June 2026
TUESDAY, EARLIER_TUESDAY = date(2026, 6, 9), date(2026, 6, 2)


@pytest.fixture
def world(small: World) -> World:
    """The small company on SQLite."""
    return small


@pytest.fixture
def skus(world: World) -> list[str]:
    with world.database.read() as session:
        return list(session.scalars(select(Product.sku).order_by(Product.sku)))[:6]


def foresee(world: World, skus: list[str], mean: float, last: date = BEFORE, wape: float | None = 0.3) -> None:
    """A weekly forecast of so many of each."""
    with world.database.write() as session:
        facts = RunFacts("W", "forecast-W", "1", last, HORIZON["W"], {"quartermaster": {"WAPE": wape}})
        store_forecasts(session, facts, [item(sku, mean, "W") for sku in skus])


def events(world: World) -> list[OutboxEvent]:
    with world.database.read() as session:
        return list(session.scalars(select(OutboxEvent).where(OutboxEvent.kind == KIND)))


def test_a_week_that_went_wrong_is_told_once_to_those_who_order_by_it(world: World, skus: list[str]):
    foresee(world, skus, 10)
    for sku in skus:
        sell(world, sku, [(EARLIER_TUESDAY, 30), (TUESDAY, 40)])
    assert watch_forecasts(world.database) == 1
    assert watch_forecasts(world.database) == 0
    (event,) = events(world)
    assert event.key == "W 2026-06-08"
    assert event.payload["retraining"] is True
    assert (event.payload["error"], event.payload["naive"], event.payload["promised"]) == (0.75, 0.25, 0.3)
    with world.reading("rep@test") as work:
        found = news_of(work, event)
        people = work.session.scalars(select(User.id).where(User.role.in_((Role.BUYER, Role.MANAGER)))).all()
    assert found[0].concerned == frozenset(people)
    assert found[0].own is None
    assert (found[0].ours or "").startswith("The forecast of the week of 8 June was off by 75 % of what was sold; ")


@pytest.mark.parametrize(
    ("mean", "sold_before", "wape", "why"),
    [
        (32, 30, 0.3, "within what the back-test told"),
        (10, 300, 0.3, "no worse than repeating the week before"),
        (10, 30, None, "nothing was promised"),
    ],
)
def test_nobody_is_told(world: World, skus: list[str], mean: float, sold_before: int, wape: float | None, why: str):
    foresee(world, skus, mean, wape=wape)
    for sku in skus:
        sell(world, sku, [(EARLIER_TUESDAY, sold_before), (TUESDAY, 40)])
    assert watch_forecasts(world.database) == 0, why
    assert events(world) == []


def test_a_few_products_or_no_forecast_say_nothing(world: World, skus: list[str]):
    assert watch_forecasts(world.database) == 0
    foresee(world, skus[:3], 10)
    for sku in skus[:3]:
        sell(world, sku, [(TUESDAY, 40)])
    assert watch_forecasts(world.database) == 0


def test_a_forecast_that_knew_the_week_is_not_judged_by_it(world: World, skus: list[str]):
    foresee(world, skus, 10, last=LAST)
    for sku in skus:
        sell(world, sku, [(EARLIER_TUESDAY, 30), (TUESDAY, 40)])
    assert watch_forecasts(world.database) == 0


def drift(world: World, skus: list[str]) -> None:
    foresee(world, skus, 10)
    for sku in skus:
        sell(world, sku, [(EARLIER_TUESDAY, 30), (TUESDAY, 40)])
    assert watch_forecasts(world.database) == 1


def test_each_drift_is_taken_once_to_be_answered_by_training(world: World, skus: list[str]):
    assert take_drifts(world.database) == []
    drift(world, skus)
    assert [take_drifts(world.database) for _ in range(2)] == [["W 2026-06-08"], []]


def test_a_drift_of_long_ago_is_left_alone(world: World, skus: list[str]):
    drift(world, skus)
    with world.database.write() as session:
        session.scalars(select(OutboxEvent).where(OutboxEvent.kind == KIND)).one().at -= FRESH
    assert take_drifts(world.database) == []


def test_a_drift_that_another_worker_has_taken_meanwhile_is_not_ours(world: World, skus: list[str]):
    drift(world, skus)
    (event,) = events(world)
    assert [_taken(world.database, event.id) for _ in range(2)] == [True, False]
