"""The forecast as it is served is that of the network, whatever is forecast beside it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from torch import Tensor

from models.forecasting.averaging import averaged
from models.forecasting.features import Features, build_features
from models.forecasting.market import Market
from models.forecasting.network import NetworkSettings, QuantileNetwork
from models.forecasting.periods import FREQUENCIES, Freq, frequency
from models.forecasting.pretrained import pretrained


def features_of(freq: Freq, series: int, horizon: int) -> Features:
    """Of Poisson demand at all levels, long and short histories; every tenth series has sold nothing."""
    settings, generator = frequency(freq), torch.Generator().manual_seed(1)
    level = torch.exp(6 * torch.rand(series, 1, generator=generator) - 2)
    length = torch.randint(1, settings.context + 1, (series,), generator=generator)
    y = torch.poisson(level.expand(-1, settings.context).contiguous(), generator=generator)
    y[torch.arange(settings.context) < settings.context - length.unsqueeze(1)] = 0
    y[::10] = 0
    return build_features(y, length, torch.full((series,), 1000), settings, horizon, Market.unknown())


def of_members(network: QuantileNetwork, features: Features) -> tuple[Tensor, Tensor]:
    """The mean of what the network says for each member, in double precision, in units."""
    quantiles, mean = network.double()(
        Features(features.series.double(), features.steps.double(), features.scale.double())
    )
    scale = features.scale.double().view(-1, 1)
    return quantiles.mean(dim=0).clamp(min=0) * scale.unsqueeze(2), mean.mean(dim=0) * scale


def untrained(seed: int) -> QuantileNetwork:
    """A network whose norms and biases are not those it was born with."""
    network, generator = QuantileNetwork(NetworkSettings(series=75, steps=8), seed), torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, values in network.named_parameters():
            if "norm" in name or "bias" in name:
                values.add_(0.5 * torch.randn(values.shape, generator=generator))
    return network


@pytest.mark.parametrize("freq", FREQUENCIES)
@pytest.mark.parametrize("horizon", [1, 26, 400])
def test_it_is_the_mean_of_the_members_to_a_hundred_thousandth_of_the_scale(freq: Freq, horizon: int):
    features = features_of(freq, 300 if horizon < 100 else 20, horizon)
    quantiles, mean = averaged(pretrained(freq), features)
    with torch.inference_mode():
        wanted, wanted_mean = of_members(pretrained(freq), features)
    scale = features.scale.view(-1, 1) + 1e-9
    assert float(((quantiles - wanted).abs() / scale.unsqueeze(2)).max()) < 1e-5
    assert float(((mean - wanted_mean).abs() / scale).max()) < 1e-5


def test_norms_and_biases_of_every_kind_are_read():
    features = features_of("W", 50, 26)
    quantiles, mean = averaged(untrained(3), features)
    with torch.inference_mode():
        wanted, wanted_mean = of_members(untrained(3), features)
    torch.testing.assert_close(quantiles.double(), wanted, rtol=1e-4, atol=1e-3)
    torch.testing.assert_close(mean.double(), wanted_mean, rtol=1e-4, atol=1e-3)


@pytest.mark.parametrize("freq", FREQUENCIES)
def test_quantiles_do_not_cross_and_nothing_is_below_zero(freq: Freq):
    for network in (pretrained(freq), untrained(5)) if freq == "W" else (pretrained(freq),):
        quantiles, mean = averaged(network, features_of(freq, 300, 26))
        assert bool((quantiles.diff(dim=-1) >= 0).all())
        assert float(quantiles.min()) >= 0
        assert float(mean.min()) >= 0


def test_what_is_forecast_beside_a_series_does_not_matter():
    network, features = pretrained("W"), features_of("W", 300, 26)
    quantiles, mean = averaged(network, features)
    for rows in (slice(0, 1), slice(127, 130), slice(200, 300)):
        part = Features(features.series[rows], features.steps[rows], features.scale[rows])
        alone, alone_mean = averaged(network, part)
        torch.testing.assert_close(alone, quantiles[rows], rtol=1e-5, atol=1e-5)
        torch.testing.assert_close(alone_mean, mean[rows], rtol=1e-5, atol=1e-5)


def test_the_same_features_give_the_same_bits_one_after_the_other_and_side_by_side():
    network, features = pretrained("W"), features_of("W", 300, 26)
    given = features.steps.clone()
    quantiles, mean = averaged(network, features)
    with ThreadPoolExecutor(4) as pool:
        again = list(pool.map(lambda _: averaged(network, features), range(8)))
    assert all(torch.equal(quantiles, one) and torch.equal(mean, other) for one, other in again)
    assert torch.equal(features.steps, given)


def test_of_no_series_there_is_no_forecast():
    quantiles, mean = averaged(pretrained("W"), features_of("W", 1, 26))
    features = features_of("W", 1, 26)
    nothing = Features(features.series[:0], features.steps[:0], features.scale[:0])
    assert [tuple(part.shape) for part in averaged(pretrained("W"), nothing)] == [(0, 26, 9), (0, 26)]
    assert (tuple(quantiles.shape), tuple(mean.shape)) == ((1, 26, 9), (1, 26))


def test_what_a_network_has_learnt_since_counts():
    network, features = pretrained("W"), features_of("W", 20, 26)
    before = averaged(network, features)[1]
    with torch.no_grad():
        network.last.bias += 0.1
    assert not torch.equal(averaged(network, features)[1], before)
