"""What a supposition would change in a proposal: the lines that would be others, and the difference in money."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from backend.catalogue.tables import Product
from backend.purchasing.deciding import Decided
from backend.purchasing.limits import to_budget, uncut
from backend.purchasing.replenishment import Proposal, SetAside, in_order, total_of, with_quantity
from backend.purchasing.scenario import Scenario


@dataclass(frozen=True)
class Difference:
    """A product that would be ordered otherwise: the line as it is and as it would be, None where there is none."""

    product: Product
    supplier: str
    before: Proposal | None
    after: Proposal | None

    @property
    def money(self) -> Decimal:
        """What it would come to more; negative: less."""
        return (self.after.total if self.after else Decimal(0)) - (self.before.total if self.before else Decimal(0))


@dataclass(frozen=True)
class Outcome:
    """Totals as they are and as they would be, what would differ (the largest amounts first), what of it nobody else
    sells, the lines that a budget which is supposed would cut, and how many products would run out before an order
    arrives; what nobody would sell any more runs out where it does so before the next review's order.
    """

    before: Decimal
    after: Decimal
    lines: list[Difference]
    lost: list[SetAside]
    unpaid: list[Proposal]
    urgent_before: int
    urgent_after: int


def outcome(
    decided: Decided,
    scenario: Scenario,
    changes: Mapping[str, int] | None = None,
    suppliers: Collection[str] | None = None,
) -> Outcome:
    """Compare what would be proposed with what is; both with a person's quantities by SKU (``changes``), of some
    suppliers only where these are given (codes).
    """
    own = changes or {}
    found = _of(_as_wanted(decided.found, own), suppliers)
    supposed = _of(_within(decided.supposed, own, scenario.budget), suppliers)
    before = in_order(one for one in found if one.quantity > 0)
    after = in_order(one for one in supposed if one.quantity > 0)
    planned = {one.candidate.product.id for one in before}
    gone = {one.product.id for one in decided.supposed_gathered.set_aside}
    unsold = [one for one in found if one.candidate.product.id in gone and one.urgency != "routine"]
    return Outcome(
        total_of(before),
        total_of(after),
        _differences(before, after),
        [one for one in decided.supposed_gathered.set_aside if one.product.id in planned],
        [one for one in supposed if one.for_budget] if scenario.budget is not None else [],
        sum(one.urgency == "urgent" for one in found),
        sum(one.urgency == "urgent" for one in supposed) + len(unsold),  # no order of these could arrive at all
    )


def _as_wanted(found: Sequence[Proposal], changes: Mapping[str, int]) -> list[Proposal]:
    """The lines with a person's quantities, where their supplier sells them."""
    return [_wanted(one, changes.get(one.candidate.product.sku, one.quantity)) for one in found]


def _wanted(one: Proposal, quantity: int) -> Proposal:
    sold = quantity == 0 or one.candidate.reckoned().rules.allows(quantity)
    return with_quantity(one, quantity) if sold and quantity != one.quantity else one


def _within(found: Sequence[Proposal], changes: Mapping[str, int], budget: Decimal | None) -> list[Proposal]:
    """The lines with a person's quantities, within the budget that is supposed."""
    if budget is None or not changes:
        return _as_wanted(found, changes)
    wanted = _as_wanted([uncut(one) for one in found], changes)
    return wanted if total_of(wanted) <= budget else to_budget(wanted, budget)


def _of(found: Sequence[Proposal], suppliers: Collection[str] | None) -> list[Proposal]:
    return [one for one in found if suppliers is None or one.candidate.terms.supplier.code in suppliers]


def _differences(before: Sequence[Proposal], after: Sequence[Proposal]) -> list[Difference]:
    was = {one.candidate.product.id: one for one in before}
    would = {one.candidate.product.id: one for one in after}
    found = []
    for key in sorted(was.keys() | would.keys()):
        old, new = was.get(key), would.get(key)
        if old and new and (old.quantity, old.total) == (new.quantity, new.total):
            continue
        shown = new or old
        assert shown is not None
        found.append(Difference(shown.candidate.product, shown.candidate.terms.supplier.name, old, new))
    return sorted(found, key=lambda one: (-abs(one.money), one.product.sku))
