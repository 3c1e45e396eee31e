"""Which sale each return reverses, whether the return says so or not.

A return line that names its order line reverses that. One that does not (a credit note from elsewhere, or one without a
customer) is taken to be of the latest earlier sale of the same product to the same account with enough left of it,
otherwise of the latest ones together. What finds no sale reverses nothing, and is told of.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.catalogue.tables import Product
from backend.company.days import business_day
from backend.company.service import business_clock
from backend.sales.tables import Order, OrderLine, SalesReturn, SalesReturnLine

SCHEMA = {"unique_id": pl.String, "sold": pl.Date, "known": pl.Date, "quantity": pl.Float64}
_BACK = SalesReturn.state.in_(("received", "settled"))
_CAME = func.coalesce(SalesReturn.returned_at, SalesReturn.settled_at, SalesReturn.requested_at)


def named(session: Session, product_ids: Iterable[int] | None = None) -> pl.DataFrame:
    """What came back of named order lines: ``unique_id`` = SKU, ``sold`` and ``known`` (the days), ``quantity``."""
    sold, known = business_day(Order.placed_at, "sold"), business_day(_CAME, "known")
    query = (
        select(Product.sku, sold, known, func.sum(SalesReturnLine.quantity))
        .select_from(SalesReturnLine)
        .join(SalesReturn, SalesReturnLine.return_id == SalesReturn.id)
        .join(OrderLine, SalesReturnLine.order_line_id == OrderLine.id)
        .join(Order, OrderLine.order_id == Order.id)
        .join(Product, OrderLine.product_id == Product.id)
        .where(_BACK, Order.state != "cancelled", SalesReturnLine.quantity > 0)
        .group_by(Product.sku, sold, known)
    )
    if product_ids is not None:
        query = query.where(OrderLine.product_id.in_(list(product_ids)))
    rows = [(sku, sold_on, known_on, float(quantity)) for sku, sold_on, known_on, quantity in session.execute(query)]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def unnamed(session: Session, product_ids: Iterable[int] | None = None) -> pl.DataFrame:
    """The same of returns that name no order line; ``sold`` is null for what finds no sale."""
    query = (
        select(Product.sku, Product.id, SalesReturn.customer_id, _CAME, SalesReturnLine.quantity)
        .select_from(SalesReturnLine)
        .join(SalesReturn, SalesReturnLine.return_id == SalesReturn.id)
        .join(Product, SalesReturnLine.product_id == Product.id)
        .where(_BACK, SalesReturnLine.order_line_id.is_(None), SalesReturnLine.quantity > 0)
        .order_by(_CAME, SalesReturnLine.id)
    )
    chosen = None if product_ids is None else list(product_ids)
    if chosen is not None:
        query = query.where(SalesReturnLine.product_id.in_(chosen))
    returns = session.execute(query).all()
    if not returns:
        return pl.DataFrame(schema=SCHEMA)
    sales, clock = _sales(session, chosen), business_clock(session)
    rows = [
        (sku, sold and clock.date_of(sold), clock.date_of(came), float(quantity))
        for sku, product, customer, came, wanted in returns
        for sold, quantity in _taken(sales[product, customer], came, wanted)
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


@dataclass(slots=True)
class _Sale:
    at: datetime
    left: int


def _sales(session: Session, product_ids: list[int] | None) -> defaultdict[tuple[int, int], list[_Sale]]:
    """What was sold, and not returned by name, of the products to the accounts that have unnamed returns of them."""
    back: Any = (
        select(SalesReturnLine.order_line_id, func.sum(SalesReturnLine.quantity).label("quantity"))
        .join(SalesReturn, SalesReturnLine.return_id == SalesReturn.id)
        .where(SalesReturnLine.order_line_id.is_not(None), _BACK)
        .group_by(SalesReturnLine.order_line_id)
        .subquery()
    )
    nameless = (
        select(SalesReturnLine.product_id, SalesReturn.customer_id)
        .join(SalesReturn, SalesReturnLine.return_id == SalesReturn.id)
        .where(SalesReturnLine.order_line_id.is_(None))
        .distinct()
        .subquery()
    )
    left = OrderLine.quantity - OrderLine.cancelled - func.coalesce(back.c.quantity, 0)
    query = (
        select(OrderLine.product_id, Order.customer_id, Order.placed_at, left)
        .select_from(OrderLine)
        .join(Order, OrderLine.order_id == Order.id)
        .join(
            nameless,
            (nameless.c.product_id == OrderLine.product_id) & (nameless.c.customer_id == Order.customer_id),
        )
        .outerjoin(back, back.c.order_line_id == OrderLine.id)
        .where(Order.state != "cancelled")
        .order_by(Order.placed_at, OrderLine.id)
    )
    if product_ids is not None:
        query = query.where(OrderLine.product_id.in_(product_ids))
    found: defaultdict[tuple[int, int], list[_Sale]] = defaultdict(list)
    for product, customer, at, quantity in session.execute(query):
        if quantity > 0:
            found[product, customer].append(_Sale(at, int(quantity)))
    return found


def _taken(sales: list[_Sale], came: datetime, wanted: int) -> Iterator[tuple[datetime | None, int]]:
    """The sales' times and the quantities that a return is made up of, taken off them; what is left has no time."""
    latest = [sale for sale in reversed(sales) if sale.at < came and sale.left]
    whole = next((sale for sale in latest if sale.left >= wanted), None)
    for sale in (whole,) if whole else latest:
        taken = min(sale.left, wanted)
        if taken:
            sale.left -= taken
            wanted -= taken
            yield sale.at, taken
    if wanted:
        yield None, wanted
