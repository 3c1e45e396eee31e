"""What a supposition would change in a proposal: the lines that would be others, and the difference in money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from backend.catalogue.tables import Product
from backend.purchasing.deciding import Decided
from backend.purchasing.replenishment import Proposal, SetAside, in_order, total_of
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
    sells, and the lines that a budget which is supposed would cut.
    """

    before: Decimal
    after: Decimal
    lines: list[Difference]
    lost: list[SetAside]
    unpaid: list[Proposal]
    urgent_before: int
    urgent_after: int


def outcome(decided: Decided, scenario: Scenario) -> Outcome:
    """Compare what would be proposed with what is."""
    before = in_order(one for one in decided.found if one.quantity > 0)
    after = in_order(one for one in decided.supposed if one.quantity > 0)
    cut = [one for one in decided.supposed if one.for_budget] if scenario.budget is not None else []
    planned = {one.candidate.product.id for one in before}
    return Outcome(
        total_of(before),
        total_of(after),
        _differences(before, after),
        [one for one in decided.supposed_gathered.set_aside if one.product.id in planned],
        cut,
        sum(one.urgency == "urgent" for one in decided.found),
        sum(one.urgency == "urgent" for one in decided.supposed),
    )


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
