"""Reading orders and carts; authorization is in the query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from backend.catalogue.tables import Product
from backend.customers.tables import Customer
from backend.errors import NotFound
from backend.identity.permissions import Permission
from backend.identity.tables import User
from backend.sales.states import OPEN
from backend.sales.tables import Cart, CartLine, Order, OrderHold, OrderLine, Shipment
from backend.work import Work

_WHOLE = (
    selectinload(Order.lines).joinedload(OrderLine.product).selectinload(Product.packs),
    selectinload(Order.shipments).selectinload(Shipment.lines),
    selectinload(Order.holds),
)
_LISTED = (
    joinedload(Order.customer).load_only(Customer.code, Customer.name),
    joinedload(Order.placed_by).load_only(User.name),
)
# What a page of orders asks, built once: to load these along with the orders takes twice the time.
_PAGE: Final = select(Order).where(Order.id.in_(bindparam("keys", expanding=True))).options(*_LISTED)
_HOLDS: Final = (
    select(OrderHold).where(OrderHold.order_id.in_(bindparam("keys", expanding=True))).order_by(OrderHold.id)
)
_SHIPMENTS: Final = (
    select(Shipment)
    .where(Shipment.order_id.in_(bindparam("keys", expanding=True)))
    .options(selectinload(Shipment.lines))
    .order_by(Shipment.id)
)
_LINES: Final = (
    select(
        OrderLine.order_id,
        OrderLine.position,
        Product.sku,
        Product.name,
        OrderLine.quantity,
        OrderLine.list_price,
        OrderLine.discount,
        OrderLine.price,
        OrderLine.tax_rate,
        OrderLine.total,
        OrderLine.reserved,
        OrderLine.back_ordered,
        OrderLine.shipped,
        OrderLine.cancelled,
        OrderLine.returned,
        OrderLine.promised_date,
    )
    .join(Product, Product.id == OrderLine.product_id)
    .where(OrderLine.order_id.in_(bindparam("keys", expanding=True)))
    .order_by(OrderLine.order_id, OrderLine.position)
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


@dataclass(frozen=True)
class Sought:
    """Which orders are looked for; days are the company's. ``held``: on hold or not."""

    customer_id: int | None = None
    state: str | None = None
    held: bool | None = None
    placed_from: date | None = None
    placed_to: date | None = None
    customer_reference: str | None = None
    product_id: int | None = None

    @property
    def by_day(self) -> bool:
        """Whether days are named: then orders come by when they were placed, which is not always as they came in."""
        return self.placed_from is not None or self.placed_to is not None

    def conditions(self, work: Work) -> list[ColumnElement[bool]]:
        """All but the product, as SQL."""
        found = []
        if self.customer_id is not None:
            found.append(Order.customer_id == self.customer_id)
        if self.state is not None:
            found.append(Order.state == self.state)
        if self.held is not None:
            found.append(Order.state == "on_hold" if self.held else Order.state != "on_hold")
        if self.placed_from is not None:
            found.append(Order.placed_at >= work.clock.start_of(self.placed_from))
        if self.placed_to is not None:
            found.append(Order.placed_at < work.clock.start_of(self.placed_to + timedelta(days=1)))
        if self.customer_reference is not None:
            found.append(Order.customer_reference == self.customer_reference)
        return found


def page(
    work: Work,
    *,
    before: int | None,
    limit: int,
    customer_id: int | None = None,
    state: str | None = None,
    sought: Sought | None = None,
) -> Sequence[Order]:
    """Visible orders after the one with the key ``before``, newest first: by key, or by when they were placed.

    Their lines are read by ``lines_of``.
    """
    sought = sought or Sought(customer_id=customer_id, state=state)
    keys = _keys(work, sought, before).limit(limit)
    found = [row[-1] for row in work.session.execute(keys)]
    if not found:
        return []
    by_key = {order.id: order for order in work.session.scalars(_PAGE, {"keys": found})}
    holds: dict[int, list[OrderHold]] = {key: [] for key in found}
    shipments: dict[int, list[Shipment]] = {key: [] for key in found}
    for hold in work.session.scalars(_HOLDS, {"keys": found}):
        holds[hold.order_id].append(hold)
    for shipment in work.session.scalars(_SHIPMENTS, {"keys": found}):
        shipments[shipment.order_id].append(shipment)
    for key, order in by_key.items():
        set_committed_value(order, "holds", holds[key])
        set_committed_value(order, "shipments", shipments[key])
    return [by_key[key] for key in found]


def lines_of(work: Work, orders: Sequence[Order]) -> dict[int, list[Mapping[str, Any]]]:
    """The lines of some orders by the order's key, as plain facts and not objects: a page has a thousand."""
    found: dict[int, list[Mapping[str, Any]]] = {order.id: [] for order in orders}
    if orders:
        rows = work.session.execute(_LINES, {"keys": list(found)})
        _, *names = rows.keys()
        for order_id, *facts in rows:
            found[order_id].append(dict(zip(names, facts, strict=True)))
    return found


def _keys(work: Work, sought: Sought, before: int | None) -> Select[*tuple[Any, ...]]:
    """The keys of the orders sought, last in each row; what the order of rows goes by comes first."""
    query = visible(work).with_only_columns(Order.id).where(*sought.conditions(work))
    key = Order.id
    if sought.product_id is not None:
        query = query.join(OrderLine, OrderLine.order_id == Order.id).where(OrderLine.product_id == sought.product_id)
        key = OrderLine.order_id  # the index of (product, order) gives them in order
        query = query.with_only_columns(key).distinct()
    if not sought.by_day:
        return (query if before is None else query.where(Order.id < before, key < before)).order_by(key.desc())
    if before is not None:
        last = select(Order.placed_at).where(Order.id == before).scalar_subquery()
        query = query.where(Order.placed_at <= last, or_(Order.placed_at < last, Order.id < before))
    columns = query.with_only_columns(Order.placed_at, Order.id)
    return columns.order_by(Order.placed_at.desc(), Order.id.desc())


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
