"""The candidate factors of the ERP paper's network: calendar features that fit the frequency, and lagged sales.

Each lies between 0 and 1 on the periods learnt from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from models.forecasting.periods import Freq, frequency, period_start

LAGS: dict[str, int] = {"D": 7, "W": 4, "M": 3}
_CALENDAR: dict[str, tuple[str, ...]] = {
    "D": ("weekday", "weekend", "day", "week", "month", "quarter", "year"),
    "W": ("week", "month", "quarter", "year"),
    "M": ("month", "quarter", "year"),
}


@dataclass(frozen=True)
class Factors:
    """Names of the F factors (calendar first, then lags), and how many periods back each lag looks."""

    freq: Freq
    calendar: tuple[str, ...]
    lags: tuple[int, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """As shown in the tables."""
        return (*self.calendar, *(f"sales_{lag}_before" for lag in self.lags))


def candidate_factors(freq: Freq, periods: int) -> Factors:
    """All that may enter. The same period last year is among them where half the periods have one."""
    season = frequency(freq).season
    lags = tuple(range(1, LAGS[freq] + 1))
    return Factors(freq, _CALENDAR[freq], (*lags, season) if periods >= 2 * season else lags)


def calendar_factors(numbers: npt.NDArray[np.int64], freq: Freq, learnt: tuple[int, int]) -> Tensor:
    """[T, C] in the order of `candidate_factors`; `learnt` holds the first and last period learnt from, which the year
    is scaled by.
    """
    days = period_start(numbers, freq)
    first, last = (_year(period_start(np.array([number]), freq))[0] for number in learnt)
    month = days.astype("datetime64[M]").astype(np.int64) % 12
    in_year = (days - days.astype("datetime64[Y]").astype("datetime64[D]")).astype(np.int64)
    weekday = (days.astype(np.int64) + 3) % 7  # 1970-01-01 was a Thursday
    made: dict[str, Any] = {
        "weekday": weekday / 6,
        "weekend": weekday >= 5,
        "day": (days - days.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64) / 30,
        "week": in_year // 7 / 52,
        "month": month / 11,
        "quarter": month // 3 / 3,
        "year": (_year(days) - first) / max(1, last - first),
    }
    return torch.tensor(np.stack([made[name] for name in _CALENDAR[freq]], axis=1), dtype=torch.float32)


def _year(days: npt.NDArray[np.datetime64]) -> npt.NDArray[np.int64]:
    return days.astype("datetime64[Y]").astype(np.int64)


def lagged(scaled: Tensor, lags: tuple[int, ...]) -> Tensor:
    """[n, T, len(lags)] of scaled sales [n, T]; zero before the panel begins."""
    return torch.stack([torch.nn.functional.pad(scaled, (lag, 0))[:, : scaled.shape[1]] for lag in lags], dim=2)
