"""Training and forecasting, on data that is good, thin or degenerate."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import torch

from models import forecasting
from models.artefacts import Artefact, ArtefactDamaged, ArtefactIncompatible, ArtefactMissing, champion_version
from models.forecasting import FitSettings, ForecastArtefact, HorizonError, PanelError, TrainingReport, build_panel
from models.forecasting.combination import project_to_simplex
from models.forecasting.fitting import Windows, fit_network
from models.forecasting.periods import Freq, frequency, period_number, period_start
from models.forecasting.pretrained import pretrained
from tests.models.worlds import MONDAY, QUICK, weekly_panel

QUANTILES = [f"q{level}" for level in range(10, 100, 10)]


def series(name: str, values: list[float], start: date = MONDAY) -> pl.DataFrame:
    days = [start + timedelta(weeks=index) for index in range(len(values))]
    return pl.DataFrame({"unique_id": name, "ds": days, "y": [float(value) for value in values]})


def test_periods_start_on_mondays_and_firsts():
    days = np.array(["1969-12-29", "2026-11-15", "2026-11-16"], dtype="datetime64[D]")
    assert period_start(period_number(days, "W"), "W").astype(str).tolist() == [
        "1969-12-29",
        "2026-11-09",
        "2026-11-16",
    ]
    assert period_start(period_number(days, "M"), "M").astype(str).tolist() == [
        "1969-12-01",
        "2026-11-01",
        "2026-11-01",
    ]
    assert (period_start(period_number(days, "D"), "D") == days).all()
    with pytest.raises(ValueError, match="D, W or M"):
        frequency("Q")


def test_a_panel_fills_gaps_sums_periods_and_counts_what_it_left_out():
    days_after = {"a": [(0, 1.0), (2, 2.0), (15, 4.0), (30, 9.0)], "b": [(7, -5.0), (14, None), (15, 3.0)]}
    rows = pl.DataFrame(
        [(name, MONDAY + timedelta(days=day), y) for name, sales in days_after.items() for day, y in sales],
        schema={"unique_id": pl.String, "ds": pl.Date, "y": pl.Float64},
        orient="row",
    )
    found = build_panel(rows, "W", last_complete=MONDAY + timedelta(days=20))
    assert found.y.tolist() == [[3, 0, 4], [0, 0, 3]]
    assert found.length.tolist() == [3, 1]
    assert found.last_start == MONDAY + timedelta(days=14)
    assert found.exclusions == {"after_last_complete": 1, "missing_values": 1, "negative_periods_as_zero": 1}


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        (pl.DataFrame({"unique_id": ["a"]}), "lacks the columns ds, y"),
        (pl.DataFrame(schema={"unique_id": pl.String, "ds": pl.Date, "y": pl.Float64}), "no rows"),
        (pl.DataFrame({"unique_id": ["a"], "ds": ["x"], "y": ["z"]}), "must be text"),
        (pl.DataFrame({"unique_id": ["a"], "ds": [None], "y": [1.0]}, schema_overrides={"ds": pl.Date}), "missing"),
    ],
)
def test_a_table_that_is_no_panel_is_refused(table: pl.DataFrame, sentence: str):
    with pytest.raises(PanelError, match=sentence):
        build_panel(table, "W")


def test_the_report_compares_ours_with_every_baseline(report: TrainingReport):
    baselines = {"naive", "seasonal_naive", "moving_average", "ses", "croston_sba", "tsb", "median"}
    assert set(report.metrics) == {"quartermaster", "network"} | baselines
    wanted = {"MASE", "RMSSE", "WAPE", "bias", "SQL", "coverage_80", "calibration", "total_WAPE", "unscored"}
    assert all(set(metrics) == wanted for metrics in report.metrics.values())
    assert report.held_out == 8
    assert report.cutoff == MONDAY + timedelta(weeks=71)
    for by_class in (report.mean_weights, report.quantile_weights):
        assert set(by_class) == {"smooth", "erratic", "intermittent", "lumpy"}
        for weights in by_class.values():
            assert all(weight >= 0 for weight in weights.values())
            assert sum(weights.values()) == pytest.approx(1, abs=1e-5)
    assert 0 <= report.error_correlation <= 0.9
    assert report.to_dict()["cutoff"] == report.cutoff.isoformat()


def test_the_monthly_report_holds_the_network_of_the_literature(artefacts: Path):
    found = forecasting.load_champion(artefacts, "M")
    assert "monthly_mlp_3_15_1" in found.metadata["metrics"]
    assert found.metadata["backtest"]["held_out"] == 3


def test_the_same_data_and_seed_give_the_same_version(report: TrainingReport, artefacts: Path, panel: pl.DataFrame):
    assert champion_version(artefacts, "forecast-W") == report.version
    shuffled = panel.sample(fraction=1, shuffle=True, seed=3)
    again = forecasting.train(shuffled, "W", artefacts.parent / "again", fit_settings=QUICK, horizon=8)
    assert again.version == report.version
    other = forecasting.train(panel, "W", artefacts.parent / "again", fit_settings=QUICK, horizon=8, seed=1)
    assert other.version != report.version


def test_a_worse_challenger_is_kept_but_not_promoted(tmp_path: Path, panel: pl.DataFrame):
    trained = FitSettings(steps=30)
    first = forecasting.train(panel, "W", tmp_path, horizon=8, fit_settings=trained)
    untrained = FitSettings(steps=1, learning_rate=1.0)
    second = forecasting.train(panel, "W", tmp_path, horizon=8, fit_settings=untrained)
    losses = [report.metrics["quartermaster"]["SQL"] for report in (first, second)]
    assert first.promoted
    assert second.promoted == (losses[1] < losses[0])
    assert champion_version(tmp_path, "forecast-W") == (second if second.promoted else first).version
    assert (tmp_path / "forecast-W" / second.version).is_dir()


def test_a_champion_of_another_version_of_the_code_gives_way(
    tmp_path: Path, panel: pl.DataFrame, monkeypatch: pytest.MonkeyPatch
):
    best = forecasting.train(panel, "W", tmp_path, horizon=8, fit_settings=QUICK)

    def refused(_artefact: Artefact) -> ForecastArtefact:
        raise ArtefactIncompatible("It combines other members than this code does. Train it again.")

    monkeypatch.setattr("models.forecasting.training.parse", refused)
    worse = FitSettings(steps=1, learning_rate=1.0)
    later = forecasting.train(panel, "W", tmp_path, horizon=8, fit_settings=worse)
    assert later.promoted
    assert "no usable champion: It combines other members" in later.reason
    assert champion_version(tmp_path, "forecast-W") == later.version != best.version


def test_new_data_is_judged_on_a_window_the_champion_has_not_seen(tmp_path: Path):
    grown = weekly_panel(weeks=90)
    old = grown.filter(pl.col("ds") < MONDAY + timedelta(weeks=80))
    forecasting.train(old, "W", tmp_path, horizon=8, fit_settings=QUICK)
    later = forecasting.train(grown, "W", tmp_path, horizon=8, fit_settings=QUICK)
    assert "held-out loss" in later.reason
    slightly_later = grown.filter(pl.col("ds") < MONDAY + timedelta(weeks=89))
    assert "seen the held-out window" in forecasting.train(
        slightly_later, "W", tmp_path, horizon=8, fit_settings=QUICK, seed=5
    ).reason  # fmt: skip


def test_a_forecast_has_every_series_and_parts_that_add_up(artefacts: Path, panel: pl.DataFrame):
    found = forecasting.forecast(forecasting.load_champion(artefacts, "W"), panel)
    assert found.columns == ["unique_id", "ds", "step", "mean", *QUANTILES, "level", "trend", "season"]
    assert found.height == panel["unique_id"].n_unique() * 8
    assert found["ds"].unique().sort().to_list() == [MONDAY + timedelta(weeks=80 + step) for step in range(8)]
    assert (found["level"] + found["trend"] + found["season"] == found["mean"]).all()
    assert_sound(found)


def test_degenerate_series_are_forecast_soundly(artefacts: Path):
    table = pl.concat(
        [
            series("constant", [7] * 80),
            series("zero", [0] * 80),
            series("negative", [-3] * 80),
            series("new", [5], MONDAY + timedelta(weeks=79)),
            series("young", [5, 6, 4], MONDAY + timedelta(weeks=77)),
            series("dead", [50] * 3),
            series("huge", [1e9] * 80),
            series("tiny", [1e-6] * 80),
            series("fraction", [0.5, 1.5] * 40),
        ]
    )
    artefact = forecasting.load_champion(artefacts, "W")
    found = forecasting.forecast(artefact, table, 12)  # longer than trained
    assert found.height == 9 * 12
    assert_sound(found)
    by_name = {name: found.filter(pl.col("unique_id") == name) for name in found["unique_id"].unique()}
    for name in ("zero", "negative"):
        assert by_name[name]["q90"].max() == 0
        assert by_name[name]["mean"].max() == 0
    assert 3.5 < by_name["constant"]["mean"].mean() < 14
    assert 5e8 < by_name["huge"]["mean"].mean() < 2e9


def test_a_forecast_does_not_depend_on_its_neighbours(artefacts: Path, panel: pl.DataFrame):
    artefact = forecasting.load_champion(artefacts, "W")
    last = MONDAY + timedelta(weeks=79)
    alone = panel.filter(pl.col("unique_id") == "item-003")
    together = forecasting.forecast(artefact, panel, last_complete=last).filter(pl.col("unique_id") == "item-003")
    single = forecasting.forecast(artefact, alone, last_complete=last)
    assert np.allclose(single["mean"], together["mean"], rtol=1e-4, atol=0.002)


@pytest.mark.parametrize("horizon", [0, -1, 401])
def test_an_impossible_horizon_is_refused(artefacts: Path, panel: pl.DataFrame, horizon: int):
    with pytest.raises(HorizonError, match="between 1 and 400"):
        forecasting.forecast(forecasting.load_champion(artefacts, "W"), panel, horizon)


def test_each_item_has_its_own_error_beside_the_naive_one(artefacts: Path, panel: pl.DataFrame):
    errors = forecasting.load_champion(artefacts, "W").errors.to_frame()
    assert errors.columns == ["unique_id", "model_mae", "naive_mae", "mean_demand", "naive_is_better"]
    assert errors["unique_id"].to_list() == sorted(panel["unique_id"].unique())
    window = pl.col("ds") >= MONDAY + timedelta(weeks=72)
    expected = panel.filter(window & (pl.col("unique_id") == "item-000"))["y"].sum() / 8
    assert errors["mean_demand"][0] == pytest.approx(expected)


def test_a_tampered_model_and_no_model_are_refused(artefacts: Path, tmp_path: Path):
    with pytest.raises(ArtefactMissing):
        forecasting.load_champion(tmp_path, "W")
    root = tmp_path / "copy"
    shutil.copytree(artefacts, root)
    path = root / "forecast-W" / champion_version(root, "forecast-W") / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    with pytest.raises(ArtefactDamaged):
        forecasting.load_champion(root, "W")


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        (series("short", [1, 2, 3]), "too few"),
        (series("zero", [0] * 60), "enough history"),
        (series("late", [0] * 59 + [1]), "enough history"),
    ],
)
def test_data_too_thin_to_train_on_is_refused(table: pl.DataFrame, sentence: str, tmp_path: Path):
    with pytest.raises(PanelError, match=sentence):
        forecasting.train(table, "W", tmp_path, fit_settings=QUICK)
    assert not list(tmp_path.rglob("*.safetensors"))


@pytest.mark.parametrize("freq", ["D", "W", "M"])
def test_one_short_series_is_enough(freq: Freq, tmp_path: Path):
    days = pl.date_range(date(2023, 1, 1), date(2024, 6, 30), "1d" if freq == "D" else "1w", eager=True)
    table = pl.DataFrame({"unique_id": "only", "ds": days, "y": [float(day.day % 5) for day in days]})
    few = FitSettings(steps=3, batch=16)
    forecasting.train(table, freq, tmp_path, fit_settings=few)
    assert_sound(forecasting.forecast(forecasting.load_champion(tmp_path, freq), table))


def test_training_tells_how_far_it_is(tmp_path: Path, panel: pl.DataFrame):
    told: list[tuple[str, float]] = []
    forecasting.train(panel, "M", tmp_path, fit_settings=QUICK, progress=lambda stage, done: told.append((stage, done)))
    shares = [done for _, done in told]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0, 1)


def test_nothing_after_the_cutoff_reaches_the_model():
    rng = np.random.default_rng(0)
    y = torch.from_numpy(rng.poisson(4, (20, 60)).astype(np.float32))
    changed = y.clone()
    changed[:, 50:] = 1000
    weights = []
    for table in (y, changed):
        windows = Windows(table, torch.full((20,), 60), 2700, frequency("W"), 8)
        network = pretrained("W")
        fit_network(network, windows, 50, QUICK, seed=0)
        weights.append(network.state_dict())
    assert all(torch.equal(weights[0][key], weights[1][key]) for key in weights[0])


def test_a_backtest_reports_every_model_and_refuses_impossible_cutoffs(panel: pl.DataFrame):
    found = forecasting.backtest(panel, "W", 6, cutoffs=2, fit_settings=QUICK)
    assert found["quartermaster"]["SQL"] > 0
    assert found["quartermaster"]["seconds"] > 0
    assert {"Naive", "SES", "CrostonSBA"} <= set(found)
    with pytest.raises(PanelError, match="cutoffs"):
        forecasting.backtest(panel, "W", 80, cutoffs=2, fit_settings=QUICK)


def test_projection_to_the_simplex():
    assert project_to_simplex(torch.tensor([0.2, 0.3, 0.5])).tolist() == pytest.approx([0.2, 0.3, 0.5])
    assert project_to_simplex(torch.tensor([2.0, -1.0])).tolist() == [1, 0]


def assert_sound(found: pl.DataFrame) -> None:
    """No missing, negative or crossing values."""
    values = found.select("mean", *QUANTILES).to_numpy()
    assert np.isfinite(values).all()
    assert (values >= 0).all()
    assert (np.diff(values[:, 1:], axis=1) >= 0).all()
