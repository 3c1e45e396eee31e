"""Reading orders and carts; authorization is in the query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, Row, Select, bindparam, func, or_, select, type_coerce
from sqlalchemy.orm import selectinload

from backend.catalogue.tables import Product
from backend.customers.tables import Customer
from backend.errors import NotFound
from backend.http.bodies import stored_money, stored_price
from backend.http.pages import with_room
from backend.identity.permissions import Permission
from backend.identity.tables import User
from backend.sales.progress import Sums
from backend.sales.schemas import LineOut
from backend.sales.states import OPEN
from backend.sales.tables import Cart, CartLine, Order, OrderHold, OrderLine, Shipment
from backend.work import Work

_WHOLE = (
    selectinload(Order.lines).joinedload(OrderLine.product).selectinload(Product.packs),
    selectinload(Order.shipments).selectinload(Shipment.lines),
    selectinload(Order.holds),
)
# What is asked to show orders, built once. Rows and not objects: a page has some hundreds of lines.
_HEADS: Final = (
    select(
        Order.id,
        Order.number,
        Order.state,
        Order.placed_at,
        Order.placed_by_role,
        Order.channel,
        Order.requested_date,
        Order.customer_reference,
        Order.delivery_address,
        Order.payment_method,
        Order.payment_days,
        Order.cancel_reason,
        Order.currency,
        Order.delivery,
        Order.tax,
        Order.total,
        Order.version,
        Customer.code.label("customer_code"),
        User.name.label("placed_by_name"),
        select(func.count(OrderLine.id)).where(OrderLine.order_id == Order.id).scalar_subquery().label("line_count"),
    )
    .join(Customer, Customer.id == Order.customer_id)
    .outerjoin(User, User.id == Order.placed_by_id)
    .where(Order.id.in_(bindparam("keys", expanding=True)))
)
_HOLDS: Final = (
    select(OrderHold.order_id, OrderHold.reason, OrderHold.detail, OrderHold.created_at, OrderHold.released_at)
    .where(OrderHold.order_id.in_(bindparam("keys", expanding=True)))
    .order_by(OrderHold.id)
)
_SHIPMENTS: Final = (
    select(Shipment).where(Shipment.order_id.in_(bindparam("keys", expanding=True))).order_by(Shipment.id)
)
_LINE, _PRODUCT = OrderLine.__table__.c, Product.__table__.c
_LINES: Final = (  # amounts as they are stored, since what is shown is their text
    select(
        _LINE.order_id,
        _LINE.position,
        _PRODUCT.sku,
        _PRODUCT.name,
        _LINE.quantity,
        *(type_coerce(_LINE[name], BigInteger) for name in ("list_price", "discount", "price", "tax_rate", "total")),
        _LINE.reserved,
        _LINE.back_ordered,
        _LINE.shipped,
        _LINE.cancelled,
        _LINE.returned,
        _LINE.promised_date,
    )
    .join_from(OrderLine.__table__, Product.__table__, _PRODUCT.id == _LINE.product_id)
    .where(_LINE.order_id.in_(bindparam("keys", expanding=True)))
    .order_by(_LINE.order_id, _LINE.position)
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
        raise _unknown(number)
    return order


def _unknown(number: str) -> NotFound:
    return NotFound(f"I can't find an order {number[:30]} of yours.", code="unknown_order")


def recent(work: Work, customer_id: int | None, limit: int, *, open_only: bool = False) -> Sequence[Order]:
    """The newest visible orders, of one customer where it is given."""
    query = visible(work).options(*_WHOLE).order_by(Order.placed_at.desc(), Order.id.desc()).limit(limit)
    if customer_id is not None:
        query = query.where(Order.customer_id == customer_id)
    if open_only:
        query = query.where(Order.state.in_(OPEN))
    return work.session.scalars(query).unique().all()


def whole(work: Work, keys: Sequence[int]) -> list[Order]:
    """The visible orders with these keys, in this order, with their lines, shipments and holds."""
    found = work.session.scalars(visible(work).where(Order.id.in_(keys)).options(*_WHOLE)).unique()
    by_key = {order.id: order for order in found}
    return [by_key[key] for key in keys if key in by_key]


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


@dataclass(frozen=True, slots=True)
class Listed:
    """An order as it is shown, in rows: head, lines and their sums, holds; to look at and not to change."""

    head: Row[*tuple[Any, ...]]
    lines: list[LineOut]
    sums: Sums
    holds: list[Any]
    shipments: list[Shipment]


def keys_page(
    work: Work,
    *,
    before: int | None,
    limit: int,
    customer_id: int | None = None,
    state: str | None = None,
    sought: Sought | None = None,
) -> Sequence[int]:
    """The keys of visible orders after the one with the key ``before``, newest first: by key, or by when they were
    placed. ``listed`` reads the orders.
    """
    keys = _keys(work, sought or Sought(customer_id=customer_id, state=state), before).limit(limit)
    return [row[-1] for row in work.session.execute(keys)]


def listed_by_number(work: Work, number: str) -> Listed:
    """A visible order for showing it; NotFound as ``by_number`` raises it."""
    key = work.session.scalar(visible(work).with_only_columns(Order.id).where(Order.number == number.strip().upper()))
    if key is None:
        raise _unknown(number)
    return listed(work, [key])[0]


def listed(work: Work, keys: Sequence[int]) -> list[Listed]:
    """The orders with these keys, in this order, for showing them: as many as a page has room for, at least one.

    Whether they may be seen is not asked again.
    """
    if not keys:
        return []
    session = work.session
    heads = {row.id: row for row in session.execute(_HEADS, {"keys": keys})}
    keys = with_room(keys, {key: head.line_count for key, head in heads.items()})
    asked = {"keys": keys}
    lines, sums = _lines(work, keys)
    holds: dict[int, list[Any]] = {key: [] for key in keys}
    for hold in session.execute(_HOLDS, asked):
        holds[hold.order_id].append(hold)
    shipments: dict[int, list[Shipment]] = {key: [] for key in keys}
    for shipment in session.scalars(_SHIPMENTS, asked):
        shipments[shipment.order_id].append(shipment)
    return [Listed(heads[key], lines[key], sums[key], holds[key], shipments[key]) for key in keys]


def _lines(work: Work, keys: Sequence[int]) -> tuple[dict[int, list[LineOut]], dict[int, Sums]]:
    """The lines of some orders, and their sums, by the order's key. Written out for speed: a page has hundreds."""
    found: dict[int, list[Any]] = {key: [] for key in keys}
    for (
        key, position, sku, name, quantity, list_price, discount, price, tax_rate, total,
        reserved, back_ordered, shipped, cancelled, returned, promised_date,
    ) in work.session.execute(_LINES, {"keys": keys}):  # fmt: skip
        found[key].append(
            {
                "position": position,
                "sku": sku,
                "name": name,
                "quantity": quantity,
                "list_price": None if list_price is None else stored_price(list_price),
                "discount": stored_price(discount),
                "price": stored_price(price),
                "tax_rate": stored_price(tax_rate),
                "total": stored_money(total),
                "reserved": reserved,
                "back_ordered": back_ordered,
                "shipped": shipped,
                "cancelled": cancelled,
                "returned": returned,
                "promised_date": promised_date,
            }
        )
    return found, {key: _sums(lines) for key, lines in found.items()}


def _sums(lines: Sequence[Mapping[str, Any]]) -> Sums:
    behind = sum(line["back_ordered"] for line in lines)
    return Sums(sum(line["shipped"] for line in lines), behind + sum(line["reserved"] for line in lines), behind)


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


@dataclass(frozen=True)
class Paid:
    """What a customer paid for a product on an order: ``price`` per sales unit, after the line's discount."""

    number: str
    day: date
    quantity: int
    price: Decimal


def prices_paid(work: Work, customer_id: int, product_id: int, limit: int) -> list[Paid]:
    """What a customer paid for a product on its last orders, the latest first."""
    rows = work.session.execute(
        select(Order.number, Order.placed_at, OrderLine.quantity, OrderLine.price)
        .join(Order, OrderLine.order_id == Order.id)
        .where(
            Order.customer_id == customer_id,
            OrderLine.product_id == product_id,
            Order.state != "cancelled",
            OrderLine.quantity > OrderLine.cancelled,
        )
        .order_by(Order.placed_at.desc(), Order.id.desc())
        .limit(limit)
    )
    return [Paid(number, work.clock.date_of(placed), quantity, price) for number, placed, quantity, price in rows]


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
