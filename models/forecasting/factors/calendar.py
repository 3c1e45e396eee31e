"""Working days of periods: Monday to Friday less the public holidays of a country (library: holidays)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import holidays
import numpy as np
import numpy.typing as npt

from models.forecasting.panel import PanelError
from models.forecasting.periods import Freq, frequency, period_start

Calendar = str | Sequence[date]
"""A country ("GB", or with a part of it "GB-ENG"), or the days on which nobody works."""

_A_WEEK = 5


def working_time(calendar: Calendar | None, freq: Freq, first: int, periods: int) -> npt.NDArray[np.float64]:
    """Working days of `periods` periods from number `first` on, relative to the usual number, less one; [periods].

    A week of four days is -0.2, a month of 22 days a little above zero; of days only a public holiday on a weekday
    counts: it is -1 (what a weekday sells is the season's business). Zeros without a calendar. Raises PanelError for a
    country that the library does not know.
    """
    if calendar is None:
        return np.zeros(periods)
    edges = period_start(first + np.arange(periods + 1), freq)
    days = _days_off(calendar, edges)
    worked = np.busday_count(edges[:-1], edges[1:], holidays=days).astype(np.float64)
    if freq == "D":
        return worked - np.busday_count(edges[:-1], edges[1:])
    return worked / (frequency(freq).days * _A_WEEK / 7) - 1


def _days_off(calendar: Calendar, edges: npt.NDArray[np.datetime64]) -> npt.NDArray[np.datetime64]:
    if not isinstance(calendar, str):
        return np.array(sorted(calendar), dtype="datetime64[D]")
    country, _, part = calendar.partition("-")
    years = edges[[0, -1]].astype("datetime64[Y]").astype(int) + 1970
    span = range(int(years[0]), int(years[1]) + 1)
    try:
        found = holidays.country_holidays(country, subdiv=part or None, years=span)
    except NotImplementedError as error:
        raise PanelError(f"The public holidays of {calendar!r} are not known: {error}") from error
    return np.array(sorted(found), dtype="datetime64[D]")
