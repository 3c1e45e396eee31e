"""What a customer will need next, and why."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from models import recommending
from models.recommending import HistoryError

TODAY = date(2024, 6, 30)


def test_a_due_item_comes_first_with_its_reasons(orders: pl.DataFrame):
    found = recommending.suggest(orders, as_of=TODAY, customers=["ann"])
    assert found.columns[:6] == ["customer", "rank", "sku", "kind", "quantity", "probability"]
    tea = found.row(0, named=True)
    assert (tea["sku"], tea["kind"], tea["rank"]) == ("tea", "due", 1)
    assert (tea["times_bought"], tea["interval_days"], tea["last_bought"]) == (18, 10, date(2024, 6, 19))
    assert tea["due_date"] == date(2024, 6, 29)
    assert tea["quantity"] in (12, 13)
    assert 0.5 < tea["probability"] <= 1


def test_what_goes_with_a_recent_purchase_is_suggested_after(orders: pl.DataFrame):
    found = recommending.suggest(orders, as_of=TODAY, customers=["ann"])
    lid = found.filter(pl.col("kind") == "goes_with").row(0, named=True)
    assert (lid["sku"], lid["with_sku"], lid["quantity"]) == ("lid", "pot", 2)
    assert 0 < lid["confidence"] < 1
    assert lid["probability"] is None
    assert found["rank"].to_list() == list(range(1, found.height + 1))


def test_nothing_after_today_is_used(orders: pl.DataFrame):
    today = date(2024, 3, 31)
    past = orders.filter(pl.col("date") <= today)
    assert recommending.suggest(orders, as_of=today).equals(recommending.suggest(past, as_of=today))


def test_returns_missing_customers_and_unknown_customers_are_left_out(orders: pl.DataFrame):
    dirt = pl.DataFrame(
        [("ann", "tea", TODAY, -12, "r1"), (None, "tea", TODAY, 5, "x")], schema=orders.schema, orient="row"
    )
    clean = recommending.suggest(orders, as_of=TODAY)
    assert recommending.suggest(pl.concat([orders, dirt]), as_of=TODAY).equals(clean)
    assert recommending.suggest(orders, as_of=TODAY, customers=["nobody"]).is_empty()


def test_an_item_bought_once_has_no_interval(orders: pl.DataFrame):
    found = recommending.suggest(orders, as_of=TODAY, customers=["ann"])
    pot = found.filter(pl.col("sku") == "pot").row(0, named=True)
    assert (pot["times_bought"], pot["interval_days"]) == (1, None)


def test_evaluation_compares_with_both_baselines(orders: pl.DataFrame):
    found = recommending.evaluate(orders, k=2)
    assert set(found.metrics) == {"quartermaster", "most_frequent", "last_order"}
    assert found.customers == 4
    assert found.metrics["quartermaster"]["hit_rate"] == 1
    assert found.metrics["quartermaster"]["precision"] == pytest.approx((2 + 2 + 2 + 1) / 8)


def test_training_registers_what_suggest_can_use(orders: pl.DataFrame, tmp_path: Path):
    report = recommending.train(orders, tmp_path, as_of=TODAY)
    assert report.promoted
    assert report.evaluation is not None
    model = recommending.load_champion(tmp_path)
    trained = recommending.suggest(orders, as_of=TODAY, model=model)
    assert trained.equals(recommending.suggest(orders, as_of=TODAY))
    assert recommending.train(orders, tmp_path, as_of=TODAY).version == report.version


def test_a_table_that_is_no_history_is_refused(orders: pl.DataFrame):
    with pytest.raises(HistoryError, match="quantity"):
        recommending.suggest(orders.drop("quantity"), as_of=TODAY)
    with pytest.raises(HistoryError, match="nothing to learn"):
        recommending.suggest(orders, as_of=date(2024, 1, 2))
    with pytest.raises(HistoryError, match="no order lines"):
        recommending.evaluate(orders.head(0))
    with pytest.raises(HistoryError, match="wrong type"):
        recommending.suggest(orders.with_columns(date=pl.lit("soon")), as_of=TODAY)


def test_a_short_history_trains_without_an_evaluation(orders: pl.DataFrame, tmp_path: Path):
    short = orders.filter(pl.col("date") < date(2024, 1, 1) + timedelta(days=40))
    assert recommending.train(short, tmp_path).evaluation is None
