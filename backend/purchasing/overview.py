"""A proposal as a buyer reads it: the lines with their class, by supplier, and before them what to look at first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from backend.company.service import currency
from backend.purchasing.attention import Attention, attention
from backend.purchasing.classes import NOTHING_SOLD, classes, sold
from backend.purchasing.replenishment import Proposal, SetAside, fingerprint, total_of
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
    def below_minimum(self) -> bool:
        """Whether it is less than the supplier takes an order for."""
        return self.total < self.supplier.minimum_value

    @property
    def fingerprint(self) -> str:
        """The hash of what is agreed to with this supplier's lines."""
        return fingerprint(self.lines)


@dataclass(frozen=True)
class Overview:
    """Everything about a proposal; ``grades`` are ABC/XYZ classes by product key."""

    lines: list[Proposal]
    suppliers: list[SupplierPart]
    attention: list[Attention]
    set_aside: list[SetAside]
    grades: dict[int, str]

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
    return Overview(list(lines), by_supplier(work, lines), first, list(set_aside), grades)


def by_supplier(work: Work, lines: Sequence[Proposal]) -> list[SupplierPart]:
    """The lines of each supplier, the one with the most urgent line first."""
    parts: dict[int, list[Proposal]] = {}
    for one in lines:
        parts.setdefault(one.candidate.terms.supplier_id, []).append(one)
    return [
        SupplierPart(own[0].candidate.terms.supplier, own, total_of(own), may_approve(work, total_of(own)))
        for own in parts.values()
    ]
