"""Invented demand with known effects of price and promotion, for tests of what is learnt of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from models.forecasting.panel import Panel, lengths
from models.forecasting.periods import number_of, period_start
from tests.models.worlds import MONDAY

ELASTICITY, LIFT = -1.5, 0.6
USUAL = 5.0


@dataclass(frozen=True)
class Promoted:
    """Demand [n, T], prices and shares of promotion [n, T]."""

    y: npt.NDArray[np.float32]
    price: npt.NDArray[np.float64]
    promotion: npt.NDArray[np.float64]

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(f"item-{row:03d}" for row in range(len(self.y)))

    def panel(self, until: int | None = None) -> Panel:
        y = self.y[:, :until]
        return Panel(self.ids, "W", number_of(MONDAY, "W"), y, lengths(y), {})

    def table(self, values: npt.NDArray[np.float64] | None = None, name: str = "y") -> pl.DataFrame:
        """A long table of some values [n, T]."""
        shown = self.y if values is None else values
        days = period_start(number_of(MONDAY, "W") + np.arange(self.y.shape[1]), "W")
        return pl.DataFrame(
            {
                "unique_id": np.repeat(np.array(self.ids, dtype=object), self.y.shape[1]),
                "ds": np.tile(days, len(self.y)),
                name: shown.ravel().astype(np.float64),
            },
            schema_overrides={"unique_id": pl.String},
        )

    def factors(self) -> pl.DataFrame:
        """What is known of prices and promotions."""
        return self.table(self.price, "price").with_columns(self.table(self.promotion, "promotion")["promotion"])


def promoted(series: int = 60, weeks: int = 104, seed: int = 0, level: float = 40.0) -> Promoted:
    """Poisson demand with a season; the price changes every few months, three promotions a year take a tenth off."""
    rng = np.random.default_rng(seed)
    steps = (rng.random((series, weeks)) < 1 / 15) * rng.normal(0, 0.1, (series, weeks))
    promotion = np.zeros((series, weeks))
    for row, first in enumerate(rng.integers(0, 12, series)):
        for start in range(first, weeks, 17):
            promotion[row, start : start + 3] = 1
    price = USUAL * np.exp(np.cumsum(steps, axis=1)) * np.where(promotion > 0, 0.9, 1.0)
    season = 0.3 * np.sin(2 * np.pi * np.arange(weeks) / 52)
    own = np.log(level) + rng.normal(0, 0.5, (series, 1))
    rate = np.exp(own + season + ELASTICITY * np.log(price / USUAL) + LIFT * promotion)
    return Promoted(rng.poisson(rate).astype(np.float32), price, promotion)
