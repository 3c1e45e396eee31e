"""What is supposed for once, to see what it would make of a proposal; nothing of it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal


@dataclass(frozen=True)
class Scenario:
    """Suppositions; each leaves things as they are by default.

    demand, price: factors of the forecast and of the suppliers' costs. lead_time: working days, in place of what is
    known; or ``lead_time_factor`` times that and ``lead_time_more`` working days on top. service_level: in (0, 1).
    budget: the most that may be spent in all, money. without: codes of suppliers who deliver nothing. skus, suppliers:
    the products, and the codes of the suppliers, that demand, lead time, price and service level are supposed of; None
    for all. beside: what else is supposed at the same time, perhaps of other products; of these budget and without do
    not count.
    """

    demand: float = 1.0
    price: Decimal = Decimal(1)
    lead_time: int | None = None
    lead_time_factor: float = 1.0
    lead_time_more: int = 0
    service_level: float | None = None
    budget: Decimal | None = None
    without: frozenset[str] = frozenset()
    skus: frozenset[str] | None = None
    suppliers: frozenset[str] | None = None
    beside: tuple[Scenario, ...] = ()

    def of(self, sku: str, supplier: str) -> list[Scenario]:
        """What is supposed of a product bought of a supplier, in the order it was said."""
        return [one for one in (self, *self.beside) if one.concerns(sku, supplier)]

    def concerns(self, sku: str, supplier: str) -> bool:
        """Whether a product bought of a supplier is among those that something is supposed of."""
        return (self.skus is None or sku in self.skus) and (self.suppliers is None or supplier in self.suppliers)

    def days(self, known: int) -> int:
        """The lead time supposed where ``known`` working days are known; never negative, at most 1,000."""
        base = known if self.lead_time is None else self.lead_time
        return min(1000, max(0, round(base * self.lead_time_factor) + self.lead_time_more))


def together(parts: Sequence[Scenario]) -> Scenario:
    """Several suppositions at the same time; of several budgets the last one."""
    budgets = [one.budget for one in parts if one.budget is not None]
    without = frozenset(code for one in parts for code in one.without)
    return replace(parts[0], budget=budgets[-1] if budgets else None, without=without, beside=tuple(parts[1:]))


AS_IT_IS = Scenario()
