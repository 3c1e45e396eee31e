"""Reading stock: what is on hand, what may be promised, what is on its way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.purchasing.tables import PurchaseOrder, PurchaseOrderLine
from backend.sales.tables import Order, OrderLine
from backend.stock.tables import StockLevel

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


def positions(session: Session, product_ids: Iterable[int] | None = None) -> dict[int, Position]:
    """Positions by product, for the given products or for all that have any figure."""
    wanted = None if product_ids is None else sorted(set(product_ids))
    on_hand = select(StockLevel.product_id, func.sum(StockLevel.on_hand), func.sum(StockLevel.reserved)).group_by(
        StockLevel.product_id
    )
    incoming = (
        select(
            PurchaseOrderLine.product_id,
            func.sum(PurchaseOrderLine.quantity - PurchaseOrderLine.received),
            func.min(PurchaseOrder.expected_date),
        )
        .join(PurchaseOrder)
        .where(PurchaseOrder.state.in_(INCOMING_STATES), PurchaseOrderLine.quantity > PurchaseOrderLine.received)
        .group_by(PurchaseOrderLine.product_id)
    )
    waiting = (
        select(OrderLine.product_id, func.sum(OrderLine.back_ordered))
        .join(Order)
        .where(OrderLine.back_ordered > 0, Order.state.in_(("placed", "on_hold", "in_fulfilment")))
        .group_by(OrderLine.product_id)
    )
    if wanted is not None:
        on_hand = on_hand.where(StockLevel.product_id.in_(wanted))
        incoming = incoming.where(PurchaseOrderLine.product_id.in_(wanted))
        waiting = waiting.where(OrderLine.product_id.in_(wanted))
    stock = {key: (int(hand), int(held)) for key, hand, held in session.execute(on_hand)}
    coming = {key: (int(quantity), day) for key, quantity, day in session.execute(incoming)}
    behind = {key: int(quantity) for key, quantity in session.execute(waiting)}
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
