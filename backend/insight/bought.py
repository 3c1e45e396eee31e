"""Who bought what: demand by product and customer, with what both belong to, for forecasts of sums of products."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import polars as pl
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.catalogue.tables import Product
from backend.company.days import business_day
from backend.customers.tables import Customer
from backend.insight.periods import EVERY, last_complete_period
from backend.insight.scopes import standing_lines, standing_units
from backend.sales.tables import Order, OrderLine

SCHEMA: Final = {"product": pl.Int64, "buyer": pl.Int64, "day": pl.Date, "y": pl.Float64}
CUSTOMER: Final = ("customer", "country", "region", "rep")


def bought_by_day(session: Session) -> pl.DataFrame:
    """Sales units by product, customer and day: ``unique_id`` (SKU), ``ds``, ``y``, and what they belong to today.

    ``customer`` (code), ``country``, ``region``, ``rep`` (e-mail), ``category`` (its key); "" where there is none.
    Quantities are those of ``queries.daily_demand``.
    """
    day = business_day(Order.placed_at)
    query = standing_lines(OrderLine.product_id, Order.customer_id, day, func.sum(standing_units()))
    rows = session.execute(query.group_by(OrderLine.product_id, Order.customer_id, day))
    found = [(product, buyer, when, float(units)) for product, buyer, when, units in rows if units]
    lines = pl.DataFrame(found, schema=SCHEMA, orient="row")
    products = _names(session, ("product", "unique_id", "category"), Product.id, Product.sku, Product.category_id)
    buyers = _names(
        session,
        ("buyer", *CUSTOMER),
        Customer.id,
        Customer.code,
        Customer.country,
        Customer.region,
        Customer.rep_email,
    )
    named = lines.join(products, on="product").join(buyers, on="buyer").rename({"day": "ds"})
    return named.select("unique_id", "ds", "y", *CUSTOMER, "category")


def by_period(daily: pl.DataFrame, freq: str, today: date) -> pl.DataFrame:
    """The same by period, up to the last complete one; by day without the customers one by one, who buy too rarely for
    a day to say anything.
    """
    kinds = [name for name in (*CUSTOMER, "category") if freq != "D" or name != "customer"]
    start = pl.col("ds").dt.truncate(EVERY[freq])
    grouped = daily.group_by("unique_id", start, *kinds).agg(pl.col("y").sum())
    return grouped.filter(pl.col("ds") <= last_complete_period(today, freq)).sort("unique_id", "ds", *kinds)


def _names(session: Session, columns: Sequence[str], *fields: Any) -> pl.DataFrame:
    """A key and what it stands for, as text."""
    rows = [
        (row[0], *("" if value is None else str(value) for value in row[1:]))
        for row in session.execute(select(*fields))
    ]
    schema = {columns[0]: pl.Int64, **dict.fromkeys(columns[1:], pl.String)}
    return pl.DataFrame(rows, schema=schema, orient="row")
