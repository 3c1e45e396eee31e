"""Measured effects of prices laid into the small company, for tests of what is said of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from backend.insight.effects import store_effects
from tests.actions.forecasting import LAST
from tests.backend.world import World


def measured(**changed: Any) -> dict[str, Any]:
    """What a training tells of a product whose price changed and that was never on promotion."""
    usual = {
        "elasticity": -1.5,
        "elasticity_sd": 0.3,
        "lift": 0.0,
        "lift_sd": 0.0,
        "covariance": 0.0,
        "varied": True,
        "promoted": False,
        "price_own": 0.8,
        "promotion_own": 0.0,
        "periods": 104,
        "price_periods": 30,
        "promotion_periods": 0,
        "lowest": 0.8,
        "highest": 1.1,
        "discount": 1.0,
    }
    return {**usual, **changed}


def measure(world: World, found: Mapping[str, Mapping[str, Any]], *, freq: str = "W", trust: float = 1.0) -> None:
    """Effects by SKU, as a training would keep them."""
    names = {"varied": "price_varied"}
    rows = [
        {"unique_id": sku, **{names.get(key, key): value for key, value in one.items()}} for sku, one in found.items()
    ]
    with world.database.write() as session:
        factors = {"price": trust, "promotion": trust}
        store_effects(session, freq, LAST[freq], pl.DataFrame(rows), factors)
