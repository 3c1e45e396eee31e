"""Back orders: filled first come, first served, when stock comes free."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from sqlalchemy import func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from backend.company.service import record
from backend.events.service import publish
from backend.locks import lock_all, lock_levels
from backend.sales.allocating import Levels, available, reserve
from backend.sales.covering import lead_times
from backend.sales.locking import read_again
from backend.sales.states import OPEN
from backend.sales.tables import Order, OrderLine
from backend.sales.terms import first_arrival
from backend.stock.promising import promise
from backend.stock.queries import receipts
from backend.stock.tables import StockLevel
from backend.work import Work

FILLED: Final = ("placed", "in_fulfilment")  # a held order keeps its place in the queue, but is served once released


def fill(work: Work, product_ids: Iterable[int]) -> list[OrderLine]:
    """Reserve what is free of some products for the lines that wait for it; the lines that got something.

    The earliest order comes first, and what it leaves goes to the next. Locks the products' levels, then the orders:
    name all products of a transaction at once. May be called by whatever frees stock; it asks no permission itself.
    """
    levels = lock_levels(work.session, product_ids)
    lines = served(work, levels)
    lock_all(work.session, {line.order for line in lines})
    read_again(work, {line.order_id for line in lines})
    return serve(work, lines, levels)


def served(work: Work, levels: Levels, freed: Mapping[int, int] | None = None) -> list[OrderLine]:
    """The waiting lines, the earliest first, that get something of what is free, and of what is about to be.

    The caller holds the levels, and so nothing of this can change; ``freed`` is by product.
    """
    free = {key: available(levels[key]) + (freed or {}).get(key, 0) for key in levels}
    wanted = [key for key, quantity in free.items() if quantity > 0]
    rows = work.session.scalars(
        select(OrderLine)
        .join(OrderLine.order)
        .where(OrderLine.product_id.in_(wanted), OrderLine.back_ordered > 0, Order.state.in_(FILLED))
        .order_by(Order.placed_at, Order.id, OrderLine.position)
        .options(contains_eager(OrderLine.order), joinedload(OrderLine.product))
        .execution_options(populate_existing=True)
    )
    found = []
    for line in rows:
        if free[line.product_id] > 0:
            free[line.product_id] -= line.back_ordered
            found.append(line)
    return found


def serve(work: Work, lines: Sequence[OrderLine], levels: Levels) -> list[OrderLine]:
    """Reserve for waiting lines in the order given; their levels and orders are locked. Those that got something."""
    got = {line.id: allocate(work, line, levels) for line in lines}
    filled = [line for line in lines if got[line.id]]
    for order in dict.fromkeys(line.order for line in filled):
        order.version += 1
        own = [line for line in filled if line.order_id == order.id]
        tell(work, order, "order.allocated", {line.id: got[line.id] for line in own}, own)
    work.session.flush()
    return filled


def allocate(work: Work, line: OrderLine, levels: Levels) -> int:
    """Reserve what there is of what a line waits for, and say anew when it comes; how much that was."""
    taken = reserve(work, line, line.back_ordered, levels[line.product_id])
    if taken:
        line.reserved, line.back_ordered = line.reserved + taken, line.back_ordered - taken
        line.promised_date = promised(work, line)
    return taken


def promised(work: Work, line: OrderLine) -> date:
    """When all of a line can be there, as things stand: who waits longer is served first."""
    order = line.order
    earliest = first_arrival(work)
    if order.requested_date is not None:
        earliest = max(earliest, order.requested_date)
    if not line.back_ordered:
        return earliest
    today, lead = work.clock.today(), lead_times(work, [line.product_id])[line.product_id]
    coming = [(today, _free(work, line)), *receipts(work.session, line.product_id)]
    expected = promise(line.back_ordered, 0, coming, _ahead(work, line), today, lead).promised_date
    return max(earliest, expected) if expected else earliest


def _free(work: Work, line: OrderLine) -> int:
    """What lies there for a line that is not served yet, as its order is held."""
    query = select(func.sum(StockLevel.on_hand - StockLevel.reserved)).where(StockLevel.product_id == line.product_id)
    return int(work.session.scalar(query) or 0)


def _ahead(work: Work, line: OrderLine) -> int:
    """How much others wait for that came before."""
    order = line.order
    query = (
        select(func.sum(OrderLine.back_ordered))
        .join(OrderLine.order)
        .where(
            OrderLine.product_id == line.product_id,
            OrderLine.back_ordered > 0,
            Order.state.in_(OPEN),
            or_(Order.placed_at < order.placed_at, (Order.placed_at == order.placed_at) & (Order.id < order.id)),
        )
    )
    return int(work.session.scalar(query) or 0)


def tell(work: Work, order: Order, kind: str, quantities: Mapping[int, int], lines: Collection[OrderLine]) -> None:
    """Record and publish that lines of an order were given stock, or had to give it back."""
    after = {
        "lines": [
            {
                "position": line.position,
                "sku": line.product.sku,
                "quantity": quantities[line.id],
                "reserved": line.reserved,
                "back_ordered": line.back_ordered,
                "promised_date": str(line.promised_date) if line.promised_date else None,
            }
            for line in lines
        ]
    }
    record(work, kind, "order", order.number, after=after)
    payload = {"number": order.number, "change": kind.partition(".")[2], **after}
    publish(work, "order.changed", "order", order.number, payload, customer_id=order.customer_id)
