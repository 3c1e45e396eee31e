"""What may be spent on purchase orders in a calendar month, what of it is spent, and who may say how much it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import func, select

from backend.company.service import company, currency, record
from backend.errors import Invalid, NotAllowed, NotFound
from backend.identity.permissions import Permission
from backend.money import rounded, shown
from backend.purchasing.tables import PurchaseOrder
from backend.work import Work

MOST: Final = Decimal(10**9)


@dataclass(frozen=True)
class Budget:
    """Money: the most that the purchase orders of a calendar month may come to in all, and what those of this one,
    which began on ``since``, have come to; those that wait for a manager count, cancelled ones do not.
    """

    monthly: Decimal
    spent: Decimal
    since: date

    @property
    def left(self) -> Decimal:
        """What may still be spent this month; never negative."""
        return max(Decimal(0), self.monthly - self.spent)


def budget(work: Work) -> Budget | None:
    """The company's budget for buying in this month; None where there is none."""
    row = company(work.session)
    if row is None or row.purchase_budget is None:
        return None
    since = work.clock.today().replace(day=1)
    spent = work.session.scalar(
        select(func.sum(PurchaseOrder.total)).where(
            PurchaseOrder.ordered_at >= work.clock.start_of(since), PurchaseOrder.state != "cancelled"
        )
    )
    return Budget(row.purchase_budget, spent or Decimal(0), since)


def money_left(work: Work) -> Decimal | None:
    """What may still be spent this month; None without a budget."""
    found = budget(work)
    return None if found is None else found.left


def set_budget(work: Work, monthly: Decimal | None) -> Budget | None:
    """Give buying in a budget a month, or none; a manager's. NotAllowed for others, Invalid for less than nothing."""
    work.principal.require(Permission.SET_BUDGET, "The budget for buying in is set by our managers.")
    if monthly is not None and not 0 <= monthly <= MOST:
        raise Invalid("A budget is an amount of money from 0 on.", code="bad_budget")
    row = company(work.session)
    if row is None:
        raise NotFound("There is no company yet.")
    before, after = row.purchase_budget, None if monthly is None else rounded(monthly)
    row.purchase_budget = after
    if before != after:
        values = [{"purchase_budget": None if one is None else str(one)} for one in (before, after)]
        record(work, "company.changed", "company", str(row.id), before=values[0], after=values[1])
    work.session.flush()
    return budget(work)


def require_within(work: Work, total: Decimal) -> None:
    """NotAllowed where a total is more than what is left of this month, for those who may not set the budget."""
    found = budget(work)
    if found is None or total <= found.left or work.principal.may(Permission.SET_BUDGET):
        return
    whole, left, monthly = (shown(amount, currency(work.session)) for amount in (total, found.left, found.monthly))
    raise NotAllowed(
        f"That comes to {whole}; {left} are left of this month's budget of {monthly}. Order less, or ask a manager.",
        code="above_budget",
    )
