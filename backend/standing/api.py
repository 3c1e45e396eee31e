"""Standing orders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from backend.catalogue.queries import by_sku
from backend.customers.queries import by_code, named_or_own
from backend.http.asking import Reading
from backend.http.bodies import NothingIn
from backend.http.idempotency import Once, OnlyOnce
from backend.http.pages import DOCUMENTS, Limit, Page, page_of
from backend.http.versions import IfMatch, etag, require_version
from backend.locks import lock
from backend.sales.service import Wish
from backend.sales.tables import StandingOrder
from backend.standing import service as standing
from backend.standing.recurrence import described
from backend.standing.schemas import (
    RunOut,
    StandingLineIn,
    StandingLineOut,
    StandingOrderDetailOut,
    StandingOrderIn,
    StandingOrderOut,
    StandingOrderPatch,
    StandingState,
)
from backend.work import Work

router = APIRouter(prefix="/api/standing-orders", tags=["standing-orders"])


def shown(row: StandingOrder) -> StandingOrderOut:
    """A standing order as the API shows it."""
    lines = [
        StandingLineOut(position=line.position, sku=line.product.sku, name=line.product.name, quantity=line.quantity)
        for line in row.lines
    ]
    return StandingOrderOut(
        number=row.number,
        state=row.state,
        customer=row.customer.code,
        placed_for=row.user.name,
        rule=row.rule,
        when=described(row.rule),
        starts_on=row.starts_on,
        next_date=row.next_date,
        customer_reference=row.customer_reference,
        lines=lines,
        version=row.version,
    )


def _wishes(work: Work, lines: Sequence[StandingLineIn]) -> list[Wish]:
    return [Wish(by_sku(work.session, line.sku), line.quantity) for line in lines]


@router.get("")
def standing_orders(
    work: Reading,
    limit: Limit = DOCUMENTS,
    after: Annotated[int | None, Query(ge=1, le=2**63 - 1, description="The `next` of the page before.")] = None,
    customer: Annotated[str | None, Query(max_length=40, description="A customer's code.")] = None,
    state: StandingState | None = None,
) -> Page[StandingOrderOut]:
    """The standing orders you may see, newest first."""
    customer_id = by_code(work, customer).id if customer else None
    rows = standing.page(work, customer_id=customer_id, state=state, before=after, limit=limit + 1)
    return page_of(rows, limit, shown, lambda row: row.id)


@router.get("/{number}")
def standing_order(number: str, work: Reading, response: Response) -> StandingOrderDetailOut:
    """One standing order and what came of its last dates; another customer's is not found."""
    found = standing.by_number(work, number)
    response.headers["ETag"] = etag(found.version)
    came = [RunOut(day=run.day, order=run.order, problem=run.problem) for run in standing.runs(work, found)]
    return StandingOrderDetailOut(**shown(found).model_dump(), runs=came)


@router.post("", status_code=201, response_model=StandingOrderOut)
def create(body: StandingOrderIn, once: OnlyOnce) -> JSONResponse:
    """Set up an order that places itself on the dates of a rule, at the prices of the day."""

    def change(work: Work) -> StandingOrderOut:
        customer = named_or_own(work, body.customer)
        made = standing.create(
            work, customer, _wishes(work, body.lines), body.rule, body.starts_on, body.customer_reference
        )
        return shown(made)

    return once.run("standing_orders.create", body, change, status=201)


@router.patch("/{number}", response_model=StandingOrderOut)
def edit(number: str, body: StandingOrderPatch, once: OnlyOnce, if_match: IfMatch = None) -> JSONResponse:
    """Change what is ordered, when, or its reference (null takes that off)."""
    said = "customer_reference" in body.model_fields_set

    def step(work: Work, found: StandingOrder) -> None:
        standing.change(
            work,
            found,
            wishes=_wishes(work, body.lines) if body.lines is not None else None,
            rule=body.rule,
            customer_reference=(body.customer_reference or "") if said else None,
        )

    return _on(once, "edit", number, body, if_match, step)


@router.post("/{number}/pause", response_model=StandingOrderOut)
def pause(number: str, once: OnlyOnce, if_match: IfMatch = None) -> JSONResponse:
    """No orders until it is resumed."""
    return _on(once, "pause", number, NothingIn(), if_match, standing.pause)


@router.post("/{number}/resume", response_model=StandingOrderOut)
def resume(number: str, once: OnlyOnce, if_match: IfMatch = None) -> JSONResponse:
    """Go on with the next date; what was left out meanwhile stays left out."""
    return _on(once, "resume", number, NothingIn(), if_match, standing.resume)


@router.post("/{number}/end", response_model=StandingOrderOut)
def end(number: str, once: OnlyOnce, if_match: IfMatch = None) -> JSONResponse:
    """No orders any more."""
    return _on(once, "end", number, NothingIn(), if_match, standing.end)


@router.post("/{number}/skip", response_model=StandingOrderOut)
def skip(number: str, once: OnlyOnce, if_match: IfMatch = None) -> JSONResponse:
    """Leave out the next date."""
    return _on(once, "skip", number, NothingIn(), if_match, standing.skip)


def _on(
    once: Once,
    what: str,
    number: str,
    body: BaseModel,
    if_match: str | None,
    step: Callable[[Work, StandingOrder], object],
) -> JSONResponse:
    def change(work: Work) -> StandingOrderOut:
        found = standing.by_number(work, number)
        lock(work.session, found)
        require_version(found.version, if_match)
        step(work, found)
        return shown(found)

    return once.run(f"standing_orders.{what} {number}", body, change)
