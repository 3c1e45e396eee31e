"""Shipments, and holding and releasing orders."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import JSONResponse

from backend.errors import Invalid
from backend.http.asking import Reading
from backend.http.bodies import PLAIN, NothingIn
from backend.http.idempotency import Once, OnlyOnce
from backend.http.pages import DOCUMENTS, Limit, Page, page_of
from backend.http.versions import IfMatch, etag, require_version
from backend.sales import holds, queries
from backend.sales.locking import lock_order
from backend.sales.presenting import shown as shown_order
from backend.sales.schemas import OrderOut
from backend.sales.tables import Order, Shipment, ShipmentLine
from backend.shipping import queries as shipments_queries
from backend.shipping import service as fulfilment
from backend.shipping.schemas import (
    HoldIn,
    LossIn,
    PartIn,
    ReleaseIn,
    ShipmentDetailOut,
    ShipmentIn,
    ShipmentLineOut,
    ShipmentState,
    ShippingIn,
)
from backend.stock.queries import warehouse_by_code
from backend.work import Work

router = APIRouter(prefix="/api", tags=["shipments"])
Number = Annotated[str, Path(max_length=30, pattern=PLAIN)]
OfOrder = Annotated[str | None, Query(max_length=30, pattern=PLAIN, description="Only the shipments of this order.")]
Before = Annotated[int | None, Query(ge=1, le=2**63 - 1, description="The `next` of the page before.")]


def shown(work: Work, shipment: Shipment) -> ShipmentDetailOut:
    """A shipment as the API shows it."""
    return _shown(shipment, shipments_queries.warehouse_codes(work), [_line(line) for line in shipment.lines])


def _shown(shipment: Shipment, warehouses: Mapping[int, str], lines: list[ShipmentLineOut]) -> ShipmentDetailOut:
    return ShipmentDetailOut(
        number=shipment.number,
        state=shipment.state,
        order=shipment.order.number,
        customer=shipment.order.customer.code,
        warehouse=warehouses.get(shipment.warehouse_id or 0),
        carrier=shipment.carrier,
        tracking_number=shipment.tracking_number,
        planned_at=shipment.planned_at,
        shipped_at=shipment.shipped_at,
        expected_date=shipment.expected_date,
        delivered_at=shipment.delivered_at,
        lines=lines,
        version=shipment.version,
    )


def _line(line: ShipmentLine) -> ShipmentLineOut:
    sold = line.order_line
    return ShipmentLineOut(position=sold.position, sku=sold.product.sku, name=sold.product.name, quantity=line.quantity)


@router.get("/shipments")
def shipments(
    work: Reading,
    limit: Limit = DOCUMENTS,
    after: Before = None,
    state: ShipmentState | None = None,
    order: OfOrder = None,
) -> Page[ShipmentDetailOut]:
    """The shipments of the orders you may see, newest first."""
    rows = shipments_queries.page(work, state=state, order=order, before=after, limit=limit + 1)
    lines = shipments_queries.lines_of(work, rows[:limit])
    codes = shipments_queries.warehouse_codes(work)
    return page_of(rows, len(lines), lambda row: _shown(row, codes, lines[row.id]), lambda row: row.id)


@router.get("/shipments/{number}")
def shipment(number: Number, work: Reading, response: Response) -> ShipmentDetailOut:
    """One shipment; another customer's is not found."""
    found = shipments_queries.by_number(work, number)
    response.headers["ETag"] = etag(found.version)
    return shown(work, found)


@router.post("/orders/{number}/shipments", status_code=201, response_model=ShipmentDetailOut)
def plan(number: Number, body: ShipmentIn, once: OnlyOnce, if_match: IfMatch = None) -> JSONResponse:
    """Plan a shipment of what is reserved: all of it, or chosen lines. `If-Match` takes the order's ETag."""

    def change(work: Work) -> ShipmentDetailOut:
        order = queries.by_number(work, number)
        fulfilment.require_fulfil(work)
        _require_order_version(work, order, if_match)
        warehouse = warehouse_by_code(work.session, body.warehouse) if body.warehouse else None
        return shown(work, fulfilment.plan_shipment(work, order, _by_position(body.lines), warehouse))

    return once.run(f"shipments.plan {number}", body, change, status=201)


