"""How wrong a network is about all series together, taken out of what a copy of it is tuned on.

One or two years hold few seasons, and every series has seen the same ones. A network that is tuned on all of them
learns what happened to all at once - the autumn's rise, say - as if each series had taught it anew, and forecasts it
again. So the share by which the pretrained network misses the sum of all series is found for each origin and step, and
the targets are divided by it. What is left to learn is how series differ: their sizes, gaps, spreads and memories. What
the season does stays with what was learnt from many invented markets.

Half of the mean error over all origins and steps is left in: as a level that is always missed it is worth learning, as
the growth of one year it is not, and a short past does not tell which of the two it is.
"""

from __future__ import annotations

import torch
from torch import Tensor

from models.forecasting.fitting import Windows
from models.forecasting.network import QuantileNetwork

_SERIES, _PAIRS = 400, 40_000  # of each origin, and of all, are looked at
_KEPT = 0.5  # of the mean error
_MOST_RATIO = 10.0  # a series above this many times its level counts as much as one there
_STEADY_AT = 20.0  # series at which a sum is believed half


def steadied(network: QuantileNetwork, windows: Windows, limit: int, seed: int) -> Windows:
    """The same windows with targets divided by the network's common error; nothing from `limit` on is looked at."""
    error = common_error(network, windows, limit, seed)
    kept = _KEPT * error[error != 0].mean() if bool((error != 0).any()) else 0.0
    return windows.multiplied(torch.where(error == 0, 1.0, torch.exp(kept - error)))


@torch.no_grad()
def common_error(network: QuantileNetwork, windows: Windows, limit: int, seed: int) -> Tensor:
    """log of demand over the network's mean, summed over series (each as far as it counts in the loss) and over the
    steps around: [T, H] by the column of the origin; 0 where nothing is known.
    """
    generator = torch.Generator().manual_seed(seed)
    pairs = windows.pairs(limit)
    error = torch.zeros(windows.periods, windows.horizon, device=pairs.device)
    step = torch.arange(windows.horizon, device=pairs.device)
    near = ((step.unsqueeze(1) - step).abs() <= windows.settings.wide).to(torch.float32)
    origins = torch.unique(pairs[:, 1]).tolist()
    most = min(_SERIES, max(50, _PAIRS // max(1, len(origins))))
    for origin in origins:
        series = pairs[pairs[:, 1] == origin, 0]
        drawn = torch.randperm(len(series), generator=generator)[:most]
        series = series[drawn.to(series.device)]
        column = torch.full_like(series, origin)
        features = windows.features(series, column)
        target, known = windows.targets(series, column, limit)
        relative = (target / features.scale.clamp(min=1e-6).unsqueeze(1)).clamp(max=_MOST_RATIO)
        mean = network(features)[1].mean(dim=0).clamp(max=_MOST_RATIO)
        weight = windows.weight(series, column, features.scale).unsqueeze(1) * known
        actual, expected = ((values * weight).sum(dim=0) @ near for values in (relative, mean))
        steadying = _STEADY_AT * expected / (known.sum(dim=0).to(torch.float32) @ near).clamp(min=1)
        ratio = torch.log((actual + steadying) / (expected + steadying).clamp(min=1e-9))
        error[origin] = torch.where((expected > 0) & known.any(dim=0), ratio, 0.0)
    return error
