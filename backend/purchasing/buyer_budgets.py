"""Each buyer's own budget: who has which, and setting one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from backend.company.service import record
from backend.errors import Invalid, NotFound
from backend.identity.permissions import Permission
from backend.identity.tables import Role, User
from backend.locks import lock
from backend.purchasing.budget import NOT_YOURS, Budget, allowed, month, spent, tell_of_change
from backend.work import Work


@dataclass(frozen=True)
class BuyerBudget:
    """A buyer with their own budget a month, None for none, and what their purchase orders since the month began on
    ``since`` have come to, money.
    """

    buyer: User
    monthly: Decimal | None
    spent: Decimal
    since: date

    @property
    def left(self) -> Decimal | None:
        """What the budget leaves this month; None without one."""
        return None if self.monthly is None else Budget(self.monthly, self.spent, self.since).left


def buyers(work: Work) -> Sequence[User]:
    """Those whose budgets who asks may see, by name: a manager every buyer's, a buyer their own."""
    work.principal.require(Permission.SEE_REPLENISHMENT, "The budget for buying in is for our buyers and managers.")
    query = select(User).where(User.role == Role.BUYER.value, User.active).order_by(User.name, User.id)
    if not work.principal.may(Permission.SET_BUDGET):
        query = query.where(User.id == work.principal.user_id)
    return work.session.scalars(query).all()


def budget_of(work: Work, buyer: User) -> BuyerBudget:
    """What a buyer has, and has spent, this month."""
    return BuyerBudget(buyer, buyer.purchase_budget, spent(work, buyer.id), month(work))


def by_email(work: Work, email: str) -> User:
    """A buyer by their address; a manager's to ask. NotFound for an unknown address, Invalid for who is no buyer."""
    work.principal.require(Permission.SET_BUDGET, NOT_YOURS)
    found = work.session.scalar(select(User).where(User.email == email.strip().lower(), User.active))
    if found is None:
        raise NotFound(f"Nobody with the address {email[:60]} signs in here.", code="unknown_person")
    return require_buyer(found)


def require_buyer(user: User) -> User:
    """The user, if they buy in. Invalid (not_a_buyer) otherwise."""
    if user.role != Role.BUYER.value:
        raise Invalid(f"{user.name} is not a buyer; only a buyer has a budget of their own.", code="not_a_buyer")
    return user


def set_buyer_budget(work: Work, buyer: User, monthly: Decimal | None) -> BuyerBudget:
    """Give a buyer a budget a month of their own, or none; a manager's.

    What they have ordered this month counts at once. NotAllowed for others, Invalid for less than nothing, or for who
    is no buyer.
    """
    after = allowed(work, monthly)
    lock(work.session, require_buyer(buyer))
    before, buyer.purchase_budget = buyer.purchase_budget, after
    if before != after:
        values = [
            {"person": buyer.email, "purchase_budget": None if one is None else str(one)} for one in (before, after)
        ]
        record(work, "person.budget_changed", "person", buyer.email, before=values[0], after=values[1])
        tell_of_change(work, buyer, before, after)
    work.session.flush()
    return budget_of(work, buyer)