def _by_position(parts: list[PartIn] | None) -> dict[int, int] | None:
    if parts is None:
        return None
    found = {part.position: part.quantity for part in parts}
    if len(found) < len(parts):
        raise Invalid("Name each line once.", code="line_twice")
    return found


@router.post("/shipments/{number}/pick", response_model=ShipmentDetailOut)
def pick(number: Number, once: OnlyOnce, if_match: IfMatch = None) -> JSONResponse:
    """Say that a planned shipment lies packed."""
    return _step(number, "pick", once, if_match, fulfilment.pick)


@router.post("/shipments/{number}/ship", response_model=ShipmentDetailOut)
def ship(number: Number, body: ShippingIn, once: OnlyOnce, if_match: IfMatch = None) -> JSONResponse:
    """Hand a picked shipment to the carrier: its stock is issued, and it is invoiced."""

    def act(work: Work, found: Shipment) -> Shipment:
        return fulfilment.ship(
            work,
            found,
            carrier=body.carrier,
            tracking_number=body.tracking_number,
            expected_date=body.expected_date,
        )

    return _step(number, "ship", once, if_match, act, body)


@router.post("/shipments/{number}/deliver", response_model=ShipmentDetailOut)
def deliver(number: Number, once: OnlyOnce, if_match: IfMatch = None) -> JSONResponse:
    """Say that a shipment has arrived; also a lost one that turned up."""
    return _step(number, "deliver", once, if_match, fulfilment.deliver)


@router.post("/shipments/{number}/lose", response_model=ShipmentDetailOut)
def lose(number: Number, body: LossIn, once: OnlyOnce, if_match: IfMatch = None) -> JSONResponse:
    """Say that a shipment got lost, and whether it is sent again or credited."""
    return _step(number, "lose", once, if_match, lambda work, found: fulfilment.lose(work, found, body.remedy), body)


@router.post("/shipments/{number}/cancel", response_model=ShipmentDetailOut)
def cancel(number: Number, once: OnlyOnce, if_match: IfMatch = None) -> JSONResponse:
    """Give up a shipment that has not left; what was in it stays reserved for the order."""
    return _step(number, "cancel", once, if_match, fulfilment.cancel_shipment)


def _step(
    number: str,
    name: str,
    once: Once,
    if_match: str | None,
    act: Callable[[Work, Shipment], Shipment],
    body: LossIn | NothingIn | ShippingIn | None = None,
) -> JSONResponse:
    def change(work: Work) -> ShipmentDetailOut:
        found = shipments_queries.by_number(work, number)
        fulfilment.require_fulfil(work)
        if if_match is not None:
            fulfilment.lock_shipment(work, found)
            require_version(found.version, if_match)
        return shown(work, act(work, found))

    return once.run(f"shipments.{name} {number}", body or NothingIn(), change)


@router.post("/orders/{number}/hold", response_model=OrderOut)
def hold(number: Number, body: HoldIn, once: OnlyOnce, if_match: IfMatch = None) -> JSONResponse:
    """Hold an order of which nothing is being picked; its stock stays reserved for a while."""

    def change(work: Work) -> OrderOut:
        order = queries.by_number(work, number)
        holds.require_holding(work)
        _require_order_version(work, order, if_match)
        return shown_order(holds.hold(work, order, body.detail), work.principal)

    return once.run(f"orders.hold {number}", body, change)


@router.post("/orders/{number}/release", response_model=OrderOut)
def release(number: Number, body: ReleaseIn, once: OnlyOnce, if_match: IfMatch = None) -> JSONResponse:
    """Release what you may release of what holds an order; with the last hold gone it goes on."""

    def change(work: Work) -> OrderOut:
        order = queries.by_number(work, number)
        _require_order_version(work, order, if_match)
        return shown_order(holds.release(work, order, body.reason), work.principal)

    return once.run(f"orders.release {number}", body, change)


def _require_order_version(work: Work, order: Order, if_match: str | None) -> None:
    if if_match is not None:
        lock_order(work, order)
        require_version(order.version, if_match)
