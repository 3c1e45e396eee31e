"""Placing an order: prices, tax, reservations, back orders and holds in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from backend.catalogue.service import price_for
from backend.catalogue.tables import Product
from backend.company.service import next_number, record
from backend.customers.service import address_at
from backend.customers.tables import Address, Customer
from backend.database import now
from backend.errors import Conflict, Invalid, Stale
from backend.events.service import publish, record_and_publish
from backend.identity.permissions import Permission
from backend.locks import lock_customer, lock_levels
from backend.money import line_total, shown
from backend.sales import carts, checking
from backend.sales.allocating import Levels, available, release
from backend.sales.covering import cover_all
from backend.sales.entering import enter
from backend.sales.passing_on import Moved, pass_on
from backend.sales.repromising import lock_with_waiting
from backend.sales.states import ORDER
from backend.sales.tables import Cart, Order, OrderHold, OrderLine
from backend.sales.terms import Terms, snapshot, terms_for
from backend.sales.totals import ZERO, Totals, discounted
from backend.sales.usual import usual
from backend.stock import watching
from backend.work import Work


@dataclass(frozen=True)
class Wish:
    """A product and how many sales units of it.

    ``agreed`` is the price of a quote or an exchange, per sales unit, and ``tax_rate`` the rate it was agreed with.
    """

    product: Product
    quantity: int
    discount: Decimal = ZERO
    agreed: Decimal | None = None
    tax_rate: Decimal | None = None


@dataclass(frozen=True)
class Details:
    """What an order says besides its lines. ``address`` is one of the customer's; None means the default one.

    ``payment_method``: "account" or the label of one of the customer's; None means their usual one.
    """

    requested_date: date | None = None
    customer_reference: str | None = None
    address: Address | None = None
    payment_method: str | None = None
    delivery_charge: Decimal | None = None
    quote_id: int | None = None
    standing_order_id: int | None = None
    any_value: bool = False


@dataclass(frozen=True)
class PricedWish:
    """A wish with what it costs: ``price`` is the list price less the discount, or the price that was agreed."""

    wish: Wish
    list_price: Decimal
    price: Decimal
    tax_rate: Decimal

    @property
    def total(self) -> Decimal:
        """The line's net amount."""
        return line_total(self.price, self.wish.quantity)


def place_order(
    work: Work,
    customer: Customer,
    wishes: Sequence[Wish],
    *,
    requested_date: date | None = None,
    customer_reference: str | None = None,
    details: Details | None = None,
) -> Order:
    """Place an order for a customer: reserve what is there, back-order the rest with a promised date.

    Credit, overdue invoices, discounts and a buyer's own limit can put it on hold; it is placed all the same. Raises
    Invalid for quantities or dates that make no sense, Conflict for what is not sold or too little, NotAllowed for
    another's customer or a discount of one's own, and changes nothing then. Wishes for the same product are added up.
    """
    details = details or Details(requested_date, customer_reference)
    carts.require_for(work, customer)
    merged = merge(wishes)
    if details.requested_date is not None and details.requested_date < work.clock.today():
        raise Invalid("The delivery date asked for is in the past.", code="date_in_past")
    if customer.credit_limit is not None:
        lock_customer(work.session, customer.id)
    otherwise = usual(work, customer)
    address = details.address or otherwise.address
    terms = terms_for(work, customer, address.country if address else None)
    priced = price_wishes(work, customer, merged, terms)
    sums = _totals(terms, priced, details)
    if sums.goods < terms.minimum and not details.any_value:
        raise too_little(terms, sums)
    levels = lock_levels(work.session, [wish.product.id for wish in merged])
    free = watching.free(levels)
    holds = checking.holds(work, customer, sums.total, max(wish.discount for wish in merged), late=otherwise.overdue)
    method = details.payment_method or otherwise.method
    order = _order(work, customer, details, terms, sums, address, method, holds)
    order.lines = _lines(work, priced, levels, terms, details.requested_date)
    enter(work, order, levels, expires_at=now() + timedelta(days=terms.hold_days) if holds else None)
    _tell_placed(work, order)
    watching.tell(work, free, watching.free(levels))
    work.session.flush()
    return order


def price_wishes(work: Work, customer: Customer, wishes: Sequence[Wish], terms: Terms) -> list[PricedWish]:
    """What wishes cost today. NotAllowed where a customer's person grants a discount."""
    found = []
    for wish in wishes:
        if wish.discount:
            work.principal.require(Permission.GRANT_DISCOUNT, "Discounts are given by our sales people.")
            if not 0 < wish.discount <= 1:
                raise Invalid("A discount is between 0 and 100 %.", code="invalid_discount")
        listed = price_for(work, wish.product, wish.quantity, customer) if wish.agreed is None else wish.agreed
        price = discounted(listed, wish.discount) if wish.agreed is None else wish.agreed
        rate = terms.rate(wish.product) if wish.tax_rate is None else wish.tax_rate
        found.append(PricedWish(wish, listed, price, rate))
    return found


def _totals(terms: Terms, priced: Sequence[PricedWish], details: Details) -> Totals:
    entries = [(one.total, one.tax_rate) for one in priced]
    return terms.totals(entries, delivery=details.delivery_charge)


def too_little(terms: Terms, sums: Totals) -> Conflict:
    """What to say of an order below the minimum."""
    least, missing = shown(terms.minimum, terms.currency), shown(terms.minimum - sums.goods, terms.currency)
    return Conflict(f"The minimum order is {least} of goods; {missing} is missing.", code="below_minimum")


