"""Purchase orders up to the supplier: approved from a replenishment (one per supplier), or waiting for a manager; sent,
cancelled.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import select

from backend.company.service import next_number, record
from backend.errors import Invalid, NotAllowed
from backend.events.service import publish
from backend.identity.permissions import Permission
from backend.locks import lock, lock_levels
from backend.money import rounded
from backend.purchasing.budget import require_room_for, require_within
from backend.purchasing.candidates import lock_suppliers
from backend.purchasing.drafting import expected_difference
from backend.purchasing.replenishment import Proposal, total_of
from backend.purchasing.states import PURCHASE_ORDER
from backend.purchasing.tables import PurchaseOrder, PurchaseOrderLine, ReplenishmentOverride, Supplier
from backend.sales.repromising import lock_waiting, repromise
from backend.stock.queries import INCOMING_STATES
from backend.work import Work
from backend.working_days import add_working_days

LONGEST_REASON: Final = 200
_NOT_YOURS: Final = "Purchase orders are approved by our buyers and managers."


def approve(work: Work, found: Sequence[Proposal], dropped: Sequence[Proposal] = ()) -> list[PurchaseOrder]:
    """Create purchase orders from proposals, one a supplier; ``dropped`` lines were left out and are only recorded.

    One that comes to more than the principal's limit is only proposed, and waits for a manager. Lines whose quantity a
    person changed are recorded with what that is expected to cost. NotAllowed without the permission or (above_budget)
    beyond the month's budget, the company's or the buyer's own, Invalid without lines.
    """
    work.principal.require(Permission.APPROVE_PURCHASES, _NOT_YOURS)
    if not found:
        raise Invalid("There is nothing to approve.", code="nothing_to_approve")
    require_within(work, total_of(found))
    by_supplier: dict[int, list[Proposal]] = {}
    for one in found:
        by_supplier.setdefault(one.candidate.terms.supplier_id, []).append(one)
    orders = [_order(work, ones[0].candidate.terms.supplier, ones) for _, ones in sorted(by_supplier.items())]
    for one in dropped:
        _record_override(work, one, None)
    work.session.flush()
    return orders


def _order(work: Work, supplier: Supplier, found: Sequence[Proposal]) -> PurchaseOrder:
    total = rounded(sum((one.total for one in found), Decimal(0)))
    alone = may_approve(work, total)
    order = PurchaseOrder(
        number=next_number(work.session, "purchase_order"),
        supplier_id=supplier.id,
        supplier=supplier,
        state="approved" if alone else "proposed",
        created_by_id=work.principal.user_id or None,
        approved_by_id=work.principal.user_id or None if alone else None,
        ordered_at=work.clock.now(),
        expected_date=_expected(work, [one.candidate.lead_time_days for one in found]),
        total=total,
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
    _tell(work, order, {"supplier": supplier.code, "total": str(order.total), "lines": lines})
    for one in found:
        if one.changed:
            _record_override(work, one, order)
    return order


def may_approve(work: Work, total: Decimal) -> bool:
    """Whether the principal may approve a purchase order of this total alone."""
    limit = work.principal.purchase_limit
    return limit is None or total <= limit


def _expected(work: Work, lead_times: Sequence[int]) -> date:
    return add_working_days(work.clock.today(), max(lead_times))


def _tell(work: Work, order: PurchaseOrder, after: dict[str, object]) -> None:
    kind = f"purchase_order.{order.state}"
    record(work, kind, "purchase_order", order.number, after=after)
    publish(work, kind, "purchase_order", order.number, {"number": order.number, **after})


def _record_override(work: Work, one: Proposal, order: PurchaseOrder | None) -> None:
    """Keep that a person decided otherwise, and what that is expected to cost."""
    product, cost = one.candidate.product, expected_difference(one)
    work.session.add(
        ReplenishmentOverride(
            product_id=product.id,
            supplier_id=one.candidate.terms.supplier_id,
            purchase_order_id=order.id if order is not None else None,
            proposed=one.proposed,
            decided=one.quantity,
            expected_cost=cost,
            user_id=work.principal.user_id,
        )
    )
    before = {"quantity": one.proposed}
    after = {"quantity": one.quantity, "expected_cost": str(cost), "order": order.number if order else None}
    record(work, "replenishment.overridden", "product", product.sku, before=before, after=after)


def lock_to_approve(work: Work, order: PurchaseOrder) -> PurchaseOrder:
    """Lock a purchase order that may come to count in this month, and before it what nobody spends without."""
    lock_suppliers(work)
    return lock(work.session, order)


def approve_waiting(work: Work, order: PurchaseOrder) -> PurchaseOrder:
    """Approve a purchase order that waits because it was above somebody's limit; it is expected anew from today.

    NotAllowed where it is above the principal's limit too, or (above_budget) made in an earlier month and more than is
    left of this one's budget; Conflict (illegal_transition) where it does not wait.
    """
    work.principal.require(Permission.APPROVE_PURCHASES, _NOT_YOURS)
    lock_to_approve(work, order)
    PURCHASE_ORDER.require(order.state, "approved")
    if not may_approve(work, order.total):
        raise NotAllowed(f"{order.number} is above your limit; a manager has to approve it.")
    require_room_for(work, order)
    order.state = "approved"
    order.approved_by_id = work.principal.user_id
    order.ordered_at = work.clock.now()
    times = [int((line.reason or {}).get("lead_time_days", order.supplier.lead_time_days)) for line in order.lines]
    order.expected_date = _expected(work, times)
    order.version += 1
    _tell(work, order, {"supplier": order.supplier.code, "total": str(order.total), "state": "approved"})
    work.session.flush()
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
