"""Products as the API shows them."""

from __future__ import annotations

from decimal import Decimal

from pydantic import BaseModel


class PackOut(BaseModel):
    """A pack, in sales units."""

    name: str
    quantity: int


class BreakOut(BaseModel):
    """The price from a quantity on."""

    from_quantity: int
    price: Decimal


class ProductOut(BaseModel):
    """A product; ``price`` is per ``unit`` (the sales unit) at the smallest quantity."""

    sku: str
    name: str
    category: str
    price: Decimal
    currency: str
    unit: str
    available: int
    minimum: int
    multiple: int
    packs: list[PackOut]
    price_breaks: list[BreakOut]
