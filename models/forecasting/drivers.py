"""What a forecast is made of: level + trend + season = mean, exactly.

Where factors are known (price, promotion, holiday), these three are of demand at the usual price, and each factor adds
what it changes.

level: the mean of the recent past (half a year by week, a year by month), the same for every step.
season: where a year of history is known, what the same periods did last year relative to that year's mean, times the
level; half of it, because one year's shape is half chance. Zero before that.
trend: the straight line from the level that is nearest to what remains (least squares). What no straight line explains
is added to the season, so that nothing is left over.

price, promotion, holiday: the change from what would be without them, shared among them by the logarithms of their
effects (Ang 2005: the logarithmic mean Divisia index, which leaves no rest whatever the order).

All parts are multiples of 1/1024 unit: sums of such numbers are exact in binary floating point, so the parts add up to
the last bit. The mean is rounded to the same grid.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from models.forecasting.periods import Frequency

_GRID = 1024.0
_SHAPE_TRUST = 0.5
_NO_EFFECT = 1e-9  # logarithms that add up to less cancel each other out

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Drivers:
    """Each [n, h], units per period."""

    level: Floats
    trend: Floats
    season: Floats
    factors: Mapping[str, Floats] = field(default_factory=dict)

    @property
    def total(self) -> Floats:
        """The mean forecast."""
        return sum(self.factors.values(), self.level + self.trend + self.season)

    def by_name(self) -> dict[str, Floats]:
        """All parts, by what they are called."""
        return {"level": self.level, "trend": self.trend, "season": self.season, **self.factors}


def decompose(
    y: npt.NDArray[np.float32], length: npt.NDArray[np.int64], mean: npt.NDArray[np.floating], settings: Frequency
) -> Drivers:
    """Split mean [n, h] for histories y [n, T] with `length` [n] periods of life."""
    periods = y.shape[1]
    recent = min(settings.recent, periods)
    counted = np.clip(length, 1, recent)
    level = on_grid(y[:, -recent:].sum(axis=1, dtype=np.float64) / counted)[:, None]
    rounded = on_grid(mean.astype(np.float64))
    season = _last_year(y, length, mean.shape[1], settings) * level
    steps = np.arange(1, mean.shape[1] + 1, dtype=np.float64)
    slope = ((rounded - level - season) @ steps) / (steps @ steps)
    trend = on_grid(slope[:, None] * steps)
    return Drivers(np.broadcast_to(level, mean.shape), trend, rounded - level - trend)


def with_factors(parts: Drivers, names: Sequence[str], logs: Floats) -> Drivers:
    """The parts with those of factors: logs [n, h, F] are the logarithms of what each multiplies demand by."""
    before, whole = parts.total, logs.sum(axis=2)
    after = on_grid(before * np.exp(whole))
    mean = np.where(np.abs(whole) > _NO_EFFECT, (after - before) / np.where(whole == 0, 1.0, whole), before)
    shares = on_grid(mean[:, :, None] * logs)
    largest = np.abs(logs).argmax(axis=2)[:, :, None]
    rest = np.where(np.abs(logs).max(axis=2) > 0, after - before - shares.sum(axis=2), 0.0)
    np.put_along_axis(shares, largest, np.take_along_axis(shares, largest, axis=2) + rest[:, :, None], axis=2)
    return replace(parts, factors={name: shares[:, :, at] + 0.0 for at, name in enumerate(names)})  # no -0.0


def on_grid(values: Floats) -> Floats:
    """Rounded to multiples of 1/1024."""
    return np.round(values * _GRID) / _GRID


def _last_year(y: npt.NDArray[np.float32], length: npt.NDArray[np.int64], horizon: int, settings: Frequency) -> Floats:
    """Last year's deviation from its own mean at each target period, as a share of the mean, times the trust in it;
    [n, h].
    """
    season, periods = settings.season, y.shape[1]
    if periods < season:
        return np.zeros((len(y), horizon))
    year = y[:, periods - season :].astype(np.float64)
    mean = year.mean(axis=1, keepdims=True)
    columns = np.arange(horizon) % season
    reach = range(-settings.smoothing, settings.smoothing + 1)
    smooth = np.mean([year[:, (columns + shift) % season] for shift in reach], axis=0)
    known = ((length >= season)[:, None]) & (mean > 0)
    return np.where(known, _SHAPE_TRUST * (smooth / np.where(mean > 0, mean, 1.0) - 1), 0.0)
