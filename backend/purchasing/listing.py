"""Purchase orders by state, supplier, product and day, and who did what with one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from backend.company.tables import AuditEvent
from backend.identity.tables import User
from backend.purchasing.queries import visible
from backend.purchasing.tables import PurchaseOrder, PurchaseOrderLine
from backend.work import Work

MOST = 500


@dataclass(frozen=True)
class Sought:
    """Which purchase orders: in these states, of these suppliers (keys), with a product still to come, expected from
    the first to the last day.
    """

    states: tuple[str, ...]
    suppliers: tuple[int, ...] = ()
    product_id: int | None = None
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class Step:
    """What somebody did with a purchase order."""

    name: str | None
    reason: str | None = None


def found(work: Work, sought: Sought) -> Sequence[PurchaseOrder]:
    """Visible purchase orders, what was expected first in front; those without a day come last."""
    query = visible(work).where(PurchaseOrder.state.in_(sought.states))
    if sought.suppliers:
        query = query.where(PurchaseOrder.supplier_id.in_(sought.suppliers))
    if sought.product_id is not None:
        open_line = PurchaseOrderLine.quantity > PurchaseOrderLine.received
        query = query.where(PurchaseOrder.lines.any((PurchaseOrderLine.product_id == sought.product_id) & open_line))
    if sought.first is not None:
        query = query.where(PurchaseOrder.expected_date >= sought.first)
    if sought.last is not None:
        query = query.where(PurchaseOrder.expected_date <= sought.last)
    order = (PurchaseOrder.expected_date.is_(None), PurchaseOrder.expected_date, PurchaseOrder.id)
    return work.session.scalars(query.order_by(*order).limit(MOST)).all()


def newest(work: Work, sought: Sought, limit: int) -> Sequence[PurchaseOrder]:
    """Visible purchase orders that are over and done with, the newest first."""
    query = visible(work).where(PurchaseOrder.state.in_(sought.states))
    if sought.suppliers:
        query = query.where(PurchaseOrder.supplier_id.in_(sought.suppliers))
    return work.session.scalars(query.order_by(PurchaseOrder.id.desc()).limit(limit)).all()


def names(work: Work, keys: Iterable[int | None]) -> dict[int, str]:
    """People's names by key."""
    wanted: Collection[int] = {key for key in keys if key is not None}
    rows = work.session.execute(select(User.id, User.name).where(User.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def steps(work: Work, order: PurchaseOrder) -> dict[str, Step]:
    """What was done with a visible purchase order, the last of each kind: "proposed", "approved", "cancelled" …"""
    query = (
        select(AuditEvent.kind, AuditEvent.after, User.name)
        .outerjoin(User, User.id == AuditEvent.user_id)
        .where(AuditEvent.subject == "purchase_order", AuditEvent.subject_key == order.number)
        .order_by(AuditEvent.id)
    )
    rows = work.session.execute(query)
    return {kind.partition(".")[2]: Step(name, (after or {}).get("reason")) for kind, after, name in rows}
