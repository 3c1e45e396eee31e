"""Ranked suggestions per customer, with the reasons as columns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from models.recommending.complements import complements
from models.recommending.history import check_history, summarise_pairs
from models.recommending.purchase_model import PurchaseModel, fit_purchase_model, usual_interval

DUE = "due"
GOES_WITH = "goes_with"

SCHEMA: dict[str, type[pl.DataType]] = {
    "customer": pl.String,
    "rank": pl.Int32,
    "sku": pl.String,
    "kind": pl.String,
    "quantity": pl.Int64,
    "probability": pl.Float64,
    "due_date": pl.Date,
    "times_bought": pl.Int64,
    "interval_days": pl.Float64,
    "last_bought": pl.Date,
    "typical_quantity": pl.Float64,
    "with_sku": pl.String,
    "confidence": pl.Float64,
}


def suggest(
    history: pl.DataFrame,
    *,
    as_of: date,
    horizon_days: int = 14,
    customers: Sequence[str] | None = None,
    top: int = 10,
    top_complements: int = 3,
    model: PurchaseModel | None = None,
) -> pl.DataFrame:
    """What each customer will need next, when and how much.

    history: order lines of all customers (customer, sku, date, quantity, order_id), as many as a million. as_of: today
    by the business clock. customers: only these; all by default. model: from `load_champion`; by default one is fitted
    on the spot.

    Returns, by customer and rank: `customer, rank, sku, kind, quantity` (whole units, at least 1), and the reasons.
    kind 'due' (bought before): `probability` of buying within the horizon, `due_date` (last bought + usual interval;
    may be past), `times_bought` (days on which it was ordered), `interval_days` (usual days between purchases; null
    after only one), `last_bought`, `typical_quantity` (median of the last five). kind 'goes_with' (never bought):
    `with_sku`, bought lately, and `confidence`, the share of orders with that one that also hold this one; these rank
    after the due ones. Raises HistoryError.
    """
    lines = check_history(history)
    fitted = model or fit_purchase_model(lines, as_of, horizon_days)
    pairs = summarise_pairs(lines, as_of)
    if customers is not None:
        pairs = pairs.filter(pl.col("customer").is_in(list(customers)))
    due = rank_pairs(pairs, as_of, fitted, top)
    if top_complements == 0 or pairs.is_empty():
        return _finish([due])
    extra = complements(lines, pairs, as_of, top_complements).with_columns(pl.lit(GOES_WITH).alias("kind"))
    return _finish([due, extra])


def rank_pairs(pairs: pl.DataFrame, as_of: date, model: PurchaseModel, top: int) -> pl.DataFrame:
    """The `top` likeliest pairs of each customer."""
    scored = pairs.with_columns(pl.Series("probability", model.probability(pairs, as_of), dtype=pl.Float64))
    best = (
        scored.sort("customer", "probability", "sku", descending=[False, True, False])
        .group_by("customer", maintain_order=True)
        .head(top)
    )
    days = usual_interval().round().cast(pl.Int64)
    return best.with_columns(
        pl.lit(DUE).alias("kind"), (pl.col("last_bought") + pl.duration(days=days)).alias("due_date")
    )


def _finish(parts: list[pl.DataFrame]) -> pl.DataFrame:
    together = pl.concat(parts, how="diagonal_relaxed")
    ordered = together.sort(
        "customer",
        "kind",
        "probability",
        "confidence" if "confidence" in together.columns else "sku",
        descending=[False, False, True, True],
        nulls_last=True,
    )  # 'due' sorts before 'goes_with'
    counted = ordered.with_columns(
        (pl.int_range(pl.len()).over("customer") + 1).alias("rank"),
        pl.col("typical_quantity").round().clip(lower_bound=1).cast(pl.Int64).alias("quantity"),
    )
    missing = [pl.lit(None).alias(name) for name in SCHEMA if name not in counted.columns]
    return counted.with_columns(missing).select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())
