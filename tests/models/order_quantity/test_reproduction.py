"""The 6-12-1 network's tables, on a panel small enough to see through."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from models.forecasting.panel import PanelError
from models.order_quantity.reproduction import EOQ, NETWORK, OURS, STAND_IN, reproduce_order_quantity


def monthly(items: int = 24, months: int = 30, seed: int = 0) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    level = np.exp(rng.uniform(4, 6, items))
    rows = [
        (f"item-{item:02d}", date(2022 + month // 12, month % 12 + 1, 1), float(rng.poisson(level[item])))
        for item in range(items)
        for month in range(months)
    ]
    return pl.DataFrame(rows, schema=["unique_id", "ds", "y"], orient="row")


def test_architectures_quantities_and_costs_with_what_is_assumed():
    found = reproduce_order_quantity(monthly())
    assert found.tables["architectures"]["architecture"].to_list() == [f"6-{hidden}-1" for hidden in range(4, 13)]
    costs = found.tables["costs"]
    assert costs["policy"].to_list() == [STAND_IN, NETWORK, EOQ, OURS]
    assert (costs["total"] - costs["ordering"] - costs["holding"]).abs().max() < 1e-6
    assert (costs["ordering"] == costs["orders"] * 25.0).all()
    ours = costs.row(by_predicate=pl.col("policy") == OURS, named=True)
    assert ours["fill_rate"] > 0.97
    assert "stand-in" in found.facts["assumed"]
    quantities = found.tables["quantities"]
    assert set(quantities.columns) == {"item", "sold_in_six_months", STAND_IN, NETWORK, EOQ, OURS}
    assert (quantities[STAND_IN] % 12 == 0).all()


def test_what_comes_after_a_review_cannot_change_its_order():
    table = monthly()
    changed = table.with_columns(
        pl.when(pl.col("ds") >= date(2023, 7, 1)).then(pl.col("y") * 3).otherwise(pl.col("y")).alias("y")
    )
    first, second = (
        reproduce_order_quantity(each).tables["quantities"].sort("item").drop("sold_in_six_months")
        for each in (table, changed)
    )
    assert first.equals(second)


def test_the_same_seed_gives_the_same_tables_and_another_another_buyer():
    first, again, other = (reproduce_order_quantity(monthly(), seed=seed).tables["costs"] for seed in (3, 3, 4))
    assert first.equals(again)
    assert not first.equals(other)


def test_too_short_a_history_is_refused():
    with pytest.raises(PanelError, match="too few"):
        reproduce_order_quantity(monthly(months=20))
