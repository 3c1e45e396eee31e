"""The networks that come with the code, and the invented series they were taught on."""

from __future__ import annotations

import json

import pytest
import torch

from models.forecasting.averaging import averaged
from models.forecasting.demand_classes import CLASSES, demand_class
from models.forecasting.features import build_features
from models.forecasting.fitting import FitSettings, Windows, descend, pair_loss
from models.forecasting.market import Market
from models.forecasting.periods import FREQUENCIES, Freq, frequency
from models.forecasting.pretrained import blended, card_file, pretrained, weights_file
from models.forecasting.quantiles import MEDIAN
from models.forecasting.synthetic import invent


@pytest.mark.parametrize("freq", FREQUENCIES)
def test_every_frequency_has_weights_and_a_card_that_says_how_they_were_made(freq: Freq):
    card = json.loads(card_file(freq).read_text())
    assert card["made_by"] == f"python -m models.forecasting.pretraining {freq}"
    assert weights_file(freq).stat().st_size < 1_000_000
    assert not pretrained(freq).training


@pytest.mark.parametrize("freq", FREQUENCIES)
def test_without_any_training_a_steady_item_is_forecast_near_its_level(freq: Freq):
    settings = frequency(freq)
    generator = torch.Generator().manual_seed(1)
    y = torch.poisson(torch.full((40, settings.context), 50.0), generator=generator)
    length, origin = torch.full((40,), settings.context), torch.full((40,), 1000)
    features = build_features(y, length, origin, settings, settings.horizon, Market.unknown())
    with torch.inference_mode():
        quantiles, mean = averaged(pretrained(freq), features)
    assert float(mean.mean()) == pytest.approx(50, rel=0.1)
    assert float(quantiles[..., MEDIAN].mean()) == pytest.approx(50, rel=0.1)
    assert 30 < float(quantiles[..., 0].mean()) < 48 < 52 < float(quantiles[..., -1].mean()) < 75


def test_blending_meets_both_ends_and_stays_between():
    base, other = pretrained("M"), pretrained("M")
    with torch.no_grad():
        other.last.bias += 1.0
    assert blended(base, other, 0.0) is base
    assert blended(base, other, 1.0) is other
    middle = blended(base, other, 0.25)
    assert torch.allclose(middle.last.bias, base.last.bias + 0.25)


def test_invented_series_are_of_every_class_and_the_same_for_a_seed():
    first, again = (invent(400, 80, 52, torch.Generator().manual_seed(5)) for _ in range(2))
    assert torch.equal(first.y, again.y)
    assert bool((first.y >= 0).all())
    assert bool(torch.isfinite(first.y).all())
    assert set(demand_class(first.y, first.length).tolist()) == set(range(len(CLASSES)))
    for row, length in zip(first.y, first.length.tolist(), strict=True):
        assert float(row[: 80 - length].sum()) == 0
        assert float(row[80 - length]) > 0


def test_descending_lowers_the_loss_of_what_it_is_shown():
    found = invent(200, 60, 12, torch.Generator().manual_seed(2))
    windows = Windows(found.y, found.length, 0, frequency("M"), 6, found.group)
    pairs = windows.pairs(54)[::29]
    network = pretrained("M")
    with torch.no_grad():
        network.last.weight *= 0
    settings = FitSettings(steps=20)
    before = pair_loss(network, windows, pairs[:, 0], pairs[:, 1], 60, settings)
    descend(network, lambda _step: (windows, pairs, 60), settings)
    assert pair_loss(network, windows, pairs[:, 0], pairs[:, 1], 60, settings) < before


@pytest.mark.parametrize(
    ("demand", "name"),
    [
        ([5, 6, 5, 6, 5, 6], "smooth"),
        ([1, 90, 2, 1, 3, 60], "erratic"),
        ([5, 0, 0, 5, 0, 6], "intermittent"),
        ([1, 0, 0, 90, 0, 2], "lumpy"),
        ([0, 0, 0, 0, 0, 7], "intermittent"),
    ],
)
def test_demand_classes(demand: list[float], name: str):
    found = demand_class(torch.tensor([demand], dtype=torch.float32), torch.tensor([6]))
    assert CLASSES[int(found)] == name
