"""The commands `quartermaster reproduce …` on a tiny file, and on what has been ordered."""

from __future__ import annotations

import json
from datetime import date

import polars as pl
import pytest
from typer.testing import CliRunner

from models.cli.reproduce import NO_DATA, DataAtHand, reproduce_app

MONTHS = [date(2024 + month // 12, month % 12 + 1, 1) for month in range(24)]
DEMAND = pl.DataFrame(
    [(name, day, 10.0 + row % 5 * each) for each, name in enumerate("ab", 1) for row, day in enumerate(MONTHS)],
    schema=["unique_id", "ds", "y"],
    orient="row",
)


def run(*arguments: str, source=None):
    return CliRunner().invoke(reproduce_app, list(arguments), obj=source)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "demand.csv"
    DEMAND.with_columns(pl.lit("Mill").alias("customer")).write_csv(path)
    return str(path)


@pytest.mark.parametrize(("command", "network"), [("erp-forecast", "erp_back_propagation"), ("monthly-mlp", "monthly")])
def test_held_out_error_is_printed_beside_training_error(command, network, file, tmp_path):
    found = run(command, file, "--out", str(tmp_path / "out"))
    assert found.exit_code == 0, found.output
    assert "Training error and held-out error" in found.output
    assert network in found.output
    assert "The literature's 3.34e-11 is a training error." in " ".join(found.output.split())
    assert {path.name for path in (tmp_path / "out").iterdir()} >= {"errors.csv", "curve.csv", "six_months.png"}
    assert (tmp_path / "out" / "factor_correlations.csv").exists() == (command == "erp-forecast")


def test_json_holds_the_figures(file, tmp_path):
    found = run("erp-forecast", file, "--patterns", "6", "--out", str(tmp_path), "--json")
    facts = json.loads(found.stdout)
    assert (facts["name"], facts["series"], facts["periods"], facts["held_out"]) == ("erp-forecast", 2, 24, 6)
    assert list(facts["errors"][0])[:3] == ["model", "training_error", "held_out_error"]
    assert {row["right"] for row in facts["products_and_customers"]} == {"Mill"}
    names = ("error_by_epoch", "actual_and_predicted", "six_months")
    assert facts["figures"] == [str(tmp_path / f"{name}.png") for name in names]


def test_twice_is_the_same(file, tmp_path):
    first, second = (run("monthly-mlp", file, "--out", str(tmp_path), "--json").stdout for _ in range(2))
    assert first == second


def test_without_a_file_what_was_ordered_is_taken(tmp_path):
    asked = []

    def source(freq: str) -> DataAtHand:
        asked.append(freq)
        return DataAtHand(DEMAND)

    assert json.loads(run("monthly-mlp", "--out", str(tmp_path), "--json", source=source).stdout)["series"] == 2
    assert asked == ["M"]


def test_no_demand_and_bad_files_are_sentences(tmp_path):
    for found in (run("monthly-mlp"), run("erp-forecast", source=lambda _: DataAtHand(DEMAND.clear()))):
        assert found.exit_code == 1
        assert NO_DATA in " ".join(found.stderr.split())
    missing = run("monthly-mlp", str(tmp_path / "none.csv"))
    assert missing.exit_code == 1
    assert "There is no file" in missing.stderr
    short = tmp_path / "short.csv"
    DEMAND.head(3).write_csv(short)
    found = run("erp-forecast", str(short))
    assert found.exit_code == 1
    assert "3 periods are too few" in found.stderr
