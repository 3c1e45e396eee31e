"""Pack sizes from the quantities in which a product is usually ordered. The file has none, so they are assumed."""

from __future__ import annotations

import polars as pl

BOX = "box"
CASE = "case"
BOX_SIZES = (4, 6, 8, 10, 12, 16, 20, 24, 25, 36, 48, 50)  # what giftware is boxed in
WINDOW_DAYS = 365
LEAST_LINES = 5
BOX_SHARE = 0.08  # of a product's lines are for exactly one box
CASE_SHARE = 0.02
BOXES_IN_CASE = 3  # at least
LARGEST_CASE = 1_000


def pack_rows(sales: pl.DataFrame, prices: pl.DataFrame) -> pl.DataFrame:
    """sku, name, quantity: a box for most products and a case for many.

    The box is the most frequent of the usual sizes among the lines of a year; the case is where a price break begins,
    if that is a whole number of boxes, and otherwise the most frequent multiple of the box.
    """
    known = sales.filter(pl.col("customer").is_not_null())
    recent = known.filter(pl.col("at") > pl.col("at").max().over("sku") - pl.duration(days=WINDOW_DAYS))
    counts = (
        recent.group_by("sku", "quantity")
        .agg(pl.len().alias("lines"))
        .with_columns((pl.col("lines") / pl.col("lines").sum().over("sku")).alias("share"))
        .filter(pl.col("lines") >= LEAST_LINES)
    )
    boxes = _most_frequent(counts.filter(pl.col("quantity").is_in(BOX_SIZES) & (pl.col("share") >= BOX_SHARE))).rename(
        {"quantity": "box"}
    )
    cases = _cases(counts, boxes, prices)
    return pl.concat(
        [
            boxes.select("sku", pl.lit(BOX).alias("name"), pl.col("box").alias("quantity")),
            cases.select("sku", pl.lit(CASE).alias("name"), pl.col("quantity")),
        ]
    ).sort("sku", "quantity")


def _most_frequent(counts: pl.DataFrame) -> pl.DataFrame:
    return (
        counts.sort("sku", "lines", "quantity", descending=[False, True, True])
        .group_by("sku", maintain_order=True)
        .first()
        .select("sku", "quantity")
    )


def _cases(counts: pl.DataFrame, boxes: pl.DataFrame, prices: pl.DataFrame) -> pl.DataFrame:
    whole_boxes = (pl.col("quantity") % pl.col("box") == 0) & (
        pl.col("quantity").is_between(pl.col("box") * BOXES_IN_CASE, LARGEST_CASE)
    )
    at_break = (
        prices.filter(pl.col("min_quantity") > 1)
        .select("sku", pl.col("min_quantity").alias("quantity"))
        .join(boxes, on="sku")
        .filter(whole_boxes)
        .group_by("sku")
        .agg(pl.col("quantity").min())
    )
    usual = _most_frequent(counts.join(boxes, on="sku").filter(whole_boxes & (pl.col("share") >= CASE_SHARE)))
    return pl.concat([at_break, usual.join(at_break, on="sku", how="anti")])
