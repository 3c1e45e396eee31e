"""List prices and quantity breaks, read from what customers paid. The file has no price list, so they are assumed."""

from __future__ import annotations

import polars as pl

WINDOW_DAYS = 90
LEAST_LINES = 3  # at a price, before it counts as a break
MOST_BREAKS = 3
SHARE_ABOVE = 0.6  # of the lines from the break on, at the break's price or better
SHARE_BELOW = 0.15  # of the lines under the break at that price, at most


def price_rows(sales: pl.DataFrame, returns: pl.DataFrame) -> pl.DataFrame:
    """sku, min_quantity, price (ten-thousandths): the list price at 1, then the breaks.

    The list price is the price with most lines in the last 90 days in which the product was sold (of two, the later),
    among customers with a number: lines without one are web sales at retail prices, and count only where there is
    nothing else. A product that was only ever returned gets the price it was credited at.
    """
    known = sales.filter(pl.col("customer").is_not_null())
    unknown = sales.join(known.select("sku").unique(), on="sku", how="anti")
    credited = returns.join(sales.select("sku").unique(), on="sku", how="anti").with_columns(pl.col("quantity").abs())
    columns = ["sku", "price", "quantity", "at"]
    window = _last_days(pl.concat(frame.select(columns) for frame in (known, unknown, credited)))
    base = _most_frequent(window)
    breaks = _breaks(window, base)
    return pl.concat(
        [base.select("sku", pl.lit(1, pl.Int64).alias("min_quantity"), pl.col("base").alias("price")), breaks]
    ).sort("sku", "min_quantity")


def _last_days(lines: pl.DataFrame) -> pl.DataFrame:
    last = pl.col("at").max().over("sku")
    return lines.filter(pl.col("at") > last - pl.duration(days=WINDOW_DAYS))


def _most_frequent(window: pl.DataFrame) -> pl.DataFrame:
    return (
        window.group_by("sku", "price")
        .agg(pl.len().alias("lines"), pl.col("at").max().alias("last"))
        .sort("sku", "lines", "last", "price", descending=[False, True, True, False])
        .group_by("sku", maintain_order=True)
        .first()
        .select("sku", pl.col("price").alias("base"))
    )


def _breaks(window: pl.DataFrame, base: pl.DataFrame) -> pl.DataFrame:
    """Lower prices that plainly belong to larger quantities.

    A break begins at the lower quartile of the quantities bought at its price. It is plain where most lines from
    there on have that price or a better one, and hardly a line below has.
    """
    lines = window.join(base, on="sku")
    usual = (
        lines.filter(pl.col("price") == pl.col("base")).group_by("sku").agg(pl.col("quantity").median().alias("usual"))
    )
    candidates = (
        lines.filter(pl.col("price") < pl.col("base"))
        .group_by("sku", "price")
        .agg(pl.len().alias("lines"), pl.col("quantity").quantile(0.25, "lower").cast(pl.Int64).alias("min_quantity"))
        .join(usual, on="sku")
        .filter((pl.col("lines") >= LEAST_LINES) & (pl.col("min_quantity") > pl.col("usual")))
        .select("sku", pl.col("price").alias("break_price"), "min_quantity")
    )
    cheap = pl.col("price") <= pl.col("break_price")
    above = pl.col("quantity") >= pl.col("min_quantity")
    plain = (
        window.join(candidates, on="sku")
        .group_by("sku", "min_quantity", "break_price")
        .agg(cheap.filter(above).mean().alias("above"), cheap.filter(~above).mean().fill_null(0).alias("below"))
        .filter((pl.col("above") >= SHARE_ABOVE) & (pl.col("below") <= SHARE_BELOW))
    )
    return _falling(plain)


def _falling(plain: pl.DataFrame) -> pl.DataFrame:
    """The best price per quantity, and only steps that get better as the quantity grows."""
    best = plain.group_by("sku", "min_quantity").agg(pl.col("break_price").min().alias("price"))
    best = best.sort("sku", "min_quantity")
    lowest_before = pl.col("price").cum_min().shift(1).over("sku")
    return (
        best.filter(lowest_before.is_null() | (pl.col("price") < lowest_before))
        .filter(pl.int_range(pl.len()).over("sku") < MOST_BREAKS)
        .select("sku", "min_quantity", "price")
    )
