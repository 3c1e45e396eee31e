"""From a demand file to the report."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import typer
from typer.testing import CliRunner

from models.cli.simulate import simulate
from models.order_quantity.simulation.comparison import saving
from models.order_quantity.simulation.items import Defaults
from models.order_quantity.simulation.learning import Learning
from models.order_quantity.simulation.plan import Plan, divide
from models.order_quantity.simulation.running import NEVER_SOLD, simulate_file
from models.order_quantity.simulation.tables import TableError

KEYS = {"cost", "purchase", "holding", "shortage", "ordering", "fill_rate", "average_stock"}
app = typer.Typer()
app.command()(simulate)


@pytest.fixture(autouse=True)
def _short_learning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "models.order_quantity.simulation.running.Learning", lambda: Learning(members=2, steps=8, looks=2, items=8)
    )


@pytest.fixture
def demand(tmp_path: Path) -> Path:
    """12 items, 60 weeks; the last one sells in the last week only."""
    rng = np.random.default_rng(3)
    y = rng.poisson(np.exp(rng.uniform(-1, 2, 12))[:, None], (12, 60)).astype(float)
    y[-1] = 0
    y[-1, -1] = 5
    rows = {"sku": np.repeat([f"item {at:02}" for at in range(12)], 60), "week": np.tile(np.arange(60), 12)}
    path = tmp_path / "demand.csv"
    pl.DataFrame({**rows, "demand": y.ravel()}).write_csv(path)
    return path


def plan(**given: object) -> Plan:
    return Plan("W", models=("moving_average", "tsb"), defaults=Defaults(lead_time=2), **given)  # type: ignore[arg-type]


def test_the_report_has_every_policy_and_its_parts_add_up(demand: Path):
    report = simulate_file(demand, None, plan())
    assert {"quartermaster", "eoq", "base_stock", "capped_base_stock", "newsvendor", "s_q", "s_s"} <= set(
        report["policies"]
    )
    for one in [*report["policies"].values(), report["clairvoyant"]]:
        assert set(one) == KEYS
        assert one["cost"] == pytest.approx(one["holding"] + one["shortage"] + one["ordering"] + one["purchase"])
        assert 0 <= one["fill_rate"] <= 1
        assert one["cost"] >= report["clairvoyant"]["cost"] - 1e-6
    assert report["items"] == 11
    assert report["not_simulated"]["items"] == {"item 11": NEVER_SOLD}
    assert report["comparison"]["same_forecast"]["forecast"] == "moving_average"
    assert json.loads(json.dumps(report)) == report


def test_the_same_seed_gives_the_same_report(demand: Path):
    one, other = (simulate_file(demand, None, plan(lost_sales=False)) for _ in range(2))
    assert one["policies"] == other["policies"]


def test_no_policy_sees_the_test(demand: Path, tmp_path: Path):
    """Whatever comes in the test, the parameters and what was learnt are the same."""
    table = pl.read_csv(demand)
    later = pl.when(pl.col("week") >= 41).then(pl.col("demand") * 3 + 1).otherwise(pl.col("demand"))
    other = tmp_path / "other.csv"
    table.with_columns(later.alias("demand")).filter(pl.col("sku") != "item 11").write_csv(other)
    given = [simulate_file(path, None, plan(test_periods=19))["settings"] for path in (demand, other)]
    assert given[0]["parameters"] == given[1]["parameters"]
    assert given[0]["quartermaster"] == given[1]["quartermaster"]


def test_too_short_a_past_is_refused(demand: Path):
    with pytest.raises(TableError, match="too few"):
        simulate_file(demand, None, plan(test_periods=55))
    with pytest.raises(TableError, match="No forecast is called"):
        Plan("W", models=("guess",))
    assert divide(plan(), 150, 16).test == 100


def test_the_command_prints_json_and_refuses_in_a_sentence(demand: Path, tmp_path: Path):
    runner = CliRunner()
    done = runner.invoke(app, [str(demand), "--lead-time", "1", "--models", "tsb", "--review", "2", "--json"])
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)["settings"]["review"] == 2
    refused = runner.invoke(app, [str(tmp_path / "absent.csv")])
    assert (refused.exit_code, "There is no file" in refused.stderr) == (2, True)
    assert runner.invoke(app, []).exit_code == 2


ITEMS = {
    "sku": [f"item {at:02}" for at in range(11)],
    "supplier": ["A", "A", "A", "A", "B", "B", "B", "B", "C", "C", "C"],
    "supplier_minimum": [300] * 4 + [None] * 7,
    "lead_times": ["1 2 5", *[None] * 10],
    "lead_time_deviation": [None, 1.0, *[None] * 9],
    "price_breaks": [None, None, "15:9.50", *[None] * 8],
    "unit_cost": [10.0] * 11,
}


@pytest.fixture
def items(tmp_path: Path) -> Path:
    path = tmp_path / "items.csv"
    pl.DataFrame(ITEMS).write_csv(path)
    return path


def test_lead_times_that_vary_price_breaks_minimums_and_a_budget_are_simulated(demand: Path, items: Path):
    report = simulate_file(demand, items, plan(budget=600.0))
    assert report["items"] == 11
    assert report["settings"]["supplier_minimums"] == {"A": 300.0}
    assert report["settings"]["budget"] == 600.0
    assert "no bound, since lead times vary and prices have breaks" in report["settings"]["clairvoyant_is"]
    for one in report["policies"].values():
        assert one["cost"] == pytest.approx(one["holding"] + one["shortage"] + one["ordering"] + one["purchase"])
    assert any(one["purchase"] < 0 for one in report["policies"].values())


def test_a_budget_of_nothing_orders_nothing_in_the_test(demand: Path):
    report = simulate_file(demand, None, plan(budget=0.0))
    assert {one["ordering"] for one in report["policies"].values()} == {0}
    with pytest.raises(TableError, match="negative"):
        plan(budget=-1.0)


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [("--price-breaks", "ten:9", "read like"), ("--price-breaks", "10:2", "share"), ("--budget", "-1", "negative")],
)
def test_options_that_make_no_sense_are_refused(demand: Path, option: str, value: str, says: str):
    done = CliRunner().invoke(app, [str(demand), option, value])
    assert (done.exit_code, says in done.stderr) == (2, True)


def test_a_saving_is_paired_by_item():
    theirs = np.array([1.0, 1000, 10, 5] * 10)
    found = saving(0.9 * theirs, theirs, seed=0)
    assert (found.share, found.low, found.high) == pytest.approx((0.1, 0.1, 0.1))
