"""Approving a replenishment: purchase orders, one per supplier."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from backend.company.service import next_number, record
from backend.errors import Invalid
from backend.identity.permissions import Permission
from backend.money import rounded
from backend.purchasing.replenishment import Proposal
from backend.purchasing.tables import PurchaseOrder, PurchaseOrderLine, Supplier
from backend.work import Work
from backend.working_days import add_working_days


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
    return order
