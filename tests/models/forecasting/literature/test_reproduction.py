"""The papers' tables: what a network learnt beside what it did not see, and baselines beside both."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import polars as pl
import pytest

from models.forecasting.literature.erp_network import NAME as ERP
from models.forecasting.literature.erp_network import ErpSettings
from models.forecasting.literature.figures import draw_figures
from models.forecasting.literature.members import (
    BASELINES,
    COMBINATION,
    combination_weights,
    combined,
    equal_weights,
    held_out_errors,
    judge,
)
from models.forecasting.literature.reproduction import Reproduction, reproduce_erp_forecast, reproduce_monthly_mlp
from models.forecasting.monthly_mlp import EPOCHS
from models.forecasting.monthly_mlp import NAME as MONTHLY
from models.forecasting.panel import Panel, PanelError, build_panel

QUICK = ErpSettings(epochs=3, rounds=2, patterns=6)


def months(series: int = 4, periods: int = 30) -> pl.DataFrame:
    rng = np.random.default_rng(8)
    rows = [
        (f"s{each}", date(2023 + month // 12, month % 12 + 1, 1), float(10 * each + 10 + rng.poisson(5)))
        for each in range(series)
        for month in range(periods)
    ]
    return pl.DataFrame(rows, schema=["unique_id", "ds", "y"], orient="row")


def last_value(panel: Panel, horizon: int) -> np.ndarray:
    return np.repeat(panel.y[:, -1:], horizon, axis=1)


@pytest.fixture(scope="module")
def erp() -> Reproduction:
    long = months()
    customers = pl.concat(
        [long, long.head(1).with_columns(pl.lit(date(2025, 7, 2)).alias("ds"))]
    )  # an unfinished month
    customers = customers.with_columns(pl.lit("C1").alias("partner"))
    return reproduce_erp_forecast(long, settings=QUICK, partners={"customer": customers, "supplier": customers.clear()})


@pytest.fixture(scope="module")
def mlp() -> Reproduction:
    return reproduce_monthly_mlp(months())


@pytest.mark.parametrize(("name", "network"), [("erp", ERP), ("mlp", MONTHLY)])
def test_held_out_error_stands_beside_training_error_and_baselines(request, name, network):
    found = request.getfixturevalue(name)
    assert found.errors["model"].to_list()[:2] == [network, COMBINATION]
    assert set(found.errors["model"]) == {network, COMBINATION, *BASELINES}
    first = found.errors.row(0, named=True)
    assert 0 < first["training_error"] < first["held_out_error"]
    assert found.errors["training_error"][1:].null_count() == len(BASELINES) + 1
    baselines = found.errors["held_out_error"][2:].to_list()
    assert baselines == sorted(baselines)
    assert found.facts["held_out"] == 6
    assert found.facts["held_out_from"] == "2025-01-01"
    assert found.facts["published_training_error"] == 3.34e-11


def test_the_erp_tables(erp):
    assert {"year", "month", "quarter", "sales_1_before"} <= set(erp.tables["correlations"]["factor"])
    assert len(erp.kept["factor_correlations"]) == 4 * len(erp.tables["correlations"])
    assert erp.tables["refinement"]["series"].sum() == 4
    assert erp.tables["entered"]["networks"].max() <= 1
    assert erp.tables["products_and_customers"]["right"].unique().to_list() == ["C1"]
    assert erp.tables["products_and_customers"]["count"].unique().to_list() == [30]  # months that are complete
    assert erp.tables["ties_to_customers"]["rows"].to_list() == [4]
    assert "products_and_suppliers" not in erp.tables  # nothing was delivered
    assert len(erp.curve) <= QUICK.epochs * QUICK.rounds
    assert erp.curve.columns == ["epoch", "training", "validation"]


def test_the_monthly_network_s_curve_has_an_error_for_each_epoch(mlp):
    assert mlp.curve["epoch"].to_list() == list(range(1, EPOCHS + 1))
    assert mlp.curve["training"][-1] < mlp.curve["training"][0]
    assert mlp.errors["training_error"][0] == mlp.curve["training"][-1]


@pytest.mark.parametrize("name", ["erp", "mlp"])
def test_six_months_ahead_are_the_weighted_sum_of_the_models(request, name):
    found = request.getfixturevalue(name)
    assert [str(day) for day in found.ahead["ds"]] == [f"2025-{month:02}-01" for month in range(7, 13)]
    weights = found.tables["weights"]
    assert (weights["ahead"] >= 0).all()
    total = sum(weight * found.ahead[model] for model, weight in weights.select("model", "ahead").iter_rows())
    np.testing.assert_allclose(found.ahead[COMBINATION], total, rtol=1e-5)


def test_the_total_holds_what_was_sold_and_what_had_been_said(erp):
    assert len(erp.total) == 30
    assert erp.total[ERP].null_count() == 24
    assert erp.total["sold"][0] == months().filter(pl.col("ds") == date(2023, 1, 1))["y"].sum()


@pytest.mark.parametrize("name", ["erp", "mlp"])
def test_figures_are_drawn_and_the_facts_are_json(request, name, tmp_path):
    found = request.getfixturevalue(name)
    paths = draw_figures(found, tmp_path / "new")
    assert [path.name for path in paths] == ["error_by_epoch.png", "actual_and_predicted.png", "six_months.png"]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in paths)
    assert json.loads(json.dumps(found.to_dict(), default=str))["errors"][0]["model"] == found.network


def test_weights_are_those_that_made_the_sales():
    rng = np.random.default_rng(0)
    points = {"a": rng.random((50, 3)), "b": rng.random((50, 3)), "c": rng.random((50, 3))}
    actual = combined(points, {"a": 0.25, "b": 0.75})
    found = combination_weights(actual, points, np.ones((50, 1)), ("a", "b", "c"))
    assert found == {"a": pytest.approx(0.25), "b": pytest.approx(0.75), "c": pytest.approx(0, abs=1e-6)}


def test_weights_are_equal_where_nothing_fits():
    zero = {"a": np.zeros((2, 2)), "b": np.zeros((2, 2))}
    assert combination_weights(np.ones((2, 2)), zero, np.ones((2, 1)), ("a", "b")) == equal_weights(("a", "b"))


def test_nothing_held_out_is_seen_before_it_is_judged():
    panel = build_panel(months(), "M")
    seen: list[int] = []

    def network(known: Panel, horizon: int) -> np.ndarray:
        seen.append(known.periods)
        return last_value(known, horizon)

    judged = judge(panel, 6, network, "mine")
    assert seen == [18, 24]  # for the weights, then to be judged
    errors = held_out_errors(judged)
    assert errors["mine"] == errors["Naive"]
    expected = np.square((panel.y[:, -6:] - panel.y[:, 23:24]) / panel.y[:, :24].max(axis=1, keepdims=True)).mean()
    assert errors["mine"]["held_out_error"] == pytest.approx(expected)


def test_with_too_little_history_weights_are_equal():
    judged = judge(build_panel(months(periods=8), "M"), 3, last_value, "mine")
    assert set(judged.weights.values()) == {1 / 6}


def test_too_few_periods_are_refused():
    with pytest.raises(PanelError, match="5 periods are too few"):
        reproduce_monthly_mlp(months(periods=5))


def test_a_short_and_sparse_table_is_reported_all_the_same():
    long = months(2, 6).with_columns(pl.when(pl.col("unique_id") == "s0").then(0.0).otherwise("y").alias("y"))
    for found in (reproduce_erp_forecast(long, settings=QUICK), reproduce_monthly_mlp(long)):
        assert found.facts["held_out"] == 2
        assert found.errors["held_out_error"].is_finite().all()
