"""How wishes for products would be covered today: from stock, and what is short until when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from backend.purchasing import deliveries
from backend.purchasing.deliveries import LeadTime
from backend.purchasing.tables import SupplierProduct
from backend.stock.promising import Promise, promise
from backend.stock.queries import positions, receipts_of
from backend.work import Work

UNKNOWN_LEAD_TIME = 20


def cover_all(work: Work, wishes: Mapping[int, tuple[int, int]]) -> dict[int, Promise]:
    """Cover wishes, {product id: (wanted, available to promise from stock)}, all in a handful of queries."""
    short = [key for key, (wanted, available) in wishes.items() if available < wanted]
    waiting = positions(work.session, short) if short else {}
    coming = receipts_of(work.session, short) if short else {}
    leads = lead_times(work, short) if short else {}
    return {
        key: Promise(wanted, 0, None)
        if key not in waiting
        else promise(wanted, available, coming.get(key, []), waiting[key].back_ordered, work.clock.today(), leads[key])
        for key, (wanted, available) in wishes.items()
    }


def cover(work: Work, product_id: int, wanted: int, available: int) -> Promise:
    """Cover a wish for ``wanted`` sales units where ``available`` may be promised from stock."""
    return cover_all(work, {product_id: (wanted, available)})[product_id]


def lead_times(work: Work, product_ids: Iterable[int]) -> dict[int, int]:
    """Working days until the preferred supplier delivers a product, as measured where enough has been delivered; a
    stated default where nobody supplies it.
    """
    return {key: lead.days for key, lead in measured_lead_times(work, product_ids).items()}


def measured_lead_times(work: Work, product_ids: Iterable[int]) -> dict[int, LeadTime]:
    """The same with what was agreed, and how much it varies."""
    wanted = sorted(set(product_ids))
    rows = work.session.scalars(
        select(SupplierProduct)
        .where(SupplierProduct.product_id.in_(wanted))
        .options(joinedload(SupplierProduct.supplier))
        .order_by(SupplierProduct.preferred, SupplierProduct.id.desc())
    ).all()
    known = deliveries.records(work, {row.supplier_id for row in rows}) if rows else {}
    found = {row.product_id: deliveries.lead_time_of(row, known) for row in rows}
    return {key: found.get(key, LeadTime(UNKNOWN_LEAD_TIME)) for key in wanted}
