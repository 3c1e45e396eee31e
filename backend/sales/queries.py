"""Reading orders and carts; authorization is in the query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from backend.catalogue.tables import Product
from backend.errors import NotFound
from backend.identity.permissions import Permission
from backend.sales.states import OPEN
from backend.sales.tables import Cart, CartLine, Order, OrderLine, Shipment
from backend.work import Work

_WHOLE = (
    selectinload(Order.lines).joinedload(OrderLine.product).selectinload(Product.packs),
    selectinload(Order.shipments).selectinload(Shipment.lines),
)


def visible(work: Work) -> Select[Order]:
    """The orders the principal may see: their own company's, or all with the permission, or none."""
    query = select(Order)
    if work.principal.may(Permission.SEE_ALL_ORDERS):
        return query
    return query.where(Order.customer_id == (work.principal.customer_id or -1))


def by_number(work: Work, number: str) -> Order:
    """A visible order with its lines and shipments; NotFound for an unknown one and for another customer's alike."""
    query = visible(work).where(Order.number == number.strip().upper()).options(*_WHOLE)
    order = work.session.scalar(query)
    if order is None:
        raise NotFound(f"I can't find an order {number[:30]} of yours.", code="unknown_order")
    return order


def recent(work: Work, customer_id: int | None, limit: int, *, open_only: bool = False) -> Sequence[Order]:
    """The newest visible orders, of one customer where it is given."""
    query = visible(work).options(*_WHOLE).order_by(Order.placed_at.desc(), Order.id.desc()).limit(limit)
    if customer_id is not None:
        query = query.where(Order.customer_id == customer_id)
    if open_only:
        query = query.where(Order.state.in_(OPEN))
    return work.session.scalars(query).unique().all()


def page(work: Work, *, customer_id: int | None, state: str | None, before: int | None, limit: int) -> Sequence[Order]:
    """Visible orders, newest key first, below the key ``before``."""
    query = visible(work).options(*_WHOLE).order_by(Order.id.desc()).limit(limit)
    if customer_id is not None:
        query = query.where(Order.customer_id == customer_id)
    if state is not None:
        query = query.where(Order.state == state)
    if before is not None:
        query = query.where(Order.id < before)
    return work.session.scalars(query).unique().all()


def cart_of(work: Work, customer_id: int) -> Cart | None:
    """The principal's cart for a customer, with its lines and their products."""
    return work.session.scalar(
        select(Cart)
        .where(Cart.user_id == work.principal.user_id, Cart.customer_id == customer_id)
        .options(
            selectinload(Cart.lines).joinedload(CartLine.product).selectinload(Product.packs),
            selectinload(Cart.lines).joinedload(CartLine.product).selectinload(Product.prices),
        )
    )


@dataclass(frozen=True)
class Bought:
    """How often and when last a customer bought a product, and how much at the last time."""

    sku: str
    times: int
    last_at: datetime


def bought(work: Work, customer_id: int) -> dict[str, Bought]:
    """What a customer has bought so far, by SKU."""
    rows = work.session.execute(
        select(Product.sku, func.count(), func.max(Order.placed_at))
        .select_from(OrderLine)
        .join(Order, OrderLine.order_id == Order.id)
        .join(Product, OrderLine.product_id == Product.id)
        .where(Order.customer_id == customer_id, Order.state != "cancelled")
        .group_by(Product.sku)
    )
    return {sku: Bought(sku, int(times), last) for sku, times, last in rows}


def ordered_since(work: Work, customer_id: int, day: date) -> set[int]:
    """Products a customer has ordered on or after a day."""
    rows = work.session.scalars(
        select(OrderLine.product_id)
        .join(Order)
        .where(
            Order.customer_id == customer_id,
            Order.state != "cancelled",
            Order.placed_at >= work.clock.start_of(day),
        )
    )
    return set(rows)
