"""Demand and item tables as people have them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from models.order_quantity.simulation.items import Defaults, read_items
from models.order_quantity.simulation.tables import TableError, read_demand, read_table


def long(ds: list[object], y: list[object] | None = None) -> pl.DataFrame:
    return pl.DataFrame({"sku": ["a"] * len(ds), "week": ds, "demand": y or [1.0] * len(ds)})


@pytest.mark.parametrize(
    "ds",
    [
        [date(2024, 1, 1), date(2024, 1, 9), date(2024, 1, 22)],
        ["2024-01-01", "2024-01-09", "2024-01-22"],
        [7, 8, 10],
        ["2012-W51", "2012-W52", "2013-W02"],
        ["2020-W52", "2020-W53", "2021-W02"],
    ],
)
def test_periods_are_dates_numbers_or_labels(ds: list[object]):
    assert read_demand(long(ds), "W").panel.y.tolist() == [[1, 1, 0, 1]]


def test_rows_of_one_period_are_added_and_negative_sums_count_as_zero():
    found = read_demand(long([1, 1, 2, 3], [2, 3, -4, 1]), "W")
    assert found.panel.y.tolist() == [[5, 0, 1]]
    assert found.negative_as_zero == 1


def test_an_item_with_unreadable_demand_is_named():
    table = pl.DataFrame(
        {"unique_id": ["a", "a", "b", "c", None], "ds": [1, 2, 1, 2, 1], "y": ["1", "x", "2", "nan", "3"]}
    )
    found = read_demand(table, "W")
    assert found.panel.ids == ("b",)
    assert set(found.left_out) == {"a", "c"}
    assert found.rows_without_name == 1


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        (pl.DataFrame({"sku": ["a"], "demand": [1]}), "lacks the column ds"),
        (long(["some day"]), "neither a date nor a number"),
        (long([1], [None]), "No item"),
        (pl.DataFrame({"sku": [], "ds": [], "y": []}), "no rows"),
    ],
)
def test_a_table_that_cannot_be_used_says_why(table: pl.DataFrame, sentence: str):
    with pytest.raises(TableError, match=sentence):
        read_demand(table, "W")


def test_a_file_that_is_missing_or_no_table(tmp_path: Path):
    with pytest.raises(TableError, match="no file"):
        read_table(tmp_path / "absent.csv")
    (tmp_path / "broken.parquet").write_bytes(b"no table")
    with pytest.raises(TableError, match="neither a csv nor a parquet"):
        read_table(tmp_path / "broken.parquet")


def test_items_under_the_names_of_real_files():
    table = pl.DataFrame(
        {
            "sku": [1, 2],
            "unit_cost_eur": [10.0, 20.0],
            "order_fixed_cost_eur": [5, 5],
            "holding_cost_eur_per_unit_year": [2.0, 4.0],
            "lead_time_weeks": [7, 16],
            "min_order_qty": [0.5, 100],
        }
    )
    found = read_items(table, ("1", "2"), np.array([1.0, 2.0]), "W", Defaults(shortage_cost=3), 1)
    assert found.terms.lead_time.tolist() == [7, 16]
    assert found.terms.moq.tolist() == [0.5, 100]
    assert found.terms.holding_cost.tolist() == pytest.approx([2 * 7 / 365.2425, 4 * 7 / 365.2425])
    assert (found.shortage_assumed, found.left_out) == (0, {})


def test_items_that_cannot_be_simulated_are_named_with_the_reason():
    table = pl.DataFrame(
        {"sku": ["a", "b", "c", "c", "d", "e"], "unit_cost": ["1", None, "1", "1", "dear", "-2"], "lead_time": [1] * 6}
    )
    found = read_items(table, ("a", "b", "c", "d", "e", "f"), np.ones(6), "W", Defaults(unit_cost=None), 1)
    assert found.rows.tolist() == [0]
    assert found.left_out == {
        "b": "no unit cost",
        "c": "more than one row in the item table",
        "d": "its unit_cost is no number",
        "e": "a unit cost or holding cost that is not above 0",
        "f": "not in the item table",
    }


def test_a_shortage_costs_what_makes_the_service_level_pay():
    """EOQ 100 at 100 a year lasts a year: 2 a year of holding x 0.95 / 0.05."""
    defaults = Defaults(unit_cost=10, order_cost=100, holding_rate=0.2, service_level=0.95)
    found = read_items(None, ("a",), np.array([100 * 7 / 365.2425]), "W", defaults, 1)
    assert float(found.terms.shortage_cost) == pytest.approx(2 * 19, rel=1e-3)
    assert found.shortage_assumed == 1


def test_options_out_of_range_are_refused():
    with pytest.raises(TableError, match="negative"):
        Defaults(order_cost=-1)
    with pytest.raises(TableError, match="lead time"):
        Defaults(lead_time=-1)
