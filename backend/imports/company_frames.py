"""The rows of customers, products, orders and returns, as frames ready to be written, with their primary keys."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from backend.customers.tables import ANONYMOUS
from backend.imports.packs import pack_rows
from backend.imports.pricing import price_rows
from backend.imports.products import Products
from backend.imports.rules import pence

CASH = ANONYMOUS
CASH_NAME = "Cash and web sales"
ZONE = "Europe/London"
ON_SALE_DAYS = 365  # a product not sold for longer is not active
PENNY = 100  # in ten-thousandths


@dataclass(frozen=True)
class FirstKeys:
    """The first free primary key of each table that is written here."""

    customer: int
    product: int
    category: int
    order: int
    order_line: int
    sales_return: int


@dataclass(frozen=True)
class Catalogue:
    """``products`` has all of its columns and ``sku``; the others refer to it by product_id."""

    categories: pl.DataFrame
    products: pl.DataFrame
    aliases: pl.DataFrame
    prices: pl.DataFrame
    packs: pl.DataFrame


@dataclass(frozen=True)
class Trade:
    """Customers and what they bought and sent back."""

    customers: pl.DataFrame
    orders: pl.DataFrame
    order_lines: pl.DataFrame
    returns: pl.DataFrame
    return_lines: pl.DataFrame
    customers_in_several_countries: int
    invoices_split: int


def utc(local: pl.Expr) -> pl.Expr:
    """The company's local time as UTC. Of the hour that autumn repeats, the first; the hour spring skips is one on."""

    def zoned(times: pl.Expr) -> pl.Expr:
        return times.dt.replace_time_zone(ZONE, ambiguous="earliest", non_existent="null")

    moment = pl.coalesce(zoned(local), zoned(local + pl.duration(hours=1)))
    return moment.dt.convert_time_zone("UTC").dt.replace_time_zone(None)


def catalogue_of(
    found: Products, sales: pl.DataFrame, returns: pl.DataFrame, end: datetime, first: FirstKeys
) -> Catalogue:
    """Categories, products with what is assumed about each, aliases, prices and packs."""
    prices = price_rows(sales, returns)
    packs = pack_rows(sales, prices)
    names = found.table.select(pl.col("category").unique().sort()).rename({"category": "name"})
    categories = names.with_row_index("id", 0).with_columns(pl.col("id").cast(pl.Int64) + first.category)
    table = found.table.with_row_index("id", 0).with_columns(pl.col("id").cast(pl.Int64) + first.product)
    table = table.join(
        categories.rename({"id": "category_id", "name": "category"}), on="category", maintain_order="left"
    )
    ids = table.select("sku", pl.col("id").alias("product_id"))
    products = _products(table, prices, packs, end)
    return Catalogue(
        categories,
        products,
        found.aliases.join(ids, on="sku", maintain_order="left").select("product_id", "text"),
        prices.join(ids, on="sku", maintain_order="left").select("product_id", "min_quantity", "price"),
        packs.join(ids, on="sku", maintain_order="left").select(
            "product_id", "name", "quantity", pl.lit(value=True).alias("assumed")
        ),
    )


def _products(table: pl.DataFrame, prices: pl.DataFrame, packs: pl.DataFrame, end: datetime) -> pl.DataFrame:
    broken = prices.filter(pl.col("min_quantity") > 1)["sku"].unique()
    active = pl.col("last_at") > end - pl.duration(days=ON_SALE_DAYS)
    marks = {
        "name": pl.col("name_assumed"),
        "category": pl.lit(value=True),
        "price": pl.lit(value=True),
        "price_breaks": pl.col("sku").is_in(broken.implode()),
        "packs": pl.col("sku").is_in(packs["sku"].unique().implode()),
        "stock": pl.lit(value=True),
        "supply": active,
    }
    return table.select(
        "id",
        "sku",
        "name",
        "category_id",
        active.alias("active"),
        _json_list(marks).alias("assumed"),
        utc(pl.col("first_at")).alias("created_at"),
    )


def trade_of(
    sales: pl.DataFrame, returns: pl.DataFrame, pieces: pl.DataFrame, products: pl.DataFrame, first: FirstKeys
) -> Trade:
    """Customers, orders with lines, and returns with lines, from the judged lines."""
    skus = products.select("sku", pl.col("id").alias("product_id"))
    sales, returns = _of_accounts(sales), _of_accounts(returns)
    customers, several = _customers(pl.concat([sales, returns]), first.customer)
    codes = customers.select(pl.col("code").alias("customer"), pl.col("id").alias("customer_id"))
    orders = _documents(sales, codes, first.order)
    order_lines = _order_lines(sales, orders, skus, pieces, first.order_line)
    credit_notes = _documents(returns, codes, first.sales_return)
    return_lines = _return_lines(returns, credit_notes, skus, pieces, order_lines)
    split = orders.filter(pl.col("number") != pl.col("invoice")).height
    return Trade(
        customers,
        orders.select("id", "number", "customer_id", pl.col("at").alias("placed_at"), "total"),
        order_lines.drop("n"),
        credit_notes.select(
            "id", "number", "customer_id", pl.col("at").alias("returned_at"), pl.col("total").neg().alias("total")
        ),
        return_lines,
        several,
        split,
    )


