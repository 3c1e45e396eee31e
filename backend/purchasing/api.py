"""What to buy in, approving it, and purchase orders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from backend.errors import Stale
from backend.http.asking import Asking, Reading, TheDatabase
from backend.http.idempotency import OnlyOnce
from backend.http.pages import DOCUMENTS, Limit, Page, page_of
from backend.http.versions import IfMatch, etag, require_version
from backend.locks import lock
from backend.purchasing import deciding, drafting, queries, receiving, replenishment, service, what_if
from backend.purchasing.budget import Budget
from backend.purchasing.overview import SupplierPart, overview
from backend.purchasing.replenishment import Proposal, SetAside
from backend.purchasing.scenario import Scenario
from backend.purchasing.schemas import (
    ApprovalIn,
    AttentionOut,
    BudgetOut,
    CancelIn,
    DifferenceOut,
    HeldBackOut,
    ProposalOut,
    PurchaseLineOut,
    PurchaseOrderOut,
    PurchaseOrdersOut,
    ReceiptIn,
    ReceiptOut,
    ReplenishmentOut,
    SendIn,
    SetAsideOut,
    SupplierOut,
    WhatIfIn,
    WhatIfOut,
)
from backend.purchasing.tables import PurchaseOrder
from backend.stock.api import filled
from backend.stock.queries import main_warehouse, warehouse_by_code
from backend.work import Work, reading

router = APIRouter(prefix="/api", tags=["purchasing"])


def _shown(one: Proposal, grade: str) -> ProposalOut:
    candidate = one.candidate
    position = candidate.position
    plain = candidate.reckoned().cost
    return ProposalOut(
        sku=candidate.product.sku,
        name=candidate.product.name,
        supplier=candidate.terms.supplier.name,
        supplier_code=candidate.terms.supplier.code,
        quantity=one.quantity,
        cost=one.cost,
        total=one.total,
        price_step=one.price_step if one.cost < plain else None,
        forecast=one.forecast,
        forecast_low=one.forecast_low,
        forecast_high=one.forecast_high,
        safety_stock=one.safety_stock,
        on_hand=position.on_hand,
        reserved=position.reserved,
        back_ordered=position.back_ordered,
        on_order=position.on_order,
        waiting=candidate.waiting,
        position=one.position,
        rounding=one.rounding,
        parts=one.parts(),
        days_of_cover=one.days_of_cover,
        days_of_cover_after=one.days_after,
        stock_out_date=one.out_on,
        urgency=one.urgency,
        grade=grade,
        lead_time_days=candidate.lead_time_days,
        stated_lead_time_days=candidate.lead.stated,
        protection_days=one.protection_days,
        network_quantity=one.network_quantity,
    )


def _supplier(part: SupplierPart) -> SupplierOut:
    return SupplierOut(
        code=part.supplier.code,
        name=part.supplier.name,
        lines=len(part.lines),
        total=part.total,
        minimum_value=part.supplier.minimum_value,
        for_minimum=part.for_minimum,
        below_minimum=part.below_minimum,
        within_limit=part.within_limit,
        fingerprint=part.fingerprint,
    )


def _set_aside(found: Sequence[SetAside]) -> list[SetAsideOut]:
    return [SetAsideOut(sku=one.product.sku, name=one.product.name, missing=list(one.missing)) for one in found]


def budget_shown(found: Budget | None) -> BudgetOut:
    """The budget as the API shows it."""
    if found is None:
        return BudgetOut(monthly=None, spent=None, left=None, since=None)
    return BudgetOut(monthly=found.monthly, spent=found.spent, left=found.left, since=found.since)


@router.get("/replenishment")
def proposed(principal: Asking, database: TheDatabase, request: Request) -> ReplenishmentOut:
    """What should be ordered now: what can't wait first, then the least covered."""
    question = deciding.ask(database, principal, request.app.state.models)
    with reading(database, principal) as work:
        decided = deciding.read(work, question)
        lines = replenishment.in_order(one for one in decided.found if one.quantity > 0)
        whole = overview(work, lines, decided.found, decided.gathered.set_aside)
        return ReplenishmentOut(
            items=[_shown(one, whole.grade(one)) for one in lines],
            fingerprint=replenishment.fingerprint(lines),
            total=whole.total,
            suppliers=[_supplier(part) for part in whole.suppliers],
            exceptions=[
                AttentionOut(kind=one.kind, text=one.text, sku=one.sku, supplier=one.supplier, order=one.order)
                for one in whole.attention
            ],
            set_aside=_set_aside(whole.set_aside),
            held_back=[
                HeldBackOut(
                    code=one.supplier.code,
                    name=one.supplier.name,
                    lines=one.lines,
                    total=one.total,
                    minimum_value=one.supplier.minimum_value,
                )
                for one in whole.held_back
            ],
            budget=budget_shown(whole.budgets.company),
            own_budget=budget_shown(whole.budgets.own),
            bound_by=whole.budgets.bound_by,
            needed=whole.needed,
        )


