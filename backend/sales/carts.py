"""Carts: one per person and customer. A cart is not an order; changing it needs no yes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from backend.catalogue import quantities
from backend.catalogue.service import price_for
from backend.catalogue.tables import Product
from backend.customers.service import Place
from backend.customers.tables import Customer
from backend.database import now
from backend.errors import Conflict, Invalid
from backend.identity.permissions import Permission
from backend.money import line_total
from backend.sales import queries
from backend.sales.checking import Remark, remarks
from backend.sales.covering import cover_all
from backend.sales.tables import Cart, CartLine
from backend.sales.terms import terms_to
from backend.sales.totals import Totals
from backend.stock.promising import Promise
from backend.stock.queries import positions
from backend.work import Work

MOST_LINES = 500


@dataclass(frozen=True)
class PricedLine:
    """A cart line with today's price and what can be promised from stock."""

    position: int
    product: Product
    quantity: int
    price: Decimal
    total: Decimal
    covered: Promise


@dataclass(frozen=True)
class PricedCart:
    """A cart as it would be placed now. ``fingerprint`` changes whenever anything a person agreed to does."""

    customer: Customer
    lines: tuple[PricedLine, ...]
    totals: Totals
    arrives: date
    remarks: tuple[Remark, ...]
    requested_date: date | None
    customer_reference: str | None
    destination: Mapping[str, Any] | None

    @property
    def total(self) -> Decimal:
        """What is to be paid."""
        return self.totals.total

    @property
    def fingerprint(self) -> str:
        """A hash of customer, lines, quantities, prices, total, date, reference and where it goes."""
        agreed = [
            self.customer.code,
            [[line.product.sku, line.quantity, str(line.price)] for line in self.lines],
            str(self.total),
            str(self.requested_date),
            self.customer_reference,
            *([self.destination] if self.destination else []),
        ]
        return hashlib.sha256(json.dumps(agreed).encode()).hexdigest()


def require_sold(product: Product) -> None:
    """Conflict for a product that is no longer sold; the error's facts carry the ``successor``'s SKU, if any."""
    if product.active:
        return
    after = product.successor
    if after is None or not after.active:
        raise Conflict(f"{product.name} is no longer sold.", code="discontinued", sku=product.sku)
    raise Conflict(
        f"{product.name} is no longer sold; {after.name} ({after.sku}) has taken its place.",
        code="discontinued",
        sku=product.sku,
        successor=after.sku,
    )


def check_quantity(product: Product, quantity: int) -> None:
    """Invalid unless the quantity may be ordered; the error's facts carry ``up`` and ``down``."""
    if quantity < 1:
        raise Invalid("A quantity has to be at least 1.", code="quantity_too_small")
    if quantity > quantities.LARGEST:
        raise Invalid(
            f"{quantity:,} of {product.name} is more than I can take in one order. Please talk to the order desk.",
            code="quantity_too_large",
        )
    fit = quantities.fit(product, quantity)
    if not fit.ok:
        raise Invalid(_misfit(product), code="quantity_does_not_fit", up=fit.up, down=fit.down, sku=product.sku)


def _misfit(product: Product) -> str:
    multiple = quantities.said(product, product.sales_multiple)
    least = quantities.said(product, max(product.sales_moq, product.sales_multiple))
    if product.sales_multiple == 1:
        return f"{product.name} is sold from {least} up."
    return f"{product.name} is sold in multiples of {multiple}, from {least} up."


def require_for(work: Work, customer: Customer) -> None:
    """NotAllowed unless the principal may order for this customer."""
    if work.principal.customer_id == customer.id:
        work.principal.require(Permission.ORDER)
        return
    work.principal.require(Permission.ORDER_FOR_CUSTOMER, "You may only order for your own company with this sign-in.")


def open_cart(work: Work, customer: Customer) -> Cart:
    """The principal's cart for a customer, made where there is none."""
    require_for(work, customer)
    cart = queries.cart_of(work, customer.id)
    if cart is None:
        cart = Cart(user_id=work.principal.user_id, customer_id=customer.id, customer=customer)
        work.session.add(cart)
        work.session.flush()
    return cart


def put(work: Work, cart: Cart, product: Product, quantity: int, *, add: bool) -> CartLine:
    """Set a product's quantity, or add to it. Raises Invalid or Conflict and changes nothing."""
    require_sold(product)
    line = next((line for line in cart.lines if line.product_id == product.id), None)
    wanted = quantity + (line.quantity if line and add else 0)
    check_quantity(product, wanted)
    if line is None:
        if len(cart.lines) >= MOST_LINES:
            raise Conflict(f"A cart holds at most {MOST_LINES} lines. Please place this one first.", code="cart_full")
        position = max((line.position for line in cart.lines), default=0) + 1
        line = CartLine(product_id=product.id, product=product, quantity=wanted, position=position)
        cart.lines.append(line)
    line.quantity = wanted
    _touch(work, cart)
    return line


def remove(work: Work, cart: Cart, sku: str) -> bool:
    """Take a product out; False where it was not in."""
    line = next((line for line in cart.lines if line.product.sku == sku), None)
    if line is None:
        return False
    cart.lines.remove(line)
    work.session.flush()
    for position, rest in enumerate(cart.lines, start=1):
        rest.position = position
    _touch(work, cart)
    return True


def clear(work: Work, cart: Cart) -> None:
    """Empty the cart."""
    cart.lines.clear()
    cart.requested_date = None
    cart.customer_reference = None
    cart.destination = None
    _touch(work, cart)


def send_to(work: Work, cart: Cart, place: Place | None) -> None:
    """Where this order is to go; None for the usual address."""
    cart.destination = asdict(place) if place is not None else None
    _touch(work, cart)


def _touch(work: Work, cart: Cart) -> None:
    cart.changed_at = now()
    work.session.flush()


def priced(work: Work, cart: Cart) -> PricedCart:
    """The cart with today's prices, tax, delivery and stock, and what to point out about it."""
    terms = terms_to(work, cart.customer, cart.destination)
    stock = positions(work.session, [line.product_id for line in cart.lines])
    covered = cover_all(
        work, {line.product_id: (line.quantity, max(0, stock[line.product_id].available)) for line in cart.lines}
    )
    lines = []
    for position, line in enumerate(cart.lines, start=1):
        price = price_for(work, line.product, line.quantity, cart.customer)
        total = line_total(price, line.quantity)
        lines.append(PricedLine(position, line.product, line.quantity, price, total, covered[line.product_id]))
    sums = terms.totals([(line.total, terms.rate(line.product)) for line in lines])
    wanted = [(line.product, line.quantity) for line in lines]
    found = remarks(work, cart.customer, wanted, sums.total, sums.goods, terms, cart.requested_date) if lines else []
    return PricedCart(
        customer=cart.customer,
        lines=tuple(lines),
        totals=sums,
        arrives=terms.arrives,
        remarks=tuple(found),
        requested_date=cart.requested_date,
        customer_reference=cart.customer_reference,
        destination=cart.destination,
    )
