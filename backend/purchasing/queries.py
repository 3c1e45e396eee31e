"""Reading purchase orders; authorization is in the query."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, false, select
from sqlalchemy.orm import selectinload

from backend.errors import NotFound
from backend.identity.permissions import Permission
from backend.purchasing.tables import PurchaseOrder, PurchaseOrderLine
from backend.work import Work


def visible(work: Work) -> Select[PurchaseOrder]:
    """All purchase orders for those who buy and those who take goods in, none for others."""
    query = select(PurchaseOrder).options(selectinload(PurchaseOrder.lines).joinedload(PurchaseOrderLine.product))
    may = work.principal.may(Permission.SEE_REPLENISHMENT) or work.principal.may(Permission.ADJUST_STOCK)
    return query if may else query.where(false())


def page(work: Work, *, state: str | None, before: int | None, limit: int) -> Sequence[PurchaseOrder]:
    """Visible purchase orders, newest key first, below the key ``before``."""
    query = visible(work).order_by(PurchaseOrder.id.desc()).limit(limit)
    if state is not None:
        query = query.where(PurchaseOrder.state == state)
    if before is not None:
        query = query.where(PurchaseOrder.id < before)
    return work.session.scalars(query).all()


def by_number(work: Work, number: str) -> PurchaseOrder:
    """A visible purchase order, NotFound otherwise."""
    order = work.session.scalar(visible(work).where(PurchaseOrder.number == number.strip().upper()))
    if order is None:
        raise NotFound(f"There is no purchase order {number[:30]}.", code="unknown_purchase_order")
    return order
