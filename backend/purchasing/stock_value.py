"""What the stock is worth: what is on hand, at what it costs from the supplier it is bought from."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select

from backend.catalogue.tables import Category, Product
from backend.identity.permissions import Permission
from backend.purchasing.tables import SupplierProduct
from backend.stock.tables import StockLevel
from backend.work import Work


@dataclass(frozen=True)
class StockValue:
    """The stock of a category: money at cost, products on hand, and how many of them have no known cost and count
    nothing.
    """

    category: str
    value: Decimal
    products: int
    without_cost: int


def stock_value(work: Work) -> list[StockValue]:
    """By category, what is worth most first. NotAllowed for who may not see what goods cost us."""
    work.principal.require(Permission.SEE_REPLENISHMENT, "What stock is worth is for those who buy, and managers.")
    on_hand = (
        select(StockLevel.product_id.label("key"), func.sum(StockLevel.on_hand).label("units"))
        .group_by(StockLevel.product_id)
        .having(func.sum(StockLevel.on_hand) > 0)
        .subquery()
    )
    cost = (
        select(SupplierProduct.product_id.label("key"), func.min(SupplierProduct.cost).label("cost"))
        .where(SupplierProduct.preferred)
        .group_by(SupplierProduct.product_id)
        .subquery()
    )
    query = (
        select(Category.name, on_hand.c.units, cost.c.cost)
        .select_from(on_hand)
        .join(Product, Product.id == on_hand.c.key)
        .outerjoin(Category, Category.id == Product.category_id)
        .outerjoin(cost, cost.c.key == on_hand.c.key)
    )
    found: dict[str, StockValue] = {}
    for name, units, each in work.session.execute(query):
        one = found.get(name or "", StockValue(name or "", Decimal(0), 0, 0))
        found[one.category] = StockValue(
            one.category,
            one.value + (Decimal(each) * int(units) if each is not None else 0),
            one.products + 1,
            one.without_cost + (each is None),
        )
    return sorted(found.values(), key=lambda one: (-one.value, one.category))
