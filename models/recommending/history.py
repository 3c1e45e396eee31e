"""Order history as the table that suggestions are made from.

Input: a long table with columns customer, sku, date, quantity, order_id, one row per order line. Lines without a
customer, with a quantity of 0 or less, or after `as_of` are left out. What remains is summed up per (customer, sku):
one *pair* each.
"""

from __future__ import annotations

from datetime import date

import polars as pl

COLUMNS = ("customer", "sku", "date", "quantity", "order_id")
DECAY_ORDERS = 4.0  # an order k orders ago counts exp(-k / 4)
RECENT_PURCHASES = 5  # the typical quantity is their median
_POPULARITY_DAYS = 60


class HistoryError(ValueError):
    """The table of order lines cannot be used; the message says why."""

    code = "bad_history"


def check_history(history: pl.DataFrame) -> pl.DataFrame:
    """The columns needed, in their types, without lines that say nothing about demand. Raises HistoryError."""
    absent = set(COLUMNS) - set(history.columns)
    if absent:
        raise HistoryError(f"The order lines lack the columns {', '.join(sorted(absent))}.")
    try:
        lines = history.select(
            pl.col("customer").cast(pl.String),
            pl.col("sku").cast(pl.String),
            pl.col("date").cast(pl.Date),
            pl.col("quantity").cast(pl.Float64),
            pl.col("order_id").cast(pl.String),
        )
    except pl.exceptions.PolarsError as error:
        raise HistoryError(f"A column of the order lines has the wrong type: {error}") from error
    return lines.drop_nulls().filter((pl.col("quantity") > 0) & pl.col("quantity").is_finite())


def summarise_pairs(lines: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """One row per (customer, sku) bought up to and including `as_of`, from checked lines.

    Columns: times_bought (order days), first_bought, last_bought, interval_days (median days between purchases; null
    before the second), typical_quantity (units, median of the last five), recent_share (decayed share of the customer's
    orders that held the sku), order_days, order_interval (mean days between the customer's orders; null before the
    second), last_order, possible (the customer's order days since the first purchase), popularity, popularity_year
    (customers' order days with the sku in the last 60 and 365 days).
    """
    known = lines.filter(pl.col("date") <= as_of)
    # kept in order: sums of floats depend on it, and the same data must give the same model
    ordered = known.sort("customer", "sku", "date", "order_id", "quantity")
    days = ordered.group_by("customer", "sku", "date", maintain_order=True).agg(pl.col("quantity").sum())
    calendar = _order_days(days)
    ranked = days.join(calendar.select("customer", "date", "recency", "ordinal"), on=["customer", "date"])
    pairs = (
        ranked.sort("customer", "sku", "date")
        .group_by("customer", "sku", maintain_order=True)
        .agg(
            pl.len().alias("times_bought"),
            pl.col("date").first().alias("first_bought"),
            pl.col("date").last().alias("last_bought"),
            pl.col("date").diff().dt.total_days().median().alias("interval_days"),
            pl.col("quantity").tail(RECENT_PURCHASES).median().alias("typical_quantity"),
            (-pl.col("recency") / DECAY_ORDERS).exp().sum().alias("recent_weight"),
            pl.col("ordinal").first().alias("first_ordinal"),
        )
    )
    return (
        pairs.join(_customers(calendar), on="customer")
        .join(_popularity(days, as_of), on="sku", how="left")
        .with_columns(
            (pl.col("order_days") - pl.col("first_ordinal")).alias("possible"),
            (pl.col("recent_weight") / pl.col("customer_weight")).alias("recent_share"),
            pl.col("popularity").fill_null(0),
            pl.col("popularity_year").fill_null(0),
        )
        .drop("first_ordinal", "recent_weight", "customer_weight")
        .sort("customer", "sku")
    )


def _order_days(days: pl.DataFrame) -> pl.DataFrame:
    """Each customer's order days with their ordinal (0 first) and recency (0 last)."""
    calendar = days.select("customer", "date").unique().sort("customer", "date")
    count = pl.len().over("customer")
    ordinal = pl.int_range(pl.len()).over("customer")
    return calendar.with_columns(ordinal.alias("ordinal"), (count - 1 - ordinal).cast(pl.Float64).alias("recency"))


def _customers(calendar: pl.DataFrame) -> pl.DataFrame:
    span = (pl.col("date").max() - pl.col("date").min()).dt.total_days()
    return calendar.group_by("customer", maintain_order=True).agg(
        pl.len().cast(pl.Int64).alias("order_days"),
        pl.col("date").max().alias("last_order"),
        pl.when(pl.len() > 1).then(span / (pl.len() - 1)).alias("order_interval"),
        (-pl.col("recency") / DECAY_ORDERS).exp().sum().alias("customer_weight"),
    )


def _popularity(days: pl.DataFrame, as_of: date) -> pl.DataFrame:
    age = (pl.lit(as_of) - pl.col("date")).dt.total_days()
    return days.group_by("sku").agg(
        (age < _POPULARITY_DAYS).sum().alias("popularity"), (age < 365).sum().alias("popularity_year")
    )
