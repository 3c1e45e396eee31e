"""The rows of what is assumed: suppliers, their terms, opening stock; and what is on open purchase orders."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import polars as pl

from backend.imports.assumptions import (
    WORKING_DAYS_PER_WEEK,
    AssumedSupplier,
    Demand,
    Opening,
    Terms,
    draw,
    opening_of,
    terms_of,
)
from backend.working_days import add_working_days, is_working_day

NO_DEMAND = Demand(0.0, 0.0)
SCALE = 10_000


@dataclass(frozen=True)
class OpenLine:
    """Sales units of a product on their way, at the supplier's cost."""

    product_id: int
    quantity: int
    cost: Decimal


@dataclass(frozen=True)
class Supply:
    """Terms and stock by product, and open purchase order lines by supplier code."""

    terms: pl.DataFrame
    levels: pl.DataFrame
    on_order: dict[str, list[OpenLine]]
    low: int
    out: int


def supply_of(products: pl.DataFrame, prices: pl.DataFrame, packs: pl.DataFrame, demand: dict[str, Demand]) -> Supply:
    """Terms and opening stock for the active products; the others have neither supplier nor stock."""
    listed = dict(prices.filter(pl.col("min_quantity") == 1).select("product_id", "price").iter_rows())
    boxes = dict(packs.filter(pl.col("name") == "box").select("product_id", "quantity").iter_rows())
    terms: dict[int, Terms] = {}
    openings: dict[int, Opening] = {}
    for product, sku, active in products.select("id", "sku", "active").iter_rows():
        openings[product] = Opening(0, 0, low=False)
        if active:
            price, wanted = Decimal(listed[product]) / SCALE, demand.get(sku, NO_DEMAND)
            terms[product] = terms_of(sku, price, boxes.get(product), wanted)
            openings[product] = opening_of(sku, wanted, terms[product])
    return Supply(
        _terms_frame(terms),
        pl.DataFrame(
            {"product_id": list(openings), "on_hand": [opening.on_hand for opening in openings.values()]},
            schema={"product_id": pl.Int64, "on_hand": pl.Int64},
        ),
        _on_order(terms, openings),
        sum(opening.low for opening in openings.values()),
        sum(not openings[product].on_hand for product in terms),
    )


def expected_by(supplier: AssumedSupplier, today: date) -> tuple[date, date]:
    """When the supplier's open order was placed and when it is due: under way since a part of the lead time."""
    share = 0.2 + 0.6 * draw("ordered", supplier.code)
    days = round(supplier.lead_time_days * 7 / WORKING_DAYS_PER_WEEK * share)
    ordered = today - timedelta(days=max(days, 1))
    while not is_working_day(ordered):
        ordered -= timedelta(days=1)
    return ordered, max(add_working_days(ordered, supplier.lead_time_days), add_working_days(today, 1))


def _terms_frame(terms: dict[int, Terms]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "supplier": [term.supplier.code for term in terms.values()],
            "product_id": list(terms),
            "cost": [int(term.cost * SCALE) for term in terms.values()],
            "moq": [term.moq for term in terms.values()],
            "multiple": [term.multiple for term in terms.values()],
            "price_breaks": [json.dumps(term.price_breaks) for term in terms.values()],
            "assumed": [True] * len(terms),
        },
        schema={
            "supplier": pl.String,
            "product_id": pl.Int64,
            "cost": pl.Int64,
            "moq": pl.Int64,
            "multiple": pl.Int64,
            "price_breaks": pl.String,
            "assumed": pl.Boolean,
        },
    )


def _on_order(terms: dict[int, Terms], openings: dict[int, Opening]) -> dict[str, list[OpenLine]]:
    lines: dict[str, list[OpenLine]] = {}
    for product, term in terms.items():
        quantity = openings[product].on_order
        if quantity:
            lines.setdefault(term.supplier.code, []).append(OpenLine(product, quantity, term.cost))
    return lines
