"""Prices for a customer."""

from __future__ import annotations

from decimal import Decimal

from backend.catalogue import pricing
from backend.catalogue.tables import Product
from backend.customers.tables import Customer
from backend.errors import Conflict
from backend.work import Work


def price_for(work: Work, product: Product, quantity: int, customer: Customer | None) -> Decimal:
    """The price per sales unit a customer pays today at this quantity; Conflict where the product has none."""
    group = customer.price_group if customer else None
    key = customer.id if customer else None
    price = pricing.price_at(product.prices, quantity, work.clock.today(), group, key)
    if price is None:
        raise Conflict(f"{product.name} has no price at the moment. Please ask the order desk.", code="no_price")
    return price
