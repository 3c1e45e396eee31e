"""Periods: days, weeks that start on Monday, months that start on the 1st, numbered by one integer each.

A period's number counts from the period that holds 1970-01-01, so that consecutive periods have consecutive numbers:
'D' days, 'W' weeks (number 0 starts Monday 1969-12-29), 'M' months.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, cast

import numpy as np
import numpy.typing as npt

Freq = Literal["D", "W", "M"]
FREQUENCIES: tuple[Freq, ...] = ("D", "W", "M")
_EPOCH_TO_MONDAY = 3  # 1970-01-01 was a Thursday


@dataclass(frozen=True)
class Frequency:
    """What the models take for granted at one frequency. All lengths are in periods."""

    freq: Freq
    season: int  # one year: a multiple of a week for days, so that weekdays line up
    short_season: int  # the season of the seasonal naive baseline
    horizon: int  # forecast by default
    context: int  # history the features and the baselines look at
    lags: int
    windows: tuple[int, ...]  # of the recent means
    recent: int  # window of the level and of the empirical quantiles
    short: int  # window of what happened lately, and before the same time last year
    smoothing: int  # half-width of the mean around the same period last year
    wide: int  # half-width of a second, wider one
    reach: int  # steps ahead that the network was pretrained on; beyond it the distance counts as this
    share: int  # held-out window = periods // share, at most the horizon
    days: float  # mean length of a period


_TABLE = {
    "D": Frequency("D", 364, 7, 28, 400, 35, (2, 7, 14, 28, 56, 182, 364), 56, 28, 3, 10, 28, 10, 1.0),
    "W": Frequency("W", 52, 52, 26, 112, 26, (2, 4, 8, 13, 26, 52, 104), 26, 13, 1, 3, 26, 8, 7.0),
    "M": Frequency("M", 12, 12, 6, 36, 12, (2, 3, 6, 12, 24), 12, 6, 0, 1, 12, 6, 365.2425 / 12),
}


def frequency(freq: str) -> Frequency:
    """The settings of 'D', 'W' or 'M'. Raises ValueError for another letter."""
    if freq not in _TABLE:
        raise ValueError(f"Frequency must be D, W or M, not {freq!r}.")
    return _TABLE[freq]


def period_number(days: npt.NDArray[np.datetime64], freq: Freq) -> npt.NDArray[np.int64]:
    """The number of the period that holds each day; `days` is datetime64[D], any shape."""
    if freq == "M":
        return days.astype("datetime64[M]").astype(np.int64)
    count = days.astype("datetime64[D]").astype(np.int64)
    return count if freq == "D" else (count + _EPOCH_TO_MONDAY) // 7


def period_start(number: npt.NDArray[np.int64], freq: Freq) -> npt.NDArray[np.datetime64]:
    """The first day of each period, datetime64[D], the same shape as `number`."""
    if freq == "M":
        return number.astype("datetime64[M]").astype("datetime64[D]")
    return (number if freq == "D" else number * 7 - _EPOCH_TO_MONDAY).astype("datetime64[D]")


def number_of(day: date, freq: Freq) -> int:
    """The number of the period that holds one day."""
    return int(period_number(np.array([day], dtype="datetime64[D]"), freq)[0])


def start_of(number: int, freq: Freq) -> date:
    """The first day of one period."""
    return cast(date, period_start(np.array([number], dtype=np.int64), freq)[0].item())
