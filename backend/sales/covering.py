"""How a wish for a product would be covered today: from stock, and what is short until when."""

from __future__ import annotations

from sqlalchemy import select

from backend.purchasing.tables import SupplierProduct
from backend.stock.promising import Promise, promise
from backend.stock.queries import positions, receipts
from backend.work import Work

UNKNOWN_LEAD_TIME = 20


def cover(work: Work, product_id: int, wanted: int, available: int) -> Promise:
    """Cover a wish for ``wanted`` sales units where ``available`` may be promised from stock."""
    if available >= wanted:
        return Promise(wanted, 0, None)
    waiting = positions(work.session, [product_id])[product_id].back_ordered
    coming = receipts(work.session, product_id)
    return promise(wanted, available, coming, waiting, work.clock.today(), lead_time_of(work, product_id))


def lead_time_of(work: Work, product_id: int) -> int:
    """Working days until the preferred supplier delivers a product; a stated default where nobody supplies it."""
    terms = work.session.scalar(
        select(SupplierProduct)
        .where(SupplierProduct.product_id == product_id)
        .order_by(SupplierProduct.preferred.desc(), SupplierProduct.id)
        .limit(1)
    )
    if terms is None:
        return UNKNOWN_LEAD_TIME
    return terms.lead_time_days if terms.lead_time_days is not None else terms.supplier.lead_time_days
