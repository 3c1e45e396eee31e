"""Demand out of the order database, and forecasts and suggestions out of their rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl
from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from backend.catalogue.tables import Product
from backend.company.days import business_day
from backend.customers.tables import ANONYMOUS, Customer
from backend.insight.periods import EVERY, last_complete_period
from backend.insight.reversals import unnamed
from backend.insight.tables import ForecastRow, ForecastRun, Suggestion
from backend.sales.queries import ordered_since
from backend.sales.tables import Order, OrderLine, SalesReturn, SalesReturnLine
from backend.work import Work

MOST_NAMED = 900  # products that a query names one by one; for more all are read
DEMAND_SCHEMA = {"unique_id": pl.String, "ds": pl.Date, "y": pl.Float64}


def daily_demand(session: Session, product_ids: Iterable[int] | None = None, *, net: bool = True) -> pl.DataFrame:
    """Sales units ordered per product and day (``unique_id`` = SKU, ``ds``, ``y``).

    Cancelled quantities don't count, and what came back is taken off the day it was sold on (see ``reversals``); a
    day's demand is never below zero. Without ``net`` nothing that came back is taken off. Days are the company's.
    """
    chosen = None if product_ids is None else list(product_ids)
    back = (
        select(SalesReturnLine.order_line_id, func.sum(SalesReturnLine.quantity).label("quantity"))
        .join(SalesReturn, SalesReturnLine.return_id == SalesReturn.id)
        .where(SalesReturnLine.order_line_id.is_not(None), SalesReturn.state.in_(("received", "settled")))
        .group_by(SalesReturnLine.order_line_id)
        .subquery()
    )
    sold = OrderLine.quantity - OrderLine.cancelled - (func.coalesce(back.c.quantity, 0) if net else 0)
    day = business_day(Order.placed_at)
    query = (
        select(Product.sku, day, func.sum(case((sold > 0, sold), else_=0)))
        .select_from(OrderLine)
        .join(Order, OrderLine.order_id == Order.id)
        .join(Product, OrderLine.product_id == Product.id)
        .outerjoin(back, back.c.order_line_id == OrderLine.id)
        .where(Order.state != "cancelled")
        .group_by(Product.sku, day)
    )
    if chosen is not None:
        query = query.where(OrderLine.product_id.in_(chosen))
    rows = [(sku, when, float(quantity)) for sku, when, quantity in session.execute(query)]
    sales = pl.DataFrame(rows, schema=DEMAND_SCHEMA, orient="row")
    if net:
        sales = _less(sales, unnamed(session, chosen))
    return sales.filter(pl.col("y") > 0).sort("unique_id", "ds")


def _less(sales: pl.DataFrame, back: pl.DataFrame) -> pl.DataFrame:
    """Demand by day less what came back of each day."""
    if back.is_empty():
        return sales
    by_day = back.group_by("unique_id", pl.col("sold").alias("ds")).agg(pl.col("quantity").sum())
    net = pl.col("y") - pl.col("quantity").fill_null(0.0)
    return sales.join(by_day, on=["unique_id", "ds"], how="left").select("unique_id", "ds", net.alias("y"))


def demand(session: Session, freq: str, today: date, product_ids: Iterable[int] | None = None) -> pl.DataFrame:
    """Demand by period up to the last complete one, as ``unique_id, ds, y``."""
    daily = daily_demand(session, product_ids)
    if daily.is_empty():
        return daily
    grouped = daily.group_by("unique_id", pl.col("ds").dt.truncate(EVERY[freq])).agg(pl.col("y").sum())
    return grouped.filter(pl.col("ds") <= last_complete_period(today, freq)).sort("unique_id", "ds")


def purchases(session: Session) -> pl.DataFrame:
    """Order lines still standing of known customers: ``customer``, ``sku``, ``date``, ``quantity``, ``order_id``."""
    query = (
        select(
            Customer.code,
            Product.sku,
            business_day(Order.placed_at),
            OrderLine.quantity - OrderLine.cancelled - OrderLine.returned,
            Order.number,
        )
        .select_from(OrderLine)
        .join(Order, OrderLine.order_id == Order.id)
        .join(Product, OrderLine.product_id == Product.id)
        .join(Customer, Order.customer_id == Customer.id)
        .where(Order.state != "cancelled", Customer.code != ANONYMOUS)
    )
    rows = [(code, sku, day, int(q), number) for code, sku, day, q, number in session.execute(query) if q > 0]
    schema = {"customer": pl.String, "sku": pl.String, "date": pl.Date, "quantity": pl.Int64, "order_id": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def current_run(session: Session, freq: str) -> ForecastRun | None:
    """The bulk forecast that answers are made from."""
    return session.scalar(select(ForecastRun).where(ForecastRun.freq == freq, ForecastRun.current))


def forecast_rows(
    session: Session, run: ForecastRun, product_ids: Iterable[int] | None = None
) -> Sequence[ForecastRow]:
    """A run's rows, of the given products or of all."""
    query = select(ForecastRow).where(ForecastRow.run_id == run.id)
    if product_ids is not None:
        query = query.where(ForecastRow.product_id.in_(list(product_ids)))
    return session.scalars(query).all()


@dataclass(frozen=True)
class Need:
    """What a customer is likely to need: the product, how much, when, and why."""

    product: Product
    quantity: int
    due: date | None
    reason: dict[str, object]


def needs(work: Work, customer_id: int, limit: int) -> list[Need]:
    """A customer's likely needs, best first, less what they have ordered since the suggestions were made."""
    rows = work.session.scalars(
        select(Suggestion).where(Suggestion.customer_id == customer_id).order_by(Suggestion.rank)
    ).all()
    if not rows:
        return []
    done = ordered_since(work, customer_id, min(row.as_of for row in rows))
    kept = [row for row in rows if row.product_id not in done and row.product.active]
    return [Need(row.product, row.quantity, row.due_date, dict(row.reason)) for row in kept[:limit]]
