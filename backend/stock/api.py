"""Stock figures, movements and warehouses, for those who may see and change them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from backend.catalogue import queries as catalogue
from backend.catalogue.quantities import LARGEST
from backend.catalogue.tables import Product
from backend.http.asking import Reading
from backend.http.idempotency import OnlyOnce
from backend.http.pages import OTHERS, After, Limit, Page, Search, page_of
from backend.identity.permissions import Permission
from backend.sales.covering import cover, lead_times
from backend.sales.tables import OrderLine
from backend.stock import queries, service
from backend.stock.promising import available_by_date
from backend.stock.queries import Position, positions
from backend.stock.schemas import (
    AdjustmentIn,
    AvailabilityOut,
    Code,
    CountIn,
    DatedOut,
    EntryOut,
    FilledOut,
    GivenBackOut,
    Kind,
    LevelOut,
    MovementOut,
    StockDetailOut,
    StockOut,
    TransferIn,
    TransferOut,
    WarehouseIn,
    WarehouseOut,
    WarehousesOut,
)
from backend.stock.service import Movement
from backend.stock.tables import StockLevel, Warehouse
from backend.work import Work

router = APIRouter(prefix="/api", tags=["stock"])
LARGEST_KEY = 2**63 - 1


def _require(work: Work) -> None:
    work.principal.require(Permission.SEE_STOCK_FIGURES, "Stock figures are for our own people.")


def _product(work: Work, sku: str) -> Product:
    _require(work)
    return catalogue.by_sku(work.session, sku)


def _warehouse(work: Work, code: str | None) -> Warehouse:
    if code is None:
        return queries.main_warehouse(work.session)
    return queries.warehouse_by_code(work.session, code)


def _shown(sku: str, position: Position) -> StockOut:
    return StockOut(
        sku=sku,
        on_hand=position.on_hand,
        reserved=position.reserved,
        available=position.available,
        on_order=position.on_order,
        back_ordered=position.back_ordered,
        next_receipt=position.next_receipt,
    )


def _level(level: StockLevel) -> LevelOut:
    return LevelOut(
        warehouse=level.warehouse.code,
        name=level.warehouse.name,
        on_hand=level.on_hand,
        reserved=level.reserved,
        available=level.on_hand - level.reserved,
    )


@router.get("/stock")
def stock(work: Reading, limit: Limit = OTHERS, after: After = None, search: Search = None) -> Page[StockOut]:
    """Positions of the products on sale, in SKU order."""
    _require(work)
    rows = catalogue.keys_page(work.session, search=search, after=after, limit=limit + 1)
    found = positions(work.session, [row.id for row in rows[:limit]])
    return page_of(rows, limit, lambda row: _shown(row.sku, found[row.id]), lambda row: row.sku)


@router.get("/stock/{sku}")
def stock_of(sku: str, work: Reading) -> StockDetailOut:
    """One product's position, in all and per warehouse."""
    product = _product(work, sku)
    shown = _shown(product.sku, positions(work.session, [product.id])[product.id])
    return StockDetailOut(
        **shown.model_dump(),
        reorder_point=queries.reorder_points(work.session, [product.id]).get(product.id),
        warehouses=[_level(level) for level in queries.levels_of(work.session, product.id)],
    )


@router.get("/stock/{sku}/availability")
def availability(sku: str, work: Reading, quantity: Annotated[int, Query(ge=1, le=LARGEST)] = 1) -> AvailabilityOut:
    """What is there of a quantity now, and when the rest is: from open purchase orders less what others wait for."""
    product = _product(work, sku)
    position = positions(work.session, [product.id])[product.id]
    free = max(0, position.available)
    covered = cover(work, product.id, quantity, free)
    coming = queries.receipts(work.session, product.id)
    dated = available_by_date(free, coming, position.back_ordered, work.clock.today())
    return AvailabilityOut(
        sku=product.sku,
        quantity=quantity,
        now=covered.reserved,
        rest=covered.back_ordered,
        rest_date=covered.promised_date,
        lead_time_days=lead_times(work, [product.id])[product.id],
        by_date=[DatedOut(date=day, available=total) for day, total in dated],
    )


