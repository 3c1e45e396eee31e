"""Forecasts of customers, countries, categories and the total: they add up, and say how near they have been."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from models import forecasting
from models.artefacts import ArtefactDamaged
from models.forecasting import SumForecast, TrainingReport
from models.forecasting.artefact import SumErrors
from models.forecasting.sums import PARTIES, adding_up
from tests.models.worlds import QUICK, weekly_panel

LAST = date(2024, 7, 8)
BUYERS = {"C1": ("Germany", "", "ann"), "C2": ("France", "North", "bob"), "C3": ("France", "South", "ann")}


@pytest.fixture(scope="module")
def bought() -> pl.DataFrame:
    """Three customers who buy of every product in turn, and one who bought once, long ago."""
    panel = weekly_panel(series=12)
    turn = panel["ds"].dt.week().to_numpy() % 3
    codes = np.array(["C1", "C2", "C3"])[turn]
    columns = {name: [BUYERS[code][at] for code in codes] for at, name in enumerate(("country", "region", "rep"))}
    category = ["odd" if int(name[-1]) % 2 else "even" for name in panel["unique_id"]]
    found = panel.with_columns(pl.Series("customer", codes), pl.Series("category", category)).with_columns(
        pl.Series(name, values) for name, values in columns.items()
    )
    gone = found.head(1).with_columns(customer=pl.lit("C4"), country=pl.lit("Peru"), rep=pl.lit(""))
    return pl.concat([found, gone])


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory, bought: pl.DataFrame) -> tuple[Path, TrainingReport]:
    root = tmp_path_factory.mktemp("sums")
    table = bought.select("unique_id", "ds", "y")
    return root, forecasting.train(table, "W", root, fit_settings=QUICK, horizon=8, bought=bought)


def sums(root: Path, bought: pl.DataFrame, means: dict[str, list[float]]) -> dict[tuple[str, str], SumForecast]:
    artefact = forecasting.load_champion(root, "W")
    found = forecasting.forecast_sums(artefact, bought, means, last_complete=LAST)
    return {(one.kind, one.key): one for one in found}


def flat(bought: pl.DataFrame, mean: float = 10.0) -> dict[str, list[float]]:
    return {name: [mean] * 8 for name in bought["unique_id"].unique()}


def test_all_of_a_kind_add_up_to_the_total_and_products_to_their_category(
    trained: tuple[Path, TrainingReport], bought: pl.DataFrame
) -> None:
    found = sums(trained[0], bought, flat(bought))
    total = found["total", "all"].mean
    assert total.tolist() == [120.0] * 8
    assert found["category", "odd"].mean.tolist() == found["category", "even"].mean.tolist() == [60.0] * 8
    for kind in ("customer", "country"):
        parts = [one.mean for (name, _), one in found.items() if name == kind]
        assert np.sum(parts, axis=0) == pytest.approx(total)
    assert ("rep", "") not in found  # who has no rep counts, and is nobody's forecast
    assert {key for kind, key in found if kind == "region"} == {"North", "South"}


def test_a_sum_has_quantiles_and_parts_of_its_own(trained: tuple[Path, TrainingReport], bought: pl.DataFrame) -> None:
    for one in sums(trained[0], bought, flat(bought)).values():
        assert (one.quantiles.shape, one.mean.shape) == ((8, 9), (8,))
        assert (one.quantiles >= 0).all()
        assert (np.diff(one.quantiles, axis=1) >= 0).all()
        assert sum(one.drivers.values()) == pytest.approx(one.mean, abs=0.001)


def test_what_is_not_forecast_counts_as_nothing(trained: tuple[Path, TrainingReport], bought: pl.DataFrame) -> None:
    found = sums(trained[0], bought, {})
    assert {float(one.mean.sum()) for one in found.values()} == {0.0}
    parties = [one for (kind, _), one in found.items() if kind in PARTIES]
    assert {float(one.quantiles[:, -1].max()) for one in parties} == {0.0}


def test_the_report_lays_both_ways_and_the_naive_one_beside_each_other(
    trained: tuple[Path, TrainingReport], bought: pl.DataFrame
) -> None:
    figures = trained[1].sums
    assert list(figures) == [*PARTIES, "category", "total"]
    customers = figures["customer"]
    assert customers["series"] == 4
    options = {name: customers[name]["RMSSE"] for name in ("shares", "both", "direct")}
    assert customers["served"] == min(options, key=options.__getitem__)
    assert figures["total"]["served"] == "shares"
    assert {"RMSSE", "WAPE"} == set(customers["naive"])
    ours, naive, demand = forecasting.load_champion(trained[0], "W").sums.of("customer", "C1") or (0, 0, 0)
    assert min(ours, naive, demand) > 0
    assert forecasting.load_champion(trained[0], "W").sums.of("customer", "C9") is None


def test_repeating_stands_for_whom_it_has_been_nearer(
    trained: tuple[Path, TrainingReport], bought: pl.DataFrame
) -> None:
    artefact = forecasting.load_champion(trained[0], "W")
    nearer = [key in (("customer", "C2"), ("customer", "C3")) for key in artefact.sums.keys]  # C2 alone bought at last
    errors = replace(artefact.sums, naive=np.where(nearer, 0.0, np.inf).astype(np.float32))
    made = forecasting.forecast_sums(replace(artefact, sums=errors), bought, flat(bought), last_complete=LAST)
    found = {(one.kind, one.key): one for one in made}
    assert [key for key, one in found.items() if one.naive] == [("customer", "C2")]
    parts = [one.mean for (kind, _), one in found.items() if kind == "customer"]
    assert np.sum(parts, axis=0) == pytest.approx([120.0] * 8)


def test_the_same_data_give_the_same_version(
    trained: tuple[Path, TrainingReport], bought: pl.DataFrame, tmp_path: Path
) -> None:
    shuffled = bought.sample(fraction=1.0, shuffle=True, seed=1)
    table = bought.select("unique_id", "ds", "y")
    again = forecasting.train(table, "W", tmp_path, fit_settings=QUICK, horizon=8, bought=shuffled)
    assert again.version == trained[1].version


@pytest.mark.parametrize("content", ["[]", '[["customer", "C1"]', '[["customer", "C2"]]'])
def test_tampered_keys_are_refused(trained: tuple[Path, TrainingReport], tmp_path: Path, content: str) -> None:
    root = Path(shutil.copytree(trained[0], tmp_path / "copy"))
    file = root / "forecast-W" / trained[1].version / "sums.json"
    assert json.loads(file.read_text())[0] == ["customer", "C1"]
    file.write_text(content)
    with pytest.raises(ArtefactDamaged):
        forecasting.load_champion(root, "W")


def test_a_model_that_was_trained_without_sums_still_forecasts_them(
    trained: tuple[Path, TrainingReport], bought: pl.DataFrame
) -> None:
    artefact = replace(forecasting.load_champion(trained[0], "W"), metadata={}, sums=SumErrors.none())
    made = forecasting.forecast_sums(artefact, bought, flat(bought), last_complete=LAST)
    parts = [one.mean for one in made if one.kind == "customer"]
    assert np.sum(parts, axis=0) == pytest.approx([120.0] * 8)


def test_means_are_multiplied_by_one_factor_a_step() -> None:
    made = adding_up(np.array([[1.0, 0.0], [3.0, 0.0]]), np.array([8.0, 6.0]))
    assert made.tolist() == [[2.0, 3.0], [6.0, 3.0]]  # where there is nothing to multiply all have the same
