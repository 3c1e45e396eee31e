"""Reading shipments; authorization is in the query: who sees an order sees its shipments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import selectinload

from backend.catalogue.tables import Product
from backend.customers.tables import Customer
from backend.errors import NotFound
from backend.http.pages import with_room
from backend.identity.permissions import Permission
from backend.sales.tables import Order, OrderLine, Shipment, ShipmentLine
from backend.shipping.schemas import ShipmentLineOut
from backend.stock.tables import Warehouse
from backend.work import Work

_WHOLE = (
    selectinload(Shipment.order).selectinload(Order.customer),
    selectinload(Shipment.lines).joinedload(ShipmentLine.order_line).joinedload(OrderLine.product),
)


_LISTED = (
    selectinload(Shipment.order)
    .load_only(Order.number, Order.customer_id)
    .joinedload(Order.customer)
    .load_only(Customer.code),
)
_KEYS: Final = ShipmentLine.shipment_id.in_(bindparam("keys", expanding=True))
_COUNTS: Final = select(ShipmentLine.shipment_id, func.count()).where(_KEYS).group_by(ShipmentLine.shipment_id)
_LINE, _SOLD, _PRODUCT = ShipmentLine.__table__, OrderLine.__table__, Product.__table__
_LINES: Final = (
    select(_LINE.c.shipment_id, _SOLD.c.position, _PRODUCT.c.sku, _PRODUCT.c.name, _LINE.c.quantity)
    .join_from(_LINE, _SOLD, _SOLD.c.id == _LINE.c.order_line_id)
    .join(_PRODUCT, _PRODUCT.c.id == _SOLD.c.product_id)
    .where(_KEYS)
    .order_by(_LINE.c.id)
)


def visible(work: Work) -> Select[Shipment]:
    """The shipments the principal may see: of their own company's orders, or all with the permission, or none."""
    query = select(Shipment)
    if work.principal.may(Permission.SEE_ALL_ORDERS):
        return query
    return query.where(Shipment.customer_id == (work.principal.customer_id or -1))


def by_number(work: Work, number: str) -> Shipment:
    """A visible shipment with its lines; NotFound for an unknown one and for another customer's alike."""
    query = visible(work).where(Shipment.number == number.strip().upper()).options(*_WHOLE)
    shipment = work.session.scalar(query)
    if shipment is None:
        raise NotFound(f"I can't find a shipment {number[:30]} of yours.", code="unknown_shipment")
    return shipment


def page(work: Work, *, state: str | None, order: str | None, before: int | None, limit: int) -> Sequence[Shipment]:
    """Visible shipments, newest key first, below the key ``before``; of one order where its number is given.

    Their lines are read by ``lines_of``.
    """
    query = visible(work).options(*_LISTED).order_by(Shipment.id.desc()).limit(limit)
    if state is not None:
        query = query.where(Shipment.state == state)
    if order is not None:
        wanted = select(Order.id).where(Order.number == order.strip().upper())
        query = query.where(Shipment.order_id.in_(wanted))
    if before is not None:
        query = query.where(Shipment.id < before)
    return work.session.scalars(query).all()


def lines_of(work: Work, shipments: Sequence[Shipment]) -> dict[int, list[ShipmentLineOut]]:
    """The lines of as many of these shipments as a page has room for, from the first on, by the shipment's key."""
    if not shipments:
        return {}
    keys = [shipment.id for shipment in shipments]
    counts = {key: count for key, count in work.session.execute(_COUNTS, {"keys": keys})}  # noqa: C416 - rows are no tuples
    keys = with_room(keys, counts)
    found: dict[int, list[ShipmentLineOut]] = {key: [] for key in keys}
    for key, position, sku, name, quantity in work.session.execute(_LINES, {"keys": keys}):
        found[key].append({"position": position, "sku": sku, "name": name, "quantity": quantity})
    return found


def warehouse_codes(work: Work) -> dict[int, str]:
    """The codes of all warehouses, by their keys."""
    rows = work.session.execute(select(Warehouse.id, Warehouse.code))
    return {key: code for key, code in rows}  # noqa: C416 - rows are no tuples
