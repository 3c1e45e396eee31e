"""What the worker does about orders: held stock that has expired goes back, and free stock goes to who waits for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.company.service import business_clock
from backend.database import Database, now
from backend.identity.permissions import SYSTEM
from backend.locks import lock_all, lock_levels
from backend.sales.back_orders import FILLED, fill, promised, serve, served, tell
from backend.sales.locking import read_again
from backend.sales.tables import Order, OrderLine
from backend.stock import watching
from backend.stock.tables import Reservation, StockLevel
from backend.work import Work


def expire_reservations(database: Database) -> int:
    """Take back what held orders have had reserved for too long, and give it to who waits; how many allocations."""
    due = (
        select(OrderLine.order_id)
        .join(Reservation, Reservation.order_line_id == OrderLine.id)
        .where(Reservation.expires_at <= now(), Reservation.state == "active")
        .distinct()
    )
    with database.read() as session:
        order_ids = session.scalars(due).all()
    expired = 0
    for order_id in sorted(order_ids):
        with database.write() as session:
            expired += _expire(_work(session), order_id)
    return expired


def fill_back_orders(database: Database) -> int:
    """Give stock that came free by whatever road to the lines that wait for it; how many lines got something."""
    free = (
        select(StockLevel.product_id)
        .group_by(StockLevel.product_id)
        .having(func.sum(StockLevel.on_hand - StockLevel.reserved) > 0)
    )
    waiting = (
        select(OrderLine.product_id)
        .join(OrderLine.order)
        .where(OrderLine.back_ordered > 0, Order.state.in_(FILLED), OrderLine.product_id.in_(free))
        .distinct()
    )
    with database.read() as session:
        product_ids = session.scalars(waiting).all()
    filled = 0
    for product_id in sorted(product_ids):
        with database.write() as session:
            filled += _fill(_work(session), product_id)
    return filled


def _fill(work: Work, product_id: int) -> int:
    levels = lock_levels(work.session, [product_id])
    free = watching.free(levels)
    lines = fill(work, [product_id])
    watching.tell(work, free, watching.free(levels))
    return len(lines)


def _work(session: Session) -> Work:
    return Work(session, SYSTEM, business_clock(session), "worker")


def _expire(work: Work, order_id: int) -> int:
    """Expire an order's allocations that are due, and serve others; all orders are locked in one go, by their keys."""
    order = work.session.get_one(Order, order_id)
    levels = lock_levels(work.session, [line.product_id for line in order.lines])
    due = work.session.scalars(
        select(Reservation)
        .join(OrderLine, OrderLine.id == Reservation.order_line_id)
        .where(OrderLine.order_id == order_id, Reservation.state == "active", Reservation.expires_at <= now())
    ).all()
    freed: Counter[int] = Counter()
    for held in due:
        freed[held.product_id] += held.quantity
    lines = served(work, {key: levels[key] for key in freed}, freed)
    lock_all(work.session, {order, *(line.order for line in lines)})
    read_again(work, {order_id, *(line.order_id for line in lines)})
    if not due or order.state != "on_hold":
        return 0
    free = watching.free(levels)
    back = _give_back(order, due, {(row.product_id, row.warehouse_id): row for rows in levels.values() for row in rows})
    serve(work, lines, levels)
    own = [line for line in order.lines if line.id in back]
    for line in own:
        line.promised_date = promised(work, line)
    order.version += 1
    tell(work, order, "order.reservation_expired", back, own)
    watching.tell(work, free, watching.free(levels))
    work.session.flush()
    return len(due)


def _give_back(
    order: Order, due: Sequence[Reservation], levels: Mapping[tuple[int, int], StockLevel]
) -> Mapping[int, int]:
    """What has expired goes back to its levels, and its lines wait for it again; how much of each, by its key."""
    back: Counter[int] = Counter()
    for held in due:
        held.state = "expired"
        levels[held.product_id, held.warehouse_id].reserved -= held.quantity
        back[held.order_line_id] += held.quantity
    for line in order.lines:
        line.reserved, line.back_ordered = line.reserved - back[line.id], line.back_ordered + back[line.id]
    return {key: quantity for key, quantity in back.items() if quantity}
