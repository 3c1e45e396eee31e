"""Demand as it is learnt from: when each return was known, when there was nothing to sell, and when an item ended.

One row per product, period and what is said of it, with the columns of ``models.forecasting.panel``:
- sales: what was ordered and not cancelled, before anything came back;
- returns: negative, on the period they came back in; ``reverses`` is the sale's period, null where none was found;
- ``out_of_stock``: the share of a period's days on which nothing was on hand and nothing was ordered. Orders are taken
  beyond stock here, and wait: a day on which somebody ordered has shown its demand. Where orders come about as often
  without stock as with it, over all products, customers do not mind, and no day counts. Days before a product's first
  movement in the stock ledger are not known to have been without;
- ``on_sale``: false from the period on after a product that is not sold any more was last sold or last on hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Final

import polars as pl
from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from backend.catalogue.tables import Product
from backend.company.days import business_day
from backend.insight.periods import EVERY, last_complete_period, next_period, period_start
from backend.insight.queries import daily_demand
from backend.insight.reversals import named, unnamed
from backend.stock.tables import StockEntry

SCHEMA: Final = {
    "unique_id": pl.String,
    "ds": pl.Date,
    "y": pl.Float64,
    "reverses": pl.Date,
    "out_of_stock": pl.Float64,
    "on_sale": pl.Boolean,
}
_DAY: Final = timedelta(days=1)
ANYWAY: Final = 0.8  # of the usual orders on days without stock, from which on customers are taken not to mind
FEWEST_ORDERS: Final = 20  # expected on such days, before that can be said

Movement = tuple[date, int, int]  # a day, what was moved on it in all, and what came in


@dataclass(frozen=True)
class Days:
    """What the database says, day by day; read once for all frequencies.

    daily: sales before anything came back (``unique_id, ds, y``). back: see ``reversals``. ledger: the days on which
    stock moved, in order, by SKU. gone: the SKUs that are not sold any more.
    """

    daily: pl.DataFrame
    back: pl.DataFrame
    ledger: dict[str, list[Movement]]
    gone: frozenset[str]


def read_days(session: Session) -> Days:
    """Every product's."""
    gone = frozenset(session.scalars(select(Product.sku).where(~Product.active)))
    back = pl.concat([named(session), unnamed(session)])
    return Days(daily_demand(session, net=False), back, _ledger(session), gone)


def observed_demand(days: Days, freq: str, today: date) -> pl.DataFrame:
    """What is known of demand up to the last complete period, as the module's text says; sorted."""
    if days.daily.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    last = last_complete_period(today, freq)
    frames = [
        _by_period(days.daily, freq),
        _returned(days.back, freq),
        out_of_stock(days.daily, days.ledger, freq, last),
        _ended(days, freq),
    ]
    rows = pl.concat(frames, how="diagonal").select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())
    return rows.filter(pl.col("ds") <= last).sort("unique_id", "ds", "reverses", "on_sale", "out_of_stock", "y")


def _by_period(daily: pl.DataFrame, freq: str) -> pl.DataFrame:
    return daily.group_by("unique_id", pl.col("ds").dt.truncate(EVERY[freq])).agg(pl.col("y").sum())


def _returned(back: pl.DataFrame, freq: str) -> pl.DataFrame:
    known, sold = (pl.col(name).dt.truncate(EVERY[freq]) for name in ("known", "sold"))
    grouped = back.group_by("unique_id", known.alias("ds"), sold.alias("reverses"))
    return grouped.agg(pl.col("quantity").sum().neg().alias("y"))


def _ledger(session: Session) -> dict[str, list[Movement]]:
    """The days on which stock moved, in order, by SKU, over all warehouses."""
    day = business_day(StockEntry.at)
    came = func.sum(case((StockEntry.quantity > 0, StockEntry.quantity), else_=0))
    query = (
        select(Product.sku, day, func.sum(StockEntry.quantity), came)
        .join(Product, StockEntry.product_id == Product.id)
        .where(StockEntry.kind != "transfer")
        .group_by(Product.sku, day)
        .order_by(Product.sku, day)
    )
    rows = session.execute(query).all()
    return {
        sku: [(when, int(moved), int(into)) for _, when, moved, into in movements]
        for sku, movements in groupby(rows, key=lambda row: str(row[0]))
    }


