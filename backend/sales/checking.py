"""What speaks against an order, or ought to be pointed out before it is placed.

A *hold* lets the order be placed but not leave the house until somebody who may releases it. A *remark* is for the
person who orders: nothing is wrong, but it may not be what was meant.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from statistics import median
from typing import Final

from sqlalchemy import bindparam, func, select

from backend.billing.states import OWED
from backend.billing.tables import Invoice
from backend.catalogue.quantities import said
from backend.catalogue.tables import Product
from backend.company.service import currency
from backend.customers.tables import ANONYMOUS, Customer
from backend.identity.permissions import DISCOUNT_LIMITS
from backend.money import shown
from backend.sales.states import OPEN
from backend.sales.tables import Order, OrderLine
from backend.sales.terms import Terms
from backend.sales.totals import ZERO
from backend.work import Work

UNUSUAL_FACTOR: Final = 5
LAST_ORDERS: Final = 50
FEWEST_TIMES: Final = 3

# Asked for every order that is placed, so they are built once.
OVERDUE: Final = select(func.sum(Invoice.outstanding)).where(
    Invoice.customer_id == bindparam("customer"), Invoice.state.in_(OWED), Invoice.due_date < bindparam("today")
)
_LATELY: Final = (
    select(Order.id)
    .where(
        Order.customer_id == bindparam("customer"),
        Order.placed_at >= bindparam("since"),
        Order.total == bindparam("total"),
        Order.state != "cancelled",
        Order.standing_order_id.is_(None),
        Order.id != bindparam("besides"),
    )
    .order_by(Order.placed_at.desc())
    .limit(5)
    .subquery()
)
_ALIKE: Final = select(OrderLine.order_id, OrderLine.product_id, OrderLine.quantity - OrderLine.cancelled).where(
    OrderLine.order_id.in_(select(_LATELY.c.id)), OrderLine.quantity > OrderLine.cancelled
)


@dataclass(frozen=True)
class Hold:
    """Why an order is to be held: credit_limit, overdue, discount, buyer_limit or manual."""

    reason: str
    detail: str


@dataclass(frozen=True)
class Remark:
    """Something to point out; ``code`` is stable: duplicate_order, unusual_quantity, earliest_date, below_minimum."""

    code: str
    sentence: str
    sku: str | None = None


def holds(
    work: Work,
    customer: Customer,
    total: Decimal,
    discount: Decimal,
    *,
    besides: Order | None = None,
    due: Decimal | None = None,
    late: Decimal | None = None,
) -> list[Hold]:
    """Why an order of this total (tax and all) with this largest discount would be held.

    The caller has locked the customer's row where it has a credit limit (``backend.locks``). For a change of an order
    ``besides`` is that order as it was, and ``due`` what of its new total is not invoiced yet. ``late`` is what is
    overdue, where the caller knows it.
    """
    found = []
    unit = currency(work.session)
    passed = credit_passed(work, customer, total if due is None else due, besides=besides)
    if passed is not None:
        found.append(passed)
    late = overdue(work, customer) if late is None else late
    if late:
        found.append(Hold("overdue", f"{shown(late, unit)} is overdue"))
    granted = discount_passed(work, discount)
    if granted is not None:
        found.append(granted)
    own = work.principal.order_limit
    if own is not None and work.principal.customer_id == customer.id and total > own:
        found.append(Hold("buyer_limit", f"{work.principal.name} may order up to {shown(own, unit)} alone"))
    return found


def discount_passed(work: Work, discount: Decimal) -> Hold | None:
    """The hold where a discount is above what the principal's role may grant; None where it is not."""
    limit = DISCOUNT_LIMITS.get(work.principal.role, ZERO)
    if discount <= limit:
        return None
    return Hold("discount", f"{discount:.1%} discount; the limit of the {work.principal.role} is {limit:.0%}")


def credit_passed(work: Work, customer: Customer, due: Decimal, *, besides: Order | None = None) -> Hold | None:
    """The hold where what a customer owes and has on order ``besides`` one order passes its limit with this much more;
    None where it has no limit, or keeps within it.
    """
    if customer.credit_limit is None:
        return None
    owed = exposure(work, customer, besides=besides)
    if owed + due <= customer.credit_limit:
        return None
    unit = currency(work.session)
    detail = f"{shown(owed, unit)} is owed or on order already, and the limit is {shown(customer.credit_limit, unit)}"
    return Hold("credit_limit", detail)


