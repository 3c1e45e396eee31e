"""`quartermaster backtest`, on small and on ugly files."""

from __future__ import annotations

import json
import math
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
import typer
from typer.testing import CliRunner

from models.cli.backtest import backtest
from tests.models.worlds import weekly_panel

app = typer.Typer()
app.command()(backtest)
KEYS = {"MASE", "RMSSE", "WAPE", "bias", "SQL", "coverage_80", "calibration", "total_WAPE", "unscored", "seconds"}


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, arguments)
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "demand.csv"
    weekly_panel(series=3, weeks=60).write_csv(path)  # too few to tune on: quick
    return path


def test_figures_as_json(file: Path):
    code, out, _ = run(
        str(file), "--freq", "W", "--horizon", "4", "--cutoffs", "50,56", "--models", "quartermaster,ses", "--json"
    )
    assert code == 0
    found = json.loads(out)
    assert (found["freq"], found["horizon"], found["cutoffs"], found["series"]) == ("W", 4, [50, 56], 3)
    assert set(found["metrics"]) == {"quartermaster", "SES"}
    for metrics in found["metrics"].values():
        assert set(metrics) == KEYS
        assert all(math.isfinite(value) for value in metrics.values())


def test_a_table_for_people(file: Path):
    code, out, _ = run(str(file), "--freq", "W", "--horizon", "4", "--cutoffs", "1", "--models", "Naive,Zero")
    assert code == 0
    assert "Naive" in out
    assert "3 series, 60 periods" in " ".join(out.split())


def test_ugly_series_do_not_stop_it(tmp_path: Path):
    weeks = [date(2024, 1, 1) + timedelta(weeks=number) for number in range(40)]
    rows: list[tuple[str, date, float | None]] = [("one", weeks[10], 3.0), ("late", weeks[39], 3.0)]
    rows += [("constant", day, 7.0) for day in weeks] + [("negative", day, -3.0) for day in weeks]
    rows += [("gaps", day, None if number % 3 else float(number)) for number, day in enumerate(weeks)]
    rows += [("huge", day, 1e9 * (number % 5)) for number, day in enumerate(weeks)]
    path = tmp_path / "ugly.parquet"
    pl.DataFrame(rows, schema=["unique_id", "ds", "y"], orient="row").write_parquet(path)
    code, out, error = run(str(path), "--freq", "W", "--horizon", "5", "--cutoffs", "2", "--season", "13", "--json")
    assert code == 0, error
    found = json.loads(out)
    assert found["exclusions"]["missing_values"] == 26
    assert found["metrics"]["quartermaster"]["MASE"] is not None
    assert "SeasonalNaive" in found["metrics"] or "Naive" in found["metrics"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--models", "prophet"], "Unknown model prophet"),
        (["--cutoffs", "some"], "takes a number"),
        (["--cutoffs", ","], "takes a number"),
        (["--cutoffs", "0"], "must be 1 or more"),
        (["--cutoffs", "58,"], "do not hold these cutoffs"),
        (["--horizon", "90"], "do not hold these cutoffs"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(file: Path, arguments: list[str], sentence: str):
    given = {"--freq": "W", "--horizon": "4", "--cutoffs": "1"} | dict(
        zip(arguments[::2], arguments[1::2], strict=True)
    )
    code, _, error = run(str(file), *[part for pair in given.items() for part in pair])
    assert code != 0
    assert sentence in " ".join(error.replace("│", " ").split())
