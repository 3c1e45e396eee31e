"""Quotes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from backend.catalogue.queries import by_sku
from backend.customers.queries import by_code, named_or_own
from backend.customers.queries import delivery_address as delivery_address_of
from backend.customers.service import place_of
from backend.customers.tables import Customer
from backend.http.asking import Reading
from backend.http.bodies import NothingIn
from backend.http.idempotency import Once, OnlyOnce
from backend.http.pages import DOCUMENTS, Limit, Page, page_of
from backend.http.versions import IfMatch, etag, require_version
from backend.locks import lock
from backend.quotes import accepting, queries, quoting
from backend.quotes.quoting import Particulars
from backend.quotes.schemas import (
    AcceptIn,
    DeclineIn,
    DraftIn,
    QuoteIn,
    QuoteLineIn,
    QuoteLineOut,
    QuoteOut,
    QuotePatch,
    QuoteState,
    TaxOut,
)
from backend.quotes.tables import Quote
from backend.sales.schemas import DeliveryAddressOut
from backend.sales.service import Wish
from backend.work import Work

router = APIRouter(prefix="/api/quotes", tags=["quotes"])
Before = Annotated[int | None, Query(ge=1, le=2**63 - 1, description="The `next` of the page before.")]
Of = Annotated[str | None, Query(max_length=40, description="A customer's code.")]
PARTICULARS = {"requested_date", "customer_reference", "note", "valid_until"}


def shown(work: Work, quote: Quote) -> QuoteOut:
    """A quote as the API shows it."""
    lines = [
        QuoteLineOut(
            position=line.position,
            sku=line.product.sku,
            name=line.product.name,
            quantity=line.quantity,
            list_price=line.list_price,
            discount=line.discount,
            price=line.price,
            tax_rate=line.tax_rate,
            total=line.total,
        )
        for line in quote.lines
    ]
    parts = queries.breakdown(work, quote).parts
    return QuoteOut(
        number=quote.number,
        state=quote.state,
        customer=quote.customer.code,
        created_at=quote.created_at,
        created_by=quote.created_by.name if quote.created_by else None,
        sent_at=quote.sent_at,
        valid_until=quote.valid_until,
        requested_date=quote.requested_date,
        customer_reference=quote.customer_reference,
        delivery_address=delivery_address(quote),
        note=quote.note,
        currency=quote.currency,
        lines=lines,
        goods=quote.goods,
        delivery=quote.delivery,
        tax=quote.tax,
        taxes=[TaxOut(rate=part.rate, net=part.net, tax=part.tax) for part in parts],
        total=quote.total,
        inquiry=quote.inquiry.number if quote.inquiry else None,
        order=quote.order_number,
        version=quote.version,
    )


def delivery_address(quote: Quote) -> DeliveryAddressOut | None:
    """Where a quote delivers to, where that is not the usual address."""
    if quote.destination is None:
        return None
    return DeliveryAddressOut(name=quote.customer.name, **quote.destination)


def wishes_of(work: Work, lines: Sequence[QuoteLineIn]) -> list[Wish]:
    """The lines of a body as wishes."""
    return [Wish(by_sku(work.session, line.sku), line.quantity, line.discount) for line in lines]


def said_particulars(work: Work, customer: Customer, body: DraftIn | QuotePatch) -> dict[str, Any]:
    """What a body says of a quote besides its lines; NotFound for another's address."""
    said = body.model_dump(include=PARTICULARS, exclude_unset=True)
    if "address_id" in body.model_fields_set:
        address = delivery_address_of(work, customer, body.address_id) if body.address_id is not None else None
        said["destination"] = place_of(address) if address is not None else None
    return said


def drafted(work: Work, customer: Customer, body: DraftIn) -> tuple[list[Wish], Particulars]:
    """What a body says of a quote: its lines, with the discount that is for all of them, and the rest."""
    wishes = wishes_of(work, body.lines)
    if body.discount:
        wishes = [replace(wish, discount=wish.discount or body.discount) for wish in wishes]
    return wishes, Particulars(**said_particulars(work, customer, body))


