"""Reading stock: what is on hand, what may be promised, what is on its way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    CompoundSelect,
    Date,
    Select,
    bindparam,
    cast,
    func,
    literal_column,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session, joinedload

from backend.catalogue.tables import Product
from backend.errors import NotFound
from backend.identity.tables import User
from backend.purchasing.tables import PurchaseOrder, PurchaseOrderLine
from backend.sales.tables import Order, OrderLine
from backend.stock.tables import ReorderPoint, StockEntry, StockLevel, Warehouse

INCOMING_STATES = ("approved", "sent", "part_received")


@dataclass(frozen=True)
class Position:
    """A product's stock in sales units; ``available`` is on hand less reserved (available to promise from stock)."""

    on_hand: int = 0
    reserved: int = 0
    on_order: int = 0
    back_ordered: int = 0
    next_receipt: date | None = None

    @property
    def available(self) -> int:
        """What may be promised from stock now."""
        return self.on_hand - self.reserved


_NO_DAY: Final = cast(null(), Date)
_ON_HAND: Final[Select[*tuple[Any, ...]]] = select(
    literal_column("0").label("figure"),
    StockLevel.product_id,
    func.sum(StockLevel.on_hand),
    func.sum(StockLevel.reserved),
    _NO_DAY,
).group_by(StockLevel.product_id)
_INCOMING: Final[Select[*tuple[Any, ...]]] = (
    select(
        literal_column("1"),
        PurchaseOrderLine.product_id,
        func.sum(PurchaseOrderLine.quantity - PurchaseOrderLine.received),
        literal_column("0"),
        func.min(PurchaseOrder.expected_date),
    )
    .join(PurchaseOrder)
    .where(PurchaseOrder.state.in_(INCOMING_STATES), PurchaseOrderLine.quantity > PurchaseOrderLine.received)
    .group_by(PurchaseOrderLine.product_id)
)
_WAITING: Final[Select[*tuple[Any, ...]]] = (
    select(literal_column("2"), OrderLine.product_id, func.sum(OrderLine.back_ordered), literal_column("0"), _NO_DAY)
    .join(Order)
    .where(OrderLine.back_ordered > 0, Order.state.in_(("placed", "on_hold", "in_fulfilment")))
    .group_by(OrderLine.product_id)
)
_WANTED: Final[BindParameter[Any]] = bindparam("wanted", expanding=True)
# Every page of products and every order asks these, so they are built once, and asked in one go.
_OF_ALL: Final[CompoundSelect[Any]] = union_all(_ON_HAND, _INCOMING, _WAITING)
_OF_SOME: Final[CompoundSelect[Any]] = union_all(
    _ON_HAND.where(StockLevel.product_id.in_(_WANTED)),
    _INCOMING.where(PurchaseOrderLine.product_id.in_(_WANTED)),
    _WAITING.where(OrderLine.product_id.in_(_WANTED)),
)


def positions(session: Session, product_ids: Iterable[int] | None = None) -> dict[int, Position]:
    """Positions by product, for the given products or for all that have any figure."""
    wanted = None if product_ids is None else sorted(set(product_ids))
    rows = session.execute(_OF_ALL) if wanted is None else session.execute(_OF_SOME, {"wanted": wanted})
    stock: dict[int, tuple[int, int]] = {}
    coming: dict[int, tuple[int, date | None]] = {}
    behind: dict[int, int] = {}
    for figure, key, quantity, reserved, day in rows:
        if figure == 0:
            stock[key] = int(quantity), int(reserved)
        elif figure == 1:
            coming[key] = int(quantity), day
        else:
            behind[key] = int(quantity)
    keys = wanted if wanted is not None else sorted(stock.keys() | coming.keys() | behind.keys())
    return {key: _position(stock.get(key, (0, 0)), coming.get(key, (0, None)), behind.get(key, 0)) for key in keys}


def _position(stock: tuple[int, int], coming: tuple[int, date | None], behind: int) -> Position:
    return Position(
        on_hand=stock[0], reserved=stock[1], on_order=coming[0], back_ordered=behind, next_receipt=coming[1]
    )


