"""The layer of factors in a training: what is known, what it did as of a time, and how much of it is trusted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from models.forecasting.factors.design import FACTORS, PRICE, PROMOTION, Design, build_design
from models.forecasting.factors.effects import Effects
from models.forecasting.factors.learning import STRETCH, learn_effects
from models.forecasting.factors.trust import Chosen, choose_trust
from models.forecasting.model import ForecastModel
from models.forecasting.panel import Panel

WINDOWS = 3  # earlier cutoffs on which the trust is chosen


@dataclass(frozen=True)
class KnownFactors:
    """What a caller knows: a table `unique_id, ds, price, promotion` (see `design`), the country whose holidays count
    ("GB-ENG"), and which series are alike (a category by `unique_id`).
    """

    table: pl.DataFrame | None = None
    calendar: str | None = None
    groups: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Layer:
    """Factors laid beside one panel."""

    panel: Panel
    design: Design
    groups: npt.NDArray[np.int64] | None
    calendar: str | None

    @staticmethod
    def of(known: KnownFactors, panel: Panel, steps: int) -> Layer:
        """Raises PanelError for what can't be read."""
        design = build_design(known.table, panel, steps, known.calendar)
        groups = None
        if known.groups is not None:
            names = np.array([known.groups.get(name, "") for name in panel.ids])
            groups = np.unique(names, return_inverse=True)[1].astype(np.int64)
        return Layer(panel, design, groups, known.calendar)

    def learnt(self, model: ForecastModel, cutoff: int, steps: int) -> tuple[Effects, Chosen]:
        """Effects from what was known at a cutoff, trusted as the windows of `steps` periods before it speak for."""
        least = 2 * STRETCH[self.panel.freq]
        cutoffs = [(cutoff - back * steps, steps) for back in range(1, WINDOWS + 1) if cutoff - back * steps >= least]
        chosen = choose_trust(model, self.panel, self.design, cutoffs, self.groups)
        past, known = self.panel.until(cutoff), self.design.at(cutoff, 0)
        effects = learn_effects(past, known, groups=self.groups, calendar=self.calendar)
        return effects.trusted(chosen.trust), chosen

    def document(self, effects: Effects, chosen: Chosen) -> dict[str, Any]:
        """What an artefact's metadata say of it."""
        return {
            "calendar": self.calendar,
            "trust": dict(zip(FACTORS, chosen.trust, strict=True)),
            "common": dict(zip(FACTORS, effects.pooled, strict=True)),
            "series": {
                "price": int(effects.varied[:, PRICE].sum()),
                "promotion": int(effects.varied[:, PROMOTION].sum()),
            },
            "touched": chosen.touched,
            "windows": {"without": chosen.without, "with": chosen.with_factor},
            "exclusions": self.design.exclusions,
        }
