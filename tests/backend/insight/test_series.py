"""Forecasts of sums as series of their own: what is kept, and how it is answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from backend.catalogue.tables import Category, Product
from backend.database import Database
from backend.errors import NotFound
from backend.insight import queries, scopes, service
from backend.insight.scopes import TOTAL, Kind, Scope
from backend.insight.service import Asked, Outlook
from backend.insight.serving import means_by_sku
from backend.insight.storing import SeriesForecast, store_series
from backend.insight.tables import ForecastSeries
from tests.actions.forecasting import GOOD, HORIZON, belongs, lay_in, lay_in_by_day, sell
from tests.backend.world import World

SIX = Asked("M", 6)
MAY = date(2026, 5, 11)
FERNDALE = Scope(Kind.CUSTOMER, "C1", "Ferndale")


def one(kind: str, key: str, mean: float, error: dict[str, Any] | None = None) -> SeriesForecast:
    """A flat forecast of so many a month, its band a tenth wide to each side."""
    count = HORIZON["M"]
    quantiles = [[mean * (0.9 + at / 40) for at in range(9)]] * count
    return SeriesForecast(kind, key, [mean] * count, quantiles, {"level": [mean] * count}, error or dict(GOOD))


def keep(database: Database, *items: SeriesForecast) -> int:
    with database.write() as session:
        run = queries.current_run(session, "M")
        assert run is not None
        return store_series(session, run, items)


def seen(world: World, scope: Scope) -> Outlook:
    with world.reading("rep@test") as work:
        return service.outlook(work, scope, SIX)


def test_a_customer_is_answered_by_its_own_series(small: World) -> None:
    lay_in(small, {"10-109": 100})
    sell(small, "10-109", [(MAY, 30)], "C1")
    sell(small, "10-109", [(MAY, 10)], "C2")
    assert seen(small, FERNDALE).expected == 450  # its share, as long as there is nothing else
    assert keep(small.database, one("customer", "C1", 60), one("customer", "C2", 40)) == 2
    found = seen(small, FERNDALE)
    assert (found.own, found.expected, found.drivers, found.error) == (True, 360, {"level": 360}, GOOD)
    step = found.steps[0]
    assert (step.low, step.median, step.high) == pytest.approx((54, 60, 66))
    assert found.expected + seen(small, Scope(Kind.CUSTOMER, "C2", "")).expected == seen(small, TOTAL).expected


def test_its_products_add_up_to_it(small: World) -> None:
    lay_in(small, {"10-109": 100, "45-103": 20})
    sell(small, "10-109", [(MAY, 30)], "C1")
    sell(small, "45-103", [(MAY, 30)], "C1")
    keep(small.database, one("customer", "C1", 60))
    with small.reading("rep@test") as work:
        found = service.by_product(work, FERNDALE, SIX)
    assert sorted(row.expected for row in found) == [60, 300]


def test_who_bought_nothing_for_a_year_has_none(small: World) -> None:
    lay_in(small, {"10-109": 100})
    sell(small, "10-109", [(date(2025, 4, 1), 500)], "C1")
    keep(small.database, one("customer", "C1", 3))
    with pytest.raises(NotFound, match="nothing in the last twelve months"):
        seen(small, FERNDALE)


def test_a_part_of_what_somebody_buys_is_a_share(small: World) -> None:
    lay_in(small, {"10-109": 100})
    sell(small, "10-109", [(MAY, 30)], "C1")
    keep(small.database, one("customer", "C1", 60))
    found = seen(small, scopes.narrowed(FERNDALE, Scope(Kind.PRODUCT, "10-109", "Bolt")))
    assert (found.own, found.expected) == (False, 600)


def test_a_category_stays_the_sum_of_its_products_with_a_band_and_an_error_of_its_own(small: World) -> None:
    lay_in(small, {"10-109": 100, "20-104": 40})
    with small.database.read() as session:
        bolts = scopes.of_category(session.scalars(select(Category).where(Category.name == "Bolts")).one())
    keep(small.database, one("category", bolts.key, 140, {"wape": 0.1, "naive_wape": 0.2, "periods": 6}))
    found = seen(small, bolts)
    assert (found.own, found.expected, found.error["wape"]) == (True, 840, 0.1)
    assert (found.steps[0].low, found.steps[0].high) == pytest.approx((126, 154))
    with small.database.write() as session:
        session.scalars(select(Product).where(Product.sku == "20-104")).one().active = False
    found = seen(small, bolts)  # and moves with it until it is forecast again
    assert (found.expected, found.steps[0].low, found.steps[0].high) == pytest.approx((600, 90, 110))


def test_a_country_a_rep_and_everything_are_found_by_their_keys(small: World) -> None:
    lay_in(small, {"10-109": 100})
    belongs(small, "C1", country="Germany", rep="rep@test")
    sell(small, "10-109", [(MAY, 30)], "C1")
    keep(small.database, one("country", "Germany", 70), one("rep", "rep@test", 90), one("total", "all", 100))
    expected = [seen(small, scope).expected for scope in (
        Scope(Kind.COUNTRY, "Germany", ""), Scope(Kind.REP, "rep@test", ""), TOTAL
    )]  # fmt: skip
    assert expected == [420, 540, 600]


def test_sums_are_kept_of_the_newest_forecast_only(small: World) -> None:
    lay_in(small, {"10-109": 100}, last=date(2026, 4, 1))
    keep(small.database, one("customer", "C1", 1), one("total", "all", 2))
    lay_in(small, {"10-109": 100})
    keep(small.database, one("customer", "C1", 3))
    with small.database.read() as session:
        assert session.scalars(select(ForecastSeries.mean)).all() == [[3.0] * 6]


def test_sums_are_made_of_the_products_on_sale_as_they_are_answered(small: World) -> None:
    better = {"wape": 0.5, "naive_wape": 0.3, "periods": 6}
    lay_in(small, {"10-109": 100, "20-104": 40, "45-103": 7}, errors={"10-109": better})
    sell(small, "10-109", [(MAY, 70)])
    with small.database.write() as session:
        session.scalars(select(Product).where(Product.sku == "45-103")).one().active = False
    with small.database.read() as session:
        run = queries.current_run(session, "M")
        assert run is not None
        assert means_by_sku(session, run) == {"10-109": (70,) * 6, "20-104": (40,) * 6}


def test_by_day_nothing_is_repeated_beside_what_the_weeks_say(small: World) -> None:
    lay_in_by_day(small, {"10-109": 4}, {"wape": 0.5, "naive_wape": 0.3, "periods": 28})
    sell(small, "10-109", [(date(2026, 6, 16), 70)])
    with small.reading("rep@test") as work:
        found = service.outlook(work, Scope(Kind.PRODUCT, "10-109", ""), Asked("D", 7))
    assert (found.naive, found.expected) == (0, 28)


def test_a_band_is_stretched_to_a_mean_that_lies_outside(small: World) -> None:
    lay_in(small, {"10-109": 100})
    keep(small.database, replace(one("total", "all", 100), quantiles=[[at + 101.0 for at in range(9)]] * 6))
    step = seen(small, TOTAL).steps[0]
    assert (step.low, step.median, step.mean, step.high) == (100, 105, 100, 109)
