"""What may be spent on purchase orders in a calendar month, by the company and by each buyer, what of it is spent, and
who may say how much it is.

A purchase order counts to the company's budget and to that of the buyer who made it, whoever approves it, from the
moment it is made. Of the two the one with less left bounds what a buyer is shown and may approve; managers, who set
them, are bound by neither.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from sqlalchemy import func, select

from backend.company.service import company, currency, record
from backend.errors import Invalid, NotAllowed, NotFound
from backend.events.service import publish
from backend.identity.permissions import Permission
from backend.identity.tables import Role, User
from backend.money import rounded, shown
from backend.purchasing import wording
from backend.purchasing.tables import PurchaseOrder
from backend.work import Work

MOST: Final = Decimal(10**9)
COMPANY: Final = "company"
NOT_YOURS: Final = "The budget for buying in is set by our managers."
Whose = Literal["company", "own"]


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


@dataclass(frozen=True)
class Budgets:
    """The company's budget, and the own one of who buys; None where there is none."""

    company: Budget | None = None
    own: Budget | None = None

    @property
    def bound_by(self) -> Whose | None:
        """The one with less left, the company's where both have the same; None without any."""
        if self.own is not None and (self.company is None or self.own.left < self.company.left):
            return "own"
        return None if self.company is None else "company"

    @property
    def tighter(self) -> Budget | None:
        """That one."""
        return self.own if self.bound_by == "own" else self.company

    def said(self, money: str, buyer: str | None = None) -> str:
        """The tighter one in words, with its monthly amount; ``buyer``: whose own it is, None for who is spoken to."""
        if self.bound_by == "own":
            template = wording.BUDGET_OF_YOURS if buyer is None else wording.BUDGET_OF_SOMEBODY
            return template.format(monthly=money, buyer=buyer)
        return (wording.BUDGET if self.own is None else wording.BUDGET_OF_THE_COMPANY).format(monthly=money)


def month(work: Work) -> date:
    """The day on which the month began that budgets are reckoned by."""
    return work.clock.today().replace(day=1)


def spent(work: Work, user_id: int | None = None) -> Decimal:
    """What this month's purchase orders come to; those that one person made, where one is given."""
    query = select(func.sum(PurchaseOrder.total)).where(
        PurchaseOrder.ordered_at >= work.clock.start_of(month(work)), PurchaseOrder.state != "cancelled"
    )
    if user_id is not None:
        query = query.where(PurchaseOrder.created_by_id == user_id)
    return work.session.scalar(query) or Decimal(0)


def budget(work: Work) -> Budget | None:
    """The company's budget for buying in this month; None where there is none."""
    row = company(work.session)
    if row is None or row.purchase_budget is None:
        return None
    return Budget(row.purchase_budget, spent(work), month(work))


def own_budget(work: Work, user_id: int) -> Budget | None:
    """A buyer's own budget in this month; None for who has none, and for who is no buyer."""
    query = select(User.purchase_budget).where(User.id == user_id, User.role == Role.BUYER.value)
    monthly = work.session.scalar(query)
    return None if monthly is None else Budget(monthly, spent(work, user_id), month(work))


def budgets(work: Work) -> Budgets:
    """What bounds who asks: the company's budget, and for a buyer their own."""
    principal = work.principal
    own = own_budget(work, principal.user_id) if principal.role is Role.BUYER else None
    return Budgets(budget(work), own)


def money_left(work: Work) -> Decimal | None:
    """What who asks may still spend this month; None without a budget."""
    found = budgets(work).tighter
    return None if found is None else found.left


def set_budget(work: Work, monthly: Decimal | None) -> Budget | None:
    """Give buying in a budget a month, or none; a manager's. NotAllowed for others, Invalid for less than nothing."""
    after = allowed(work, monthly)
    row = company(work.session)
    if row is None:
        raise NotFound("There is no company yet.")
    before, row.purchase_budget = row.purchase_budget, after
    if before != after:
        values = [{"purchase_budget": None if one is None else str(one)} for one in (before, after)]
        record(work, "company.changed", "company", str(row.id), before=values[0], after=values[1])
        tell_of_change(work, None, before, after)
    work.session.flush()
    return budget(work)


def tell_of_change(work: Work, buyer: User | None, before: Decimal | None, after: Decimal | None) -> None:
    """Publish that a budget is another: a buyer's own, or with None the company's."""
    amounts = {name: None if one is None else str(one) for name, one in (("before", before), ("after", after))}
    email = buyer.email if buyer is not None else None
    publish(work, "budget.changed", "budget", email or COMPANY, {"buyer": email, **amounts})


def allowed(work: Work, monthly: Decimal | None) -> Decimal | None:
    """A budget as it is kept. NotAllowed for who may not set one, Invalid (bad_budget) for less than nothing."""
    work.principal.require(Permission.SET_BUDGET, NOT_YOURS)
    if monthly is not None and not 0 <= monthly <= MOST:
        raise Invalid("A budget is an amount of money from 0 on.", code="bad_budget")
    return None if monthly is None else rounded(monthly)


def require_within(work: Work, total: Decimal) -> None:
    """NotAllowed (above_budget) where a total is more than what is left of this month, by the company's budget or by
    the buyer's own, for those who may not set budgets. Who asks holds the suppliers' locks, so nobody spends meanwhile.
    """
    if not work.principal.may(Permission.SET_BUDGET):
        _require(work, budgets(work), wording.ABOVE_BUDGET, total)


def require_room_for(work: Work, order: PurchaseOrder) -> None:
    """The same for a purchase order that has waited since an earlier month, and counts in this one once it is approved:
    to the company's budget, and to the own one of the buyer who made it.
    """
    if work.principal.may(Permission.SET_BUDGET) or work.clock.date_of(order.ordered_at) >= month(work):
        return  # what was made this month counts already
    maker = work.session.get(User, order.created_by_id) if order.created_by_id is not None else None
    found = Budgets(budget(work), own_budget(work, maker.id) if maker is not None else None)
    buyer = maker.name if maker is not None and maker.id != work.principal.user_id else None
    _require(work, found, wording.WAITED_ABOVE_BUDGET, order.total, number=order.number, buyer=buyer)


def _require(
    work: Work, found: Budgets, sentence: str, total: Decimal, *, number: str = "", buyer: str | None = None
) -> None:
    tighter = found.tighter
    if tighter is None or total <= tighter.left:
        return
    whole, left, monthly = (shown(one, currency(work.session)) for one in (total, tighter.left, tighter.monthly))
    said = sentence.format(number=number, whole=whole, left=left, budget=found.said(monthly, buyer))
    raise NotAllowed(said, code="above_budget", budget=found.bound_by)
