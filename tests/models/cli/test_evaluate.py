"""`quartermaster evaluate recommend`, on a file of order lines."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import typer
from typer.testing import CliRunner

from models.cli.evaluate import NO_HISTORY, evaluate_recommend

app = typer.Typer()
app.command()(evaluate_recommend)


def test_figures_beside_the_baselines(tmp_path: Path, orders: pl.DataFrame):
    file = tmp_path / "orders.csv"
    orders.write_csv(file)
    result = CliRunner().invoke(app, [str(file), "--k", "2", "--json"])
    assert result.exit_code == 0, result.stderr
    found = json.loads(result.stdout)
    assert set(found["metrics"]) == {"quartermaster", "most_frequent", "last_order"}
    assert (found["k"], found["customers"]) == (2, 4)
    assert "hit rate" in CliRunner().invoke(app, [str(file)]).stdout


def test_without_orders_or_with_another_table_it_says_so(tmp_path: Path):
    assert NO_HISTORY in CliRunner().invoke(app, []).stderr
    file = tmp_path / "orders.csv"
    file.write_text("customer,sku\na,b\n")
    result = CliRunner().invoke(app, [str(file)])
    assert (result.exit_code, "lack the columns" in result.stderr) == (1, True)
    assert CliRunner().invoke(app, [str(tmp_path / "none.csv")]).exit_code == 1
