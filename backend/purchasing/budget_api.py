"""The budgets for buying in, the company's and each buyer's own, over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import JSONResponse

from backend.http.asking import Reading
from backend.http.bodies import PLAIN
from backend.http.idempotency import OnlyOnce
from backend.http.pages import Page
from backend.identity.permissions import Permission
from backend.purchasing import buyer_budgets
from backend.purchasing.api import budget_shown
from backend.purchasing.budget import budget, set_budget
from backend.purchasing.buyer_budgets import BuyerBudget
from backend.purchasing.schemas import BudgetIn, BudgetOut, BuyerBudgetOut
from backend.work import Work

router = APIRouter(prefix="/api", tags=["purchasing"])


@router.get("/replenishment/budget")
def shown(work: Reading) -> BudgetOut:
    """What may be spent on purchase orders this month, and what of it is."""
    work.principal.require(Permission.SEE_REPLENISHMENT, "The budget for buying in is for our buyers and managers.")
    return budget_shown(budget(work))


@router.put("/replenishment/budget", response_model=BudgetOut)
def change(body: BudgetIn, once: OnlyOnce) -> JSONResponse:
    """Set it, or take it away; a manager's."""

    def changed(work: Work) -> BudgetOut:
        return budget_shown(set_budget(work, body.monthly))

    return once.run("replenishment.budget", body, changed)


@router.get("/replenishment/budgets")
def own_ones(work: Reading) -> Page[BuyerBudgetOut]:
    """Every buyer's own budget, by name; a buyer sees their own. All on one page."""
    return Page(items=[_own(buyer_budgets.budget_of(work, one)) for one in buyer_budgets.buyers(work)])


@router.put("/replenishment/budgets/{buyer}", response_model=BuyerBudgetOut)
def change_own(
    buyer: Annotated[str, Path(max_length=200, pattern=PLAIN)], body: BudgetIn, once: OnlyOnce
) -> JSONResponse:
    """Set that of the buyer with this e-mail address, or take it away; a manager's."""

    def changed(work: Work) -> BuyerBudgetOut:
        return _own(buyer_budgets.set_buyer_budget(work, buyer_budgets.by_email(work, buyer), body.monthly))

    return once.run(f"replenishment.budgets {buyer}", body, changed)


def _own(one: BuyerBudget) -> BuyerBudgetOut:
    return BuyerBudgetOut(
        buyer=one.buyer.email,
        name=one.buyer.name,
        monthly=one.monthly,
        spent=one.spent,
        left=one.left,
        since=one.since,
    )
