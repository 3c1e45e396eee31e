"""Recent demand per product, in sales units per week, net of what came back: the ground for the opening stock."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from backend.imports.assumptions import Demand

WEEKS = 13
YEAR_WEEKS = 52
CAP = 4  # a week counts for at most this many times the median week with sales: one giant order is not a level


def recent_demand(sales: pl.DataFrame, pieces: pl.DataFrame, end: datetime) -> dict[str, Demand]:
    """Expected demand of the coming weeks per SKU.

    The mean of the last 13 weeks; where the product was on sale a year ago, the mean of that and of the 13 weeks that
    followed a year ago, so that what sells before Christmas is not stocked for January. The deviation is the last 13
    weeks'. Products without a sale in either are left out.
    """
    back = pieces.filter(pl.col("sale_n").is_not_null()).group_by("sale_n").agg(pl.col("quantity").sum().alias("back"))
    week = ((pl.lit(end) - pl.col("at")).dt.total_days() // 7).alias("week")
    weekly = (
        sales.filter(pl.col("at") > end - pl.duration(days=7 * YEAR_WEEKS))
        .join(back, left_on="n", right_on="sale_n", how="left")
        .with_columns(pl.col("quantity") - pl.col("back").fill_null(0), week)
        .group_by("sku", "week")
        .agg(pl.col("quantity").sum().alias("units"))
        .filter(pl.col("units") > 0)
        .with_columns(pl.col("units").median().over("sku").alias("median"))
        .with_columns(pl.min_horizontal(pl.col("units").cast(pl.Float64), pl.col("median") * CAP).alias("units"))
    )
    recent = pl.col("units").filter(pl.col("week") < WEEKS)
    followed = pl.col("units").filter(pl.col("week") >= YEAR_WEEKS - WEEKS)
    sold_before = sales.filter(pl.col("at") <= end - pl.duration(days=7 * YEAR_WEEKS))["sku"].unique()
    sums = weekly.group_by("sku").agg(
        recent.sum().alias("recent"), (recent**2).sum().alias("squares"), followed.sum().alias("followed")
    )
    mean = pl.col("recent") / WEEKS
    expected = (
        pl.when(pl.col("sku").is_in(sold_before.implode()))
        .then((mean + pl.col("followed") / WEEKS) / 2)
        .otherwise(mean)
    )
    spread = (pl.col("squares") / WEEKS - mean**2).clip(0).sqrt()
    rows = sums.select("sku", expected.alias("mean"), spread.alias("deviation")).filter(pl.col("mean") > 0)
    return {sku: Demand(level, deviation) for sku, level, deviation in rows.iter_rows()}
