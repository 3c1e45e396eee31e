"""Placing an order: prices, reservations and back orders in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from backend.catalogue.service import price_for
from backend.catalogue.tables import Product
from backend.company.service import currency, next_number, record
from backend.customers.tables import Customer
from backend.errors import Conflict, Invalid, Stale
from backend.money import line_total
from backend.sales import carts, states
from backend.sales.covering import cover
from backend.sales.tables import Cart, Order, OrderLine
from backend.stock.locks import lock_levels
from backend.stock.tables import Reservation, StockLevel
from backend.work import Work


@dataclass(frozen=True)
class Wish:
    """A product and how many sales units of it."""

    product: Product
    quantity: int


def place_order(
    work: Work,
    customer: Customer,
    wishes: Sequence[Wish],
    *,
    requested_date: date | None = None,
    customer_reference: str | None = None,
) -> Order:
    """Place an order for a customer: reserve what is there, back-order the rest with a promised date.

    Raises Invalid for quantities or dates that make no sense, NotAllowed for another's customer, and changes nothing
    then. Wishes for the same product are added up.
    """
    carts.require_for(work, customer)
    merged = _merge(wishes)
    if requested_date is not None and requested_date < work.clock.today():
        raise Invalid("The delivery date asked for is in the past.", code="date_in_past")
    levels = lock_levels(work.session, [wish.product.id for wish in merged])
    order = Order(
        number=next_number(work.session, "order"),
        customer_id=customer.id,
        customer=customer,
        placed_by_id=work.principal.user_id,
        placed_by_role=work.principal.role.value,
        channel=work.channel,
        placed_at=work.clock.now(),
        requested_date=requested_date,
        customer_reference=customer_reference,
        currency=currency(work.session),
        total=Decimal(0),
    )
    work.session.add(order)
    work.session.flush()
    for position, wish in enumerate(merged, start=1):
        line = _line(work, order, position, wish, customer, levels[wish.product.id])
        order.total += line.total
    work.session.flush()
    _record_placed(work, order)
    return order


def _merge(wishes: Sequence[Wish]) -> list[Wish]:
    if not wishes:
        raise Invalid("There is nothing to order.", code="no_lines")
    sums: dict[int, Wish] = {}
    for wish in wishes:
        before = sums.get(wish.product.id)
        sums[wish.product.id] = Wish(wish.product, wish.quantity + (before.quantity if before else 0))
    if len(sums) > carts.MOST_LINES:
        raise Invalid(f"An order has at most {carts.MOST_LINES} lines.", code="too_many_lines")
    for wish in sums.values():
        if not wish.product.active:
            raise Conflict(f"{wish.product.name} is no longer sold.", code="discontinued", sku=wish.product.sku)
        carts.check_quantity(wish.product, wish.quantity)
    return list(sums.values())


def _line(
    work: Work, order: Order, position: int, wish: Wish, customer: Customer, levels: Sequence[StockLevel]
) -> OrderLine:
    product = wish.product
    price = price_for(work, product, wish.quantity, customer)
    available = sum(level.on_hand - level.reserved for level in levels)
    covered = cover(work, product.id, wish.quantity, available)
    line = OrderLine(
        position=position,
        product_id=product.id,
        product=product,
        quantity=wish.quantity,
        price=price,
        total=line_total(price, wish.quantity),
        reserved=covered.reserved,
        back_ordered=covered.back_ordered,
        promised_date=covered.promised_date,
    )
    order.lines.append(line)
    work.session.flush()
    _reserve(work, line, covered.reserved, levels)
    return line


def _reserve(work: Work, line: OrderLine, wanted: int, levels: Sequence[StockLevel]) -> None:
    for level in levels:
        taken = min(wanted, level.on_hand - level.reserved)
        if taken <= 0:
            continue
        level.reserved += taken
        wanted -= taken
        work.session.add(
            Reservation(
                order_line_id=line.id, product_id=line.product_id, warehouse_id=level.warehouse_id, quantity=taken
            )
        )


def _record_placed(work: Work, order: Order) -> None:
    behalf = order.customer_id if work.principal.customer_id != order.customer_id else None
    after = {
        "customer": order.customer.code,
        "total": str(order.total),
        "channel": order.channel,
        "lines": [[line.product.sku, line.quantity, str(line.price)] for line in order.lines],
    }
    record(work, "order.placed", "order", order.number, after=after, on_behalf_of=behalf)


def place_cart(work: Work, cart: Cart, agreed: str) -> Order:
    """Place what is in a cart, if it still is what was agreed to (a fingerprint); Stale otherwise. Empties the cart."""
    now = carts.priced(work, cart)
    if now.fingerprint != agreed:
        raise Stale("The cart has changed since it was shown.", code="cart_changed")
    order = place_order(
        work,
        cart.customer,
        [Wish(line.product, line.quantity) for line in now.lines],
        requested_date=cart.requested_date,
        customer_reference=cart.customer_reference,
    )
    carts.clear(work, cart)
    return order


def cancel_order(work: Work, order: Order, reason: str) -> Order:
    """Cancel an order of which nothing has left the house; what it held is free again. Conflict otherwise."""
    lock_levels(work.session, [line.product_id for line in order.lines])
    work.session.refresh(order, with_for_update=True)
    before = order.state
    if any(line.shipped for line in order.lines):
        raise Conflict(f"Part of {order.number} has been shipped already, so it can't be cancelled.", code="shipped")
    order.state = states.moved(order.state, "cancelled")
    order.version += 1
    for line in order.lines:
        _release(work, line)
        line.cancelled, line.reserved, line.back_ordered = line.quantity, 0, 0
    record(work, "order.cancelled", "order", order.number, before={"state": before}, after={"reason": reason})
    work.session.flush()
    return order


def _release(work: Work, line: OrderLine) -> None:
    held = work.session.scalars(
        select(Reservation).where(Reservation.order_line_id == line.id, Reservation.state == "active")
    )
    for reservation in held:
        level = work.session.get(StockLevel, (reservation.product_id, reservation.warehouse_id))
        assert level is not None
        level.reserved -= reservation.quantity
        reservation.state = "released"
