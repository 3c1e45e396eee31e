"""Simple forecasts of all items at every origin in one pass: the baselines that order policies are compared on.

Each is flat: one mean for every period ahead. The variance of a period is that of the method's own one-step errors
until then, forgetting over about a year, as an inventory system without forecast distributions does it (Silver, Pyke &
Thomas 2017, ch. 3).

Sources: moving average and simple exponential smoothing as in Hyndman & Athanasopoulos; Croston with the correction of
Syntetos & Boylan (2005); TSB: Teunter, Syntetos & Babai (2011).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

MEAN_PERIODS = 12
ALPHAS = np.array([0.02, 0.05, 0.1, 0.2, 0.3, 0.5])
ALPHA = 0.1
FORGETTING = 1 / 52


def moving_average(y: Floats) -> Floats:
    """Forecasts [n, T + 1]: column t is made before period t. The mean of the last 12 periods."""
    total = np.pad(y.cumsum(axis=1), ((0, 0), (1, 0)))
    ends = np.arange(y.shape[1] + 1)
    starts = np.maximum(0, ends - MEAN_PERIODS)
    means: Floats = (total[:, ends] - total[:, starts]) / np.maximum(1, ends - starts)
    return means


def smoothing(y: Floats) -> Floats:
    """Simple exponential smoothing, per item and origin with the alpha that was best until then."""
    state = np.repeat(y[:, :1], len(ALPHAS), axis=1)
    loss = np.zeros_like(state)
    found = np.zeros((len(y), y.shape[1] + 1))
    for period in range(y.shape[1]):
        found[:, period] = np.take_along_axis(state, loss.argmin(axis=1)[:, None], axis=1)[:, 0] if period else 0.0
        error = y[:, period : period + 1] - state
        loss = loss + error**2
        state = state + ALPHAS * error
    found[:, -1] = np.take_along_axis(state, loss.argmin(axis=1)[:, None], axis=1)[:, 0]
    return found


def croston_sba(y: Floats) -> Floats:
    """Sizes over intervals, each smoothed at each sale, times 1 - alpha / 2."""
    size, interval, since = np.zeros(len(y)), np.ones(len(y)), np.ones(len(y))
    started = np.zeros(len(y), dtype=bool)
    found = np.zeros((len(y), y.shape[1] + 1))
    for period in range(y.shape[1]):
        value = y[:, period]
        sold = value > 0
        size = np.where(sold, np.where(started, size + ALPHA * (value - size), value), size)
        interval = np.where(sold, np.where(started, interval + ALPHA * (since - interval), since), interval)
        since = np.where(sold, 1.0, since + 1)
        started |= sold
        found[:, period + 1] = np.where(started, (1 - ALPHA / 2) * size / np.maximum(interval, 1), 0.0)
    return found


def tsb(y: Floats) -> Floats:
    """The size, smoothed at each sale, times the probability of a sale, smoothed every period."""
    size, chance = np.zeros(len(y)), np.zeros(len(y))
    started = np.zeros(len(y), dtype=bool)
    found = np.zeros((len(y), y.shape[1] + 1))
    for period in range(y.shape[1]):
        value = y[:, period]
        sold = value > 0
        size = np.where(sold, np.where(started, size + ALPHA * (value - size), value), size)
        first = sold & ~started
        chance = np.where(first, 1 / (period + 1), chance + ALPHA * (sold - chance))
        started |= sold
        found[:, period + 1] = size * chance
    return found


PLAIN: dict[str, Callable[[Floats], Floats]] = {
    "moving_average": moving_average,
    "ses": smoothing,
    "croston_sba": croston_sba,
    "tsb": tsb,
}


def error_variance(y: Floats, forecasts: Floats) -> Floats:
    """The variance of one-step errors known before each period, [n, T + 1]; before the first, the square of the
    forecast.
    """
    squared = (y - forecasts[:, :-1]) ** 2
    found = np.zeros_like(forecasts)
    total, weight = np.zeros(len(y)), 0.0
    for period in range(y.shape[1]):
        total = (1 - FORGETTING) * total + squared[:, period]
        weight = (1 - FORGETTING) * weight + 1
        found[:, period + 1] = total / weight
    found[:, 0] = forecasts[:, 0] ** 2
    return found