def receipts_of(session: Session, product_ids: Iterable[int]) -> dict[int, list[tuple[date, int]]]:
    """(expected date, quantity still to come) of products' open purchase orders, soonest first."""
    rows = session.execute(
        select(
            PurchaseOrderLine.product_id,
            PurchaseOrder.expected_date,
            PurchaseOrderLine.quantity - PurchaseOrderLine.received,
        )
        .join(PurchaseOrder)
        .where(
            PurchaseOrderLine.product_id.in_(sorted(set(product_ids))),
            PurchaseOrder.state.in_(INCOMING_STATES),
            PurchaseOrder.expected_date.is_not(None),
            PurchaseOrderLine.quantity > PurchaseOrderLine.received,
        )
        .order_by(PurchaseOrder.expected_date)
    )
    found: dict[int, list[tuple[date, int]]] = {}
    for product_id, day, quantity in rows:
        assert day is not None
        found.setdefault(product_id, []).append((day, int(quantity)))
    return found


def receipts(session: Session, product_id: int) -> list[tuple[date, int]]:
    """(expected date, quantity still to come) of one product, soonest first."""
    return receipts_of(session, [product_id]).get(product_id, [])


def warehouses(session: Session) -> Sequence[Warehouse]:
    """Every warehouse, the oldest first."""
    return session.scalars(select(Warehouse).order_by(Warehouse.id)).all()


def warehouse_by_code(session: Session, code: str) -> Warehouse:
    """The warehouse with this code, NotFound otherwise."""
    wanted = code.strip()
    found = session.scalar(select(Warehouse).where(Warehouse.code == wanted))
    if found is None:
        found = session.scalar(select(Warehouse).where(func.upper(Warehouse.code) == wanted.upper()).limit(1))
    if found is None:
        raise NotFound(f"There is no warehouse {code[:20]}.", code="unknown_warehouse")
    return found


def main_warehouse(session: Session) -> Warehouse:
    """Where goods go when nobody says otherwise: the oldest warehouse. NotFound where there is none."""
    found = session.scalar(select(Warehouse).order_by(Warehouse.id).limit(1))
    if found is None:
        raise NotFound("There is no warehouse yet. Please create one first.", code="unknown_warehouse")
    return found


def levels_of(session: Session, product_id: int) -> Sequence[StockLevel]:
    """A product's levels with their warehouses."""
    return session.scalars(
        select(StockLevel)
        .where(StockLevel.product_id == product_id)
        .options(joinedload(StockLevel.warehouse))
        .order_by(StockLevel.warehouse_id)
    ).all()


_REORDER_POINTS: Final = select(ReorderPoint.product_id, ReorderPoint.quantity).where(
    ReorderPoint.product_id.in_(bindparam("products", expanding=True))
)


def reorder_points(session: Session, product_ids: Iterable[int]) -> dict[int, int]:
    """Reorder points by product; one that is new today may have none yet."""
    rows = session.execute(_REORDER_POINTS, {"products": sorted(set(product_ids))})
    return {key: int(quantity) for key, quantity in rows}


@dataclass(frozen=True)
class Entry:
    """A movement, the code of the warehouse, and the name of who made it."""

    entry: StockEntry
    warehouse: str
    by: str | None


def ledger(
    session: Session,
    product: Product,
    *,
    warehouse: Warehouse | None,
    kind: str | None,
    before: int | None,
    limit: int,
) -> Sequence[Entry]:
    """A product's movements, newest first, below the key ``before``."""
    query = (
        select(StockEntry, Warehouse.code, User.name)
        .join(Warehouse, Warehouse.id == StockEntry.warehouse_id)
        .outerjoin(User, User.id == StockEntry.user_id)
        .where(StockEntry.product_id == product.id)
        .order_by(StockEntry.id.desc())
        .limit(limit)
    )
    if warehouse is not None:
        query = query.where(StockEntry.warehouse_id == warehouse.id)
    if kind is not None:
        query = query.where(StockEntry.kind == kind)
    if before is not None:
        query = query.where(StockEntry.id < before)
    return [Entry(entry, code, name) for entry, code, name in session.execute(query)]
