"""A company that buys of three suppliers, for tests."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select

from backend.catalogue.queries import by_sku
from backend.purchasing.tables import Supplier, SupplierProduct
from tests.actions.conversation import Talk
from tests.backend.purchasing.planning import Plan

OF_SUPPLIERS = {
    "20-104": ("PORTO", "Porto Linhas"),
    "70-103": ("LISBURN", "Lisburn Linen"),
    "30-101": ("LISBURN", "Lisburn Linen"),
}


def three_suppliers(plan: Plan) -> Talk:
    """A buyer who has been shown what to order of Steel Supplies, Porto Linhas and Lisburn Linen: 710 hex bolts, 540
    coach bolts, 700 linen fabrics and 320 wood screws. The coach bolts alone are urgent.
    """
    plan.forecast(s20_104=100, s10_109=218, s70_103=166, s30_101=120)
    with plan.world.database.write() as session:
        known: dict[str, Supplier] = {}
        for sku, (code, name) in OF_SUPPLIERS.items():
            if code not in known:
                known[code] = Supplier(code=code, name=name, lead_time_days=10, review_days=14)
                session.add(known[code])
                session.flush()
            query = select(SupplierProduct).where(SupplierProduct.product_id == by_sku(session, sku).id)
            session.scalars(query).one().supplier_id = known[code].id
    talk = Talk(plan.world, "buyer@test", plan.models)  # type: ignore[arg-type]
    talk.say("what shld we reorder", "replenish")
    return talk


def ordered(plan: Plan) -> dict[str, int]:
    """What purchase orders were made for, by SKU."""
    return {sku: quantity for _, _, _, lines in plan.orders() for sku, quantity in lines}


def total(plan: Plan) -> Decimal:
    """What the purchase orders come to."""
    return sum((order[2] for order in plan.orders()), Decimal(0))