def merge(wishes: Sequence[Wish]) -> list[Wish]:
    """One wish per product, in the order they came; Invalid or Conflict for what can't be ordered like that."""
    if not wishes:
        raise Invalid("There is nothing to order.", code="no_lines")
    sums: dict[int, Wish] = {}
    for wish in wishes:
        before = sums.get(wish.product.id)
        more = before.quantity if before else 0
        sums[wish.product.id] = replace(wish, quantity=wish.quantity + more)
    if len(sums) > carts.MOST_LINES:
        raise Invalid(f"An order has at most {carts.MOST_LINES} lines.", code="too_many_lines")
    for wish in sums.values():
        if wish.agreed is None:
            carts.require_sold(wish.product)
            carts.check_quantity(wish.product, wish.quantity)
    return list(sums.values())


def _order(
    work: Work,
    customer: Customer,
    details: Details,
    terms: Terms,
    sums: Totals,
    address: Address | None,
    method: str,
    holds: Sequence[checking.Hold],
) -> Order:
    return Order(
        number=next_number(work.session, "order"),
        customer_id=customer.id,
        customer=customer,
        placed_by_id=work.principal.user_id or None,
        placed_by_role=work.principal.role.value,
        channel=work.channel,
        state="on_hold" if holds else "placed",
        placed_at=work.clock.now(),
        requested_date=details.requested_date,
        customer_reference=details.customer_reference,
        currency=terms.currency,
        delivery=sums.delivery,
        tax=sums.tax,
        total=sums.total,
        delivery_address=snapshot(customer, address),
        payment_method=method,
        payment_days=customer.payment_days,
        quote_id=details.quote_id,
        standing_order_id=details.standing_order_id,
        shipments=[],
        holds=[OrderHold(reason=hold.reason, detail=hold.detail) for hold in holds],
    )


def _lines(
    work: Work, priced: Sequence[PricedWish], levels: Levels, terms: Terms, requested: date | None
) -> list[OrderLine]:
    wanted = {one.wish.product.id: (one.wish.quantity, available(levels[one.wish.product.id])) for one in priced}
    covered = cover_all(work, wanted)
    arrives = max(terms.arrives, requested) if requested else terms.arrives
    lines = []
    for position, one in enumerate(priced, start=1):
        promise = covered[one.wish.product.id]
        lines.append(
            OrderLine(
                position=position,
                product_id=one.wish.product.id,
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
    return lines


def _tell_placed(work: Work, order: Order) -> None:
    behalf = order.customer_id if work.principal.customer_id != order.customer_id else None
    after = {
        "customer": order.customer.code,
        "total": str(order.total),
        "channel": order.channel,
        "lines": [[line.product.sku, line.quantity, str(line.price)] for line in order.lines],
    }
    payload = {"number": order.number, "state": order.state, **after}
    record_and_publish(
        work, "order.placed", "order", order.number, after, payload, on_behalf_of=behalf, customer_id=order.customer_id
    )
    if order.holds:
        reasons = {"number": order.number, "reasons": [hold.reason for hold in order.holds]}
        publish(work, "order.held", "order", order.number, reasons, customer_id=order.customer_id)


def place_cart(work: Work, cart: Cart, agreed: str) -> Order:
    """Place what is in a cart, if it still is what was agreed to (a fingerprint); Stale otherwise. Empties the cart."""
    if carts.priced(work, cart).fingerprint != agreed:
        raise Stale("The cart has changed since it was shown.", code="cart_changed")
    order = place_order(
        work,
        cart.customer,
        [Wish(line.product, line.quantity) for line in cart.lines],
        details=Details(
            requested_date=cart.requested_date,
            customer_reference=cart.customer_reference,
            address=address_at(work, cart.customer, cart.destination),
        ),
    )
    carts.clear(work, cart)
    return order


def cancel_order(work: Work, order: Order, reason: str) -> Order:
    """Cancel an order of which nothing has left the house; what it held is free again. Conflict otherwise."""
    carts.require_for(work, order.customer)
    levels = lock_with_waiting(work, order)
    before = order.state
    if any(line.shipped for line in order.lines):
        raise Conflict(f"Part of {order.number} has been shipped already, so it can't be cancelled.", code="shipped")
    order.state = ORDER.require(order.state, "cancelled")
    order.cancel_reason = reason[:200]
    order.version += 1
    freed = {line.product_id for line in order.lines if line.reserved}
    moved, free = Moved(freed, {line.product_id for line in order.lines if line.back_ordered}), watching.free(levels)
    for line in order.lines:
        release(work, line, line.reserved, levels[line.product_id])
        line.cancelled, line.reserved, line.back_ordered = line.quantity, 0, 0
    behalf = order.customer_id if work.principal.customer_id != order.customer_id else None
    after = {"state": "cancelled", "reason": reason}
    record(work, "order.cancelled", "order", order.number, before={"state": before}, after=after, on_behalf_of=behalf)
    payload = {"number": order.number, "reason": reason}
    publish(work, "order.cancelled", "order", order.number, payload, customer_id=order.customer_id)
    work.session.flush()
    pass_on(work, moved)
    watching.tell(work, free, watching.free(lock_levels(work.session, levels)))
    work.session.flush()
    return order
