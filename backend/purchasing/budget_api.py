"""The budget for buying in, over HTTP."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from backend.http.asking import Reading
from backend.http.idempotency import OnlyOnce
from backend.identity.permissions import Permission
from backend.purchasing.api import budget_shown
from backend.purchasing.budget import budget, set_budget
from backend.purchasing.schemas import BudgetIn, BudgetOut
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