def out_of_stock(daily: pl.DataFrame, ledger: dict[str, list[Movement]], freq: str, last: date) -> pl.DataFrame:
    """The periods with days without stock: ``unique_id, ds, y`` = 0 and ``out_of_stock``, from each first sale on."""
    end = next_period(last, freq) - _DAY
    days = _days_without(daily, ledger, end)
    if _asked_for_anyway(days, daily, end):
        days = days.clear()
    length = (pl.col("period").dt.offset_by(EVERY[freq]) - pl.col("period")).dt.total_days()
    return (
        days.filter(pl.col("y").is_null())
        .group_by("unique_id", pl.col("ds").dt.truncate(EVERY[freq]).alias("period"))
        .agg(pl.len().alias("days"))
        .select(
            "unique_id",
            pl.col("period").alias("ds"),
            pl.lit(0.0).alias("y"),
            (pl.col("days") / length).alias("out_of_stock"),
        )
    )


def _days_without(daily: pl.DataFrame, ledger: dict[str, list[Movement]], end: date) -> pl.DataFrame:
    """The days without stock since each product's first sale: ``unique_id, ds``, what was ordered all the same as
    ``y`` (null: nothing), and ``born``.
    """
    schema = {"unique_id": pl.String, "first": pl.Date, "last": pl.Date}
    spells = [(sku, *spell) for sku, moved in ledger.items() for spell in spells_without(moved, end)]
    return (
        pl.DataFrame(spells, schema=schema, orient="row")
        .with_columns(pl.date_ranges("first", "last").alias("ds"))
        .explode("ds")
        .drop("first", "last")
        .join(daily, on=["unique_id", "ds"], how="left")
        .join(daily.group_by("unique_id").agg(pl.col("ds").min().alias("born")), on="unique_id")
        .filter(pl.col("ds") >= pl.col("born"))
    )


def _asked_for_anyway(days: pl.DataFrame, daily: pl.DataFrame, end: date) -> bool:
    """Whether orders came on the days without stock about as often as on the others, over all products."""
    per_product = (
        days.group_by("unique_id", "born")
        .agg(pl.len().alias("without"), pl.col("y").is_not_null().sum().alias("seen"))
        .join(daily.filter(pl.col("ds") <= end).group_by("unique_id").agg(pl.len().alias("ordered")), on="unique_id")
        .with_columns(((pl.lit(end) - pl.col("born")).dt.total_days() + 1 - pl.col("without")).alias("with"))
        .filter(pl.col("with") > 0)
    )
    usual = (pl.col("ordered") - pl.col("seen")) / pl.col("with") * pl.col("without")
    seen, expected = per_product.select(pl.col("seen").sum(), usual.sum().alias("usual")).row(0)
    return bool(expected >= FEWEST_ORDERS and seen >= ANYWAY * expected)


def spells_without(movements: Sequence[Movement], end: date) -> Iterator[tuple[date, date]]:
    """The first and last days of the times with nothing on hand all day, up to ``end``."""
    on_hand, since = 0, None
    for day, moved, came in movements:
        if since is not None and came > 0:
            if since < day and since <= end:
                yield since, min(day - _DAY, end)
            since = None
        on_hand += moved
        if on_hand > 0:
            since = None
        elif since is None:
            since = day + _DAY
    if since is not None and since <= end:
        yield since, end


def _ended(days: Days, freq: str) -> pl.DataFrame:
    """The first period after the end of each product that is not sold any more and of which nothing is left."""
    sold = dict(days.daily.group_by("unique_id").agg(pl.col("ds").max()).iter_rows())
    rows = []
    for sku in sorted(days.gone & sold.keys()):
        moved = days.ledger.get(sku, [])
        if sum(quantity for _, quantity, _ in moved) <= 0:
            last = max([sold[sku], *(day for day, _, _ in moved)])
            rows.append((sku, next_period(period_start(last, freq), freq), 0.0, False))
    schema = {"unique_id": pl.String, "ds": pl.Date, "y": pl.Float64, "on_sale": pl.Boolean}
    return pl.DataFrame(rows, schema=schema, orient="row")
