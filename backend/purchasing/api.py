"""What to buy in, approving it, and purchase orders."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from backend.database import Database
from backend.errors import Stale
from backend.http.asking import Asking, Reading, TheDatabase
from backend.http.idempotency import OnlyOnce
from backend.http.pages import Limit, Page, page_of
from backend.http.versions import IfMatch, etag, require_version
from backend.identity.permissions import Principal
from backend.locks import lock
from backend.model_server import ModelServer
from backend.purchasing import queries, receiving, replenishment, service
from backend.purchasing.replenishment import Proposal
from backend.purchasing.schemas import (
    ApprovalIn,
    CancelIn,
    ProposalOut,
    PurchaseLineOut,
    PurchaseOrderOut,
    PurchaseOrdersOut,
    ReceiptIn,
    ReceiptOut,
    ReplenishmentOut,
    SendIn,
)
from backend.purchasing.tables import PurchaseOrder
from backend.stock.api import filled
from backend.stock.queries import main_warehouse, warehouse_by_code
from backend.work import Work, reading

router = APIRouter(prefix="/api", tags=["purchasing"])


def _decide(database: Database, principal: Principal, models: ModelServer) -> dict[str, object]:
    with reading(database, principal) as work:
        candidates = replenishment.gather(work)
        if not candidates:
            return {}
        inputs, parameters = replenishment.request(candidates, work.clock.today())
    return models.infer(replenishment.MODEL, inputs, parameters)


def _proposals(work: Work, outputs: dict[str, object]) -> list[Proposal]:
    return replenishment.proposals(replenishment.gather(work), outputs) if outputs else []


def _shown(one: Proposal) -> ProposalOut:
    position = one.candidate.position
    return ProposalOut(
        sku=one.candidate.product.sku,
        name=one.candidate.product.name,
        supplier=one.candidate.terms.supplier.name,
        quantity=one.quantity,
        cost=one.cost,
        total=one.total,
        forecast=one.forecast,
        safety_stock=one.safety_stock,
        on_hand=position.on_hand,
        reserved=position.reserved,
        back_ordered=position.back_ordered,
        on_order=position.on_order,
        position=one.position,
        rounding=one.rounding,
        days_of_cover=one.days_of_cover,
        protection_days=one.protection_days,
        network_quantity=one.network_quantity,
    )


@router.get("/replenishment")
def proposed(principal: Asking, database: TheDatabase, request: Request) -> ReplenishmentOut:
    """What should be ordered now, the least covered first."""
    outputs = _decide(database, principal, request.app.state.models)
    with reading(database, principal) as work:
        found = _proposals(work, outputs)
        return ReplenishmentOut(items=[_shown(one) for one in found], fingerprint=replenishment.fingerprint(found))


@router.post("/replenishment/approve", status_code=201, response_model=PurchaseOrdersOut)
def approve(
    body: ApprovalIn, once: OnlyOnce, principal: Asking, database: TheDatabase, request: Request
) -> JSONResponse:
    """Create purchase orders from the replenishment that was shown, if it still is what it was."""
    outputs = _decide(database, principal, request.app.state.models)

    def change(work: Work) -> PurchaseOrdersOut:
        found = _proposals(work, outputs)
        if replenishment.fingerprint(found) != body.fingerprint:
            raise Stale("Stock or forecasts have changed since this was shown.", code="replenishment_changed")
        chosen = [one for one in found if body.skus is None or one.candidate.product.sku in body.skus]
        return PurchaseOrdersOut(items=[shown(order) for order in service.approve(work, chosen)])

    return once.run("replenishment.approve", body, change, status=201)


def shown(order: PurchaseOrder) -> PurchaseOrderOut:
    """A purchase order as the API shows it."""
    lines = [
        PurchaseLineOut(
            position=line.position,
            sku=line.product.sku,
            name=line.product.name,
            quantity=line.quantity,
            received=line.received,
            cost=line.cost,
        )
        for line in order.lines
    ]
    return PurchaseOrderOut(
        number=order.number,
        supplier=order.supplier.name,
        state=order.state,
        ordered_at=order.ordered_at,
        expected_date=order.expected_date,
        received_at=order.received_at,
        total=order.total,
        lines=lines,
        version=order.version,
    )


@router.get("/purchase-orders")
def purchase_orders(
    work: Reading,
    limit: Limit = 50,
    after: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    state: Annotated[str | None, Query(max_length=20)] = None,
) -> Page[PurchaseOrderOut]:
    """Purchase orders, newest first."""
    rows = queries.page(work, state=state, before=after, limit=limit + 1)
    return page_of(rows, limit, shown, lambda order: order.id)


@router.get("/purchase-orders/{number}")
def purchase_order(number: str, work: Reading, response: Response) -> PurchaseOrderOut:
    """One purchase order."""
    order = queries.by_number(work, number)
    response.headers["ETag"] = etag(order.version)
    return shown(order)


@router.post("/purchase-orders/{number}/send", response_model=PurchaseOrderOut)
def send(number: str, once: OnlyOnce, body: SendIn = SendIn(), if_match: IfMatch = None) -> JSONResponse:
    """Say that an approved purchase order has gone to its supplier."""

    def change(work: Work) -> PurchaseOrderOut:
        order = lock(work.session, queries.by_number(work, number))
        require_version(order.version, if_match)
        return shown(service.send(work, order))

    return once.run(f"purchase_orders.send {number}", body, change)


@router.post("/purchase-orders/{number}/cancel", response_model=PurchaseOrderOut)
def cancel(number: str, body: CancelIn, once: OnlyOnce, if_match: IfMatch = None) -> JSONResponse:
    """Call a purchase order off of which nothing has come in."""

    def change(work: Work) -> PurchaseOrderOut:
        order = service.lock_whole(work, queries.by_number(work, number))
        require_version(order.version, if_match)
        return shown(service.cancel(work, order, body.reason))

    return once.run(f"purchase_orders.cancel {number}", body, change)


@router.post("/purchase-orders/{number}/receive", response_model=ReceiptOut)
def receive(number: str, body: ReceiptIn, once: OnlyOnce, if_match: IfMatch = None) -> JSONResponse:
    """Take goods in, in parts or all at once; they go to those who wait, first come first."""

    def change(work: Work) -> ReceiptOut:
        order = queries.by_number(work, number)
        warehouse = warehouse_by_code(work.session, body.warehouse) if body.warehouse else main_warehouse(work.session)
        receiving.lock_into(work, order, warehouse)
        require_version(order.version, if_match)
        receipt = receiving.receive(work, order, _quantities(body), warehouse, over=body.over, last=body.last)
        served = [filled(work, line) for line in receipt.filled]
        return ReceiptOut(**shown(order).model_dump(), warehouse=warehouse.code, filled=served)

    return once.run(f"purchase_orders.receive {number}", body, change)


def _quantities(body: ReceiptIn) -> dict[int, int] | None:
    if body.lines is None:
        return None
    found: dict[int, int] = {}
    for line in body.lines:
        found[line.position] = found.get(line.position, 0) + line.quantity
    return found
