"""Factors around a model: trained, trusted as far as the past speaks for it, and served with parts that add up."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from models import forecasting
from models.artefacts import ArtefactDamaged, load_champion_artefact
from models.forecasting import ForecastArtefact, KnownFactors
from models.forecasting.artefact import KIND, parse
from models.forecasting.drivers import Drivers, with_factors
from models.forecasting.factors.design import FACTORS
from models.forecasting.factors.layer import Layer
from models.forecasting.report import TrainingReport
from tests.models.forecasting.factors.promoted import LIFT, Promoted, promoted
from tests.models.worlds import MONDAY, QUICK

WEEKS, HELD_OUT = 104, 8
PARTS = ("level", "trend", "season", *FACTORS)  # of the factors those that are trusted


@pytest.fixture(scope="module")
def world() -> Promoted:
    """Demand with promotions, eight more weeks of it than are learnt from."""
    return promoted(series=24, weeks=WEEKS + HELD_OUT)


@pytest.fixture(scope="module")
def known(world: Promoted) -> pl.DataFrame:
    return world.table().filter(pl.col("ds") < MONDAY + timedelta(weeks=WEEKS))


@pytest.fixture(scope="module")
def trained(
    world: Promoted, known: pl.DataFrame, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, TrainingReport]:
    folder = tmp_path_factory.mktemp("factors")
    factors = KnownFactors(world.factors(), "GB-ENG")
    return folder, forecasting.train(known, "W", folder, horizon=HELD_OUT, fit_settings=QUICK, factors=factors)


@pytest.fixture(scope="module")
def champion(trained: tuple[Path, TrainingReport]) -> ForecastArtefact:
    return forecasting.load_champion(trained[0], "W")


def test_promotions_that_help_are_trusted_and_the_report_says_so(trained: tuple[Path, TrainingReport]) -> None:
    found = trained[1].factors
    assert found["trust"]["promotion"] >= 0.67
    assert found["common"]["promotion"] == pytest.approx(LIFT, abs=0.1)
    assert found["series"] == {"price": 24, "promotion": 24}
    for measure, without in found["windows"]["without"]["promotion"].items():
        assert found["windows"]["with"]["promotion"][measure] < without
    assert trained[1].metrics["quartermaster"]["SQL"] < found["held_out"]["SQL"]


def test_the_forecast_of_what_is_to_come_is_nearer_with_factors(
    world: Promoted, known: pl.DataFrame, champion: ForecastArtefact
) -> None:
    actual = world.y[:, WEEKS:].ravel()
    with_them = forecasting.forecast(champion, known, factors=world.factors())["mean"].to_numpy()
    without = forecasting.forecast(champion, known)["mean"].to_numpy()
    assert np.abs(with_them - actual).sum() < 0.9 * np.abs(without - actual).sum()


def test_all_parts_sum_to_the_mean_to_the_last_bit(
    world: Promoted, known: pl.DataFrame, champion: ForecastArtefact
) -> None:
    found = forecasting.forecast(champion, known, factors=world.factors())
    assert champion.effects is not None
    trusted = [name for name, trust in zip(FACTORS, champion.effects.trust, strict=True) if trust]
    assert [name for name in FACTORS if name in found.columns] == trusted
    summed = sum((found[name].to_numpy() for name in PARTS if name in found.columns), np.zeros(found.height))
    assert (summed == found["mean"].to_numpy()).all()
    ahead = world.promotion[:, WEEKS:].ravel() > 0
    assert (found["promotion"].to_numpy()[ahead] > 0).any()
    assert (found["promotion"].to_numpy()[~ahead] == 0).all()
    quantiles = found.select(forecasting.QUANTILE_COLUMNS).to_numpy()
    assert (np.diff(quantiles, axis=1) >= 0).all()
    assert (quantiles == quantiles.round()).all()


def test_without_a_table_of_factors_nothing_is_moved(known: pl.DataFrame, champion: ForecastArtefact) -> None:
    found = forecasting.forecast(champion, known)
    assert not set(FACTORS) & set(found.columns)


def test_what_is_learnt_and_trusted_does_not_hang_on_the_order_of_rows(
    world: Promoted, known: pl.DataFrame, champion: ForecastArtefact
) -> None:
    panel = forecasting.build_panel(known, "W")
    shuffled = world.factors().sample(fraction=1, shuffle=True, seed=1)
    layers = [Layer.of(KnownFactors(table, "GB-ENG"), panel, HELD_OUT) for table in (world.factors(), shuffled)]
    (one, of_one), (other, of_other) = (layer.learnt(champion.model, WEEKS, HELD_OUT) for layer in layers)
    assert (one.coefficients == other.coefficients).all()
    assert of_one == of_other


def test_promotions_that_did_nothing_are_not_trusted(
    world: Promoted, known: pl.DataFrame, champion: ForecastArtefact
) -> None:
    panel = forecasting.build_panel(known, "W")
    chance = (np.random.default_rng(3).random(world.y.shape) < 0.2).astype(float)
    layer = Layer.of(KnownFactors(world.table(chance, "promotion")), panel, HELD_OUT)
    effects, chosen = layer.learnt(champion.model, WEEKS, HELD_OUT)
    assert chosen.trust == (0.0, 0.0, 0.0)
    assert not effects.used


def test_an_artefact_without_effects_loads_and_a_spoilt_one_is_refused(trained: tuple[Path, TrainingReport]) -> None:
    read = load_champion_artefact(trained[0], "forecast-W", kind=KIND)
    plain = {name: value for name, value in read.tensors.items() if not name.startswith("factors.")}
    bare = type(read)(**{**vars(read), "tensors": plain})
    assert parse(bare).effects is None
    spoilt = {**read.tensors, "factors.coefficients": read.tensors["factors.coefficients"][:3]}
    with pytest.raises(ArtefactDamaged, match="not those of its series"):
        parse(type(read)(**{**vars(read), "tensors": spoilt}))


def test_factors_that_cancel_each_other_are_both_shown() -> None:
    flat = np.full((1, 2), 100.0)
    parts = Drivers(flat, flat * 0, flat * 0)
    logs = np.array([[[0.5, -0.5, 0.0], [np.log(1.2), 0.0, np.log(0.5)]]])
    found = with_factors(parts, FACTORS, logs)
    assert found.factors["price"][0, 0] == 50
    assert found.factors["promotion"][0, 0] == -50
    assert found.total[0, 0] == 100
    assert found.total[0, 1] == pytest.approx(60, abs=1 / 1024)
    assert found.factors["promotion"][0, 1] == 0
    assert sum(part[0, 1] for part in found.by_name().values()) == found.total[0, 1]


def test_nothing_expected_has_no_parts() -> None:
    nothing = np.zeros((2, 3))
    found = with_factors(Drivers(nothing, nothing, nothing), FACTORS, np.full((2, 3, 3), 0.7))
    assert all(not part.any() for part in found.by_name().values())
