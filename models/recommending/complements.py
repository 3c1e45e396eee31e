"""What else goes with what a customer buys: skus that share orders.

confidence(i → j) = orders with both / (orders with i + 10): the 10 keep a pair seen once or twice from looking
certain. Only orders of the last year with at most 60 skus count; larger ones are stock-ups that say little about what
belongs together.
"""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

_PRIOR_ORDERS = 10.0
_MOST_SKUS = 60
_FEWEST_TOGETHER = 3
_MOST_ORDERS = 20_000
_RECENT_DAYS = 90


def confidences(lines: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Columns with_sku, sku, confidence, for pairs of skus that shared at least three orders; from checked lines."""
    year = lines.filter((pl.col("date") <= as_of) & (pl.col("date") > as_of - timedelta(days=365)))
    baskets = year.select("order_id", "sku", "date").unique(["order_id", "sku"])
    sizes = baskets.group_by("order_id").agg(pl.len().alias("size"), pl.col("date").max().alias("day"))
    chosen = sizes.filter(pl.col("size").is_between(2, _MOST_SKUS)).sort("day", "order_id").tail(_MOST_ORDERS)
    baskets = baskets.join(chosen.select("order_id"), on="order_id").select(
        "order_id", pl.col("sku").cast(pl.Categorical)
    )
    orders = baskets.group_by("sku").agg(pl.len().alias("orders"))
    together = (
        baskets.lazy()
        .join(baskets.lazy(), on="order_id", suffix="_with")
        .filter(pl.col("sku") != pl.col("sku_with"))
        .group_by("sku", "sku_with")
        .agg(pl.len().alias("together"))
        .filter(pl.col("together") >= _FEWEST_TOGETHER)
        .collect()
    )
    return together.join(orders, left_on="sku_with", right_on="sku").select(
        pl.col("sku_with").cast(pl.String).alias("with_sku"),
        pl.col("sku").cast(pl.String),
        (pl.col("together") / (pl.col("orders") + _PRIOR_ORDERS)).alias("confidence"),
    )


def complements(lines: pl.DataFrame, pairs: pl.DataFrame, as_of: date, top: int) -> pl.DataFrame:
    """Up to `top` skus per customer that go with what it bought in the last 90 days and that it has never bought.

    Columns customer, sku, with_sku, confidence, typical_quantity (units, median over all lines of the sku).
    """
    recent = pairs.filter(pl.col("last_bought") > as_of - timedelta(days=_RECENT_DAYS)).select(
        "customer", pl.col("sku").alias("with_sku")
    )
    known = confidences(lines, as_of)
    # the best few partners of each sku are enough for the best few of each customer
    partners = (
        known.sort("confidence", "sku", descending=[True, False]).group_by("with_sku", maintain_order=True).head(8)
    )
    found = (
        recent.join(partners, on="with_sku")
        .join(pairs.select("customer", "sku"), on=["customer", "sku"], how="anti")
        .sort("confidence", "sku", "with_sku", descending=[True, False, False])
        .unique(["customer", "sku"], keep="first", maintain_order=True)
        .group_by("customer", maintain_order=True)
        .head(top)
    )
    usual = lines.group_by("sku").agg(pl.col("quantity").median().alias("typical_quantity"))
    return found.join(usual, on="sku").select("customer", "sku", "with_sku", "confidence", "typical_quantity")