def exposure(work: Work, customer: Customer, *, besides: Order | None = None) -> Decimal:
    """What a customer owes on invoices and has on order without an invoice yet (net of what is cancelled).

    Of an order that is left out (``besides``), what is invoiced counts all the same.
    """
    owed = work.session.scalar(
        select(func.sum(Invoice.outstanding)).where(Invoice.customer_id == customer.id, Invoice.state.in_(OWED))
    )
    rows = work.session.execute(
        select(OrderLine.price, OrderLine.tax_rate, OrderLine.quantity - OrderLine.cancelled - OrderLine.invoiced)
        .join(Order)
        .where(Order.customer_id == customer.id, Order.state.in_(OPEN), Order.id != (besides.id if besides else -1))
    )
    coming = sum((price * (1 + rate) * count for price, rate, count in rows), ZERO)
    return (owed or ZERO) + coming.quantize(Decimal("0.01"))


def overdue(work: Work, customer: Customer) -> Decimal:
    """What a customer should have paid by now and has not."""
    late = work.session.scalar(OVERDUE, {"customer": customer.id, "today": work.clock.today()})
    return late or ZERO


def remarks(
    work: Work,
    customer: Customer,
    lines: Sequence[tuple[Product, int]],
    total: Decimal,
    goods: Decimal,
    terms: Terms,
    requested: date | None,
) -> list[Remark]:
    """What to point out about an order of these (product, quantity) lines before it is placed."""
    found = []
    wanted = {product.id: quantity for product, quantity in lines}
    twin = twin_of(work, customer, wanted, total, terms.duplicate_minutes)
    if twin is not None:
        found.append(duplicate(twin))
    found += unusual(work, customer, lines)
    if requested is not None and requested < terms.arrives:
        found.append(
            Remark("earliest_date", f"The earliest we can deliver what is in stock is {terms.arrives:%A %-d %B}.")
        )
    if goods < terms.minimum:
        found.append(
            Remark(
                "below_minimum",
                f"The minimum order is {shown(terms.minimum, terms.currency)} of goods; "
                f"{shown(terms.minimum - goods, terms.currency)} is missing.",
            )
        )
    return found


def duplicate(twin: Order) -> Remark:
    """What to say of an order that has a twin."""
    return Remark("duplicate_order", f"The same order was placed a few minutes ago: {twin.number}. Is this one extra?")


def twin_of(
    work: Work,
    customer: Customer,
    wanted: Mapping[int, int],
    total: Decimal,
    minutes: int,
    *,
    besides: Order | None = None,
) -> Order | None:
    """An order of the same lines, other than one that is known, placed within the last minutes and still standing."""
    if customer.code == ANONYMOUS:
        return None
    since = work.clock.now() - timedelta(minutes=minutes)
    same = {"customer": customer.id, "since": since, "total": total, "besides": besides.id if besides else -1}
    lines: dict[int, dict[int, int]] = {}
    for order_id, product_id, quantity in work.session.execute(_ALIKE, same):
        lines.setdefault(order_id, {})[product_id] = quantity
    twin = max((key for key, found in lines.items() if found == dict(wanted)), default=None)
    return work.session.get(Order, twin) if twin is not None else None


def last_taken(work: Work, customer_id: int, product_ids: Sequence[int]) -> dict[int, list[int]]:
    """The quantities of products in a customer's last orders, by the product's key."""
    recent = (
        select(Order.id)
        .where(Order.customer_id == customer_id, Order.state != "cancelled")
        .order_by(Order.placed_at.desc())
        .limit(LAST_ORDERS)
    ).subquery()
    rows = work.session.execute(
        select(OrderLine.product_id, OrderLine.quantity).where(
            OrderLine.order_id.in_(select(recent.c.id)), OrderLine.product_id.in_(product_ids)
        )
    )
    taken: dict[int, list[int]] = {}
    for product_id, quantity in rows:
        taken.setdefault(product_id, []).append(quantity)
    return taken


def unusual(work: Work, customer: Customer, lines: Sequence[tuple[Product, int]]) -> list[Remark]:
    """Lines far above what the customer took in its last orders: at least five times the median of three or more."""
    if customer.code == ANONYMOUS:
        return []
    taken = last_taken(work, customer.id, [product.id for product, _ in lines])
    found = []
    for product, quantity in lines:
        before = taken.get(product.id, [])
        usual = int(median(before)) if len(before) >= FEWEST_TIMES else 0
        if usual and quantity >= UNUSUAL_FACTOR * usual and quantity > max(before):
            often, now = said(product, usual), said(product, quantity)
            sentence = f"You usually take {often} of {product.name}; {now} this time?"
            found.append(Remark("unusual_quantity", sentence, product.sku))
    return found
