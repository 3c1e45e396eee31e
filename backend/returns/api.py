"""Returns and exchanges."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse

from backend.catalogue import queries as catalogue
from backend.customers import queries as customers
from backend.errors import Invalid
from backend.http.asking import Reading
from backend.http.bodies import Code, NothingIn, money_text, price_text
from backend.http.idempotency import OnlyOnce
from backend.http.pages import DOCUMENTS, Limit, Page, page_of
from backend.http.versions import IfMatch, etag, require_version
from backend.returns import exchanges
from backend.returns import queries as returns_queries
from backend.returns import service as returns
from backend.returns.money import LineMoney, ReturnMoney, Sum
from backend.returns.queries import RefundStatus
from backend.returns.schemas import (
    ReceiptIn,
    RefundOut,
    RejectionIn,
    ReturnableLineOut,
    ReturnableOut,
    ReturnIn,
    ReturnLineIn,
    ReturnLineOut,
    ReturnOut,
    State,
    TotalsOut,
)
from backend.sales import queries
from backend.sales.tables import Order, SalesReturn, SalesReturnLine
from backend.stock.queries import warehouse_by_code
from backend.work import Work

router = APIRouter(prefix="/api", tags=["returns"])
LARGEST_KEY = 2**63 - 1


def shown(work: Work, sales_return: SalesReturn) -> ReturnOut:
    """A return as the API shows it, with its money."""
    return _shown(sales_return, *returns_queries.statuses_and_money(work, [sales_return])[0])


def _shown(sales_return: SalesReturn, status: RefundStatus, money: ReturnMoney) -> ReturnOut:
    pairs = zip(sales_return.lines, money.lines, strict=True)
    return ReturnOut(
        number=sales_return.number,
        state=sales_return.state,
        status=status.status,
        resolution=sales_return.resolution,
        customer=sales_return.customer.code,
        order=sales_return.order.number if sales_return.order else None,
        exchange_order=sales_return.exchange_order.number if sales_return.exchange_order else None,
        reason=sales_return.reason,
        note=sales_return.note,
        requested_at=sales_return.requested_at,
        returned_at=sales_return.returned_at,
        settled_at=sales_return.settled_at,
        currency=status.currency,
        lines=[_line(place, line, amounts) for place, (line, amounts) in enumerate(pairs, start=1)],
        credit=_totals(money.credit),
        replacement=_totals(money.replacement) if money.replacement else None,
        difference=money.difference,
        refund=RefundOut.model_validate(status, from_attributes=True),
        version=sales_return.version,
    )


def _line(position: int, line: SalesReturnLine, amounts: LineMoney) -> ReturnLineOut:
    new = line.exchange_product
    return ReturnLineOut(
        position=position,
        order_position=line.order_line.position if line.order_line else None,
        sku=line.product.sku,
        name=line.product.name,
        options=line.product.options,
        quantity=line.quantity,
        announced=line.announced,
        scrapped=line.scrapped,
        price=price_text(line.price),
        credit=money_text(amounts.credit),
        reason=line.reason,
        exchange_sku=new.sku if new else None,
        exchange_name=new.name if new else None,
        exchange_options=new.options if new else None,
        exchange_price=_or_none(price_text, line.exchange_price),
        replacement=_or_none(money_text, amounts.replacement),
        difference=_or_none(money_text, amounts.difference),
    )


def _or_none(text: Callable[[Decimal], str], amount: Decimal | None) -> str | None:
    return None if amount is None else text(amount)


def _totals(sums: Sum) -> TotalsOut:
    return TotalsOut(net=sums.net, tax=sums.tax, total=sums.total)


@router.get("/returns")
def sales_returns(
    work: Reading,
    limit: Limit = DOCUMENTS,
    after: Annotated[int | None, Query(ge=1, le=LARGEST_KEY)] = None,
    state: State | None = None,
    customer: Annotated[Code | None, Query()] = None,
    order: Annotated[Code | None, Query()] = None,
) -> Page[ReturnOut]:
    """The returns you may see, newest first."""
    rows = returns_queries.page(
        work,
        customer_id=customers.by_code(work, customer).id if customer is not None else None,
        order_id=queries.by_number(work, order).id if order is not None else None,
        state=state,
        before=after,
        limit=limit + 1,
    )
    facts = dict(zip(rows, returns_queries.statuses_and_money(work, rows), strict=True))
    return page_of(rows, limit, lambda row: _shown(row, *facts[row]), lambda row: row.id)


@router.get("/returns/{number}")
def sales_return(number: str, work: Reading, response: Response) -> ReturnOut:
    """One return; another customer's is not found."""
    found = returns_queries.by_number(work, number)
    response.headers["ETag"] = etag(found.version)
    return shown(work, found)


