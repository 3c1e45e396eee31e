"""Keeping what price and promotion did to demand, and reading it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

import polars as pl
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from backend.catalogue.tables import Product
from backend.insight.queries import MOST_NAMED
from backend.insight.tables import FactorEffect

BATCH: Final = 500
PREFERRED: Final = ("W", "M")  # weeks tell more prices apart than months
_MEASURED: Final = (
    "elasticity", "elasticity_sd", "lift", "lift_sd", "covariance", "promoted", "price_own", "promotion_own",
    "periods", "price_periods", "promotion_periods", "lowest", "highest", "discount",
)  # fmt: skip


def store_effects(
    session: Session, freq: str, learnt_to: date, measured: pl.DataFrame, trust: Mapping[str, float]
) -> int:
    """Replace the effects of a frequency by those of a training (a row per SKU, ``unique_id``). Returns their number.

    ``trust``: by factor ("price", "promotion"), the share of its effect that forecasts use.
    """
    session.execute(delete(FactorEffect).where(FactorEffect.freq == freq))
    keys = dict(session.execute(select(Product.sku, Product.id)).all())
    common = {
        "freq": freq,
        "learnt_to": learnt_to,
        "price_trust": trust.get("price", 0.0),
        "promotion_trust": trust.get("promotion", 0.0),
    }
    rows: list[dict[str, Any]] = [
        {"product_id": keys[row["unique_id"]], "varied": row["price_varied"], **_sane(row), **common}
        for row in measured.iter_rows(named=True)
        if row["unique_id"] in keys
    ]
    for start in range(0, len(rows), BATCH):
        session.execute(insert(FactorEffect), rows[start : start + BATCH])
    return len(rows)


def effects(session: Session, product_ids: Iterable[int]) -> dict[int, FactorEffect]:
    """The effects of products, by key: by week where there are some, else by month."""
    wanted = list(product_ids)
    query = select(FactorEffect)
    if len(wanted) < MOST_NAMED:
        query = query.where(FactorEffect.product_id.in_(wanted))
    chosen = set(wanted)
    rows = [row for row in session.scalars(query) if row.product_id in chosen]
    return {row.product_id: row for row in sorted(rows, key=lambda row: -PREFERRED.index(row.freq))}


def _sane(row: Mapping[str, Any]) -> dict[str, Any]:
    """The measures; a number that is none counts as nothing."""
    return {
        name: 0.0 if isinstance(row[name], float) and not math.isfinite(row[name]) else row[name] for name in _MEASURED
    }
