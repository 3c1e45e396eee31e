"""What was sold of several products, or to several customers, over a span: in sales units and in money."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute

from backend.catalogue.tables import Product
from backend.company.days import within_days
from backend.customers.tables import Customer
from backend.identity.permissions import Permission
from backend.insight.scopes import Kind, Scope, bought_by, standing_lines, standing_units
from backend.sales.tables import Order, OrderLine
from backend.work import Work


@dataclass(frozen=True)
class Sold:
    """What was sold of a product: in sales units, and in money net of tax."""

    units: int
    value: Decimal


def sold(
    work: Work, scope: Scope | None, since: date, until: date, of: Collection[int] | None = None
) -> dict[int, Sold]:
    """By the product's key, what was ordered from ``since`` to before ``until``, less what was cancelled or came back.

    ``scope``: a category, a party or a party's part, or None for all; ``of``: only these products' keys.
    NotAllowed for who may not see customers; their own company's everybody may see.
    """
    return _sold_by(work, OrderLine.product_id, scope, (since, until), of)


def sold_to(
    work: Work, scope: Scope | None, since: date, until: date, of: Collection[int] | None = None
) -> dict[int, Sold]:
    """The same by the customer's key."""
    return _sold_by(work, Order.customer_id, scope, (since, until), of)


def _sold_by(
    work: Work,
    key: InstrumentedAttribute[int],
    scope: Scope | None,
    days: tuple[date, date],
    of: Collection[int] | None,
) -> dict[int, Sold]:
    if not _is_own(work, scope):
        work.principal.require(Permission.SEE_CUSTOMERS, "What was sold is for the order desk and sales.")
    value = func.sum(standing_units() * OrderLine.price, type_=OrderLine.price.type)
    query = standing_lines(key, func.sum(standing_units()), value).where(
        within_days(work.session, Order.placed_at, *days)
    )
    for one in (scope, scope.part if scope is not None else None):
        if one is not None and one.kind is not Kind.TOTAL:
            query = query.where(_condition(one))
    if of is not None:
        query = query.where(OrderLine.product_id.in_(list(of)))
    rows = work.session.execute(query.group_by(key))
    return {found: Sold(int(units), Decimal(value)) for found, units, value in rows if units}


def _is_own(work: Work, scope: Scope | None) -> bool:
    """Whether it is what the principal's own company bought, in all or in part."""
    if work.principal.customer_id is None or scope is None or scope.kind is not Kind.CUSTOMER:
        return False
    return work.session.scalar(select(Customer.id).where(Customer.code == scope.key)) == work.principal.customer_id


def _condition(scope: Scope) -> ColumnElement[bool]:
    if scope.is_party:
        return bought_by(scope)
    if scope.kind is Kind.CATEGORY:
        return OrderLine.product_id.in_(select(Product.id).where(Product.category_id == int(scope.key)))
    return OrderLine.product_id.in_(select(Product.id).where(Product.sku == scope.key))
