"""Exchanging what was delivered for another variant of the same product: what may be had, at what price, and its order.

Each line keeps its own price and options: the old goods are credited at the price that was paid for that line, the new
ones cost that customer's price of today.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal

from sqlalchemy import select

from backend.catalogue import quantities
from backend.catalogue.service import price_for
from backend.catalogue.tables import Product
from backend.customers.tables import Address, Customer
from backend.errors import Conflict, Invalid
from backend.locks import lock_customer, lock_levels
from backend.sales import carts, service
from backend.sales.tables import Order, SalesReturn
from backend.sales.totals import ZERO
from backend.work import Work


def variants(work: Work, products: Iterable[Product]) -> dict[int, list[Product]]:
    """What products may be exchanged for, by their keys: other variants on sale that are sold in the same unit."""
    wanted = list(products)
    families = {product.family_id for product in wanted} - {None}
    rows = work.session.scalars(
        select(Product).where(Product.family_id.in_(families), Product.active).order_by(Product.sku)
    ).all()
    return {product.id: [other for other in rows if _may_replace(product, other)] for product in wanted}


def _may_replace(old: Product, new: Product) -> bool:
    related = old.family_id is not None and old.family_id == new.family_id and old.id != new.id
    return related and (old.unit, old.units_per) == (new.unit, new.units_per)


def require_exchangeable(old: Product, new: Product) -> None:
    """Conflict unless the one may be had for the other: another variant of the same product, sold alike, on sale."""
    facts = {"sku": old.sku, "exchange_sku": new.sku}
    if new.id == old.id:
        raise Conflict(
            f"{new.name} is what you have: an exchange is for another variant. "
            "To get the same again, return it and order it anew.",
            code="same_product",
            **facts,
        )
    if old.family_id is None or old.family_id != new.family_id:
        raise Conflict(
            f"{old.name} can only be exchanged for another variant of the same product, and {new.name} is another "
            "product. You can return the one and order the other.",
            code="another_product",
            **facts,
        )
    carts.require_sold(new)
    if (new.unit, new.units_per) != (old.unit, old.units_per):
        raise Conflict(
            f"{old.name} is sold by {quantities.unit_label(old)}, {new.name} by {quantities.unit_label(new)}. "
            "Please return the one and order the other.",
            code="another_unit",
            **facts,
        )


def require_fit(new: Product, quantity: int, most: int) -> None:
    """Invalid unless that much of the new product may be ordered; ``up`` and ``down`` are offered up to ``most``."""
    try:
        carts.check_quantity(new, quantity)
    except Invalid as misfit:
        up = misfit.facts.get("up")
        if isinstance(up, int) and up > most:
            misfit.facts["up"] = None
        raise


def prices(work: Work, customer: Customer, wanted: Iterable[tuple[Product, int]]) -> dict[int, Decimal]:
    """What each product costs the customer today, by its key; lines of one product earn its price breaks together."""
    sums: Counter[int] = Counter()
    products: dict[int, Product] = {}
    for product, quantity in wanted:
        products[product.id] = product
        sums[product.id] += quantity
    return {key: price_for(work, product, sums[key], customer) for key, product in products.items()}


def lock_for(work: Work, customer: Customer, products: Iterable[Product]) -> None:
    """What placing the replacement will lock, taken before the documents are (``backend.locks``)."""
    if customer.credit_limit is not None:
        lock_customer(work.session, customer.id)
    lock_levels(work.session, [product.id for product in products])


def place_replacement(work: Work, sales_return: SalesReturn) -> Order:
    """Order what is sent instead, at the prices agreed; free of delivery, of any value. Conflict for what is no longer
    sold.
    """
    wishes = []
    for line in sales_return.lines:
        new = line.exchange_product
        assert new is not None, "an exchange names what is sent instead"
        carts.require_sold(new)
        wishes.append(service.Wish(new, line.quantity, agreed=line.exchange_price))
    before = sales_return.order
    details = service.Details(
        address=_address(work, before) if before else None,
        payment_method=before.payment_method if before else "account",
        delivery_charge=ZERO,
        any_value=True,
    )
    order = service.place_order(work, sales_return.customer, wishes, details=details)
    sales_return.exchange_order = order
    return order


def _address(work: Work, order: Order) -> Address | None:
    """The customer's address that the order went to, where it still is one."""
    went: Mapping[str, object] = order.delivery_address or {}
    rows = work.session.scalars(
        select(Address).where(Address.customer_id == order.customer_id, Address.kind == "delivery").order_by(Address.id)
    )
    parts = ("line1", "line2", "city", "postcode", "country")
    return next((row for row in rows if all(getattr(row, part) == went.get(part) for part in parts)), None)


def cancel_replacement(work: Work, order: Order, reason: str) -> bool:
    """Cancel the replacement of an exchange that does not come about; False where it is too far on its way for that."""
    if order.state not in ("placed", "on_hold") or any(line.shipped for line in order.lines):
        return False
    service.cancel_order(work, order, reason)
    return True
