"""What an order would be if it were placed now: for those who want to see it first. Nothing is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from backend.customers.tables import Customer
from backend.errors import Invalid
from backend.sales import carts, checking
from backend.sales.changes import LineAs, OrderAs
from backend.sales.covering import cover_all
from backend.sales.service import Details, PricedWish, Wish, merge, price_wishes
from backend.sales.terms import Terms, snapshot, terms_for
from backend.sales.usual import usual
from backend.stock.queries import positions
from backend.work import Work


@dataclass(frozen=True)
class Tried:
    """An order as it would be, what to point out about it, and why it would be held."""

    order: OrderAs
    currency: str
    arrives: date
    remarks: tuple[checking.Remark, ...]
    holds: tuple[checking.Hold, ...]


def try_order(work: Work, customer: Customer, wishes: Sequence[Wish], details: Details) -> Tried:
    """What ``service.place_order`` would do. Refuses what it refuses, but for too little: that is pointed out."""
    carts.require_for(work, customer)
    merged = merge(wishes)
    if details.requested_date is not None and details.requested_date < work.clock.today():
        raise Invalid("The delivery date asked for is in the past.", code="date_in_past")
    otherwise = usual(work, customer)
    address = details.address or otherwise.address
    terms = terms_for(work, customer, address.country if address else None)
    lines = _lines(work, price_wishes(work, customer, merged, terms), terms, details.requested_date)
    sums = terms.totals([(line.total, line.tax_rate) for line in lines], delivery=details.delivery_charge)
    wanted = [(line.product, line.quantity) for line in lines]
    remarks = checking.remarks(work, customer, wanted, sums.total, sums.goods, terms, details.requested_date)
    holds = checking.holds(work, customer, sums.total, max(wish.discount for wish in merged), late=otherwise.overdue)
    where: Mapping[str, Any] | None = snapshot(customer, address)
    order = OrderAs(
        lines=lines,
        totals=sums,
        requested_date=details.requested_date,
        customer_reference=details.customer_reference,
        address=where,
        payment_method=details.payment_method or otherwise.method,
        payment_days=customer.payment_days,
    )
    return Tried(order, terms.currency, terms.arrives, tuple(remarks), tuple(holds))


def _lines(work: Work, priced: Sequence[PricedWish], terms: Terms, requested: date | None) -> tuple[LineAs, ...]:
    stock = positions(work.session, [one.wish.product.id for one in priced])
    wanted = {one.wish.product.id: (one.wish.quantity, max(0, stock[one.wish.product.id].available)) for one in priced}
    covered = cover_all(work, wanted)
    arrives = max(terms.arrives, requested) if requested else terms.arrives
    found = []
    for position, one in enumerate(priced, start=1):
        promise = covered[one.wish.product.id]
        found.append(
            LineAs(
                position=position,
                product=one.wish.product,
                quantity=one.wish.quantity,
                list_price=one.list_price,
                discount=one.wish.discount,
                price=one.price,
                tax_rate=one.tax_rate,
                total=one.total,
                reserved=promise.reserved,
                back_ordered=promise.back_ordered,
                promised_date=max(promise.promised_date, arrives) if promise.promised_date else arrives,
            )
        )
    return tuple(found)
