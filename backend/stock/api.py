"""Stock figures, for those who may see them."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter
from pydantic import BaseModel

from backend.catalogue import queries as catalogue
from backend.http.asking import Reading
from backend.http.pages import After, Limit, Page, page_of
from backend.identity.permissions import Permission
from backend.stock.queries import Position, positions
from backend.work import Work

router = APIRouter(prefix="/api/stock", tags=["stock"])


class StockOut(BaseModel):
    """A product's position, in sales units."""

    sku: str
    on_hand: int
    reserved: int
    available: int
    on_order: int
    back_ordered: int
    next_receipt: date | None


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


def _require(work: Work) -> None:
    work.principal.require(Permission.SEE_STOCK_FIGURES, "Stock figures are for our own people.")


@router.get("")
def stock(work: Reading, limit: Limit = 50, after: After = None) -> Page[StockOut]:
    """Positions of the products on sale, in SKU order."""
    _require(work)
    rows = catalogue.page(work.session, search=None, after=after, limit=limit + 1)
    found = positions(work.session, [row.id for row in rows])
    return page_of(rows, limit, lambda row: _shown(row.sku, found[row.id]), lambda row: row.sku)


@router.get("/{sku}")
def stock_of(sku: str, work: Reading) -> StockOut:
    """One product's position."""
    _require(work)
    product = catalogue.by_sku(work.session, sku)
    return _shown(product.sku, positions(work.session, [product.id])[product.id])
