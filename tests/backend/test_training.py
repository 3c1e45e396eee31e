"""When training is due, and what it leaves as rows."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import polars as pl
from sqlalchemy import select

from backend import training
from backend.catalogue.queries import by_sku
from backend.company.tables import Company
from backend.customers.queries import by_code
from backend.insight import queries
from backend.purchasing.tables import PurchaseOrderLine
from backend.sales import service
from backend.sales.service import Wish
from backend.stock.tables import StockEntry
from models.forecasting import SumForecast
from tests.actions.forecasting import lay_in, sell
from tests.backend.world import World


def fingerprint(world: World, *, daily: bool = False) -> str:
    with world.database.read() as session:
        return training.data_fingerprint(session, daily=daily)


def live_on(world: World, day: date) -> None:
    with world.database.write() as session:
        session.scalars(select(Company)).one().business_date = day


def order(world: World, quantity: int = 10) -> str:
    with world.writing() as work:
        wish = Wish(by_sku(work.session, "10-109"), quantity)
        return service.place_order(work, by_code(work, "C1"), [wish]).number


def test_todays_orders_do_not_make_the_models_stale_but_last_weeks_do(small: World) -> None:
    before, today = fingerprint(small), fingerprint(small, daily=True)
    order(small)
    assert fingerprint(small) == before
    live_on(small, date(2026, 6, 18))
    assert fingerprint(small) == before
    assert fingerprint(small, daily=True) != today
    live_on(small, date(2026, 6, 24))
    assert fingerprint(small) != before


def test_stock_that_moved_in_an_earlier_week_is_something_new_to_learn_from(small: World) -> None:
    before = fingerprint(small)
    with small.writing() as work:
        entry = work.session.scalars(select(StockEntry)).first()
        assert entry is not None
        place = {"product_id": entry.product_id, "warehouse_id": entry.warehouse_id, "kind": "receipt"}
        work.session.add(StockEntry(**place, quantity=1, at=datetime(2026, 6, 16, tzinfo=UTC)))
    assert fingerprint(small) == before
    with small.writing() as work:
        work.session.add(StockEntry(**place, quantity=1, at=datetime(2026, 6, 12, tzinfo=UTC)))
    assert fingerprint(small) != before


def test_stamps_remember_and_survive_a_damaged_file(tmp_path: Path) -> None:
    stamps = training.Stamps(tmp_path)
    assert not stamps.fresh("nlu", "a")
    stamps.keep("nlu", "a")
    assert training.Stamps(tmp_path).fresh("nlu", "a")
    (tmp_path / "models" / "trained.json").write_text("{")
    assert not training.Stamps(tmp_path).fresh("nlu", "a")


def test_demand_counts_complete_periods_and_nothing_cancelled(world: World) -> None:
    live_on(world, date(2026, 6, 10))
    order(world, 30)
    with world.writing() as work:
        placed = service.place_order(work, by_code(work, "C1"), [Wish(by_sku(work.session, "10-109"), 99)])
        assert service.cancel_order(work, placed, "test").state == "cancelled"
    live_on(world, date(2026, 6, 17))
    order(world, 500)  # this week is not over
    with world.database.read() as session:
        weekly = queries.demand(session, "W", date(2026, 6, 17))
        monthly = queries.demand(session, "M", date(2026, 6, 17))
        bought = queries.purchases(session)
    assert weekly.rows() == [("10-109", date(2026, 6, 8), 30.0)]
    assert monthly.rows() == []
    assert bought.select("customer", "sku", "quantity").rows() == [("C1", "10-109", 30), ("C1", "10-109", 500)]


def test_partners_are_who_bought_and_who_delivered(world: World) -> None:
    live_on(world, date(2026, 6, 10))
    order(world, 30)
    with world.database.write() as session:
        line = session.scalars(select(PurchaseOrderLine)).one()
        line.received = 60
        expected = (line.product.sku, line.purchase_order.supplier.code, line.purchase_order.ordered_at.date(), 60.0)
    with world.database.read() as session:
        found = training.partner_tables(session)
    assert found["customer"].rows() == [("10-109", "C1", date(2026, 6, 10), 30.0)]
    assert found["supplier"].rows() == [expected]


def test_forecasts_become_rows_with_shares_as_errors() -> None:
    steps = {"unique_id": ["A", "A"], "ds": [date(2026, 7, 1), date(2026, 8, 1)], "mean": [5.0, 6.0]}
    levels = {name: [1.0, 2.0] for name in (*training.QUANTILES, *training.DRIVERS)}
    errors = pl.DataFrame({"unique_id": ["A"], "model_mae": [2.0], "naive_mae": [3.0], "mean_demand": [10.0]})
    (item,) = training.item_forecasts(pl.DataFrame({**steps, **levels}), errors, 6)
    assert (item.sku, item.mean, item.quantiles) == ("A", [5.0, 6.0], [[1.0] * 9, [2.0] * 9])
    assert item.error == {"wape": 0.2, "naive_wape": 0.3, "periods": 6}


def test_parts_of_prices_and_promotions_are_kept_where_there_are_some() -> None:
    steps = {"unique_id": ["A"], "ds": [date(2026, 7, 1)], "mean": [4.5], "promotion": [1.5], "holiday": [0.0]}
    levels = {name: [1.0] for name in (*training.QUANTILES, *training.DRIVERS)}
    errors = pl.DataFrame({"unique_id": ["A"], "model_mae": [2.0], "naive_mae": [3.0], "mean_demand": [10.0]})
    (item,) = training.item_forecasts(pl.DataFrame({**steps, **levels}), errors, 6)
    assert item.drivers == {"level": [1.0], "trend": [1.0], "season": [1.0], "promotion": [1.5]}


def test_suggestions_become_rows_with_their_reason() -> None:
    frame = pl.DataFrame(
        {
            "customer": ["C1", "C1"],
            "rank": [1, 2],
            "sku": ["A", "B"],
            "kind": ["due", "goes_with"],
            "quantity": [10, 5],
            "probability": [0.8, None],
            "due_date": [date(2026, 6, 20), None],
            "times_bought": [7, None],
            "interval_days": [30.0, None],
            "last_bought": [date(2026, 5, 21), None],
            "typical_quantity": [10.0, 5.0],
            "with_sku": [None, "A"],
            "confidence": [None, 0.4],
        }
    )
    due, together = training.item_suggestions(frame, {"A": "Hex bolt"})
    assert (due.score, due.due, due.reason["times"], due.reason["last_bought"]) == (
        0.8,
        date(2026, 6, 20),
        7,
        "2026-05-21",
    )
    assert together.reason == {"bought_with": "Hex bolt", "confidence": 0.4}


def test_days_are_made_of_the_weeks_as_they_are_answered(small: World) -> None:
    better = {"wape": 0.5, "naive_wape": 0.3, "periods": 6}
    lay_in(small, {"10-109": 100, "20-104": 40}, errors={"10-109": better})
    sell(small, "10-109", [(date(2026, 6, 9), 33)])  # the last complete week's, which is repeated
    with small.database.read() as session:
        found = training.answered_means(session, "W")
        assert training.answered_means(session, "D") is None
    assert found is not None
    first = found.filter(ds=date(2026, 6, 15)).rows()
    assert first == [("10-109", date(2026, 6, 15), 33.0, 33.0, 0.0), ("20-104", date(2026, 6, 15), 10.0, 8.0, 1.0)]
    assert found.height == 2 * 26


def test_sums_become_rows_with_their_own_error_and_say_where_the_last_period_is_repeated() -> None:
    def one(key: str, *, naive: bool) -> SumForecast:
        return SumForecast("customer", key, np.array([5.0004]), np.full((1, 9), 2.0), {"level": np.array([5.0])}, naive)

    errors = {"C1": (2.0, 3.0, 10.0), "C2": (2.0, 1.0, 10.0)}
    made = (one("C1", naive=False), one("C2", naive=True), one("C3", naive=False))
    rows = list(training.series_forecasts(made, lambda _kind, key: errors.get(key), 6))
    assert [row.error for row in rows] == [
        {"wape": 0.2, "naive_wape": 0.3, "periods": 6},
        {"wape": 0.2, "naive_wape": 0.1, "periods": 6, "uses": "naive"},
        {},
    ]
    assert (rows[0].mean, rows[0].quantiles, rows[0].drivers) == ([5.0], [[2.0] * 9], {"level": [5.0]})
