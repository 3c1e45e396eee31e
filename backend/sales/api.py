"""Orders."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from backend.catalogue import queries as catalogue
from backend.customers import queries as customers
from backend.customers.tables import Customer
from backend.errors import Invalid
from backend.http.asking import Reading
from backend.http.idempotency import OnlyOnce
from backend.http.pages import Limit, Page, page_of
from backend.sales import queries, service
from backend.sales.progress import said_state
from backend.sales.schemas import LineOut, OrderIn, OrderOut, ShipmentOut
from backend.sales.tables import Order
from backend.work import Work

router = APIRouter(prefix="/api/orders", tags=["orders"])


def shown(order: Order) -> OrderOut:
    """An order as the API shows it."""
    lines = [
        LineOut(
            position=line.position,
            sku=line.product.sku,
            name=line.product.name,
            quantity=line.quantity,
            price=line.price,
            total=line.total,
            reserved=line.reserved,
            back_ordered=line.back_ordered,
            shipped=line.shipped,
            cancelled=line.cancelled,
            promised_date=line.promised_date,
        )
        for line in order.lines
    ]
    shipments = [ShipmentOut.model_validate(shipment, from_attributes=True) for shipment in order.shipments]
    return OrderOut(
        number=order.number,
        state=order.state,
        status=said_state(order),
        customer=order.customer.code,
        placed_at=order.placed_at,
        placed_by=order.placed_by.name if order.placed_by else None,
        placed_by_role=order.placed_by_role,
        channel=order.channel,
        requested_date=order.requested_date,
        customer_reference=order.customer_reference,
        currency=order.currency,
        lines=lines,
        shipments=shipments,
        total=order.total,
    )


def _customer(work: Work, code: str | None) -> Customer:
    own = work.principal.customer_id
    if code is None and own is None:
        raise Invalid("Say which customer the order is for.", code="customer_missing")
    return customers.by_code(work, code) if code is not None else customers.by_id(work, own or -1)


@router.post("", status_code=201, response_model=OrderOut)
def place(body: OrderIn, once: OnlyOnce) -> JSONResponse:
    """Place an order. What is not in stock becomes a back order with a promised date."""

    def change(work: Work) -> OrderOut:
        wishes = [service.Wish(catalogue.by_sku(work.session, line.sku), line.quantity) for line in body.lines]
        order = service.place_order(
            work,
            _customer(work, body.customer),
            wishes,
            requested_date=body.requested_date,
            customer_reference=body.customer_reference,
        )
        return shown(order)

    return once.run("orders.place", body, change, status=201)


@router.get("")
def orders(
    work: Reading,
    limit: Limit = 50,
    after: Annotated[int | None, Query(ge=1)] = None,
    customer: Annotated[str | None, Query(max_length=40)] = None,
    state: Annotated[str | None, Query(max_length=20)] = None,
) -> Page[OrderOut]:
    """The orders you may see, newest first."""
    customer_id = customers.by_code(work, customer).id if customer else None
    rows = queries.page(work, customer_id=customer_id, state=state, before=after, limit=limit + 1)
    return page_of(rows, limit, shown, lambda order: order.id)


@router.get("/{number}")
def order(number: str, work: Reading) -> OrderOut:
    """One order; another customer's is not found."""
    return shown(queries.by_number(work, number))
