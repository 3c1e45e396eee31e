"""Goodwill credits: asked for, granted, refused; and credit that goes back as money instead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import JSONResponse

from backend.billing import goodwill, queries, refunds
from backend.billing.access import require_billing
from backend.billing.schemas import (
    FailureIn,
    GoodwillIn,
    GoodwillOut,
    GoodwillState,
    PaymentOut,
    SpareIn,
)
from backend.billing.showing import shown_goodwill, shown_payment
from backend.billing.tables import Goodwill
from backend.customers import queries as customers
from backend.http.asking import Reading
from backend.http.bodies import PLAIN, NothingIn
from backend.http.idempotency import OnlyOnce
from backend.http.pages import OTHERS, Limit, Page, page_of
from backend.http.versions import IfMatch, etag, require_version
from backend.locks import lock
from backend.sales import queries as orders
from backend.work import Work

router = APIRouter(prefix="/api", tags=["billing"])

Number = Annotated[str, Path(max_length=30, pattern=PLAIN)]
Before = Annotated[int | None, Query(ge=1, le=2**63 - 1, description="The `next` of the page before.")]
Whose = Annotated[str | None, Query(max_length=40, pattern=PLAIN, description="Only this customer's.")]


@router.get("/goodwill-credits")
def list_goodwill(
    work: Reading,
    limit: Limit = OTHERS,
    after: Before = None,
    customer: Whose = None,
    state: GoodwillState | None = None,
) -> Page[GoodwillOut]:
    """The goodwill credits, newest first; for those who bill."""
    whose = customers.by_code(work, customer).id if customer else None
    rows = goodwill.page(work, customer_id=whose, state=state, before=after, limit=limit + 1)
    return page_of(rows, limit, shown_goodwill, lambda row: row.id)


@router.get("/goodwill-credits/{number}")
def one_goodwill(number: Number, work: Reading, response: Response) -> GoodwillOut:
    """One goodwill credit; for those who bill."""
    found = goodwill.by_number(work, number)
    response.headers["ETag"] = etag(found.version)
    return shown_goodwill(found)


@router.post("/goodwill-credits", status_code=201, response_model=GoodwillOut)
def ask(body: GoodwillIn, once: OnlyOnce) -> JSONResponse:
    """Give a customer a credit as goodwill; above your limit it is `requested` and waits for a manager."""

    def change(work: Work) -> GoodwillOut:
        require_billing(work)
        customer = customers.by_code(work, body.customer)
        order = orders.by_number(work, body.order) if body.order is not None else None
        return shown_goodwill(goodwill.ask(work, customer, body.amount, body.reason, order))

    return once.run("goodwill.ask", body, change, status=201)


@router.post("/goodwill-credits/{number}/grant", response_model=GoodwillOut)
def grant(number: Number, once: OnlyOnce, if_match: IfMatch = None) -> JSONResponse:
    """Agree to a goodwill credit that waits: the credit note is made out."""
    return once.run(f"goodwill.grant {number}", NothingIn(), _deciding(number, if_match, goodwill.grant))


@router.post("/goodwill-credits/{number}/refuse", response_model=GoodwillOut)
def refuse(number: Number, body: FailureIn, once: OnlyOnce, if_match: IfMatch = None) -> JSONResponse:
    """Say no to a goodwill credit that waits, with a reason."""
    change = _deciding(number, if_match, lambda work, found: goodwill.refuse(work, found, body.reason))
    return once.run(f"goodwill.refuse {number}", body, change)


def _deciding(
    number: str, if_match: str | None, act: Callable[[Work, Goodwill], Goodwill]
) -> Callable[[Work], GoodwillOut]:
    def change(work: Work) -> GoodwillOut:
        found = goodwill.by_number(work, number)
        goodwill.require_deciding(work)
        if if_match is not None:
            goodwill.hold(work, found)
            require_version(found.version, if_match)
        return shown_goodwill(act(work, found))

    return change


@router.post("/payments/{number}/refund", status_code=201, response_model=PaymentOut)
def refund_spare(number: Number, body: SpareIn, once: OnlyOnce, if_match: IfMatch = None) -> JSONResponse:
    """Give back what a payment left over; the answer is the refund, which is pending until it has gone out."""

    def change(work: Work) -> PaymentOut:
        found = queries.payment(work, number)
        refunds.require_refunding(work, found.customer_id)
        if if_match is not None:
            lock(work.session, found)
            require_version(found.version, if_match)
        return shown_payment(refunds.refund_spare(work, found, body.amount))

    return once.run(f"payments.refund {number}", body, change, status=201)