@router.post("/replenishment/what-if")
def supposed(body: WhatIfIn, principal: Asking, database: TheDatabase, request: Request) -> WhatIfOut:
    """What a supposition would change; nothing is changed."""
    scenario = Scenario(
        demand=body.demand_factor,
        price=body.cost_factor,
        lead_time=body.lead_time_days,
        lead_time_more=body.lead_time_more,
        service_level=body.service_level,
        budget=body.budget,
        without=frozenset(body.skip_suppliers),
        skus=None if body.skus is None else frozenset(body.skus),
        suppliers=None if body.suppliers is None else frozenset(body.suppliers),
    )
    question = deciding.ask(database, principal, request.app.state.models, scenario)
    with reading(database, principal) as work:
        found = what_if.outcome(deciding.read(work, question), scenario)
        return WhatIfOut(
            total_before=found.before,
            total_after=found.after,
            difference=found.after - found.before,
            lines=[
                DifferenceOut(
                    sku=one.product.sku,
                    name=one.product.name,
                    supplier=one.supplier,
                    before=one.before.quantity if one.before else 0,
                    after=one.after.quantity if one.after else 0,
                    difference=one.money,
                )
                for one in found.lines
            ],
            set_aside=_set_aside(found.lost),
        )


@router.post("/replenishment/approve", status_code=201, response_model=PurchaseOrdersOut)
def approve(
    body: ApprovalIn, once: OnlyOnce, principal: Asking, database: TheDatabase, request: Request
) -> JSONResponse:
    """Create purchase orders from the replenishment that was shown, if it still is what it was.

    One above your limit waits for a manager, in the state "proposed".
    """
    question = deciding.ask(database, principal, request.app.state.models)

    def change(work: Work) -> PurchaseOrdersOut:
        replenishment.lock_suppliers(work)
        found = deciding.read(work, question).found
        require_unchanged(found, body.fingerprint, body.suppliers)
        changes = {one.sku: one.quantity for one in body.changes}
        draft = drafting.drafted(found, changes, None if body.skus is None else {*body.skus, *changes}, body.suppliers)
        return PurchaseOrdersOut(items=[shown(order) for order in service.approve(work, draft.lines, draft.dropped)])

    return once.run("replenishment.approve", body, change, status=201)


def require_unchanged(found: Sequence[Proposal], agreed: str, suppliers: Sequence[str] | None) -> None:
    """Stale unless what is agreed to is what is proposed now, in all or of the suppliers named."""
    lines = replenishment.in_order(one for one in found if one.quantity > 0)
    own = [one for one in lines if suppliers is not None and one.candidate.terms.supplier.code in suppliers]
    if agreed not in (replenishment.fingerprint(lines), replenishment.fingerprint(own) if own else ""):
        raise Stale("Stock or forecasts have changed since this was shown.", code="replenishment_changed")


@router.post("/purchase-orders/{number}/approve", response_model=PurchaseOrderOut)
def approve_waiting(number: str, once: OnlyOnce, body: SendIn = SendIn(), if_match: IfMatch = None) -> JSONResponse:
    """Approve a purchase order that waits since it was above its buyer's limit."""

    def change(work: Work) -> PurchaseOrderOut:
        order = service.lock_to_approve(work, queries.by_number(work, number))
        require_version(order.version, if_match)
        return shown(service.approve_waiting(work, order))

    return once.run(f"purchase_orders.approve {number}", body, change)


def shown(order: PurchaseOrder) -> PurchaseOrderOut:
    """A purchase order as the API shows it."""
    lines = [
        PurchaseLineOut(
            position=line.position,
            sku=line.product.sku,
            name=line.product.name,
            quantity=line.quantity,
            received=line.received,
            damaged=line.damaged,
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
    limit: Limit = DOCUMENTS,
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
        receipt = receiving.receive(
            work, order, _quantities(body), warehouse, over=body.over, last=body.last, damaged=_damaged(body)
        )
        served = [filled(work, line) for line in receipt.filled]
        return ReceiptOut(**shown(order).model_dump(), warehouse=warehouse.code, filled=served)

    return once.run(f"purchase_orders.receive {number}", body, change)


def _quantities(body: ReceiptIn) -> dict[int, int] | None:
    if body.lines is None:
        return None
    found: dict[int, int] = {}
    for line in body.lines:
        if not line.quantity:
            continue
        found[line.position] = found.get(line.position, 0) + line.quantity
    return found


def _damaged(body: ReceiptIn) -> dict[int, int]:
    found: dict[int, int] = {}
    for line in body.lines or ():
        if line.damaged:
            found[line.position] = found.get(line.position, 0) + line.damaged
    return found