def _of_accounts(lines: pl.DataFrame) -> pl.DataFrame:
    return lines.select(
        "n", "invoice", "sku", "quantity", "at", "price", pl.col("customer").fill_null(CASH), "country", "pence"
    )


def _customers(lines: pl.DataFrame, first_id: int) -> tuple[pl.DataFrame, int]:
    """One row per account; the country is the one most of its invoices have (of two, the later)."""
    countries = (
        lines.group_by("customer", "country")
        .agg(pl.col("invoice").n_unique().alias("invoices"), pl.col("at").max().alias("last"), pl.col("at").min())
        .sort("customer", "invoices", "last", "country", descending=[False, True, True, False])
    )
    rows = countries.group_by("customer", maintain_order=True).agg(
        pl.col("country").first(), pl.len().alias("several"), pl.col("at").min().alias("since")
    )
    cash = pl.col("customer") == CASH
    several = rows.filter((pl.col("several") > 1) & ~cash).height
    return (
        rows.with_row_index("id", 0).select(
            pl.col("id").cast(pl.Int64) + first_id,
            pl.col("customer").alias("code"),
            pl.when(cash)
            .then(pl.lit(CASH_NAME))
            .otherwise(pl.concat_str(pl.lit("Customer "), pl.col("customer")))
            .alias("name"),
            "country",
            _json_list(
                {
                    "name": pl.lit(value=True),
                    "country": pl.col("several") > 1,
                    "payment_days": pl.lit(value=True),
                }
            ).alias("assumed"),
            utc(pl.col("since")).alias("created_at"),
        ),
        several,
    )


def _documents(lines: pl.DataFrame, codes: pl.DataFrame, first_id: int) -> pl.DataFrame:
    """One document per invoice and customer, numbered as the invoice; a second customer's gets '-2'."""
    grouped = (
        lines.group_by("invoice", "customer")
        .agg(pl.col("n").min(), pl.col("at").min(), pl.col("pence").sum().alias("pence"))
        .sort("n")
    )
    place = pl.int_range(1, pl.len() + 1).over("invoice")
    return (
        grouped.with_row_index("id", 0)
        .with_columns(
            pl.col("id").cast(pl.Int64) + first_id,
            pl.when(place == 1)
            .then(pl.col("invoice"))
            .otherwise(pl.concat_str(pl.col("invoice"), pl.lit("-"), place.cast(pl.String)))
            .alias("number"),
            utc(pl.col("at")).alias("at"),
            (pl.col("pence") * PENNY).alias("total"),
        )
        .join(codes, on="customer", maintain_order="left")
    )


def _order_lines(
    sales: pl.DataFrame, orders: pl.DataFrame, skus: pl.DataFrame, pieces: pl.DataFrame, first_id: int
) -> pl.DataFrame:
    """Everything was shipped long ago; ``returned`` is what matched cancellations took back."""
    back = (
        pieces.filter(pl.col("sale_n").is_not_null())
        .group_by(pl.col("sale_n").alias("n"))
        .agg(pl.col("quantity").sum().alias("returned"))
    )
    return (
        sales.join(orders.select("invoice", "customer", pl.col("id").alias("order_id")), on=["invoice", "customer"])
        .join(skus, on="sku")
        .join(back, on="n", how="left")
        .sort("order_id", "n")
        .with_row_index("id", 0)
        .select(
            pl.col("id").cast(pl.Int64) + first_id,
            "n",
            "order_id",
            pl.int_range(1, pl.len() + 1).over("order_id").alias("position"),
            "product_id",
            "quantity",
            "price",
            (pl.col("pence") * PENNY).alias("total"),
            pl.col("quantity").alias("shipped"),
            pl.col("returned").fill_null(0),
        )
    )


def _return_lines(
    returns: pl.DataFrame,
    credit_notes: pl.DataFrame,
    skus: pl.DataFrame,
    pieces: pl.DataFrame,
    order_lines: pl.DataFrame,
) -> pl.DataFrame:
    """A line per piece; the pieces' amounts add up to their cancellation line's to the penny."""
    whole = pl.col("quantity").cum_sum().over("n")
    amount = pence(pl.col("price"), whole) - pence(pl.col("price"), whole - pl.col("quantity"))
    sold = order_lines.select(pl.col("n").alias("sale_n"), pl.col("id").alias("order_line_id"))
    return (
        pieces.join(returns.select("n", "invoice", "customer", "sku", "price"), on="n", maintain_order="left")
        .with_columns((amount * PENNY).alias("total"))
        .join(credit_notes.select("invoice", "customer", pl.col("id").alias("return_id")), on=["invoice", "customer"])
        .join(skus, on="sku")
        .join(sold, on="sale_n", how="left")
        .sort("return_id", "n")
        .select("return_id", "order_line_id", "product_id", "quantity", "price", "total")
    )


def _json_list(present: dict[str, pl.Expr]) -> pl.Expr:
    """The names whose expression holds, as the text of a JSON list."""
    quoted: Callable[[str], str] = json.dumps
    names = [pl.when(holds).then(pl.lit(quoted(name))) for name, holds in present.items()]
    return pl.concat_str(pl.lit("["), pl.concat_str(names, separator=", ", ignore_nulls=True), pl.lit("]"))
