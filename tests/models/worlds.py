"""Data and settings that several tests of the models share."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

from models.forecasting import FitSettings

MONDAY = date(2023, 1, 2)
SECRET = "a secret for tests"
QUICK = FitSettings(steps=20, batch=128)


def weekly_panel(series: int = 24, weeks: int = 80, seed: int = 0) -> pl.DataFrame:
    """Poisson demand of different levels with a season, one row per sale week."""
    rng = np.random.default_rng(seed)
    level = np.exp(rng.uniform(-1, 4, series))[:, None]
    season = 1 + 0.5 * np.sin(2 * np.pi * np.arange(weeks) / 52)
    y = rng.poisson(level * season)
    item, week = np.nonzero(y)
    return pl.DataFrame(
        {
            "unique_id": [f"item-{index:03d}" for index in item],
            "ds": [MONDAY + timedelta(weeks=int(number)) for number in week],
            "y": y[item, week].astype(float),
        }
    )
