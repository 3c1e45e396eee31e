"""What is known of prices and promotions, past and to come, by product and period: what forecasts take into account.

The price of a period is what one sales unit was asked for: of each order line, what was charged (before a discount of
its own) relative to today's list for that quantity and price group, the middle one of the lines, times today's list
price of the smallest quantity. So neither a large order nor a customer of the trade looks like a lower price. Lines of
customers with prices of their own are left out. Prices to come are those of the list, with its dates.

The share of promotion of a period is the share of its days on which a promotion for everyone ran: by its dates in the
price list, or by the first and the last day on which it was ordered from where it is no longer there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import polars as pl
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.catalogue.pricing import price_at
from backend.catalogue.tables import Price, Product
from backend.company.days import business_day
from backend.customers.tables import Customer
from backend.insight.periods import EVERY, last_complete_period, next_period, period_start
from backend.sales.tables import Order, OrderLine

CALENDAR: Final = "GB-ENG"  # whose public holidays count, as in backend.working_days
EVERYONE: Final = ""  # stands for no price group
SCHEMA: Final = {"unique_id": pl.String, "ds": pl.Date, "price": pl.Float64, "promotion": pl.Float64}
_LINES: Final = {
    "product": pl.Int64,
    "day": pl.Date,
    "group": pl.String,
    "quantity": pl.Int64,
    "price": pl.Float64,
    "name": pl.String,
}


@dataclass(frozen=True)
class Offer:
    """A promotion of a product for everyone, both days included."""

    product: int
    first: date
    last: date


def known_factors(session: Session, freq: str, today: date, horizon: int) -> pl.DataFrame:
    """``unique_id`` (SKU), ``ds`` (a period's first day), ``price``, ``promotion`` (0…1), up to ``horizon`` ahead."""
    last = last_complete_period(today, freq)
    lines, prices = _lines(session), _price_rows(session)
    starts = _ahead(last, freq, horizon)
    until = next_period(starts[-1], freq) - timedelta(days=1) if starts else last
    bases = _bases(prices, today)
    past = _charged(lines, bases, freq, last)
    ahead = _to_come(prices, today, starts, freq)
    offers = _offers(prices, lines, until)
    shares = _shares(offers, freq)
    known = pl.concat([past, ahead]).join(shares, on=["product", "ds"], how="full", coalesce=True)
    names = pl.DataFrame(
        [(key, sku) for key, sku in session.execute(select(Product.id, Product.sku))],
        schema={"product": pl.Int64, "unique_id": pl.String},
        orient="row",
    )
    shown = known.join(names, on="product").with_columns(pl.col("promotion").fill_null(0.0))
    return shown.select(SCHEMA.keys()).sort("unique_id", "ds")


def categories(session: Session) -> dict[str, str]:
    """Which products are alike: the category's key by SKU."""
    return {sku: str(key) for sku, key in session.execute(select(Product.sku, Product.category_id))}


def _lines(session: Session) -> pl.DataFrame:
    """Order lines still standing, with the price before a discount of their own."""
    own = select(Price.customer_id, Price.product_id).where(Price.customer_id.is_not(None)).distinct()
    special = {(customer, product) for customer, product in session.execute(own)}
    query = (
        select(
            OrderLine.product_id,
            business_day(Order.placed_at),
            Customer.price_group,
            OrderLine.quantity,
            func.coalesce(OrderLine.list_price, OrderLine.price),
            OrderLine.promotion,
            Order.customer_id,
        )
        .select_from(OrderLine)
        .join(Order, OrderLine.order_id == Order.id)
        .join(Customer, Order.customer_id == Customer.id)
        .where(Order.state != "cancelled", OrderLine.price > 0)
    )
    rows = [
        (product, when, group or EVERYONE, quantity, float(price), name)
        for product, when, group, quantity, price, name, customer in session.execute(query)
        if (customer, product) not in special
    ]
    return pl.DataFrame(rows, schema=_LINES, orient="row")


def _price_rows(session: Session) -> dict[int, list[Price]]:
    """The price list without customers' own prices, by product."""
    found: dict[int, list[Price]] = {}
    query = select(Price).where(Price.customer_id.is_(None)).order_by(Price.product_id, Price.min_quantity)
    for row in session.scalars(query):
        found.setdefault(row.product_id, []).append(row)
    return found


def _bases(prices: dict[int, list[Price]], today: date) -> pl.DataFrame:
    """Today's list without promotions: ``product``, ``group``, ``quantity`` from which ``listed`` holds, and ``base``,
    everybody's price of the smallest quantity.
    """
    rows: list[tuple[int, str, int, float, float]] = []
    groups = {row.price_group for own in prices.values() for row in own} | {None}
    for product, own in prices.items():
        plain = [row for row in own if row.promotion is None]
        steps = sorted({row.min_quantity for row in plain})
        base = next((price for each in steps if (price := price_at(plain, each, today, None)) is not None), None)
        if base is None or base <= 0:
            continue
        for group in groups:
            for step in steps:
                price = price_at(plain, step, today, group)
                if price is not None and price > 0:
                    rows.append((product, group or EVERYONE, step, float(price), float(base)))
    schema = {"product": pl.Int64, "group": pl.String, "quantity": pl.Int64, "listed": pl.Float64, "base": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _charged(lines: pl.DataFrame, bases: pl.DataFrame, freq: str, last: date) -> pl.DataFrame:
    """``product``, ``ds``, ``price`` of the periods in which something was ordered, up to the last complete one.

    A group that the list does not know is charged as everybody; without a list the product's usual price stands for it.
    """
    known = bases["group"].unique().to_list()
    usual = pl.col("price").median().over("product")
    group = pl.when(pl.col("group").is_in(known)).then(pl.col("group")).otherwise(pl.lit(EVERYONE))
    priced = (
        lines.with_columns(group.alias("group"))
        .sort("quantity")
        .join_asof(bases.sort("quantity"), on="quantity", by=["product", "group"], check_sortedness=False)
        .with_columns(pl.col("listed").fill_null(usual), pl.col("base").fill_null(usual))
    )
    index = pl.col("price") / pl.col("listed") * pl.col("base")
    start = pl.col("day").dt.truncate(EVERY[freq]).alias("ds")
    by_period = priced.group_by("product", start).agg(index.median().alias("price"))
    return by_period.filter(pl.col("ds") <= last).sort("product", "ds")


def _to_come(prices: dict[int, list[Price]], today: date, starts: Sequence[date], freq: str) -> pl.DataFrame:
    """The list's prices of the periods ahead, for everyone and the smallest quantity: means over their days."""
    rows: list[tuple[int, date, float]] = []
    for product, own in prices.items():
        least = min(row.min_quantity for row in own)
        dated = any(row.valid_from is not None or row.valid_to is not None for row in own)
        now = price_at(own, least, today, None)
        for start in starts:
            days = _days(start, freq) if dated else ()
            found = [price for day in days if (price := price_at(own, least, day, None)) is not None]
            asked = found or ([now] if now is not None else [])
            if sum(asked) > 0:
                rows.append((product, start, float(sum(asked) / len(asked))))
    schema = {"product": pl.Int64, "ds": pl.Date, "price": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _offers(prices: dict[int, list[Price]], lines: pl.DataFrame, until: date) -> list[Offer]:
    """The promotions of the list, and those that orders tell of and the list has forgotten."""
    begin = lines["day"].min() if not lines.is_empty() else until
    assert isinstance(begin, date)
    found, listed = [], set()
    for product, own in prices.items():
        for row in own:
            if row.promotion is not None and row.price_group is None:
                listed.add((product, row.promotion))
                found.append(Offer(product, max(begin, row.valid_from or begin), min(until, row.valid_to or until)))
    ordered = lines.filter(pl.col("name").is_not_null())
    spans = ordered.group_by("name").agg(pl.col("day").min().alias("first"), pl.col("day").max().alias("last"))
    of_products = ordered.select("product", "name").unique().join(spans, on="name").sort("product", "name")
    for product, name, first, last in of_products.select("product", "name", "first", "last").iter_rows():
        if (product, name) not in listed:
            found.append(Offer(product, first, last))
    return [offer for offer in found if offer.first <= offer.last]


def _shares(offers: Iterable[Offer], freq: str) -> pl.DataFrame:
    """The share of each period's days on which something was on promotion; overlapping ones count once."""
    days = [
        (offer.product, offer.first + timedelta(days=at))
        for offer in offers
        for at in range((offer.last - offer.first).days + 1)
    ]
    frame = pl.DataFrame(days, schema={"product": pl.Int64, "day": pl.Date}, orient="row").unique()
    counted = frame.group_by("product", pl.col("day").dt.truncate(EVERY[freq]).alias("ds")).len("days")
    length = (pl.col("ds").dt.offset_by(EVERY[freq]) - pl.col("ds")).dt.total_days()
    return counted.select("product", "ds", (pl.col("days") / length).alias("promotion")).sort("product", "ds")


def _ahead(last: date, freq: str, horizon: int) -> list[date]:
    starts, start = [], last
    for _ in range(horizon):
        start = next_period(start, freq)
        starts.append(start)
    return starts


def _days(start: date, freq: str) -> list[date]:
    end = next_period(period_start(start, freq), freq)
    return [start + timedelta(days=at) for at in range((end - start).days)]
