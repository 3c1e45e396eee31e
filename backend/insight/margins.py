"""What was earned on what was sold: its value less what the goods cost us."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from backend.company.service import currency
from backend.identity.permissions import Permission
from backend.insight.scopes import Scope
from backend.insight.sold import sold
from backend.purchasing.tables import Supplier, SupplierProduct
from backend.work import Work


@dataclass(frozen=True)
class Margin:
    """What was sold of a product: sales units, their value net of tax, and what they cost at today's cost; money."""

    units: int
    value: Decimal
    cost: Decimal | None

    @property
    def earned(self) -> Decimal:
        """Value less cost; nothing where the cost is not known."""
        return self.value - self.cost if self.cost is not None else Decimal(0)


def unit_costs(work: Work, keys: Iterable[int]) -> dict[int, Decimal]:
    """What a sales unit costs us, in our currency, from the preferred supplier, by the product's key."""
    query = (
        select(SupplierProduct.product_id, SupplierProduct.cost)
        .join(Supplier, SupplierProduct.supplier_id == Supplier.id)
        .where(SupplierProduct.cost > 0, Supplier.currency == currency(work.session))
        .order_by(SupplierProduct.preferred, SupplierProduct.id.desc())
    )
    chosen = set(keys)
    return {key: Decimal(cost) for key, cost in work.session.execute(query) if key in chosen}


def margins(
    work: Work, scope: Scope | None, since: date, until: date, of: Collection[int] | None = None
) -> dict[int, Margin]:
    """By the product's key, what was earned on what was ordered from ``since`` to before ``until`` (see ``sold``).

    NotAllowed for who may not see customers, or what we buy at.
    """
    work.principal.require(Permission.SEE_REPLENISHMENT, "What our goods cost us is for buyers and managers.")
    found = sold(work, scope, since, until, of)
    costs = unit_costs(work, found)
    return {
        key: Margin(one.units, one.value, one.units * costs[key] if key in costs else None)
        for key, one in found.items()
    }
