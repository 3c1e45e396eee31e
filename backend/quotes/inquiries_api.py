"""Inquiries."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from backend.customers.queries import by_code
from backend.errors import Invalid
from backend.http.asking import Reading
from backend.http.bodies import NothingIn
from backend.http.idempotency import Once, OnlyOnce
from backend.http.pages import OTHERS, Limit, Page, page_of
from backend.http.versions import IfMatch, etag, require_version
from backend.identity.permissions import Permission
from backend.locks import lock
from backend.quotes import inquiries as asking
from backend.quotes import queries, quoting
from backend.quotes.api import Before, Of, drafted
from backend.quotes.api import shown as shown_quote
from backend.quotes.schemas import (
    AnswerIn,
    DraftIn,
    InquiryIn,
    InquiryOut,
    InquiryState,
    QuoteOut,
    ReopenIn,
)
from backend.quotes.tables import Inquiry
from backend.work import Work

router = APIRouter(prefix="/api/inquiries", tags=["inquiries"])


def shown(inquiry: Inquiry) -> InquiryOut:
    """An inquiry as the API shows it."""
    return InquiryOut(
        number=inquiry.number,
        state=inquiry.state,
        kind=inquiry.kind,
        customer=inquiry.customer.code if inquiry.customer else None,
        asked_by=inquiry.user.name,
        channel=inquiry.channel,
        created_at=inquiry.created_at,
        text=inquiry.text,
        order=inquiry.order_number,
        answer=inquiry.answer,
        answered_by=inquiry.answered_by.name if inquiry.answered_by else None,
        answered_at=inquiry.answered_at,
        version=inquiry.version,
    )


@router.get("")
def inquiries(
    work: Reading, limit: Limit = OTHERS, after: Before = None, customer: Of = None, state: InquiryState | None = None
) -> Page[InquiryOut]:
    """The inquiries you may see, newest first."""
    customer_id = by_code(work, customer).id if customer else None
    wanted = queries.Wanted(customer_id=customer_id, state=state, before=after, limit=limit + 1)
    return page_of(queries.inquiries(work, wanted), limit, shown, lambda inquiry: inquiry.id)


@router.get("/{number}")
def inquiry(number: str, work: Reading, response: Response) -> InquiryOut:
    """One inquiry; another customer's is not found."""
    found = queries.inquiry(work, number)
    response.headers["ETag"] = etag(found.version)
    return shown(found)


@router.post("", status_code=201, response_model=InquiryOut)
def ask(body: InquiryIn, once: OnlyOnce) -> JSONResponse:
    """Ask one of us something."""

    def change(work: Work) -> InquiryOut:
        customer = by_code(work, body.customer) if body.customer else None
        return shown(asking.open_inquiry(work, customer, body.kind, body.text, body.order))

    return once.run("inquiries.ask", body, change, status=201)


@router.post("/{number}/answer", response_model=InquiryOut)
def answer(number: str, body: AnswerIn, once: OnlyOnce, if_match: IfMatch = None) -> JSONResponse:
    """Answer an open inquiry."""
    return _on(once, "answer", number, body, if_match, lambda work, found: asking.answer(work, found, body.text))


@router.post("/{number}/close", response_model=InquiryOut)
def close(number: str, once: OnlyOnce, if_match: IfMatch = None) -> JSONResponse:
    """It is settled."""
    return _on(once, "close", number, NothingIn(), if_match, asking.close)


@router.post("/{number}/reopen", response_model=InquiryOut)
def reopen(number: str, once: OnlyOnce, body: ReopenIn | None = None, if_match: IfMatch = None) -> JSONResponse:
    """The answer did not settle it; for those who asked."""
    said = body or ReopenIn()
    return _on(once, "reopen", number, said, if_match, lambda work, found: asking.reopen(work, found, said.text))


@router.post("/{number}/quote", status_code=201, response_model=QuoteOut)
def quote(number: str, body: DraftIn, once: OnlyOnce, if_match: IfMatch = None) -> JSONResponse:
    """Draft a quote that answers an inquiry, which is quoted from then on."""

    def change(work: Work) -> QuoteOut:
        found = _held(work, number, if_match)
        work.principal.require(Permission.QUOTE, "Quotes are drafted by our sales people. Ask for one instead.")
        if found.customer is None:
            raise Invalid(f"{found.number} was asked for no customer.", code="customer_missing")
        wishes, particulars = drafted(work, found.customer, body)
        return shown_quote(work, quoting.draft_quote(work, found.customer, wishes, particulars, inquiry=found))

    return once.run(f"inquiries.quote {number}", body, change, status=201)


def _held(work: Work, number: str, if_match: str | None) -> Inquiry:
    found = queries.inquiry(work, number)
    lock(work.session, found)
    require_version(found.version, if_match)
    return found


def _on(
    once: Once,
    what: str,
    number: str,
    body: BaseModel,
    if_match: str | None,
    step: Callable[[Work, Inquiry], object],
) -> JSONResponse:
    def change(work: Work) -> InquiryOut:
        found = _held(work, number, if_match)
        step(work, found)
        return shown(found)

    return once.run(f"inquiries.{what} {number}", body, change)
