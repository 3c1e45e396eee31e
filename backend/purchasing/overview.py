"""A proposal as a buyer reads it: the lines with their class, by supplier, and before them what to look at first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from backend.company.service import currency
from backend.purchasing.attention import Attention, attention
from backend.purchasing.budget import Budgets, budgets
from backend.purchasing.classes import NOTHING_SOLD, classes, sold
from backend.purchasing.replenishment import Proposal, SetAside, fingerprint, total_of, with_quantity
from backend.purchasing.service import may_approve
from backend.purchasing.tables import Supplier
from backend.work import Work


@dataclass(frozen=True)
class SupplierPart:
    """What is proposed of one supplier; ``within_limit``: whether who asks may approve it alone."""

    supplier: Supplier
    lines: list[Proposal]
    total: Decimal
    within_limit: bool

    @property
    def for_minimum(self) -> Decimal:
        """What of the total is there only to reach the supplier's least order."""
        return self.total - total_of([with_quantity(one, one.quantity - max(0, one.for_minimum)) for one in self.lines])

    @property
    def below_minimum(self) -> bool:
        """Whether it is less than the supplier takes an order for."""
        return self.total < self.supplier.minimum_value

    @property
    def fingerprint(self) -> str:
        """The hash of what is agreed to with this supplier's lines."""
        return fingerprint(self.lines)


@dataclass(frozen=True)
class HeldBack:
    """What would be needed of a supplier, money and lines, and is not proposed: it is less than their least order."""

    supplier: Supplier
    lines: int
    total: Decimal


@dataclass(frozen=True)
class Overview:
    """Everything about a proposal; ``grades`` are ABC/XYZ classes by product key. ``needed``: what would be proposed
    without a budget, money; ``cut``: how many lines the tighter budget cuts.
    """

    lines: list[Proposal]
    suppliers: list[SupplierPart]
    attention: list[Attention]
    set_aside: list[SetAside]
    grades: dict[int, str]
    held_back: list[HeldBack]
    budgets: Budgets
    needed: Decimal
    cut: int

    @property
    def total(self) -> Decimal:
        """What all lines come to."""
        return total_of(self.lines)

    def grade(self, one: Proposal) -> str:
        """A line's ABC/XYZ class."""
        return self.grades.get(one.candidate.product.id, NOTHING_SOLD)


def overview(
    work: Work, lines: Sequence[Proposal], found: Sequence[Proposal], set_aside: Sequence[SetAside]
) -> Overview:
    """The lines to order, beside what was decided on all products (``found``)."""
    known = sold(work)
    grades = classes(known, {one.candidate.product.id: one.candidate.reckoned().cost for one in found})
    first = attention(work, found, known, grades, currency(work.session))
    needed = total_of([with_quantity(one, one.proposed - one.for_budget) for one in found])
    return Overview(
        list(lines),
        by_supplier(work, lines),
        first,
        list(set_aside),
        grades,
        held_back(found),
        budgets(work),
        needed,
        sum(one.for_budget < 0 for one in found),
    )


def held_back(found: Sequence[Proposal]) -> list[HeldBack]:
    """The suppliers whose orders wait until they come to their least order."""
    parts: dict[int, list[Proposal]] = {}
    for one in found:
        if one.for_minimum < 0:
            parts.setdefault(one.candidate.terms.supplier_id, []).append(with_quantity(one, one.needed))
    return [HeldBack(own[0].candidate.terms.supplier, len(own), total_of(own)) for _, own in sorted(parts.items())]


def by_supplier(work: Work, lines: Sequence[Proposal]) -> list[SupplierPart]:
    """The lines of each supplier, the one with the most urgent line first."""
    parts: dict[int, list[Proposal]] = {}
    for one in lines:
        parts.setdefault(one.candidate.terms.supplier_id, []).append(one)
    return [
        SupplierPart(own[0].candidate.terms.supplier, own, total_of(own), may_approve(work, total_of(own)))
        for own in parts.values()
    ]