@router.get("")
def quotes(
    work: Reading,
    limit: Limit = DOCUMENTS,
    after: Before = None,
    customer: Of = None,
    state: QuoteState | None = None,
    inquiry: Annotated[str | None, Query(max_length=30, description="Made from this inquiry.")] = None,
) -> Page[QuoteOut]:
    """The quotes you may see, newest first."""
    wanted = queries.Wanted(
        customer_id=by_code(work, customer).id if customer else None,
        state=state,
        inquiry_id=queries.inquiry(work, inquiry).id if inquiry else None,
        before=after,
        limit=limit + 1,
    )
    return page_of(queries.quotes(work, wanted), limit, lambda quote: shown(work, quote), lambda quote: quote.id)


@router.get("/{number}")
def quote(number: str, work: Reading, response: Response) -> QuoteOut:
    """One quote; another customer's is not found, nor is a draft unless you quote."""
    found = queries.quote(work, number)
    response.headers["ETag"] = etag(found.version)
    return shown(work, found)


@router.post("", status_code=201, response_model=QuoteOut)
def create(body: QuoteIn, once: OnlyOnce) -> JSONResponse:
    """Quote: a customer's person has it at once at their own prices, sent; ours draft it."""

    def change(work: Work) -> QuoteOut:
        customer = named_or_own(work, body.customer)
        wishes, particulars = drafted(work, customer, body)
        if work.principal.customer_id is None:
            return shown(work, quoting.draft_quote(work, customer, wishes, particulars))
        return shown(work, quoting.ask_for_quote(work, customer, wishes, particulars))

    return once.run("quotes.create", body, change, status=201)


@router.patch("/{number}", response_model=QuoteOut)
def edit(number: str, body: QuotePatch, once: OnlyOnce, if_match: IfMatch = None) -> JSONResponse:
    """Change a draft: its lines, a discount for all of them, how long it is valid, its note."""

    def change(work: Work, found: Quote) -> None:
        said = said_particulars(work, found.customer, body)
        quoting.edit(
            work,
            found,
            wishes=wishes_of(work, body.lines) if body.lines is not None else None,
            discount=body.discount,
            particulars=replace(quoting.particulars_of(found), **said) if said else None,
        )

    return _on(once, "edit", number, body, if_match, change)


@router.post("/{number}/send", response_model=QuoteOut)
def send(number: str, once: OnlyOnce, if_match: IfMatch = None) -> JSONResponse:
    """Send a draft to the customer; above your discount limit a manager has to."""
    return _on(once, "send", number, NothingIn(), if_match, quoting.send)


@router.post("/{number}/accept", response_model=QuoteOut)
def accept(number: str, once: OnlyOnce, body: AcceptIn | None = None, if_match: IfMatch = None) -> JSONResponse:
    """Order exactly what was quoted while it is valid; the answer names the `order`. Again: the same order."""
    said = body or AcceptIn()

    def change(work: Work) -> QuoteOut:
        found = queries.quote(work, number)
        accepting.lock_to_accept(work, found)
        require_version(found.version, if_match)
        accepting.accept(work, found, customer_reference=said.customer_reference)
        return shown(work, found)

    return once.run(f"quotes.accept {number}", said, change)


@router.post("/{number}/decline", response_model=QuoteOut)
def decline(number: str, once: OnlyOnce, body: DeclineIn | None = None, if_match: IfMatch = None) -> JSONResponse:
    """Decline a quote, or take it back."""
    said = body or DeclineIn()
    return _on(once, "decline", number, said, if_match, lambda work, found: quoting.decline(work, found, said.reason))


def _on(
    once: Once,
    what: str,
    number: str,
    body: BaseModel,
    if_match: str | None,
    step: Callable[[Work, Quote], object],
) -> JSONResponse:
    def change(work: Work) -> QuoteOut:
        found = queries.quote(work, number)
        lock(work.session, found)
        require_version(found.version, if_match)
        step(work, found)
        return shown(work, found)

    return once.run(f"quotes.{what} {number}", body, change)