@router.post("/returns", status_code=201, response_model=ReturnOut)
def request(body: ReturnIn, once: OnlyOnce) -> JSONResponse:
    """Ask for delivered goods to be taken back, refunded, credited or exchanged for another variant of the product.

    Within the return days it is approved at once, and the replacement of an exchange is ordered; later it waits for
    our approval.
    """

    def change(work: Work) -> ReturnOut:
        order = queries.by_number(work, body.order)
        items = [_item(work, order, line) for line in body.lines]
        made = returns.request_return(work, order, items, resolution=body.resolution, reason=body.reason)
        return shown(work, made)

    return once.run("returns.request", body, change, status=201)


def _item(work: Work, order: Order, wanted: ReturnLineIn) -> returns.Item:
    line = next((line for line in order.lines if line.position == wanted.position), None)
    if line is None:
        raise Invalid(f"{order.number} has no line {wanted.position}.", code="unknown_line", position=wanted.position)
    new = catalogue.by_sku(work.session, wanted.exchange_sku) if wanted.exchange_sku is not None else None
    return returns.Item(line, wanted.quantity, wanted.reason, new)


def _changed(
    number: str, if_match: str | None, change: Callable[[Work, SalesReturn], object], *, by_us: bool = True
) -> Callable[[Work], ReturnOut]:
    """A change of a return that is meant for the version that was read; ``by_us``: only our order desk makes it."""

    def run(work: Work) -> ReturnOut:
        found = returns_queries.by_number(work, number)
        if by_us:
            returns.require_handling(work)
        require_version(found.version, if_match)
        change(work, found)
        require_version(found.version - 1, if_match)  # what the change found once it held the row, and made one more
        return shown(work, found)

    return run


@router.post("/returns/{number}/approve", response_model=ReturnOut)
def approve(number: str, once: OnlyOnce, if_match: IfMatch = None) -> JSONResponse:
    """Agree to take goods back that were asked for late; the replacement of an exchange is ordered now."""
    change = _changed(number, if_match, returns.approve)
    return once.run(f"returns.approve {number}", NothingIn(), change)


@router.post("/returns/{number}/reject", response_model=ReturnOut)
def reject(number: str, body: RejectionIn, once: OnlyOnce, if_match: IfMatch = None) -> JSONResponse:
    """Refuse to take goods back, or give up waiting for them; a replacement that has not left is cancelled."""
    change = _changed(number, if_match, lambda work, found: returns.reject(work, found, body.reason))
    return once.run(f"returns.reject {number}", body, change)


@router.post("/returns/{number}/withdraw", response_model=ReturnOut)
def withdraw(number: str, once: OnlyOnce, if_match: IfMatch = None) -> JSONResponse:
    """Keep the goods after all, while none of them has arrived; a replacement that has not left is cancelled."""
    change = _changed(number, if_match, returns.withdraw, by_us=False)
    return once.run(f"returns.withdraw {number}", NothingIn(), change)


@router.post("/returns/{number}/receive", response_model=ReturnOut)
def receive(number: str, once: OnlyOnce, body: ReceiptIn | None = None, if_match: IfMatch = None) -> JSONResponse:
    """Take the goods in; only what came is credited, what is fit for stock fills back orders."""
    said = body or ReceiptIn()

    def change(work: Work, found: SalesReturn) -> None:
        place = warehouse_by_code(work.session, said.warehouse) if said.warehouse is not None else None
        returns.receive(work, found, _arrivals(found, said), warehouse=place)

    return once.run(f"returns.receive {number}", said, _changed(number, if_match, change))


def _arrivals(found: SalesReturn, body: ReceiptIn) -> list[returns.Arrival] | None:
    if body.lines is None:
        return None
    lines = dict(enumerate(found.lines, start=1))
    for line in body.lines:
        if line.position not in lines:
            raise Invalid(f"{found.number} has no line {line.position}.", code="unknown_line", position=line.position)
    return [returns.Arrival(lines[line.position], line.restocked, line.scrapped) for line in body.lines]


@router.post("/returns/{number}/settle", response_model=ReturnOut)
def settle(number: str, once: OnlyOnce, if_match: IfMatch = None) -> JSONResponse:
    """Credit what came: refunded to the way it was paid, or kept on the customer's account."""
    change = _changed(number, if_match, returns.settle)
    return once.run(f"returns.settle {number}", NothingIn(), change)


@router.get("/orders/{number}/returnable")
def returnable(number: str, work: Reading) -> ReturnableOut:
    """What of an order was delivered and may still come back, until when at once, and what it may be exchanged for."""
    order = queries.by_number(work, number)
    offers = returns.returnable(work, order)
    others = exchanges.variants(work, [offer.line.product for offer in offers if offer.quantity])
    lines = []
    for offer in offers:
        product = offer.line.product
        lines.append(
            ReturnableLineOut(
                position=offer.line.position,
                sku=product.sku,
                name=product.name,
                options=product.options,
                delivered=offer.delivered,
                returned=offer.returned,
                under_return=offer.under_return,
                returnable=offer.quantity,
                at_once=offer.at_once,
                until=offer.until,
                price=offer.line.price,
                exchange_skus=[other.sku for other in others.get(product.id, [])],
            )
        )
    return ReturnableOut(order=order.number, currency=order.currency, lines=lines)
