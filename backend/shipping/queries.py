"""Reading shipments; authorization is in the query: who sees an order sees its shipments."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from backend.errors import NotFound
from backend.identity.permissions import Permission
from backend.sales.tables import Order, OrderLine, Shipment, ShipmentLine
from backend.stock.tables import Warehouse
from backend.work import Work

_WHOLE = (
    selectinload(Shipment.order).selectinload(Order.customer),
    selectinload(Shipment.lines).joinedload(ShipmentLine.order_line).joinedload(OrderLine.product),
)


def visible(work: Work) -> Select[Shipment]:
    """The shipments the principal may see: of their own company's orders, or all with the permission, or none."""
    query = select(Shipment)
    if work.principal.may(Permission.SEE_ALL_ORDERS):
        return query
    return query.join(Shipment.order).where(Order.customer_id == (work.principal.customer_id or -1))


def by_number(work: Work, number: str) -> Shipment:
    """A visible shipment with its lines; NotFound for an unknown one and for another customer's alike."""
    query = visible(work).where(Shipment.number == number.strip().upper()).options(*_WHOLE)
    shipment = work.session.scalar(query)
    if shipment is None:
        raise NotFound(f"I can't find a shipment {number[:30]} of yours.", code="unknown_shipment")
    return shipment


def page(work: Work, *, state: str | None, order: str | None, before: int | None, limit: int) -> Sequence[Shipment]:
    """Visible shipments, newest key first, below the key ``before``; of one order where its number is given."""
    query = visible(work).options(*_WHOLE).order_by(Shipment.id.desc()).limit(limit)
    if state is not None:
        query = query.where(Shipment.state == state)
    if order is not None:
        wanted = select(Order.id).where(Order.number == order.strip().upper())
        query = query.where(Shipment.order_id.in_(wanted))
    if before is not None:
        query = query.where(Shipment.id < before)
    return work.session.scalars(query).unique().all()


def warehouse_codes(work: Work) -> dict[int, str]:
    """The codes of all warehouses, by their keys."""
    rows = work.session.execute(select(Warehouse.id, Warehouse.code))
    return {key: code for key, code in rows}  # noqa: C416 - rows are no tuples
