"""Purchase orders up to the supplier: approved from a replenishment (one per supplier), sent, cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from sqlalchemy import select

from backend.company.service import next_number, record
from backend.errors import Invalid
from backend.events.service import publish
from backend.identity.permissions import Permission
from backend.locks import lock, lock_levels
from backend.money import rounded
from backend.purchasing.replenishment import Proposal
from backend.purchasing.states import PURCHASE_ORDER
from backend.purchasing.tables import PurchaseOrder, PurchaseOrderLine, Supplier
from backend.sales.repromising import lock_waiting, repromise
from backend.stock.queries import INCOMING_STATES
from backend.work import Work
from backend.working_days import add_working_days

LONGEST_REASON: Final = 200


def approve(work: Work, found: Sequence[Proposal]) -> list[PurchaseOrder]:
    """Create approved purchase orders from proposals. NotAllowed without the permission, Invalid without proposals."""
    work.principal.require(Permission.APPROVE_PURCHASES, "Purchase orders are approved by our buyers and managers.")
    if not found:
        raise Invalid("There is nothing to approve.", code="nothing_to_approve")
    by_supplier: dict[int, list[Proposal]] = {}
    for one in found:
        by_supplier.setdefault(one.candidate.terms.supplier_id, []).append(one)
    return [_order(work, ones[0].candidate.terms.supplier, ones) for _, ones in sorted(by_supplier.items())]


def _order(work: Work, supplier: Supplier, found: Sequence[Proposal]) -> PurchaseOrder:
    lead = max(one.candidate.lead_time_days for one in found)
    order = PurchaseOrder(
        number=next_number(work.session, "purchase_order"),
        supplier_id=supplier.id,
        supplier=supplier,
        state="approved",
        created_by_id=work.principal.user_id,
        approved_by_id=work.principal.user_id,
        ordered_at=work.clock.now(),
        expected_date=add_working_days(work.clock.today(), lead),
        total=rounded(sum((one.total for one in found), Decimal(0))),
    )
    for position, one in enumerate(found, start=1):
        product = one.candidate.product
        order.lines.append(
            PurchaseOrderLine(
                position=position,
                product_id=product.id,
                product=product,
                quantity=one.quantity,
                cost=one.cost,
                reason=one.reason(),
            )
        )
    work.session.add(order)
    work.session.flush()
    lines = [[one.candidate.product.sku, one.quantity, str(one.cost)] for one in found]
    after = {"supplier": supplier.code, "total": str(order.total), "lines": lines}
    record(work, "purchase_order.approved", "purchase_order", order.number, after=after)
    publish(work, "purchase_order.approved", "purchase_order", order.number, {"number": order.number, **after})
    return order


def send(work: Work, order: PurchaseOrder) -> PurchaseOrder:
    """Say that an approved purchase order has gone to its supplier. Conflict in any other state."""
    work.principal.require(Permission.APPROVE_PURCHASES, "Purchase orders are sent by our buyers and managers.")
    lock(work.session, order)
    before = order.state
    order.state = PURCHASE_ORDER.require(order.state, "sent")
    order.version += 1
    if order.expected_date is None:
        order.expected_date = add_working_days(work.clock.today(), order.supplier.lead_time_days)
    after = {"state": "sent", "supplier": order.supplier.code, "expected_date": order.expected_date.isoformat()}
    record(work, "purchase_order.sent", "purchase_order", order.number, before={"state": before}, after=after)
    payload = {"number": order.number, "total": str(order.total), **after}
    publish(work, "purchase_order.sent", "purchase_order", order.number, payload)
    work.session.flush()
    return order


def lock_whole(work: Work, order: PurchaseOrder) -> PurchaseOrder:
    """Lock a purchase order with all that its change touches: levels, the orders that wait for its goods, itself."""
    product_ids = {line.product_id for line in order.lines}
    lock_levels(work.session, product_ids)
    lock_waiting(work, product_ids)
    lock(work.session, order)
    rows = select(PurchaseOrderLine).where(PurchaseOrderLine.purchase_order_id == order.id)
    work.session.scalars(rows.execution_options(populate_existing=True)).all()
    return order


def cancel(work: Work, order: PurchaseOrder, reason: str) -> PurchaseOrder:
    """Call a purchase order off of which nothing has come; those who wait for it are promised anew. Conflict otherwise.

    Telling the supplier is the buyer's.
    """
    work.principal.require(Permission.APPROVE_PURCHASES, "Purchase orders are cancelled by our buyers and managers.")
    said = " ".join(reason.split())[:LONGEST_REASON]
    if not said:
        raise Invalid("Please say why the purchase order is cancelled.", code="reason_missing")
    lock_whole(work, order)
    before = order.state
    order.state = PURCHASE_ORDER.require(order.state, "cancelled")
    order.version += 1
    after = {"state": "cancelled", "reason": said}
    record(work, "purchase_order.cancelled", "purchase_order", order.number, before={"state": before}, after=after)
    payload = {"number": order.number, "supplier": order.supplier.code, "reason": said}
    publish(work, "purchase_order.cancelled", "purchase_order", order.number, payload)
    if before in INCOMING_STATES:
        repromise(work, {line.product_id for line in order.lines}, "order.repromised")
    work.session.flush()
    return order