@router.get("/stock/{sku}/ledger")
def ledger(
    sku: str,
    work: Reading,
    limit: Limit = OTHERS,
    after: Annotated[int | None, Query(ge=1, le=LARGEST_KEY)] = None,
    warehouse: Annotated[Code | None, Query()] = None,
    kind: Kind | None = None,
) -> Page[EntryOut]:
    """A product's movements, newest first."""
    product = _product(work, sku)
    place = queries.warehouse_by_code(work.session, warehouse) if warehouse is not None else None
    rows = queries.ledger(work.session, product, warehouse=place, kind=kind, before=after, limit=limit + 1)
    return page_of(rows, limit, lambda row: _entry(work, row), lambda row: row.entry.id)


def _entry(work: Work, row: queries.Entry) -> EntryOut:
    entry = row.entry
    told = entry.kind == "receipt" or work.principal.may(Permission.SEE_ALL_ORDERS)  # the rest are customers' papers
    return EntryOut(
        id=entry.id,
        at=entry.at,
        warehouse=row.warehouse,
        quantity=entry.quantity,
        kind=entry.kind,
        document=entry.document if told else None,
        reason=entry.reason,
        by=row.by,
        assumed=entry.assumed,
    )


def _moved(work: Work, movement: Movement) -> MovementOut:
    may_see = work.principal.may(Permission.SEE_ALL_ORDERS)
    return MovementOut(
        sku=movement.product.sku,
        level=_level(movement.level),
        before=movement.before,
        entry=movement.entry.id if movement.entry else None,
        given_back=[
            GivenBackOut(
                order=one.order if may_see else None,
                position=one.position,
                quantity=one.quantity,
                promised_date=one.promised_date,
            )
            for one in movement.given_back
        ],
        filled=[filled(work, line) for line in movement.filled],
    )


def filled(work: Work, line: OrderLine) -> FilledOut:
    """An order line that got something, as the API shows it."""
    number = line.order.number if work.principal.may(Permission.SEE_ALL_ORDERS) else None
    return FilledOut(order=number, position=line.position, reserved=line.reserved, back_ordered=line.back_ordered)


@router.post("/stock/{sku}/adjustments", status_code=201, response_model=MovementOut)
def adjust(sku: str, body: AdjustmentIn, once: OnlyOnce) -> JSONResponse:
    """Change what is on hand, with a reason. What rises fills back orders; what can't be kept goes back to waiting."""

    def change(work: Work) -> MovementOut:
        product = _product(work, sku)
        place = _warehouse(work, body.warehouse)
        return _moved(work, service.adjust(work, product, place, body.change, body.reason))

    return once.run(f"stock.adjust {sku}", body, change, status=201)


@router.post("/stock/{sku}/counts", status_code=201, response_model=MovementOut)
def count(sku: str, body: CountIn, once: OnlyOnce) -> JSONResponse:
    """Set what is on hand to what was counted."""

    def change(work: Work) -> MovementOut:
        product = _product(work, sku)
        place = _warehouse(work, body.warehouse)
        return _moved(work, service.count(work, product, place, body.counted, body.reason))

    return once.run(f"stock.count {sku}", body, change, status=201)


@router.post("/stock/{sku}/transfers", status_code=201, response_model=TransferOut)
def transfer(sku: str, body: TransferIn, once: OnlyOnce) -> JSONResponse:
    """Move what is not reserved from one warehouse to another."""

    def change(work: Work) -> TransferOut:
        product = _product(work, sku)
        source, to = _warehouse(work, body.source), _warehouse(work, body.to)
        moved = service.transfer(work, product, source, to, body.quantity, body.reason)
        entries = [entry.id for entry in moved.entries]
        return TransferOut(sku=product.sku, source=_level(moved.out), to=_level(moved.into), entries=entries)

    return once.run(f"stock.transfer {sku}", body, change, status=201)


@router.get("/warehouses")
def warehouses(work: Reading) -> WarehousesOut:
    """Every warehouse, the main one first."""
    _require(work)
    rows = queries.warehouses(work.session)
    return WarehousesOut(items=[WarehouseOut(code=row.code, name=row.name) for row in rows])


@router.post("/warehouses", status_code=201, response_model=WarehouseOut)
def open_warehouse(body: WarehouseIn, once: OnlyOnce) -> JSONResponse:
    """Open a warehouse."""

    def change(work: Work) -> WarehouseOut:
        warehouse = service.create_warehouse(work, body.code, body.name)
        return WarehouseOut(code=warehouse.code, name=warehouse.name)

    return once.run("warehouses.create", body, change, status=201)
